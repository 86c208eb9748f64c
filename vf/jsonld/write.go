package jsonld

import (
	"encoding/json"
	"fmt"
	"strings"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// Thing is one object of the core with its class.
type Thing struct {
	// Value is a vf.Agent, ResourceSpecification, ProcessSpecification, Process,
	// Resource, Event, or a vf.Entity.
	Value any
	// Unknown is what a document said of it in terms that are not ours, in
	// expanded form; written, it is said again.
	Unknown map[string]any
}

// Class returns the class of a thing, as documents write it.
func (t Thing) Class() string {
	switch x := t.Value.(type) {
	case vf.Agent:
		return string(x.Kind)
	case vf.ResourceSpecification:
		return string(vf.KindResourceSpecification)
	case vf.ProcessSpecification:
		return string(vf.KindProcessSpecification)
	case vf.Process:
		return string(vf.KindProcess)
	case vf.Resource:
		return string(vf.KindResource)
	case vf.Event:
		return string(vf.KindEvent)
	case vf.Entity:
		return string(x.Kind())
	}
	return ""
}

// Writer writes for one commons of one host.
type Writer struct {
	Origin string // https://commons.example
	Slug   string
}

// Address is the identifier of something: it answers with its JSON-LD.
func (w Writer) Address(id store.ID) string { return w.Origin + "/c/" + w.Slug + "/id/" + string(id) }

// ContextAddress is where the host serves the context.
func (w Writer) ContextAddress() string { return w.Origin + ContextPath }

// Node writes one thing without its context, to stand in a graph.
func (w Writer) Node(t Thing) ([]byte, error) {
	n, err := w.node(t)
	if err != nil {
		return nil, err
	}
	return json.Marshal(n)
}

// Write writes one thing, or a graph of any other number.
func (w Writer) Write(things ...Thing) ([]byte, error) {
	nodes := make([]any, len(things))
	for i, t := range things {
		n, err := w.node(t)
		if err != nil {
			return nil, err
		}
		nodes[i] = n
	}
	document := map[string]any{"@graph": nodes}
	if len(nodes) == 1 {
		document = nodes[0].(map[string]any)
	}
	document["@context"] = w.ContextAddress()
	return json.Marshal(document)
}

// node writes a thing without its context.
func (w Writer) node(t Thing) (map[string]any, error) {
	raw, err := json.Marshal(t.Value)
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return nil, err
	}
	class := t.Class()
	out := map[string]any{"type": class}
	if x, is := t.Value.(vf.Resource); is && len(x.ListedIn) > 0 { // the vocabulary has one property for both
		out["containedIn"] = w.addresses(x.Containers())
	}
	for member, raw := range members {
		switch member {
		case "id":
			var id store.ID
			if err := json.Unmarshal(raw, &id); err != nil {
				return nil, err
			}
			out["id"] = w.Address(id)
			continue
		case "kind":
			continue // the type says it
		}
		p, known := termOf(class, member)
		if !known {
			return nil, fmt.Errorf("jsonld: %s.%s has no term", class, member)
		}
		if err := w.member(out, p, raw); err != nil {
			return nil, fmt.Errorf("jsonld: %s.%s: %w", class, member, err)
		}
	}
	for term, values := range t.Unknown {
		out[term] = values
	}
	return out, nil
}

// member writes one property.
func (w Writer) member(out map[string]any, p term, raw json.RawMessage) (err error) {
	var id store.ID
	var ids []store.ID
	var amount vf.Amount
	var list []vf.Allocation
	var u quantity.Unit
	var values map[string]string
	switch p.shape {
	case ref:
		if err = json.Unmarshal(raw, &id); id != "" {
			out[p.name] = w.Address(id)
		}
	case containers:
		if err = json.Unmarshal(raw, &id); out[p.name] == nil {
			out[p.name] = w.addresses([]store.ID{id})
		}
	case refs:
		err = json.Unmarshal(raw, &ids)
		out[p.name] = w.addresses(ids)
	case measure:
		err = json.Unmarshal(raw, &amount)
		out[p.name] = measureNode(amount)
	case degrees, meters:
		err = json.Unmarshal(raw, &amount)
		out[p.name] = amount.Decimal()
	case unit:
		err = json.Unmarshal(raw, &u)
		out[p.name] = unitIRI(u)
	case whole:
		out[p.name] = string(raw) // as text: processors make binary fractions of numbers
	case shares:
		err = json.Unmarshal(raw, &list)
		w.allocations(out, p.name, list)
	case settings:
		if err = json.Unmarshal(raw, &values); len(values) > 0 {
			out[p.name] = values
		}
	default:
		out[p.name] = raw
	}
	return err
}

func (w Writer) addresses(ids []store.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = w.Address(id)
	}
	return out
}

// allocations writes which targets an event or a commitment meets, as the
// vocabulary has it, and in our terms how much of it goes to each.
func (w Writer) allocations(out map[string]any, property string, list []vf.Allocation) {
	targets := make([]store.ID, len(list))
	nodes, _ := out["allocations"].([]any)
	for i, a := range list {
		targets[i] = a.Target
		n := map[string]any{"type": "Allocation", "property": property, "target": w.Address(a.Target)}
		if a.ResourceQuantity != nil {
			n["resourceQuantity"] = measureNode(*a.ResourceQuantity)
		}
		if a.EffortQuantity != nil {
			n["effortQuantity"] = measureNode(*a.EffortQuantity)
		}
		if len(n) > 3 {
			nodes = append(nodes, n)
		}
	}
	out[property] = w.addresses(targets)
	if len(nodes) > 0 {
		out["allocations"] = nodes
	}
}

func measureNode(a vf.Amount) map[string]any {
	n := map[string]any{"type": "Measure", "hasNumericalValue": a.Decimal()}
	if a.Unit != "" {
		n["hasUnit"] = unitIRI(a.Unit)
	}
	return n
}

// unitIRI is a unit of OM by the prefix om2, and any other by ours.
func unitIRI(u quantity.Unit) string {
	if i, known := quantity.Lookup(u); known && strings.HasPrefix(i.OM, OM) {
		return "om2:" + strings.TrimPrefix(i.OM, OM)
	}
	return ownUnit + escape(string(u))
}
