package match

import (
	"cmp"
	"slices"

	"commonweal/books/intake"
	"commonweal/quantity"
)

// Item is something open that a payment may settle.
type Item struct {
	ID         string          // the caller's own, different for each item
	Amount     quantity.Amount // still open; more than zero is to come in, as on a statement
	Day        string          // due, or recorded, YYYY-MM-DD; empty for any
	Names      []string        // of the other side, in any spelling
	Accounts   []intake.Account
	References []string // invoice numbers, end-to-end references, codes
}

// Options bound what is proposed. Zero values take the defaults.
type Options struct {
	Days  int // how far payment and item may lie apart without a reference or an account in common; 45
	Least int // fewer points are no candidate; 45
	Most  int // candidates for one payment; 5
}

// Proposal is what may belong to one payment: a line, or a part of a batch.
type Proposal struct {
	Line, Part int         // places in the lines and in Line.Parts; Part is -1 for the whole line
	Candidates []Candidate // best first
	Chosen     int         // the one that is better than any other choice; -1 when there is none
}

// Candidate is one answer: an item, or several that are paid at once.
type Candidate struct {
	Items   []int // places in the items, by ID
	Score   int   // 0 to 100
	Reasons []Reason
}

// Reason is why a candidate has points.
type Reason struct {
	Code   string // "amount", "part", "over", "several", "reference", "account", "name", "day": for a translation
	Points int
	Text   string // in English: "the same amount"
}

// Propose finds candidates for every payment and chooses where one is better
// than all others. Lines come in their order, each with its parts.
func Propose(lines []intake.Line, items []Item, o Options) []Proposal {
	o = Options{cmp.Or(o.Days, 45), cmp.Or(o.Least, 45), cmp.Or(o.Most, 5)}
	x := newIndex(items)
	var out []Proposal
	for i := range lines {
		l := &lines[i]
		if len(l.Parts) == 0 {
			out = append(out, x.propose(payment{l.Amount, l.Day, l.Detail}, o, i, -1))
			continue
		}
		for j, p := range l.Parts {
			out = append(out, x.propose(payment{p.Amount, l.Day, p.Detail}, o, i, j))
		}
	}
	choose(out)
	for i := range out {
		out[i].Candidates = out[i].Candidates[:min(len(out[i].Candidates), max(o.Most, out[i].Chosen+1))]
	}
	return out
}

// payment is what is compared of a line or a part.
type payment struct {
	amount quantity.Amount
	day    string
	intake.Detail
}

// propose scores all candidates of a payment.
func (x *index) propose(p payment, o Options, line, part int) Proposal {
	out := Proposal{Line: line, Part: part, Chosen: -1}
	named := x.named(p)
	seen := map[int]bool{}
	for _, i := range append(x.withAmount(p, o.Days), sortedKeys(named)...) {
		if seen[i] {
			continue
		}
		seen[i] = true
		if c := x.score(p, i, named[i], o); c.Score >= o.Least {
			out.Candidates = append(out.Candidates, c)
		}
	}
	if c, ok := x.together(p, named, o); ok {
		out.Candidates = append(out.Candidates, c)
	}
	slices.SortFunc(out.Candidates, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), slices.Compare(x.ids(a.Items), x.ids(b.Items)))
	})
	return out
}

func (x *index) ids(items []int) []string {
	out := make([]string, len(items))
	for i, at := range items {
		out[i] = x.items[at].ID
	}
	return out
}

// choose goes down the scores. On each, what is still free and stands against
// nothing else is chosen; what stands against something is a tie, which closes
// both for lower scores too.
func choose(all []Proposal) {
	type bid struct{ proposal, candidate int }
	levels := map[int][]bid{}
	for i, p := range all {
		for j, c := range p.Candidates {
			levels[c.Score] = append(levels[c.Score], bid{i, j})
		}
	}
	closed, used := map[int]bool{}, map[int]bool{} // proposals, items
	for _, score := range slices.Backward(sortedKeys(levels)) {
		var open []bid
		wanted, bidding := map[int]int{}, map[int]int{} // how often, on this level
		for _, b := range levels[score] {
			items := all[b.proposal].Candidates[b.candidate].Items
			if closed[b.proposal] || slices.ContainsFunc(items, func(i int) bool { return used[i] }) {
				continue
			}
			open = append(open, b)
			bidding[b.proposal]++
			for _, i := range items {
				wanted[i]++
			}
		}
		for _, b := range open {
			items := all[b.proposal].Candidates[b.candidate].Items
			if bidding[b.proposal] == 1 && !slices.ContainsFunc(items, func(i int) bool { return wanted[i] > 1 }) {
				all[b.proposal].Chosen = b.candidate
			}
			closed[b.proposal] = true
			for _, i := range items {
				used[i] = true
			}
		}
	}
}

func sortedKeys[V any](m map[int]V) []int {
	out := make([]int, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
