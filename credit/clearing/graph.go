package clearing

import (
	"cmp"
	"slices"

	"commonweal/credit/clearing/circulation"
)

// worths are what arcs are worth when there are k hubs. A circle passes each
// hub once at most, so it changes the credit that is drawn, and the credit that
// is moved, by k units at most for each unit that goes round. Overdraft at
// -(k+1) beside -1 for all that is moved, and obligations at more than k·(k+2),
// therefore put clearing before drawing and drawing before moving, exactly.
type worths struct{ obligation, overdraft, balance int32 }

func worthsFor(hubs int) worths {
	k := int32(hubs)
	if k == 0 {
		return worths{obligation: 1}
	}
	return worths{obligation: (k + 1) * (k + 1), overdraft: -(k + 2), balance: -1}
}

// graph is the network of a problem, and what its arcs stand for.
type graph struct {
	*canon
	circulation.Network
	sources []source // by arc
}

// source is what an arc stands for, in eight bytes: obligations that were
// merged, at the places from..to of the order, or a use of a line of credit.
type source struct{ from, to int32 }

// use is a way to use a line of credit.
type use int32

const (
	none      use = iota // the arc is of obligations
	receiving            // member to hub
	paying               // hub to member, of the balance
	drawing              // hub to member, of the overdraft
)

// sourceOf is the use of a line.
func sourceOf(line int32, u use) source { return source{line, -int32(u)} }

// use is how the line source.from is used.
func (s source) use() use { return max(use(-s.to), none) }

// newGraph makes the network: nodes are the members and then the hubs, in
// their order.
func newGraph(c *canon) *graph {
	w := worthsFor(len(c.p.Hubs))
	g := &graph{canon: c, Network: circulation.Network{Nodes: len(c.rank) + len(c.hubs)}}
	lines, debts := c.lines(), c.merge()
	g.Arcs = make([]circulation.Arc, 0, len(debts)+3*len(lines))
	if len(lines) == 0 { // the list is what is wanted: no second one
		for _, s := range debts {
			g.Arcs = append(g.Arcs, c.arc(s, w.obligation))
		}
		g.sources = debts
		return g
	}
	g.sources = make([]source, 0, cap(g.Arcs))
	g.fromMembers(debts, lines, w)
	g.fromHubs(lines, w)
	return g
}

// fromMembers adds, member by member, what each owes and may receive.
func (g *graph) fromMembers(debts []source, lines []int32, w worths) {
	for rank := range int32(len(g.rank)) {
		for len(debts) > 0 && g.rank[g.first(debts[0]).Debtor] == rank {
			g.add(g.arc(debts[0], w.obligation), debts[0])
			debts = debts[1:]
		}
		for len(lines) > 0 && g.rank[g.p.Lines[lines[0]].Member] == rank {
			g.line(lines[0], receiving, g.p.Lines[lines[0]].Room, 0)
			lines = lines[1:]
		}
	}
}

// fromHubs adds, hub by hub, what members may pay.
func (g *graph) fromHubs(lines []int32, w worths) {
	byHub := slices.SortedStableFunc(slices.Values(lines), func(a, b int32) int {
		return cmp.Compare(g.hubRank[g.p.Lines[a].Hub], g.hubRank[g.p.Lines[b].Hub])
	})
	for _, i := range byHub {
		g.line(i, paying, g.p.Lines[i].Balance, w.balance)
		g.line(i, drawing, g.p.Lines[i].Overdraft, w.overdraft)
	}
}

// lines are the lines of credit by member, then by hub.
func (c *canon) lines() []int32 {
	list := make([]int32, len(c.p.Lines))
	for i := range list {
		list[i] = int32(i)
	}
	slices.SortFunc(list, func(a, b int32) int {
		x, y := &c.p.Lines[a], &c.p.Lines[b]
		return cmp.Or(cmp.Compare(c.rank[x.Member], c.rank[y.Member]), cmp.Compare(c.hubRank[x.Hub], c.hubRank[y.Hub]))
	})
	return list
}

func (g *graph) add(a circulation.Arc, s source) {
	g.Arcs, g.sources = append(g.Arcs, a), append(g.sources, s)
}

// line adds the arc of one use of a line of credit.
func (g *graph) line(i int32, u use, upper int64, worth int32) {
	l := &g.p.Lines[i]
	member, hub := g.rank[l.Member], int32(len(g.rank))+g.hubRank[l.Hub]
	a := circulation.Arc{Tail: hub, Head: member, Upper: upper, Worth: worth}
	if u == receiving {
		a.Tail, a.Head = member, hub
	}
	g.add(a, sourceOf(i, u))
}
