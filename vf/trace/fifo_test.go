package trace

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// First in, first out: the flour that came first is baked first. Thirty of
// farm A and ten of farm B: Monday's twenty are all of A, Tuesday's fifteen are
// ten of A and five of B, and five of B are left.
func TestFirstInFirstOut(t *testing.T) {
	b := newBook(t)
	b.queues = true
	b.raise("farm a", "flour", 30)
	b.raise("farm b", "flour", 10)
	b.consume("monday", "bake 1", "flour", 20)
	b.produce("bread", "bake 1", "bread", 5)
	b.consume("tuesday", "bake 2", "flour", 15)
	b.produce("rolls", "bake 2", "rolls", 10)
	for _, c := range []struct{ of, want string }{
		{"bread", "bread 5, farm a 20, monday 20"},
		{"rolls", "farm a 10, farm b 5, rolls 10, tuesday 15"},
		{"flour", "farm b 5"},
	} {
		if got := b.trace(c.of).events(); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.of, got, c.want)
		}
	}
	two := b.walk(Ask{Records: []ID{id("flour")}, Amount: 2 * one})
	if got, want := two.events(), "farm b 2"; got != want {
		t.Errorf("two of the rest\n got %s\nwant %s", got, want)
	}
	went := b.walk(Ask{Direction: On, Events: []ID{id("farm b")}})
	if got, want := went.events(), "farm b 10, rolls 5, tuesday 5"; got != want {
		t.Errorf("farm b went into\n got %s\nwant %s", got, want)
	}
	if got := b.trace("rolls").Queued; !slices.Equal(got, []ID{id("flour"), id("rolls")}) {
		t.Errorf("queued: %q", got)
	}
}

