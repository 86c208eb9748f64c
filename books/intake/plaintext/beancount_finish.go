package plaintext

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// ranks order the directives of one day: a balance holds before its day begins.
var ranks = map[string]int{"open": -2, "balance": -1, "document": 1, "close": 2}

// finish completes and balances transactions, pads accounts, and checks
// balances and the life of accounts.
func (b *beancount) finish() error {
	for _, it := range b.items {
		if it.entry != nil {
			if err := b.report(b.complete(it.entry), it, it.entry.From); err != nil {
				return err
			}
		}
	}
	if len(b.faults) > 0 {
		return nil
	}
	sorted := slices.Clone(b.items)
	slices.SortStableFunc(sorted, func(x, y *item) int {
		return cmp.Or(cmp.Compare(x.day, y.day), cmp.Compare(ranks[x.word], ranks[y.word]))
	})
	if err := b.checkAccounts(sorted); err != nil {
		return err
	}
	if err := b.pad(sorted); err != nil {
		return err
	}
	if err := b.checkBalances(sorted); err != nil {
		return err
	}
	for _, it := range b.items {
		for _, e := range append(it.padded, it.entry) {
			if e == nil {
				continue
			}
			for _, p := range e.postings {
				e.Postings = append(e.Postings, p.Posting)
			}
			b.out.Entries = append(b.out.Entries, e.Entry)
		}
	}
	return nil
}

func (b *beancount) report(err error, it *item, line int) error {
	if err = locate(err, it.file, line); fault.As(err) == nil {
		return err
	}
	return b.tell(err)
}

// toleranceOf infers what an entry may be off: for each unit the multiplier
// times the last decimal of its coarsest amount that has decimals.
func (b *beancount) toleranceOf(e *entry) map[quantity.Unit]*big.Rat {
	out := map[quantity.Unit]*big.Rat{}
	for u, t := range b.tolerances {
		out[u] = t
	}
	for _, p := range e.postings {
		if !p.given || p.decimals == 0 {
			continue
		}
		t := new(big.Rat).Mul(b.multiplier, new(big.Rat).SetFrac(big.NewInt(1), pow10(p.decimals)))
		if have := out[p.Amount.Unit]; have == nil || have.Cmp(t) < 0 {
			out[p.Amount.Unit] = t
		}
	}
	return out
}

// complete fills in a missing amount and balances an entry.
func (b *beancount) complete(e *entry) error {
	tolerances := b.toleranceOf(e)
	var total sums
	var missing *posting
	for _, p := range e.postings {
		switch {
		case p.given:
			total.add(p.Weight())
		case missing != nil:
			return fault.Invalidf("books.journal_unbalanced", "amount", "%d amounts are left out; only one can follow from the others", 2)
		default:
			missing = p
		}
	}
	if missing != nil {
		for u, v := range total.of {
			total.of[u] = roundInferred(v, tolerances[u])
		}
		return e.fill(missing, &total)
	}
	left := total.beyond(func(u quantity.Unit) *big.Rat {
		if t := tolerances[u]; t != nil {
			return t
		}
		return tolerances["*"]
	})
	if len(left) > 0 {
		return total.unbalanced(left)
	}
	return nil
}

// roundInferred rounds a missing amount to the decimals of twice the tolerance,
// half to even, as Beancount does.
func roundInferred(v, tolerance *big.Rat) *big.Rat {
	if tolerance == nil || tolerance.Sign() == 0 {
		return v
	}
	decimals := digitsBehind(new(big.Rat).Add(tolerance, tolerance))
	scale := new(big.Rat).SetInt(pow10(decimals))
	micro := new(big.Rat).Quo(new(big.Rat).Mul(v, scale), big.NewRat(quantity.Scale, 1))
	whole, err := quantity.FromRat(micro, "", quantity.HalfEven)
	if err != nil {
		return v // far beyond every amount: refused where it becomes one
	}
	return new(big.Rat).Quo(big.NewRat(whole.Micros, 1), scale)
}

