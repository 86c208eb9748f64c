package recompute

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"commonweal/contribution/equation"
)

// bucket pays one bucket from what it has and returns what it paid.
func (c *computation) bucket(i int, b *equation.Bucket, have *big.Int) *big.Int {
	available := new(big.Int).Set(have)
	if room := c.room(b); room != nil {
		available = smaller(available, room)
	}
	available = c.toSteps(available)
	if len(b.Fixed) > 0 && len(b.Game.Groups) > 0 {
		return c.game(i, b, available)
	}
	if len(b.Fixed) > 0 {
		return c.fixed(i, b, available)
	}
	list, waiting := c.claims(b)
	c.hold(i, waiting)
	c.scored = slices.Clone(list)
	list = slices.DeleteFunc(list, func(k *claim) bool { return k.entitled.Sign() == 0 })
	slices.SortStableFunc(list, func(x, y *claim) int { return cmp.Compare(x.rule.ID, y.rule.ID) })
	total := entitlements(list)
	payable := available
	if b.AboveOwed != equation.Proportional || total.Sign() == 0 {
		payable = smaller(available, c.toSteps(total))
	}
	if len(b.Rules) > 0 && b.Rules[0].Division == equation.OldestFirst && payable.Cmp(total) < 0 {
		c.oldestFirst(list, payable)
	}
	paid := c.pay(i, b, list, payable)
	for _, k := range list {
		c.out.Payments = append(c.out.Payments, Payment{i, k.rule.ID, int32(k.contribution), k.created.Int64(), k.entitled.Int64(), k.amount.Int64()})
	}
	return paid
}

func (c *computation) fixed(i int, b *equation.Bucket, available *big.Int) *big.Int {
	var weights []*big.Rat
	var names []string
	for _, r := range b.Fixed {
		weights, names = append(weights, rat(r.Weight)), append(names, r.Agent)
	}
	for k, share := range c.split(available, weights, names) {
		c.line(i, names[k], equation.LineFixed, share)
	}
	return available
}

func (c *computation) hold(bucket int, waiting []held) {
	counts := map[[2]string]int{}
	for _, h := range waiting {
		counts[[2]string{h.rule, h.reason}]++
	}
	for key, n := range counts {
		c.out.Held = append(c.out.Held, equation.HeldCount{Bucket: bucket, Rule: key[0], Reason: equation.Reason(key[1]), Count: n})
	}
	slices.SortFunc(c.out.Held, func(a, b equation.HeldCount) int {
		return cmp.Or(cmp.Compare(a.Bucket, b.Bucket), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Reason, b.Reason))
	})
}

func sum(list []*claim, of func(*claim) *big.Int) *big.Int {
	total := new(big.Int)
	for _, k := range list {
		total.Add(total, of(k))
	}
	return total
}

// entitle computes what a claim may receive in this distribution.
func (c *computation) entitle(b *equation.Bucket, k *claim, fraction *big.Rat) {
	exact := new(big.Rat).Mul(new(big.Rat).SetInt(k.original), fraction)
	if b.Policy.Kind == equation.Recent || b.Policy.Kind == equation.Immediate {
		exact = new(big.Rat).Mul(new(big.Rat).SetInt(floor(exact)), c.recency(b, k.row.Day))
		exact.SetInt(floor(exact))
	}
	k.share = floor(exact)
	if k.before != nil {
		exact = c.within(b, k, exact)
	}
	k.entitled = floor(exact)
	k.weight = k.entitled
	k.lost, k.den = new(big.Rat), fraction.Denom().String()
	if k.entitled.Sign() > 0 {
		k.lost.Sub(exact, new(big.Rat).SetInt(k.entitled))
	}
}

// within cuts the share of a stored claim to what it may still receive.
func (c *computation) within(b *equation.Bucket, k *claim, share *big.Rat) *big.Rat {
	most := share
	at := func(limit *big.Rat) {
		if limit.Cmp(most) < 0 {
			most = limit
		}
	}
	if k.rule.Claim == equation.UntilPaid {
		at(new(big.Rat).SetInt(new(big.Int).Sub(k.original, k.before)))
	}
	if b.Scope == equation.ScopeDeliverable {
		left := new(big.Rat).Set(share)
		for _, d := range c.in.Prior.Deliverables {
			if d.Rule == k.rule.ID && int(d.Contribution) == k.contribution && d.Deliverable == c.in.Deliverable {
				left.Sub(left, big.NewRat(d.Paid, 1))
			}
		}
		at(left)
	}
	if k.rule.Claim == equation.Once && c.closed(k) {
		at(new(big.Rat))
	}
	if most.Sign() < 0 {
		return new(big.Rat)
	}
	return most
}

