package circulation

import (
	"testing"

	"pgregory.net/rapid"
)

// After every pivot each node can send something up the tree, which is what
// keeps the method from going round in circles, and tree arcs have the reduced
// cost zero.
func TestTreesStayStronglyFeasible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t, 12, 6, 3)
		r := newRun(n, Options{})
		for _, part := range r.order {
			s := newSimplex(r.scope(part).build())
			for e := s.entering(); e >= 0; e = s.entering() {
				s.pivot(e)
				for u := range int32(s.nodes()) {
					up := s.up[u]
					if up >= 0 && (s.left[up] == 0 || s.reduced(up) != 0 || s.head[up] != s.parent[u] || s.depth[u] != s.depth[s.parent[u]]+1) {
						t.Fatalf("node %d hangs on %d by arc %d, which carries %d more at the reduced cost %d", u, s.parent[u], up, s.left[up], s.reduced(up))
					}
				}
			}
		}
	})
}
