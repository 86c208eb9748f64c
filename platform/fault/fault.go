package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says whose turn it is after an error. Kinds are append-only: their
// names travel in API answers and exit statuses.
type Kind int

// The kinds of error. Internal is the zero Kind, so an error that nobody
// classified is never shown to a reader.
const (
	Internal        Kind = iota // our bug or the machine's: logged, not shown
	Invalid                     // the input is wrong: mend it and try again
	Unauthenticated             // sign in first
	Forbidden                   // signed in, but not allowed to do this
	NotFound                    // there is no such thing, or not for you
	Conflict                    // the state forbids it: look again, then decide
	TooMany                     // too often or too much: wait, or ask for less
	Unavailable                 // the machine cannot now: try again later
)

// kinds is the one table that maps a Kind to the outside.
var kinds = map[Kind]struct {
	name string
	http int
	exit int
}{
	Internal:        {"internal", 500, 70},
	Invalid:         {"invalid", 422, 65},
	Unauthenticated: {"unauthenticated", 401, 77},
	Forbidden:       {"forbidden", 403, 77},
	NotFound:        {"not_found", 404, 66},
	Conflict:        {"conflict", 409, 73},
	TooMany:         {"too_many", 429, 75},
	Unavailable:     {"unavailable", 503, 69},
}

// String returns the stable name of the kind, such as "not_found".
func (k Kind) String() string { return kinds[k].name }

// HTTPStatus returns the status code a page or API answers with.
func (k Kind) HTTPStatus() int { return kinds[k].http }

// ExitStatus returns the exit status of the command line, after sysexits.h.
func (k Kind) ExitStatus() int { return kinds[k].exit }

// Error is a breach of a rule, worded for the person who can mend it.
type Error struct {
	Kind    Kind
	Code    string // stable, "room.rule"
	Message string // what was wrong, with which value, and what would be right
	Field   string // the field at fault; empty when no single field is
	Line    int    // the line of a file, from 1; 0 when not from a file

	said  Wording   // of the message, without what leads up to it
	leads []Wording // what leads up to it, outermost first
}

// Error implements error: the line and the field first, then the message.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", e.Line)
	}
	if e.Field != "" {
		fmt.Fprintf(&b, "%s: ", e.Field)
	}
	b.WriteString(e.Message)
	return b.String()
}

// New returns an error of the kind; the message is formatted with fmt.Sprintf.
func New(kind Kind, code, field, format string, args ...any) *Error {
	said := Wording{format, args}
	return &Error{Kind: kind, Code: code, Field: field, Message: said.String(), said: said}
}

// Invalidf returns an Invalid error about one field.
func Invalidf(code, field, format string, args ...any) *Error {
	return New(Invalid, code, field, format, args...)
}

// Forbiddenf returns a Forbidden error.
func Forbiddenf(code, format string, args ...any) *Error {
	return New(Forbidden, code, "", format, args...)
}

// NotFoundf returns a NotFound error.
func NotFoundf(code, field, format string, args ...any) *Error {
	return New(NotFound, code, field, format, args...)
}

// Conflictf returns a Conflict error.
func Conflictf(code, field, format string, args ...any) *Error {
	return New(Conflict, code, field, format, args...)
}

// AtLine returns a copy of e that names a line of a file.
func (e *Error) AtLine(line int) *Error {
	c := *e
	c.Line = line
	return &c
}

// InField returns a copy of e that names another field, for a caller that
// knows the form's name of the value.
func (e *Error) InField(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// As returns the Error wrapped in err, or nil when err holds none (and is
// therefore internal).
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// KindOf returns the kind of err: Internal for an error that is not ours.
func KindOf(err error) Kind {
	if e := As(err); e != nil {
		return e.Kind
	}
	return Internal
}

// CodeOf returns the stable code of err: "internal" for an error that is not ours.
func CodeOf(err error) string {
	if e := As(err); e != nil {
		return e.Code
	}
	return "internal"
}

// List is several errors of one input, such as the bad lines of a file. It is
// refused whole; As finds its first error.
type List []*Error

// Error implements error: every error on a line of its own.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find the errors of the list in order.
func (l List) Unwrap() []error {
	errs := make([]error, len(l))
	for i, e := range l {
		errs[i] = e
	}
	return errs
}

// OrNil returns the list as an error, or nil when it is empty.
func (l List) OrNil() error {
	if len(l) == 0 {
		return nil
	}
	return l
}
