package trace

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// book records events by short names, as a workshop would.
type book struct {
	t      interface{ Fatalf(string, ...any) }
	g      *Graph
	n      uint64
	queues bool // whether what comes in queues from now on
}

func newBook(t interface{ Fatalf(string, ...any) }) *book { return &book{t: t, g: New()} }

// id makes an identifier of a name.
func id(name string) (i ID) {
	copy(i[:], name)
	return i
}

const one = 1_000_000

// record adds an event under a name; now counts up unless it says a time.
func (b *book) record(name string, e Event) ID {
	b.n++
	e.ID, e.Queues = id(name), b.queues
	if e.At == 0 {
		e.At = int64(b.n)
	}
	if e.Unit == "" {
		e.Unit = "one"
	}
	if err := b.g.Add(e); err != nil {
		b.t.Fatalf("%v", err)
	}
	return e.ID
}

func (b *book) raise(name, r string, q int64) ID {
	return b.record(name, Event{From: id(r), Quantity: q * one, FromOnhand: q * one, FromAccounted: q * one})
}

func (b *book) consume(name, p, r string, q int64) ID {
	return b.record(name, Event{InputOf: id(p), From: id(r), Quantity: q * one, FromOnhand: -q * one, FromAccounted: -q * one})
}

func (b *book) produce(name, p, r string, q int64) ID {
	return b.record(name, Event{OutputOf: id(p), From: id(r), Quantity: q * one, FromOnhand: q * one, FromAccounted: q * one})
}

func (b *book) work(name, p string, hours int64) ID {
	return b.record(name, Event{InputOf: id(p), Quantity: hours * one, Unit: "hour"})
}

func (b *book) use(name, p, r string, hours int64) ID {
	return b.record(name, Event{InputOf: id(p), From: id(r), Quantity: hours * one, Unit: "hour"})
}

func (b *book) transfer(name, from, to string, q int64) ID {
	return b.record(name, Event{From: id(from), To: id(to), Quantity: q * one, FromOnhand: -q * one, FromAccounted: -q * one, ToOnhand: q * one, ToAccounted: q * one})
}

func (b *book) takeIn(name, p, r string, h Half, container string) ID {
	return b.record(name, Event{InputOf: id(p), From: id(r), To: id(container), Quantity: one, FromOnhand: -one, Half: h})
}

func (b *book) giveBack(name, p, r, pair string) ID {
	return b.record(name, Event{OutputOf: id(p), From: id(r), Quantity: one, FromOnhand: one, Half: Returns, PairOf: id(pair)})
}

func (b *book) walk(ask Ask) *Answer {
	a, err := b.g.Walk(context.Background(), ask)
	if err != nil {
		b.t.Fatalf("%v", err)
	}
	return a
}

func (b *book) trace(r string) *Answer { return b.walk(Ask{Records: []ID{id(r)}}) }
func (b *book) track(r string) *Answer { return b.walk(Ask{Direction: On, Records: []ID{id(r)}}) }

