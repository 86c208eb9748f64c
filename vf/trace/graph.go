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
	Corrects                   ID
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
	seen      seen
}

// event is an Event in numbers; none stands for nothing.
type event struct {
	id                 ID
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
}

const none = ^uint32(0)

type process struct{ inputs, outputs []uint32 }

// record is the chain of a record: its events by position.
type record struct {
	chain    []link
	contents []uint32 // PutsIn events whose container it is
	settled  bool     // the rest is computed, and again when the chain has changed
	stocks   []stock
	late     []late
}

// link is one event in the chain of a record: from its own side or as receiver.
type link struct {
	event uint32
	to    bool
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
	return &Graph{byID: map[ID]uint32{}, processes: table{number: map[ID]uint32{}}, records: table{number: map[ID]uint32{}}, unit: map[string]uint16{}}
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
		accounted: [2]int64{e.FromAccounted, e.ToAccounted}, unit: g.unitOf(e.Unit), half: e.Half, correction: e.Corrects != (ID{})}
	x.in, x.out = g.processOf(e.InputOf), g.processOf(e.OutputOf)
	x.from, x.to = g.recordOf(e.From), g.recordOf(e.To)
	g.byID[e.ID] = n
	if p, there := g.byID[e.PairOf]; there && e.PairOf != (ID{}) {
		x.pair = p
	}
	g.events = append(g.events, x)
	g.chain(n)
	if x.correction {
		g.correct(e)
		return nil
	}
	g.connect(n)
	return nil
}

// chain puts the event into the chains of its records.
func (g *Graph) chain(n uint32) {
	x := &g.events[n]
	if x.from != none {
		r := &g.record[x.from]
		x.fromPlace = uint32(len(r.chain))
		r.chain, r.settled = append(r.chain, link{n, false}), false
	}
	if x.to != none && x.to != x.from {
		r := &g.record[x.to]
		x.toPlace = uint32(len(r.chain))
		r.chain, r.settled = append(r.chain, link{n, true}), false
	}
}

// connect makes the event a side of its processes, of its pair, of its container.
func (g *Graph) connect(n uint32) {
	x := &g.events[n]
	if x.in != none {
		g.process[x.in].inputs = append(g.process[x.in].inputs, n)
	}
	if x.out != none {
		g.process[x.out].outputs = append(g.process[x.out].outputs, n)
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
func (g *Graph) correct(e Event) {
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
	for _, r := range [...]uint32{x.from, x.to} {
		if r != none {
			g.record[r].settled = false
		}
	}
}

// History returns the events of a record by its chain, newest first, at most so
// many behind the event from (zero: the newest of all); back: the oldest first,
// those in front of it.
func (g *Graph) History(r, from ID, limit int, back bool) (out []ID) {
	n, there := g.records.number[r]
	if !there {
		return nil
	}
	chain := g.record[n].chain
	begin, end := 0, len(chain)
	if e, there := g.byID[from]; there {
		for end > 0 && chain[end-1].event >= e {
			end--
		}
		for begin < len(chain) && chain[begin].event <= e {
			begin++
		}
	}
	if back {
		for i := begin; i < len(chain) && len(out) < limit; i++ {
			out = append(out, g.events[chain[i].event].id)
		}
		return out
	}
	for i := end - 1; i >= 0 && len(out) < limit; i-- {
		out = append(out, g.events[chain[i].event].id)
	}
	return out
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
		g.process = append(g.process, process{})
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

// stock is what a record holds from one inflow to the next.
type stock struct {
	at     int    // place in the chain of the inflow; -1 before any
	event  uint32 // the inflow; none before any
	before int64  // what was there when it came; never below zero
	inflow int64
}

// settle computes the stocks of a record: on hand, or in the accounts for a
// record that nothing was ever on hand in.
func (g *Graph) settle(r uint32) []stock {
	rec := &g.record[r]
	if rec.settled {
		return rec.stocks
	}
	physical := false
	for _, l := range rec.chain {
		if g.change(l, true) != 0 {
			physical = true
			break
		}
	}
	rec.stocks, rec.late = append(rec.stocks[:0], stock{at: -1, event: none}), rec.late[:0]
	var balance int64
	var owing []late
	for i, l := range rec.chain {
		if g.events[l.event].correction {
			continue
		}
		d := g.change(l, physical)
		if d > 0 {
			rec.stocks = append(rec.stocks, stock{at: i, event: l.event, before: max(balance, 0), inflow: d})
		}
		if d > 0 && balance < 0 {
			owing = g.cover(rec, owing, l.event, min(d, -balance))
		}
		if balance += d; d < 0 && balance < 0 {
			owing = append(owing, late{draw: l.event, amount: min(-d, -balance)})
		}
	}
	rec.settled = true
	return rec.stocks
}

// late is what was drawn before the books knew it had come in: the inflow was
// recorded later, though it happened no later than the drawing.
type late struct {
	draw, inflow uint32
	amount       int64
}

// cover lets an inflow cover what earlier events drew too much, the oldest
// first, where it happened in time; it returns what is still owing.
func (g *Graph) cover(rec *record, owing []late, inflow uint32, amount int64) (still []late) {
	for _, o := range owing {
		if take := min(o.amount, amount); take > 0 && g.events[inflow].at <= g.events[o.draw].at {
			rec.late = append(rec.late, late{o.draw, inflow, take})
			o.amount, amount = o.amount-take, amount-take
		}
		if o.amount > 0 {
			still = append(still, o)
		}
	}
	return still
}

// change is what an event changes of a record.
func (g *Graph) change(l link, physical bool) int64 {
	side := 0
	if l.to {
		side = 1
	}
	x := &g.events[l.event]
	if x.from == x.to { // one record on both sides
		if physical {
			return x.onhand[0] + x.onhand[1]
		}
		return x.accounted[0] + x.accounted[1]
	}
	if physical {
		return x.onhand[side]
	}
	return x.accounted[side]
}

// stockAt returns which stock of a record an event at a place of its chain draws from.
func (g *Graph) stockAt(r uint32, place int) int {
	stocks := g.settle(r)
	low, high := 0, len(stocks)-1
	for low < high {
		middle := (low + high + 1) / 2
		if stocks[middle].at < place {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low
}