// entitlements adds up a bucket's claims, with what cutting took off; beyond a
// thousand denominators the rests of each are cut on their own.
func entitlements(list []*claim) *big.Int {
	rests := map[string]*big.Rat{}
	for _, k := range list {
		if k.lost.Sign() == 0 {
			continue
		}
		if rests[k.den] == nil {
			rests[k.den] = new(big.Rat)
		}
		rests[k.den].Add(rests[k.den], k.lost)
	}
	total := sum(list, func(k *claim) *big.Int { return k.entitled })
	all := new(big.Rat)
	for _, rest := range rests {
		if len(rests) > 1000 {
			rest = new(big.Rat).SetInt(floor(rest))
		}
		all.Add(all, rest)
	}
	return total.Add(total, floor(all))
}

func (c *computation) closed(k *claim) bool {
	p := c.in.Prior
	for j := range p.Rule {
		if p.Rules[p.Rule[j]] == k.rule.ID && int(p.Contribution[j]) == k.contribution {
			return p.Closed[j]
		}
	}
	return false
}

// recency is the pay policy's factor for a contribution of a day.
func (c *computation) recency(b *equation.Bucket, day int32) *big.Rat {
	p := b.Policy
	if p.Kind != equation.Immediate && p.Kind != equation.Recent {
		return big.NewRat(1, 1)
	}
	age := 0
	start := periodStart(p.Period, c.in.AsOf.In(zone(b.Filter)).Format(time.DateOnly))
	for dayText(day) < start {
		age++
		t, _ := time.Parse(time.DateOnly, start)
		start = periodStart(p.Period, t.AddDate(0, 0, -1).Format(time.DateOnly))
	}
	age = min(age, 1200) // published bound
	if p.Kind == equation.Immediate {
		return big.NewRat(int64(max(0, min(1, p.Periods-age))), 1)
	}
	keep := new(big.Rat).Sub(big.NewRat(1, 1), rat(p.Discount))
	factor := big.NewRat(1, 1)
	for range age {
		factor.Mul(factor, keep)
	}
	grain := big.NewRat(1_000_000_000_000_000_000, 1) // published grain of factors
	factor = new(big.Rat).SetInt(floor(factor.Mul(factor, grain)))
	return factor.Quo(factor, grain)
}

// oldestFirst leaves entitlements to the oldest days, as far as the money goes.
func (c *computation) oldestFirst(list []*claim, money *big.Int) {
	left := new(big.Int).Set(money)
	for _, day := range days(list) {
		today := of(list, func(k *claim) bool { return k.row.Day == day })
		total := sum(today, func(k *claim) *big.Int { return k.entitled })
		if total.Cmp(left) <= 0 {
			left.Sub(left, total)
			continue
		}
		// The money runs out on this day: people share it, then their claims.
		people := owners(today)
		var weights []*big.Rat
		for _, p := range people {
			weights = append(weights, new(big.Rat).SetInt(sum(of(today, by(p)), func(k *claim) *big.Int { return k.entitled })))
		}
		for n, share := range largestRemainder(left, weights, c.lots(people)) {
			c.dayShare(of(today, by(people[n])), share)
		}
		left = new(big.Int)
	}
}

// dayShare splits the weight of one person's claims of the boundary day.
func (c *computation) dayShare(mine []*claim, share *big.Int) {
	var weights []*big.Rat
	for _, k := range mine {
		weights = append(weights, new(big.Rat).SetInt(k.entitled))
	}
	for n, w := range largestRemainder(share, weights, inOrder) {
		mine[n].weight = w
	}
}

func days(list []*claim) []int32 {
	var days []int32
	for _, k := range list {
		days = append(days, k.row.Day)
	}
	slices.Sort(days)
	return slices.Compact(days)
}

func of(list []*claim, keep func(*claim) bool) []*claim {
	var out []*claim
	for _, k := range list {
		if keep(k) {
			out = append(out, k)
		}
	}
	return out
}

func by(person string) func(*claim) bool {
	return func(k *claim) bool { return k.row.Person == person }
}

func owners(list []*claim) []string {
	var names []string
	for _, k := range list {
		names = append(names, k.row.Person)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
