package circulation

// tree is a rooted spanning tree. Every node but the root hangs on its parent
// by an arc that goes up; the children of a node are a doubly linked list.
type tree struct {
	parent   []int32
	up       []int32 // the arc to the parent; -1 at the root
	depth    []int32
	child    []int32 // the first child, or -1
	next     []int32 // the next child of the same parent, or -1
	previous []int32 // the one before it, or -1
}

func newTree(n int) tree {
	none := func() []int32 {
		list := make([]int32, n)
		for i := range list {
			list[i] = -1
		}
		return list
	}
	return tree{parent: none(), up: none(), depth: make([]int32, n), child: none(), next: none(), previous: none()}
}

// hang makes u a child of v.
func (t *tree) hang(u, v, arc int32) {
	first := t.child[v]
	t.parent[u], t.up[u], t.child[v], t.next[u], t.previous[u] = v, arc, u, first, -1
	if first >= 0 {
		t.previous[first] = u
	}
}

// unhang takes u off its parent.
func (t *tree) unhang(u int32) {
	before, after := t.previous[u], t.next[u]
	if before < 0 {
		t.child[t.parent[u]] = after
	} else {
		t.next[before] = after
	}
	if after >= 0 {
		t.previous[after] = before
	}
}

// rehang cuts the subtree of a node off, makes inner its root, and hangs that
// on outer by an arc. back gives the reverses of arcs.
func (t *tree) rehang(cut, inner, outer, arc int32, back []int32) {
	for x, onto, by := inner, outer, arc; ; {
		above, up := t.parent[x], t.up[x]
		t.unhang(x)
		t.hang(x, onto, by)
		if x == cut {
			return
		}
		x, onto, by = above, x, back[up]
	}
}

// meet is the lowest node that is above both, or one of them.
func (t *tree) meet(u, v int32) int32 {
	for u != v {
		if t.depth[u] >= t.depth[v] {
			u = t.parent[u]
		} else {
			v = t.parent[v]
		}
	}
	return u
}

// following is the node after x in a walk through the subtree of root, parents
// before children; -1 at the end.
func (t *tree) following(x, root int32) int32 {
	if c := t.child[x]; c >= 0 {
		return c
	}
	for x != root {
		if n := t.next[x]; n >= 0 {
			return n
		}
		x = t.parent[x]
	}
	return -1
}
