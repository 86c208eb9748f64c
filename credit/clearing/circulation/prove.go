package circulation

// prove looks for whole prices, in units of cost, at which no arc that can
// carry more has a negative reduced cost: then the circulation costs least. It
// begins at the prices of the scaling, rounded down, and lowers what is too
// high; it gives up, and returns nil, when one would have to fall by more than
// patience. In the last phase a fall of one is enough: a way of fewer steps
// than scale cannot lose more.
func (s *scaling) prove() []int64 {
	exact := make([]int64, s.nodes())
	for u, p := range s.price {
		exact[u] = floorDiv(p, s.scale)
	}
	fallen := s.search.level
	clear(fallen)
	for u := range int32(len(exact)) {
		if !s.lower(u, exact, fallen) {
			return s.drain()
		}
	}
	for !s.waiting.empty() {
		if !s.lower(s.waiting.pop(), exact, fallen) {
			return s.drain()
		}
	}
	return exact
}

// drain empties the queue of a proof that failed.
func (s *scaling) drain() []int64 {
	for !s.waiting.empty() {
		s.waiting.pop()
	}
	return nil
}

// lower brings the prices of a node's neighbors down to what its arcs ask.
func (s *scaling) lower(u int32, exact []int64, fallen []int32) bool {
	pu := exact[u]
	for a := s.first[u]; a < s.first[u+1]; a++ {
		if s.left[a] == 0 {
			continue
		}
		v := s.head[a]
		down := exact[v] - pu - int64(s.cost[a])
		if down <= 0 {
			continue
		}
		if down > int64(patience-fallen[v]) {
			return false
		}
		fallen[v] += int32(down)
		exact[v] -= down
		s.waiting.push(v)
	}
	return true
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
