package vf

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"commonweal/platform/fault"
)

// DecodeEvent reads an event from JSON, as an import or a request brings it.
// Unknown, misspelt and repeated names are refused, not dropped; amounts are
// {"unit":"hour","value":"2.5"}; times carry their zone.
func DecodeEvent(raw []byte) (Event, error) {
	var e Event
	if err := decodeStrict(raw, &e); err != nil {
		return Event{}, err
	}
	return e, nil
}

// DecodeChanges reads what the journal holds under "vf".
func DecodeChanges(raw []byte) (Changes, error) {
	var c Changes
	if err := decodeStrict(raw, &c); err != nil {
		return Changes{}, err
	}
	return c, nil
}

// DecodeStrict decodes JSON whole or not at all, into the types of this package.
// Faults are Invalid with code vf.json and name the place as a JSON pointer.
func DecodeStrict(raw []byte, to any) error { return decodeStrict(raw, to) }

// decodeStrict decodes JSON whole or not at all. Faults are Invalid with code
// vf.json and name the place as a JSON pointer.
func decodeStrict(raw []byte, to any) error {
	err := json.Unmarshal(raw, to, json.RejectUnknownMembers(true))
	if err == nil {
		return nil
	}
	if f := fault.As(err); f != nil {
		return f
	}
	var semantic *json.SemanticError
	if errors.As(err, &semantic) {
		why := fmt.Sprint(semantic.Err)
		if errors.Is(err, json.ErrUnknownName) {
			why = unknownName(string(semantic.JSONPointer.LastToken()))
		}
		return fault.Invalidf("vf.json", string(semantic.JSONPointer), "this does not fit: %s", why)
	}
	var syntactic *jsontext.SyntacticError
	if errors.As(err, &syntactic) {
		return fault.Invalidf("vf.json", string(syntactic.JSONPointer), "this is no JSON: %v", syntactic.Err)
	}
	return fault.Invalidf("vf.json", "", "this is no JSON: %s", clip(err.Error()))
}

// names are the fields of an event as VF writes them, for suggestions.
var names = []string{"action", "provider", "receiver", "inputOf", "outputOf", "resourceInventoriedAs", "toResourceInventoriedAs", "resourceConformsTo",
	"resourceClassifiedAs", "resourceQuantity", "effortQuantity", "toLocation", "hasBeginning", "hasEnd", "hasPointInTime", "state", "note", "realizationOf", "corrects", "inScopeOf"}

// unknownName suggests the name that an unknown one may have meant.
func unknownName(name string) string {
	letters := func(s string) string {
		return strings.ToLower(strings.NewReplacer("_", "", "-", "", ":", "").Replace(s))
	}
	for _, n := range names {
		if a, b := letters(n), letters(name); a == b || strings.HasPrefix(a, b) || strings.HasPrefix(b, a) {
			return fmt.Sprintf("%q is unknown; did you mean %q?", clip(name), n)
		}
	}
	return fmt.Sprintf("%q is unknown", clip(name))
}