// events lists the events of an answer with their amounts, by name.
func (a *Answer) events() string {
	var out []string
	for _, n := range a.Nodes {
		if n.Kind == EventNode {
			out = append(out, name(n.ID)+" "+amount(n.Amount))
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func name(i ID) string { return strings.TrimRight(string(i[:]), "\x00") }

func amount(v *Amount) string {
	if v == nil {
		return "-"
	}
	return strings.TrimSuffix(strings.TrimRight(new(big.Rat).Quo(v.Rat(), big.NewRat(one, 1)).FloatString(4), "0"), ".")
}

// A desk of plywood: 130 sheets in stock; one process takes 3 sheets, 3.5 hours
// (here 4) of the machine and 7 hours of work, and cites the design (after the
// example of the ValueFlows documentation).
func TestWhereADeskCameFrom(t *testing.T) {
	b := newBook(t)
	b.raise("sheets", "plywood", 130)
	b.raise("machine", "cnc", 1)
	b.raise("drawing", "design", 1)
	b.consume("saw up", "make", "plywood", 3)
	b.use("mill", "make", "cnc", 4)
	b.record("cite", Event{InputOf: id("make"), From: id("design"), Quantity: one})
	b.work("sand", "make", 7)
	b.produce("desk made", "make", "desk", 1)
	if got, want := b.trace("desk").events(), "cite 1, desk made 1, drawing 1, machine -, mill 4, sand 7, saw up 3, sheets 3"; got != want {
		t.Errorf("trace\n got %s\nwant %s", got, want)
	}
	if got, want := b.track("plywood").events(), "desk made 3, saw up 3, sheets -"; strings.Contains(got, "sand") || !strings.Contains(got, "desk made 3") {
		t.Errorf("track\n got %s\nwant %s", got, want)
	}
}

// Flour of two farms in one bin: what is baked has both in it in proportion;
// what came after the baking is in none of it.
func TestAStockIsAMix(t *testing.T) {
	b := newBook(t)
	b.raise("farm a", "flour", 30)
	b.raise("farm b", "flour", 10)
	b.consume("monday", "bake 1", "flour", 20)
	b.produce("bread 1", "bake 1", "bread", 5)
	b.raise("farm c", "flour", 20)
	b.consume("tuesday", "bake 2", "flour", 20)
	b.produce("rolls", "bake 2", "rolls", 10)
	if got, want := b.trace("bread").events(), "bread 1 5, farm a 15, farm b 5, monday 20"; got != want {
		t.Errorf("bread\n got %s\nwant %s", got, want)
	}
	if got, want := b.trace("rolls").events(), "farm a 7.5, farm b 2.5, farm c 10, rolls 10, tuesday 20"; got != want {
		t.Errorf("rolls\n got %s\nwant %s", got, want)
	}
	half := b.walk(Ask{Records: []ID{id("bread")}, Amount: 1 * one})
	if got, want := half.events(), "bread 1 1, farm a 3, farm b 1, monday 4"; got != want {
		t.Errorf("one bread\n got %s\nwant %s", got, want)
	}
}

// A bin that was empty in between is not its own ancestor.
func TestAnEmptiedRecordBeginsAnew(t *testing.T) {
	b := newBook(t)
	b.raise("old", "jar", 5)
	b.transfer("sold", "jar", "shelf", 5)
	b.raise("new", "jar", 5)
	if got, want := b.trace("jar").events(), "new 5"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := b.track("jar").events(); !strings.Contains(got, "sold 5") {
		t.Errorf("track: %s", got)
	}
}

// A machine that is repaired is the same machine before and after, with the
// new part in it; it is no ancestor of what else the workshop made of the part.
func TestRepairKeepsTheThing(t *testing.T) {
	b := newBook(t)
	b.raise("bought", "saw", 1)
	b.raise("blade", "blades", 2)
	b.takeIn("in", "repair", "saw", TakesIn, "")
	b.consume("fit", "repair", "blades", 1)
	b.giveBack("out", "repair", "saw", "in")
	b.produce("scrap", "repair", "scrap", 1)
	if got, want := b.trace("saw").events(), "blade 0.5, bought 1, fit 0.5, in 1, out 1"; got != want {
		t.Errorf("saw\n got %s\nwant %s", got, want)
	}
	if got := b.trace("scrap").events(); strings.Contains(got, "bought") {
		t.Errorf("the saw became scrap: %s", got)
	}
	if got := b.track("blades").events(); !strings.Contains(got, "out 0.5") || !strings.Contains(got, "scrap 0.5") {
		t.Errorf("blades: %s", got)
	}
}

// Boxes: what was inside when the box was sold is in what was sold, what came
// out before is not; what comes out leads back to what went in, and to the box.
func TestContents(t *testing.T) {
	b := newBook(t)
	b.raise("got box", "box", 1)
	b.raise("apple", "apples", 1)
	b.raise("pear", "pears", 1)
	b.takeIn("apple in", "pack", "apples", PutsIn, "box")
	b.takeIn("pear in", "pack", "pears", PutsIn, "box")
	b.giveBack("apple out", "unpack", "apples", "apple in")
	b.transfer("sold", "box", "theirs", 1)
	got := b.trace("theirs").events()
	if !strings.Contains(got, "pear in 1") || strings.Contains(got, "apple") {
		t.Errorf("sold: %s", got)
	}
	if got := b.trace("apples").events(); !strings.Contains(got, "apple in 1") || strings.Contains(got, "pear") {
		t.Errorf("the apple: %s", got)
	}
	if got := b.track("pears").events(); !strings.Contains(got, "sold") {
		t.Errorf("the pear went: %s", got)
	}
	recall := b.walk(Ask{Direction: On, Events: []ID{id("pear")}, Reach: true})
	if got := recall.events(); !strings.Contains(got, "sold -") {
		t.Errorf("recall: %s", got)
	}
}

// A diamond: two ways lead to one source, which stands once with the sum.
func TestDiamondsAddUp(t *testing.T) {
	b := newBook(t)
	b.raise("ore", "ore", 10)
	b.consume("to bolts", "bolts", "ore", 4)
	b.produce("bolts", "bolts", "bolt", 8)
	b.consume("to nuts", "nuts", "ore", 6)
	b.produce("nuts", "nuts", "nut", 6)
	b.consume("b", "join", "bolt", 8)
	b.consume("n", "join", "nut", 6)
	b.produce("frame", "join", "frame", 1)
	a := b.trace("frame")
	if got := a.events(); !strings.Contains(got, "ore 10") {
		t.Errorf("got %s", got)
	}
	if got := b.track("ore").events(); !strings.Contains(got, "frame 10") {
		t.Errorf("track: %s", got)
	}
}

// What was delivered before the delivery note was typed in is found, and said
// to be late; what nobody ever delivered is unattributed.
func TestLateAndMissing(t *testing.T) {
	b := newBook(t)
	b.consume("used", "bake", "milk", 10)
	b.produce("cheese", "bake", "cheese", 1)
	b.record("typed later", Event{At: 1, From: id("milk"), Quantity: 6 * one, FromOnhand: 6 * one, FromAccounted: 6 * one})
	b.record("came later", Event{At: 99, From: id("milk"), Quantity: 6 * one, FromOnhand: 6 * one, FromAccounted: 6 * one})
	a := b.trace("cheese")
	if got, want := a.events(), "cheese 1, typed later 6, used 10"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !slices.ContainsFunc(a.Nodes, func(n Node) bool { return n.Unattributed && amount(n.Amount) == "4" }) {
		t.Errorf("four liters came from nowhere: %+v", a.Nodes)
	}
}

// Corrections count as if the original had been so from the start.
func TestCorrections(t *testing.T) {
	b := newBook(t)
	b.raise("farm a", "flour", 30)
	b.raise("farm b", "flour", 10)
	b.consume("wrong", "bake", "flour", 20)
	b.produce("bread", "bake", "bread", 5)
	b.record("sorry", Event{From: id("flour"), Quantity: -30 * one, FromOnhand: -30 * one, FromAccounted: -30 * one, Corrects: id("farm a")})
	b.record("mend", Event{InputOf: id("bake"), From: id("flour"), Quantity: -12 * one, FromOnhand: 12 * one, FromAccounted: 12 * one, Corrects: id("wrong")})
	if got, want := b.trace("bread").events(), "bread 5, farm b 8, wrong 8"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A process that eats part of what it made: the loop is cut, and said so.
func TestLoopsAreCut(t *testing.T) {
	b := newBook(t)
	b.raise("start", "yeast", 1)
	b.consume("seed", "brew", "yeast", 1)
	b.produce("grown", "brew", "yeast", 3)
	b.consume("again", "brew", "yeast", 1)
	a := b.trace("yeast")
	loops := 0
	for _, e := range a.Edges {
		if e.Loop {
			loops++
		}
	}
	if loops != 1 || a.events() == "" {
		t.Errorf("%d loops, %s", loops, a.events())
	}
}

func TestBounds(t *testing.T) {
	b := newBook(t)
	b.raise("first", "r0", 1)
	for i := range 50 {
		b.transfer(fmt.Sprint("t", i), fmt.Sprint("r", i), fmt.Sprint("r", i+1), 1)
	}
	for _, ask := range []Ask{{MaxNodes: 10}, {MaxDepth: 9}} {
		ask.Records = []ID{id("r50")}
		var found int
		ask.Found = func(Node) { found++ }
		a := b.walk(ask)
		if !a.Truncated || len(a.Frontier) != 1 || len(a.Nodes) != 10 || found != 10 {
			t.Errorf("%+v: %d nodes, truncated %v, frontier %v", ask, len(a.Nodes), a.Truncated, a.Frontier)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.g.Walk(ctx, Ask{Records: []ID{id("r50")}}); err == nil {
		t.Error("a canceled walk went on")
	}
	if _, err := b.g.Walk(t.Context(), Ask{Records: []ID{id("nowhere")}}); err == nil {
		t.Error("nothing is a start")
	}
}

// life draws a random workshop: a few records, processes, and every kind of event.
func life(t *rapid.T, b *book) (events []ID) {
	records, processes := []string{"a", "b", "c", "d"}, []string{"p", "q", "r"}
	balance := map[string]int64{}
	inside := map[string]ID{}
	pick := func(list []string, what string) string { return rapid.SampledFrom(list).Draw(t, what) }
	for i := range rapid.IntRange(1, 25).Draw(t, "events") {
		b.queues = rapid.Bool().Draw(t, "queues")
		name, r, p, q := fmt.Sprint("e", i), pick(records, "record"), pick(processes, "process"), rapid.Int64Range(1, 4).Draw(t, "quantity")
		switch rapid.IntRange(0, 6).Draw(t, "kind") {
		case 0:
			events = append(events, b.raise(name, r, q))
			balance[r] += q
		case 1:
			if balance[r] >= q {
				events = append(events, b.consume(name, p, r, q))
				balance[r] -= q
			}
		case 2:
			events = append(events, b.produce(name, p, r, q))
			balance[r] += q
		case 3:
			if to := pick(records, "to"); to != r && balance[r] >= q {
				events = append(events, b.transfer(name, r, to, q))
				balance[r], balance[to] = balance[r]-q, balance[to]+q
			}
		case 4:
			events = append(events, b.work(name, p, q))
		case 5:
			if _, in := inside[r]; !in && balance[r] >= 1 {
				half, box := TakesIn, ""
				if c := pick(records, "box"); c != r && rapid.Bool().Draw(t, "combine") {
					half, box = PutsIn, c
				}
				inside[r] = b.takeIn(name, p, r, half, box)
				events, balance[r] = append(events, inside[r]), balance[r]-1
			}
		case 6:
			if pair, in := inside[r]; in {
				events = append(events, b.record(name, Event{OutputOf: id(p), From: id(r), Quantity: one, FromOnhand: one, Half: Returns, PairOf: pair}))
				delete(inside, r)
				balance[r]++
			}
		}
	}
	return events
}

// Invariant 24: an event is in the trace of another exactly if that one is in its track.
func TestInvariant24TraceMirrorsTrack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBook(t)
		events := life(t, b)
		reaches := func(from ID, d Direction) map[ID]bool {
			out := map[ID]bool{}
			for _, n := range b.walk(Ask{Direction: d, Events: []ID{from}, Reach: true}).Nodes {
				if n.Kind == EventNode {
					out[n.ID] = true
				}
			}
			return out
		}
		back, on := map[ID]map[ID]bool{}, map[ID]map[ID]bool{}
		for _, e := range events {
			back[e], on[e] = reaches(e, Back), reaches(e, On)
		}
		for _, x := range events {
			for _, y := range events {
				if back[y][x] != on[x][y] {
					t.Fatalf("%s in the trace of %s: %v; the other way: %v", name(x), name(y), back[y][x], on[x][y])
				}
			}
		}
	})
}

// Invariant 25: nodes stand once; a stock gives away exactly what is asked of
// it; no edge carries more than its event, and amounts are never negative.
func TestInvariant25Conservation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBook(t)
		if len(life(t, b)) == 0 {
			return
		}
		for _, d := range []Direction{Back, On} {
			for r := range b.g.records.ids {
				a := b.walk(Ask{Direction: d, Records: []ID{b.g.records.ids[r]}})
				seen := map[node]bool{}
				given := make([]*big.Rat, len(a.Nodes))
				for _, n := range a.Nodes {
					if seen[n.key] {
						t.Fatalf("%v stands twice", n)
					}
					seen[n.key] = true
				}
				looped := false
				for _, e := range a.Edges {
					looped = looped || e.Loop
					if e.Amount == nil {
						continue
					}
					from := e.To
					if d == On {
						from = e.From
					}
					if given[from] == nil {
						given[from] = new(big.Rat)
					}
					given[from].Add(given[from], e.Amount.Rat())
					if e.Amount.v.Sign() < 0 {
						t.Fatalf("%v carries less than nothing", e)
					}
				}
				for i, n := range a.Nodes {
					if n.Kind == StockNode && d == Back && given[i] != nil && !n.Unattributed && !looped && given[i].Cmp(n.Amount.Rat()) != 0 {
						t.Fatalf("%s: asked for %s, gave %s", name(n.ID), amount(n.Amount), given[i])
					}
				}
			}
		}
	})
}

