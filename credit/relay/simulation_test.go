package relay

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// world is a row of communities, each a neighbor of the next, with messages on
// their way between them.
type world struct {
	t     *rapid.T
	now   time.Time
	nodes []*node
	rates []Rate // of node i for a unit of node i+1
	began int
}

// node is a community with what the practice keeps of it.
type node struct {
	name      string
	asleep    bool
	slept     bool         // ever
	awake     time.Time    // since when
	side      [2]*neighbor // before and after it in the row
	transfers map[string]*held
}

// neighbor is what a node keeps of a neighbor: both chains, the messages it has
// not got through, and the account.
type neighbor struct {
	in, out Chain
	queue   []Envelope // out, not acknowledged
	trade   Holding
	caps    Caps
	posted  map[string][2]int64 // what both booked, by transfer
}

type held struct {
	Step
	reserve       string
	paidIn, gave  int64 // in our unit, on the accounts before and after
	theirs, their int64 // in their units
	up, down      int   // sides
}

const (
	before = 0
	after  = 1
)

func newWorld(t *rapid.T) *world {
	w := &world{t: t, now: noon}
	n := rapid.IntRange(2, 5).Draw(t, "communities")
	for i := range n {
		nd := &node{name: fmt.Sprintf("n%d", i), transfers: map[string]*held{}}
		for s := range nd.side {
			nd.side[s] = &neighbor{caps: Caps{Trust: rapid.Int64Range(0, 5000).Draw(t, "trust"), Debt: rapid.Int64Range(0, 5000).Draw(t, "debt")}, posted: map[string][2]int64{}}
			nd.side[s].in.Key = publicOf(fmt.Sprintf("n%d", i-1+2*s))
		}
		w.nodes = append(w.nodes, nd)
	}
	for range n - 1 {
		w.rates = append(w.rates, Rate{Ours: rapid.Int64Range(1, 9).Draw(t, "ours"), Theirs: rapid.Int64Range(1, 9).Draw(t, "theirs")})
	}
	return w
}

// rate is what node i has towards its neighbor on a side.
func (w *world) rate(i, side int) Rate {
	if side == after {
		return w.rates[i]
	}
	return w.rates[i-1].Turned()
}

// say puts a message on its way.
func (w *world) say(i, side int, m Message) {
	nd := w.nodes[i]
	to := w.nodes[i-1+2*side]
	m.From, m.To, m.At, m.Ack = nd.name, to.name, w.now.UnixMicro(), nd.side[side].in.Head
	var e Envelope
	e, nd.side[side].out = nd.side[side].out.Say(m, keyOf(nd.name))
	nd.side[side].queue = append(nd.side[side].queue, e)
}

// pay begins a payment from one end of a stretch of the row to the other.
func (w *world) pay(t *rapid.T) {
	from := rapid.IntRange(0, len(w.nodes)-1).Draw(t, "from")
	to := rapid.IntRange(0, len(w.nodes)-1).Draw(t, "to")
	if from == to || w.nodes[from].asleep {
		t.Skip("nobody to pay")
	}
	w.payFrom(from, to, rapid.Int64Range(1, 200).Draw(t, "amount"))
}

// payFrom begins a payment of an amount at its end.
func (w *world) payFrom(from, to int, amount int64) {
	side, step := after, 1
	if to < from {
		side, step = before, -1
	}
	w.began++
	path := []Hop{{Community: w.nodes[to].name, Amount: amount}}
	for i := to - step; i != from; i -= step {
		p, err := Pass(w.rate(i, side), Fee{}, 1, path[0].Amount)
		if err != nil {
			w.t.Skip("out of bounds")
		}
		path = slices.Insert(path, 0, Hop{Community: w.nodes[i].name, Amount: p.In})
	}
	w.passOn(from, side, Message{Kind: Reserve, Transfer: fmt.Sprintf("t%d", w.began), Payee: "x", Path: path}, nil, w.now.Add(time.Duration(len(path)+1)*time.Minute))
}

