package web

import (
	"io"
	"mime/multipart"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// Rule is a condition on a field: Required, Max, Min.
type Rule func(*rules)

type rules struct {
	required bool
	max      int
}

// Required refuses an empty field.
var Required Rule = func(r *rules) { r.required = true }

// Max limits a text to n characters (10,000 unless said).
func Max(n int) Rule { return func(r *rules) { r.max = n } }

// text is the one way a field is read: trimmed, valid UTF-8, without NUL, as
// long as allowed, there when required.
func (f *Form) text(name string, rs []Rule) (string, bool) {
	r := rules{max: 10_000}
	for _, rule := range rs {
		rule(&r)
	}
	v := strings.TrimSpace(strings.ReplaceAll(f.Raw(name), "\r\n", "\n"))
	switch {
	case v == "" && r.required:
		f.refuse(name, "required")
	case v == "":
	case !utf8.ValidString(v) || strings.ContainsRune(v, 0):
		f.refuse(name, "bad_text")
	case utf8.RuneCountInString(v) > r.max:
		f.refuse(name, "too_long", "count", utf8.RuneCountInString(v), "max", r.max)
	default:
		return v, true
	}
	return "", false
}

// refuse adds an error of ours, already in the reader's language; its code is
// web.RULE and its message web.field.RULE.
func (f *Form) refuse(name, rule string, args ...any) {
	f.Fail(name, "web."+rule, "%s", f.q.T("web.field."+rule, args...))
}

// Text returns a trimmed text.
func (f *Form) Text(name string, rs ...Rule) string {
	v, _ := f.text(name, rs)
	return v
}

// ID returns an identifier, empty when the field is.
func (f *Form) ID(name string, rs ...Rule) store.ID {
	v, ok := f.text(name, rs)
	if !ok {
		return ""
	}
	id, ok := store.ParseID(v)
	if !ok {
		f.refuse(name, "bad_id", "value", clip(v))
	}
	return id
}

// IDs returns the identifiers of a field that may occur more than once.
func (f *Form) IDs(name string) []store.ID {
	var out []store.ID
	for _, v := range f.RawAll(name) {
		id, ok := store.ParseID(strings.TrimSpace(v))
		if !ok {
			f.refuse(name, "bad_id", "value", clip(v))
			return nil
		}
		out = append(out, id)
	}
	return out
}

// Amount returns an amount of the unit, typed in the reader's language: "2,5"
// in Dutch, "2.5" in English. An empty field is zero.
func (f *Form) Amount(name string, unit quantity.Unit, rs ...Rule) quantity.Amount {
	v, ok := f.text(name, rs)
	if !ok {
		return quantity.Amount{Unit: unit}
	}
	a, err := quantity.ParseLocal(f.q.Lang, v, unit)
	if err != nil {
		f.take(name, err)
		return quantity.Amount{Unit: unit}
	}
	return a
}

// take adds another package's error to a field.
func (f *Form) take(name string, err error) {
	if e := fault.As(err); e != nil {
		f.faults = append(f.faults, e.InField(name))
		return
	}
	f.refuse(name, "unreadable", "value", clip(f.Raw(name)))
}

// Int returns a whole number between least and most.
func (f *Form) Int(name string, least, most int64, rs ...Rule) int64 {
	v, ok := f.text(name, rs)
	if !ok {
		return 0
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < least || n > most {
		f.refuse(name, "bad_number", "value", clip(v), "least", least, "most", most)
		return 0
	}
	return n
}

// DayFormat is how a day is kept and how browsers send it.
const DayFormat = "2006-01-02"

// Date returns a day as YYYY-MM-DD, empty when the field is.
func (f *Form) Date(name string, rs ...Rule) string {
	v, ok := f.text(name, rs)
	if !ok {
		return ""
	}
	if _, err := time.Parse(DayFormat, v); err != nil {
		f.refuse(name, "bad_date", "value", clip(v))
		return ""
	}
	return v
}

// Time returns a moment typed as local time in the reader's zone, the zero
// time when the field is empty.
func (f *Form) Time(name string, rs ...Rule) time.Time {
	v, ok := f.text(name, rs)
	if !ok {
		return time.Time{}
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, v, f.q.Zone); err == nil {
			return t.UTC()
		}
	}
	f.refuse(name, "bad_time", "value", clip(v))
	return time.Time{}
}

// Choice returns one of the allowed values, empty when the field is.
func (f *Form) Choice(name string, allowed []string, rs ...Rule) string {
	v, ok := f.text(name, rs)
	if !ok {
		return ""
	}
	if !slices.Contains(allowed, v) {
		f.refuse(name, "bad_choice", "value", clip(v))
		return ""
	}
	return v
}

// Bool reports whether a checkbox was ticked.
func (f *Form) Bool(name string) bool {
	v := f.Raw(name)
	return v != "" && v != "0" && v != "false"
}

// Upload is a file somebody sent.
type Upload struct {
	Name string // as the browser gave it; never a path of ours
	Size int64
	file *multipart.FileHeader
}

// Open returns the content. Close it.
func (u Upload) Open() (io.ReadCloser, error) { return u.file.Open() }

// File returns the file of a field; ok is false when none was sent.
func (f *Form) File(name string, most int64, rs ...Rule) (u Upload, ok bool) {
	var r rules
	for _, rule := range rs {
		rule(&r)
	}
	list := f.files[name]
	if len(list) == 0 || list[0].Size == 0 {
		if r.required {
			f.refuse(name, "required_file")
		}
		return Upload{}, false
	}
	if list[0].Size > most {
		f.refuse(name, "file_too_large", "value", clip(list[0].Filename), "size", list[0].Size, "max", most)
		return Upload{}, false
	}
	return Upload{list[0].Filename, list[0].Size, list[0]}, true
}

// clip keeps an error message short when the value is not.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
