package equation

import (
	"math"
	"math/big"
	"slices"

	"commonweal/quantity"
)

// part is what one receiver gets of one person's entitlement: the person
// himself, or a helper to whom he gives a percentage.
type part struct {
	owner, receiver int32
	name            string // of a receiver who is not in the ledger
	weight          int64
	share           int64 // paid on the owner's claims, millionths
	surplus         int64 // paid above what is owed
}

// onClaims splits what a bucket may pay over its claims: first over people
// with the sum of their entitlements as weight; each person's part then goes
// to that person's claims (see Payments). Both levels are by largest remainder.
func (d *distribution) onClaims(i int, b *bucket, br *BucketResult) error {
	c := d.claims[i]
	br.Entitled, br.Claims, br.People = c.sums.total, c.sums.claims, c.sums.people
	br.Payable = br.Available
	if c.sums.total == 0 {
		br.Payable = 0
	} else if b.AboveOwed != Proportional {
		br.Payable = min(br.Available, wholeSteps(c.sums.total, d.p.step))
	}
	sp := &spent{e: c.e, sums: c.sums}
	d.spent[i] = sp
	if b.oldest && br.Payable < c.sums.total {
		if err := d.oldestFirst(b, c, sp, br.Payable); err != nil {
			return err
		}
	}
	weights := sp.sums.person
	if b.Policy.Kind == Balanced {
		weights = d.gaps(b, c, br.Payable)
	}
	sp.parts = d.partsOf(weights)
	if err := d.split(sp, br.Payable); err != nil {
		return err
	}
	if err := d.limitOwners(b, sp); err != nil {
		return err
	}
	if err := d.limitReceivers(b, sp); err != nil {
		return err
	}
	d.lines(i, sp, br)
	return nil
}

// gaps returns the weights of balanced pay: with T the budget and all past pay
// of the window, a person's target is T·score/scores, and the weight is how
// far past pay stays behind it, in whole millionths.
func (d *distribution) gaps(b *bucket, c *claims, budget int64) []int64 {
	paid := make([]int64, len(c.score))
	total, scores := big.NewInt(budget), new(big.Int)
	for _, key := range []string{b.Key, PaidBefore} {
		d.history(key, b.from, func(person int32, amount int64) {
			paid[person] += amount
			total.Add(total, big.NewInt(amount))
		})
	}
	for _, s := range c.score {
		scores.Add(scores, big.NewInt(s))
	}
	gaps := make([]int64, len(paid))
	n := new(big.Int)
	for p := range gaps {
		if c.sums.person[p] == 0 || scores.Sign() == 0 || total.Sign() <= 0 {
			continue
		}
		n.Quo(n.Mul(total, big.NewInt(c.score[p])), scores)
		if n.Sub(n, big.NewInt(paid[p])); n.Sign() > 0 {
			gaps[p] = n.Int64()
		}
	}
	return gaps
}

// partsOf returns who receives for whom, with weights.
func (d *distribution) partsOf(weights []int64) []part {
	giving := d.helpersInForce()
	var people map[string]int32
	if len(giving) > 0 {
		people = lookup(d.s.in.Ledger.People)
	}
	parts := make([]part, 0, len(weights))
	for owner, w := range weights {
		if w <= 0 {
			continue
		}
		person := d.s.in.Ledger.People[owner]
		if len(giving[person]) == 0 {
			parts = append(parts, part{owner: int32(owner), receiver: int32(owner), weight: w})
			continue
		}
		got := map[string]int64{}
		give(giving, person, w, got)
		for _, name := range sortedKeys(got) {
			receiver, known := people[name]
			if !known {
				receiver = None
			}
			parts = append(parts, part{owner: int32(owner), receiver: receiver, name: name, weight: got[name]})
		}
	}
	return parts
}

func (d *distribution) helpersInForce() map[string][]Helper {
	giving := map[string][]Helper{}
	for _, h := range d.s.in.Helpers {
		if force, _ := h.inForce(DayOf(d.s.in.AsOf)); force {
			giving[h.Person] = append(giving[h.Person], h)
		}
	}
	return giving
}

// give passes a weight on: each helper gets the percentage, rounded down to a
// millionth, and passes on in turn. There is no circle (checkHelpers).
func give(giving map[string][]Helper, person string, weight int64, got map[string]int64) {
	rest := weight
	for _, h := range giving[person] {
		n := percentOf(ratOf(h.Percent), weight)
		rest -= n
		if n > 0 {
			give(giving, h.Helper, n, got)
		}
	}
	if rest > 0 {
		got[person] += rest
	}
}

func sortedKeys(m map[string]int64) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// tie returns the lot of a part: the receiver's, or one for the pair.
func (d *distribution) tie(p part) quantity.TieKey {
	if p.owner == p.receiver {
		return d.s.ties[p.owner]
	}
	return quantity.TieKeyFor(d.s.in.Distribution, d.s.in.Ledger.People[p.owner]+"\x00"+p.name)
}