// passOn reserves at a node that a payment comes through; in is the reservation
// of the neighbor before it, nil at the payer's.
func (w *world) passOn(i, side int, next Message, in *Message, until time.Time) {
	nd := w.nodes[i]
	h := &held{up: 1 - side, down: side}
	reason := ""
	if in != nil {
		h.paidIn, h.theirs, h.reserve = in.Path[0].Amount, in.Paid, in.Hash()
		if cost, err := w.rate(i, h.up).Turned().Cost(h.paidIn); err != nil || cost != in.Paid {
			reason = "rate"
		} else if !nd.side[h.up].caps.Admits([]Holding{nd.side[h.up].trade}, -h.paidIn) {
			reason = "caps"
		}
	}
	if reason == "" && len(next.Path) > 0 {
		h.their = next.Path[0].Amount
		h.gave, _ = w.rate(i, side).Cost(h.their)
		if in != nil && h.gave != h.paidIn {
			reason = "amount"
		} else if !nd.side[side].caps.Admits([]Holding{nd.side[side].trade}, h.gave) {
			reason = "caps"
		}
	}
	if reason != "" {
		if in != nil {
			w.say(i, h.up, Message{Kind: Decline, Transfer: in.Transfer, Reserve: h.reserve, Reason: reason})
		}
		return
	}
	if in != nil {
		nd.side[h.up].trade.Outgoing += h.paidIn
	}
	if len(next.Path) > 0 {
		nd.side[side].trade.Incoming += h.gave
	}
	nd.transfers[next.Transfer] = h
	w.take(i, next.Transfer, h, Begin(in != nil, len(next.Path) > 0, until), next)
}

// take does what a step says.
func (w *world) take(i int, id string, h *held, s Step, next Message) {
	nd, was := w.nodes[i], h.Step
	h.Step = s
	if up := nd.side[h.up]; was.In == Reserved && s.In != Reserved {
		up.trade.Outgoing -= h.paidIn
		if s.In == Posted {
			up.trade.Balance -= h.paidIn
			up.posted[id] = [2]int64{-h.paidIn, h.theirs}
		}
	}
	if down := nd.side[h.down]; was.Out == Reserved && s.Out != Reserved {
		down.trade.Incoming -= h.gave
		if s.Out == Posted {
			down.trade.Balance += h.gave
			down.posted[id] = [2]int64{h.gave, -h.their}
		}
	}
	for _, tell := range s.Tells {
		m, side := Message{Kind: tell.Kind, Transfer: id, Reason: tell.Reason, Reserve: h.reserve}, h.up
		if !tell.Up {
			side = h.down
			if m.Reserve = "of our own"; tell.Kind == Reserve {
				next.Paid, next.Deadline = h.gave, s.Until.UnixMicro()
				m = next
			}
		}
		w.say(i, side, m)
	}
}

// carry tries to bring messages of a queue over: some from the middle, some again.
func (w *world) carry(t *rapid.T) {
	i, side := rapid.IntRange(0, len(w.nodes)-1).Draw(t, "from"), rapid.IntRange(0, 1).Draw(t, "side")
	q := w.nodes[i].side[side]
	if len(q.queue) == 0 || w.nodes[i].asleep {
		t.Skip("nothing to say")
	}
	w.arrive(i, side, q.queue[rapid.IntRange(0, len(q.queue)-1).Draw(t, "which")])
}

// arrive brings a message to the neighbor, where it counts or does not.
func (w *world) arrive(i, side int, e Envelope) {
	j, back := i-1+2*side, 1-side
	to := w.nodes[j]
	if to.asleep {
		return
	}
	m, chain, err := to.side[back].in.Hear(e, w.nodes[i].name, to.name)
	if err != nil {
		return
	}
	to.side[back].in = chain
	w.heard(j, back, m)
}

func (w *world) heard(j, back int, m Message) {
	to := w.nodes[j]
	if m.Kind == Reserve {
		next := Message{Kind: Reserve, Transfer: m.Transfer, Payee: m.Payee, Path: m.Path[1:]}
		w.passOn(j, 1-back, next, &m, time.UnixMicro(m.Deadline).Add(-time.Minute))
		return
	}
	h := to.transfers[m.Transfer]
	if h == nil {
		return
	}
	s, err := h.Hear(m.Kind, back == h.up, m.Reason, w.moment(to))
	if err != nil {
		w.t.Fatalf("%s hears %s of %s: %v", to.name, m.Kind, m.Transfer, err)
	}
	w.take(j, m.Transfer, h, s, Message{})
}

