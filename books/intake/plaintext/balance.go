package plaintext

import (
	"math/big"
	"slices"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// finish completes amounts, balances the entries and checks assertions.
func (l *ledger) finish() error {
	for _, e := range l.entries {
		if e.assigns() {
			continue // its amounts follow from balances
		}
		if err := l.report(l.complete(e), e, e.From); err != nil {
			return err
		}
	}
	if len(l.faults) > 0 {
		return nil
	}
	if err := l.checkAssertions(); err != nil {
		return err
	}
	for _, e := range l.entries {
		for _, p := range e.postings {
			e.Postings = append(e.Postings, p.Posting)
		}
		l.out.Entries = append(l.out.Entries, e.Entry)
	}
	return nil
}

// report keeps a fault of an entry and goes on.
func (l *ledger) report(err error, e *entry, line int) error {
	if err = locate(err, e.File, line); fault.As(err) == nil {
		return err
	}
	return l.tell(err)
}

// assigns reports whether a posting has a balance instead of an amount.
func (e *entry) assigns() bool {
	return slices.ContainsFunc(e.postings, func(p *posting) bool { return !p.given && p.assert != nil })
}

// complete fills in what an entry leaves out, and balances its real postings
// and its bracketed ones, each on their own.
func (l *ledger) complete(e *entry) error {
	for _, p := range e.postings {
		if p.Virtual && !p.bracketed && !p.given {
			p.given, p.Inferred = true, true // nothing follows for it
		}
	}
	for _, bracketed := range []bool{false, true} {
		if err := l.completeGroup(e, bracketed); err != nil {
			return err
		}
	}
	return nil
}

func (l *ledger) completeGroup(e *entry, bracketed bool) error {
	var (
		total   sums
		missing []*posting
		priced  bool
	)
	for _, p := range e.postings {
		switch {
		case p.Virtual != bracketed || p.bracketed != bracketed:
		case !p.given:
			missing = append(missing, p)
		default:
			total.add(p.Weight())
			priced = priced || p.Price != nil || p.Cost != nil
		}
	}
	switch {
	case len(missing) > 1:
		return fault.Invalidf("books.journal_unbalanced", "amount", "%d amounts are left out; only one can follow from the others", len(missing))
	case len(missing) == 1:
		return e.fill(missing[0], &total)
	}
	left := total.beyond(l.tolerance)
	switch {
	case len(left) == 0:
		return nil
	case len(left) == 2 && !priced && total.of[left[0]].Sign() != total.of[left[1]].Sign():
		e.exchange(bracketed, left[0], left[1], &total)
		return nil
	}
	return total.unbalanced(left)
}

// tolerance is half of the last decimal that a commodity is written with.
func (l *ledger) tolerance(unit quantity.Unit) *big.Rat {
	if s, seen := l.styles[unit]; seen {
		return half(s.decimals)
	}
	return nil
}

// fill gives a posting what the others leave, one posting for each unit.
func (e *entry) fill(p *posting, total *sums) error {
	at := slices.Index(e.postings, p)
	var filled []*posting
	for _, u := range total.order {
		v := total.of[u]
		if v.Sign() == 0 {
			continue
		}
		a, err := amount(new(big.Rat).Neg(v), u)
		if err != nil {
			return locate(err, e.File, p.Line)
		}
		one := *p
		one.Amount, one.Inferred, one.given = a, true, true
		filled = append(filled, &one)
	}
	if len(filled) == 0 {
		p.Inferred, p.given = true, true
		if len(total.order) > 0 {
			p.Amount.Unit = total.order[0]
		}
		return nil
	}
	for _, one := range filled[:len(filled)-1] {
		one.assert = nil // the last one stands for all
	}
	e.postings = slices.Replace(e.postings, at, at+1, filled...)
	return nil
}

// exchange gives the postings of one unit the price at which they cancel those
// of the other out, as an exchange of two commodities without a price means.
func (e *entry) exchange(bracketed bool, from, to quantity.Unit, total *sums) {
	each := new(big.Rat).Quo(total.of[to], total.of[from])
	r := &intake.Rate{Value: each.Abs(each), Unit: to}
	for _, p := range e.postings {
		if p.Virtual == bracketed && p.bracketed == bracketed && p.Amount.Unit == from {
			p.Price = r
		}
	}
}

// step is a posting, or a whole entry with assignments, on its day.
type step struct {
	day     string
	entry   *entry
	posting *posting
}

// checkAssertions runs all postings through: hledger by day, Ledger in the order
// of the file.
func (l *ledger) checkAssertions() error {
	var steps []step
	for _, e := range l.entries {
		if e.assigns() {
			steps = append(steps, step{e.Day, e, nil})
			continue
		}
		for _, p := range e.postings {
			day := p.Day
			if day == "" {
				day = e.Day
			}
			steps = append(steps, step{day, e, p})
		}
	}
	if l.dialect == Hledger {
		byDay(steps, func(s step) string { return s.day })
	}
	held := newHoldings()
	for _, s := range steps {
		if s.posting == nil {
			if err := l.report(l.assign(s.entry, held), s.entry, s.entry.From); err != nil {
				return err
			}
			continue
		}
		held.add(s.posting.Account, s.posting.Amount)
		if err := l.report(l.check(s.posting, held), s.entry, s.posting.Line); err != nil {
			return err
		}
	}
	return nil
}

// assign gives the postings with a balance instead of an amount what brings the
// account there, then completes the entry.
func (l *ledger) assign(e *entry, held holdings) error {
	for _, p := range e.postings {
		if !p.given && p.assert != nil {
			want := p.assert.amount
			v := new(big.Rat).Sub(want.Rat(), held.of(p.Account, want.Unit, p.assert.deep))
			a, err := amount(v, want.Unit)
			if err != nil {
				return locate(err, e.File, p.Line)
			}
			p.Amount, p.given, p.Inferred = a, true, true
		}
		if p.given {
			held.add(p.Account, p.Amount)
			if err := l.check(p, held); err != nil {
				return locate(err, e.File, p.Line)
			}
		}
	}
	before := slices.Clone(e.postings)
	if err := l.complete(e); err != nil {
		return err
	}
	for _, p := range e.postings {
		if !slices.Contains(before, p) { // it was filled in
			held.add(p.Account, p.Amount)
		}
	}
	return nil
}

// check compares a balance with the one that a posting states.
func (l *ledger) check(p *posting, held holdings) error {
	a := p.assert
	if a == nil {
		return nil
	}
	l.out.Checked++
	if have := held.of(p.Account, a.amount.Unit, a.deep); have.Cmp(a.amount.Rat()) != 0 {
		return notHeld(p.Account, a.amount, have)
	}
	if others := held.others(p.Account, a.amount.Unit, a.deep); a.only && len(others) > 0 {
		return fault.Invalidf("books.journal_assertion", "balance", "%s should hold nothing but %s, but holds %s too", p.Account, a.amount, others[0])
	}
	return nil
}
