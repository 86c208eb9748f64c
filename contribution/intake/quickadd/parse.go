package quickadd

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// longest is more than a line needs.
const longest = 2000

// Named is a person or project that may be named in a line.
type Named struct {
	ID    string
	Names []string // full name, nickname, handle
}

// Known are the names that @ and # are looked up in. An identifier found there
// goes into the draft as Person.ID or Project.
type Known struct{ People, Projects []Named }

// Meaning is what a piece of the text was taken for.
type Meaning string

// The meanings.
const (
	Duration Meaning = "duration"
	Quantity Meaning = "quantity"
	Money    Meaning = "money"
	Rate     Meaning = "rate"
	Day      Meaning = "day"
	Person   Meaning = "person"
	Project  Meaning = "project"
)

// Span is a piece of the text and its meaning; From and To are byte offsets.
type Span struct {
	From, To int
	Meaning  Meaning
	Text     string // how it was read, canonically: "2.5 hour", "2026-03-02"
}

// Doubt is something that the writer should look at, and where it stands: the
// bytes of the line from From to before To.
type Doubt struct {
	From, To int
	fault.Wording
}

// Result is what a line was read as. Its Draft has no Key: whoever records it
// gives it one. A zero Draft.Quantity means that the line says no amount.
type Result struct {
	Draft  intake.Draft
	Spans  []Span
	Doubts []Doubt
}

// Complete reports whether the line can be recorded as it was read.
func (r Result) Complete() bool {
	return len(r.Doubts) == 0 && r.Draft.Quantity.Sign() > 0
}

// parser walks over the words of a line.
type parser struct {
	text  string
	lang  language.Tag
	words []word
	today time.Time
	known Known
	Result
	money, rate *quantity.Amount
	taken       []bool
}

// word is a piece between spaces, without the punctuation around it.
type word struct {
	from, to int
	folded   string
}

// Parse reads a line. now and zone say what "today" is; lang how numbers are
// written and which words are tried beside the English ones.
func Parse(text string, lang language.Tag, now time.Time, zone *time.Location, known Known) Result {
	p := &parser{text: text, lang: lang, known: known}
	local := now.In(zone)
	p.today = time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	p.Draft = intake.Draft{Day: p.today.Format(time.DateOnly), Source: intake.Provenance{Source: "quickadd"}}
	if len(text) > longest {
		p.doubt(0, len(text), "the line has %d characters; write at most %d", utf8.RuneCountInString(text), longest)
		return p.Result
	}
	p.words = split(text)
	p.taken = make([]bool, len(p.words))
	for i := 0; i < len(p.words); {
		i += max(1, p.at(i))
	}
	p.finish()
	return p.Result
}

func split(text string) []word {
	var out []word
	for from := 0; from < len(text); {
		rest := text[from:]
		gap := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsSpace(r) })
		if gap < 0 {
			break
		}
		from += gap
		size := strings.IndexFunc(text[from:], unicode.IsSpace)
		if size < 0 {
			size = len(text) - from
		}
		piece := text[from : from+size]
		w := word{from: from, to: from + len(strings.TrimRight(piece, ",;:!?.)"))}
		if w.to == w.from {
			w.to = from + size
		}
		w.folded = intake.Fold(text[w.from:w.to])
		out = append(out, w)
		from += size
	}
	return out
}

// at tries every reading at word i, longest first, and returns how many words
// it took.
func (p *parser) at(i int) int {
	for _, try := range []func(int) int{p.name, p.amountOfMoney, p.relativeDay, p.calendarDay, p.duration, p.physical} {
		if n := try(i); n > 0 {
			for k := i; k < i+n; k++ {
				p.taken[k] = true
			}
			return n
		}
	}
	return 0
}

// phrase returns words i to i+n as written; false when there are not so many,
// or punctuation lies between them.
func (p *parser) phrase(i, n int) (string, bool) {
	if i+n > len(p.words) {
		return "", false
	}
	return p.text[p.words[i].from:p.words[i+n-1].to], true
}

// folded is phrase for comparing with words.
func (p *parser) folded(i, n int) string {
	if i+n > len(p.words) {
		return ""
	}
	parts := make([]string, n)
	for k := range n {
		parts[k] = p.words[i+k].folded
	}
	return strings.Join(parts, " ")
}

func (p *parser) span(i, n int, m Meaning, text string) int {
	p.Spans = append(p.Spans, Span{p.words[i].from, p.words[i+n-1].to, m, text})
	return n
}

func (p *parser) doubt(from, to int, format string, args ...any) {
	p.Doubts = append(p.Doubts, Doubt{from, to, fault.Wording{Text: format, Values: args}})
}

func (p *parser) doubtWords(i, n int, format string, args ...any) {
	p.doubt(p.words[i].from, p.words[i+n-1].to, format, args...)
}

