package rollup

import (
	"math/big"
	"slices"

	"commonweal/quantity"
)

// channel keeps two kinds of demand apart.
type channel uint8

const (
	// taken: a quantity left for good. It uses sources up, and production earns.
	taken channel = iota
	// served: a worth that a used machine, a cited work or an account stands
	// for. It uses nothing up, is spread over all sources, and pays no bonus.
	served
)

// state is a vertex on one channel.
type state struct {
	v  int32
	ch channel
}

// start is where deliveries come from.
var start = state{none, taken}

// walker carries the demands of one walk from downstream to upstream. Demand
// on a node is a quantity in millionths; on a process or exchange it is the
// part of the whole that is charged.
type walker struct {
	g        *Graph
	opts     Options
	shallow  bool // credit use, citation and payment where they stand
	s        *scratch
	touched  []int32 // vertices with demand
	credited []int32 // events with a share
	trail    *trail

	production   rational
	foreign      []foreignShare
	uncovered    []looseLine
	unattributed []looseLine
	delivered    map[int32]rational // per node: taken after this walk
}

type foreignShare struct {
	process *Process
	amount  rational
}

type looseLine struct {
	node             int32
	reason           string
	quantity, amount rational
}

// scratch holds the arrays of a walk, one entry a vertex or event, all zero
// between walks.
type scratch struct {
	demand  [2][]rational
	touched []bool
	share   []rational
}

func (g *Graph) newWalker(opts Options) *walker {
	s, ok := g.scratch.Get().(*scratch)
	if !ok {
		n := g.vertices()
		s = &scratch{touched: make([]bool, n), share: make([]rational, len(g.role))}
		s.demand[taken], s.demand[served] = make([]rational, n), make([]rational, n)
	}
	return &walker{g: g, opts: opts, s: s, trail: &trail{}, delivered: map[int32]rational{}}
}

// release clears the scratch arrays where they were touched.
func (w *walker) release() {
	for _, v := range w.touched {
		w.s.touched[v] = false
		w.s.demand[taken][v], w.s.demand[served][v] = rational{}, rational{}
	}
	for _, i := range w.credited {
		w.s.share[i] = rational{}
	}
	w.g.scratch.Put(w.s)
}

// arrive adds demand at a state and remembers from where.
func (w *walker) arrive(at, from state, event int32, amount rational) {
	if amount.isZero() {
		return
	}
	w.touch(at.v)
	w.s.demand[at.ch][at.v] = w.s.demand[at.ch][at.v].add(amount)
	if w.trail != nil {
		w.trail.arrivals = append(w.trail.arrivals, arrival{at, from, event, amount})
	}
}

func (w *walker) touch(v int32) {
	if !w.s.touched[v] {
		w.s.touched[v] = true
		w.touched = append(w.touched, v)
	}
}

// credit gives an event a share.
func (w *walker) credit(event int32, from state, amount rational) {
	if amount.isZero() {
		return
	}
	if w.s.share[event].isZero() {
		w.credited = append(w.credited, event)
	}
	w.s.share[event] = w.s.share[event].add(amount)
	if w.trail != nil {
		w.trail.credits = append(w.trail.credits, credit{event, from, amount})
	}
}

// run visits everything reachable once, downstream first: when a vertex is
// visited, all demand on it has arrived.
func (w *walker) run() {
	for _, v := range w.reachable() {
		switch {
		case w.g.isNode(v):
			w.visitNode(v)
		case w.g.isProcess(v):
			w.visitProcess(v)
		default:
			w.visitExchange(v)
		}
	}
}

// reachable lists the vertices behind the demands, downstream first.
func (w *walker) reachable() []int32 {
	g := w.g
	stack := slices.Clone(w.touched)
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		g.links(v, func(l link) bool {
			if !w.s.touched[l.to] && !(l.soft && (w.shallow || g.isCut(v, l.to))) {
				w.touch(l.to)
				stack = append(stack, l.to)
			}
			return true
		})
	}
	order := slices.Clone(w.touched)
	slices.SortFunc(order, func(a, b int32) int { return int(g.position[b]) - int(g.position[a]) })
	return order
}

