package evaluation

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

func named(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s%d", prefix, i)
	}
	return out
}

func TestWhoMayNotJudge(t *testing.T) {
	item := Item{ID: "a", Author: "ada", Sharers: []string{"sam"}}
	declared := conflictSet([]Conflict{{"kin", "ada"}, {"foe", "sam"}, {"ada", "free"}, {"x", "y"}})
	for rater, want := range map[string]string{
		"ada": "is its author", "sam": "shares a claim on it",
		"kin": "has declared a conflict with its author",
		"foe": "has declared a conflict with somebody who shares a claim on it",
		"x":   "", "free": "", // whom Ada does not judge may judge Ada
	} {
		if got := declared.bars(rater, item); got != want {
			t.Errorf("%s %q, want %q", rater, got, want)
		}
	}
}

// drawn is a random round before its panels.
type drawn struct {
	items    []Item
	raters   []string
	declared []Conflict
	rule     PanelRule
}

func drawRound(t *rapid.T) drawn {
	d := drawn{raters: named("r", rapid.IntRange(1, 9).Draw(t, "raters"))}
	person := rapid.SampledFrom(d.raters)
	for _, id := range named("i", rapid.IntRange(1, 9).Draw(t, "items")) {
		d.items = append(d.items, Item{id, person.Draw(t, "author"), rapid.SliceOfN(person, 0, 2).Draw(t, "sharers")})
	}
	for range rapid.IntRange(0, 4).Draw(t, "conflicts") {
		d.declared = append(d.declared, Conflict{person.Draw(t, "rater"), person.Draw(t, "of")})
	}
	least := rapid.IntRange(1, 3).Draw(t, "least")
	d.rule = PanelRule{least + rapid.IntRange(0, 2).Draw(t, "more"), least, rapid.IntRange(1, 9).Draw(t, "most each")}
	return d
}

func (d drawn) draw(seed string) ([]Panel, error) {
	return Draw([]byte(seed), d.rule, d.items, d.raters, d.declared, nil)
}

func TestInvariant1NobodyJudgesHisOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawRound(t)
		panels, err := d.draw("seed")
		if err != nil {
			return
		}
		byID, barred := map[string]Item{}, conflictSet(d.declared)
		for _, i := range d.items {
			byID[i.ID] = i
		}
		for _, p := range panels {
			for _, r := range p.Raters {
				if why := barred.bars(r, byID[p.Item]); why != "" {
					t.Fatalf("%s judges %s but %s", r, p.Item, why)
				}
			}
		}
	})
}

func TestInvariant2PanelsAreFairAndFull(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawRound(t)
		panels, err := d.draw("seed")
		if possible := d.possible(); (err == nil) != possible {
			t.Fatalf("drawing gave %v, but a filling exists: %v", err, possible)
		}
		if err != nil {
			if fault.CodeOf(err) != "evaluation.panel_too_small" {
				t.Fatal(err)
			}
			return
		}
		load := map[string]int{}
		for _, p := range panels {
			n := len(p.Raters)
			if n < d.rule.Least || n > d.rule.Size || len(slices.Compact(slices.Clone(p.Raters))) != n {
				t.Fatalf("the panel of %s is %v under %+v", p.Item, p.Raters, d.rule)
			}
			for _, r := range p.Raters {
				load[r]++
			}
		}
		for r, n := range load {
			if n > d.rule.MostEach {
				t.Fatalf("%s judges %d items, at most %d", r, n, d.rule.MostEach)
			}
		}
		shuffled := drawn{rapid.Permutation(d.items).Draw(t, "items"), rapid.Permutation(d.raters).Draw(t, "raters"), rapid.Permutation(d.declared).Draw(t, "declared"), d.rule}
		again, err := shuffled.draw("seed")
		if err != nil || !slices.EqualFunc(panels, again, func(a, b Panel) bool { return a.Item == b.Item && slices.Equal(a.Raters, b.Raters) }) {
			t.Fatalf("in another order %v, %v instead of %v", again, err, panels)
		}
	})
}

