package rollup

import (
	"math/big"

	"commonweal/quantity"
)

// visitNode passes the demand on a node to its sources.
func (w *walker) visitNode(v int32) {
	w.cover(v)
	w.spread(v)
}

// cover takes a quantity from the sources of a node, in their order or pro
// rata, and never more than they brought.
func (w *walker) cover(v int32) {
	g, want := w.g, w.s.demand[taken][v]
	if want.isZero() {
		return
	}
	before := w.offset(v)
	got := least(want, g.stock[v].sub(least(before, g.stock[v])))
	w.delivered[v] = before.add(got)
	if rest := want.sub(got); !rest.isZero() {
		w.uncovered = append(w.uncovered, looseLine{node: v, quantity: rest, amount: rest.mul(g.value[v]),
			reason: "more left than ever came in"})
	}
	if got.isZero() {
		return
	}
	from, to := before, before.add(got) // the slice of the stock that leaves now
	lower := rational{}
	for _, i := range g.sources(v) {
		if g.count[i] == 0 {
			continue
		}
		brought := whole(g.count[i])
		if w.opts.Policy == ProRata {
			w.draw(i, state{v, taken}, got.div(g.stock[v]))
			continue
		}
		upper := lower.add(brought)
		if part := least(to, upper).sub(greatest(from, lower)); part.sign() > 0 {
			w.draw(i, state{v, taken}, part.div(brought))
		}
		if lower = upper; lower.cmp(to) >= 0 {
			break
		}
	}
}

// spread passes a served worth to all sources alike.
func (w *walker) spread(v int32) {
	units := w.s.demand[served][v]
	if units.isZero() || w.g.stock[v].isZero() {
		return
	}
	x := units.div(w.g.stock[v])
	for _, i := range w.g.sources(v) {
		if w.g.count[i] > 0 {
			w.draw(i, state{v, served}, x)
		}
	}
}

// draw charges the part x of one source.
func (w *walker) draw(i int32, from state, x rational) {
	g := w.g
	if g.role[i] == Contribution {
		w.credit(i, from, g.worth[i].mul(x))
		return
	}
	v := g.owner[i]
	if g.role[i] == Produce && from.ch == taken && !g.worth[i].isZero() {
		bonus := g.worth[i].mul(x)
		w.production = w.production.add(bonus)
		if p := &g.flows.Processes[int(v)-len(g.nodes)]; w.subscribed(p.Project) {
			w.credit(i, from, bonus)
		} else {
			w.creditProject(p, bonus)
		}
	}
	w.arrive(state{v, from.ch}, from, i, x.mul(g.portion[i]))
}

func greatest(a, b rational) rational {
	if a.cmp(b) >= 0 {
		return a
	}
	return b
}

// ByKind is the open-book cost of a quantity of a resource: what it is worth,
// by class of cost. The parts add up to quantity × Value exactly. Events
// without a class stand under the word of their role.
func (g *Graph) ByKind(n Node, q quantity.Amount) (map[string]*big.Rat, error) {
	v, micros, err := g.checkDelivery(Delivery{n, q})
	if err != nil {
		return nil, err
	}
	w := g.newWalker(Options{Policy: ProRata})
	defer w.release()
	w.shallow, w.trail = true, nil
	w.arrive(state{v, served}, start, none, micros)
	w.run()
	sums := map[string]rational{}
	for _, i := range w.credited {
		class := orElse(g.flows.Events[i].Class, g.role[i].String())
		sums[class] = sums[class].add(w.s.share[i])
	}
	out := make(map[string]*big.Rat, len(sums))
	for class, sum := range sums {
		out[class] = inUnits(sum)
	}
	return out, nil
}
