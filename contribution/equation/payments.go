package equation

import (
	"math/bits"
	"slices"

	"commonweal/platform/fault"
)

// apportionInOrder splits total over weights by largest remainder; equal
// remainders are decided by position. It is for the claims of one person,
// where position (the order of the log) moves no money between people.
// Total must not exceed the sum of the weights times the largest integer, and
// the weights must not all be zero unless total is.
func apportionInOrder(total int64, weights []int64) []int64 {
	sum := uint64(0)
	for _, w := range weights {
		sum += uint64(w)
	}
	shares := make([]int64, len(weights))
	if sum == 0 || total == 0 {
		return shares
	}
	remainders := make([]uint64, len(weights))
	left := total
	for i, w := range weights {
		hi, lo := bits.Mul64(uint64(total), uint64(w))
		q, r := bits.Div64(hi, lo, sum)
		shares[i], remainders[i] = int64(q), r
		left -= int64(q)
	}
	for _, i := range largest(remainders, int(left)) {
		shares[i]++
	}
	return shares
}

// largest returns the n places with the largest values, the earlier of equal
// ones first among them.
func largest(values []uint64, n int) []int {
	if n == 0 {
		return nil
	}
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case values[a] > values[b]:
			return -1
		case values[a] < values[b]:
			return 1
		}
		return 0
	})
	return order[:n]
}

// Payments returns what each claim got. They are computed when first asked
// for, because a preview does not need them. A Result that was read back from
// JSON has none.
func (r *Result) Payments() (*Payments, error) {
	if r.payments != nil { // of a reversal
		return r.payments, nil
	}
	if r.run == nil {
		return nil, fault.Conflictf("equation.no_payments", "distribution", "the payments of distribution %s are not at hand; run it again from its input", r.Distribution)
	}
	r.run.once.Do(r.run.listAll)
	return r.run.payments, nil
}

// listAll makes the payments of all buckets.
func (d *distribution) listAll() {
	p := &Payments{}
	for i := range d.p.buckets {
		for k := range d.p.buckets[i].rules {
			p.Rules = append(p.Rules, d.p.buckets[i].rules[k].ID)
		}
	}
	first := 0
	for i, c := range d.claims {
		if c != nil {
			d.list(p, i, first)
		}
		first += len(d.p.buckets[i].rules)
	}
	d.payments = p
}

// list appends the claims of a bucket by rule and contribution; first is the
// index of its first rule.
func (d *distribution) list(p *Payments, bucket, first int) {
	b, c := &d.p.buckets[bucket], d.claims[bucket]
	amounts := d.onEachClaim(bucket)
	for k := range b.rules {
		v := c.values[k]
		for i, event := range c.sel.rules[k].events {
			if c.e[k][i] <= 0 {
				continue
			}
			p.Bucket, p.Rule = append(p.Bucket, uint16(bucket)), append(p.Rule, uint16(first+k))
			p.Contribution, p.Original = append(p.Contribution, event), append(p.Original, v.created(i, event))
			p.Entitled, p.Amount = append(p.Entitled, c.e[k][i]), append(p.Amount, amounts[k][i])
			p.Created = append(p.Created, v.paid == nil || v.paid[i] == notStored)
			p.Closes = append(p.Closes, b.rules[k].Claim == Once && d.r.Buckets[bucket].Paid > 0)
		}
	}
}

// onEachClaim splits what each person got over that person's claims.
func (d *distribution) onEachClaim(bucket int) [][]int64 {
	c, sp := d.claims[bucket], d.spent[bucket]
	amounts := make([][]int64, len(c.e))
	for k := range amounts {
		amounts[k] = make([]int64, len(c.e[k]))
	}
	start, places := byPerson(d.s.in.Ledger, c)
	parallel((len(sp.paid)+personChunk-1)/personChunk, func(n int) {
		for person := n * personChunk; person < min((n+1)*personChunk, len(sp.paid)); person++ {
			mine := places[start[person]:start[person+1]]
			if sp.paid[person] == 0 {
				continue
			}
			for i, amount := range d.onClaimsOf(bucket, mine, sp.paid[person]) {
				amounts[mine[i].rule][mine[i].index] = amount
			}
		}
	})
	return amounts
}

const personChunk = 64

// byPerson sorts the claims with an entitlement by person, then rule, then
// contribution: those of person p are places[start[p]:start[p+1]].
func byPerson(l *Ledger, c *claims) (start []int, places []place) {
	start = make([]int, len(l.People)+1)
	each := func(visit func(person int32, k, i int)) {
		for k, e := range c.e {
			for i, event := range c.sel.rules[k].events {
				if e[i] > 0 {
					visit(l.Person[event], k, i)
				}
			}
		}
	}
	each(func(person int32, _, _ int) { start[person+1]++ })
	for p := range l.People {
		start[p+1] += start[p]
	}
	places, at := make([]place, start[len(l.People)]), slices.Clone(start)
	each(func(person int32, k, i int) {
		places[at[person]] = place{int32(k), int32(i)}
		at[person]++
	})
	return start, places
}

// onClaimsOf splits what one person got over the claims, in minor units: each
// first receives in proportion of its entitlement, at most the entitlement
// rounded up. What is above goes to claims that may receive more than that
// (forever and once), in the same proportion; if there are none, to the others
// in proportion of what they are still owed.
func (d *distribution) onClaimsOf(bucket int, mine []place, paid int64) []int64 {
	c, sp, b, minor := d.claims[bucket], d.spent[bucket], &d.p.buckets[bucket], d.p.minor
	weights := make([]int64, len(mine))
	sum, most := int64(0), int64(0)
	for i, at := range mine {
		weights[i] = sp.e[at.rule][at.index]
		sum += weights[i]
		most += (weights[i] + minor - 1) / minor
	}
	units := paid / minor
	first := min(units, most)
	var shares []int64
	if first*minor <= sum {
		shares = apportionInOrder(first, weights)
	} else {
		shares = roundedUp(first, weights, minor)
	}
	if above := units - first; above > 0 {
		for i, n := range apportionInOrder(above, c.room(b, mine, shares, weights, minor)) {
			shares[i] += n
		}
	}
	for i := range shares {
		shares[i] *= minor
	}
	return shares
}

// roundedUp gives each claim its entitlement in whole minor units, and the
// units left to the largest fractions.
func roundedUp(units int64, weights []int64, minor int64) []int64 {
	shares, fractions := make([]int64, len(weights)), make([]uint64, len(weights))
	for i, w := range weights {
		shares[i], fractions[i] = w/minor, uint64(w%minor)
		units -= shares[i]
	}
	for _, i := range largest(fractions, int(units)) {
		shares[i]++
	}
	return shares
}

// room returns the weights for what a person gets above the entitlements.
func (c *claims) room(b *bucket, mine []place, shares, weights []int64, minor int64) []int64 {
	room, open := make([]int64, len(mine)), false
	for i, at := range mine {
		if b.rules[at.rule].Claim != UntilPaid {
			room[i], open = weights[i], open || weights[i] > 0
		}
	}
	if open {
		return room
	}
	for i, at := range mine {
		v := c.values[at.rule]
		room[i] = v.original[at.index]/minor - shares[i]
		if v.paid != nil && v.paid[at.index] > 0 {
			room[i] -= v.paid[at.index] / minor
		}
	}
	return room
}
