package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"commonweal/platform/fault"
)

// KeyField is the hidden field that makes sending a form twice harmless.
const KeyField = "_key"

// memoryLimit is how much of an upload is kept in memory; the rest goes to a
// temporary file.
const memoryLimit = 4 << 20

// Form reads what a person typed, collects every error with its field, and
// keeps every value so that the page can show the form again as it was.
type Form struct {
	q        *Request
	values   url.Values
	files    map[string][]*multipart.FileHeader
	faults   []*fault.Error
	fallback map[string]string
	labels   map[string]string // of the fields the page showed, for the summary
}

// Form returns the form of the request: the posted fields, or the query of a
// GET. It is the same Form on every call, so components find its errors.
func (q *Request) Form() *Form {
	if q.form != nil {
		return q.form
	}
	f := &Form{q: q, values: q.R.URL.Query(), fallback: map[string]string{}, labels: map[string]string{}}
	q.form = f
	if q.R.Method == http.MethodGet || q.R.Method == http.MethodHead {
		return f
	}
	parse := q.R.ParseForm
	if isMultipart(q.R) {
		parse = func() error { return q.R.ParseMultipartForm(memoryLimit) }
	}
	if err := parse(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			f.refuse("", "too_large", "max", large.Limit>>20)
		} else {
			f.refuse("", "form_unreadable")
		}
	}
	f.values = q.R.PostForm
	if q.R.MultipartForm != nil {
		f.files = q.R.MultipartForm.File
	}
	return f
}

func isMultipart(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}

// Default gives a field the value it shows before anybody typed.
func (f *Form) Default(name, value string) { f.fallback[name] = value }

// Raw returns what was typed, or the default.
func (f *Form) Raw(name string) string {
	if v, ok := f.values[name]; ok && len(v) > 0 {
		return v[0]
	}
	return f.fallback[name]
}

// RawAll returns every value of a field that may occur more than once.
func (f *Form) RawAll(name string) []string { return f.values[name] }

// Has reports whether the field was sent at all.
func (f *Form) Has(name string) bool { return f.values.Has(name) }

// Error returns the first error of a field, in the reader's language, or "".
func (f *Form) Error(name string) string {
	for _, e := range f.faults {
		if e.Field == name {
			return f.q.FaultText(e)
		}
	}
	return ""
}

// Faults returns every error, in the order of the fields as they were read.
func (f *Form) Faults() []*fault.Error { return slices.Clone(f.faults) }

// OK reports whether nothing was wrong.
func (f *Form) OK() bool { return len(f.faults) == 0 }

// Err returns all errors as one, or nil.
func (f *Form) Err() error { return fault.List(f.faults).OrNil() }

// Fail adds an error to a field. code is stable, "room.rule".
func (f *Form) Fail(name, code, format string, args ...any) {
	f.faults = append(f.faults, fault.Invalidf(code, name, format, args...))
}

// Blame takes an error of an act into the form, so that the page can be shown
// again with it. It returns false for an error that no change of the form
// would mend (internal, forbidden, not found): return that one instead.
func (f *Form) Blame(err error) bool {
	var list fault.List
	if errors.As(err, &list) {
		f.faults = append(f.faults, list...)
		return true
	}
	e := fault.As(err)
	if e == nil || !slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict, fault.TooMany}, e.Kind) {
		return false
	}
	f.faults = append(f.faults, e)
	return true
}

// Idempotency returns the key of this sending of the form, for
// store.Command.Key: the hidden key of the page together with a digest of what
// was typed. A double click gives the same key; going back and changing
// something gives another. It is empty when the form carries no key.
func (q *Request) Idempotency() string {
	f := q.Form()
	key := f.Raw(KeyField)
	if key == "" || len(key) > 64 {
		return ""
	}
	h := sha256.New()
	io.WriteString(h, f.values.Encode()) // sorted by name, each value escaped
	for _, name := range slices.Sorted(maps.Keys(f.files)) {
		for _, file := range f.files[name] {
			fmt.Fprintf(h, "%s=%s/%d&", url.QueryEscape(name), url.QueryEscape(file.Filename), file.Size)
		}
	}
	return strings.ToLower(key) + "." + hex.EncodeToString(h.Sum(nil)[:12])
}
