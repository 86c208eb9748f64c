package trace

import "commonweal/platform/fault"

// ID is a UUID in binary.
type ID = [16]byte

// Half says whether an event is one side of a pair that takes a thing in and
// gives the same thing back.
type Half uint8

// The halves.
const (
	NoHalf  Half = iota
	TakesIn      // accept, pickup
	PutsIn       // combine
	Returns      // modify, dropoff, separate
)

// Event is what a walk needs of an economic event. Zero identifiers are empty.
type Event struct {
	ID       ID
	At       int64 // when it happened, microseconds
	InputOf  ID
	OutputOf ID
	From, To ID // the record it draws from or acts on, and the receiving record
	// Quantity is in millionths of Unit: of the resource, or of the effort when
	// the event has no other; Unit is empty when it has neither.
	Quantity                   int64
	Unit                       string
	FromOnhand, ToOnhand       int64 // what it changes on hand, millionths, signed
	FromAccounted, ToAccounted int64 // what it changes in the accounts
	Half                       Half
	PairOf                     ID // of a Returns: the event that took the thing in
	// Queues says that what comes in lies behind what is there and is drawn
	// after it (first in, first out) instead of mixing with it.
	Queues   bool
	Corrects ID
}

// Graph holds all events of a commons, in the order of recording. It is not
// safe for concurrent use while it grows.
type Graph struct {
	events    []event
	byID      map[ID]uint32
	processes table
	records   table
	process   []process
	record    []record
	units     []string
	unit      map[string]uint16
	original  map[uint32]uint32 // of a correction: what it corrects
	edges

	// kept from one walk to the next
	seen  seen
	marks marks
	queue []uint32
}

// event is an Event in numbers; none stands for nothing.
type event struct {
	id                 ID
	node               uint32 // its number among the nodes, when the edges are fresh
	at                 int64
	quantity           int64
	in, out            uint32
	from, to           uint32
	fromPlace, toPlace uint32 // in the chains of the records, from 0
	pair               uint32 // of a Returns: what took the thing in
	returns            uint32 // of a TakesIn or PutsIn: the first that gives it back
	nextReturn         uint32 // of a Returns: the next with the same pair
	container          uint32 // of a PutsIn
	onhand, accounted  [2]int64
	unit               uint16
	half               Half
	correction, undone bool
	queues             bool
}

const none = ^uint32(0)

type process struct {
	inputs, outputs []uint32
	node            uint32
	separates       bool // an output came out of a container
}

// table gives identifiers numbers.
type table struct {
	number map[ID]uint32
	ids    []ID
}

func (t *table) of(i ID) (n uint32, fresh bool) {
	if i == (ID{}) {
		return none, false
	}
	n, there := t.number[i]
	if !there {
		n = uint32(len(t.ids))
		t.number[i] = n
		t.ids = append(t.ids, i)
	}
	return n, !there
}

// New returns an empty graph.
func New() *Graph {
	return &Graph{byID: map[ID]uint32{}, processes: table{number: map[ID]uint32{}}, records: table{number: map[ID]uint32{}},
		unit: map[string]uint16{}, original: map[uint32]uint32{}}
}

// Len returns how many events the graph holds.
func (g *Graph) Len() int { return len(g.events) }

// Add appends an event. Events come in the order of recording; a correction
// comes after what it corrects and takes from it (or adds to it) as if the
// original had been so from the start.
func (g *Graph) Add(e Event) error {
	if _, twice := g.byID[e.ID]; twice {
		return fault.Conflictf("trace.twice", "id", "the event %x is added twice", e.ID)
	}
	n := uint32(len(g.events))
	x := event{id: e.ID, at: e.At, quantity: e.Quantity,
		pair: none, returns: none, nextReturn: none, container: none, onhand: [2]int64{e.FromOnhand, e.ToOnhand},
		accounted: [2]int64{e.FromAccounted, e.ToAccounted}, unit: g.unitOf(e.Unit), half: e.Half, correction: e.Corrects != (ID{}), queues: e.Queues}
	x.in, x.out = g.processOf(e.InputOf), g.processOf(e.OutputOf)
	x.from, x.to = g.recordOf(e.From), g.recordOf(e.To)
	g.byID[e.ID] = n
	if p, there := g.byID[e.PairOf]; there && e.PairOf != (ID{}) {
		x.pair = p
	}
	g.events = append(g.events, x)
	g.chain(n)
	if x.correction {
		g.correct(n, e)
		return nil
	}
	g.connect(n)
	if g.fresh {
		g.grow(n)
	}
	return nil
}

