package jsonld

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"github.com/piprate/json-gold/ld"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// maxDocument is the size of the largest document that is read, in bytes.
const maxDocument = 16 << 20

// escape writes a unit so that it may stand in an address.
func escape(u string) string { return url.PathEscape(u) }

// Read reads a document of any number of things. What in it is of no class of
// ours is passed over.
//
// Faults are Invalid: jsonld.malformed, jsonld.too_large, jsonld.remote_context,
// jsonld.identifier, jsonld.value, jsonld.no_type and those of vf.DecodeStrict.
func Read(text []byte) ([]Thing, error) {
	if len(text) > maxDocument {
		return nil, fault.New(fault.TooMany, "jsonld.too_large", "", "the document has %d bytes; at most %d are read", len(text), maxDocument)
	}
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, fault.Invalidf("jsonld.malformed", "", "this is no JSON: %v", err)
	}
	options := ld.NewJsonLdOptions("")
	options.DocumentLoader = onlyOurs{}
	nodes, err := ld.NewJsonLdProcessor().Expand(document, options)
	if err != nil {
		return nil, malformed(err)
	}
	var out []Thing
	for _, n := range nodes {
		if out, err = readNode(out, n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// malformed words what a processor refuses; a fault of the loader stays itself.
func malformed(err error) error {
	var e *ld.JsonLdError
	if errors.As(err, &e) {
		if cause, is := e.Details.(error); is && fault.As(cause) != nil {
			return fault.As(cause)
		}
	}
	if f := fault.As(err); f != nil {
		return f
	}
	return fault.Invalidf("jsonld.malformed", "", "this is no JSON-LD: %.200s", err.Error())
}

// readNode reads a top-level node, or what its graph holds.
func readNode(out []Thing, node any) ([]Thing, error) {
	n, is := node.(map[string]any)
	if !is {
		return out, nil
	}
	if graph, has := n["@graph"].([]any); has {
		for _, inner := range graph {
			var err error
			if out, err = readNode(out, inner); err != nil {
				return nil, err
			}
		}
	}
	class := classOf(n)
	if class == "" {
		return out, nil
	}
	t, err := readThing(class, n)
	if err != nil {
		return nil, err
	}
	return append(out, t), nil
}

// classes are those that things have, by their name in full.
var classes = func() map[string]string {
	out := map[string]string{}
	list := []string{string(vf.Person), string(vf.Organization), string(vf.Ecological), string(vf.KindResourceSpecification),
		string(vf.KindProcessSpecification), string(vf.KindProcess), string(vf.KindResource), string(vf.KindEvent)}
	for _, k := range vf.Kinds() {
		list = append(list, string(k))
	}
	for _, c := range list {
		out[classIRI(c)] = c
	}
	out[VF+"SpatialThing"] = "SpatialThing"
	return out
}()

// classOf is the first class of a node that is ours; "" for none.
func classOf(n map[string]any) string {
	types, _ := n["@type"].([]any)
	for _, t := range types {
		if name, is := t.(string); is && classes[secure(name)] != "" {
			return classes[secure(name)]
		}
	}
	return ""
}

// secure turns the older form of the namespace into the one of today.
func secure(iri string) string {
	if rest, older := strings.CutPrefix(iri, http); older {
		return VF + rest
	}
	return iri
}

// readThing reads a node of a class.
func readThing(class string, n map[string]any) (Thing, error) {
	in, unknown := map[string]any{}, map[string]any{}
	id, err := idOf(n["@id"], "@id")
	if err != nil {
		return Thing{}, err
	}
	if id != "" {
		in["id"] = id
	}
	back := reverse(class)
	for iri, values := range n {
		list, isList := values.([]any)
		p, known := back[secure(iri)]
		switch {
		case strings.HasPrefix(iri, "@") || iri == Own+"allocations":
		case !known || !isList:
			unknown[iri] = values
		default:
			if in[p.member], err = readMember(p.term, list); err != nil {
				return Thing{}, err
			}
			if p.shape == shares {
				if in[p.member], err = readShares(p.term, list, n[Own+"allocations"]); err != nil {
					return Thing{}, err
				}
			}
		}
	}
	if len(unknown) == 0 {
		unknown = nil
	}
	value, err := build(class, in)
	return Thing{value, unknown}, err
}

// backwards is a property by its name in full.
type backwards struct {
	term
	member string
}

func reverse(class string) map[string]backwards {
	out := map[string]backwards{}
	for _, own := range []bool{false, true} { // what a class has of its own comes last, and stands
		for key, p := range properties {
			of, member, special := strings.Cut(key, ".")
			switch {
			case special != own || special && of != class:
			case special:
				out[p.space+p.name] = backwards{p, member}
			case properties[class+"."+key] == term{}:
				out[p.space+p.name] = backwards{p, key}
			}
		}
	}
	return out
}

// build makes the Go value of a class from the members of its JSON.
func build(class string, in map[string]any) (any, error) {
	raw, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	switch class {
	case string(vf.Person), string(vf.Organization), string(vf.Ecological):
		a := vf.Agent{Kind: vf.AgentKind(class)}
		return decoded(raw, &a)
	case string(vf.KindResourceSpecification):
		return decoded(raw, &vf.ResourceSpecification{})
	case string(vf.KindProcessSpecification):
		return decoded(raw, &vf.ProcessSpecification{})
	case string(vf.KindProcess):
		return decoded(raw, &vf.Process{})
	case string(vf.KindResource):
		return decoded(raw, &vf.Resource{})
	case string(vf.KindEvent):
		return decoded(raw, &vf.Event{})
	}
	e, err := vf.DecodeEntity(vf.Kind(class), raw)
	if err != nil {
		return nil, err
	}
	return e, nil
}

func decoded[T any](raw []byte, to *T) (any, error) {
	if err := vf.DecodeStrict(raw, to); err != nil {
		return nil, err
	}
	return *to, nil
}

// idOf reads the identifier at the end of an address: of this host, of
// another, or a urn:uuid.
func idOf(v any, field string) (store.ID, error) {
	address, is := v.(string)
	if !is || strings.HasPrefix(address, "_:") {
		return "", nil
	}
	last := address[strings.LastIndexAny(address, "/:")+1:]
	u, err := url.Parse(address)
	id, ok := store.ParseID(last)
	if !ok || err != nil || u.Scheme != "https" && u.Scheme != "http" && !strings.HasPrefix(address, "urn:uuid:") {
		return "", fault.Invalidf("jsonld.identifier", field, "%.200q does not end in an identifier such as https://commons.example/c/garden/id/0190a5e2-7f3c-7abc-8def-0123456789ab", address)
	}
	return id, nil
}

// unitOf reads the address of a unit; a bare name is one of OM.
func unitOf(address string) (quantity.Unit, error) {
	if name, own := strings.CutPrefix(address, ownUnit); own {
		u, err := url.PathUnescape(name)
		if err != nil {
			return "", fault.Invalidf("jsonld.value", "hasUnit", "%.200q is no name of a unit", address)
		}
		return quantity.Unit(u), nil
	}
	if i, known := quantity.LookupOM(address); known {
		return i.Unit, nil
	}
	if i, known := quantity.Lookup(quantity.Unit(address)); known {
		return i.Unit, nil
	}
	return "", fault.Invalidf("jsonld.value", "hasUnit", "%.200q is no unit that is known; take one of the Ontology of units of Measure, such as om2:kilogram", address)
}
