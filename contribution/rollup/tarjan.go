package rollup

// tarjan finds groups of vertices that reach each other, each group after
// everything it depends on (R. Tarjan, 1972), without recursion.
type tarjan struct {
	g      *Graph
	visit  []int32 // per vertex: its number in the order of visits, from 1
	low    []int32 // per vertex: the least visit it reaches among open vertices
	count  int32
	open   []int32 // vertices whose group is not known yet
	frames []frame
}

// frame is a vertex on the explicit stack and how far its links are followed.
type frame struct {
	v    int32
	next int
}

const closedGroup = int32(1) << 30 // visit number of a vertex whose group is done

func newTarjan(g *Graph) *tarjan {
	n := g.vertices()
	return &tarjan{g: g, visit: make([]int32, n), low: make([]int32, n)}
}

// run visits the vertices along the links that follow allows and hands each
// group to emit.
func (t *tarjan) run(vertices []int32, follow func(link) bool, emit func([]int32)) {
	for _, root := range vertices {
		if t.visit[root] == 0 {
			t.enter(root)
		}
		for len(t.frames) > 0 {
			t.step(follow, emit)
		}
	}
}

func (t *tarjan) enter(v int32) {
	t.count++
	t.visit[v], t.low[v] = t.count, t.count
	t.open = append(t.open, v)
	t.frames = append(t.frames, frame{v: v})
}

// step follows one link of the vertex on top of the stack, or leaves it.
func (t *tarjan) step(follow func(link) bool, emit func([]int32)) {
	top := &t.frames[len(t.frames)-1]
	v := top.v
	row := t.g.in.of(v)
	for top.next < len(row) {
		l, ok := t.g.linkOf(row[top.next])
		top.next++
		if !ok || !follow(l) {
			continue
		}
		switch n := t.visit[l.to]; {
		case n == 0:
			t.enter(l.to)
			return
		case n != closedGroup:
			t.low[v] = min(t.low[v], n)
		}
	}
	t.frames = t.frames[:len(t.frames)-1]
	if len(t.frames) > 0 {
		below := t.frames[len(t.frames)-1].v
		t.low[below] = min(t.low[below], t.low[v])
	}
	if t.low[v] == t.visit[v] {
		t.closeGroup(v, emit)
	}
}

// closeGroup takes the group of v off the open vertices.
func (t *tarjan) closeGroup(v int32, emit func([]int32)) {
	i := len(t.open) - 1
	for t.open[i] != v {
		i--
	}
	group := t.open[i:]
	for _, w := range group {
		t.visit[w] = closedGroup
	}
	emit(group)
	t.open = t.open[:i]
}
