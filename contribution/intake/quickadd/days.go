package quickadd

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// relative are the words for days near today, folded, in five languages.
var relative = map[string]int{
	"today": 0, "yesterday": -1, "the day before yesterday": -2, "day before yesterday": -2, "tomorrow": 1, "last night": -1, "this morning": 0, "tonight": 0,
	"vandaag": 0, "gisteren": -1, "eergisteren": -2, "morgen": 1, "gisteravond": -1, "vanmorgen": 0, "vanochtend": 0,
	"heute": 0, "gestern": -1, "vorgestern": -2,
	"aujourd'hui": 0, "aujourd’hui": 0, "hier": -1, "avant-hier": -2, "demain": 1, "ce matin": 0,
	"hoy": 0, "ayer": -1, "anteayer": -2, "antes de ayer": -2, "manana": 1, "anoche": -1,
}

// weekdays are their names, folded, Sunday first.
var weekdays = names(
	"sunday sun zondag zo sonntag so dimanche domingo",
	"monday mon maandag ma montag lundi lunes",
	"tuesday tue dinsdag di dienstag mardi martes",
	"wednesday wed woensdag wo mittwoch mercredi miercoles",
	"thursday thu donderdag do donnerstag jeudi jueves",
	"friday fri vrijdag vr freitag vendredi viernes",
	"saturday sat zaterdag za samstag sonnabend samedi sabado")

// shortDays are only days after a word that says so: "so" and "do" are words.
var shortDays = set("sun mon sat zo ma di wo do vr za so")

// months are their names, folded, January first.
var months = names(
	"january jan januari januar janvier enero", "february feb februari februar fevrier febrero", "march mar maart marz mars marzo",
	"april apr avril abril", "may mei mai mayo", "june jun juni juin junio", "july jul juli juillet julio", "august aug augustus aout agosto",
	"september sep sept septembre septiembre", "october oct oktober okt octobre octubre", "november nov novembre noviembre", "december dec dezember dez decembre diciembre")

func names(lists ...string) map[string]int {
	out := map[string]int{}
	for i, list := range lists {
		for w := range strings.FieldsSeq(list) {
			out[w] = i
		}
	}
	return out
}

var (
	lastWords = set("last vorige afgelopen laatste letzten letzter letzte letztes vergangenen dernier derniere pasado pasada ultimo")
	dayUnits  = map[string]int{"day": 1, "days": 1, "dag": 1, "dagen": 1, "tag": 1, "tage": 1, "tagen": 1, "jour": 1, "jours": 1, "dia": 1, "dias": 1,
		"week": 7, "weeks": 7, "weken": 7, "woche": 7, "wochen": 7, "semaine": 7, "semaines": 7, "semana": 7, "semanas": 7}
	onWords = set("on op am le el la")
)

// setDay records a day, once, and doubts one that is still to come.
func (p *parser) setDay(i, n int, day time.Time) int {
	text := day.Format(time.DateOnly)
	if slices.ContainsFunc(p.Spans, func(s Span) bool { return s.Meaning == Day }) {
		p.doubtWords(i, n, "the line names two days, %s and %s; write one line for each", p.Draft.Day, text)
	} else {
		p.Draft.Day = text
		if day.After(p.today) {
			p.doubtWords(i, n, "%s is still to come; log it when it is done", text)
		}
	}
	return p.span(i, n, Day, text)
}

// relativeDay reads "yesterday", "3 days ago", "last tuesday".
func (p *parser) relativeDay(i int) int {
	for n := min(4, len(p.words)-i); n >= 1; n-- {
		said := p.folded(i, n)
		if offset, ok := relative[said]; ok && (said != "hier" || p.isFrench()) {
			return p.setDay(i, n, p.today.AddDate(0, 0, offset))
		}
	}
	if n, days := p.ago(i); n > 0 {
		return p.setDay(i, n, p.today.AddDate(0, 0, -days))
	}
	return p.weekday(i)
}

// isFrench tells the French yesterday from the Dutch and German "here".
func (p *parser) isFrench() bool {
	base, _ := p.lang.Base()
	return base.String() == "fr"
}

