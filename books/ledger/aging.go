package ledger

import "slices"

// Ages are the most days that money of each age is old, but for the last, which
// has no bound: up to 30 days, up to 90, up to a year, older.
var Ages = [...]int{30, 90, 365}

// Aged is what an account holds, by how long it has been there.
type Aged struct {
	Balance
	// Since is the day of the oldest part; Parts are as old as Ages says and add
	// up to the closing balance.
	Since string               `json:"since"`
	Parts [len(Ages) + 1]int64 `json:"parts"`
}

// Aged returns the balances of a filter that are not zero, by age at the end of
// its period; today stands for a period without an end. The rule is that the
// oldest debt is paid first: what is left is the newest postings of its sign.
func (l *Ledger) Aged(f Filter, today string) ([]Aged, error) {
	balances, err := l.Balances(f)
	if err != nil {
		return nil, err
	}
	s, _, err := l.selection(f)
	if err != nil {
		return nil, err
	}
	end := dayOf(today)
	if f.To != "" {
		end = s.to
	}
	var out []Aged
	for _, b := range balances {
		if b.Closing != 0 {
			out = append(out, l.aged(b, s, end))
		}
	}
	return out, nil
}

// aged divides a balance by age, from its newest posting back.
func (l *Ledger) aged(b Balance, s selection, end int32) Aged {
	out := Aged{Balance: b}
	account, unit := l.accounts.index[b.Account], l.units.index[b.Unit]
	rows := l.byAccount[account]
	if s.recorded {
		rows = slices.Clone(rows)
		slices.Sort(rows)
	}
	left := b.Closing
	for _, i := range slices.Backward(rows) {
		r := &l.rows[i]
		day := s.day(r)
		if day > s.to || !s.knows(r) {
			continue
		}
		for _, p := range slices.Backward(l.postingsOf(i)) {
			if p.account != account || p.unit != unit || (p.micros < 0) != (left < 0) || left == 0 {
				continue
			}
			part := p.micros
			if left < 0 {
				part = max(part, left)
			} else {
				part = min(part, left)
			}
			out.Parts[age(int(end-day))] += part
			out.Since = dayText(day)
			left -= part
		}
		if left == 0 {
			break
		}
	}
	return out
}

// age is which of Ages so many days are.
func age(days int) int {
	i := 0
	for i < len(Ages) && days > Ages[i] {
		i++
	}
	return i
}
