package circulation

import "math"

// augment walks from a node with an excess along arcs of negative reduced
// cost, a few of them or until it reaches a node that lacks something, and
// sends on what the arcs can carry.
func (s *scaling) augment(start int32) {
	var walk [longestWalk]int32
	n, tip := 0, start
	for n < longestWalk && s.excess[tip] >= 0 {
		if a := s.admissible(tip); a >= 0 {
			walk[n] = a
			n++
			tip = s.head[a]
			continue
		}
		if n > 0 { // the tip was relabeled: come again
			n--
			tip = s.head[s.back[walk[n]]]
		}
	}
	u := start
	for _, a := range walk[:n] {
		v := s.head[a]
		amount := min(s.left[a], s.excess[u])
		if amount <= 0 {
			break
		}
		s.send(a, amount)
		s.excess[u] -= amount
		before := s.excess[v]
		s.excess[v] = before + amount
		if before <= 0 && before+amount > 0 && v != start {
			s.waiting.push(v)
		}
		u = v
	}
}

// admissible is the first arc of a node that can carry more at a negative
// reduced cost. When there is none it lowers the node's price until there is,
// and returns -1.
func (s *scaling) admissible(u int32) int32 {
	from, begin, end := s.next[u], s.first[u], s.first[u+1]
	head, left, cost := s.head[:end], s.left[:end], s.cost[:end]
	pu, least := s.price[u], int64(math.MaxInt64)
	for a := from; a < end; a++ {
		if left[a] > 0 {
			reduced := int64(cost[a])*s.scale + pu - s.price[head[a]]
			if reduced < 0 {
				s.next[u] = a
				return a
			}
			least = min(least, reduced)
		}
	}
	for a := begin; a < from; a++ {
		if left[a] > 0 {
			least = min(least, int64(cost[a])*s.scale+pu-s.price[head[a]])
		}
	}
	s.price[u] = pu - least - s.epsilon
	s.next[u] = begin
	s.relabels++
	return -1
}
