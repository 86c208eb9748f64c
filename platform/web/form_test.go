package web

import (
	"bytes"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// formRoutes log hours: the handler of the manual, in small.
func formRoutes(got func(q *Request, micros int64)) []Route {
	page := func(q *Request) error {
		q.Form().Default("hours", "1")
		return q.Render(Page{Template: "trial/form.html", Title: "Log", Data: q.Form()})
	}
	return []Route{
		{Pattern: "GET /c/{commons}/trial/log", Needs: canLog, Handle: page},
		{Pattern: "POST /c/{commons}/trial/log", Needs: canLog, Handle: func(q *Request) error {
			f := q.Form()
			hours := f.Amount("hours", "hour", Required)
			f.Text("note", Max(10))
			if f.OK() && hours.Micros > 24_000_000 && !f.Blame(fault.Invalidf("trial.too_many", "hours", "a day has 24 hours")) {
				t := "unreachable: an Invalid fault belongs to the form"
				panic(t)
			}
			if !f.OK() {
				return page(q)
			}
			got(q, hours.Micros)
			return q.Redirect(q.Path("trial"), "trial.saved", "what", hours)
		}},
	}
}

func TestAmountsAreReadInTheReadersLanguage(t *testing.T) {
	var micros int64
	s := newShell(t, trial(formRoutes(func(_ *Request, n int64) { micros = n })...))
	for lang, text := range map[string]string{"nl": "2,5", "en": "2.5", "en-GB": "2:30"} {
		micros = 0
		res, body := send(t, s, ask{method: "POST", path: "/c/open/trial/log", as: member,
			form: url.Values{"hours": {text}}, header: map[string]string{"Accept-Language": lang}})
		if res.StatusCode != http.StatusSeeOther || micros != 2_500_000 {
			t.Errorf("%s %q: %d, %d millionths\n%s", lang, text, res.StatusCode, micros, body)
		}
	}
}

func TestInvariant4NothingTypedIsLost(t *testing.T) {
	s := newShell(t, trial(formRoutes(func(*Request, int64) { t.Error("a wrong form was taken") })...))
	rapid.Check(t, func(rt *rapid.T) {
		hours := rapid.SampledFrom([]string{"", "many", "1e9", "25", "-", "2.5.5"}).Draw(rt, "hours")
		note := rapid.StringOfN(rapid.RuneFrom([]rune(`aé<>"'&{}
`)), 11, 40, -1).Draw(rt, "note")
		res, body := send(t, s, ask{method: "POST", path: "/c/open/trial/log", as: member,
			form: url.Values{"hours": {hours}, "note": {note}, KeyField: {"k1"}}, header: map[string]string{"Accept-Language": "en"}})
		if res.StatusCode != http.StatusUnprocessableEntity {
			rt.Fatalf("%q is taken: %d", hours, res.StatusCode)
		}
		text := html.UnescapeString(body)
		for _, kept := range []string{`name="hours" value="` + hours + `"`, ">" + note + "</textarea>", `value="k1"`} {
			if !strings.Contains(text, kept) {
				rt.Fatalf("%q is lost in\n%s", kept, body)
			}
		}
		if !strings.Contains(body, `href="#f-hours">Hours: `) && !strings.Contains(body, `href="#f-note">Note: `) {
			rt.Fatalf("the summary names no field:\n%s", body)
		}
	})
}

func TestErrorsStandBesideTheirFields(t *testing.T) {
	s := newShell(t, trial(formRoutes(func(*Request, int64) {})...))
	_, body := send(t, s, ask{method: "POST", path: "/c/open/trial/log", as: member, form: url.Values{"hours": {"veel"}},
		header: map[string]string{"Accept-Language": "nl"}})
	for _, want := range []string{
		`aria-describedby="f-hours-error" aria-invalid="true"`,
		`<a href="#f-hours">Hours: “veel” is geen duur. Schrijf 2,5, 2:30 of 90 min.</a>`,
		`<title>Fout: Log · Open Bikes · Commonweal</title>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
}

func TestInvariant5Idempotency(t *testing.T) {
	s := newShell(t)
	key := func(v url.Values) string {
		r := httptest.NewRequest("POST", "/", strings.NewReader(v.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return (&Request{R: r, shell: s}).Idempotency()
	}
	rapid.Check(t, func(rt *rapid.T) {
		v := url.Values{KeyField: {rapid.StringMatching("[a-z0-9]{26}").Draw(rt, "key")}}
		for _, name := range rapid.SliceOfNDistinct(rapid.StringMatching("[a-z]{1,5}"), 1, 4, rapid.ID).Draw(rt, "names") {
			v[name] = rapid.SliceOfN(rapid.String(), 1, 3).Draw(rt, name)
		}
		once := key(v)
		if once == "" || len(once) > 200 || key(v) != once {
			rt.Fatalf("the same form gives %q, then %q", once, key(v))
		}
		for name := range v {
			old := v[name]
			v[name] = append([]string{old[0] + "x"}, old[1:]...)
			if key(v) == once {
				rt.Fatalf("changing %s does not change the key", name)
			}
			v[name] = old
		}
	})
	if k := key(url.Values{"a": {"1"}}); k != "" {
		t.Errorf("a form without a key gives %q", k)
	}
}

func TestFlashIsShownOnceAndCannotBeForged(t *testing.T) {
	routes := append(formRoutes(func(*Request, int64) {}), Route{Pattern: "GET /c/{commons}/trial", Needs: canSee, Handle: show})
	s := newShell(t, trial(routes...))
	res, _ := send(t, s, ask{method: "POST", path: "/c/open/trial/log", as: member, form: url.Values{"hours": {"3"}}})
	var flash *http.Cookie
	for _, c := range res.Cookies() {
		if c.Name == flashCookie {
			flash = c
		}
	}
	if flash == nil || !flash.HttpOnly || flash.SameSite != http.SameSiteLaxMode || res.Header.Get("Location") != "/c/open/trial" {
		t.Fatalf("no safe flash: %v, to %s", flash, res.Header.Get("Location"))
	}
	page := func(value string) (string, []*http.Cookie) {
		res, body := send(t, s, ask{path: "/c/open/trial", header: map[string]string{"Cookie": flashCookie + "=" + value}})
		return body, res.Cookies()
	}
	body, cookies := page(flash.Value)
	if !strings.Contains(body, "3\u00a0h bewaard") {
		t.Errorf("the message is not shown:\n%s", body)
	}
	if len(cookies) != 1 || cookies[0].MaxAge >= 0 {
		t.Errorf("the message would be shown again: %v", cookies)
	}
	for _, forged := range []string{"SGVsbG8.AAAA", "SGVsbG8", ".", strings.Replace(flash.Value, ".", "A.", 1)} {
		if body, _ := page(forged); strings.Contains(body, `class="flash"`) {
			t.Errorf("the forged message %q is shown", forged)
		}
	}
}

func TestUpload(t *testing.T) {
	var name string
	var first byte
	s := newShell(t, trial(Route{Pattern: "POST /c/{commons}/trial/up", Needs: canLog, Handle: func(q *Request) error {
		u, ok := q.Form().File("file", 100, Required)
		if !ok {
			return q.Form().Err()
		}
		r, err := u.Open()
		if err != nil {
			return err
		}
		defer r.Close()
		b := make([]byte, 1)
		if _, err := r.Read(b); err != nil {
			return err
		}
		name, first = u.Name, b[0]
		return q.JSON("ok")
	}}))
	up := func(size int) *http.Response {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		w, _ := m.CreateFormFile("file", "../../etc/hours.csv")
		w.Write(bytes.Repeat([]byte("x"), size))
		m.Close()
		r := httptest.NewRequest("POST", "/c/open/trial/up", &b)
		r.Header.Set("Content-Type", m.FormDataContentType())
		r.AddCookie(&http.Cookie{Name: "session", Value: member})
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, r)
		return rec.Result()
	}
	if res := up(100); res.StatusCode != 200 || name != "hours.csv" || first != 'x' {
		t.Errorf("a file that fits: %d, %q", res.StatusCode, name)
	}
	for _, size := range []int{0, 101} {
		if res := up(size); res.StatusCode != 422 {
			t.Errorf("a file of %d bytes: %d", size, res.StatusCode)
		}
	}
}

func TestFieldsRefuseWhatTheyAreNot(t *testing.T) {
	s := newShell(t)
	long := strings.Repeat("é", 10_001)
	cases := []struct {
		value, code string
		read        func(*Form)
	}{
		{"", "web.required", func(f *Form) { f.Text("x", Required) }},
		{"  \r\n ", "web.required", func(f *Form) { f.Text("x", Required) }},
		{long, "web.too_long", func(f *Form) { f.Text("x") }},
		{"a\x00b", "web.bad_text", func(f *Form) { f.Text("x") }},
		{"a\xffb", "web.bad_text", func(f *Form) { f.Text("x") }},
		{"2026-02-30", "web.bad_date", func(f *Form) { f.Date("x") }},
		{"yesterday", "web.bad_date", func(f *Form) { f.Date("x") }},
		{"2026-02-03 10:00", "web.bad_time", func(f *Form) { f.Time("x") }},
		{"x", "web.bad_choice", func(f *Form) { f.Choice("x", []string{"a", "b"}) }},
		{"0189", "web.bad_id", func(f *Form) { f.ID("x") }},
		{"0189", "web.bad_id", func(f *Form) { f.IDs("x") }},
		{"11", "web.bad_number", func(f *Form) { f.Int("x", 0, 10) }},
		{"1.5", "web.bad_number", func(f *Form) { f.Int("x", 0, 10) }},
		{"9999999999999999", "quantity.overflow", func(f *Form) { f.Amount("x", "EUR") }},
	}
	for _, c := range cases {
		r := httptest.NewRequest("GET", "/?x="+url.QueryEscape(c.value), nil)
		f := (&Request{R: r, shell: s, Lang: Languages[0]}).Form()
		c.read(f)
		if len(f.Faults()) != 1 || f.Faults()[0].Code != c.code || f.Faults()[0].Field != "x" {
			t.Errorf("%.20q: %v, want %s", c.value, f.Err(), c.code)
		}
	}
}

var keyInput = regexp.MustCompile(`name="_key" value="([a-z0-9]+)"`)

func TestEveryFormGetsItsOwnKey(t *testing.T) {
	s := newShell(t, trial(formRoutes(func(*Request, int64) {})...))
	seen := map[string]bool{}
	for range 20 {
		_, body := send(t, s, ask{path: "/c/open/trial/log", as: member})
		m := keyInput.FindStringSubmatch(body)
		if m == nil || len(m[1]) < 20 || seen[m[1]] {
			t.Fatalf("key %v in\n%s", m, body)
		}
		seen[m[1]] = true
	}
}

// Money is shown to its smallest coin and hours to two digits; what rounding
// would take away stays as it is, and Exact keeps everything.
func TestAmountsAsPeopleReadThem(t *testing.T) {
	q := &Request{Lang: language.English}
	for _, c := range []struct{ text, unit, amount, exact string }{
		{"22.3125", "EUR", "22.31", "€22.3125"}, {"-22.3150", "EUR", "-22.32", "-€22.315"}, {"12.5", "EUR", "12.50", "€12.50"},
		{"0.0625", "EUR", "0.0625", "€0.0625"}, {"0.3333", "EUR", "0.33", "€0.3333"}, {"1234.5", "JPY", "1,234", "¥1,234.5"},
		{"1.333333", "hour", "1.33", "1.333333 h"}, {"0.083333", "hour", "0.08", "0.083333 h"}, {"0.004", "hour", "0.004", "0.004 h"}, {"2", "hour", "2", "2 h"},
		{"3.1416", "kilogram", "3.1416", "3.1416 kg"},
	} {
		a := quantity.MustParse(c.text, quantity.Unit(c.unit))
		amount, exact := q.Amount(a), strings.ReplaceAll(q.Exact(a), "\u00a0", " ")
		if amount != c.amount || exact != c.exact {
			t.Errorf("%s %s is shown as %q and %q, want %q and %q", c.text, c.unit, amount, exact, c.amount, c.exact)
		}
	}
}

// Months and days of charts are written in the reader's language.
func TestMonthsOfCharts(t *testing.T) {
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for tag, want := range map[language.Tag]string{language.English: "Mar 2026", language.Dutch: "mrt 2026", language.French: "mars 2026", language.Finnish: "Mar 2026"} {
		q := &Request{Lang: tag, Zone: time.FixedZone("west", -3600)}
		if got := q.Month(day); got != want {
			t.Errorf("in %s the month is %q, want %q", tag, got, want)
		}
	}
	if got := (&Request{Lang: language.Dutch, Zone: time.FixedZone("west", -3600)}).Day(day); got != "28 feb 2026" {
		t.Errorf("the day is %q", got)
	}
}
