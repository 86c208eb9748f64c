package ledger

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"strconv"
	"time"

	"commonweal/platform/store"
	"commonweal/quantity"
)

// Posting is one line of an entry: a debit when positive, a credit when
// negative.
type Posting struct {
	Account Account         `json:"account"`
	Amount  quantity.Amount `json:"amount"`
}

// Entry is what one event does to the accounts.
type Entry struct {
	Log          int64     `json:"log"` // the entry of the log that recorded it; -1 for the opening of a period
	N            int       `json:"n"`   // its place among the events of that entry
	Event        store.ID  `json:"event,omitempty"`
	Day          string    `json:"day"`                // when it happened
	Happened     string    `json:"happened,omitempty"` // where Day is that of the recording: when it happened, if on another
	Recorded     time.Time `json:"recorded,omitzero"`
	Kind         string    `json:"kind"` // "income/sale", "distribution", "payout", "opening"
	Payee        store.ID  `json:"payee,omitempty"`
	Project      store.ID  `json:"project,omitempty"`
	Distribution store.ID  `json:"distribution,omitempty"`
	Corrects     store.ID  `json:"corrects,omitempty"` // the event that it corrects
	Postings     []Posting `json:"postings"`
}

// Code is the entry's number for people: "4211.0".
func (e Entry) Code() string {
	return strconv.FormatInt(e.Log, 10) + "." + strconv.Itoa(e.N)
}

// entry returns row i, with the postings in one unit when unit is not 0.
func (l *Ledger) entry(i int32, unit uint32) Entry {
	r := &l.rows[i]
	e := Entry{Log: r.log, N: int(r.n), Event: r.event.id(), Day: dayText(r.day), Recorded: store.Time(r.recorded), Kind: l.kinds.list[r.kind],
		Payee: l.ids.list[r.payee], Project: l.ids.list[r.project], Distribution: l.ids.list[r.distribution]}
	if r.corrects >= 0 {
		e.Corrects = l.rows[r.corrects].event.id()
	}
	for _, p := range l.postingsOf(i) {
		if unit == 0 || p.unit == unit {
			e.Postings = append(e.Postings, Posting{l.accounts.list[p.account], quantity.Micros(p.micros, l.units.list[p.unit])})
		}
	}
	return e
}

// Entry returns the entry of an event; found is false when it has none.
func (l *Ledger) Entry(event store.ID) (e Entry, found bool) {
	i, found := l.byEvent[keyOf(event)]
	if found {
		e = l.entry(i, 0)
	}
	return e, found
}

// Corrected reports whether the first size entries of the log correct an event.
func (l *Ledger) Corrected(event store.ID, size int64) bool {
	i, found := l.byEvent[keyOf(event)]
	return found && l.rows[i].corrected > 0 && l.rows[i].corrected < size
}

// RecordedLast returns when the last of the entries was recorded that the first
// size entries of the log make; the zero time when they make none.
func (l *Ledger) RecordedLast(size int64) (last time.Time) {
	n := sort.Search(len(l.rows), func(i int) bool { return l.rows[i].log >= size })
	if n > 0 {
		last = store.Time(l.rows[n-1].recorded)
	}
	return last
}

// OfAct returns the entries that one entry of the log recorded.
func (l *Ledger) OfAct(log int64) (out []Entry) {
	first := sort.Search(len(l.rows), func(i int) bool { return l.rows[i].log >= log })
	for i := first; i < len(l.rows) && l.rows[i].log == log; i++ {
		out = append(out, l.entry(int32(i), 0))
	}
	return out
}