// isCut reports whether a soft link closes a circle or leads into one.
func (g *Graph) isCut(from, to int32) bool {
	return g.cyclic[to] != none || (g.knot[from] != none && g.knot[from] == g.knot[to])
}

func (w *walker) visitProcess(v int32) {
	g := w.g
	p := &g.flows.Processes[int(v)-len(g.nodes)]
	if !w.subscribed(p.Project) {
		w.creditProject(p, g.value[v].mul(w.both(v)))
		return
	}
	for _, i := range g.in.of(v) {
		if g.role[i] == Consume {
			q := whole(g.count[i])
			w.arrive(state{g.node[i], taken}, state{v, taken}, i, q.mul(w.s.demand[taken][v]))
			w.arrive(state{g.node[i], served}, state{v, served}, i, q.mul(w.s.demand[served][v]))
			continue
		}
		w.chargeBoth(v, i)
	}
}

func (w *walker) visitExchange(v int32) {
	for _, i := range w.g.in.of(v) {
		w.chargeBoth(v, i)
	}
}

// chargeBoth charges the worth of an input on both channels.
func (w *walker) chargeBoth(v, event int32) {
	for _, ch := range [...]channel{taken, served} {
		if f := w.s.demand[ch][v]; !f.isZero() {
			w.charge(event, state{v, ch}, f)
		}
	}
}

// charge credits a part f of an input: its provider, or who stands behind the
// machine, the cited work or the account.
func (w *walker) charge(event int32, from state, f rational) {
	g, n := w.g, w.g.node[event]
	worth := g.worth[event]
	behind := !w.shallow && n != none && g.value[n].sign() > 0 && !g.isCut(from.v, n)
	if !behind || (g.role[event] != Use && g.role[event] != Cite && g.role[event] != Payment) {
		w.credit(event, from, worth.mul(f))
		return
	}
	if g.role[event] == Use && g.given[n] && !w.opts.UncappedUse {
		most := g.value[n].mul(whole(quantity.Scale)) // the worth of one unit of the equipment
		if worth.cmp(most) > 0 {
			w.unattributed = append(w.unattributed, looseLine{node: n, amount: worth.sub(most).mul(f),
				reason: "the use is worth more than the contributed equipment itself"})
			worth = most
		}
	}
	if idle, ok := g.passive[n]; ok && g.role[event] == Payment {
		own := worth.mul(idle.div(idle.add(g.value[n].mul(g.stock[n]))))
		w.credit(event, from, own.mul(f))
		worth = worth.sub(own)
	}
	w.arrive(state{n, served}, from, event, worth.mul(f).div(g.value[n]))
}

func (w *walker) both(v int32) rational { return w.s.demand[taken][v].add(w.s.demand[served][v]) }

// creditProject credits a project outside the equation for what its process
// put in; the project runs its own equation over it.
func (w *walker) creditProject(p *Process, amount rational) {
	if amount.isZero() {
		return
	}
	for i := range w.foreign {
		if w.foreign[i].process == p {
			w.foreign[i].amount = w.foreign[i].amount.add(amount)
			return
		}
	}
	w.foreign = append(w.foreign, foreignShare{p, amount})
}

// subscribed reports whether a project or one above it takes part.
func (w *walker) subscribed(project string) bool {
	if w.opts.Subscribed == nil {
		return true
	}
	seen := map[string]bool{}
	for ; !seen[project]; project = w.g.flows.ParentOf[project] {
		if w.opts.Subscribed(project) {
			return true
		}
		seen[project] = true
	}
	return false
}

// offsets returns what is taken of each node that this walk took from.
func (w *walker) offsets() Offsets {
	out := make(Offsets, len(w.delivered))
	for v, q := range w.delivered {
		out[w.g.nodes[v]] = inUnits(q)
	}
	return out
}

// offset is how many millionths of a node were taken before this walk.
func (w *walker) offset(v int32) rational {
	before, ok := w.opts.Delivered[w.g.nodes[v]]
	if !ok {
		return rational{}
	}
	return fromBig(new(big.Rat).Mul(before, big.NewRat(quantity.Scale, 1)))
}
