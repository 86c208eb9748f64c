package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/language"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

func TestPluralsAndPlaceholders(t *testing.T) {
	s := newShell(t, trial())
	say := func(tag language.Tag, key string, args ...any) string {
		return (&Request{shell: s, Lang: tag}).T(key, args...)
	}
	cases := []struct {
		tag  language.Tag
		args []any
		want string
	}{
		{language.English, []any{"n", 1}, "1 bike"},
		{language.English, []any{"n", 0}, "0 bikes"},
		{language.English, []any{"n", 1234567}, "1,234,567 bikes"},
		{language.Dutch, []any{"n", int64(1234567)}, "1.234.567 fietsen"},
		{language.Dutch, []any{"n", 1}, "1 fiets"},
		{language.German, []any{"n", 2}, "2 bikes"}, // this room has no German: English, never a key
	}
	for _, c := range cases {
		if got := say(c.tag, "trial.bikes", c.args...); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.tag, c.args, got, c.want)
		}
	}
	if got := say(language.English, "trial.saved", "what", "{what} {n}"); got != "Saved {what} {n}" {
		t.Errorf("a value is replaced again: %q", got)
	}
}

func TestLanguageIsTheReadersChoice(t *testing.T) {
	s := newShell(t, trial(Route{Pattern: "GET /c/{commons}/trial", Needs: canSee, Handle: show}))
	cases := []struct{ cookie, accept, want string }{
		{"", "", "nl"}, // the commons'
		{"", "en-US,en;q=0.9", "en"},
		{"nl", "en-US", "nl"},
		{"", "ja, nl;q=0.5", "nl"},
		{"xx-not-a-tag!", "en", "en"},
	}
	for _, c := range cases {
		header := map[string]string{"Accept-Language": c.accept}
		if c.cookie != "" {
			header["Cookie"] = "lang=" + c.cookie
		}
		res, body := send(t, s, ask{path: "/c/open/trial", header: header})
		if !strings.Contains(body, `<html lang="`+c.want+`"`) || res.Header.Get("Content-Language") != c.want {
			t.Errorf("cookie %q, browser %q: not %s", c.cookie, c.accept, c.want)
		}
	}
}

