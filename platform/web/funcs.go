package web

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"html/template"
	"net/url"
	"strings"
	"time"

	"golang.org/x/text/message"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// funcs are what templates may call. COMPONENTS.md is their manual.
func (in *instance) funcs() template.FuncMap {
	m := template.FuncMap{
		"t":         func(key string, args ...any) string { return in.q.T(key, args...) },
		"fault":     func(e *fault.Error) string { return in.q.FaultText(e) },
		"lang":      func() string { return in.q.Lang.String() },
		"can":       func(c string) bool { return in.q.Who.Can(auth.Capability(c)) },
		"path":      func(parts ...any) string { return in.q.Path(texts(parts)...) },
		"asset":     func(name string) string { return in.q.shell.assets.Path(name) },
		"query":     func(changes ...any) (string, error) { return in.q.query(changes) },
		"amount":    func(a quantity.Amount) string { return in.q.Amount(a) },
		"quantity":  func(a quantity.Amount) string { return in.q.Quantity(a) },
		"exact":     func(a quantity.Amount) string { return in.q.Exact(a) },
		"plain":     func(a quantity.Amount) string { return in.q.Plain(a) },
		"number":    func(v any) string { return in.q.shown(v) },
		"unit":      func(u quantity.Unit) string { return in.q.UnitName(u) },
		"date":      func(v any) (template.HTML, error) { return in.q.dateHTML(v) },
		"datetime":  func(v any) (template.HTML, error) { return in.q.datetimeHTML(v) },
		"ago":       func(v any) (template.HTML, error) { return in.q.agoHTML(v) },
		"duration":  func(d time.Duration) string { return in.q.Duration(d) },
		"dict":      dict,
		"list":      func(v ...any) []any { return v },
		"json":      jsonIsland,
		"join":      strings.Join,
		"initials":  initials,
		"hue":       hue,
		"icon":      in.icon,
		"formkey":   func() template.HTML { return formKey(in.q) },
		"sparkline": func(values []float64) template.HTML { return sparkline(values, 120, 36) },
	}
	for name, f := range in.components() {
		m[name] = f
	}
	return m
}

// Amount writes an amount's number in the reader's language, without its
// unit, as people read it: see readable.
func (q *Request) Amount(a quantity.Amount) string {
	return quantity.Format(q.Lang, readable(a), quantity.FormatOptions{})
}

// Exact writes an amount with its unit to the last digit it has: a rate, or a
// step of a derivation.
func (q *Request) Exact(a quantity.Amount) string {
	return quantity.Format(q.Lang, a, quantity.FormatOptions{Unit: true})
}

// readable leaves out digits that tell people nothing: money has those of its
// smallest coin, hours two. An amount of which rounding would leave little
// keeps all its digits: hours below a hundredth, money below ten coins.
func readable(a quantity.Amount) quantity.Amount {
	step := a.Unit.Step()
	least := 10 * step
	if a.Unit == quantity.Hour || a.Unit == quantity.CareHour || a.Unit == quantity.LoveHour {
		step, least = quantity.Scale/100, quantity.Scale/100
	}
	if step == 1 || a.Micros > -least && a.Micros < least {
		return a
	}
	short, err := a.RoundTo(step, quantity.HalfEven)
	if err != nil { // at the edge of what an amount can hold
		return a
	}
	return short
}

// Quantity writes an amount with the sign of its unit: "2.5 h", "€12.50".
// Hours of care and of love work have no sign that every language shares.
func (q *Request) Quantity(a quantity.Amount) string {
	if a.Unit == quantity.CareHour || a.Unit == quantity.LoveHour {
		return q.Amount(a) + "\u00a0" + q.UnitName(a.Unit)
	}
	return quantity.Format(q.Lang, readable(a), quantity.FormatOptions{Unit: true})
}

// Plain writes an amount as a form field shows it; Form.Amount reads it back.
func (q *Request) Plain(a quantity.Amount) string {
	return quantity.Format(q.Lang, a, quantity.FormatOptions{Plain: true})
}

// UnitName is what a unit is called on screen.
func (q *Request) UnitName(u quantity.Unit) string {
	key := "web.unit." + string(u)
	if name := q.T(key); name != key {
		return name
	}
	info, known := quantity.Lookup(u)
	switch {
	case known && info.Symbol != "":
		return info.Symbol
	case known:
		return info.Label
	}
	return string(u)
}

// shown writes a value for a reader: numbers with their language's separators.
func (q *Request) shown(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case quantity.Amount:
		return q.Quantity(v)
	case int, int64, int32, uint64, uint32, uint:
		return message.NewPrinter(q.Lang).Sprint(v)
	case time.Time:
		return localDay(v.In(q.Zone), q.Lang)
	}
	return fmt.Sprint(v)
}

