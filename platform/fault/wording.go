package fault

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Wording is a text as the source spells it and the values of its blanks. Text
// is the key of its translations: "%q is not a day" with "2026-02-30".
type Wording struct {
	Text   string // with the verbs of package fmt
	Values []any
}

// String is the text in English with its blanks filled.
func (w Wording) String() string { return fmt.Sprintf(w.Text, w.Values...) }

// Wording is what Message is made of, without the leads. Its Text is empty for
// an Error that was not made by New.
func (e *Error) Wording() Wording { return e.said }

// Leads say where in a larger text the breach is, outermost first: "character
// 7", "commit 3f2a91".
func (e *Error) Leads() []Wording { return e.leads }

// Within returns a copy of e whose message begins with where the breach is:
// "character 7: " before what was wrong.
func (e *Error) Within(format string, args ...any) *Error {
	c := *e
	lead := Wording{format, args}
	c.leads = append([]Wording{lead}, e.leads...)
	c.Message = lead.String() + ": " + e.Message
	return &c
}

// stored is how an Error is kept for a later reader.
type stored struct {
	Kind    string          `json:"kind,omitempty"`
	Code    string          `json:"code"`
	Message string          `json:"message"`
	Field   string          `json:"field,omitempty"`
	Line    int             `json:"line,omitempty"`
	Said    *storedWording  `json:"said,omitempty"`
	Leads   []storedWording `json:"leads,omitempty"`
}

type storedWording struct {
	Text   string `json:"text"`
	Values []any  `json:"values,omitempty"`
}

// MarshalJSON writes {"kind":"invalid","code":"quantity.too_fine","message":…,
// "said":{"text":"%q has …","values":["1.2345678"]}}. Whole numbers and texts
// stay what they are; any other value is kept as the words it was shown in.
func (e *Error) MarshalJSON() ([]byte, error) {
	s := stored{e.Kind.String(), e.Code, e.Message, e.Field, e.Line, nil, nil}
	if e.said.Text != "" {
		w := e.said.kept()
		s.Said = &w
	}
	for _, lead := range e.leads {
		s.Leads = append(s.Leads, lead.kept())
	}
	return json.Marshal(s)
}

// UnmarshalJSON reads what MarshalJSON writes. A record without a kind, from
// before kinds were kept, is Invalid.
func (e *Error) UnmarshalJSON(b []byte) error {
	var s stored
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	if err := d.Decode(&s); err != nil {
		return err
	}
	*e = Error{Kind: kindNamed(s.Kind), Code: s.Code, Message: s.Message, Field: s.Field, Line: s.Line}
	if s.Said != nil {
		e.said = s.Said.wording()
	}
	for _, lead := range s.Leads {
		e.leads = append(e.leads, lead.wording())
	}
	return nil
}

func kindNamed(name string) Kind {
	for k, row := range kinds {
		if row.name == name {
			return k
		}
	}
	return Invalid
}

// Plain are the values as a translation shows them: a text cut where its verb
// cuts it, a character as text, and what only its verb can write as text. All
// else is as it was given, for the reader's own format of numbers and amounts.
func (w Wording) Plain() []any {
	verbs := Verbs(w.Text)
	out := make([]any, len(w.Values))
	for i, v := range w.Values {
		out[i] = v
		if i >= len(verbs) {
			continue
		}
		verb := verbs[i]
		letter := verb[len(verb)-1]
		switch c := v.(type) {
		case rune:
			if letter == 'q' || letter == 'c' {
				out[i] = string(c)
			}
		case string:
			out[i] = fmt.Sprintf(strings.ReplaceAll(verb, "q", "s"), c)
		default:
			if strings.IndexByte("vsdq", letter) < 0 {
				out[i] = fmt.Sprintf(verb, v)
			}
		}
	}
	return out
}

// kept turns values into what JSON gives back unchanged.
func (w Wording) kept() storedWording {
	values := w.Plain()
	for i, v := range values {
		switch v.(type) {
		case string, int, int64, uint64:
		default:
			values[i] = fmt.Sprint(v)
		}
	}
	return storedWording{w.Text, values}
}

func (s storedWording) wording() Wording {
	for i, v := range s.Values {
		if n, ok := v.(json.Number); ok {
			if whole, err := n.Int64(); err == nil {
				s.Values[i] = whole
			}
		}
	}
	return Wording(s)
}

// Verbs lists the verbs of a format in order, such as "%q" and "%.2f"; "%%" is
// none.
func Verbs(format string) []string {
	var verbs []string
	for {
		i := strings.IndexByte(format, '%')
		if i < 0 {
			return verbs
		}
		format = format[i:]
		end := 1
		for end < len(format) && strings.IndexByte("+-# 0123456789.", format[end]) >= 0 {
			end++
		}
		if end == len(format) {
			return verbs
		}
		if format[end] != '%' {
			verbs = append(verbs, format[:end+1])
		}
		format = format[end+1:]
	}
}
