package jsonld

import (
	"encoding/json"
	"strings"

	"commonweal/platform/fault"
	"commonweal/quantity"
	"commonweal/vf"
)

// member turns the expanded values of a property into the member of the
// core's JSON.
func (r *reader) member(p term, list []any) (any, error) {
	switch p.shape {
	case texts, refs, containers, shares:
		out := []any{}
		for _, v := range flat(list) {
			one, err := r.one(p, v)
			if err != nil {
				return nil, err
			}
			out = append(out, one)
		}
		return out, nil
	}
	if len(list) != 1 {
		return nil, wrong(p, "one value; there are %d", len(list))
	}
	return r.one(p, list[0])
}

// flat takes lists apart.
func flat(list []any) (out []any) {
	for _, v := range list {
		if m, is := v.(map[string]any); is {
			if inner, has := m["@list"].([]any); has {
				out = append(out, inner...)
				continue
			}
		}
		out = append(out, v)
	}
	return out
}

func wrong(p term, format string, args ...any) error {
	f := fault.Invalidf("jsonld.value", p.name, format, args...)
	f.Message = p.name + " takes " + f.Message
	return f
}

// one reads one value by the shape of its property.
func (r *reader) one(p term, v any) (any, error) {
	n, is := v.(map[string]any)
	if !is {
		return nil, wrong(p, "a value")
	}
	switch p.shape {
	case ref, refs, containers, shares:
		id, err := r.id(n["@id"], p.name)
		if err == nil && id == "" {
			err = wrong(p, "the address of something")
		}
		return id, err
	case measure:
		return readMeasure(p, n)
	case degrees:
		return decimal(p, n, "degree")
	case meters:
		return decimal(p, n, "metre")
	case unit:
		return unitOf(address(n))
	case action:
		name := secure(address(n))
		return strings.TrimPrefix(name, VF), nil
	case settings:
		out := map[string]any{}
		for iri, values := range n {
			if list, has := values.([]any); has && len(list) == 1 && strings.HasPrefix(iri, Own) {
				out[strings.TrimPrefix(iri, Own)] = list[0].(map[string]any)["@value"]
			}
		}
		return out, nil
	case truth:
		if b, ok := n["@value"].(bool); ok {
			return b, nil
		}
		return nil, wrong(p, "true or false")
	}
	t, ok := n["@value"].(string)
	if !ok {
		return nil, wrong(p, "a text")
	}
	if p.shape == whole {
		return json.Number(t), nil
	}
	return t, nil
}

// address is the address that a node or a plain value gives.
func address(n map[string]any) string {
	if id, is := n["@id"].(string); is {
		return id
	}
	t, _ := n["@value"].(string)
	return t
}

// readMeasure reads a number with its unit.
func readMeasure(p term, n map[string]any) (any, error) {
	var value string
	var u quantity.Unit
	for iri, values := range n {
		list, _ := values.([]any)
		if len(list) != 1 {
			continue
		}
		v, _ := list[0].(map[string]any)
		switch secure(iri) {
		case VF + "hasNumericalValue":
			t, ok := v["@value"].(string)
			if !ok {
				return nil, wrong(p, "its number as a text, such as \"2.5\": numbers of JSON lose digits")
			}
			value = t
		case VF + "hasUnit":
			var err error
			if u, err = unitOf(address(v)); err != nil {
				return nil, err
			}
		}
	}
	return map[string]string{"value": value, "unit": string(u)}, nil
}

func decimal(p term, n map[string]any, u quantity.Unit) (any, error) {
	t, ok := n["@value"].(string)
	if !ok {
		return nil, wrong(p, "a decimal as a text, such as \"52.37\"")
	}
	return map[string]string{"value": t, "unit": string(u)}, nil
}

// shares joins targets with what our terms say each gets.
func (r *reader) shares(p term, targets []any, nodes any) (any, error) {
	out := make([]vf.Allocation, 0, len(targets))
	for _, v := range flat(targets) {
		n, _ := v.(map[string]any)
		id, err := r.id(n["@id"], p.name)
		if err != nil {
			return nil, err
		}
		out = append(out, vf.Allocation{Target: id})
	}
	list, _ := nodes.([]any)
	for _, v := range list {
		n, _ := v.(map[string]any)
		if only(n[Own+"property"]) != p.space+p.name {
			continue
		}
		target, err := r.id(only(n[Own+"target"]), "target")
		if err != nil {
			return nil, err
		}
		for i := range out {
			if out[i].Target != target {
				continue
			}
			for name, to := range map[string]**vf.Amount{"resourceQuantity": &out[i].ResourceQuantity, "effortQuantity": &out[i].EffortQuantity} {
				if *to, err = r.share(n[VF+name], name); err != nil {
					return nil, err
				}
			}
		}
	}
	return out, nil
}

// only is the address that a property with one value gives.
func only(values any) string {
	list, _ := values.([]any)
	if len(list) != 1 {
		return ""
	}
	n, _ := list[0].(map[string]any)
	return address(n)
}

func (r *reader) share(values any, name string) (*vf.Amount, error) {
	list, _ := values.([]any)
	if len(list) == 0 {
		return nil, nil
	}
	m, err := r.member(properties[name], list)
	if err != nil {
		return nil, err
	}
	a := m.(map[string]string)
	amount, err := quantity.Parse(a["value"], quantity.Unit(a["unit"]))
	return &amount, err
}
