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

// localDay writes a day: "31 Mar 2026".
func localDay(t time.Time, tag language.Tag) string {
	base, _ := tag.Base()
	names, ok := months[base.String()]
	if !ok {
		names = months["en"]
	}
	return fmt.Sprintf("%d %s %d", t.Day(), names[t.Month()-1], t.Year())
}

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
