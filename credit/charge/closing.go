package charge

import (
	"cmp"
	"slices"
	"time"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Stretch is a number of days in a row that closed with the same balance.
type Stretch struct {
	Balance Micros `json:"balance"`
	Days    int64  `json:"days"`
}

// Posting is a change of a balance at a moment.
type Posting struct {
	At     time.Time
	Change Micros
}

// daysLimit is the longest period, a century.
const daysLimit = 36_525

// Closings are the closing balances of days in a row, from the first day
// (YYYY-MM-DD) on, in the zone of the commons, days of equal balance together.
// The postings are those of these days, in any order: a posting counts for the
// day that the clock on the wall showed, so that summer time changes nothing.
func Closings(zone *time.Location, first string, days int64, opening Micros, postings []Posting) ([]Stretch, error) {
	start, err := time.Parse(time.DateOnly, first)
	if err != nil || days < 1 || days > daysLimit {
		return nil, fault.Invalidf("charge.days", "days", "%d days from %.20q on are no period; write 1 to %d days from a day as YYYY-MM-DD", days, first, daysLimit)
	}
	changes := make(map[int64]Micros)
	for _, p := range postings {
		y, m, d := p.At.In(zone).Date()
		on := int64(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Sub(start) / (24 * time.Hour))
		if on < 0 || on >= days {
			return nil, fault.Invalidf("charge.days", "postings", "a posting of %04d-%02d-%02d is outside the %d days from %s on", y, m, d, days, first)
		}
		sum, err := quantity.AddMicros(int64(changes[on]), int64(p.Change))
		if err != nil {
			return nil, err
		}
		changes[on] = Micros(sum)
	}
	return stretches(opening, days, changes)
}

// stretches runs through the days on which a balance changed.
func stretches(balance Micros, days int64, changes map[int64]Micros) ([]Stretch, error) {
	if !balance.within(-Largest, Largest) {
		return nil, errBalance(balance)
	}
	var out []Stretch
	since := int64(0)
	for _, c := range sorted(changes) {
		out = closed(out, balance, c.day-since)
		if !c.change.within(-2*Largest, 2*Largest) || !(balance+c.change).within(-Largest, Largest) {
			return nil, errBalance(c.change)
		}
		balance, since = balance+c.change, c.day
	}
	return closed(out, balance, days-since), nil
}

// closed adds days that closed with a balance.
func closed(out []Stretch, balance Micros, days int64) []Stretch {
	last := len(out) - 1
	switch {
	case days == 0:
		return out
	case last >= 0 && out[last].Balance == balance:
		out[last].Days += days
		return out
	}
	return append(out, Stretch{balance, days})
}

type dayChange struct {
	day    int64
	change Micros
}

func sorted(changes map[int64]Micros) []dayChange {
	out := make([]dayChange, 0, len(changes))
	for day, change := range changes {
		out = append(out, dayChange{day, change})
	}
	slices.SortFunc(out, func(a, b dayChange) int { return cmp.Compare(a.day, b.day) })
	return out
}

func errBalance(m Micros) error {
	return fault.Invalidf("charge.balance", "balance", "%s is out of bounds; a balance, a change and a sum lie within %s either way", m, Largest)
}
