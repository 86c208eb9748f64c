package trace

import (
	"math"
	"math/big"
	"slices"
)

// weigh computes the amounts of nodes and edges: each node after everything
// that asks something of it, each split adding up to the whole.
func (w *walk) weigh(starts []uint32) {
	s := &scales{walk: w, amount: make([]*big.Int, len(w.answer.Nodes)), leaving: make([][]int, len(w.answer.Nodes)), splits: map[uint32]split{}}
	for i, e := range w.answer.Edges {
		from, _ := s.ends(e)
		s.leaving[from] = append(s.leaving[from], i)
	}
	order := s.order()
	for _, x := range starts {
		if n, _ := w.g.seen.number(x); s.amount[n] == nil { // a start may be named twice
			s.add(n, s.begin(w.g.nodes[x]))
		}
	}
	for _, n := range order {
		if s.amount[n] == nil {
			continue
		}
		if w.ask.Direction == Back {
			s.back(n)
		} else {
			s.on(n)
		}
		w.answer.Nodes[n].Amount = &Amount{s.amount[n]}
	}
	slices.SortFunc(w.answer.Uneven, func(a, b ID) int { return slices.Compare(a[:], b[:]) })
}

// scales holds amounts in 2^-96 of a millionth while they are spread. Edges
// leave a node in the direction of the walk.
type scales struct {
	*walk
	amount  []*big.Int
	leaving [][]int
	splits  map[uint32]split // by process
}

// ends returns the node an edge leaves and the one it comes to, as walked.
func (s *scales) ends(e Edge) (from, to int) {
	if s.ask.Direction == Back {
		return e.To, e.From
	}
	return e.From, e.To
}

// begin is the amount of a start.
func (s *scales) begin(x node) *big.Int {
	var micros int64
	switch x.kind {
	case EventNode:
		micros = s.g.events[x.n].quantity
	case ProcessNode:
		micros = 1_000_000 // once: all that it takes and makes
	case StockNode:
		r := &s.g.record[x.n]
		if micros = r.balance; s.ask.Direction == On {
			micros = r.stocks[x.i].inflow
		}
		if s.ask.Amount > 0 && len(s.ask.Records) == 1 {
			micros = s.ask.Amount
		}
	}
	return new(big.Int).Lsh(big.NewInt(max(micros, 0)), scale)
}

func (s *scales) add(n int, v *big.Int) {
	if s.amount[n] == nil {
		s.amount[n] = new(big.Int)
	}
	s.amount[n].Add(s.amount[n], v)
}

// give passes an amount along an edge.
func (s *scales) give(edge int, v *big.Int) {
	e := &s.answer.Edges[edge]
	if e.Loop {
		return
	}
	e.Amount = &Amount{v}
	_, to := s.ends(*e)
	s.add(to, v)
}

// part returns v * num / den, rounded down.
func part(v *big.Int, num, den int64) *big.Int {
	if den == 0 {
		return new(big.Int)
	}
	p := new(big.Int).Mul(v, big.NewInt(num))
	return p.Quo(p, big.NewInt(den))
}

// back spreads what is asked of a node over what it came from.
func (s *scales) back(n int) {
	x, a := s.answer.Nodes[n].key, s.amount[n]
	switch x.kind {
	case ProcessNode: // the amount of a process is how often all of it is asked for
		for _, i := range s.leaving[n] {
			_, to := s.ends(s.answer.Edges[i])
			q := s.g.events[s.answer.Nodes[to].key.n].quantity
			s.give(i, part(a, q, 1_000_000))
		}
	case StockNode:
		s.backStock(n, x, a)
	case EventNode:
		s.backEvent(n, x, a)
	}
}

// backStock spreads over the mix: the inflow, and what was there before it.
func (s *scales) backStock(n int, x node, a *big.Int) {
	k := s.g.record[x.n].stocks[x.i]
	if k.event == none {
		s.answer.Nodes[n].Unattributed = a.Sign() > 0
		return
	}
	total := new(big.Int).Lsh(new(big.Int).Add(big.NewInt(k.before), big.NewInt(k.inflow)), scale)
	if a.Cmp(total) > 0 { // more was drawn than there ever was
		s.answer.Nodes[n].Unattributed = true
		a = total
	}
	rest := new(big.Int)
	if k.before > 0 {
		whole := new(big.Int).Add(big.NewInt(k.before), big.NewInt(k.inflow))
		rest.Quo(rest.Mul(a, big.NewInt(k.before)), whole)
	}
	for _, i := range s.leaving[n] {
		if s.answer.Edges[i].Kind == Rest {
			s.give(i, rest)
		} else {
			s.give(i, new(big.Int).Sub(a, rest))
		}
	}
}