// split apportions the payable amount over the parts in whole steps.
func (d *distribution) split(sp *spent, payable int64) error {
	weights, ties := make([]int64, len(sp.parts)), make([]quantity.TieKey, len(sp.parts))
	sum := int64(0)
	for k, p := range sp.parts {
		weights[k], ties[k] = p.weight, d.tie(p)
		sum |= p.weight
	}
	if sum == 0 {
		return nil // balanced pay, and nobody is behind
	}
	shares, err := quantity.ApportionInt64(payable/d.p.step, weights, ties)
	for k, n := range shares {
		sp.parts[k].share = n * d.p.step
	}
	return err
}

// limitOwners keeps what is paid on a person's claims within what they may
// receive. Under stop the rest stays unused; it is at most what rounding gave
// too much, or what balanced pay would have paid above the claims. Under
// proportional it becomes a surplus.
func (d *distribution) limitOwners(b *bucket, sp *spent) error {
	total := make([]int64, len(sp.sums.person))
	for _, p := range sp.parts {
		total[p.owner] += p.share
	}
	for lo := 0; lo < len(sp.parts); {
		hi := lo + 1
		for hi < len(sp.parts) && sp.parts[hi].owner == sp.parts[lo].owner {
			hi++
		}
		owner := sp.parts[lo].owner
		limit := wholeSteps(sp.sums.limit[owner], d.p.step)
		if b.AboveOwed == Proportional {
			limit = wholeSteps(sp.sums.owed[owner], d.p.step)
			if sp.sums.open[owner] {
				limit = math.MaxInt64
			}
		}
		if total[owner] > limit {
			if err := d.cut(sp.parts[lo:hi], limit, b.AboveOwed == Proportional); err != nil {
				return err
			}
		}
		lo = hi
	}
	return nil
}

// cut reduces the shares of parts to a limit in the proportion they have; what
// is cut becomes surplus, or is not paid.
func (d *distribution) cut(parts []part, limit int64, surplus bool) error {
	weights, ties := make([]int64, len(parts)), make([]quantity.TieKey, len(parts))
	for k, p := range parts {
		weights[k], ties[k] = p.share/d.p.step, d.tie(p)
	}
	shares, err := quantity.ApportionInt64(limit/d.p.step, weights, ties)
	if err != nil {
		return err
	}
	for k, n := range shares {
		if surplus {
			parts[k].surplus += parts[k].share - n*d.p.step
		}
		parts[k].share = n * d.p.step
	}
	return nil
}

// limitReceivers applies the caps per person. Surplus is cut before shares.
func (d *distribution) limitReceivers(b *bucket, sp *spent) error {
	if b.cap.person == math.MaxInt64 && b.cap.personPeriod == math.MaxInt64 {
		return nil
	}
	used := map[int32]int64{}
	if b.cap.personPeriod != math.MaxInt64 {
		d.history(b.Key, b.Cap.Period.start(DayOf(d.s.in.AsOf.In(b.zone))), func(person int32, amount int64) { used[person] += amount })
	}
	byReceiver := map[string][]int{}
	for k, p := range sp.parts {
		name := d.receiver(p)
		byReceiver[name] = append(byReceiver[name], k)
	}
	for _, places := range byReceiver {
		limit := b.cap.person
		if b.cap.personPeriod != math.MaxInt64 {
			limit = min(limit, max(b.cap.personPeriod-used[sp.parts[places[0]].receiver], 0))
		}
		if err := d.limitReceiver(sp, places, wholeSteps(limit, d.p.step)); err != nil {
			return err
		}
	}
	return nil
}

func (d *distribution) limitReceiver(sp *spent, places []int, limit int64) error {
	parts := make([]part, len(places))
	shares := int64(0)
	for i, k := range places {
		parts[i] = sp.parts[k]
		shares += parts[i].share
	}
	if shares > limit {
		if err := d.cut(parts, limit, false); err != nil {
			return err
		}
		shares = limit
	}
	room := limit - shares
	for i, k := range places {
		parts[i].surplus = min(parts[i].surplus, room)
		room -= parts[i].surplus
		sp.parts[k] = parts[i]
	}
	return nil
}

func (d *distribution) receiver(p part) string {
	if p.name != "" {
		return p.name
	}
	return d.s.in.Ledger.People[p.receiver]
}

// lines adds the parts up to one line for each receiver and kind.
func (d *distribution) lines(i int, sp *spent, br *BucketResult) {
	sp.paid = make([]int64, len(sp.sums.person))
	type sum struct {
		person         int32
		share, surplus int64
	}
	sums := map[string]*sum{}
	for _, p := range sp.parts {
		sp.paid[p.owner] += p.share
		name := d.receiver(p)
		if sums[name] == nil {
			sums[name] = &sum{person: p.receiver}
		}
		sums[name].share += p.share
		sums[name].surplus += p.surplus
		br.Paid += p.share + p.surplus
	}
	for name, s := range sums {
		d.line(i, name, s.person, LineShare, s.share)
		d.line(i, name, s.person, LineSurplus, s.surplus)
	}
}
