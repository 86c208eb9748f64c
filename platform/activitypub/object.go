package activitypub

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"commonweal/platform/fault"
)

// MaxDocument is the size in bytes of the largest document that is read.
const MaxDocument = 256 << 10

// maxDepth is how deep objects and lists may nest; plans nest six deep.
const maxDepth = 24

// Public is the collection that stands for everybody.
const Public = "https://www.w3.org/ns/activitystreams#Public"

// Object is an object or activity. Terms of ActivityStreams, ValueFlows and OM
// stand under their short names, however the sender wrote them ("vf:action",
// the whole address, "@id").
type Object map[string]any

// Decode reads a document in bounds. Invalid: activitypub.too_large, activitypub.json, activitypub.too_deep.
func Decode(raw []byte) (Object, error) {
	if len(raw) > MaxDocument {
		return nil, fault.New(fault.TooMany, "activitypub.too_large", "", "the document has more than %d bytes", MaxDocument)
	}
	if err := checkJSON(raw); err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var o map[string]any
	if err := d.Decode(&o); err != nil || o == nil {
		return nil, fault.Invalidf("activitypub.json", "", "this is no JSON object")
	}
	return plainObject(o), nil
}

// checkJSON refuses what is no JSON, names a member twice, or nests too deep.
func checkJSON(raw []byte) error {
	d := jsontext.NewDecoder(bytes.NewReader(raw))
	for values := 0; ; {
		_, err := d.ReadToken()
		if err == io.EOF && values == 1 {
			return nil
		}
		if err != nil {
			return fault.Invalidf("activitypub.json", "", "this is no JSON object: %v", err)
		}
		if d.StackDepth() == 0 {
			values++
		}
		if d.StackDepth() > maxDepth {
			return fault.Invalidf("activitypub.too_deep", "", "the document nests more than %d deep", maxDepth)
		}
	}
}

// vocabularies are the beginnings under which terms may be written out.
var vocabularies = []string{"https://www.w3.org/ns/activitystreams#", "https://w3id.org/valueflows/ont/vf#", "http://w3id.org/valueflows/ont/vf#",
	"http://www.ontology-of-units-of-measure.org/resource/om-2/", "https://w3id.org/security#", "as:", "vf:", "om2:", "om:", "sec:"}

// Term returns the short name of a term.
func Term(name string) string {
	for _, v := range vocabularies {
		if rest, ok := strings.CutPrefix(name, v); ok && rest != "" {
			return rest
		}
	}
	return name
}

// plainObject writes the members under their short names. Of two members that
// mean the same the one with the short name counts.
func plainObject(o map[string]any) Object {
	out := make(Object, len(o))
	for name, v := range o {
		if name == "@context" {
			continue
		}
		short := Term(strings.TrimPrefix(name, "@"))
		if _, twice := o[short]; twice && short != name {
			continue
		}
		out[short] = plainValue(v)
	}
	return out
}

func plainValue(v any) any {
	switch x := v.(type) {
	case map[string]any:
		return plainObject(x)
	case []any:
		for i := range x {
			x[i] = plainValue(x[i])
		}
	}
	return v
}

// list returns a member's values, whether it stands alone or in a list.
func (o Object) list(name string) []any {
	switch x := o[name].(type) {
	case nil:
		return nil
	case []any:
		return x
	default:
		return []any{x}
	}
}

// Is reports whether the object is of the type.
func (o Object) Is(kind string) bool {
	for _, v := range o.list("type") {
		if s, ok := v.(string); ok && Term(s) == kind {
			return true
		}
	}
	return false
}

// Kind returns the first type of the object.
func (o Object) Kind() string {
	for _, v := range o.list("type") {
		if s, ok := v.(string); ok {
			return Term(s)
		}
	}
	return ""
}

// Text returns a member that is text or a number; "" when it is neither.
func (o Object) Text(name string) string {
	switch x := o[name].(type) {
	case string:
		return x
	case json.Number:
		return x.String()
	case Object: // {"@value": …}
		if v, ok := x["value"]; ok && len(x) <= 2 {
			return Object{"v": v}.Text("v")
		}
	}
	return ""
}

// tags are the marks of HTML.
var tags = regexp.MustCompile(`<[^>]*>`)

// Plain returns a member that may hold HTML as plain text, at most so many characters.
func (o Object) Plain(name string, most int) string {
	text := strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(o.Text(name), " "))), " ")
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

// IDs returns the identifiers that a member names: addresses, or objects that have one.
func (o Object) IDs(name string) []string {
	var out []string
	for _, v := range o.list(name) {
		switch x := v.(type) {
		case string:
			out = append(out, x)
		case Object:
			if id := x.Text("id"); id != "" {
				out = append(out, id)
			}
		}
	}
	return out
}

// ID returns the only identifier that a member names; "" when there is none or several.
func (o Object) ID(name string) string {
	if ids := o.IDs(name); len(ids) == 1 {
		return ids[0]
	}
	return ""
}

// Objects returns the objects that a member holds.
func (o Object) Objects(name string) []Object {
	var out []Object
	for _, v := range o.list(name) {
		if x, ok := v.(Object); ok {
			out = append(out, x)
		}
	}
	return out
}

// Object returns the only object that a member holds; nil when there is none or several.
func (o Object) Object(name string) Object {
	if list := o.Objects(name); len(list) == 1 && len(o.list(name)) == 1 {
		return list[0]
	}
	return nil
}

// Bool returns a member that is true or false; ok says that it is there.
func (o Object) Bool(name string) (value, ok bool) {
	value, ok = o[name].(bool)
	return value, ok
}

// Time returns a member that is a moment; zero when it is none.
func (o Object) Time(name string) time.Time {
	t, err := time.Parse(time.RFC3339, o.Text(name))
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