func (s *scales) backEvent(n int, x node, a *big.Int) {
	e := &s.g.events[x.n]
	for _, i := range s.leaving[n] {
		_, to := s.ends(s.answer.Edges[i])
		key := s.answer.Nodes[to].key
		switch {
		case key.kind == ProcessNode:
			num, den := s.share(key.n, x.n)
			s.give(i, part(new(big.Int).Mul(a, big.NewInt(1_000_000)), num, den))
		case s.answer.Edges[i].Kind == Contents:
			s.give(i, part(a, s.g.events[key.n].quantity, e.quantity))
		case s.answer.Edges[i].Kind == Late:
			s.give(i, part(a, s.g.record[e.from].late.lent(x.n, key.n), e.quantity))
		case s.answer.Edges[i].Kind == Same:
			s.give(i, a)
		case key.kind == StockNode && s.counts(e, key):
			s.give(i, new(big.Int).Sub(a, part(a, s.g.record[e.from].late.borrowed(x.n), e.quantity)))
		}
	}
}

// counts reports whether an event counts in the unit of a stock: hours of use
// do not say how much of a machine went in.
func (s *scales) counts(e *event, x node) bool {
	inflow := s.g.record[x.n].stocks[x.i].event
	return inflow == none || s.g.events[inflow].unit == e.unit
}

// split is how a process spreads over its outputs.
type split struct {
	even    bool  // by quantity: all outputs have one unit
	sum     int64 // of their quantities
	outputs int64
}

// share returns how much of a process one millionth of an output asks for, as
// a fraction: by quantity where all outputs have one unit, else each output
// the same.
func (s *scales) share(p, output uint32) (num, den int64) {
	k, known := s.splits[p]
	if !known {
		k = s.g.split(p)
		s.splits[p] = k
		if !k.even {
			s.answer.Uneven = append(s.answer.Uneven, s.g.processes.ids[p])
		}
	}
	if k.even {
		return 1, k.sum
	}
	return 1, max(1, s.g.events[output].quantity) * k.outputs
}

// split looks at the outputs of a process.
func (g *Graph) split(p uint32) split {
	k, unit := split{even: true}, -1
	for _, o := range g.process[p].outputs {
		if !g.there(o) {
			continue
		}
		e := &g.events[o]
		k.even = k.even && e.quantity > 0 && e.quantity <= math.MaxInt64-k.sum && (unit < 0 || unit == int(e.unit))
		unit = int(e.unit)
		k.sum += e.quantity
		k.outputs++
	}
	k.even, k.outputs = k.even && k.sum > 0, max(1, k.outputs)
	return k
}

// on passes what a node has of the start to what came of it, in the unit of
// the start.
func (s *scales) on(n int) {
	x, a := s.answer.Nodes[n].key, s.amount[n]
	switch x.kind {
	case ProcessNode:
		for _, i := range s.leaving[n] {
			_, to := s.ends(s.answer.Edges[i])
			o := s.answer.Nodes[to].key.n
			num, den := s.share(x.n, o)
			q := max(1, s.g.events[o].quantity)
			v := new(big.Int).Mul(a, big.NewInt(num))
			s.give(i, v.Quo(v.Mul(v, big.NewInt(q)), big.NewInt(den)))
		}
	case StockNode:
		s.onStock(n, x, a)
	case EventNode:
		s.onEvent(n, x, a)
	}
}

// onEvent passes on all of an event; what it lent to earlier drawings does not
// reach the stock that it begins.
func (s *scales) onEvent(n int, x node, a *big.Int) {
	e := &s.g.events[x.n]
	for _, i := range s.leaving[n] {
		edge := &s.answer.Edges[i]
		_, to := s.ends(*edge)
		key := s.answer.Nodes[to].key
		switch {
		case edge.Kind == Late:
			s.give(i, part(a, s.g.record[s.g.events[key.n].from].late.lent(key.n, x.n), e.quantity))
		case edge.Kind == Flow && key.kind == StockNode:
			v := new(big.Int).Set(a)
			for _, l := range s.g.record[key.n].late.byInflow[x.n] {
				v.Sub(v, part(a, l.amount, e.quantity))
			}
			s.give(i, v)
		case edge.Kind == Flow || edge.Kind == Same:
			s.give(i, a)
		}
	}
}

// onStock passes on the proportion that is drawn, and what is left when more
// comes in. What is only used or cited takes nothing along.
func (s *scales) onStock(n int, x node, a *big.Int) {
	stocks := s.g.record[x.n].stocks
	k := stocks[x.i]
	total := new(big.Int).Add(big.NewInt(k.before), big.NewInt(k.inflow))
	if total.Sign() <= 0 {
		return
	}
	for _, i := range s.leaving[n] {
		edge := &s.answer.Edges[i]
		var q int64
		if edge.Kind == Rest {
			q = stocks[x.i+1].before
		} else {
			_, to := s.ends(*edge)
			e := &s.g.events[s.answer.Nodes[to].key.n]
			q = max(-min(e.onhand[0], 0), -min(e.accounted[0], 0))
			if q == 0 {
				continue
			}
		}
		v := new(big.Int).Mul(a, big.NewInt(q))
		s.give(i, v.Quo(v, total))
	}
}
