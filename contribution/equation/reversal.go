package equation

import "commonweal/platform/fault"

// Reversal returns the mirror of a distribution under an identifier of its
// own: every line, residue, payout and payment with the opposite sign. Booked
// together with Claims.Remove of the original it leaves claims and balances as
// they were.
func (r *Result) Reversal(distribution string) (*Result, error) {
	if r.Reverses != "" {
		return nil, fault.Conflictf("equation.reversed", "distribution", "%s is a reversal; run a new distribution instead of reversing it", r.Distribution)
	}
	p, err := r.Payments()
	if err != nil {
		return nil, err
	}
	m := *r
	m.Distribution, m.Reverses, m.run = distribution, r.Distribution, nil
	m.Pot = -r.Pot
	m.Lines = mirrored(r.Lines, func(l *Line) { l.Amount = -l.Amount })
	m.Residue = mirrored(r.Residue, func(x *Residue) { x.Amount = -x.Amount })
	m.Payouts = mirrored(r.Payouts, func(p *Payout) { p.Lines, p.CarryIn, p.Paid, p.CarryOut = -p.Lines, -p.CarryIn, -p.Paid, -p.CarryOut })
	m.Buckets = mirrored(r.Buckets, func(b *BucketResult) {
		for _, n := range []*int64{&b.Of, &b.Allotted, &b.FromLast, &b.CapCut, &b.Available, &b.Payable, &b.Paid, &b.Unused} {
			*n = -*n
		}
	})
	q := *p
	q.Amount = mirrored(p.Amount, func(n *int64) { *n = -*n })
	m.payments = &q
	return &m, nil
}

// mirrored returns a copy of a list with every element changed.
func mirrored[E any](list []E, change func(*E)) []E {
	out := make([]E, len(list))
	for i, e := range list {
		change(&e)
		out[i] = e
	}
	return out
}