// Entries returns the entries of a filter by day, then as in the log; those
// that touch an account of the filter, with all their postings. Acts may be
// added between one entry and the next: they were not known to the filter.
func (l *Ledger) Entries(f Filter) (iter.Seq[Entry], error) {
	s, some, err := l.selection(f)
	if err != nil || !some {
		return func(func(Entry) bool) {}, err
	}
	list := slices.Clone(l.rowsOf(s)) // what is added may move rows
	list = list[l.firstOf(list, s):]
	return func(yield func(Entry) bool) {
		for _, i := range list {
			if s.day(&l.rows[i]) > s.to {
				return
			}
			if s.in(&l.rows[i]) && l.touches(s, i) && !yield(l.entryIn(i, s)) {
				return
			}
		}
	}, nil
}

// Latest returns the entries of a filter, newest first: at most limit of them,
// after skipping some. more reports whether there are others.
func (l *Ledger) Latest(f Filter, skip, limit int) (out []Entry, more bool, err error) {
	s, some, err := l.selection(f)
	if err != nil || !some {
		return nil, false, err
	}
	for _, i := range slices.Backward(l.rowsOf(s)) {
		if s.day(&l.rows[i]) < s.from {
			break
		}
		if !s.in(&l.rows[i]) || !l.touches(s, i) {
			continue
		}
		if skip--; skip >= 0 {
			continue
		}
		if len(out) == limit {
			return out, true, nil
		}
		out = append(out, l.entryIn(i, s))
	}
	return out, false, nil
}

// touches reports whether a posting of row i counts.
func (l *Ledger) touches(s selection, i int32) bool {
	return slices.ContainsFunc(l.postingsOf(i), s.counts)
}

// entryIn returns row i as a selection sees it: in its unit, on the day that
// it counts by.
func (l *Ledger) entryIn(i int32, s selection) Entry {
	e := l.entry(i, s.unit)
	if r := &l.rows[i]; s.recorded && r.known != r.day {
		e.Day, e.Happened = dayText(r.known), e.Day
	}
	return e
}

// Balance is what an account holds of a unit over the period of a filter.
// Opening + Debits - Credits = Closing, in millionths of the unit.
type Balance struct {
	Account Account       `json:"account"`
	Unit    quantity.Unit `json:"unit"`
	Opening int64         `json:"opening"`
	Debits  int64         `json:"debits"`
	Credits int64         `json:"credits"`
	Closing int64         `json:"closing"`
}

// Change is what the period adds to the account.
func (b Balance) Change() int64 { return b.Debits - b.Credits }

// Plus adds another balance of the same unit.
func (b *Balance) Plus(o Balance) (err error) {
	for _, x := range [...]struct {
		to *int64
		by int64
	}{{&b.Opening, o.Opening}, {&b.Debits, o.Debits}, {&b.Credits, o.Credits}, {&b.Closing, o.Closing}} {
		if *x.to, err = quantity.AddMicros(*x.to, x.by); err != nil {
			return err
		}
	}
	return nil
}

// Balances returns every account and unit that the filter knows of, by
// account, then unit, also those that came to nothing.
func (l *Ledger) Balances(f Filter) ([]Balance, error) {
	s, some, err := l.selection(f)
	if err != nil || !some {
		return nil, err
	}
	if l.whole(s) {
		return l.sumDaily(s)
	}
	return l.sumRows(s, s.counts)
}

// sumRows adds up the postings of a selection that count.
func (l *Ledger) sumRows(s selection, counts func(posting) bool) ([]Balance, error) {
	width := len(l.units.list)
	places := make([]int32, len(l.accounts.list)*width) // account and unit → place in out + 1
	var out []Balance
	for _, i := range l.rowsOf(s) {
		r := &l.rows[i]
		day := s.day(r)
		if day > s.to {
			break
		}
		if !s.knows(r) || s.under != nil && !l.touches(s, i) {
			continue
		}
		for _, p := range l.postingsOf(i) {
			if !counts(p) {
				continue
			}
			at := &places[int(p.account)*width+int(p.unit)]
			if *at == 0 {
				out = append(out, Balance{Account: l.accounts.list[p.account], Unit: l.units.list[p.unit]})
				*at = int32(len(out))
			}
			if err := out[*at-1].add(p.micros, day < s.from); err != nil {
				return nil, err
			}
		}
	}
	return sorted(out), nil
}

