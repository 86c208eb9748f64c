package clearing

import "math/big"

// Totals are the figures of a round, each with one meaning.
type Totals struct {
	Members     int `json:"members"`
	Obligations int `json:"obligations"`
	Discharged  int `json:"discharged"` // obligations set off whole
	Reduced     int `json:"reduced"`    // obligations set off in part
	Touched     int `json:"touched"`    // members of whose debts or claims something is set off

	Gross   Sum `json:"gross"`   // open amounts before
	Cleared Sum `json:"cleared"` // set off
	Worth   Sum `json:"worth"`   // set off times weight: what is greatest
	NetDebt Sum `json:"netDebt"` // net positions above zero before, added up; pure set-off does not change it
	Needed  Sum `json:"needed"`  // the same after the round: the liquidity that is still needed
	Drawn   Sum `json:"drawn"`   // overdraft newly used
	Moved   Sum `json:"moved"`   // all credit paid, overdraft included
}

// Measure adds up a result that belongs to the problem.
func Measure(p *Problem, r *Result) Totals {
	t := Totals{Members: len(p.Members), Obligations: len(p.Obligations)}
	before, after, touched := make([]flows, len(p.Members)), make([]flows, len(p.Members)), make([]bool, len(p.Members))
	for i := range p.Obligations {
		o, set := &p.Obligations[i], r.SetOff[i]
		t.Gross.Add(o.Amount)
		t.Cleared.Add(set)
		t.Worth.AddProduct(set, int64(o.weight()))
		move(&before[o.Debtor], &before[o.Creditor], o.Amount)
		move(&after[o.Debtor], &after[o.Creditor], o.Amount-set)
		switch {
		case set == o.Amount:
			t.Discharged++
		case set > 0:
			t.Reduced++
		}
		if set > 0 {
			touched[o.Debtor], touched[o.Creditor] = true, true
		}
	}
	for i := range p.Members {
		t.NetDebt, t.Needed = t.NetDebt.Plus(before[i].surplus()), t.Needed.Plus(after[i].surplus())
		if touched[i] {
			t.Touched++
		}
	}
	for _, u := range r.Credit {
		t.Drawn.Add(u.Drawn)
		t.Moved.Add(u.Drawn)
		t.Moved.Add(u.Paid)
	}
	return t
}

// surplus is what arrives beyond what leaves; zero when less does.
func (f *flows) surplus() Sum {
	if f.in.Cmp(f.out) <= 0 {
		return Sum{}
	}
	return f.in.Minus(f.out)
}

// Ratio is what part of the gross amount is cleared; nil when nothing was open.
func (t Totals) Ratio() *big.Rat { return fraction(t.Cleared.Big(), t.Gross) }

// Leverage is how much more is cleared for each unit of overdraft drawn than
// without credit; nil when none is drawn.
func (t Totals) Leverage(without Totals) *big.Rat {
	return fraction(new(big.Int).Sub(t.Cleared.Big(), without.Cleared.Big()), t.Drawn)
}

func fraction(over *big.Int, under Sum) *big.Rat {
	if under.IsZero() {
		return nil
	}
	return new(big.Rat).SetFrac(over, under.Big())
}