// A recall under first in, first out names only what the batch really went
// into, where a mix would name everything made since.
func TestRecallByOrder(t *testing.T) {
	b := newBook(t)
	b.queues = true
	b.raise("good", "milk", 10)
	b.raise("bad", "milk", 10)
	b.consume("monday", "cheese 1", "milk", 10)
	b.produce("wheel 1", "cheese 1", "wheel 1", 1)
	b.consume("tuesday", "cheese 2", "milk", 10)
	b.produce("wheel 2", "cheese 2", "wheel 2", 1)
	recall := b.walk(Ask{Direction: On, Events: []ID{id("bad")}, Reach: true})
	if got, want := recall.events(), "bad -, tuesday -, wheel 2 -"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The rule changes while something is there: what lay there is drawn first,
// as the mix it was; after the change back the rest mixes with what comes.
func TestTheRuleChanges(t *testing.T) {
	b := newBook(t)
	b.raise("a", "bin", 6)
	b.raise("b", "bin", 2)
	b.queues = true
	b.raise("c", "bin", 8)
	b.transfer("first", "bin", "x", 4)
	if got, want := b.trace("x").events(), "a 3, b 1, first 4"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	b.queues = false
	b.raise("d", "bin", 4) // 4 of the mix, 8 of c, 4 of d
	b.transfer("second", "bin", "y", 8)
	if got, want := b.trace("y").events(), "a 1.5, b 0.5, c 4, d 2, second 8"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What was delivered before the note was typed in is found in a queue too, and
// what nobody delivered is unattributed.
func TestLateInAQueue(t *testing.T) {
	b := newBook(t)
	b.queues = true
	b.raise("a", "milk", 2)
	b.raise("b", "milk", 2)
	b.consume("used", "bake", "milk", 12)
	b.produce("cheese", "bake", "cheese", 1)
	b.record("typed later", Event{At: 1, From: id("milk"), Quantity: 6 * one, FromOnhand: 6 * one, FromAccounted: 6 * one})
	a := b.trace("cheese")
	if got, want := a.events(), "a 2, b 2, cheese 1, typed later 6, used 12"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !slices.ContainsFunc(a.Nodes, func(n Node) bool { return n.Unattributed }) {
		t.Error("two liters came from nowhere, and nobody says so")
	}
}

// batch is some of a stock by what it came from, kept by counting and not by a
// graph: the oldest batch of a record is drawn first, each in proportion.
type batch map[string]*big.Rat

func (b batch) size() *big.Rat {
	sum := new(big.Rat)
	for _, v := range b {
		sum.Add(sum, v)
	}
	return sum
}

// shelf is what a record holds.
type shelf []batch

func (s *shelf) add(b batch, queues bool) {
	if !queues {
		for _, old := range *s {
			for from, v := range old {
				b.add(from, v)
			}
		}
		*s = nil
	}
	*s = append(*s, b)
}

func (b batch) add(from string, v *big.Rat) {
	if b[from] == nil {
		b[from] = new(big.Rat)
	}
	b[from].Add(b[from], v)
}

func (s *shelf) take(q *big.Rat) batch {
	out := batch{}
	for q.Sign() > 0 {
		oldest, size := (*s)[0], (*s)[0].size()
		now := q
		if size.Cmp(q) <= 0 {
			now, *s = size, (*s)[1:]
		}
		for from, v := range oldest {
			part := new(big.Rat).Mul(v, new(big.Rat).Quo(now, size))
			out.add(from, part)
			oldest[from] = new(big.Rat).Sub(v, part)
		}
		q = new(big.Rat).Sub(q, now)
	}
	return out
}

// near holds an amount against an exact number of units: the graph rounds to
// 2^-96 of a millionth at each split.
func near(got *Amount, want *big.Rat) bool {
	v := new(big.Rat)
	if got != nil {
		v.Quo(got.Rat(), big.NewRat(one, 1))
	}
	return new(big.Rat).Abs(v.Sub(v, want)).Cmp(big.NewRat(1, one*one)) < 0
}

// Invariant 25, by counting: whatever was drawn, transferred and mixed by
// either rule, each delivery is in what every event drew with exactly the amount that
// counting gives, traced back and tracked on alike, and nothing is lost.
func TestInvariant25QueuesAndMixesByCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBook(t)
		names := []string{"a", "b", "c"}
		shelves, held := map[string]*shelf{"a": {}, "b": {}, "c": {}}, map[string]int64{}
		drawn, raised := map[string]batch{}, map[string]int64{}
		for i := range rapid.IntRange(1, 20).Draw(t, "events") {
			b.queues = rapid.Bool().Draw(t, "queues")
			name, r, q := fmt.Sprint("e", i), rapid.SampledFrom(names).Draw(t, "record"), rapid.Int64Range(1, 5).Draw(t, "quantity")
			to := rapid.SampledFrom(names).Draw(t, "to")
			switch {
			case held[r] < q || to == r:
				b.raise(name, r, q)
				shelves[r].add(batch{name: big.NewRat(q, 1)}, b.queues)
				held[r], raised[name] = held[r]+q, q
			default:
				b.transfer(name, r, to, q)
				drawn[name] = shelves[r].take(big.NewRat(q, 1))
				moved := batch{}
				for from, v := range drawn[name] {
					moved.add(from, v)
				}
				shelves[to].add(moved, b.queues)
				held[r], held[to] = held[r]-q, held[to]+q
			}
		}
		for name, from := range drawn {
			back := amounts(b.walk(Ask{Events: []ID{id(name)}}))
			for origin := range raised {
				want := new(big.Rat)
				if from[origin] != nil {
					want = from[origin]
				}
				if !near(back[origin], want) {
					t.Fatalf("%s has %s of %s, not %s", name, amount(back[origin]), origin, want.FloatString(6))
				}
			}
		}
		for origin, q := range raised {
			left := big.NewRat(q, 1)
			on := amounts(b.walk(Ask{Direction: On, Events: []ID{id(origin)}}))
			for name, from := range drawn {
				if want := from[origin]; want != nil && !near(on[name], want) {
					t.Fatalf("%s of %s went with %s, not %s", amount(on[name]), origin, name, want.FloatString(6))
				}
			}
			for _, r := range names {
				there := new(big.Rat)
				for _, s := range *shelves[r] {
					if s[origin] != nil {
						there.Add(there, s[origin])
					}
				}
				left.Sub(left, there)
				if held[r] > 0 && !near(amounts(b.trace(r))[origin], there) {
					t.Fatalf("%s holds %s of %s, not %s", r, amount(amounts(b.trace(r))[origin]), origin, there.FloatString(6))
				}
			}
			if left.Sign() != 0 {
				t.Fatalf("%s of %s are nowhere", left, origin)
			}
		}
	})
}

// amounts are the amounts of the events of an answer, by name.
func amounts(a *Answer) map[string]*Amount {
	out := map[string]*Amount{}
	for _, n := range a.Nodes {
		if n.Kind == EventNode {
			out[strings.TrimSpace(name(n.ID))] = n.Amount
		}
	}
	return out
}
