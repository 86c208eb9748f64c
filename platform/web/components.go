package web

import (
	"bytes"
	"fmt"
	"html/template"
	"reflect"
	"strings"
	"time"

	"commonweal/quantity"
)

// components are the functions of templates that make components. Each takes
// its properties as names and values; an unknown name is an error, so that a
// misspelt property does not vanish.
func (in *instance) components() template.FuncMap {
	return template.FuncMap{
		"field":    in.field,
		"errors":   in.errors,
		"button":   component[Button](in, "button"),
		"link":     component[Link](in, "link"),
		"badge":    component[Badge](in, "badge"),
		"empty":    component[Empty](in, "empty"),
		"tabs":     in.tabs,
		"pager":    component[Pager](in, "pager"),
		"progress": component[Progress](in, "progress"),
		"note":     component[Note](in, "note"),
		"avatar":   component[Avatar](in, "avatar"),
		"why":      component[Why](in, "why"),
		"copy":     component[Copy](in, "copy"),
		"stepper":  in.stepper,
		"timeline": func(items []Moment) (template.HTML, error) { return in.component("timeline", items) },
		"figure":   func(f Figure) (template.HTML, error) { return in.component("figure", f) },
		"chart":    func(c Chart) (template.HTML, error) { return in.chart(c) },
		"sankey":   func(s Sankey) (template.HTML, error) { return in.sankey(s) },
		"graph":    func(g Graph) (template.HTML, error) { return in.graph(g) },
		"bar":      bar,
	}
}

// Button is a button of a form, or with Href a link that looks like one.
type Button struct {
	Label    string
	Kind     string // "primary" (one a page), "" or "danger", "quiet"
	Icon     string
	Href     string
	Name     string // name and value are sent with the form
	Value    string
	Confirm  string // asked before the form is sent, where scripts run
	Disabled bool
}

// Link is a text link with an icon.
type Link struct{ Label, Href, Icon, Kind string }

// Badge is a small status word. Tone is "", "good", "warn", "bad" or "accent".
type Badge struct{ Label, Tone, Icon string }

// Empty is what stands where a list would: what this place is for, and the first step.
type Empty struct{ Title, Text, Icon, Action, Href string }

// Pager leads to the next and previous part of a list by keys, not by numbers.
type Pager struct {
	Prev, Next string // addresses; empty for none
	Shown      int    // rows on this page
}

// Progress is how far something is. Total 0 means unknown.
type Progress struct {
	Done, Total int64
	Label       string
}

// Note is a boxed remark. Tone is "", "good", "warn" or "bad".
type Note struct{ Title, Text, Tone string }

// Avatar is a person's initials. Name is read aloud only when Alone.
type Avatar struct {
	Name  string
	Large bool
}

// Why is the link from a number to its derivation.
type Why struct{ Href, Of string }

// Copy is a text with a button that copies it.
type Copy struct{ Text, Label string }

// Moment is one step of a timeline.
type Moment struct {
	At     time.Time
	Title  string
	Detail string
	Href   string
	By     string
	Tone   string
}

// Tab is one of several views of a thing.
type Tab struct {
	Label, Href string
	Current     bool
	Count       int // shown when positive
}

// Step is one step of a longer way. State is "done", "current" or "".
type Step struct{ Label, Href, State string }

// Option is one choice of a field.
type Option struct{ Value, Label, Hint string }

// Field is one input with its label, hint and error.
type Field struct {
	Name               string
	Label              string
	Hint               string // an example or a reason, in plain words
	Type               string // text, textarea, amount, int, date, time, select, radio, checkbox, file, email, password, url, search, color, range, hidden
	Unit               quantity.Unit
	Suffix             string // shown after the input, such as a unit
	Options            []Option
	Optional           bool   // marks the field as optional; fields are required otherwise
	Value              string // overrides what the form holds
	Error              string
	Complete           string // autocomplete, such as "email" or "new-password"
	Accept             string // of a file
	Min, Max, Stepping string
	Width              string // "short", "" or "full"
	Rows               int
	Submits            bool // sends the form when changed (filters)
	Focus              bool
	List               []string // suggestions
	Multiple           bool
	Checked            bool
}

