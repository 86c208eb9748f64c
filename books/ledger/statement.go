package ledger

import (
	"cmp"
	"iter"
	"slices"

	"commonweal/platform/store"
	"commonweal/quantity"
)

// Statement is the accounts over the period of a filter, complete in itself:
// what they held when it began, every entry, and what they hold at its end.
type Statement struct {
	Filter  Filter
	Opening []Posting // sums to zero in each unit; empty when the period has no beginning
	Entries iter.Seq[Entry]
	Closing []Balance // by account, then unit; opening and movements are of this statement
	Prices  []Price   // of exchanges in the period, by day
	// Symbols are what units are called in exports, by the order of the log.
	Symbols []Symbol
}

// Statement returns the statement of a filter. What income and expenses came
// to before the period is part of Equity:Opening, so that the closing balances
// of one period are the opening ones of the next.
func (l *Ledger) Statement(f Filter) (*Statement, error) {
	balances, err := l.Sides(f)
	if err != nil {
		return nil, err
	}
	entries, err := l.Entries(f)
	if err != nil {
		return nil, err
	}
	s := &Statement{Filter: f, Entries: entries, Symbols: l.symbols()}
	if chosen, some, _ := l.selection(f); some {
		s.Prices = l.prices(chosen)
	}
	if f.From == "" {
		s.Closing = balances
		return s, nil
	}
	if s.Opening, err = opening(balances); err != nil {
		return nil, err
	}
	s.Closing, err = closing(s.Opening, balances)
	return s, err
}

// Sides returns the balances of the entries of a filter, all postings of
// each: what stands beside an account of the filter belongs to a statement, or
// it would not sum to zero. Of Assets:Bank they say where money came from and
// went.
func (l *Ledger) Sides(f Filter) ([]Balance, error) {
	s, some, err := l.selection(f)
	if err != nil || !some || f.Account == "" {
		return l.Balances(f)
	}
	return l.sumRows(s, func(p posting) bool { return s.unit == 0 || p.unit == s.unit })
}

// opening returns what the accounts held when the period began.
func opening(balances []Balance) (out []Posting, err error) {
	kept := map[quantity.Unit]int64{}
	for _, b := range balances {
		switch root := b.Account.Root(); {
		case root == Income || root == Expenses:
			if kept[b.Unit], err = quantity.AddMicros(kept[b.Unit], b.Opening); err != nil {
				return nil, err
			}
		case b.Opening != 0:
			out = append(out, Posting{b.Account, quantity.Micros(b.Opening, b.Unit)})
		}
	}
	for unit, micros := range kept {
		if micros != 0 {
			out = append(out, Posting{Opening, quantity.Micros(micros, unit)})
		}
	}
	slices.SortFunc(out, func(a, b Posting) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Amount.Unit, b.Amount.Unit))
	})
	return out, nil
}

// closing returns what the accounts of a statement hold at its end.
func closing(opening []Posting, balances []Balance) (out []Balance, err error) {
	for _, p := range opening {
		if p.Account == Opening {
			out = append(out, Balance{Account: Opening, Unit: p.Amount.Unit, Opening: p.Amount.Micros, Closing: p.Amount.Micros})
		}
	}
	for _, b := range balances {
		if root := b.Account.Root(); root == Income || root == Expenses {
			b.Opening = 0
			if b.Closing, err = quantity.SubMicros(b.Debits, b.Credits); err != nil {
				return nil, err
			}
		}
		if b.Opening != 0 || b.Debits != 0 || b.Credits != 0 {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b Balance) int { return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Unit, b.Unit)) })
	return out, nil
}

// all yields the opening as an entry of the first day, then the entries.
func (s *Statement) all() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		if len(s.Opening) > 0 && !yield(Entry{Log: -1, Day: s.Filter.From, Kind: "opening", Postings: s.Opening}) {
			return
		}
		s.Entries(yield)
	}
}

// shape is what a writer needs to know of a statement before it writes: the
// days, the parties, the precision of each unit, and the last posting of each
// account.
type shape struct {
	first, last string
	entries     int
	parties     []store.ID
	decimals    map[quantity.Unit]int
	turnover    map[quantity.Unit]int64 // debits
	final       map[holding][2]int      // entry and posting
	symbols     map[quantity.Unit]string
	units       []Symbol // that occur
}

// holding is what an account holds of a unit.
type holding struct {
	account Account
	unit    quantity.Unit
}

func (s *Statement) shape() (*shape, error) {
	h := &shape{decimals: map[quantity.Unit]int{}, turnover: map[quantity.Unit]int64{}, final: map[holding][2]int{}, symbols: map[quantity.Unit]string{}}
	seen := map[store.ID]bool{}
	for e := range s.all() {
		if h.entries == 0 {
			h.first = e.Day
		}
		h.last = e.Day
		if !seen[e.Payee] {
			seen[e.Payee] = true
			h.parties = append(h.parties, e.Payee)
		}
		for i, p := range e.Postings {
			h.measure(p.Amount)
			h.final[holding{p.Account, p.Amount.Unit}] = [2]int{h.entries, i}
			if p.Amount.Micros > 0 {
				sum, err := quantity.AddMicros(h.turnover[p.Amount.Unit], p.Amount.Micros)
				if err != nil {
					return nil, err
				}
				h.turnover[p.Amount.Unit] = sum
			}
		}
		h.entries++
	}
	for _, b := range s.Closing {
		h.measure(quantity.Micros(b.Closing, b.Unit))
	}
	for _, symbol := range s.Symbols {
		h.symbols[symbol.Unit] = symbol.Text
		if _, occurs := h.decimals[symbol.Unit]; occurs {
			h.units = append(h.units, symbol)
		}
	}
	return h, nil
}

// measure keeps the number of decimals that all amounts of a unit need.
func (h *shape) measure(a quantity.Amount) {
	have, known := h.decimals[a.Unit]
	if !known {
		if info, ok := quantity.Lookup(a.Unit); ok && info.Currency != nil {
			have = max(0, info.Currency.Digits)
		}
	}
	need, rest := 6, a.Micros
	for need > 0 && rest%10 == 0 {
		need, rest = need-1, rest/10
	}
	h.decimals[a.Unit] = max(have, need)
}

// closingOf returns the closing balances by account and unit.
func (s *Statement) closingOf() map[holding]int64 {
	out := make(map[holding]int64, len(s.Closing))
	for _, b := range s.Closing {
		out[holding{b.Account, b.Unit}] = b.Closing
	}
	return out
}
