package resolve

import (
	"encoding/json"

	"commonweal/platform/graphql"
	"commonweal/vf"
)

// Decode reads an input object, or the arguments of an act, into a Go type by
// the names of its JSON. What is not given leaves what is there.
//
// Faults: vf.json, and those of the types.
func Decode(in map[string]any, to any) error {
	raw, err := json.Marshal(Measures(in))
	if err != nil {
		return err
	}
	return vf.DecodeStrict(raw, to)
}

// Measures turns what the API calls a measure into what the core calls an
// amount, wherever it stands, and leaves out what is null.
func Measures(v any) any {
	switch x := v.(type) {
	case map[string]any:
		if _, is := x["hasNumericalValue"]; is { // a text or a number, with all its digits
			return map[string]any{"value": graphql.Args(x).Text("hasNumericalValue"), "unit": x["hasUnit"]}
		}
		out := make(map[string]any, len(x))
		for k, v := range x {
			if v != nil {
				out[k] = Measures(v)
			}
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i := range x {
			out[i] = Measures(x[i])
		}
		return out
	}
	return v
}