// Invariant 26: events on different records may be recorded in any order.
func TestInvariant26OrderOfIndependentEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := []func(b *book){
			func(b *book) { b.raise("flour", "flour", 9) },
			func(b *book) { b.raise("water", "water", 5) },
			func(b *book) { b.work("knead", "bake", 2) },
			func(b *book) { b.raise("salt", "salt", 1) },
		}
		run := func(order []int) string {
			b := newBook(t)
			for _, i := range order {
				steps[i](b)
			}
			b.consume("f", "bake", "flour", 3)
			b.consume("w", "bake", "water", 5)
			b.consume("s", "bake", "salt", 1)
			b.produce("bread", "bake", "bread", 4)
			return b.trace("bread").events()
		}
		if a, c := run([]int{0, 1, 2, 3}), run(rapid.Permutation([]int{0, 1, 2, 3}).Draw(t, "order")); a != c {
			t.Fatalf("%s\n%s", a, c)
		}
	})
}

// BenchmarkTrace walks back through a million events: 1,000 chains of works
// that join into ever fewer, about three edges an event.
func BenchmarkTrace(b *testing.B) {
	g := New()
	last := make([]ID, 1000)
	n := uint64(0)
	next := func() (i ID) {
		n++
		binary.BigEndian.PutUint64(i[8:], n)
		return i
	}
	add := func(e Event) {
		e.ID, e.At, e.Unit = next(), int64(n), "one"
		if err := g.Add(e); err != nil {
			b.Fatal(err)
		}
	}
	for i := range last {
		last[i] = next()
		add(Event{From: last[i], Quantity: one, FromOnhand: one, FromAccounted: one})
	}
	for g.Len() < 1_000_000 {
		i := int(n*7919) % len(last)
		j := (i + 1 + int(n)%500) % len(last)
		p, made := next(), next()
		add(Event{InputOf: p, From: last[i], Quantity: one / 2, FromOnhand: -one / 2, FromAccounted: -one / 2})
		add(Event{InputOf: p, From: last[j], Quantity: one / 4, FromOnhand: -one / 4, FromAccounted: -one / 4})
		add(Event{OutputOf: p, From: made, Quantity: one, FromOnhand: one, FromAccounted: one})
		last[i] = made
	}
	for _, reach := range []bool{true, false} {
		b.Run(fmt.Sprintf("amounts=%v", !reach), func(b *testing.B) {
			var nodes int
			for b.Loop() {
				a, err := g.Walk(context.Background(), Ask{Records: []ID{last[0]}, Reach: reach})
				if err != nil {
					b.Fatal(err)
				}
				nodes = len(a.Nodes)
			}
			b.ReportMetric(float64(nodes), "nodes")
		})
	}
}
