package jsonld

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/piprate/json-gold/ld"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// MaxDocument is the size of the largest document that is read, in bytes.
const MaxDocument = 16 << 20

// escape writes a unit so that it may stand in an address.
func escape(u string) string { return url.PathEscape(u) }

// Read reads a document of any number of things, whose identifiers end in a
// UUID. What in it is of no class of ours is passed over.
//
// Faults are Invalid: jsonld.malformed, jsonld.too_large, jsonld.remote_context,
// jsonld.identifier, jsonld.address, jsonld.value and those of vf.DecodeStrict.
func Read(text []byte) ([]Thing, error) {
	var document any
	if err := decodeJSON(text, &document); err != nil {
		return nil, err
	}
	r := &reader{}
	err := r.document(document)
	return r.things, err
}

func decodeJSON(text []byte, into *any) error {
	if len(text) > MaxDocument {
		return fault.New(fault.TooMany, "jsonld.too_large", "", "the document has %d bytes; at most %d are read", len(text), MaxDocument)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fault.Invalidf("jsonld.malformed", "", "this is no JSON: %v", err)
	}
	return nil
}

// reader reads a document.
type reader struct {
	things []Thing
	// names are what to call things by their addresses; nil: each address ends in the identifier.
	names *names
}

func (r *reader) document(document any) error {
	options := ld.NewJsonLdOptions("")
	options.DocumentLoader = onlyOurs{}
	nodes, err := ld.NewJsonLdProcessor().Expand(document, options)
	if err != nil {
		return malformed(err)
	}
	for _, n := range nodes {
		if err := r.node(n); err != nil {
			return err
		}
	}
	return nil
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

// node reads a top-level node, or what its graph holds.
func (r *reader) node(node any) error {
	n, is := node.(map[string]any)
	if !is {
		return nil
	}
	if graph, has := n["@graph"].([]any); has {
		for _, inner := range graph {
			if err := r.node(inner); err != nil {
				return err
			}
		}
	}
	class := classOf(n)
	if class == "" {
		return nil
	}
	if r.names != nil {
		r.names.label(n)
		if err := r.nested(n); err != nil {
			return err
		}
	}
	t, err := r.thing(class, n)
	if err == nil {
		r.things = append(r.things, t)
	}
	return err
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

// thing reads a node of a class.
func (r *reader) thing(class string, n map[string]any) (Thing, error) {
	in, unknown := map[string]any{}, map[string]any{}
	id, err := r.id(n["@id"], "@id")
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
			if in[p.member], err = r.member(p.term, list); err != nil {
				return Thing{}, err
			}
			if p.shape == shares {
				if in[p.member], err = r.shares(p.term, list, n[Own+"allocations"]); err != nil {
					return Thing{}, err
				}
			}
		}
	}
	if len(unknown) == 0 {
		unknown = nil
	}
	if err := liesIn(in); err != nil {
		return Thing{}, err
	}
	value, err := build(class, in)
	return Thing{value, unknown}, err
}

// liesIn leaves of what contains a record what it lies in: one thing at most,
// besides those that list it.
func liesIn(in map[string]any) error {
	all, has := in["containedIn"].([]any)
	if !has {
		return nil
	}
	listed, _ := in["listedIn"].([]any)
	lies := slices.DeleteFunc(all, func(c any) bool { return slices.Contains(listed, c) })
	switch len(lies) {
	case 0:
		delete(in, "containedIn")
	case 1:
		in["containedIn"] = lies[0]
	default:
		return fault.Invalidf("jsonld.value", "containedIn", "a record lies in one container at most; what is listed in several says so in cw:listedIn too")
	}
	return nil
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

// id is the identifier of what an address names: what it ends in, of this
// host, of another, or of a urn:uuid; else what the reader calls it.
func (r *reader) id(v any, field string) (store.ID, error) {
	address, is := v.(string)
	if !is {
		return "", nil
	}
	if len(address) > maxAddress {
		return "", fault.Invalidf("jsonld.address", field, "the address %.60q… has %d bytes; at most %d are kept", address, len(address), maxAddress)
	}
	if r.names != nil {
		return r.names.of(address), nil
	}
	if strings.HasPrefix(address, "_:") {
		return "", nil
	}
	id, ok := endOf(address)
	if !ok {
		return "", fault.Invalidf("jsonld.identifier", field, "%.200q does not end in an identifier such as https://commons.example/c/garden/id/0190a5e2-7f3c-7abc-8def-0123456789ab", address)
	}
	return id, nil
}

// endOf is the UUID at the end of an address of the web, or of a urn:uuid.
func endOf(address string) (store.ID, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" && !strings.HasPrefix(address, "urn:uuid:") {
		return "", false
	}
	return store.ParseID(address[strings.LastIndexAny(address, "/:")+1:])
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
