package equation

import (
	"fmt"
	"strings"
	"testing"

	"commonweal/platform/fault"
)

// jointly is a bucket whose three receivers made something together: Ada alone
// would have made 30, Bas 20, Cleo nothing; Ada and Bas 80, all three 90.
func jointly() Equation {
	return Equation{Project: "bakery", Name: "Poster", Version: 1, Unit: "EUR", Base: Whole, Buckets: []Bucket{{Sequence: 1, Key: "poster", Percent: "100", Game: Game{Groups: []Group{
		{[]string{"Ada"}, "30"}, {[]string{"Bas"}, "20"}, {[]string{"Ada", "Bas"}, "80"}, {[]string{"Ada", "Bas", "Cleo"}, "90"}}}}}}
}

// By hand: the dividends are 30 for Ada, 20 for Bas, 30 for the two, and 10 for
// the three, each shared equally: Ada 30 + 15 + 3⅓, Bas 20 + 15 + 3⅓, Cleo 3⅓.
func TestGameDividesABucket(t *testing.T) {
	l := bakery(t)
	for pot, want := range map[int64]string{9_000: "Ada 48.33, Bas 38.33, Cleo 3.34", 27_000: "Ada 145, Bas 115, Cleo 10"} {
		got := shared(t, jointly(), inputOf(l, pot))
		if pot == 27_000 && got != want {
			t.Errorf("%s, want %s", got, want)
		}
		// A cent is left over of 90.00, with three equal remainders: the lot decides.
		if pot == 9_000 && got != want && got != "Ada 48.34, Bas 38.33, Cleo 3.33" && got != "Ada 48.33, Bas 38.34, Cleo 3.33" {
			t.Errorf("%s", got)
		}
	}
	r := outcome(t, jointly(), inputOf(l, 27_000))
	why, err := r.Derivation("Cleo", "poster")
	if err != nil || !strings.Contains(why.English(), "is 10/3 of 90; alone it would be 0") {
		t.Errorf("%v\n%s", err, why.English())
	}
}

func TestDrawnGameSaysItsError(t *testing.T) {
	e := jointly()
	everybody := Group{Worth: "1300"}
	for n := range 13 {
		everybody.Agents = append(everybody.Agents, fmt.Sprint("p", n))
	}
	e.Buckets[0].Game = Game{Groups: []Group{everybody, {everybody.Agents[:1], "100"}}, Seed: "poster", Orders: 400}
	r := outcome(t, e, inputOf(bakery(t), 130_000))
	why, err := r.Derivation("p0", "poster")
	if err != nil || !strings.Contains(why.English(), "400 orders drawn by lot (seed poster)") || !strings.Contains(why.English(), "of 1300, within 122.98") {
		t.Errorf("%v\n%s", err, why.English())
	}
}

func TestGamesThatAreRefused(t *testing.T) {
	for code, change := range map[string]func(*Bucket){
		"equation.game_and_more":     func(b *Bucket) { b.Fixed = []Receiver{{"Fund", "1"}} },
		"equation.game":              func(b *Bucket) { b.Game.Groups = append(b.Game.Groups, Group{[]string{"Bas", "Ada"}, "1"}) },
		"equation.empty":             func(b *Bucket) { b.Game.Groups[0].Worth = "" },
		"equation.negative":          func(b *Bucket) { b.Game.Groups[0].Worth = "-1" },
		"equation.pays_itself":       func(b *Bucket) { b.Game.Groups[0].Agents = []string{"bakery"} },
		"equation.orders":            func(b *Bucket) { b.Game.Orders = 7 },
		"equation.no_group":          func(b *Bucket) { b.Game.Groups, b.Game.Seed, b.Fixed = nil, "x", []Receiver{{"Fund", "1"}} },
		"equation.control_character": func(b *Bucket) { b.Game.Seed = "\x00" },
	} {
		e := jointly()
		change(&e.Buckets[0])
		list, _ := e.Check().(fault.List)
		if len(list) != 1 || list[0].Code != code || list[0].Field != "buckets[0].game" {
			t.Errorf("%s: %v", code, list)
		}
	}
}

func TestGameIsOneText(t *testing.T) {
	a, b := jointly(), jointly()
	g := &b.Buckets[0].Game
	g.Groups[0], g.Groups[2] = Group{[]string{"Bas", "Ada"}, "80.0"}, g.Groups[0]
	g.Seed = "nothing is drawn"
	if a.Hash() != b.Hash() {
		t.Error("spelling changes the hash")
	}
	cycle := jointly()
	cycle.Project = "Ada"
	cycle.Buckets[0].Game.Groups = []Group{{[]string{"bakery"}, "1"}}
	if err := CheckCycle([]Equation{a, cycle}); fault.CodeOf(err) != "equation.cycle" {
		t.Errorf("projects that pay each other by a game: %v", err)
	}
}