// possible decides by plain augmenting paths over seats whether each item can
// have its least number.
func (d drawn) possible() bool {
	barred, holds := conflictSet(d.declared), map[string][]int{} // rater → seats
	item := func(seat int) Item { return d.items[seat/d.rule.Least] }
	var place func(seat int, tried map[string]bool) bool
	place = func(seat int, tried map[string]bool) bool {
		for _, r := range d.raters {
			sits := slices.ContainsFunc(holds[r], func(s int) bool { return item(s).ID == item(seat).ID })
			if tried[r] || sits || barred.bars(r, item(seat)) != "" {
				continue
			}
			tried[r] = true
			if len(holds[r]) < d.rule.MostEach {
				holds[r] = append(holds[r], seat)
				return true
			}
			for at, other := range holds[r] {
				if place(other, tried) {
					holds[r][at] = seat
					return true
				}
			}
		}
		return false
	}
	for seat := range len(d.items) * d.rule.Least {
		if !place(seat, map[string]bool{}) {
			return false
		}
	}
	return true
}

func TestSeedDecides(t *testing.T) {
	d := drawn{items: []Item{{ID: "a", Author: "x"}}, raters: named("r", 40), rule: PanelRule{3, 3, 1}}
	different := map[string]bool{}
	for seed := range 20 {
		panels, err := d.draw(fmt.Sprint(seed))
		if err != nil {
			t.Fatal(err)
		}
		different[fmt.Sprint(panels)] = true
	}
	if len(different) < 15 {
		t.Errorf("twenty seeds drew only %d different panels", len(different))
	}
}

// Work is spread: with as many seats as raters can take, everybody gets his part.
func TestWorkIsSpread(t *testing.T) {
	d := drawn{raters: named("r", 10), rule: PanelRule{3, 3, 100}}
	for _, id := range named("i", 20) {
		d.items = append(d.items, Item{ID: id, Author: "somebody else"})
	}
	panels, err := d.draw("seed")
	if err != nil {
		t.Fatal(err)
	}
	load := map[string]int{}
	for _, p := range panels {
		for _, r := range p.Raters {
			load[r]++
		}
	}
	for r, n := range load {
		if n != 6 {
			t.Errorf("%s judges %d of 60 seats among ten, want 6", r, n)
		}
	}
}

func TestSecondPanelIsAnotherOne(t *testing.T) {
	d := drawn{items: []Item{{ID: "a", Author: "x"}}, raters: named("r", 6), rule: PanelRule{3, 3, 1}}
	first, err := d.draw("seed")
	if err != nil {
		t.Fatal(err)
	}
	second, err := Draw([]byte("seed, second panel"), d.rule, d.items, d.raters, nil, first)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range second[0].Raters {
		if slices.Contains(first[0].Raters, r) {
			t.Errorf("%s sits on both panels", r)
		}
	}
}

// An item with more than its least gives a rater up for one that has none,
// whatever the lots: only r1 may judge b.
func TestSpareRatersMoveToWhereTheyAreNeeded(t *testing.T) {
	d := drawn{
		items:  []Item{{ID: "a", Author: "x"}, {ID: "b", Author: "r0"}},
		raters: []string{"r0", "r1"},
		rule:   PanelRule{Size: 2, Least: 1, MostEach: 1},
	}
	for seed := range 20 {
		panels, err := d.draw(fmt.Sprint(seed))
		if err != nil || fmt.Sprint(panels) != "[{a [r0]} {b [r1]}]" {
			t.Errorf("seed %d: %v, %v", seed, panels, err)
		}
	}
}

func TestDrawRefusals(t *testing.T) {
	item := []Item{{ID: "a", Author: "ada"}}
	tests := []struct {
		name  string
		rule  PanelRule
		items []Item
		code  string
	}{
		{"size below least", PanelRule{1, 2, 1}, item, "evaluation.bad_panel_rule"},
		{"nobody needed", PanelRule{1, 0, 1}, item, "evaluation.bad_panel_rule"},
		{"nobody may judge", PanelRule{1, 1, 0}, item, "evaluation.bad_panel_rule"},
		{"an item twice", PanelRule{1, 1, 1}, append(item, item...), "evaluation.duplicate_item"},
		{"only the author is there", PanelRule{1, 1, 1}, item, "evaluation.panel_too_small"},
	}
	for _, tt := range tests {
		if _, err := Draw(nil, tt.rule, tt.items, []string{"ada"}, nil, nil); fault.CodeOf(err) != tt.code {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.code)
		}
	}
}

func BenchmarkDraw10k(b *testing.B) {
	d := drawn{raters: named("r", 10_000), rule: PraisePanels}
	for n, id := range named("i", 10_000) {
		d.items = append(d.items, Item{ID: id, Author: d.raters[n]})
	}
	for b.Loop() {
		if _, err := d.draw("seed"); err != nil {
			b.Fatal(err)
		}
	}
}
