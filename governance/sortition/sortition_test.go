package sortition

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

// drawPool draws a small pool with two attributes, and quotas on some values.
func drawPool(t *rapid.T) ([]Person, Rule) {
	var people []Person
	for i := range rapid.IntRange(1, 8).Draw(t, "people") {
		people = append(people, Person{ID: string(rune('a' + i)), Values: map[string]string{
			"class": rapid.SampledFrom([]string{"labor", "user"}).Draw(t, "class"), "region": rapid.SampledFrom([]string{"north", "south", "west"}).Draw(t, "region")}})
	}
	r := Rule{Size: rapid.IntRange(1, len(people)).Draw(t, "size")}
	for _, q := range []Quota{{Attribute: "class", Value: "labor"}, {Attribute: "class", Value: "user"}, {Attribute: "region", Value: "north"}, {Attribute: "region", Value: "south"}, {Attribute: "region", Value: "east"}} {
		if rapid.Bool().Draw(t, "quota") {
			q.Min = rapid.IntRange(0, 3).Draw(t, "min")
			q.Max = q.Min + rapid.IntRange(0, 3).Draw(t, "more")
			r.Quotas = append(r.Quotas, q)
		}
	}
	return people, r
}

// panels lists every panel that meets the quotas.
func panels(people []Person, r Rule) (out [][]string) {
	byID := map[string]Person{}
	for _, p := range people {
		byID[p.ID] = p
	}
	for set := range 1 << len(people) {
		var members []string
		for i, p := range people {
			if set>>i&1 == 1 {
				members = append(members, p.ID)
			}
		}
		if len(members) == r.Size && meets(r.Quotas, members, byID) {
			out = append(out, members)
		}
	}
	return out
}

// Invariants 1 to 4 and 7, against the list of all panels.
func TestInvariant1To4And7AllPanels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people, r := drawPool(t)
		r.Reserves = rapid.IntRange(0, len(people)-r.Size).Draw(t, "reserves")
		all := panels(people, r)
		panel, err := Draw("seed", people, r)
		if len(all) == 0 {
			checkConflict(t, people, r, err)
			return
		}
		if err != nil {
			t.Fatalf("%d panels meet the quotas: %v", len(all), err)
		}
		if !slices.ContainsFunc(all, func(p []string) bool { return slices.Equal(p, panel.Members) }) {
			t.Fatalf("%v is none of %v", panel.Members, all)
		}
		if len(panel.Reserves) != r.Reserves || slices.ContainsFunc(panel.Reserves, func(id string) bool { return slices.Contains(panel.Members, id) }) {
			t.Fatalf("reserves %v of %v", panel.Reserves, panel.Members)
		}
		for _, c := range panel.Chances {
			on := int64(0)
			for _, p := range all {
				if slices.Contains(p, c.Person) {
					on++
				}
			}
			if want := big.NewRat(on, int64(len(all))).RatString(); c.Chance != want {
				t.Fatalf("%s has %s, want %s", c.Person, c.Chance, want)
			}
		}
		other, quotas := slices.Clone(people), r
		quotas.Quotas = slices.Clone(r.Quotas)
		slices.Reverse(other)
		slices.Reverse(quotas.Quotas)
		if again, err := Draw("seed", other, quotas); err != nil || fmt.Sprint(again) != fmt.Sprint(panel) {
			t.Fatalf("%v %v, and in another order %v", err, panel, again)
		}
	})
}

// checkConflict holds that the quotas named contradict each other, and that
// without any one of them there is a panel.
func checkConflict(t *rapid.T, people []Person, r Rule, err error) {
	if fault.CodeOf(err) != "sortition.infeasible" {
		t.Fatalf("no panel meets the quotas: %v", err)
	}
	p, err := sorted(people, r)
	if err != nil {
		t.Fatal(err)
	}
	named, err := p.conflict()
	if err != nil || len(named) == 0 {
		t.Fatal(named, err)
	}
	alone := r
	if alone.Quotas = named; len(panels(people, alone)) > 0 {
		t.Fatalf("%v contradict nothing", named)
	}
	for i := range named {
		alone.Quotas = slices.Delete(slices.Clone(named), i, i+1)
		if len(panels(people, alone)) == 0 {
			t.Fatalf("%v contradict each other without %v too", alone.Quotas, named[i])
		}
	}
}

