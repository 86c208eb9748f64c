package evaluation

import (
	"maps"
	"slices"
)

// deal is the state of one sortition.
type deal struct {
	seed   []byte
	rule   PanelRule
	items  map[string]Item
	barred conflicts
	avoid  map[string]map[string]bool // item → raters not to draw

	order  []string            // items by lot
	pool   []string            // raters in order of id, each once
	panels map[string][]string // item → raters
	held   map[string][]string // rater → items

	deck   []string // raters still to be dealt in this pass
	inDeck map[string]bool
	pass   int
}

func newDeal(seed []byte, rule PanelRule, items map[string]Item, raters []string, declared []Conflict, avoid []Panel) *deal {
	pool := slices.Compact(slices.Sorted(slices.Values(raters)))
	d := &deal{
		seed: seed, rule: rule, items: items, barred: conflictSet(declared),
		avoid:  make(map[string]map[string]bool, len(avoid)),
		order:  shuffle(seed, 0, slices.Sorted(maps.Keys(items))),
		pool:   pool,
		panels: make(map[string][]string, len(items)),
		held:   make(map[string][]string, len(pool)),
		inDeck: make(map[string]bool, len(pool)),
	}
	for _, p := range avoid {
		if d.avoid[p.Item] == nil {
			d.avoid[p.Item] = map[string]bool{}
		}
		for _, r := range p.Raters {
			d.avoid[p.Item][r] = true
		}
	}
	return d
}

// may reports whether the rater may judge the item and does not yet.
func (d *deal) may(rater, item string) bool {
	return !slices.Contains(d.panels[item], rater) && !d.avoid[item][rater] && d.barred.bars(rater, d.items[item]) == ""
}

// serve gives the item the next rater who may judge it, from what is left of
// this pass or else from a new one.
func (d *deal) serve(item string) {
	if d.takeFromDeck(item) {
		return
	}
	if d.addPass() {
		d.takeFromDeck(item)
	}
}

func (d *deal) takeFromDeck(item string) bool {
	for at, rater := range d.deck {
		if !d.may(rater, item) {
			continue
		}
		copy(d.deck[1:at+1], d.deck[:at]) // those passed over keep their turn
		d.deck = d.deck[1:]
		delete(d.inDeck, rater)
		d.assign(rater, item)
		return true
	}
	return false
}

// addPass puts everybody who may take more, and is not waiting, at the end of
// the deck.
func (d *deal) addPass() bool {
	var open []string
	for _, r := range d.pool {
		if !d.inDeck[r] && len(d.held[r]) < d.rule.MostEach {
			open = append(open, r)
			d.inDeck[r] = true
		}
	}
	d.pass++
	d.deck = append(d.deck, shuffle(d.seed, d.pass, open)...)
	return len(open) > 0
}

func (d *deal) assign(rater, item string) {
	d.panels[item] = append(d.panels[item], rater)
	d.held[rater] = append(d.held[rater], item)
}

func (d *deal) release(rater, item string) {
	d.panels[item] = without(d.panels[item], rater)
	d.held[rater] = without(d.held[rater], item)
}

// rescue finds a rater for an item that is short: one with room, or one who
// can pass another of his items on, along a path as long as it takes (the
// augmenting path of bipartite matching). visited holds the raters tried.
func (d *deal) rescue(item string, visited map[string]bool) bool {
	var full []string
	for _, r := range d.pool {
		switch {
		case visited[r] || !d.may(r, item):
		case len(d.held[r]) < d.rule.MostEach:
			d.dropFromDeck(r)
			d.assign(r, item)
			return true
		default:
			full = append(full, r)
		}
	}
	for _, r := range full {
		visited[r] = true
		for _, other := range slices.Clone(d.held[r]) {
			if len(d.panels[other]) > d.rule.Least || d.rescue(other, visited) {
				d.release(r, other)
				d.assign(r, item)
				return true
			}
		}
	}
	return false
}

func (d *deal) dropFromDeck(rater string) {
	if d.inDeck[rater] {
		d.deck = without(d.deck, rater)
		delete(d.inDeck, rater)
	}
}

func (d *deal) result() []Panel {
	out := make([]Panel, 0, len(d.panels))
	for _, item := range slices.Sorted(maps.Keys(d.items)) {
		out = append(out, Panel{item, slices.Sorted(slices.Values(d.panels[item]))})
	}
	return out
}

func without(list []string, gone string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == gone })
}
