package web

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"commonweal/platform/fault"
)

// failure is what an error page shows.
type failure struct {
	Kind    string
	Code    string
	Message string
	ID      string // of an internal error, for the operator
	Status  int
	SignIn  string
	Faults  []*fault.Error // the lines of a refused file
}

// fail answers with an error: as a page, a part of a page, or JSON. It is
// the only place that turns errors into answers.
func (q *Request) fail(err error) {
	f := q.failure(err)
	switch {
	case q.WantsJSON():
		err = q.refuse(f, fieldOf(err))
	case f.Kind == fault.Unauthenticated.String() && q.R.Method == http.MethodGet && !q.wantsPart():
		http.Redirect(q.W, q.R, f.SignIn, http.StatusSeeOther)
		return
	case f.Kind == fault.Unauthenticated.String() && q.wantsPart(): // a session that ended while a page stood open
		q.W.Header().Set("HX-Redirect", q.shell.config.SignIn)
		q.W.WriteHeader(http.StatusOK)
		return
	default:
		q.form = nil
		err = q.render(f.Status, Page{Template: "web/error.html", Title: q.T("web.error." + f.Kind), Data: f})
	}
	if err != nil { // the error page itself failed: say the least, log the rest
		q.shell.log.Error("error page", "error", err, "path", q.R.URL.Path)
		http.Error(q.W, "internal error "+f.ID, f.Status)
	}
}

// Refusal is an error as programs read it.
type Refusal struct {
	Kind    string `json:"kind"`
	Code    string `json:"code"`
	Message string `json:"message"` // in the reader's language
	Field   string `json:"field"`
	ID      string `json:"id"` // of an internal error, for the operator
}

// Refusal tells an error to a program; one that is ours alone is logged.
func (q *Request) Refusal(err error) Refusal {
	f := q.failure(err)
	return f.told(fieldOf(err))
}

func (f failure) told(field string) Refusal { return Refusal{f.Kind, f.Code, f.Message, field, f.ID} }

// refusedLine is one bad line of a refused file.
type refusedLine struct {
	Line  int     `json:"line,omitempty"`
	Error Refusal `json:"error"`
}

// RefuseJSON is a Route.Refuse for routes that programs use: every error is
// JSON, whatever the request accepts. The bad lines of a file stand in "lines".
func RefuseJSON(q *Request, err error) error { return q.refuse(q.failure(err), fieldOf(err)) }

func (q *Request) refuse(f failure, field string) error {
	answer := struct {
		Error Refusal       `json:"error"`
		Lines []refusedLine `json:"lines,omitempty"`
	}{Error: f.told(field)}
	for _, e := range f.Faults {
		answer.Lines = append(answer.Lines, refusedLine{e.Line, Refusal{e.Kind.String(), e.Code, q.FaultText(e), e.Field, ""}})
	}
	return q.json(f.Status, answer)
}

func (q *Request) failure(err error) failure {
	err = friendly(err)
	kind := fault.KindOf(err)
	f := failure{Kind: kind.String(), Code: fault.CodeOf(err), Status: kind.HTTPStatus(), SignIn: q.signIn()}
	var list fault.List
	switch {
	case kind == fault.Internal:
		f.ID = newErrorID()
		q.shell.log.LogAttrs(q.R.Context(), slog.LevelError, "internal error",
			slog.String("id", f.ID), slog.String("route", q.Route), slog.Any("error", err))
		f.Message = q.T("web.error.internal_message")
	case errors.As(err, &list):
		f.Faults = list
		f.Message = q.FaultText(list[0])
	default:
		f.Message = q.FaultText(fault.As(err))
	}
	return f
}

// friendly classifies what the standard library reports.
func friendly(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fault.New(fault.TooMany, "web.too_large", "", "this is too large: at most %d bytes are accepted", tooLarge.Limit)
	}
	return err
}

// FaultText is the message of a fault in the reader's language: the message
// ROOM.fault.RULE of the code's room, or ROOM.fault.CODE of a room that leans
// on what the code belongs to (contribution.fault.equation.empty); else the
// fault's own words, translated with Say. {value} is what was typed in its
// field, {why} those words.
func (q *Request) FaultText(e *fault.Error) string {
	if e == nil {
		return ""
	}
	for _, key := range q.shell.faultKeys(e.Code) {
		m, ok := q.shell.messages.find(q.Lang, key)
		if !ok {
			continue
		}
		value := ""
		if q.form != nil {
			value = clip(q.form.Raw(e.Field))
		}
		return strings.NewReplacer("{value}", value, "{why}", q.why(e)).Replace(m["other"])
	}
	return q.why(e)
}

// Translated reports whether a refusal is said in a language without a word of
// English: by the message of its code, unless that leans on {why}, or by the
// translation of its own wording.
func (s *Shell) Translated(tag language.Tag, code, english string) bool {
	if _, ok := s.messages.wordings[tag][english]; ok {
		return true
	}
	for _, key := range s.faultKeys(code) {
		if m, ok := s.messages.byLang[tag][key]; ok {
			return !slices.Contains(m.placeholders(), "why")
		}
	}
	return false
}

// faultKeys are where the message of a code may stand, in order.
func (s *Shell) faultKeys(code string) []string {
	room, rule, _ := strings.Cut(code, ".")
	keys := []string{room + ".fault." + rule}
	for _, r := range s.rooms { // what a room leans on has codes of its own
		keys = append(keys, r.Word+".fault."+code)
	}
	return keys
}

// why is what the rule itself says, where it says it first.
func (q *Request) why(e *fault.Error) string {
	said := e.Wording()
	if said.Text == "" {
		return e.Message // made without a format, or kept from before formats were
	}
	var b strings.Builder
	for _, lead := range e.Leads() {
		b.WriteString(q.Say(lead) + ": ")
	}
	return b.String() + q.Say(said)
}

// Say is a wording in the reader's language: its translation with {1}, {2}, …
// for the blanks in their order, in the reader's format of numbers and amounts;
// without a translation the wording itself.
func (q *Request) Say(w fault.Wording) string {
	text, ok := q.shell.messages.wordings[q.Lang][w.Text]
	if !ok {
		return w.String()
	}
	pairs := make([]string, 0, 2*len(w.Values))
	for i, v := range w.Plain() {
		said := ""
		switch v := v.(type) {
		case *fault.Error:
			said = q.FaultText(v)
		case fault.Wording:
			said = q.Say(v)
		default:
			said = q.shown(v)
		}
		pairs = append(pairs, "{"+strconv.Itoa(i+1)+"}", said)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

func fieldOf(err error) string {
	if e := fault.As(err); e != nil {
		return e.Field
	}
	return ""
}

func newErrorID() string {
	var b [4]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
