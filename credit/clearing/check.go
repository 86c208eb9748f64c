package clearing

import (
	"commonweal/credit/clearing/circulation"
	"commonweal/platform/fault"
)

// maxPrice bounds a price, so that sums with it cannot overflow.
const maxPrice = 1 << 61

// Check proves a result without a solver, in one pass over obligations and
// lines: the bounds, that everybody gives up as much as they gain, and that
// prices leave nothing to gain.
//
// For any prices p whatever the worth of a set-off f is at most the sum over
// all arcs of open · max(0, worth + p(debtor) - p(creditor)); where what is not
// wholly set off gains nothing and what is set off loses nothing, both are
// equal, and no set-off is worth more. Lines of credit count as arcs from and
// to their hub. A refusal names the first obligation or line at which this
// fails.
func Check(p *Problem, r *Result) error {
	if err := p.Check(); err != nil {
		return err
	}
	if len(r.SetOff) != len(p.Obligations) || len(r.Credit) != len(p.Lines) {
		return fault.Invalidf("clearing.result_size", "", "the result has %d set-offs and %d uses of credit for %d obligations and %d lines", len(r.SetOff), len(r.Credit), len(p.Obligations), len(p.Lines))
	}
	if err := r.Certificate.check(p); err != nil {
		return err
	}
	v := verifier{p, r, worthsFor(len(p.Hubs)), make([]flows, len(p.Members)), make([]flows, len(p.Hubs))}
	for i := range p.Obligations {
		if err := v.obligation(i); err != nil {
			return err
		}
	}
	for i := range p.Lines {
		if err := v.line(i); err != nil {
			return err
		}
	}
	return v.balanced()
}

// check refuses a certificate of another size, or of prices out of bounds.
func (c *Certificate) check(p *Problem) error {
	if len(c.Members) != len(p.Members) || len(c.Hubs) != len(p.Hubs) {
		return fault.Invalidf("clearing.certificate_size", "price", "the certificate has %d prices of members and %d of circuits for %d and %d", len(c.Members), len(c.Hubs), len(p.Members), len(p.Hubs))
	}
	for _, list := range [][]int64{c.Members, c.Hubs} {
		for _, price := range list {
			if price > maxPrice || price < -maxPrice {
				return fault.Invalidf("clearing.price", "price", "the price %d is out of bounds; prices are between -2^61 and 2^61", price)
			}
		}
	}
	return nil
}

// verifier adds up what passes each member and hub.
type verifier struct {
	p       *Problem
	r       *Result
	w       worths
	members []flows
	hubs    []flows
}

// flows is what leaves and what arrives.
type flows struct{ out, in Sum }

func (f *flows) balanced() bool { return f.out == f.in }

func move(from, to *flows, amount int64) {
	from.out.Add(amount)
	to.in.Add(amount)
}

func (v *verifier) obligation(i int) error {
	o, set, prices := &v.p.Obligations[i], v.r.SetOff[i], v.r.Certificate.Members
	if set < 0 || set > o.Amount {
		return fault.Invalidf("clearing.bounds", "set_off", "of the obligation %q %d is set off; it must be between 0 and %d, what is open", o.ID, set, o.Amount)
	}
	move(&v.members[o.Debtor], &v.members[o.Creditor], set)
	worth := int64(o.weight()) * int64(v.w.obligation)
	if !circulation.Proven(worth, prices[o.Debtor], prices[o.Creditor], set, o.Amount) {
		return fault.Invalidf("clearing.gap", "price", "at the prices %d of %q and %d of %q, setting off %d of %d of the obligation %q is not best: the certificate does not prove this set-off",
			prices[o.Debtor], v.p.Members[o.Debtor], prices[o.Creditor], v.p.Members[o.Creditor], set, o.Amount, o.ID)
	}
	return nil
}

func (v *verifier) line(i int) error {
	l, u := &v.p.Lines[i], &v.r.Credit[i]
	name := v.p.Members[l.Member]
	for _, b := range []struct {
		what       string
		used, open int64
	}{{"balance", u.Paid, l.Balance}, {"overdraft", u.Drawn, l.Overdraft}, {"room", u.Received, l.Room}} {
		if b.used < 0 || b.used > b.open {
			return fault.Invalidf("clearing.line_bounds", b.what, "the set-off uses %d of the %s of %q; it must be between 0 and %d", b.used, b.what, name, b.open)
		}
	}
	member, hub := &v.members[l.Member], &v.hubs[l.Hub]
	move(hub, member, u.Paid)
	move(hub, member, u.Drawn)
	move(member, hub, u.Received)
	ofMember, ofHub := v.r.Certificate.Members[l.Member], v.r.Certificate.Hubs[l.Hub]
	if !circulation.Proven(int64(v.w.balance), ofHub, ofMember, u.Paid, l.Balance) ||
		!circulation.Proven(int64(v.w.overdraft), ofHub, ofMember, u.Drawn, l.Overdraft) ||
		!circulation.Proven(0, ofMember, ofHub, u.Received, l.Room) {
		return fault.Invalidf("clearing.gap_line", "price", "at the prices %d of %q and %d of the circuit %q, paying %d, drawing %d and receiving %d is not best: the certificate does not prove this use of credit",
			ofMember, name, ofHub, v.p.Hubs[l.Hub], u.Paid, u.Drawn, u.Received)
	}
	return nil
}

func (v *verifier) balanced() error {
	for i := range v.members {
		if f := &v.members[i]; !f.balanced() {
			return fault.Invalidf("clearing.unbalanced", "member", "the set-off takes %s off what %q owes, but %s off what %q is owed; both must be the same", f.out, v.p.Members[i], f.in, v.p.Members[i])
		}
	}
	for i := range v.hubs {
		if f := &v.hubs[i]; !f.balanced() {
			return fault.Invalidf("clearing.unbalanced_hub", "hub", "members of the circuit %q pay %s and receive %s in this set-off; both must be the same", v.p.Hubs[i], f.out, f.in)
		}
	}
	return nil
}