// sorted orders balances by account, then unit.
func sorted(list []Balance) []Balance {
	slices.SortFunc(list, func(a, b Balance) int { return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Unit, b.Unit)) })
	return list
}

// add counts a posting, before the period or in it.
func (b *Balance) add(micros int64, before bool) (err error) {
	to, by := &b.Debits, micros
	if micros < 0 {
		to, by = &b.Credits, -micros
	}
	if before {
		to, by = &b.Opening, micros
	}
	if *to, err = quantity.AddMicros(*to, by); err == nil {
		b.Closing, err = quantity.AddMicros(b.Closing, micros)
	}
	return err
}

// Line is one posting of an account with the balance after it.
type Line struct {
	Entry   Entry           `json:"entry"`
	Amount  quantity.Amount `json:"amount"`
	Balance quantity.Amount `json:"balance"`
}

// Register returns the postings on the account of the filter itself, in the
// unit of the filter (it needs both), newest first: at most limit of them,
// after skipping some. total is how many there are.
func (l *Ledger) Register(f Filter, skip, limit int) (lines []Line, total int, err error) {
	s, some, err := l.selection(f)
	n, known := l.accounts.index[f.Account]
	if err != nil || !some || !known {
		return nil, 0, err
	}
	balance, total, err := l.standing(s, n)
	if err != nil {
		return nil, 0, err
	}
	only := s
	only.under = nil // the list of the account alone will do
	rows := l.byAccount[n]
	if s.recorded || s.project != 0 || s.agent != 0 {
		rows = l.rowsOf(only)
	}
	for k := len(rows) - 1; k >= 0 && len(lines) < limit; k-- {
		r := &l.rows[rows[k]]
		if s.day(r) < s.from {
			break
		}
		if !s.in(r) {
			continue
		}
		for _, p := range slices.Backward(l.postingsOf(rows[k])) {
			if p.account != n || p.unit != s.unit || len(lines) == limit {
				continue
			}
			if skip--; skip < 0 {
				all := s
				all.unit = 0
				lines = append(lines, Line{l.entryIn(rows[k], all), quantity.Micros(p.micros, f.Unit), quantity.Micros(balance, f.Unit)})
			}
			balance -= p.micros // what was added without a fault
		}
	}
	return lines, total, nil
}

// standing is what an account holds at the end of a selection, and how many
// postings the period has.
func (l *Ledger) standing(s selection, account uint32) (balance int64, postings int, err error) {
	if l.whole(s) {
		d := l.daily[[2]uint32{account, s.unit}]
		for i := 0; d != nil && i < len(d.days) && d.days[i] <= s.to; i++ {
			if balance, err = quantity.AddMicros(balance, d.sums[i].debits-d.sums[i].credits); err != nil {
				return 0, 0, err
			}
			if d.days[i] >= s.from {
				postings += d.sums[i].postings
			}
		}
		return balance, postings, nil
	}
	for _, i := range l.byAccount[account] {
		r := &l.rows[i]
		if s.day(r) > s.to || !s.knows(r) {
			continue
		}
		for _, p := range l.postingsOf(i) {
			if p.account != account || p.unit != s.unit {
				continue
			}
			if balance, err = quantity.AddMicros(balance, p.micros); err != nil {
				return 0, 0, err
			}
			if s.day(r) >= s.from {
				postings++
			}
		}
	}
	return balance, postings, nil
}

// Accounts returns the accounts below a parent that have ever been used, sorted.
func (l *Ledger) Accounts(parent Account) (out []Account) {
	for _, a := range l.accounts.list[1:] {
		if a.In(parent) {
			out = append(out, a)
		}
	}
	slices.Sort(out)
	return out
}

// Units returns the units that were ever used, in the order of the log.
func (l *Ledger) Units() []quantity.Unit { return slices.Clone(l.units.list[1:]) }
