package clearing

import (
	"context"

	"commonweal/credit/clearing/circulation"
)

// Version names the rules that decide which of equally good set-offs is found.
// It changes when any of them does.
const Version = "commonweal-clearing/1"

// Options are the published parameters of a round. Workers decides time alone.
type Options struct {
	Method circulation.Method // empty: by rule, for each strongly connected part
	Start  *Certificate       // prices to begin with, such as those of the last round
	// OldestFirst takes, of all results with as much worth, the one that takes
	// away most debt times age in days. It costs about a second solve.
	OldestFirst bool
	Workers     int // parts solved at once; 0 is one
}

// Result is an optimal set-off and its proof.
type Result struct {
	SetOff      []int64 // by obligation of the problem
	Credit      []Use   // by line of the problem
	Certificate Certificate
	Parts       []circulation.Part // how it was found, largest part first
}

// Use is how far a line of credit is used. At most one of what goes out
// (Paid and Drawn) and what comes in is more than zero.
type Use struct {
	Paid     int64 // of the member's own balance
	Drawn    int64 // of the overdraft
	Received int64
}

// Certificate are prices, one a member and one a hub, that prove a set-off
// (Check): linear programming's dual values.
type Certificate struct {
	Members []int64 // by member of the problem
	Hubs    []int64 // by hub
}

// Solve finds the set-off of greatest worth; see the invariants of the package.
// It refuses a problem that Check refuses, and stops with the context.
func Solve(ctx context.Context, p *Problem, o Options) (*Result, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	g := newGraph(newCanon(p))
	start, err := g.start(o.Start)
	if err != nil {
		return nil, err
	}
	found, err := circulation.Maximize(ctx, g.Network, circulation.Options{Method: o.Method, Start: start, Workers: o.Workers})
	if err != nil {
		return nil, err
	}
	r := &Result{Certificate: g.certificate(found.Price), Parts: found.Parts}
	r.SetOff, r.Credit = g.handOut(found.Flow)
	if o.OldestFirst {
		err = g.takeOldest(ctx, found.Price, r, o.Workers)
	}
	return r, err
}

// certificate gives prices by node to the members and hubs of the problem.
func (g *graph) certificate(prices []int64) Certificate {
	c := Certificate{make([]int64, len(g.rank)), make([]int64, len(g.hubs))}
	for i, r := range g.rank {
		c.Members[i] = prices[r]
	}
	for i, r := range g.hubRank {
		c.Hubs[i] = prices[len(g.rank)+int(r)]
	}
	return c
}

// start gives the prices of a certificate to the nodes.
func (g *graph) start(c *Certificate) ([]int64, error) {
	if c == nil {
		return nil, nil
	}
	if err := c.check(g.p); err != nil {
		return nil, err
	}
	prices := make([]int64, g.Nodes)
	for i, r := range g.rank {
		prices[r] = c.Members[i]
	}
	for i, r := range g.hubRank {
		prices[len(g.rank)+int(r)] = c.Hubs[i]
	}
	return prices, nil
}

// handOut gives the flow of each arc to what it stands for: to the oldest of
// merged obligations first.
func (g *graph) handOut(flow []int64) ([]int64, []Use) {
	setOff, credit := make([]int64, len(g.p.Obligations)), make([]Use, len(g.p.Lines))
	for arc, s := range g.sources {
		left := flow[arc]
		if s.use() != none {
			*used(credit, s) = left
			continue
		}
		for _, i := range g.order[s.from:s.to] {
			setOff[i] = min(left, g.p.Obligations[i].Amount)
			left -= setOff[i]
		}
	}
	return setOff, credit
}

// used is the amount of a line's use.
func used(credit []Use, s source) *int64 {
	u := &credit[s.from]
	switch s.use() {
	case receiving:
		return &u.Received
	case paying:
		return &u.Paid
	}
	return &u.Drawn
}
