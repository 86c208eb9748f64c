package tally

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"commonweal/platform/fault"
)

// Rule is a method with its settings, as data:
//
//	{"method":"schulze","strength":"margin"}
type Rule struct{ Method }

// readers read the settings of each method.
var readers = map[string]func([]byte) (Method, error){
	Consent{}.Name():       settings[Consent],
	Consensus{}.Name():     settings[Consensus],
	LazyConsensus{}.Name(): settings[LazyConsensus],
	Majority{}.Name():      settings[Majority],
	ClassWeighted{}.Name(): settings[ClassWeighted],
	ClassCapped{}.Name():   settings[ClassCapped],
	Plurality{}.Name():     settings[Plurality],
	Approval{}.Name():      settings[Approval],
	TwoRound{}.Name():      settings[TwoRound],
	Score{}.Name():         settings[Score],
	Dots{}.Name():          settings[Dots],
	Quadratic{}.Name():     settings[Quadratic],
	IRV{}.Name():           settings[IRV],
	ScottishSTV{}.Name():   settings[ScottishSTV],
	MeekSTV{}.Name():       settings[MeekSTV],
	Schulze{}.Name():       settings[Schulze],
	RankedPairs{}.Name():   settings[RankedPairs],
	Debian{}.Name():        settings[Debian],
}

// Methods are the names of all methods, in order.
func Methods() []string { return slices.Sorted(maps.Keys(readers)) }

// settings reads the settings of a method; a field that it does not have is refused.
func settings[M Method](data []byte) (Method, error) {
	var m M
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return nil, fault.Invalidf("tally.settings", "rule", "the settings of %s cannot be read: %v", m.Name(), err)
	}
	return m, nil
}

// MarshalJSON writes the method's name and its settings in one object.
func (r Rule) MarshalJSON() ([]byte, error) {
	if r.Method == nil {
		return []byte("null"), nil
	}
	rest, err := json.Marshal(r.Method)
	if err != nil {
		return nil, err
	}
	name, err := json.Marshal(r.Name())
	if err != nil {
		return nil, err
	}
	out := append([]byte(`{"method":`), name...)
	if len(rest) > len("{}") {
		out = append(out, ',')
	}
	return append(out, rest[1:]...), nil
}

// UnmarshalJSON reads what MarshalJSON writes. A method that does not exist
// and a setting that a method does not have are refused.
func (r *Rule) UnmarshalJSON(data []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return fault.Invalidf("tally.settings", "rule", "the rule cannot be read: %v", err)
	}
	var name string
	if err := json.Unmarshal(fields["method"], &name); err != nil || readers[name] == nil {
		return fault.Invalidf("tally.unknown_method", "rule", "%.40q is no method; choose from %s", name, strings.Join(Methods(), ", "))
	}
	delete(fields, "method")
	rest, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	r.Method, err = readers[name](rest)
	return err
}