// checkAccounts refuses postings to accounts that are not open on their day.
func (b *beancount) checkAccounts(sorted []*item) error {
	open := map[string]bool{}
	check := func(account string, it *item, line int) error {
		if open[account] || b.autoAccounts {
			return nil
		}
		return b.report(fault.Invalidf("books.journal_account", "account", "%s is not open on %s; open it before, or mend its name", account, it.day), it, line)
	}
	for _, it := range sorted {
		var err error
		switch it.word {
		case "open":
			if open[it.account] {
				err = b.report(fault.Invalidf("books.journal_account", "account", "%s is opened twice; remove one of both", it.account), it, it.line)
			}
			open[it.account] = true
		case "close":
			err = check(it.account, it, it.line)
			delete(open, it.account)
		case "pad":
			if err = check(it.account, it, it.line); err == nil {
				err = check(it.source, it, it.line)
			}
		case "txn":
			for _, p := range it.entry.postings {
				if err = check(p.Account, it, p.Line); err != nil {
					break
				}
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// balanceTolerance is what a balance may be off: what it says, or twice the
// multiplier times its last decimal.
func (b *beancount) balanceTolerance(it *item) *big.Rat {
	if it.tolerance != nil {
		return it.tolerance
	}
	if it.decimals == 0 {
		return new(big.Rat)
	}
	t := new(big.Rat).Mul(b.multiplier, new(big.Rat).SetFrac(big.NewInt(2), pow10(it.decimals)))
	return t
}

// padding is the pad in force for an account.
type padding struct {
	by     *item
	padded map[quantity.Unit]bool     // a pad serves each unit once
	added  map[quantity.Unit]*big.Rat // by all pads of the account so far
}

// pad inserts what brings an account to the next balance that is stated.
func (b *beancount) pad(sorted []*item) error {
	held := newHoldings()
	pads := map[string]*padding{}
	for _, it := range sorted {
		switch it.word {
		case "txn":
			for _, p := range it.entry.postings {
				held.add(p.Account, p.Amount)
			}
		case "pad":
			if pads[it.account] == nil {
				pads[it.account] = &padding{added: map[quantity.Unit]*big.Rat{}}
			}
			pads[it.account].by, pads[it.account].padded = it, map[quantity.Unit]bool{}
		case "balance":
			if p := pads[it.account]; p != nil {
				if err := b.report(b.padTo(p, it, held), it, it.line); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (b *beancount) padTo(p *padding, it *item, held holdings) error {
	unit := it.amount.Unit
	have := held.of(it.account, unit, true)
	if p.added[unit] == nil {
		p.added[unit] = new(big.Rat)
	}
	difference := new(big.Rat).Sub(it.amount.Rat(), have.Add(have, p.added[unit]))
	already := p.padded[unit]
	p.padded[unit] = true
	if already || new(big.Rat).Abs(difference).Cmp(b.balanceTolerance(it)) <= 0 {
		return nil
	}
	a, err := amount(difference, unit)
	if err != nil {
		return err
	}
	back, err := a.Neg()
	if err != nil {
		return err
	}
	by := p.by
	by.padded = append(by.padded, &entry{
		Entry: intake.Entry{Day: by.day, Status: "P", Note: fmt.Sprintf("padding for the balance of %s on %s", it.amount, it.day), File: by.file, From: by.line, To: by.line},
		postings: []*posting{
			{Posting: intake.Posting{Account: by.account, Amount: a, Inferred: true, Line: by.line}},
			{Posting: intake.Posting{Account: by.source, Amount: back, Inferred: true, Line: by.line}},
		},
	})
	p.added[unit].Add(p.added[unit], difference)
	return nil
}

// checkBalances compares balances, with the accounts below, at the start of their days.
func (b *beancount) checkBalances(sorted []*item) error {
	held := newHoldings()
	for _, it := range sorted {
		entries := it.padded
		if it.entry != nil {
			entries = append(entries, it.entry)
		}
		for _, e := range entries {
			for _, p := range e.postings {
				held.add(p.Account, p.Amount)
			}
		}
		if it.word != "balance" {
			continue
		}
		b.out.Checked++
		have := held.of(it.account, it.amount.Unit, true)
		off := new(big.Rat).Sub(have, it.amount.Rat())
		if off.Abs(off).Cmp(b.balanceTolerance(it)) > 0 {
			if err := b.report(notHeld(it.account, it.amount, have), it, it.line); err != nil {
				return err
			}
		}
	}
	return nil
}