// Invariant 5: prices prove that no mixture has a larger smallest chance: at these
// prices no panel is worth more than 1, and they cost what the mixture does.
func TestInvariant5MaxMin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people, r := drawPool(t)
		all := panels(people, r)
		if len(all) == 0 {
			return
		}
		r.Aim = MaxMin
		panel, err := Draw("seed", people, r)
		if err != nil {
			t.Fatal(err)
		}
		sum := new(big.Rat)
		least := new(big.Rat)
		for _, c := range panel.Chances {
			x, _ := new(big.Rat).SetString(c.Chance)
			sum.Add(sum, x)
			if x.Sign() > 0 && (least.Sign() == 0 || x.Cmp(least) < 0) {
				least = x
			}
		}
		if sum.Cmp(big.NewRat(int64(r.Size), 1)) != 0 {
			t.Fatalf("the chances add up to %s of %d", sum.RatString(), r.Size)
		}
		if !slices.ContainsFunc(all, func(p []string) bool { return slices.Equal(p, panel.Members) }) {
			t.Fatalf("%v meets no quotas", panel.Members)
		}
		p, _ := sorted(people, r)
		g, _ := newGraph(p, mostNodes)
		s := newSimplex(g)
		for {
			column, m := s.entering()
			if column == nil {
				break
			}
			s.pivot(column, m)
		}
		price, cost := map[string]*big.Rat{}, new(big.Rat)
		for i, y := range s.prices() {
			if y.Sign() < 0 {
				t.Fatalf("a price of %s", y.RatString())
			}
			cost.Add(cost, y)
			for _, id := range p.kinds[s.rows[i]].people {
				price[id] = new(big.Rat).Quo(y, s.people(s.rows[i]))
			}
		}
		for _, members := range all {
			worth := new(big.Rat)
			for _, id := range members {
				if price[id] == nil {
					t.Fatalf("%s can be on a panel and has no price", id)
				}
				worth.Add(worth, price[id])
			}
			if worth.Cmp(big.NewRat(1, 1)) > 0 {
				t.Fatalf("%v is worth %s", members, worth.RatString())
			}
		}
		if want := new(big.Rat).Inv(cost); least.Cmp(want) != 0 {
			t.Fatalf("the smallest chance is %s, and %s is possible", least.RatString(), want.RatString())
		}
	})
}

// Invariant 6: over many seeds, people are drawn as often as they should.
func TestInvariant6Frequency(t *testing.T) {
	people := []Person{{ID: "a", Values: map[string]string{"class": "labor"}}, {ID: "b", Values: map[string]string{"class": "labor"}}, {ID: "c", Values: map[string]string{"class": "user"}}, {ID: "d"}, {ID: "e"}}
	r := Rule{Size: 2, Quotas: []Quota{{Attribute: "class", Value: "user", Min: 1, Max: 1}}}
	const draws = 4000
	for _, aim := range []Aim{Uniform, MaxMin} {
		r.Aim = aim
		drawn := map[string]int{}
		for i := range draws {
			panel, err := Draw(fmt.Sprint("seed ", i), people, r)
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range panel.Members {
				drawn[id]++
			}
		}
		for id, want := range map[string]int{"a": draws / 4, "b": draws / 4, "c": draws, "d": draws / 4, "e": draws / 4} {
			if got := drawn[id]; got < want-130 || got > want+130 { // four and a half standard deviations
				t.Errorf("%s: %s is drawn %d times, want about %d", aim, id, got, want)
			}
		}
	}
}

// Uniform and max-min differ: the only one from the south is on every second
// panel that meets the quotas, or as rarely as anybody.
func TestAimsDiffer(t *testing.T) {
	var people []Person
	for i := range 9 {
		people = append(people, Person{ID: fmt.Sprint("north ", i), Values: map[string]string{"region": "north"}})
	}
	people = append(people, Person{ID: "south", Values: map[string]string{"region": "south"}})
	r := Rule{Size: 2, Quotas: []Quota{{Attribute: "region", Value: "south", Min: 0, Max: 1}}}
	for aim, want := range map[Aim]string{Uniform: "1/5", MaxMin: "1/5"} {
		r.Aim = aim
		panel, err := Draw("seed", people, r)
		if err != nil {
			t.Fatal(err)
		}
		if got := panel.Chances[9]; got.Person != "south" || got.Chance != want {
			t.Errorf("%s: %+v, want %s", aim, got, want)
		}
	}
	people = append(people, Person{ID: "west 1", Values: map[string]string{"region": "west"}}, Person{ID: "west 2", Values: map[string]string{"region": "west"}})
	r.Quotas = []Quota{{Attribute: "region", Value: "north", Min: 1, Max: 1}}
	// One of nine from the north, one of three from elsewhere.
	for aim, want := range map[Aim]string{Uniform: "1/9", MaxMin: "1/9"} {
		r.Aim = aim
		panel, err := Draw("seed", people, r)
		if err != nil || panel.Chances[0].Chance != want || panel.Chances[11].Chance != "1/3" {
			t.Errorf("%s: %v %+v", aim, err, panel.Chances)
		}
	}
}

// A member who leaves is replaced so that the quotas still hold.
func TestReplace(t *testing.T) {
	people := []Person{{ID: "a", Values: map[string]string{"class": "labor"}}, {ID: "b"}, {ID: "c"}, {ID: "d", Values: map[string]string{"class": "labor"}}}
	r := Rule{Size: 2, Quotas: []Quota{{Attribute: "class", Value: "labor", Min: 1, Max: 1}}}
	panel := Panel{Members: []string{"a", "b"}, Reserves: []string{"c", "d"}}
	for leaving, want := range map[string]string{"a": "[b d] [c]", "b": "[a c] [d]"} {
		got, err := Replace(people, r, panel, leaving)
		if err != nil || fmt.Sprint(got.Members, got.Reserves) != want {
			t.Errorf("without %s: %v %v, want %s", leaving, got, err, want)
		}
	}
	if _, err := Replace(people, r, Panel{Members: []string{"a", "b"}, Reserves: []string{"c"}}, "a"); fault.CodeOf(err) != "sortition.no_reserve" {
		t.Error(err)
	}
	if _, err := Replace(people, r, panel, "zoe"); fault.CodeOf(err) != "sortition.no_member" {
		t.Error(err)
	}
}

