package web

import (
	"fmt"
	"time"

	"golang.org/x/text/language"

	"commonweal/platform/store"
)

// months are the abbreviated names of months of CLDR, as dates write them;
// x/text formats no dates.
var months = map[string][12]string{
	"en": {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	"nl": {"jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"},
	"de": {"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."},
	"fr": {"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."},
	"es": {"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"},
}

// monthName is the short name of a month; English where we have none.
func monthName(m time.Month, tag language.Tag) string {
	base, _ := tag.Base()
	names, ok := months[base.String()]
	if !ok {
		names = months["en"]
	}
	return names[m-1]
}

// localDay writes a day: "31 Mar 2026".
func localDay(t time.Time, tag language.Tag) string {
	return fmt.Sprintf("%d %s %d", t.Day(), monthName(t.Month(), tag), t.Year())
}

// Month writes the month of a day for the axis of a chart: "Mar 2026".
func (q *Request) Month(day time.Time) string {
	return monthName(day.Month(), q.Lang) + day.Format(" 2006")
}

// Day writes the day of a moment in the reader's zone: "31 Mar 2026".
func (q *Request) Day(t time.Time) string { return localDay(t.In(q.Zone), q.Lang) }

// moment reads what a template calls a time: time.Time, microseconds, or a
// day as YYYY-MM-DD (whole is true).
func moment(v any) (t time.Time, whole bool, err error) {
	switch v := v.(type) {
	case time.Time:
		return v, false, nil
	case int64:
		return store.Time(v), false, nil
	case string:
		t, err := time.Parse(DayFormat, v)
		return t, true, err
	}
	return time.Time{}, false, fmt.Errorf("%T is no time; give time.Time, microseconds or YYYY-MM-DD", v)
}
