package equation

import (
	"cmp"
	"math"
	"slices"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// claimKey identifies a claim.
type claimKey struct {
	rule         string
	contribution int32
}

// Add enters what a distribution did to its claims: new ones with their
// original value, payments, and the closing of once claims of buckets that paid.
// Rows that exist keep their place, so indexes stay valid.
func (c *Claims) Add(r *Result) error {
	p, err := r.Payments()
	if err != nil {
		return err
	}
	return c.AddPayments(p, r.Deliverable)
}

// AddPayments is Add for a distribution whose payments were stored; to is the
// deliverable its income was for.
func (c *Claims) AddPayments(p *Payments, to Deliverable) (err error) {
	at, rules := c.places(), lookup(c.Rules)
	for i := range p.Rule {
		key := claimKey{p.Rules[p.Rule[i]], p.Contribution[i]}
		row, known := at[key]
		if !known {
			rule := intern(&c.Rules, rules, key.rule)
			if rule > math.MaxUint16 {
				return fault.Invalidf("equation.dictionary_full", "", "a set of claims holds at most %d rules", math.MaxUint16+1)
			}
			row = c.Len()
			c.Rule, c.Contribution, c.Original = append(c.Rule, uint16(rule)), append(c.Contribution, key.contribution), append(c.Original, p.Original[i])
			c.Paid, c.Closed = append(c.Paid, 0), append(c.Closed, false)
			at[key] = row
		}
		if c.Paid[row], err = quantity.AddMicros(c.Paid[row], p.Amount[i]); err != nil {
			return err
		}
		c.Closed[row] = c.Closed[row] || p.Closes[i]
	}
	return c.addDeliverable(to, p, 1)
}

// Remove takes a distribution back out, as its reversal does: claims that it
// created and that nothing else paid disappear, once claims that it closed
// open again. Add and Remove of one result leave the set as it was.
func (c *Claims) Remove(r *Result) error {
	p, err := r.Payments()
	if err != nil {
		return err
	}
	at := c.places()
	gone := map[int]bool{}
	for i := range p.Rule {
		row, known := at[claimKey{p.Rules[p.Rule[i]], p.Contribution[i]}]
		if !known || c.Paid[row] < p.Amount[i] {
			return fault.Conflictf("equation.not_in_claims", "distribution", "distribution %s is not in this set of claims, so it cannot be taken out", r.Distribution)
		}
		if p.Closes[i] {
			c.Closed[row] = false
		}
		c.Paid[row] -= p.Amount[i]
		gone[row] = p.Created[i] && c.Paid[row] == 0
	}
	c.drop(gone)
	return c.addDeliverable(r.Deliverable, p, -1)
}

func (c *Claims) places() map[claimKey]int {
	at := make(map[claimKey]int, c.Len())
	for i := range c.Rule {
		at[claimKey{c.Rules[c.Rule[i]], c.Contribution[i]}] = i
	}
	return at
}

// drop removes rows and the rules that no row has any more.
func (c *Claims) drop(gone map[int]bool) {
	n := 0
	for i := range c.Rule {
		if gone[i] {
			continue
		}
		c.Rule[n], c.Contribution[n], c.Original[n], c.Paid[n], c.Closed[n] = c.Rule[i], c.Contribution[i], c.Original[i], c.Paid[i], c.Closed[i]
		n++
	}
	c.Rule, c.Contribution, c.Original, c.Paid, c.Closed = c.Rule[:n], c.Contribution[:n], c.Original[:n], c.Paid[:n], c.Closed[:n]
	used := make([]bool, len(c.Rules))
	for _, r := range c.Rule {
		used[r] = true
	}
	for len(c.Rules) > 0 && !used[len(c.Rules)-1] {
		c.Rules, used = c.Rules[:len(c.Rules)-1], used[:len(used)-1]
	}
}

// addDeliverable keeps what was paid for one deliverable, sorted.
func (c *Claims) addDeliverable(to Deliverable, p *Payments, sign int64) error {
	if to == (Deliverable{}) {
		return nil
	}
	type key struct {
		claimKey
		Deliverable
	}
	paid := map[key]int64{}
	for _, d := range c.Deliverables {
		paid[key{claimKey{d.Rule, d.Contribution}, d.Deliverable}] += d.Paid
	}
	for i := range p.Rule {
		k := key{claimKey{p.Rules[p.Rule[i]], p.Contribution[i]}, to}
		sum, err := quantity.AddMicros(paid[k], sign*p.Amount[i])
		if err != nil {
			return err
		}
		paid[k] = sum
	}
	c.Deliverables = nil
	for k, n := range paid {
		if n != 0 {
			c.Deliverables = append(c.Deliverables, DeliverablePaid{k.rule, k.contribution, k.Deliverable, n})
		}
	}
	slices.SortFunc(c.Deliverables, func(a, b DeliverablePaid) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Contribution, b.Contribution),
			cmp.Compare(a.Deliverable.Kind, b.Deliverable.Kind), cmp.Compare(a.Deliverable.ID, b.Deliverable.ID))
	})
	return nil
}

// Check refuses a set of claims that contradicts itself or the ledger.
func (c *Claims) Check(l *Ledger) error {
	n := c.Len()
	if len(c.Contribution) != n || len(c.Original) != n || len(c.Paid) != n || len(c.Closed) != n {
		return fault.Invalidf("equation.claims", "prior", "the columns of the claims differ in length")
	}
	for i := range n {
		if int(c.Rule[i]) >= len(c.Rules) || c.Contribution[i] < 0 || int(c.Contribution[i]) >= l.Len() || c.Original[i] < 0 || c.Paid[i] < 0 {
			return fault.Invalidf("equation.claims", "prior", "claim %d points outside the ledger or has a negative amount", i)
		}
	}
	return nil
}

// Add enters the share and surplus lines of a distribution made on the day.
func (h *History) Add(r *Result, day int32) {
	buckets := lookup(h.Buckets)
	for _, line := range r.Lines {
		if line.Person == None || (line.Kind != LineShare && line.Kind != LineSurplus) {
			continue
		}
		b := intern(&h.Buckets, buckets, r.Buckets[line.Bucket].Key)
		h.Bucket, h.Person = append(h.Bucket, uint16(b)), append(h.Person, line.Person)
		h.Day, h.Amount = append(h.Day, day), append(h.Amount, line.Amount)
	}
}
