package ledger

import (
	"cmp"
	"slices"
	"time"

	"commonweal/quantity"
)

// Months adds up, month by month, what the filter's entries put on the accounts
// below each parent, in the unit of the filter (which it needs). Months run
// from the first with an entry to the last, "2026-01", without a gap.
func (l *Ledger) Months(f Filter, parents ...Account) (months []string, sums [][]int64, err error) {
	s, some, err := l.selection(f)
	if err != nil || !some {
		return nil, nil, err
	}
	below := make([]int, len(l.accounts.list)) // account → parent + 1
	for n, a := range l.accounts.list {
		for i, parent := range parents {
			if a.In(parent) && (s.under == nil || s.under[n]) {
				below[n] = i + 1
			}
		}
	}
	sums = make([][]int64, len(parents))
	add := func(day int32, parent int, micros int64) error {
		months, sums = upTo(months, sums, dayText(day)[:len("2006-01")])
		at := &sums[parent][len(months)-1]
		*at, err = quantity.AddMicros(*at, micros)
		return err
	}
	if l.whole(s) {
		err = l.eachDay(s, below, add)
		return months, sums, err
	}
	rows := l.rowsOf(s)
	for _, i := range rows[l.firstOf(rows, s):] {
		r := &l.rows[i]
		if s.day(r) > s.to {
			break
		}
		if !s.knows(r) {
			continue
		}
		for _, p := range l.postingsOf(i) {
			if parent := below[p.account] - 1; parent >= 0 && p.unit == s.unit {
				if err := add(s.day(r), parent, p.micros); err != nil {
					return nil, nil, err
				}
			}
		}
	}
	return months, sums, nil
}

// eachDay gives what each day did below each parent, in the order of days.
func (l *Ledger) eachDay(s selection, below []int, f func(day int32, parent int, micros int64) error) error {
	type sum struct {
		day    int32
		parent int
		micros int64
	}
	var all []sum
	for at, d := range l.daily {
		if parent := below[at[0]] - 1; parent >= 0 && at[1] == s.unit {
			for i, day := range d.days {
				if day >= s.from && day <= s.to {
					all = append(all, sum{day, parent, d.sums[i].debits - d.sums[i].credits})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b sum) int { return cmp.Compare(a.day, b.day) })
	for _, x := range all {
		if err := f(x.day, x.parent, x.micros); err != nil {
			return err
		}
	}
	return nil
}

// upTo appends months until the last one is month. Entries come in the order of
// days, so it never lies before. A gap of more than a century is left out.
func upTo(months []string, sums [][]int64, month string) ([]string, [][]int64) {
	for len(months) == 0 || months[len(months)-1] < month {
		next := month
		if n := len(months); n > 0 && n < 1200 {
			t, _ := time.Parse("2006-01", months[n-1])
			next = t.AddDate(0, 1, 0).Format("2006-01")
		}
		months = append(months, next)
		for i := range sums {
			sums[i] = append(sums[i], 0)
		}
	}
	return months, sums
}

// Days returns the first and the last day that has an entry; "" when none has.
func (l *Ledger) Days() (first, last string) {
	if len(l.order) == 0 {
		return "", ""
	}
	return dayText(l.rows[l.order[0]].day), dayText(l.rows[l.order[len(l.order)-1]].day)
}

// DaysOf returns the first and the last day that has an entry of a filter; ""
// when none has.
func (l *Ledger) DaysOf(f Filter) (first, last string) {
	s, some, err := l.selection(f)
	if err != nil || !some {
		return "", ""
	}
	var end int32
	for _, i := range l.rowsOf(s) {
		r := &l.rows[i]
		if !s.in(r) || !l.touches(s, i) {
			continue
		}
		end = s.day(r)
		if first == "" {
			first = dayText(end)
		}
	}
	if first != "" {
		last = dayText(end)
	}
	return first, last
}
