package charge

import (
	"math/big"

	"commonweal/platform/fault"
)

// Account is what the rules see of an account at the end of a period.
type Account struct {
	ID    string
	Class string
	// Spendable is what may leave the account without touching its floor.
	Spendable Micros
	// Days are the closing balances of the period.
	Days []Stretch
	// Carries are what each rule of demurrage left over last time, by its name, in
	// millionths; a rule that is missing left nothing.
	Carries map[string]*big.Rat
}

// Line is what one rule takes from one account.
type Line struct {
	Rule    string
	Account string
	Due     Micros
	Taken   Micros // what fits above the floor
	Owed    Micros // the rest, which becomes an obligation, and does not grow
	// Carry is the part below the smallest amount that waits for the next period.
	Carry *big.Rat
}

// Sheet is what all rules take at the end of a period: lines rule by rule, in
// the order of the accounts, and what the fund receives from each rule.
type Sheet struct {
	Lines []Line
	Fund  map[string]Micros
}

// Period charges accounts by rules. The rules take from an account in their
// order, each what still fits above its floor. Lines with nothing due and
// nothing to carry are left out. The account of the fund is not listed.
//
// It refuses rules as Rule.Check does, and what is listed twice (charge.twice),
// balances and carries out of bounds (charge.balance, charge.carry), and days
// below zero or over a century (charge.days).
func Period(rules []Rule, accounts []Account, step Micros) (Sheet, error) {
	if err := checkPeriod(rules, accounts, step); err != nil {
		return Sheet{}, err
	}
	spendable := make(map[string]Micros, len(accounts))
	for _, a := range accounts {
		spendable[a.ID] = a.Spendable
	}
	out := Sheet{Fund: make(map[string]Micros, len(rules))}
	for _, r := range rules {
		for _, a := range accounts {
			l, err := r.line(a, spendable[a.ID], step)
			if err != nil {
				return Sheet{}, err
			}
			if l.Due == 0 && l.Carry.Sign() == 0 {
				continue
			}
			spendable[a.ID] -= l.Taken
			out.Lines = append(out.Lines, l)
			if out.Fund[r.Name] += l.Taken; out.Fund[r.Name] > Largest {
				return Sheet{}, errBalance(out.Fund[r.Name])
			}
		}
	}
	return out, nil
}

// line is what a rule takes from an account of which so much may be spent.
func (r Rule) line(a Account, spendable, step Micros) (Line, error) {
	l := Line{Rule: r.Name, Account: a.ID, Carry: a.carry(r.Name)}
	if r.Class != "" && r.Class != a.Class {
		return l, nil // what was carried waits until the account is of the class again
	}
	var err error
	l.Due = r.Flat
	if r.On == OnSurplus {
		l.Due, l.Carry, err = r.Demurrage(l.Carry, a.Days, step)
	}
	l.Taken = min(l.Due, down(spendable, step))
	l.Owed = l.Due - l.Taken
	return l, err
}

// carry is what a rule left over last time, never nil.
func (a Account) carry(rule string) *big.Rat {
	if c := a.Carries[rule]; c != nil {
		return c
	}
	return new(big.Rat)
}

// Demurrage is the charge on what lay idle, and the carry after it:
// floor(carry + Σ max(0, balance − free) × days × daily) in whole steps, and
// what that left over.
func (r Rule) Demurrage(carry *big.Rat, days []Stretch, step Micros) (Micros, *big.Rat, error) {
	idle := new(big.Int)
	for _, s := range days {
		if s.Balance > r.Free {
			of := big.NewInt(int64(s.Balance - r.Free))
			idle.Add(idle, of.Mul(of, big.NewInt(s.Days)))
		}
	}
	exact := new(big.Rat).SetFrac(idle, big.NewInt(1))
	exact.Mul(exact, big.NewRat(r.Daily.Of, r.Daily.In)).Add(exact, carry)
	steps := new(big.Int).Mul(exact.Denom(), big.NewInt(int64(step)))
	steps.Quo(exact.Num(), steps)
	due := steps.Mul(steps, big.NewInt(int64(step)))
	if due.Cmp(big.NewInt(int64(Largest))) > 0 {
		return 0, nil, fault.Invalidf("charge.balance", "days", "a charge above %s is out of bounds; close the period earlier", Largest)
	}
	return Micros(due.Int64()), exact.Sub(exact, new(big.Rat).SetInt(due)), nil
}

func checkPeriod(rules []Rule, accounts []Account, step Micros) error {
	ruled, held := names{}, names{}
	if err := checkStep(step); err != nil {
		return err
	}
	for _, r := range rules {
		if err := r.Check(step); err != nil {
			return err
		}
		if err := ruled.add("rules", r.Name); err != nil {
			return err
		}
	}
	for _, a := range accounts {
		if err := held.add("accounts", a.ID); err != nil {
			return err
		}
		if err := a.check(); err != nil {
			return err
		}
	}
	return nil
}

func (a Account) check() error {
	for _, s := range a.Days {
		if !s.Balance.within(-Largest, Largest) {
			return errBalance(s.Balance)
		}
		if s.Days < 0 || s.Days > daysLimit {
			return fault.Invalidf("charge.days", "days", "a balance cannot stand for %d days; write 0 to %d", s.Days, daysLimit)
		}
	}
	for rule, c := range a.Carries {
		if c != nil && (c.Sign() < 0 || c.Cmp(big.NewRat(int64(Unit), 1)) >= 0) {
			return fault.Invalidf("charge.carry", "carries", "a carry of %s millionths under the rule %.80q was never left over; it is zero or more, and below one unit", c.RatString(), rule)
		}
	}
	return nil
}
