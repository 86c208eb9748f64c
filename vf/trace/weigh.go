package trace

import (
	"math"
	"math/big"
	"slices"
)

// weigh computes the amounts of nodes and edges: each node after everything
// that asks something of it, each split adding up to the whole.
func (w *walk) weigh(starts []uint32) {
	s := &scales{walk: w, amount: make([]*big.Int, len(w.answer.Nodes)), leaving: make([][]int, len(w.answer.Nodes)), splits: map[uint32]split{}, held: map[uint32]map[uint32]int64{}}
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
	slices.SortFunc(w.answer.Uneven, compareIDs)
}

// scales holds amounts in 2^-96 of a millionth while they are spread. Edges
// leave a node in the direction of the walk.
type scales struct {
	*walk
	amount  []*big.Int
	leaving [][]int
	splits  map[uint32]split            // by process
	held    map[uint32]map[uint32]int64 // of records to start from, by stock
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
		micros = s.beginStock(x)
	}
	return new(big.Int).Lsh(big.NewInt(max(micros, 0)), scale)
}

// beginStock is how much of a stock the walk is about.
func (s *scales) beginStock(x node) int64 {
	rec, only := &s.g.record[x.n], s.ask.only()
	switch {
	case s.ask.Direction == Back:
		if s.held[x.n] == nil {
			s.held[x.n] = map[uint32]int64{}
			for _, p := range rec.heldIn(only) {
				s.held[x.n][p.stock] = p.amount
			}
		}
		return s.held[x.n][x.i]
	case only > 0:
		return only
	}
	return rec.stocks[x.i].inflow
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

// shares is what each of several stocks gets; all goes to the only one.
type shares struct {
	all *big.Int
	by  map[uint32]*big.Int
}

func (s shares) of(stock uint32) *big.Int {
	if s.by == nil {
		return s.all
	}
	return s.by[stock]
}

// divide divides v among portions by their amounts, such that all of them
// together get v.
func divide(v *big.Int, portions []portion) shares {
	if len(portions) == 1 {
		return shares{all: v}
	}
	out := make(map[uint32]*big.Int, len(portions))
	total, upTo, given := int64(0), int64(0), new(big.Int)
	for _, p := range portions {
		total += p.amount
	}
	for n, p := range portions {
		upTo += p.amount
		share := part(v, upTo, total)
		if n == len(portions)-1 { // of nothing, too
			share = v
		}
		out[p.stock] = new(big.Int).Sub(share, given)
		given = share
	}
	return shares{by: out}
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
	total := new(big.Int).Lsh(big.NewInt(k.size()), scale)
	if a.Cmp(total) > 0 { // more was drawn than there ever was
		s.answer.Nodes[n].Unattributed = true
		a = total
	}
	from := divide(a, append(slices.Clip(s.g.record[x.n].restsOf(x.i)), portion{none, k.inflow}))
	for _, i := range s.leaving[n] {
		_, to := s.ends(s.answer.Edges[i])
		source := none // the inflow
		if s.answer.Edges[i].Kind == Rest {
			source = s.answer.Nodes[to].key.i
		}
		s.give(i, from.of(source))
	}
}

func (s *scales) backEvent(n int, x node, a *big.Int) {
	e := &s.g.events[x.n]
	stocks := s.fromStocks(x.n, a)
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
			s.give(i, stocks.of(key.i))
		}
	}
}

// fromStocks divides what is asked of an event among the stocks that it draws
// from; what it drew before the inflow was recorded comes from none of them.
func (s *scales) fromStocks(n uint32, a *big.Int) shares {
	if !s.g.draws(n) {
		return shares{}
	}
	e := &s.g.events[n]
	rec := &s.g.record[e.from]
	borrowed := rec.late.borrowed(n)
	here := new(big.Int).Sub(a, part(a, borrowed, e.quantity))
	return divide(here, less(rec.drawnAt(int(e.fromPlace)), borrowed))
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
	rec := &s.g.record[x.n]
	k := rec.stocks[x.i]
	if k.size() <= 0 {
		return
	}
	for _, i := range s.leaving[n] {
		edge := &s.answer.Edges[i]
		_, to := s.ends(*edge)
		q := int64(0)
		if edge.Kind == Rest {
			q = rec.leftOf(x.i)
		} else if q = rec.takenBy(x.i, &s.g.events[s.answer.Nodes[to].key.n]); q == 0 {
			continue
		}
		s.give(i, part(a, q, k.size()))
	}
}
