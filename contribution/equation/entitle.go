package equation

import (
	"fmt"
	"math"
	"math/bits"
	"slices"

	"commonweal/platform/fault"
)

// claims is what a bucket's claims add up to, before anything is paid.
type claims struct {
	sel     *selection
	values  []*values // per rule
	e       [][]int64 // per rule: entitlement of each claim, millionths
	sums    sums      // of e
	lost    lost      // what cutting e to millionths takes off
	score   []int64   // per person, of entitlements before payments; for balanced pay
	aging   *aging
	held    []HeldCount // bucket not set
	dropped []HeldCount
}

// sums is entitlements added up per person.
type sums struct {
	person []int64 // millionths
	limit  []int64 // what may be paid: each entitlement rounded up to the minor unit
	owed   []int64 // of until_paid claims with an entitlement
	open   []bool  // has a claim that may receive more than its entitlement
	total  int64
	claims int
	people int
}

// claimsOf computes the claims of a bucket.
func (s *Session) claimsOf(p *Program, b *bucket) (*claims, error) {
	key := fmt.Sprintf("%s\n%+v %q %d", b.match, b.Policy, b.Scope, p.minor)
	for k := range b.rules {
		key += "\n" + b.rules[k].key + " " + string(b.rules[k].Claim)
	}
	return s.entitled.get(key, s.run, func() (*claims, error) {
		sel, err := s.selectionOf(p, b)
		if err != nil {
			return nil, err
		}
		c := &claims{sel: sel, values: make([]*values, len(b.rules)), e: make([][]int64, len(b.rules))}
		for k := range b.rules {
			if c.values[k], err = s.valuesOf(p, b, k, sel); err != nil {
				return nil, err
			}
		}
		if b.Policy.Kind == Balanced {
			c.score = make([]int64, len(s.in.Ledger.People))
		}
		c.aging = newAging(b, s.in.AsOf)
		for k := range b.rules {
			if err := c.entitle(s, b, k); err != nil {
				return nil, err
			}
		}
		if c.sums, err = c.add(s.in.Ledger, b, p.minor, c.e); err != nil {
			return nil, err
		}
		if err := add(&c.sums.total, c.lost.millionths()); err != nil {
			return nil, err
		}
		c.count(s.in.Ledger, b)
		return c, nil
	})
}

// mulDiv returns a·n/d rounded down, for values of zero or more; false when it
// does not fit.
func mulDiv(a, n, d int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(n))
	if hi >= uint64(d) {
		return 0, false
	}
	q, _ := bits.Div64(hi, lo, uint64(d))
	return int64(q), q <= math.MaxInt64
}

// entitle computes what each claim of rule k may receive. Entitlements are
// whole millionths, rounded down.
func (c *claims) entitle(s *Session, b *bucket, k int) error {
	l, v, picked, a := s.in.Ledger, c.values[k], c.sel.rules[k], c.aging
	e := v.original
	prior := s.prior[b.rules[k].ID]
	plain := v.paid == nil && a == nil && picked.num == nil && len(v.held) == 0
	if !plain {
		e = make([]int64, len(v.original))
	}
	for i, event := range picked.events {
		if plain && c.score == nil {
			break
		}
		if v.original[i] == unvalued {
			continue
		}
		share := c.share(l, k, i, a)
		if c.score != nil {
			if err := add(&c.score[l.Person[event]], share); err != nil {
				return err
			}
		}
		if plain {
			continue
		}
		e[i] = c.owedOf(b, k, i, share, prior)
		if a == nil && picked.num != nil && e[i] > 0 && share < math.MaxInt64 && c.owedOf(b, k, i, share+1, prior) > e[i] {
			c.lost.take(v.original[i], picked.num[i], picked.den[i])
		}
	}
	c.e[k] = e
	return nil
}

// share returns the part of a claim's value that counts in this distribution.
func (c *claims) share(l *Ledger, k, i int, a *aging) int64 {
	picked := &c.sel.rules[k]
	share := c.values[k].original[i]
	if picked.num != nil {
		var fits bool
		if share, fits = mulDiv(share, picked.num[i], picked.den[i]); !fits {
			share = math.MaxInt64 // what is owed, or the sum's limit, still bounds it
		}
	}
	if a != nil {
		share, _ = mulDiv(share, a.factor(l.Day[picked.events[i]]), fractionParts)
	}
	return share
}

