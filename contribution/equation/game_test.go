package equation

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

// jointly is a bucket whose three receivers made something together: Ada alone
// would have made 30, Bas 20, Cleo nothing; Ada and Bas 80, all three 90.
func jointly() Equation {
	return Equation{Project: "bakery", Name: "Poster", Version: 1, Unit: "EUR", Base: Whole, Buckets: []Bucket{{Sequence: 1, Key: "poster", Percent: "100",
		Fixed: []Receiver{{Agent: "Ada"}, {Agent: "Bas"}, {Agent: "Cleo"}}, Game: Game{Groups: []Group{
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
	everybody, b := Group{Worth: "1300"}, &e.Buckets[0]
	b.Fixed = nil
	for n := range 13 {
		everybody.Agents = append(everybody.Agents, fmt.Sprint("p", n))
		b.Fixed = append(b.Fixed, Receiver{Agent: everybody.Agents[n]})
	}
	b.Game = Game{Groups: []Group{everybody, {everybody.Agents[:1], "100"}}, Seed: "poster", Orders: 400}
	r := outcome(t, e, inputOf(bakery(t), 130_000))
	why, err := r.Derivation("p0", "poster")
	if err != nil || !strings.Contains(why.English(), "400 orders drawn by lot (seed poster)") || !strings.Contains(why.English(), "of 1300, within 122.98") {
		t.Errorf("%v\n%s", err, why.English())
	}
}

func TestGamesThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		code, field string
		change      func(*Bucket)
	}{
		{"equation.no_players", "game.groups", func(b *Bucket) { b.Fixed = nil }},
		{"equation.weight_and_game", "fixed[1].weight", func(b *Bucket) { b.Fixed[1].Weight = "1" }},
		{"equation.duplicate", "fixed[3].agent", func(b *Bucket) { b.Fixed = append(b.Fixed, Receiver{Agent: "Ada"}) }},
		{"equation.pays_itself", "fixed[3].agent", func(b *Bucket) { b.Fixed = append(b.Fixed, Receiver{Agent: "bakery"}) }},
		{"equation.stranger", "game.groups[0].agents", func(b *Bucket) { b.Game.Groups[0].Agents = []string{"Zoe"} }},
		{"equation.empty", "game.groups[0].agents", func(b *Bucket) { b.Game.Groups[0].Agents = nil }},
		{"equation.empty", "game.groups[0].worth", func(b *Bucket) { b.Game.Groups[0].Worth = "" }},
		{"equation.negative", "game.groups[0].worth", func(b *Bucket) { b.Game.Groups[0].Worth = "-1" }},
		{"equation.orders", "game.orders", func(b *Bucket) { b.Game.Orders = 7 }},
		{"equation.control_character", "game.seed", func(b *Bucket) { b.Game.Seed = "\x00" }},
		{"shapley.group_twice", "game.groups", func(b *Bucket) { b.Game.Groups = append(b.Game.Groups, Group{[]string{"Bas", "Ada"}, "1"}) }},
		{"shapley.no_worth", "game.groups", func(b *Bucket) { b.Game = Game{Seed: "x"} }},
		{"equation.fixed_and_rules", "rules", func(b *Bucket) { b.Rules = bakeryEquation().Buckets[0].Rules }},
	} {
		e := jointly()
		c.change(&e.Buckets[0])
		list, _ := e.Check().(fault.List)
		if len(list) == 0 || list[len(list)-1].Code != c.code || list[len(list)-1].Field != "buckets[0]."+c.field {
			t.Errorf("%s: %v", c.code, list)
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
}

// Invariant 16: each line is within a step of the exact part of the receiver's
// value, and the lines add up to what the bucket pays.
func TestInvariant16GameIsRoundedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, pot := jointly(), int64(rapid.IntRange(1, 100_000_000).Draw(t, "cents"))
		b := &e.Buckets[0]
		for i := range b.Game.Groups {
			b.Game.Groups[i].Worth = Decimal(fmt.Sprint(rapid.IntRange(1, 1_000_000).Draw(t, "worth")))
		}
		_, _, p, err := b.play()
		if err != nil {
			t.Fatal(err)
		}
		in := Input{Distribution: "d", Pot: cents(pot), AsOf: noon, Ledger: &Ledger{}}
		sums, paid := ran(t, e, in).totals(), int64(0)
		for i, player := range p.game.Players {
			exact := new(big.Rat).Mul(p.Values[i], big.NewRat(cents(pot), p.everybody()))
			if off := exact.Sub(exact, big.NewRat(sums[player], 1)); off.Abs(off).Cmp(big.NewRat(cents(1), 1)) >= 0 {
				t.Fatalf("%s gets %s, more than a cent off", player, micros(sums[player]))
			}
			paid += sums[player]
		}
		if paid != in.Pot {
			t.Fatalf("%s of %s", micros(paid), micros(in.Pot))
		}
	})
}
