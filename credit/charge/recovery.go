package charge

import (
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Recovery is the way back of what a debtor pays after the write-off, to those
// who bore the loss, in proportion to what they bore. The deficit account stands
// for what members still have to bear, and is paid along with them.
type Recovery struct {
	ID    string // names the write-off, as Loss.ID
	Step  Micros // the smallest amount of the currency
	Borne Split  // who bore how much, as Loss.Split gave it
	// Together pays the reserve in the same proportion; else it comes last, after
	// members and the deficit account have all they bore.
	Together bool
	// Returned is what went back before.
	Returned Micros
}

// What the deficit account and the reserve are called in the lots between equal claims; no
// account has a name like these.
const (
	deficit = "/deficit"
	reserve = "/reserve"
)

// Left is what can still be recovered.
func (r Recovery) Left() Micros { return r.Borne.Total() - r.Returned }

// Pay is how a payment goes back. Add its total to Returned before the next: ten
// payments of 1 then go the same way as one of 10.
//
// It refuses a payment that is not above zero or not in whole steps
// (charge.payment), one above what is left (charge.recovered), and a loss that
// was borne in other steps, below zero, or twice by one account (charge.borne,
// charge.twice).
func (r Recovery) Pay(amount Micros) (Split, error) {
	if err := r.check(); err != nil {
		return Split{}, err
	}
	if amount < 1 || amount%r.Step != 0 {
		return Split{}, fault.Invalidf("charge.payment", "amount", "%s cannot be paid back; write more than nothing, in steps of %s", amount, r.Step)
	}
	if amount > r.Left() {
		return Split{}, fault.Conflictf("charge.recovered", "amount", "%s is more than what is left of this loss, %s", amount, r.Left())
	}
	before, err := r.at(r.Returned)
	if err != nil {
		return Split{}, err
	}
	after, err := r.at(r.Returned + amount)
	return after.less(before), err
}

// at is where everybody stands when so much has come back; shares stand in the
// order of those who bore, with those of nothing.
func (r Recovery) at(returned Micros) (out Split, err error) {
	pot := quantity.Cumulative{DistributionID: r.ID}
	add := func(name string, borne Micros) {
		pot.Receivers, pot.Weights = append(pot.Receivers, name), append(pot.Weights, int64(borne/r.Step))
	}
	for _, s := range r.Borne.Members {
		add(s.Account, s.Amount)
	}
	add(deficit, r.Borne.Kept)
	inPot := r.Borne.Total() - r.Borne.Reserve
	if r.Together {
		add(reserve, r.Borne.Reserve)
		inPot += r.Borne.Reserve
	}
	back := min(returned, inPot)
	shares := make([]int64, len(pot.Weights))
	if back > 0 {
		if shares, err = pot.SharesAt(int64(back / r.Step)); err != nil {
			return Split{}, err
		}
	}
	members := len(r.Borne.Members)
	for i, s := range r.Borne.Members {
		out.Members = append(out.Members, Share{s.Account, Micros(shares[i]) * r.Step})
	}
	out.Kept = Micros(shares[members]) * r.Step
	out.Reserve = returned - out.Total()
	return out, nil
}

// less is what came on top of an earlier split of the same accounts.
func (s Split) less(before Split) (out Split) {
	for i, m := range s.Members {
		if more := m.Amount - before.Members[i].Amount; more > 0 {
			out.Members = append(out.Members, Share{m.Account, more})
		}
	}
	out.Reserve, out.Kept = s.Reserve-before.Reserve, s.Kept-before.Kept
	return out
}

func (r Recovery) check() error {
	if err := checkStep(r.Step); err != nil {
		return err
	}
	if err := checkID("id", r.ID); err != nil {
		return err
	}
	listed, sum := names{}, Micros(0)
	parts := append([]Share{{reserve, r.Borne.Reserve}, {deficit, r.Borne.Kept}}, r.Borne.Members...)
	for i, s := range parts {
		if i > 1 {
			if err := listed.add("borne", s.Account); err != nil {
				return err
			}
		}
		if !s.Amount.within(0, Largest-sum) || s.Amount%r.Step != 0 {
			return fault.Invalidf("charge.borne", "borne", "%s was not borne of a loss; a part is zero or more, in steps of %s, and all are at most %s", s.Amount, r.Step, Largest)
		}
		sum += s.Amount
	}
	if !r.Returned.within(0, sum) || r.Returned%r.Step != 0 {
		return fault.Invalidf("charge.borne", "returned", "%s cannot have come back of a loss of %s", r.Returned, sum)
	}
	return nil
}
