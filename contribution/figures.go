package contribution

import (
	"slices"
	"time"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// monthsShown is how far back trends look.
const monthsShown = 12

// months are the days on which the last twelve calendar months began, and the
// day on which the next one begins: monthsShown+1 days since 1970-01-01.
type months [monthsShown + 1]int32

// monthsUpTo returns the months up to the one of a moment, in a zone.
func monthsUpTo(now time.Time, zone *time.Location) (m months) {
	y, month, _ := now.In(zone).Date()
	for i := range m {
		first := time.Date(y, month+time.Month(i+1-monthsShown), 1, 0, 0, 0, 0, time.UTC)
		m[i] = int32(first.Unix() / 86_400)
	}
	return m
}

// of returns the place of a day among the months, or -1.
func (m *months) of(day int32) int {
	if day < m[0] || day >= m[monthsShown] {
		return -1
	}
	i := monthsShown - 1
	for day < m[i] {
		i--
	}
	return i
}

// Pulse is the state of a commons' contributions, or of one person's, over
// twelve months, the present one last.
type Pulse struct {
	Hours   [monthsShown]int64 // millionths of an hour of paid work that was not refused or replaced
	Care    [monthsShown]int64 // likewise of care work
	Love    [monthsShown]int64 // likewise of love work
	Valued  [monthsShown]int64 // validated value, millionths of the currency
	People  int                // who contributed in the last three months
	Waiting int                // contributions that wait for validation, of any age
}

// Now are the paid hours of the present month.
func (p *Pulse) now(series [monthsShown]int64) int64 { return series[monthsShown-1] }

// pulse reads the columns once. An empty person asks for everybody.
func (c *Columns) pulse(now time.Time, zone *time.Location, person, project store.ID) (out Pulse) {
	l := &c.Ledger
	m := monthsUpTo(now, zone)
	only := Filter{Person: person, Project: project}.compile(l)
	if only.never {
		return out
	}
	unit, use := timeUnits(l), machines(l)
	seen := make([]bool, len(l.People))
	for i, day := range l.Day {
		if !only.matches(l, i) {
			continue
		}
		state := l.Flags[i] & allStates
		if state == 0 {
			out.Waiting++
		}
		if state == equation.Rejected || state == equation.Superseded {
			continue
		}
		at := m.of(day)
		if at < 0 {
			continue
		}
		if at >= monthsShown-3 && !seen[l.Person[i]] {
			seen[l.Person[i]] = true
			out.People++
		}
		out.count(l, i, at, unit[l.Unit[i]], use[l.Kind[i]])
	}
	return out
}

// count adds a row to its month.
func (p *Pulse) count(l *equation.Ledger, i, at int, unit quantity.Unit, machine bool) {
	switch unit {
	case quantity.Hour:
		if !machine {
			p.Hours[at] += l.Quantity[i]
		}
	case quantity.CareHour:
		p.Care[at] += l.Quantity[i]
	case quantity.LoveHour:
		p.Love[at] += l.Quantity[i]
	}
	if l.Flags[i]&equation.Validated != 0 && l.Value[i] != equation.Missing {
		p.Valued[at] += l.Value[i]
	}
}

// timeUnits tells for each unit of the ledger which time it counts; "" for others.
func timeUnits(l *equation.Ledger) []quantity.Unit {
	out := make([]quantity.Unit, len(l.Units))
	for i, u := range l.Units {
		if isTime(quantity.Unit(u)) {
			out[i] = quantity.Unit(u)
		}
	}
	return out
}

// Pulse returns the state of a person's contributions, or of everybody's.
func (p *Practice) Pulse(r *store.Snapshot, person, project store.ID) (out Pulse, err error) {
	s, err := settings.Get(r)
	if err != nil {
		return out, err
	}
	err = p.Columns(r, func(c *Columns) error {
		out = c.pulse(r.Now(), s.Zone, person, project)
		return nil
	})
	return out, err
}

// trend is a series as a sparkline draws it; nil when there is nothing to see.
func trend(series [monthsShown]int64) []float64 {
	if !slices.ContainsFunc(series[:], func(v int64) bool { return v != 0 }) {
		return nil
	}
	out := make([]float64, monthsShown)
	for i, v := range series {
		out[i] = float64(v) / float64(quantity.Scale) // drawn, never computed with
	}
	return out
}
