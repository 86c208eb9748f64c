package ledger

import (
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
			if a.In(parent) {
				below[n] = i + 1
			}
		}
	}
	sums = make([][]int64, len(parents))
	for _, i := range l.order[l.firstOf(l.order, s.from):] {
		r := &l.rows[i]
		if r.day > s.to {
			break
		}
		if r.log >= s.size {
			continue
		}
		for _, p := range l.postingsOf(i) {
			parent := below[p.account] - 1
			if parent < 0 || p.unit != s.unit {
				continue
			}
			months, sums = upTo(months, sums, dayText(r.day)[:len("2006-01")])
			at := &sums[parent][len(months)-1]
			if *at, err = quantity.AddMicros(*at, p.micros); err != nil {
				return nil, nil, err
			}
		}
	}
	return months, sums, nil
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
