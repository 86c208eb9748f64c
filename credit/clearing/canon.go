package clearing

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"commonweal/credit/clearing/circulation"
)

// canon is a problem in the order that decides: members and hubs by name,
// obligations by debtor, creditor, weight, age and id.
type canon struct {
	p       *Problem
	members []int32 // by rank: the member
	rank    []int32 // by member
	hubs    []int32 // by rank: the hub
	hubRank []int32 // by hub
	order   []int32 // the obligations, in order
}

// newCanon puts a problem that passed Check in order.
func newCanon(p *Problem) *canon {
	c := &canon{p: p}
	c.members, c.rank = ranked(p.Members)
	c.hubs, c.hubRank = ranked(p.Hubs)
	c.order = c.obligations()
	return c
}

// ranked sorts names: the places in their order, and the rank of each.
func ranked(names []string) (order, rank []int32) {
	order, rank = make([]int32, len(names)), make([]int32, len(names))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return strings.Compare(names[a], names[b]) })
	for r, i := range order {
		rank[i] = int32(r)
	}
	return order, rank
}

// obligations sorts them: first into the debtors' own heaps by counting, then
// each heap by the rest.
func (c *canon) obligations() []int32 {
	end := make([]int32, len(c.rank)+1)
	for i := range c.p.Obligations {
		end[c.rank[c.p.Obligations[i].Debtor]+1]++
	}
	for r := range c.rank {
		end[r+1] += end[r]
	}
	order, at := make([]int32, len(c.p.Obligations)), slices.Clone(end)
	for i := range c.p.Obligations {
		r := c.rank[c.p.Obligations[i].Debtor]
		order[at[r]] = int32(i)
		at[r]++
	}
	for r := range c.rank {
		slices.SortFunc(order[end[r]:end[r+1]], c.compare)
	}
	return order
}

// compare orders two obligations of one debtor.
func (c *canon) compare(a, b int32) int {
	x, y := &c.p.Obligations[a], &c.p.Obligations[b]
	if d := cmp.Compare(c.rank[x.Creditor], c.rank[y.Creditor]); d != 0 {
		return d
	}
	if d := cmp.Compare(x.weight(), y.weight()); d != 0 {
		return d
	}
	if d := cmp.Compare(x.Due.age(), y.Due.age()); d != 0 {
		return d
	}
	return strings.Compare(x.ID, y.ID)
}

// merge takes parallel obligations together, as long as their sum fits.
func (c *canon) merge() []source {
	out := make([]source, 0, len(c.order))
	var last *Obligation
	sum := int64(0)
	for at, i := range c.order {
		o := &c.p.Obligations[i]
		if last != nil && last.Debtor == o.Debtor && last.Creditor == o.Creditor && last.weight() == o.weight() && sum <= math.MaxInt64-o.Amount {
			sum += o.Amount
			out[len(out)-1].to++
			continue
		}
		out = append(out, source{int32(at), int32(at + 1)})
		last, sum = o, o.Amount
	}
	c.prefer(out)
	return out
}

// prefer orders what one debtor owes: solvers tend to what comes first. First
// come the creditors who have fewest claims, so that more members are touched,
// then the oldest debts.
func (c *canon) prefer(list []source) {
	claims := make([]int32, len(c.rank))
	for _, s := range list {
		claims[c.first(s).Creditor]++
	}
	for from := 0; from < len(list); {
		debtor, to := c.first(list[from]).Debtor, from+1
		for to < len(list) && c.first(list[to]).Debtor == debtor {
			to++
		}
		slices.SortStableFunc(list[from:to], func(a, b source) int {
			x, y := c.first(a), c.first(b)
			return cmp.Or(cmp.Compare(claims[x.Creditor], claims[y.Creditor]), cmp.Compare(x.Due.age(), y.Due.age()))
		})
		from = to
	}
}

// first is the oldest of obligations that were merged.
func (c *canon) first(s source) *Obligation { return &c.p.Obligations[c.order[s.from]] }

// arc is the arc of obligations that were merged.
func (c *canon) arc(s source, factor int32) circulation.Arc {
	o := c.first(s)
	a := circulation.Arc{Tail: c.rank[o.Debtor], Head: c.rank[o.Creditor], Worth: o.weight() * factor}
	for _, i := range c.order[s.from:s.to] {
		a.Upper += c.p.Obligations[i].Amount
	}
	return a
}