// ID is the field's id in the page.
func (f Field) ID() string { return "f-" + f.Name }

// Describes is the list of ids that describe the input.
func (f Field) Describes() string {
	ids := make([]string, 0, 2)
	if f.Hint != "" {
		ids = append(ids, f.ID()+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID()+"-error")
	}
	return strings.Join(ids, " ")
}

// field makes an input of a form, with what was typed and what was wrong:
// {{field .Form "hours" "type" "amount" "unit" "hour" "label" (t "...")}}.
func (in *instance) field(form *Form, name string, props ...any) (template.HTML, error) {
	f := Field{Name: name, Type: "text"}
	if form != nil {
		f.Value, f.Error = form.Raw(name), form.Error(name)
	}
	if err := setProps(&f, props); err != nil {
		return "", fmt.Errorf("field %s: %w", name, err)
	}
	if f.Unit != "" && f.Suffix == "" {
		f.Suffix = in.q.UnitName(f.Unit)
	}
	if form != nil && f.Type == "checkbox" && form.Raw(name) != "" {
		f.Checked = form.Bool(name)
	}
	if form != nil {
		form.labels[name] = f.Label
	}
	return in.component("field", f)
}

// summaryMark stands where the summary of errors will: it names the fields by
// their labels, which are known only when the fields below it have been made.
const summaryMark = "<!--summary-->"

// errors makes the summary of a form's errors, each a link to its field.
func (in *instance) errors(form *Form) template.HTML {
	if form == nil || form.OK() {
		return ""
	}
	in.summary = form
	return summaryMark
}

// summarize puts the summary where its mark stands.
func (in *instance) summarize(page []byte) ([]byte, error) {
	if in.summary == nil {
		return page, nil
	}
	html, err := in.component("errors", in.summary)
	in.summary = nil
	return bytes.Replace(page, []byte(summaryMark), []byte(html), 1), err
}

// FieldError is one line of the error summary.
type FieldError struct {
	Field, Label, Text string
	Line               int
}

// Errors lists the errors for the summary, in the reader's language.
func (f *Form) Errors() []FieldError {
	out := make([]FieldError, len(f.faults))
	for i, e := range f.faults {
		out[i] = FieldError{e.Field, f.labels[e.Field], f.q.FaultText(e), e.Line}
	}
	return out
}

func (in *instance) tabs(tabs []Tab) (template.HTML, error) { return in.component("tabs", tabs) }
func (in *instance) stepper(steps []Step) (template.HTML, error) {
	return in.component("stepper", steps)
}

// component returns the template function of a component with properties P.
func component[P any](in *instance, name string) func(...any) (template.HTML, error) {
	return func(props ...any) (template.HTML, error) {
		var p P
		if err := setProps(&p, props); err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		return in.component(name, p)
	}
}

// setProps fills the fields of a struct from names (lower case) and values.
// One value of the struct's own type fills it at once.
func setProps(target any, props []any) error {
	v := reflect.ValueOf(target).Elem()
	if len(props) == 1 && reflect.TypeOf(props[0]) == v.Type() {
		v.Set(reflect.ValueOf(props[0]))
		return nil
	}
	if len(props)%2 != 0 {
		return fmt.Errorf("properties come as names and values in pairs")
	}
	for i := 0; i < len(props); i += 2 {
		name, _ := props[i].(string)
		field := v.FieldByNameFunc(func(n string) bool { return strings.ToLower(n) == name })
		if !field.IsValid() {
			return fmt.Errorf("no property %q", props[i])
		}
		value := reflect.ValueOf(props[i+1])
		if !value.IsValid() {
			continue
		}
		if !value.Type().AssignableTo(field.Type()) {
			if value.Kind() != field.Kind() && !(value.CanInt() && field.CanInt()) {
				return fmt.Errorf("property %q wants %s, not %s", name, field.Type(), value.Type())
			}
			value = value.Convert(field.Type())
		}
		field.Set(value)
	}
	return nil
}
