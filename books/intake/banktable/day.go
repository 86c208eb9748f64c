package banktable

import (
	"strconv"
	"strings"

	"commonweal/books/intake"
	"commonweal/platform/fault"
)

// readDay reads three numbers with one kind of sign between them, or eight
// digits with the year in front. A time behind it is left alone.
func readDay(text string, order Order) (string, error) {
	day, _, _ := strings.Cut(strings.TrimSpace(text), "T")
	day, _, _ = strings.Cut(day, " ")
	if len(day) == 8 && strings.Trim(day, "0123456789") == "" {
		day = day[:4] + "-" + day[4:6] + "-" + day[6:]
	}
	at := strings.IndexAny(day, "-/.")
	if at < 0 {
		return "", intake.BadDay(text)
	}
	parts := strings.Split(day, day[at:at+1])
	if len(parts) != 3 {
		return "", intake.BadDay(text)
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.ParseUint(p, 10, 16)
		if err != nil || len(p) > 4 || i == 1 && len(p) > 2 {
			return "", intake.BadDay(text)
		}
		n[i] = int(v)
	}
	if len(parts[0]) == 4 {
		return intake.Day(text, n[0], n[1], n[2])
	}
	year := n[2]
	if len(parts[2]) == 2 {
		year += 2000
	}
	switch {
	case order == DayMonthYear:
		return intake.Day(text, year, n[1], n[0])
	case order == MonthDayYear:
		return intake.Day(text, year, n[0], n[1])
	case n[0] > 12 || n[0] == n[1]:
		return intake.Day(text, year, n[1], n[0])
	case n[1] > 12:
		return intake.Day(text, year, n[0], n[1])
	}
	return "", fault.Invalidf("books.ambiguous_day", "day", "%q can be two days; say whether the table writes the day or the month first", intake.Show(text))
}