// The menu works for somebody whose account has a language, and a setting
// changed later wins over what was once chosen in the menu.
func TestMenuAndSetting(t *testing.T) {
	setting := "en"
	c := config(t, trial(Route{Pattern: "GET /c/{commons}/trial", Needs: canSee, Handle: show}))
	c.Resolve = func(r *http.Request, id store.ID) (Visitor, error) {
		v, err := resolve(r, id)
		v.Language = setting
		return v, err
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	res, _ := send(t, s, ask{method: "POST", path: "/preferences", as: member, form: url.Values{"lang": {"nl"}, "back": {"/c/open/trial"}}})
	if len(res.Cookies()) != 1 || res.Header.Get("Location") != "/c/open/trial" {
		t.Fatalf("choosing Dutch: %v", res.Header)
	}
	chosen := map[string]string{"Cookie": "lang=" + res.Cookies()[0].Value}
	for _, c := range []struct{ setting, want string }{{"en", "nl"}, {"en-GB", "en"}} {
		setting = c.setting
		if _, body := send(t, s, ask{path: "/c/open/trial", header: chosen}); !strings.Contains(body, `<html lang="`+c.want+`"`) {
			t.Errorf("Dutch chosen over English, setting now %q: not %s", c.setting, c.want)
		}
	}
}

// Nobody is sent to another host by a link into ours.
func TestRedirectsStayHere(t *testing.T) {
	s := newShell(t)
	for _, back := range []string{"https://elsewhere.example/", "//elsewhere.example/", `/\\elsewhere.example`, "javascript:alert(1)", "", "/\t/elsewhere.example"} {
		res, _ := send(t, s, ask{method: "POST", path: "/preferences", form: url.Values{"theme": {"dark"}, "back": {back}}})
		if to := res.Header.Get("Location"); to != "/" {
			t.Errorf("%q leads to %q", back, to)
		}
	}
}

// What the shell must refuse to start with, each with the words that say why.
func TestRefusesToStart(t *testing.T) {
	page := func(html string) Room {
		r := trial()
		r.Pages = fstest.MapFS{"pages/x.html": {Data: []byte(html)}}
		return r
	}
	words := func(en, nl string) Room {
		r := trial()
		r.Nav = nil
		r.Pages = nil
		r.Messages = fstest.MapFS{"messages/en.toml": {Data: []byte(en)}, "messages/nl.toml": {Data: []byte(nl)}}
		return r
	}
	cases := map[string]Room{
		"trial.absent is missing in en":             page(`{{t "trial.absent"}}`),
		"trial.hidden is missing in nl":             page(`{{with .X}}<a title="{{field .F "x" "label" (t "trial.hidden")}}">{{end}}`),
		`template "nobody" is used but not defined`: page(`{{define "a"}}{{if .}}{{template "nobody"}}{{end}}{{end}}`),
		"missing value for if":                      page(`{{if}}`),
		`function "style" not defined`:              page(`{{style}}`),
		"trial.a is missing in nl":                  words(`a = "A"`, ``),
		"trial.a is in nl but not in English":       words(``, `a = "A"`),
		"trial.a has {x} in English but {y} in nl":  words(`a = "{x}"`, `a = "{y}"`),
		"trial.a is int64":                          words(`a = 1`, `a = 1`),
		`needs "other"`:                             words(`a = {one = "x"}`, `a = {one = "x"}`),
		"messages/en.toml":                          words(`a = `, ``),
		"must say what it Needs":                    trial(Route{Pattern: "GET /c/{commons}/trial", Needs: "", Handle: show}),
		"must start with its method":                trial(Route{Pattern: "/c/{commons}/trial", Needs: canSee, Handle: show}),
		"has no handler":                            trial(Route{Pattern: "GET /c/{commons}/trial", Needs: canSee, Handle: nil}),
		"conflicts with pattern":                    trial(Route{Pattern: "GET /c/{commons}", Needs: canSee, Handle: show}),
		`icon "no-such-icon"`:                       page(`{{icon "no-such-icon"}}`),
		`icon "nor-this"`:                           page(`{{button "label" "x" "icon" "nor-this"}}`),
	}
	for want, room := range cases {
		_, err := New(config(t, room))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestComponentsRefuseUnknownProperties(t *testing.T) {
	for name, html := range map[string]string{
		"no property": `{{button "lable" "x"}}`, "in pairs": `{{badge "label"}}`, "wants string": `{{badge "label" 3}}`,
	} {
		r := trial(Route{Pattern: "GET /c/{commons}/trial", Needs: canSee, Handle: show})
		r.Pages = fstest.MapFS{"pages/show.html": {Data: []byte(html)}}
		s := newShell(t, r)
		q := &Request{shell: s, Lang: language.English}
		if err := s.engine.fragment(&strings.Builder{}, q, "trial/show.html", nil); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", html, err)
		}
	}
}

func TestStyleguideInEveryLanguage(t *testing.T) {
	s := newShell(t)
	for _, tag := range s.messages.tags {
		res, body := send(t, s, ask{path: "/styleguide", header: map[string]string{"Accept-Language": tag.String()}})
		if res.StatusCode != 200 {
			t.Errorf("%s: %d\n%s", tag, res.StatusCode, body)
		}
		if i := strings.Index(body, ">web."); i >= 0 {
			t.Errorf("%s: a key is shown: %.60s", tag, body[i:])
		}
	}
}

func FuzzMessages(f *testing.F) {
	f.Add("a = \"{x} {y}\"\n[b]\none = \"{n}\"\nother = \"{n}s\"\n")
	f.Add("a = \"{\"")
	f.Fuzz(func(t *testing.T, text string) {
		room := Room{Word: "fuzz", Messages: fstest.MapFS{"messages/en.toml": {Data: []byte(text)}}}
		c, err := loadMessages([]Room{room})
		if err != nil {
			return
		}
		s := &Shell{messages: c}
		for key, m := range c.byLang[language.English] {
			args := []any{"n", 2}
			for _, name := range m.placeholders() {
				args = append(args, name, "v")
			}
			(&Request{shell: s, Lang: language.English}).T(key, args...)
		}
	})
}

// A refusal is said in the reader's language with its values in the reader's
// format, also below what leads up to it and inside another.
func TestRefusalsInTheReadersLanguage(t *testing.T) {
	room := trial()
	room.Messages = fstest.MapFS{
		"messages/en.toml":         {Data: []byte("title = \"Trial\"\n[fault]\nhard = \"It is hard: {why}.\"\n")},
		"messages/nl.toml":         {Data: []byte("title = \"Proef\"\n[fault]\nhard = \"Het is moeilijk: {why}.\"\n")},
		"messages/wording.nl.toml": {Data: []byte("\"%s of %d wheels; %.3q\" = \"“{3}” met {2} wielen: {1} {\\\"a\\\": 1}\"\n\"line %d\" = \"regel {1}\"\n\"see %v\" = \"zie {1}\"\n")},
	}
	s := newShell(t, room)
	e := fault.Invalidf("trial.soft", "x", "%s of %d wheels; %.3q", quantity.MustParse("12.5", "EUR"), 12345, "bakfiets")
	hard := fault.Invalidf("trial.hard", "x", "%s of %d wheels; %.3q", "{2}", 2, "a")
	cases := []struct {
		e      *fault.Error
		en, nl string
	}{
		{e, `12.5 EUR of 12345 wheels; "bak"`, "“bak” met 12.345 wielen: € 12,50 {\"a\": 1}"},
		{e.Within("line %d", 3), `line 3: 12.5 EUR of 12345 wheels; "bak"`, "regel 3: “bak” met 12.345 wielen: € 12,50 {\"a\": 1}"},
		{hard, `It is hard: {2} of 2 wheels; "a".`, "Het is moeilijk: “a” met 2 wielen: {2} {\"a\": 1}."},
		{fault.Invalidf("trial.see", "", "see %v", fault.Invalidf("trial.none", "", "line %d", 1)), "see line 1", "zie regel 1"},
		{fault.Invalidf("trial.new", "", "nobody translated %d", 1000), "nobody translated 1000", "nobody translated 1000"},
		{&fault.Error{Code: "trial.old", Message: "as it was"}, "as it was", "as it was"},
	}
	for _, c := range cases {
		for tag, want := range map[language.Tag]string{language.English: c.en, language.Dutch: c.nl} {
			got := strings.ReplaceAll((&Request{shell: s, Lang: tag}).FaultText(c.e), "\u00a0", " ")
			if got != want {
				t.Errorf("%s: %q, want %q", tag, got, want)
			}
		}
	}
	if s.Translated(language.Dutch, "trial.hard", "unheard of") || !s.Translated(language.Dutch, "trial.hard", "see %v") || s.Translated(language.German, "", "see %v") {
		t.Error("a message that leans on {why} is no translation")
	}
}

// A blank that the English does not have, or two translations of one text.
func TestWordingsAreChecked(t *testing.T) {
	for want, text := range map[string]string{"names {2}": `"a %d" = "{2}"`, "names {0}": `"a %d" = "{0}"`, "has no text": `"a" = ""`} {
		room := trial()
		room.Messages = fstest.MapFS{"messages/wording.nl.toml": {Data: []byte(text)}}
		if _, err := loadMessages([]Room{room}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	a, b := trial(), trial()
	a.Messages = fstest.MapFS{"messages/wording.nl.toml": {Data: []byte(`"a" = "x"`)}}
	b.Messages = fstest.MapFS{"messages/wording.nl.toml": {Data: []byte(`"a" = "y"`)}}
	if _, err := loadMessages([]Room{a, b}); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("two translations: %v", err)
	}
}

func TestGaps(t *testing.T) {
	room := trial()
	room.Messages = fstest.MapFS{
		"messages/en.toml": {Data: []byte("title = \"Trial\"\nsaved = \"s\"\n[bikes]\none = \"{n} bike\"\nother = \"{n} bikes\"\n")},
		"messages/nl.toml": {Data: []byte("title = \"Proef\"\nsaved = \"s\"\n[bikes]\none = \"{n} fiets\"\nother = \"{n} fietsen\"\n")},
		"messages/fr.toml": {Data: []byte("title = \"Essai\"\nbikes = \"{n} vélos\"\n")},
	}
	s := newShell(t, room)
	var got []string
	for _, gap := range s.Gaps(language.French) {
		if strings.HasPrefix(gap, "trial.") {
			got = append(got, gap)
		}
	}
	if want := "trial.bikes lacks the plural form \"one\"|trial.saved is missing"; strings.Join(got, "|") != want {
		t.Errorf("%q, want %q", got, want)
	}
	if gaps := s.Gaps(language.Dutch); len(gaps) > 0 {
		t.Errorf("Dutch lacks %q", gaps)
	}
}