// name reads #project and @person, up to four words where the name is known.
func (p *parser) name(i int) int {
	sign := p.words[i].folded
	if len(sign) < 2 || (sign[0] != '#' && sign[0] != '@') {
		return 0
	}
	list, meaning := p.known.Projects, Project
	if sign[0] == '@' {
		list, meaning = p.known.People, Person
	}
	for n := min(4, len(p.words)-i); n >= 1; n-- {
		said := p.folded(i, n)[1:]
		found := slices.Collect(func(yield func(string) bool) {
			for _, named := range list {
				if slices.ContainsFunc(named.Names, func(s string) bool { return intake.Fold(s) == said }) && !yield(named.ID) {
					return
				}
			}
		})
		if len(found) == 1 {
			p.setName(meaning, i, n, found[0])
			return p.span(i, n, meaning, found[0])
		}
		if len(found) > 1 {
			p.doubtWords(i, n, "%d are called %q; write more of the name", len(found), said)
			return p.span(i, n, meaning, "")
		}
	}
	said, _ := p.phrase(i, 1)
	p.doubtWords(i, 1, "nobody and nothing here is called %q", said[1:])
	return p.span(i, 1, meaning, "")
}

func (p *parser) setName(m Meaning, i, n int, id string) {
	said, _ := p.phrase(i, n)
	before := p.Draft.Project
	if m == Person {
		before = p.Draft.Person.ID
		p.Draft.Person = intake.Identity{ID: id, Name: said[1:]}
	} else {
		p.Draft.Project = id
	}
	switch {
	case before == "" || before == id:
	case m == Person:
		p.doubtWords(i, n, "the line names two people; write one line for each")
	default:
		p.doubtWords(i, n, "the line names two projects; write one line for each")
	}
}

// duration reads "2.5h", "1:30", "90 min", "1 h 30 min": the most words that
// make one.
func (p *parser) duration(i int) int {
	if !startsWithDigit(p.words[i].folded) {
		return 0
	}
	for n := min(4, len(p.words)-i); n >= 1; n-- {
		text, _ := p.phrase(i, n)
		if isNumber(p.words[i+n-1].folded) {
			continue // a bare number is no duration here, nor the minutes of one: "2h 3 days ago"
		}
		a, err := quantity.ParseDuration(p.lang, text, quantity.Hour)
		if err != nil {
			if a, err = quantity.ParseDuration(language.English, text, quantity.Hour); err != nil {
				continue
			}
		}
		if p.countsDays(i, n) {
			p.doubtWords(i, n, "%q can be working days or %s; write the hours", text, a)
		}
		p.setQuantity(i, n, intake.Work, a)
		return p.span(i, n, Duration, a.String())
	}
	return 0
}

// countsDays reports whether a duration is given in days or weeks, whose
// working hours nobody but the writer knows.
func (p *parser) countsDays(i, n int) bool {
	return slices.ContainsFunc(p.words[i:i+n], func(w word) bool {
		unit := strings.TrimLeft(w.folded, "0123456789.,")
		return dayUnits[unit] > 0 || unit == "d" || unit == "wk"
	})
}

func isNumber(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || r == ':' })
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// setQuantity keeps the first quantity and doubts a second.
func (p *parser) setQuantity(i, n int, kind intake.Kind, a quantity.Amount) {
	if p.Draft.Kind != "" {
		p.doubtWords(i, n, "the line says two quantities, %s and %s; write one line for each", p.Draft.Quantity, a)
		return
	}
	if a.Sign() <= 0 {
		p.doubtWords(i, n, "%s is not an amount to record; write more than zero", a)
		return
	}
	p.Draft.Kind, p.Draft.Quantity = kind, a
}

// finish puts the pieces together: money beside hours or goods is their value.
func (p *parser) finish() {
	d := &p.Draft
	rest := p.rest()
	switch {
	case d.Kind == "" && p.money != nil:
		d.Kind, d.Quantity, d.Value = intake.Purchase, *p.money, p.money
		if slices.ContainsFunc(strings.Fields(intake.Fold(rest)), func(w string) bool { return giftWords[w] }) {
			d.Kind = intake.MoneyIn
		}
	case p.money != nil:
		d.Value = p.money
	case d.Kind == "":
		p.doubt(0, len(p.text), "the line says no amount; write hours (1:30, 2h), a sum (€ 12.50) or a quantity (3 kg)")
	}
	d.Rate = p.rate
	if d.Kind == intake.Goods {
		d.Subject = rest
	} else {
		d.Note = rest
	}
}

// rest is what no reading took, without the small words that stood before it.
func (p *parser) rest() string {
	var parts []string
	for i, w := range p.words {
		if p.taken[i] {
			continue
		}
		if startsWithDigit(w.folded) && p.Draft.Quantity.IsZero() && p.money == nil {
			p.doubtWords(i, 1, "%q has no unit; write it like 2h, € 2 or 2 kg", p.text[w.from:w.to])
		}
		end := w.to
		if i+1 < len(p.words) && !p.taken[i+1] {
			end = p.words[i+1].from
			end = w.to + len(strings.TrimRightFunc(p.text[w.to:end], unicode.IsSpace))
		}
		parts = append(parts, p.text[w.from:end])
	}
	for len(parts) > 0 && smallWords[intake.Fold(parts[0])] {
		parts = parts[1:]
	}
	for len(parts) > 0 && smallWords[intake.Fold(parts[len(parts)-1])] {
		parts = parts[:len(parts)-1]
	}
	return intake.Clean(strings.Join(parts, " "), longest)
}
