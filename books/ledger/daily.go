package ledger

import (
	"slices"

	"commonweal/quantity"
)

// daily is what one account got and gave of one unit, day by day: the sums that
// pages of a large commons are made of. It always holds every row.
type daily struct {
	days []int32 // ascending
	sums []daySum
}

type daySum struct {
	debits, credits int64
	postings        int
}

// count adds a posting to the sums of its day. A sum that is too large is no
// sum: queries then go through the rows, and say so.
func (l *Ledger) count(day int32, p posting) {
	at := [2]uint32{p.account, p.unit}
	d := l.daily[at]
	if d == nil {
		d = &daily{}
		l.daily[at] = d
	}
	i, there := slices.BinarySearch(d.days, day)
	if !there {
		d.days, d.sums = slices.Insert(d.days, i, day), slices.Insert(d.sums, i, daySum{})
	}
	s := &d.sums[i]
	s.postings++
	to, by := &s.debits, p.micros
	if by < 0 {
		to, by = &s.credits, -by
	}
	sum, err := quantity.AddMicros(*to, by)
	*to, l.overflowed = sum, l.overflowed || err != nil
}

// whole reports whether a selection knows every row, by the day it happened, so
// that daily sums will do.
func (l *Ledger) whole(s selection) bool {
	return s.size >= l.size && !l.overflowed && !s.recorded && s.project == 0 && s.agent == 0
}

// sumDaily is the balances of a selection that knows everything.
func (l *Ledger) sumDaily(s selection) ([]Balance, error) {
	var out []Balance
	for at, d := range l.daily {
		if !s.counts(posting{account: at[0], unit: at[1]}) || d.days[0] > s.to {
			continue
		}
		b := Balance{Account: l.accounts.list[at[0]], Unit: l.units.list[at[1]]}
		for i, day := range d.days {
			if day > s.to {
				break
			}
			for _, micros := range [...]int64{d.sums[i].debits, -d.sums[i].credits} {
				if err := b.add(micros, day < s.from); err != nil {
					return nil, err
				}
			}
		}
		out = append(out, b)
	}
	return sorted(out), nil
}
