package trace

// grow adds the node and the edges of the newest event to edges that are
// fresh. It adds and never changes: what would change an older edge has taken
// the freshness away, or does so here.
func (g *Graph) grow(n uint32) {
	x := &g.events[n]
	x.node = g.newNode(node{EventNode, n, 0})
	for _, p := range [...]uint32{x.in, x.out} {
		if p != none && g.process[p].node == none {
			g.process[p].node = g.newNode(node{ProcessNode, p, 0})
		}
	}
	records := [...]uint32{x.from, x.to}
	if x.to == x.from {
		records[1] = none
	}
	var began [2]uint32
	for side, r := range records {
		began[side] = g.growRecord(r)
	}
	g.joinUp(x.node)
	if x.in != none && g.enters(n) {
		g.join(g.process[x.in].node, x.node, Flow)
	}
	for side, r := range records {
		if r != none {
			g.growLate(n, &g.record[r])
		}
		if began[side] != none {
			g.joinUp(began[side])
		}
	}
}

// growRecord settles the newest event of a record, and returns the node of the
// stock that it began there, or none.
func (g *Graph) growRecord(r uint32) (began uint32) {
	if r == none {
		return none
	}
	rec := &g.record[r]
	if len(rec.stocks) == 0 {
		rec.stocks = append(rec.stocks, stock{at: -1, event: none, node: g.newNode(node{StockNode, r, 0})})
	}
	last := len(rec.chain) - 1
	if !rec.physical && g.change(rec.chain[last], true) != 0 {
		rec.physical = true
		if len(rec.stocks) > 1 || rec.balance != 0 { // what the accounts said counts no more
			g.fresh = false
		}
	}
	stocks := len(rec.stocks)
	if g.settleLink(rec, last); len(rec.stocks) == stocks {
		return none
	}
	rec.stocks[stocks].node = g.newNode(node{StockNode, r, uint32(stocks)})
	return rec.stocks[stocks].node
}

// growLate joins what the newest event had brought before it was recorded.
func (g *Graph) growLate(n uint32, rec *record) {
	for _, l := range rec.late.byInflow[n] {
		g.join(g.events[l.draw].node, g.events[n].node, Late)
	}
}

func (g *Graph) newNode(k node) uint32 {
	g.nodes = append(g.nodes, k)
	g.up.spans, g.down.spans = append(g.up.spans, span{}), append(g.down.spans, span{})
	return uint32(len(g.nodes) - 1)
}

// joinUp joins a node to what it came from.
func (g *Graph) joinUp(child uint32) {
	g.upstream(g.nodes[child], func(parent uint32, kind EdgeKind) { g.join(child, parent, kind) })
}

func (g *Graph) join(child, parent uint32, kind EdgeKind) {
	g.up.add(child, endAt(parent, kind))
	g.down.add(parent, endAt(child, kind))
}