func TestRefusals(t *testing.T) {
	people := []Person{{ID: "a"}, {ID: "b"}}
	quota := func(q ...Quota) Rule { return Rule{Size: 1, Quotas: q} }
	for _, x := range []struct {
		code   string
		people []Person
		rule   Rule
	}{
		{"sortition.size", people, Rule{Size: 3}},
		{"sortition.size", people, Rule{}},
		{"sortition.reserves", people, Rule{Size: 1, Reserves: 2}},
		{"sortition.aim", people, Rule{Size: 1, Aim: "friends"}},
		{"sortition.quotas", people, Rule{Size: 1, Quotas: make([]Quota, 65)}},
		{"sortition.quota", people, quota(Quota{Min: 2, Max: 1})},
		{"sortition.quota_twice", people, quota(Quota{Attribute: "x"}, Quota{Attribute: "x"})},
		{"sortition.person", append(people, Person{ID: "a"}), Rule{Size: 1}},
		{"sortition.infeasible", people, quota(Quota{Attribute: "x", Value: "y", Min: 1, Max: 1})},
	} {
		if _, err := Draw("seed", x.people, x.rule); fault.CodeOf(err) != x.code {
			t.Errorf("%s: %v", x.code, err)
		}
	}
}

// assembly is a pool of 200 as citizens' assemblies have it, for a panel of 24 with
// quotas on some attributes.
func assembly(attributes int) ([]Person, Rule) {
	rnd := rand.New(rand.NewPCG(3, 1))
	values := []int{2, 4, 3, 3}[:attributes]
	r := Rule{Size: 24}
	var pool []Person
	for i := range 200 {
		p := Person{ID: fmt.Sprintf("person %04d", i), Values: map[string]string{}}
		for a, n := range values {
			p.Values[fmt.Sprint(a)] = fmt.Sprint(rnd.IntN(n))
		}
		pool = append(pool, p)
	}
	for a, n := range values {
		for v := range n {
			r.Quotas = append(r.Quotas, Quota{Attribute: fmt.Sprint(a), Value: fmt.Sprint(v), Min: r.Size/n - 2, Max: r.Size/n + 2})
		}
	}
	return pool, r
}

// Where there are too many ways to count, panels are drawn until one meets the
// quotas; the chances are estimated, and said to be.
func TestTooManyWaysToCount(t *testing.T) {
	people, r := assembly(4)
	panel, err := Draw("seed", people, r)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]Person{}
	for _, p := range people {
		byID[p.ID] = p
	}
	sum := new(big.Rat)
	for _, c := range panel.Chances {
		x, _ := new(big.Rat).SetString(c.Chance)
		sum.Add(sum, x)
	}
	if panel.Estimate == 0 || !meets(r.Quotas, panel.Members, byID) || len(slices.Compact(panel.Members)) != r.Size || sum.Cmp(big.NewRat(int64(r.Size), 1)) != 0 {
		t.Errorf("%d estimates, %v, chances add up to %s", panel.Estimate, panel.Members, sum.RatString())
	}
	slices.Reverse(people)
	if again, err := Draw("seed", people, r); err != nil || !slices.Equal(again.Members, panel.Members) {
		t.Errorf("%v and again %v, %v", panel.Members, again.Members, err)
	}
	r.Aim = MaxMin
	if _, err := Draw("seed", people, r); fault.CodeOf(err) != "sortition.too_many_quotas" {
		t.Error(err)
	}
}

// Drawing again and again gives the chances that counting does.
func TestRepeatedAgreesWithCounting(t *testing.T) {
	people, r := assembly(1)
	p, err := sorted(people, r)
	if err != nil {
		t.Fatal(err)
	}
	g, err := newGraph(p, mostNodes)
	if err != nil {
		t.Fatal(err)
	}
	_, expected, panels, err := p.repeated(&stream{seed: "seed"})
	if err != nil || panels != mostPanels {
		t.Fatal(panels, err)
	}
	for k, want := range g.expected() {
		if d := new(big.Rat).Sub(want, expected[k]); d.Abs(d).Cmp(big.NewRat(1, 5)) > 0 { // of 12, with a deviation of 0.04
			t.Errorf("kind %d: %s drawn, %s counted", k, expected[k].FloatString(3), want.FloatString(3))
		}
	}
}

func BenchmarkAssembly(b *testing.B) {
	for attributes := 1; attributes <= 4; attributes++ {
		people, r := assembly(attributes)
		for _, aim := range []Aim{Uniform, MaxMin} {
			if attributes > 2 && aim == MaxMin {
				continue // refused
			}
			b.Run(fmt.Sprint(attributes, " attributes ", aim), func(b *testing.B) {
				r.Aim = aim
				for b.Loop() {
					if _, err := Draw("seed", people, r); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
