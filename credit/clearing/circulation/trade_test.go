package circulation

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"commonweal/credit/clearing/sample"
)

// networkOf is the network of a register, parallel debts merged.
func networkOf(t sample.Trade) Network {
	debts := t.Register()
	slices.SortFunc(debts, func(a, b sample.Debt) int {
		return cmp.Or(cmp.Compare(a.Debtor, b.Debtor), cmp.Compare(a.Creditor, b.Creditor))
	})
	n := Network{Nodes: t.Members}
	for i, d := range debts {
		if i > 0 && d.Debtor == debts[i-1].Debtor && d.Creditor == debts[i-1].Creditor {
			n.Arcs[len(n.Arcs)-1].Upper += d.Amount
			continue
		}
		n.Arcs = append(n.Arcs, Arc{Upper: d.Amount, Tail: d.Debtor, Head: d.Creditor, Worth: 1})
	}
	return n
}

// withHub adds a circuit of mutual credit that a tenth of the nodes belong to.
func (n Network) withHub(worth int32) Network {
	out := Network{Nodes: n.Nodes + 1}
	hub, arcs := int32(n.Nodes), n.Arcs
	var back []Arc
	for u := range hub {
		for len(arcs) > 0 && arcs[0].Tail == u {
			a := arcs[0]
			a.Worth = worth
			out.Arcs, arcs = append(out.Arcs, a), arcs[1:]
		}
		if u%10 == 0 {
			out.Arcs = append(out.Arcs, Arc{Upper: 50_000, Tail: u, Head: hub})
			back = append(back, Arc{Upper: 10_000, Tail: hub, Head: u, Worth: -1}, Arc{Upper: 20_000, Tail: hub, Head: u, Worth: -3})
		}
	}
	out.Arcs = append(out.Arcs, back...)
	return out
}

// shapes are what is measured: dense cores, of which a fifth clears, and thin
// ones, of which a fiftieth does.
var shapes = map[string]sample.Trade{
	"dense": {Skew: 1, Seed: 1}, "even": {Skew: 0, Seed: 2}, "thin": {Skew: 1.5, Upstream: 0.97, Seed: 3},
}

// BenchmarkMaximize measures both methods: go test -bench Maximize/dense/100000 -benchtime 1x.
func BenchmarkMaximize(b *testing.B) {
	for name, shape := range shapes {
		for _, arcs := range []int{10_000, 30_000, 100_000, 300_000, 1_000_000} {
			shape.Members, shape.Debts = arcs/5, arcs
			for _, hub := range []string{"", "/hub"} {
				for _, m := range []Method{Scaling, Simplex} {
					b.Run(fmt.Sprintf("%s/%d%s/%s", name, arcs, hub, m), func(b *testing.B) {
						n := networkOf(shape)
						if hub != "" {
							n = n.withHub(4)
						}
						b.ReportAllocs()
						for b.Loop() {
							s, err := Maximize(b.Context(), n, Options{Method: m})
							if err != nil || flaw(n, s) != "" {
								b.Fatal(err, flaw(n, s))
							}
						}
						b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(arcs), "ns/debt")
					})
				}
			}
		}
	}
}
