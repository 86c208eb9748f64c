package quickadd_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"commonweal/contribution/intake/quickadd"
)

// now is a Tuesday evening in Amsterdam, and already Wednesday in Tokyo.
var now = time.Date(2026, 3, 10, 20, 30, 0, 0, time.UTC)

var amsterdam, _ = time.LoadLocation("Europe/Amsterdam")

var known = quickadd.Known{
	People:   []quickadd.Named{{ID: "p1", Names: []string{"Noor Voorbeeld", "noor"}}, {ID: "p2", Names: []string{"Bo"}}, {ID: "p3", Names: []string{"bo"}}},
	Projects: []quickadd.Named{{ID: "j1", Names: []string{"Workshop"}}, {ID: "j2", Names: []string{"Cargo bike", "bike"}}},
}

func say(r quickadd.Result) string {
	d := r.Draft
	out := fmt.Sprintf("%s %s %s", d.Kind, d.Quantity, d.Day)
	for _, extra := range []string{d.Project, d.Person.ID} {
		if extra != "" {
			out += " " + extra
		}
	}
	if d.Rate != nil {
		out += fmt.Sprintf(" rate %s", d.Rate)
	}
	if d.Value != nil && d.Kind != "purchase" && d.Kind != "money" {
		out += fmt.Sprintf(" value %s", d.Value)
	}
	return out + fmt.Sprintf(" %q", d.Subject+d.Note)
}

func TestLinesPeopleWrite(t *testing.T) {
	en, nl, de, fr, es := language.English, language.Dutch, language.German, language.French, language.Spanish
	for _, c := range []struct {
		lang       language.Tag
		text, want string
	}{
		{en, "2.5h sanding the frame yesterday", `work 2.5 hour 2026-03-09 "sanding the frame"`},
		{en, "90 min meeting last tuesday #workshop @noor", `work 1.5 hour 2026-03-03 j1 p1 "meeting"`},
		{en, "€12.50 screws", `purchase 12.5 EUR 2026-03-10 "screws"`},
		{en, "3 kg apples", `goods 3 kilogram 2026-03-10 "apples"`},
		{en, "on tuesday 1:30 welding, then tea #cargo bike", `work 1.5 hour 2026-03-10 j2 "welding, then tea"`},
		{en, "1 h 30 min at €12/h gluing", `work 1.5 hour 2026-03-10 rate 12 EUR "gluing"`},
		{en, "500g flour €2", `goods 500 gram 2026-03-10 value 2 EUR "flour"`},
		{en, "€20 donation for the roof 2 march", `money 20 EUR 2026-03-02 "donation for the roof"`},
		{en, "2h 3 days ago", `work 2 hour 2026-03-07 ""`},
		{en, "december 24th 2h wrapping", `work 2 hour 2025-12-24 "wrapping"`},
		{en, "45m sweeping 2026-02-28", `work 0.75 hour 2026-02-28 "sweeping"`},
		{nl, "2,5 uur frame schuren gisteren", `work 2.5 hour 2026-03-09 "frame schuren"`},
		{nl, "3 dagen geleden 1 uur vergaderen #workshop", `work 1 hour 2026-03-07 j1 "vergaderen"`},
		{nl, "12,50 euro schroeven vorige vrijdag", `purchase 12.5 EUR 2026-03-06 "schroeven"`},
		{nl, "2u hier opgeruimd", `work 2 hour 2026-03-10 "hier opgeruimd"`},
		{de, "1,5 Stunden Rahmen geschliffen vorgestern", `work 1.5 hour 2026-03-08 "Rahmen geschliffen"`},
		{de, "vor 2 Tagen 90 Min. Sitzung", `work 1.5 hour 2026-03-08 "Sitzung"`},
		{de, "3 kg Äpfel am Montag", `goods 3 kilogram 2026-03-09 "Äpfel"`},
		{fr, "2h ponçage hier", `work 2 hour 2026-03-09 "ponçage"`},
		{fr, "il y a 3 jours 12,50 € de vis", `purchase 12.5 EUR 2026-03-07 "vis"`},
		{fr, "1h30 réunion mardi dernier", `work 1.5 hour 2026-03-03 "réunion"`},
		{es, "2,5 horas lijando ayer", `work 2.5 hour 2026-03-09 "lijando"`},
		{es, "hace 2 días 3 kg de manzanas", `goods 3 kilogram 2026-03-08 "manzanas"`},
		{es, "2 horas el 2 de marzo reunión", `work 2 hour 2026-03-02 "reunión"`},
	} {
		r := quickadd.Parse(c.text, c.lang, now, amsterdam, known)
		if got := say(r); got != c.want || !r.Complete() {
			t.Errorf("%s (%s):\n got %s %v\nwant %s", c.text, c.lang, got, r.Doubts, c.want)
		}
	}
}

func TestInvariant3DoubtsAreSaid(t *testing.T) {
	for text, part := range map[string]string{
		"sanding":                 "no amount",
		"3 sanding":               "no unit",
		"2h and 3h":               "two quantities",
		"2h yesterday today":      "two days",
		"2h tomorrow":             "still to come",
		"2h 3/4":                  "two days",
		"2h @nobody":              "nobody and nothing here",
		"2h @bo":                  "2 are called",
		"2h #workshop #bike":      "two projects",
		"€1 €2 screws":            "two sums",
		"2h 31 february":          "no day 31",
		"2 days digging":          "working days",
		"0h nothing":              "more than zero",
		strings.Repeat("x", 3000): "at most",
	} {
		r := quickadd.Parse(text, language.English, now, amsterdam, known)
		found := false
		for _, d := range r.Doubts {
			found = found || strings.Contains(d.String(), part)
		}
		if !found || r.Complete() {
			t.Errorf("%.40q: doubts %v, want one with %q", text, r.Doubts, part)
		}
	}
}

func TestTodayIsTheWritersDay(t *testing.T) {
	tokyo := time.FixedZone("Tokyo", 9*3600)
	if got := quickadd.Parse("1h", language.English, now, tokyo, known).Draft.Day; got != "2026-03-11" {
		t.Errorf("in Tokyo it is %s", got)
	}
}

// FuzzParse checks invariant 1 on anything.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"2.5h sanding yesterday", "il y a 3 jours 12,50 € de vis", "€ 1/h per hour @noor #", "1:30 2/3/4 31. february", "\xff 9999999999999h -3 kg", "@ # € / . 3. march 0kg"} {
		f.Add(s, byte(1))
	}
	f.Fuzz(func(t *testing.T, text string, lang byte) {
		tags := []language.Tag{language.English, language.Dutch, language.German, language.French, language.Spanish}
		r := quickadd.Parse(text, tags[int(lang)%len(tags)], now, amsterdam, known)
		end := 0
		for _, s := range r.Spans {
			if s.From < end || s.To <= s.From || s.To > len(text) {
				t.Fatalf("%q: spans %+v overlap or leave the text", text, r.Spans)
			}
			end = s.To
		}
		for _, d := range r.Doubts {
			if d.From < 0 || d.To > len(text) || d.From > d.To {
				t.Fatalf("%q: doubt %+v leaves the text", text, d)
			}
		}
		if r.Draft.Quantity.Sign() < 0 || !utf8.ValidString(r.Draft.Note) {
			t.Fatalf("%q gives %+v", text, r.Draft)
		}
	})
}
