package trace

import "cmp"

// order returns the nodes so that each stands behind all that lead to it, in
// the direction of the walk. Loops are cut at their newest event until there
// are none.
func (s *scales) order() []int {
	for {
		order, left := s.sort()
		if len(left) == 0 {
			return order
		}
		s.cut(left)
	}
}

// sort takes away nodes that nothing leads to, as long as there are any; what
// is left lies on loops or behind them.
func (s *scales) sort() (order, left []int) {
	into := make([]int, len(s.answer.Nodes))
	for _, e := range s.answer.Edges {
		if !e.Loop {
			_, to := s.ends(e)
			into[to]++
		}
	}
	for n, k := range into {
		if k == 0 {
			order = append(order, n)
		}
	}
	for head := 0; head < len(order); head++ {
		for _, i := range s.leaving[order[head]] {
			if s.answer.Edges[i].Loop {
				continue
			}
			_, to := s.ends(s.answer.Edges[i])
			if into[to]--; into[to] == 0 {
				order = append(order, to)
			}
		}
	}
	for n, k := range into {
		if k > 0 {
			left = append(left, n)
		}
	}
	return order, left
}

// cut cuts each strongly connected part of what is left at its newest edge.
func (s *scales) cut(left []int) {
	for _, edges := range s.loops(left) {
		newest := edges[0]
		for _, i := range edges {
			if s.newer(i, newest) {
				newest = i
			}
		}
		s.answer.Edges[newest].Loop = true
	}
}

// newer compares edges by the newest event at their ends, then by what these
// are, so that it does not matter in which order a walk came to them.
func (s *scales) newer(a, b int) bool {
	if x, y := s.age(a), s.age(b); x != y {
		return x > y
	}
	e, f := s.answer.Edges[a], s.answer.Edges[b]
	key := func(n int) node { return s.answer.Nodes[n].key }
	return cmp.Or(key(e.From).compare(key(f.From)), key(e.To).compare(key(f.To))) > 0
}

func (s *scales) age(edge int) (newest int64) {
	newest = -1
	e := s.answer.Edges[edge]
	for _, n := range [...]int{e.From, e.To} {
		if k := s.answer.Nodes[n].key; k.kind == EventNode {
			newest = max(newest, int64(k.n))
		}
	}
	return newest
}

// loops returns the edges inside each strongly connected part, by Tarjan's
// algorithm without recursion.
func (s *scales) loops(left []int) map[int][]int {
	t := tarjan{scales: s, index: map[int]int{}, low: map[int]int{}, on: map[int]bool{}, part: map[int]int{}}
	in := map[int]bool{}
	for _, n := range left {
		in[n] = true
	}
	t.in = in
	for _, n := range left {
		if _, seen := t.index[n]; !seen {
			t.from(n)
		}
	}
	out := map[int][]int{}
	for _, n := range left {
		for _, i := range s.leaving[n] {
			_, to := s.ends(s.answer.Edges[i])
			if !s.answer.Edges[i].Loop && in[to] && t.part[n] == t.part[to] {
				out[t.part[n]] = append(out[t.part[n]], i)
			}
		}
	}
	return out
}

type tarjan struct {
	*scales
	in         map[int]bool
	index, low map[int]int
	on         map[int]bool
	part       map[int]int
	stack      []int
	parts      int
}

type frame struct{ node, next int }

// from explores everything that a node leads to.
func (t *tarjan) from(start int) {
	frames := []frame{{start, 0}}
	t.enter(start)
	for len(frames) > 0 {
		f := &frames[len(frames)-1]
		if f.next == len(t.leaving[f.node]) {
			t.leave(f.node)
			done := f.node
			if frames = frames[:len(frames)-1]; len(frames) > 0 {
				up := frames[len(frames)-1].node
				t.low[up] = min(t.low[up], t.low[done])
			}
			continue
		}
		i := t.leaving[f.node][f.next]
		f.next++
		_, to := t.ends(t.answer.Edges[i])
		if t.answer.Edges[i].Loop || !t.in[to] {
			continue
		}
		if _, seen := t.index[to]; !seen {
			t.enter(to)
			frames = append(frames, frame{to, 0})
		} else if t.on[to] {
			t.low[f.node] = min(t.low[f.node], t.index[to])
		}
	}
}

func (t *tarjan) enter(n int) {
	t.index[n], t.low[n] = len(t.index), len(t.index)
	t.stack, t.on[n] = append(t.stack, n), true
}

// leave closes a part when its first node is done.
func (t *tarjan) leave(n int) {
	if t.low[n] != t.index[n] {
		return
	}
	t.parts++
	for {
		x := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.on[x], t.part[x] = false, t.parts
		if x == n {
			return
		}
	}
}
