package contribution

import (
	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// facts returns what formulas may ask about people, as of a distribution:
// karma, and the months since somebody's first validated contribution.
func (p *Practice) facts(r store.Reader, l *equation.Ledger, d Distribution) (equation.Facts, error) {
	f := equation.Facts{SeniorityMonths: seniority(l, dayIn(d.At, utc))}
	var err error
	f.Karma, err = karmaColumns(r, l, d)
	return f, err
}

// daysPerMonth is the mean length of a month in the Gregorian calendar:
// 146,097 days in 4,800 months, in millionths of a day.
const daysPerMonth = 30_436_875

// seniority returns, per person, the whole months since their first validated
// contribution, in millionths; Missing for somebody who has none.
func seniority(l *equation.Ledger, today int32) []int64 {
	first := make([]int32, len(l.People))
	out := make([]int64, len(l.People))
	for i := range out {
		out[i], first[i] = equation.Missing, today
	}
	for i, person := range l.Person {
		if l.Flags[i]&equation.Validated != 0 && l.Day[i] <= first[person] {
			first[person] = l.Day[i]
			months := int64(today-first[person]) * quantity.Scale / daysPerMonth
			out[person] = months * quantity.Scale
		}
	}
	return out
}
