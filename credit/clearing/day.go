package clearing

import (
	"fmt"
	"math"
	"time"
)

// Day is a day of the calendar as a number that sorts: 20260331. Zero is no
// day, and comes last where the oldest comes first.
type Day int32

// ParseDay reads a day as YYYY-MM-DD; no text is no day.
func ParseDay(text string) (Day, bool) {
	if text == "" {
		return 0, true
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1 {
		return 0, false
	}
	return Day(t.Year()*10000 + int(t.Month())*100 + t.Day()), true
}

// String writes the day as YYYY-MM-DD, and no day as nothing.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100)
}

func (d Day) valid() bool {
	if d == 0 {
		return true
	}
	again, ok := ParseDay(d.String())
	return d > 0 && ok && again == d
}

// age sorts days: the oldest first, no day last.
func (d Day) age() int32 {
	if d == 0 {
		return math.MaxInt32
	}
	return int32(d)
}

// number counts days, so that they can be subtracted; no day is as given.
func (d Day) number(none int32) int32 {
	if d == 0 {
		return none
	}
	t := time.Date(int(d/10000), time.Month(d/100%100), int(d%100), 0, 0, 0, 0, time.UTC)
	return int32(t.Unix()/(24*60*60)) + daysBefore1970
}

// daysBefore1970 makes the number of every day of the calendar positive.
const daysBefore1970 = 720_000