// moment is the clock as a node sees it.
func (w *world) moment(nd *node) Moment { return Moment{Now: w.now, Awake: nd.awake} }

// slowest is how late the network brings a message to a host that is awake.
const slowest = 20 * time.Second

// wait lets time go by in steps, in which what was said long enough ago gets
// through and everybody who is awake looks at what is late.
func (w *world) wait(d time.Duration) {
	for end := w.now.Add(d); w.now.Before(end); {
		w.now = w.now.Add(min(slowest, end.Sub(w.now)))
		w.flush()
		for i, nd := range w.nodes {
			if !nd.asleep {
				w.look(i)
			}
		}
	}
}

// look ends what is late at a node.
func (w *world) look(i int) {
	nd := w.nodes[i]
	for _, id := range slices.Sorted(maps.Keys(nd.transfers)) {
		h := nd.transfers[id]
		if s := h.Tick(w.moment(nd)); s.Transfer != h.Transfer {
			w.take(i, id, h, s, Message{})
		}
	}
}

// flush brings everything over, in order, again and again until nobody has
// anything to say.
func (w *world) flush() {
	for again := true; again; {
		again = false
		for i, nd := range w.nodes {
			for s, q := range nd.side {
				if nd.asleep {
					continue
				}
				for _, e := range q.queue {
					w.arrive(i, s, e)
				}
				if len(q.queue) > 0 {
					other := w.nodes[i-1+2*s].side[1-s]
					heard := slices.IndexFunc(q.queue, func(e Envelope) bool { return e.Hash() == other.in.Hash })
					q.queue = q.queue[heard+1:]
					again = again || heard >= 0
				}
			}
		}
	}
}

// capsHold holds every account against its caps.
func (w *world) capsHold(t *rapid.T) {
	for _, nd := range w.nodes {
		for _, s := range nd.side {
			if s.trade.Outgoing < 0 || s.trade.Incoming < 0 || s.trade.Balance-s.trade.Outgoing < -s.caps.Trust || s.trade.Balance+s.trade.Incoming > s.caps.Debt {
				t.Fatalf("%s is at %+v with caps %+v", nd.name, s.trade, s.caps)
			}
		}
	}
}

// forge sends what nobody of the two said: a copy with another amount, one signed
// by somebody else, one that forks the chain. Nothing of it counts.
func (w *world) forge(t *rapid.T) {
	i, side := rapid.IntRange(0, len(w.nodes)-1).Draw(t, "from"), rapid.IntRange(0, 1).Draw(t, "side")
	j := i - 1 + 2*side
	if j < 0 || j >= len(w.nodes) {
		t.Skip("nobody there")
	}
	chain := w.nodes[j].side[1-side].in
	was := chain.Head
	m := Message{From: w.nodes[i].name, To: w.nodes[j].name, Kind: Reserve, Transfer: "forged", Payee: "x", Paid: 1, Deadline: 1, Path: []Hop{{Community: w.nodes[j].name, Amount: 1}}}
	byOther, _ := Chain{Head: chain.Head}.Say(m, keyOf("mallory"))
	forked, _ := Chain{Head: Head{Seq: chain.Seq, Hash: "0000"}}.Say(m, keyOf(w.nodes[i].name))
	w.arrive(i, side, byOther)
	w.arrive(i, side, forked)
	if w.nodes[j].side[1-side].in.Head != was {
		t.Fatal("a forged message counted")
	}
}

func (w *world) sleep(t *rapid.T) {
	nd := w.nodes[rapid.IntRange(0, len(w.nodes)-1).Draw(t, "who")]
	nd.asleep, nd.slept = true, true
}

func (w *world) wake(t *rapid.T) {
	w.rouse(w.nodes[rapid.IntRange(0, len(w.nodes)-1).Draw(t, "who")])
}

// rouse wakes a node: from now on it listens.
func (w *world) rouse(nd *node) {
	if nd.asleep {
		nd.asleep, nd.awake = false, w.now
	}
}

