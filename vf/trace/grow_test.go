package trace

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// whatever draws events that no ledger would take: every field is free, so
// that records are overdrawn, covered late, counted only in the accounts,
// containers named after what lies in them, and all of it corrected.
func whatever(t *rapid.T) (out []Event) {
	pick := func(what string, names ...string) ID { return id(rapid.SampledFrom(names).Draw(t, what)) }
	amount := rapid.SampledFrom([]int64{-3 * one, -one, 0, 0, one, 3 * one})
	for i := range rapid.IntRange(1, 30).Draw(t, "events") {
		e := Event{ID: id(fmt.Sprint("e", i)), At: rapid.Int64Range(0, 9).Draw(t, "at"), Unit: rapid.SampledFrom([]string{"one", "hour", ""}).Draw(t, "unit"),
			Quantity: rapid.Int64Range(0, 3).Draw(t, "quantity") * one,
			InputOf:  pick("input", "", "p", "q"), OutputOf: pick("output", "", "p", "q"), From: pick("from", "", "a", "b", "c"), To: pick("to", "", "a", "b", "c"),
			FromOnhand: amount.Draw(t, "from on hand"), ToOnhand: amount.Draw(t, "to on hand"), FromAccounted: amount.Draw(t, "from accounted"), ToAccounted: amount.Draw(t, "to accounted"),
			Half: rapid.SampledFrom([]Half{NoHalf, NoHalf, TakesIn, PutsIn, Returns}).Draw(t, "half"), Queues: rapid.Bool().Draw(t, "queues")}
		if i > 0 && e.Half == Returns {
			e.PairOf = out[rapid.IntRange(0, i-1).Draw(t, "pair")].ID
		}
		if i > 0 && rapid.IntRange(0, 9).Draw(t, "correction") == 0 {
			o := out[rapid.IntRange(0, i-1).Draw(t, "corrects")]
			e.Corrects, e.Quantity, e.Unit = o.ID, -o.Quantity, o.Unit
			e.FromOnhand, e.ToOnhand, e.FromAccounted, e.ToAccounted = -o.FromOnhand, -o.ToOnhand, -o.FromAccounted, -o.ToAccounted
		}
		out = append(out, e)
	}
	return out
}

// list lists the edges of a graph by what their ends are.
func (g *Graph) list(l *lists, turned bool) (out []string) {
	name := func(n uint32) string {
		v := g.nodeOf(n)
		return fmt.Sprint(v.Kind, name(v.ID), v.Place)
	}
	for n := range uint32(len(g.nodes)) {
		for _, e := range l.of(n) {
			child, parent := name(n), name(e.node())
			if turned {
				child, parent = parent, child
			}
			out = append(out, child+" "+e.kind().String()+" "+parent)
		}
	}
	slices.Sort(out)
	return out
}

// answers lists what is found of each record in both directions, with depths and amounts.
func (g *Graph) answers(t *rapid.T) (out []string) {
	for _, d := range []Direction{Back, On} {
		for _, r := range g.records.ids {
			ask := Ask{Direction: d, Records: []ID{r}}
			a, err := g.Walk(context.Background(), ask)
			if err != nil {
				t.Fatal(err)
			}
			var found Reached
			for _, n := range a.Nodes {
				*[...]*int{EventNode: &found.Events, ProcessNode: &found.Processes, StockNode: &found.Stocks}[n.Kind]++
			}
			if n, err := g.Reach(context.Background(), ask); err != nil || n != found {
				t.Fatalf("within reach is %v (%v), the walk found %v", n, err, found)
			}
			for _, n := range a.Nodes {
				out = append(out, fmt.Sprint(d, name(r), n.Kind, name(n.ID), n.Place, n.Depth, amount(n.Amount)))
			}
		}
	}
	slices.Sort(out)
	return out
}

// Invariant 28: edges that grew event by event are those made at once, and
// those of both directions are the same; so are the answers.
func TestInvariant28GrownAsMadeAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grown, atOnce := New(), New()
		for _, e := range whatever(t) {
			if rapid.IntRange(0, 3).Draw(t, "walk") > 0 {
				grown.refresh()
			}
			if err := grown.Add(e); err != nil {
				t.Fatal(err)
			}
			if err := atOnce.Add(e); err != nil {
				t.Fatal(err)
			}
		}
		grown.refresh()
		atOnce.refresh()
		want := atOnce.list(&atOnce.up, false)
		for what, got := range map[string][]string{"grown up": grown.list(&grown.up, false), "grown down": grown.list(&grown.down, true), "down": atOnce.list(&atOnce.down, true)} {
			if !slices.Equal(got, want) {
				t.Fatalf("%s:\n%q\nmade at once:\n%q", what, got, want)
			}
		}
		if got, want := grown.answers(t), atOnce.answers(t); !slices.Equal(got, want) {
			t.Fatalf("the answers of what grew:\n%q\nof what was made at once:\n%q", got, want)
		}
	})
}
