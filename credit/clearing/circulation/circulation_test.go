package circulation

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

// drawNetwork draws a network; worth may be below zero, as that of credit is.
func drawNetwork(t *rapid.T, nodes, arcs int, upper int64) Network {
	n := Network{Nodes: rapid.IntRange(1, nodes).Draw(t, "nodes")}
	if n.Nodes == 1 {
		return n
	}
	for tail := range n.Nodes {
		for range rapid.IntRange(0, arcs).Draw(t, "arcs") {
			head := (tail + rapid.IntRange(1, n.Nodes-1).Draw(t, "head")) % n.Nodes
			n.Arcs = append(n.Arcs, Arc{rapid.Int64Range(0, upper).Draw(t, "upper"), int32(tail), int32(head), int32(rapid.IntRange(-3, 9).Draw(t, "worth"))})
		}
	}
	return n
}

// flaw says what is wrong with a solution; "" when it is proven.
func flaw(n Network, s Solution) string {
	balance := make([]int64, n.Nodes) // wraps round and back where sums are long
	for i, a := range n.Arcs {
		f := s.Flow[i]
		if f < 0 || f > a.Upper {
			return fmt.Sprintf("arc %d carries %d of %d", i, f, a.Upper)
		}
		balance[a.Tail] -= f
		balance[a.Head] += f
		if !Proven(int64(a.Worth), s.Price[a.Tail], s.Price[a.Head], f, a.Upper) {
			return fmt.Sprintf("arc %d %+v carries %d at the prices %d and %d", i, a, f, s.Price[a.Tail], s.Price[a.Head])
		}
	}
	if i := slices.IndexFunc(balance, func(b int64) bool { return b != 0 }); i >= 0 {
		return fmt.Sprintf("node %d keeps %d", i, balance[i])
	}
	return ""
}

var methods = []Method{Scaling, Simplex, Auto}

func TestInvariant1To4(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t, 40, 6, 100)
		var start []int64
		if rapid.Bool().Draw(t, "warm") {
			start = rapid.SliceOfN(rapid.Int64Range(-40, 40), n.Nodes, n.Nodes).Draw(t, "start")
		}
		worth := int64(0)
		for i, m := range methods {
			s, err := Maximize(t.Context(), n, Options{Method: m, Start: start})
			if err != nil {
				t.Fatal(err)
			}
			if wrong := flaw(n, s); wrong != "" {
				t.Fatalf("%s: %s", m, wrong)
			}
			sum := int64(0)
			for i, a := range n.Arcs {
				sum += s.Flow[i] * int64(a.Worth)
			}
			if i > 0 && sum != worth {
				t.Fatalf("%s finds worth %d, another method %d", m, sum, worth)
			}
			worth = sum
			again, err := Maximize(t.Context(), n, Options{Method: m, Start: start, Workers: 3})
			if err != nil || !slices.Equal(again.Flow, s.Flow) || !slices.Equal(again.Price, s.Price) {
				t.Fatalf("three workers find something else: %v", err)
			}
		}
	})
}

func TestInvariant5LongSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t, 8, 6, rapid.SampledFrom([]int64{1 << 57, 1 << 60, math.MaxInt64}).Draw(t, "most"))
		for _, m := range methods {
			s, err := Maximize(t.Context(), n, Options{Method: m})
			if err != nil {
				t.Fatal(err)
			}
			if wrong := flaw(n, s); wrong != "" {
				t.Fatalf("%s: %s", m, wrong)
			}
		}
	})
}

// A single circle as long as the membership: no recursion, and a proof that
// takes the last phase.
func TestOneCircleOfAll(t *testing.T) {
	const nodes = 200_000
	n := Network{Nodes: nodes}
	for u := range int32(nodes) {
		n.Arcs = append(n.Arcs, Arc{Upper: 5 + int64(u%7), Tail: u, Head: (u + 1) % nodes, Worth: 1})
	}
	s, err := Maximize(t.Context(), n, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if wrong := flaw(n, s); wrong != "" || s.Flow[0] != 5 {
		t.Fatalf("%d goes round; %s", s.Flow[0], wrong)
	}
}

// A component whose proof needs a price for every step of a long way: what
// gains by one is three thousand steps long.
func TestALongWayRound(t *testing.T) {
	const nodes = 3000
	n := Network{Nodes: nodes}
	for u := range int32(nodes - 1) {
		n.Arcs = append(n.Arcs, Arc{Upper: 10, Tail: u, Head: u + 1, Worth: 1})
	}
	n.Arcs = append(n.Arcs, Arc{Upper: 10, Tail: nodes - 1, Head: 0, Worth: -nodes + 2}, Arc{Upper: 10, Tail: nodes - 1, Head: 1, Worth: -nodes + 2})
	for _, m := range methods {
		s, err := Maximize(t.Context(), n, Options{Method: m})
		if err != nil {
			t.Fatal(err)
		}
		if wrong := flaw(n, s); wrong != "" || s.Flow[0] != 10 {
			t.Errorf("%s: %d goes round; %s", m, s.Flow[0], wrong)
		}
	}
}

func TestNetworksWithoutMeaning(t *testing.T) {
	for code, n := range map[string]Network{
		"clearing.size":       {Nodes: -1},
		"clearing.arc":        {Nodes: 2, Arcs: []Arc{{Tail: 1, Head: 1}}},
		"clearing.arc_order":  {Nodes: 2, Arcs: []Arc{{Tail: 1, Head: 0}, {Tail: 0, Head: 1}}},
		"clearing.arc_bounds": {Nodes: 2, Arcs: []Arc{{Tail: 0, Head: 1, Upper: -1}}},
	} {
		if _, err := Maximize(t.Context(), n, Options{}); fault.CodeOf(err) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestOptionsWithoutMeaning(t *testing.T) {
	for code, o := range map[string]Options{"clearing.method": {Method: "guess"}, "clearing.start": {Start: []int64{1}}} {
		if _, err := Maximize(t.Context(), Network{Nodes: 2}, o); fault.CodeOf(err) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}