func (q *Request) dateHTML(v any) (template.HTML, error) {
	t, whole, err := moment(v)
	if err != nil || t.IsZero() {
		return "", err
	}
	machine := t.UTC().Format(DayFormat)
	if !whole {
		t = t.In(q.Zone)
		machine = t.Format(DayFormat)
	}
	return timeTag(machine, "", localDay(t, q.Lang)), nil
}

func (q *Request) datetimeHTML(v any) (template.HTML, error) {
	t, _, err := moment(v)
	if err != nil || t.IsZero() {
		return "", err
	}
	local := t.In(q.Zone)
	return timeTag(t.UTC().Format(time.RFC3339Nano), local.Format("2006-01-02 15:04:05 -07:00"),
		localDay(local, q.Lang)+", "+local.Format("15:04")), nil
}

// agoHTML writes how long ago something was, with the exact time on hover.
func (q *Request) agoHTML(v any) (template.HTML, error) {
	t, _, err := moment(v)
	if err != nil || t.IsZero() {
		return "", err
	}
	local := t.In(q.Zone)
	return timeTag(t.UTC().Format(time.RFC3339Nano), local.Format("2006-01-02 15:04:05 -07:00"), q.since(t, q.Store.Now())), nil
}

func (q *Request) since(t, now time.Time) string {
	switch d := now.Sub(t); {
	case d < 0:
		return localDay(t.In(q.Zone), q.Lang)
	case d < time.Minute:
		return q.T("web.ago.now")
	case d < time.Hour:
		return q.T("web.ago.minutes", "n", int(d.Minutes()))
	case d < 24*time.Hour:
		return q.T("web.ago.hours", "n", int(d.Hours()))
	case d < 7*24*time.Hour:
		return q.T("web.ago.days", "n", int(d.Hours()/24))
	}
	return localDay(t.In(q.Zone), q.Lang)
}

func timeTag(machine, title, text string) template.HTML {
	attr := ""
	if title != "" {
		attr = ` title="` + template.HTMLEscapeString(title) + `"`
	}
	return template.HTML(`<time datetime="` + template.HTMLEscapeString(machine) + `"` + attr + `>` + template.HTMLEscapeString(text) + `</time>`)
}

// Duration writes hours and minutes: "2 h 05 min".
func (q *Request) Duration(d time.Duration) string {
	if d < time.Minute {
		return q.T("web.duration.seconds", "n", int(d.Seconds()))
	}
	h, m := int(d.Hours()), int(d.Minutes())%60
	if h == 0 {
		return q.T("web.duration.minutes", "n", m)
	}
	return q.T("web.duration.hours", "n", h, "m", fmt.Sprintf("%02d", m))
}

// query returns the address of this page with changed query parameters:
// query "state" "open" "after" "". An empty value drops the parameter.
func (q *Request) query(changes []any) (string, error) {
	if len(changes)%2 != 0 {
		return "", fmt.Errorf("query needs names and values in pairs")
	}
	v := q.R.URL.Query()
	for i := 0; i < len(changes); i += 2 {
		name, value := fmt.Sprint(changes[i]), fmt.Sprint(changes[i+1])
		if v.Del(name); value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return q.R.URL.EscapedPath(), nil
	}
	return q.R.URL.EscapedPath() + "?" + v.Encode(), nil
}

// commonsPath is the address of a page of a commons; every part is escaped.
func commonsPath(slug string, parts ...string) string {
	var b strings.Builder
	b.WriteString("/c/" + url.PathEscape(slug))
	for _, p := range parts {
		b.WriteString("/" + url.PathEscape(p))
	}
	return b.String()
}

func texts(values []any) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = fmt.Sprint(v)
	}
	return out
}

func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict needs names and values in pairs")
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is no name", pairs[i])
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

// jsonIsland writes a value for <script type="application/json">: data that
// the browser never runs. json.Marshal escapes <, > and &.
func jsonIsland(v any) (template.HTML, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return template.HTML(`<script type="application/json">` + string(b) + `</script>`), nil
}

// initials are the first letters of a name, for an avatar.
func initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "?"
	}
	first := []rune(words[0])[:1]
	if len(words) > 1 {
		first = append(first, []rune(words[len(words)-1])[0])
	}
	return strings.ToUpper(string(first))
}

// hue chooses one of eight avatar colors by the name, always the same.
func hue(name string) int {
	h := fnv.New32a()
	h.Write([]byte(name))
	return int(h.Sum32() % 8)
}

// formKey is the hidden field that makes sending a form twice harmless. A
// form shown again keeps its key.
func formKey(q *Request) template.HTML {
	key := ""
	if q.form != nil {
		key = q.form.Raw(KeyField)
	}
	if key == "" {
		key = strings.ToLower(rand.Text())
	}
	return template.HTML(`<input type="hidden" name="` + KeyField + `" value="` + template.HTMLEscapeString(key) + `">`)
}