// end wakes everybody, brings everything over, lets every deadline pass, and
// holds the ledgers of each pair against each other.
func (w *world) end(t *rapid.T) {
	for _, nd := range w.nodes {
		w.rouse(nd)
	}
	w.flush()
	w.wait(time.Hour)
	w.flush()
	for i, nd := range w.nodes {
		for id, h := range nd.transfers {
			if h.Open() {
				t.Fatalf("%s of %s is still open: %+v", id, nd.name, h.Transfer)
			}
			if h.Lost() && !nd.slept {
				t.Fatalf("%s never slept and lost %s", nd.name, id)
			}
		}
		if i+1 == len(w.nodes) {
			break
		}
		ours, theirs := nd.side[after], w.nodes[i+1].side[before]
		if len(ours.posted) != len(theirs.posted) {
			t.Fatalf("%s posted %d with %s, and they %d", nd.name, len(ours.posted), w.nodes[i+1].name, len(theirs.posted))
		}
		for id, p := range ours.posted {
			if q := theirs.posted[id]; q != [2]int64{p[1], p[0]} {
				t.Fatalf("%s is %d for %d on one side and %d for %d on the other", id, p[0], p[1], q[1], q[0])
			}
		}
	}
}

// TestInvariants1To6Simulated lets messages be lost, repeated, late and out of
// order, hosts sleep, and strangers forge.
func TestInvariants1To6Simulated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		t.Repeat(map[string]func(*rapid.T){
			"pay": w.pay, "pay more": w.pay, "carry": w.carry, "carry more": w.carry, "carry on": w.carry, "all": func(*rapid.T) { w.flush() }, "sleep": w.sleep, "wake": w.wake, "forge": w.forge,
			"wait": func(t *rapid.T) { w.wait(time.Duration(rapid.IntRange(1, 90).Draw(t, "seconds")) * time.Second) }, "": w.capsHold,
		})
		w.end(t)
	})
}

// TestInvariant3OnlyASleeperLoses: a payment is under way, somebody sleeps at any
// moment of it, for any time, and wakes.
func TestInvariant3OnlyASleeperLoses(t *testing.T) {
	losses := 0
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		for _, nd := range w.nodes {
			nd.side[before].caps, nd.side[after].caps = Caps{Trust: 1 << 40, Debt: 1 << 40}, Caps{Trust: 1 << 40, Debt: 1 << 40}
		}
		last := len(w.nodes) - 1
		w.payFrom(0, last, rapid.Int64Range(1, 200).Draw(t, "amount"))
		for range rapid.IntRange(0, 3*last).Draw(t, "messages") {
			w.carryFirst()
		}
		w.sleep(t)
		w.wait(time.Duration(rapid.IntRange(0, 600).Draw(t, "seconds")) * time.Second)
		for _, nd := range w.nodes {
			w.rouse(nd)
		}
		w.end(t)
		for _, nd := range w.nodes {
			for _, h := range nd.transfers {
				if h.Lost() {
					losses++
				}
			}
		}
	})
	if losses == 0 {
		t.Error("nobody ever slept long enough to lose: this proves nothing")
	}
}

// carryFirst brings over the first message that anybody has to say.
func (w *world) carryFirst() {
	for i, nd := range w.nodes {
		for s, q := range nd.side {
			if len(q.queue) > 0 {
				w.arrive(i, s, q.queue[0])
				q.queue = q.queue[1:]
				return
			}
		}
	}
}

// TestInvariant2WholePathOrNothing: where every message is brought over at once,
// each community of the path comes to the same.
func TestInvariant2WholePathOrNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		for range rapid.IntRange(1, 8).Draw(t, "payments") {
			w.pay(t)
			w.flush()
			w.wait(time.Duration(rapid.IntRange(0, 20).Draw(t, "seconds")) * time.Second)
			w.capsHold(t)
		}
		outcome := map[string]State{}
		for _, nd := range w.nodes {
			for id, h := range nd.transfers {
				for _, s := range []State{h.In, h.Out} {
					if was, known := outcome[id]; s != None && known && was != s {
						t.Fatalf("%s is %s at %s and %s elsewhere", id, s, nd.name, was)
					} else if s != None {
						outcome[id] = s
					}
				}
			}
		}
		w.end(t)
	})
}