// chain puts the event into the chains of its records.
func (g *Graph) chain(n uint32) {
	x := &g.events[n]
	if x.from != none {
		r := &g.record[x.from]
		x.fromPlace = uint32(len(r.chain))
		r.chain = append(r.chain, link{n, false})
	}
	if x.to != none && x.to != x.from {
		r := &g.record[x.to]
		x.toPlace = uint32(len(r.chain))
		r.chain = append(r.chain, link{n, true})
	}
}

// connect makes the event a side of its processes, of its pair, of its container.
func (g *Graph) connect(n uint32) {
	x := &g.events[n]
	if x.in != none {
		p := &g.process[x.in]
		p.inputs = append(p.inputs, n)
		g.fresh = g.fresh && (x.from == none || !p.separates) // it may be the container of what was separated before
	}
	if x.out != none {
		p := &g.process[x.out]
		p.outputs = append(p.outputs, n)
		p.separates = p.separates || x.pair != none && g.events[x.pair].half == PutsIn
	}
	if x.pair != none {
		x.nextReturn, g.events[x.pair].returns = g.events[x.pair].returns, n
	}
	switch {
	case x.half == PutsIn && x.to != none:
		g.putIn(n, x.to)
	case x.half == PutsIn && x.in != none:
		for _, o := range g.process[x.in].outputs {
			if g.isContainerOut(o) && g.events[n].container == none {
				g.putIn(n, g.events[o].from)
			}
		}
	case x.out != none && g.isContainerOut(n):
		g.contain(x.out, x.from)
	}
}

// isContainerOut reports whether an output may be the container of what was
// combined in its process: anything but what is separated.
func (g *Graph) isContainerOut(n uint32) bool {
	x := &g.events[n]
	return x.from != none && (x.pair == none || g.events[x.pair].half != PutsIn)
}

// putIn notes that a PutsIn event put its record into a container.
func (g *Graph) putIn(n, container uint32) {
	g.events[n].container = container
	g.record[container].contents = append(g.record[container].contents, n)
	g.fresh = g.fresh && int(n) == len(g.events)-1
}

// contain gives a container to what was combined in a process without naming
// one: the first record that comes out of the process.
func (g *Graph) contain(p, container uint32) {
	for _, i := range g.process[p].inputs {
		if c := &g.events[i]; c.half == PutsIn && c.container == none && c.from != container {
			g.putIn(i, container)
		}
	}
}

// correct changes the original by what a correction says; what nothing is left of
// counts as never having happened.
func (g *Graph) correct(n uint32, e Event) {
	g.fresh = false
	o, there := g.byID[e.Corrects]
	if !there {
		return
	}
	x := &g.events[o]
	x.quantity += e.Quantity
	x.onhand[0] += e.FromOnhand
	x.onhand[1] += e.ToOnhand
	x.accounted[0] += e.FromAccounted
	x.accounted[1] += e.ToAccounted
	x.undone = x.quantity == 0 && e.Unit != ""
	g.original[n] = o
}

func (g *Graph) unitOf(u string) uint16 {
	n, there := g.unit[u]
	if !there {
		n = uint16(len(g.units))
		g.unit[u], g.units = n, append(g.units, u)
	}
	return n
}

func (g *Graph) processOf(i ID) uint32 {
	n, fresh := g.processes.of(i)
	if fresh {
		g.process = append(g.process, process{node: none})
	}
	return n
}

func (g *Graph) recordOf(i ID) uint32 {
	n, fresh := g.records.of(i)
	if fresh {
		g.record = append(g.record, record{})
	}
	return n
}