// ago reads "3 days ago", "3 dagen geleden", "vor 3 Tagen", "il y a 3 jours",
// "hace 3 dias".
func (p *parser) ago(i int) (words, days int) {
	count := func(at int) (int, bool) {
		if at+1 >= len(p.words) {
			return 0, false
		}
		n, err := strconv.Atoi(p.words[at].folded)
		unit, ok := dayUnits[p.words[at+1].folded]
		return n * unit, err == nil && ok && n >= 0 && n <= 1000
	}
	if d, ok := count(i); ok && (p.folded(i+2, 1) == "ago" || p.folded(i+2, 1) == "geleden") {
		return 3, d
	}
	for _, before := range []string{"vor", "il y a", "hace"} {
		k := len(strings.Fields(before))
		if p.folded(i, k) == before {
			if d, ok := count(i + k); ok {
				return k + 2, d
			}
		}
	}
	return 0, 0
}

// weekday reads "tuesday", "on tuesday", "last tuesday", "mardi dernier".
func (p *parser) weekday(i int) int {
	first := p.words[i].folded
	at, n, last, said := i, 1, false, false
	switch {
	case lastWords[first]:
		at, n, last, said = i+1, 2, true, true
	case onWords[first]:
		at, n, said = i+1, 2, true
	}
	if at >= len(p.words) {
		return 0
	}
	name := p.words[at].folded
	day, ok := weekdays[name]
	if !ok || (shortDays[name] && !said) {
		return 0
	}
	if lastWords[p.folded(at+1, 1)] {
		last, n = true, n+1
	}
	back := (int(p.today.Weekday()) - day + 7) % 7
	if last && back == 0 {
		back = 7
	}
	return p.setDay(i, n, p.today.AddDate(0, 0, -back))
}

// calendarDay reads "2026-03-02", "2 march", "march 2nd", "2 de marzo", "2/3".
func (p *parser) calendarDay(i int) int {
	n := 0
	if onWords[p.words[i].folded] && i+1 < len(p.words) && startsWithDigit(p.words[i+1].folded) {
		n, i = 1, i+1
	}
	if used := p.bareDay(i, n); used > 0 {
		return used + n
	}
	return 0
}

// bareDay reads a day at word i; before is how many small words belong to it.
func (p *parser) bareDay(i, before int) int {
	first := p.words[i].folded
	if d, err := time.Parse(time.DateOnly, first); err == nil {
		return p.setDay(i-before, 1+before, d) - before
	}
	if parts := strings.FieldsFunc(first, func(r rune) bool { return r == '/' }); len(parts) > 1 && len(parts) <= 3 && allNumbers(parts) {
		p.doubtWords(i, 1, "%q can be two days; write it like 2 March or 2026-03-02", first)
		return p.span(i, 1, Day, "")
	}
	if day, ok := dayNumber(first); ok {
		at := i + 1
		if p.folded(at, 1) == "de" || p.folded(at, 1) == "of" {
			at++
		}
		if month, ok := months[strings.TrimSuffix(p.folded(at, 1), ".")]; ok {
			return p.monthDay(i, at-i+1, before, month, day)
		}
	}
	if month, ok := months[first]; ok {
		if day, ok := dayNumber(p.folded(i+1, 1)); ok && before == 0 {
			return p.monthDay(i, 2, 0, month, day)
		}
	}
	return 0
}

func allNumbers(parts []string) bool {
	return !slices.ContainsFunc(parts, func(s string) bool { _, err := strconv.Atoi(s); return err != nil })
}

// dayNumber reads 2, 2., 2nd, 2e, 1er.
func dayNumber(text string) (int, bool) {
	for _, tail := range []string{"st", "nd", "rd", "th", "er", "e", "."} {
		if rest, ok := strings.CutSuffix(text, tail); ok {
			text = rest
			break
		}
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 1 && n <= 31 && len(text) <= 2
}

// monthDay sets the most recent such day, or that of a year that follows.
func (p *parser) monthDay(i, n, before, month, day int) int {
	year, stated := p.today.Year(), false
	if y, err := strconv.Atoi(p.folded(i+n, 1)); err == nil && y >= 1970 && y <= 2100 {
		year, stated, n = y, true, n+1
	}
	at := time.Date(year, time.Month(month+1), day, 0, 0, 0, 0, time.UTC)
	if !stated && at.After(p.today) {
		at = time.Date(year-1, time.Month(month+1), day, 0, 0, 0, 0, time.UTC)
	}
	if at.Day() != day {
		p.doubtWords(i, n, "there is no day %d in that month", day)
		p.span(i-before, n+before, Day, "")
		return n
	}
	p.setDay(i-before, n+before, at)
	return n
}
