package sortition

import (
	"encoding/binary"
	"math/big"
	"slices"

	"commonweal/platform/fault"
)

// graph is every way to compose a panel, kind by kind. A node of layer k is what
// the first k kinds have given so far: how many people, and how many of them
// count towards each quota that later kinds still matter for. Paths from the
// first layer to the last are the compositions that meet the quotas.
type graph struct {
	pool   *pool
	layers [][]*node
}

// node is a point half-way to a panel.
type node struct {
	arcs []arc
	ways *big.Int // panels that can be completed from here
}

// arc takes some people of the next kind.
type arc struct {
	take int
	to   *node
}

// Bounds of the ways to be half done with a panel: counted out once, or gone
// through again for each step of finding the fairest lot.
const (
	mostNodes   = 250_000
	mostForFair = 50_000
)

// errTooMany says that there are more.
var errTooMany = fault.Invalidf("sortition.too_many_quotas", "quotas", "the quotas can be met in more ways than can be counted out; state fewer of them, or for fewer values")

// newGraph lays out the compositions, of so many nodes at most; nil when no panel
// meets the quotas.
func newGraph(p *pool, most int) (*graph, error) {
	g := &graph{pool: p}
	counts := make([]int, len(p.quotas)+1) // of each quota, and of all
	root := &node{}
	layer, order := map[string]*node{pack(counts): root}, []string{pack(counts)}
	g.layers = append(g.layers, []*node{root})
	nodes := 1
	for k := range p.kinds {
		next, nextOrder := map[string]*node{}, []string(nil)
		for _, key := range order {
			from := layer[key]
			unpack(key, counts)
			for take := 0; take <= len(p.kinds[k].people); take++ {
				after, fits := p.after(counts, k, take)
				if !fits {
					continue
				}
				to := next[after]
				if to == nil {
					to = &node{}
					next[after] = to
					nextOrder = append(nextOrder, after)
					if nodes++; nodes > most {
						return nil, errTooMany
					}
				}
				from.arcs = append(from.arcs, arc{take, to})
			}
		}
		layer, order = next, nextOrder
		nodesOf := make([]*node, len(order))
		for i, key := range order {
			nodesOf[i] = layer[key]
		}
		g.layers = append(g.layers, nodesOf)
	}
	if g.countWays(); root.ways.Sign() == 0 {
		return nil, nil
	}
	return g, nil
}

// after is what counts become when so many of a kind are taken; fits is false
// when that breaks a quota, or leaves one that the later kinds cannot meet.
func (p *pool) after(counts []int, k, take int) (key string, fits bool) {
	out := slices.Clone(counts)
	for _, q := range p.kinds[k].quotas {
		out[q] += take
	}
	all := len(p.quotas)
	out[all] += take
	if out[all] > p.size || out[all]+p.rest[k+1] < p.size {
		return "", false
	}
	for q, quota := range p.quotas {
		if k > 0 && p.later[k][q] == 0 {
			continue // settled by the kinds before
		}
		if out[q] > quota.Max || out[q]+p.later[k+1][q] < quota.Min {
			return "", false
		}
		if p.later[k+1][q] == 0 {
			out[q] = 0 // it is settled; what it was does not matter any more
		}
	}
	return pack(out), true
}

func pack(counts []int) string {
	b := make([]byte, 0, 2*len(counts))
	for _, n := range counts {
		b = binary.BigEndian.AppendUint16(b, uint16(n))
	}
	return string(b)
}

func unpack(key string, counts []int) {
	for i := range counts {
		counts[i] = int(binary.BigEndian.Uint16([]byte(key[2*i : 2*i+2])))
	}
}

// countWays counts the panels that can be completed from each node, from the
// last layer back.
func (g *graph) countWays() {
	for _, n := range g.layers[len(g.layers)-1] {
		n.ways = big.NewInt(1)
	}
	for k := len(g.layers) - 2; k >= 0; k-- {
		choose := binomials(len(g.pool.kinds[k].people), g.pool.size)
		for _, n := range g.layers[k] {
			n.ways = new(big.Int)
			for _, a := range n.arcs {
				n.ways.Add(n.ways, new(big.Int).Mul(choose[a.take], a.to.ways))
			}
		}
	}
}

// binomials are the numbers of ways to choose 0, 1, 2, … of n.
func binomials(n, most int) []*big.Int {
	out := make([]*big.Int, min(n, most)+1)
	for i := range out {
		out[i] = new(big.Int).Binomial(int64(n), int64(i))
	}
	return out
}

// expected is how many of each kind a panel has on average, when every panel is
// as likely: from the first layer on, the number of ways to come to each node.
func (g *graph) expected() []*big.Rat {
	out := make([]*big.Rat, len(g.pool.kinds))
	come := map[*node]*big.Int{g.layers[0][0]: big.NewInt(1)}
	total := g.layers[0][0].ways
	for k := range g.pool.kinds {
		choose := binomials(len(g.pool.kinds[k].people), g.pool.size)
		next, taken := map[*node]*big.Int{}, new(big.Int)
		for _, n := range g.layers[k] {
			for _, a := range n.arcs {
				here := new(big.Int).Mul(come[n], choose[a.take])
				if next[a.to] == nil {
					next[a.to] = new(big.Int)
				}
				next[a.to].Add(next[a.to], here)
				taken.Add(taken, here.Mul(here, new(big.Int).Mul(a.to.ways, big.NewInt(int64(a.take)))))
			}
		}
		out[k] = new(big.Rat).SetFrac(taken, total)
		come = next
	}
	return out
}

// pick draws a composition: every panel is as likely.
func (g *graph) pick(s *stream) []int {
	var out []int
	n := g.layers[0][0]
	for k := range g.pool.kinds {
		choose := binomials(len(g.pool.kinds[k].people), g.pool.size)
		at := s.below(n.ways)
		for _, a := range n.arcs {
			ways := new(big.Int).Mul(choose[a.take], a.to.ways)
			if at.Cmp(ways) < 0 {
				out, n = append(out, a.take), a.to
				break
			}
			at.Sub(at, ways)
		}
	}
	return out
}

// heaviest is the composition with the largest sum of worth × people, where
// worth is of a person of each kind; and that sum.
func (g *graph) heaviest(worth []*big.Rat) ([]int, *big.Rat) {
	best := map[*node]*big.Rat{}
	choice := map[*node]arc{}
	for _, n := range g.layers[len(g.layers)-1] {
		best[n] = new(big.Rat)
	}
	for k := len(g.layers) - 2; k >= 0; k-- {
		for _, n := range g.layers[k] {
			for _, a := range n.arcs {
				if best[a.to] == nil {
					continue // no panel comes of it
				}
				sum := new(big.Rat).Mul(worth[k], big.NewRat(int64(a.take), 1))
				if sum.Add(sum, best[a.to]); best[n] == nil || sum.Cmp(best[n]) > 0 {
					best[n], choice[n] = sum, a
				}
			}
		}
	}
	var out []int
	for n := g.layers[0][0]; len(out) < len(g.pool.kinds); n = choice[n].to {
		out = append(out, choice[n].take)
	}
	return out, best[g.layers[0][0]]
}
