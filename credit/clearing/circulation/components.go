package circulation

// components are the strongly connected components of a network. No circle
// leaves one, so arcs between two of them carry nothing. Arcs that can carry
// nothing do not count.
type components struct {
	of    []int32 // by node: its component; arcs lead from higher numbers to lower
	first []int32 // by component: where its nodes begin in nodes
	nodes []int32 // in ascending order within a component
}

func (c *components) count() int            { return len(c.first) - 1 }
func (c *components) members(i int) []int32 { return c.nodes[c.first[i]:c.first[i+1]] }

// split finds the components with Tarjan's depth-first search ("Depth-first
// search and linear graph algorithms", 1972), without recursion: a circle may
// be as long as the membership.
func split(n Network, first []int32) *components {
	d := depthFirst{network: n, next: append([]int32(nil), first[:n.Nodes]...), end: first[1:],
		seen: make([]int32, n.Nodes), low: make([]int32, n.Nodes), of: make([]int32, n.Nodes)}
	for u := range d.of {
		d.of[u] = -1
	}
	for u := range int32(n.Nodes) {
		if d.seen[u] == 0 {
			d.search(u)
		}
	}
	return gather(d.of, d.count)
}

// depthFirst is the state of the search.
type depthFirst struct {
	network   Network
	next, end []int32 // by node: the arcs still to look at
	seen      []int32 // by node: when the search came by, from 1; 0 for never
	low       []int32 // by node: the earliest open node that can be reached from it
	of        []int32 // by node: its component once it is closed, else -1
	path      []int32 // from the root of the search to where it is
	open      []int32 // seen, and not in a component yet
	clock     int32
	count     int32
}

func (d *depthFirst) enter(u int32) {
	d.clock++
	d.seen[u], d.low[u] = d.clock, d.clock
	d.path, d.open = append(d.path, u), append(d.open, u)
}

func (d *depthFirst) search(root int32) {
	d.enter(root)
	for len(d.path) > 0 {
		u := d.path[len(d.path)-1]
		if d.next[u] == d.end[u] {
			d.leave(u)
			continue
		}
		a := &d.network.Arcs[d.next[u]]
		v := a.Head
		d.next[u]++
		switch {
		case a.Upper == 0: // leads nowhere
		case d.seen[v] == 0:
			d.enter(v)
		case d.of[v] < 0:
			d.low[u] = min(d.low[u], d.seen[v])
		}
	}
}

// leave goes back one step, and closes the component that u began.
func (d *depthFirst) leave(u int32) {
	d.path = d.path[:len(d.path)-1]
	if len(d.path) > 0 {
		back := d.path[len(d.path)-1]
		d.low[back] = min(d.low[back], d.low[u])
	}
	if d.low[u] < d.seen[u] {
		return
	}
	for {
		v := d.open[len(d.open)-1]
		d.open = d.open[:len(d.open)-1]
		d.of[v] = d.count
		if v == u {
			break
		}
	}
	d.count++
}

// gather lists the nodes of each component.
func gather(of []int32, count int32) *components {
	c := &components{of: of, first: make([]int32, count+1), nodes: make([]int32, len(of))}
	for _, i := range of {
		c.first[i+1]++
	}
	for i := range count {
		c.first[i+1] += c.first[i]
	}
	at := append([]int32(nil), c.first[:count]...)
	for u, i := range of {
		c.nodes[at[i]] = int32(u)
		at[i]++
	}
	return c
}