// owedOf cuts a share to what the claim may still receive.
func (c *claims) owedOf(b *bucket, k, i int, share int64, prior *priorRule) int64 {
	v := c.values[k]
	if v.paid == nil || v.paid[i] == notStored {
		return share
	}
	event := c.sel.rules[k].events[i]
	e := share
	switch b.rules[k].Claim {
	case UntilPaid:
		e = min(e, v.original[i]-v.paid[i])
	case Once:
		if prior.isClosed(event) {
			return 0
		}
	}
	if b.Scope == ScopeDeliverable {
		e = min(e, share-prior.deliverable[event])
	}
	return max(e, 0)
}

func (p *priorRule) isClosed(event int32) bool {
	i, found := slices.BinarySearch(p.contribution, event)
	return found && p.closed[i]
}

// whyNot returns the reason of a claim with a value but no entitlement.
func (c *claims) whyNot(l *Ledger, k, i int, a *aging) Reason {
	share, v := c.share(l, k, i, a), c.values[k]
	left, hasLeft := v.left[c.sel.rules[k].events[i]]
	switch {
	case hasLeft && v.original[i] == 0:
		return left.reason
	case v.original[i] == 0:
		return ZeroValue
	case share == 0 && a != nil:
		return TooOld
	case share == 0:
		return NotInScope
	case v.paid != nil && v.original[i] > v.paid[i]:
		return NotInScope
	}
	return NothingOwed
}

// add sums entitlements per person.
func (c *claims) add(l *Ledger, b *bucket, minor int64, e [][]int64) (sums, error) {
	n := len(l.People)
	t := sums{person: make([]int64, n), limit: make([]int64, n), owed: make([]int64, n), open: make([]bool, n)}
	for k := range e {
		untilPaid, paid := b.rules[k].Claim == UntilPaid, c.values[k].paid
		for i, event := range c.sel.rules[k].events {
			amount := e[k][i]
			if amount <= 0 {
				continue
			}
			person := l.Person[event]
			up := amount
			if rest := amount % minor; rest != 0 {
				up += minor - rest
			}
			if t.limit[person] > math.MaxInt64-up {
				return t, errTooLarge()
			}
			t.person[person] += amount
			t.limit[person] += up
			t.claims++
			if !untilPaid {
				t.open[person] = true
				continue
			}
			owed := c.values[k].original[i]
			if paid != nil && paid[i] > 0 {
				owed -= paid[i]
			}
			if t.owed[person] += owed; t.owed[person] < 0 {
				t.owed[person] = math.MaxInt64
			}
		}
	}
	for _, amount := range t.person {
		if amount > 0 {
			t.people++
		}
		if err := add(&t.total, amount); err != nil {
			return t, err
		}
	}
	return t, nil
}

func add(sum *int64, amount int64) error {
	if *sum > math.MaxInt64-amount {
		return errTooLarge()
	}
	*sum += amount
	return nil
}

func errTooLarge() error {
	return fault.Invalidf("equation.too_large", "", "the claims of one bucket add up to more than %s", micros(math.MaxInt64))
}

// count lists the held and dropped contributions of the bucket.
func (c *claims) count(l *Ledger, b *bucket) {
	a := c.aging
	for reason, n := range c.sel.dropped {
		c.dropped = append(c.dropped, HeldCount{Reason: reason, Count: n})
	}
	for k := range b.rules {
		rule := b.rules[k].ID
		tally := map[Reason]int{}
		for _, reason := range c.values[k].held {
			tally[reason]++
		}
		for reason, n := range tally {
			c.held = append(c.held, HeldCount{Rule: rule, Reason: reason, Count: n})
		}
		clear(tally)
		for i, e := range c.e[k] {
			if e == 0 && c.values[k].original[i] != unvalued {
				tally[c.whyNot(l, k, i, a)]++
			}
		}
		for reason, n := range tally {
			c.dropped = append(c.dropped, HeldCount{Rule: rule, Reason: reason, Count: n})
		}
	}
}
