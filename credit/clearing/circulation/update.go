package circulation

// levels sorts nodes by their level: doubly linked lists, one for each.
type levels struct {
	level    []int32 // by node
	head     []int32 // by level: its first node, or -1
	next     []int32 // by node
	previous []int32 // by node; -1 for the first
}

func newLevels(n int) levels {
	return levels{make([]int32, n), make([]int32, n+1), make([]int32, n), make([]int32, n)}
}

// far is the level of nodes that nothing has reached: one more than there are nodes.
func (l *levels) far() int32 { return int32(len(l.head)) }

func (l *levels) clear() {
	for i := range l.head {
		l.head[i] = -1
	}
	for u := range l.level {
		l.level[u] = l.far()
	}
}

// move puts a node on another level.
func (l *levels) move(u, to int32) {
	if was := l.level[u]; was < l.far() {
		before, after := l.previous[u], l.next[u]
		if before < 0 {
			l.head[was] = after
		} else {
			l.next[before] = after
		}
		if after >= 0 {
			l.previous[after] = before
		}
	}
	first := l.head[to]
	l.level[u], l.next[u], l.previous[u], l.head[to] = to, first, -1, u
	if first >= 0 {
		l.previous[first] = u
	}
}

// globalUpdate lowers prices so that every excess sees a way to a node that
// lacks something: a search against the arcs from all those nodes, in which an
// arc is as long as its reduced cost counted in epsilons, and one more; one of
// negative reduced cost has no length.
func (s *scaling) globalUpdate() {
	l := &s.search
	l.clear()
	lacking := false
	for u := int32(s.nodes()) - 1; u >= 0; u-- {
		if s.excess[u] < 0 {
			l.move(u, 0)
			lacking = true
		}
	}
	if !lacking {
		return
	}
	reached := s.reach(s.excessive())
	for u, level := range l.level {
		if k := min(level, reached); k > 0 {
			s.price[u] -= int64(k) * s.epsilon
			s.next[u] = s.first[u]
		}
	}
}

// excessive counts the nodes with an excess.
func (s *scaling) excessive() (n int) {
	for _, e := range s.excess {
		if e > 0 {
			n++
		}
	}
	return n
}

// reach gives nodes their levels until it has met as many nodes with an excess
// as there are, and returns the level at which it stopped.
func (s *scaling) reach(missing int) int32 {
	l := &s.search
	for r := int32(0); r < l.far(); r++ {
		for u := l.head[r]; u >= 0; u = l.head[r] {
			l.head[r] = l.next[u]
			if after := l.next[u]; after >= 0 {
				l.previous[after] = -1
			}
			if s.excess[u] > 0 {
				if missing--; missing == 0 {
					return r
				}
			}
			s.spread(u, r)
		}
	}
	return l.far()
}

// spread brings the nodes that have an arc to u as near as they can be.
func (s *scaling) spread(u, r int32) {
	l, pu := &s.search, s.price[u]
	for a := s.first[u]; a < s.first[u+1]; a++ {
		v := s.head[a]
		farther := int64(l.level[v] - r)
		if farther <= 0 {
			continue
		}
		reduced := s.price[v] - pu - int64(s.cost[a])*s.scale // of the arc from v
		if reduced >= (farther-1)*s.epsilon || s.left[s.back[a]] == 0 {
			continue
		}
		steps := int32(0) // what is below zero can be used as it is
		if reduced >= 0 {
			steps = int32(reduced/s.epsilon) + 1
		}
		l.move(v, r+steps)
	}
}
