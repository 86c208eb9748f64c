package timesheet

import (
	"strconv"
	"strings"
	"time"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
)

// readDate reads a date of digits: three numbers with one kind of sign between
// them, or eight digits. A time after it is left alone.
func readDate(text string, order Order) (time.Time, error) {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "T")
	text, _, _ = strings.Cut(text, " ")
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(parts) == 1 && len(text) == 8 {
		parts = []string{text[:4], text[4:6], text[6:]}
	}
	if len(parts) != 3 || strings.Count(text, "-")*strings.Count(text, "/") != 0 {
		return time.Time{}, badDate(text)
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || len(p) > 4 || p[0] == '+' {
			return time.Time{}, badDate(text)
		}
		n[i] = v
	}
	if len(parts[0]) == 4 || order == YearMonthDay {
		return civil(text, century(n[0], parts[0]), n[1], n[2])
	}
	year := century(n[2], parts[2])
	if order == Unsaid {
		if n[0] <= 12 && n[1] <= 12 && n[0] != n[1] {
			return time.Time{}, fault.Invalidf("intake.ambiguous_date", "date", "%q can be %s or %s; choose day first or month first for this file",
				text, date(year, n[1], n[0]).Format("2 January 2006"), date(year, n[0], n[1]).Format("2 January 2006"))
		}
		if order = DayMonthYear; n[1] > 12 {
			order = MonthDayYear
		}
	}
	if order == MonthDayYear {
		return civil(text, year, n[0], n[1])
	}
	return civil(text, year, n[1], n[0])
}

// century puts years of two digits into this century.
func century(year int, digits string) int {
	if len(digits) == 2 {
		return 2000 + year
	}
	return year
}

func date(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// civil refuses days that no calendar has, and years that are slips.
func civil(text string, year, month, day int) (time.Time, error) {
	d := date(year, month, day)
	if d.Year() != year || int(d.Month()) != month || d.Day() != day {
		return time.Time{}, badDate(text)
	}
	if year < 1970 || year > 2100 {
		return time.Time{}, fault.Invalidf("intake.year", "date", "%q is in the year %d; a timesheet lies between 1970 and 2100", intake.Show(text), year)
	}
	return d, nil
}

func badDate(text string) error {
	return fault.Invalidf("intake.date", "date", "%q is not a date; write it like 2026-03-14", intake.Show(text))
}

// readClock reads a time of day: 9:05, 09:05:30, 9.05, 9:05 PM.
func readClock(text string) (time.Duration, error) {
	body := strings.ToUpper(strings.TrimSpace(text))
	for _, layout := range []string{"15:04", "15:04:05", "3:04 PM", "3:04:05 PM", "3:04PM", "3:04:05PM", "15.04", "15H04"} {
		if t, err := time.Parse(layout, body); err == nil {
			return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second, nil
		}
	}
	return 0, fault.Invalidf("intake.clock", "start_time", "%q is not a time of day; write it like 14:30", intake.Show(text))
}

// on puts a time of day on a day, on the clock of a zone.
func on(day time.Time, clock time.Duration, zone *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), int(clock/time.Hour), int(clock/time.Minute)%60, int(clock/time.Second)%60, 0, zone)
}
