package jsonld

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// maxAddress is the length of the longest address in bytes.
const maxAddress = 2000

// ReadGraph reads a document of anybody into a graph that a commons can take in.
// It is more lenient than Read: an address may end in anything, or be
// missing; nodes may stand inside one another; numbers may be numbers of JSON.
//
// An identifier is the UUID in which the address ends, else a UUID of version 5
// made of the address, so that every document that names it means the same. What
// has no address is known again in the same document only.
//
// Faults are those of Read and Ledger, and Invalid jsonld.twice, when a document
// says two different things of one identifier.
func ReadGraph(text []byte) (vf.Graph, error) {
	sum := sha256.Sum256(text)
	names := &names{document: hex.EncodeToString(sum[:]), ids: map[string]store.ID{}, addresses: map[store.ID]string{}}
	var document any
	if err := decodeJSON(text, &document); err != nil {
		return vf.Graph{}, err
	}
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	if err := in.Decode(&document); err != nil { // it was JSON a moment ago
		return vf.Graph{}, err
	}
	r := &reader{names: names}
	if err := r.document(digits(document, false)); err != nil {
		return vf.Graph{}, err
	}
	things, err := once(r.things, names.addresses)
	if err != nil {
		return vf.Graph{}, err
	}
	changes, err := Ledger(things)
	return vf.Graph{Changes: changes, Addresses: names.addresses, Text: names.document}, err
}

// digits makes texts of numbers, which keep all that was written; in a context
// numbers stay.
func digits(v any, context bool) any {
	switch x := v.(type) {
	case json.Number:
		if f, err := x.Float64(); context && err == nil {
			return f
		}
		return string(x)
	case map[string]any:
		for k := range x {
			x[k] = digits(x[k], context || k == "@context")
		}
	case []any:
		for i := range x {
			x[i] = digits(x[i], context)
		}
	}
	return v
}

// names gives things their identifiers by their addresses.
type names struct {
	document  string // the SHA-256 of the text
	ids       map[string]store.ID
	addresses map[store.ID]string
	blank     int // how many nodes were given a label
}

func (n *names) of(address string) store.ID {
	if id, known := n.ids[address]; known {
		return id
	}
	id, ends := endOf(address)
	switch {
	case strings.HasPrefix(address, "_:"):
		id = store.ID(uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:sha256:"+n.document+"#"+address)).String())
	case !ends:
		id = store.ID(uuid.NewSHA1(uuid.NameSpaceURL, []byte(address)).String())
		fallthrough
	default:
		n.addresses[id] = address
	}
	n.ids[address] = id
	return id
}

// label gives a node without an address a label of its own.
func (n *names) label(node map[string]any) {
	if node["@id"] == nil {
		n.blank++
		node["@id"] = fmt.Sprintf("_:here-%d", n.blank)
	}
}

// nested reads the things that stand inside a node, which names them then.
func (r *reader) nested(n map[string]any) error {
	for _, property := range slices.Sorted(maps.Keys(n)) { // in one order, for the labels
		list, _ := n[property].([]any)
		if strings.HasPrefix(property, "@") {
			continue
		}
		for _, v := range flat(list) {
			inner, _ := v.(map[string]any)
			if classOf(inner) == "" {
				continue
			}
			if err := r.node(inner); err != nil {
				return err
			}
		}
	}
	return nil
}

// once leaves of things that a document states more than once one; what is
// only named elsewhere is no thing.
func once(things []Thing, addresses map[store.ID]string) ([]Thing, error) {
	at := map[store.ID]any{}
	out := things[:0]
	for _, t := range things {
		id := idOf(t.Value)
		before, twice := at[id]
		if !twice {
			at[id] = t.Value
			out = append(out, t)
		} else if !reflect.DeepEqual(before, t.Value) {
			return nil, fault.Invalidf("jsonld.twice", "@id", "the document says two different things of %.200q; say it once", addresses[id])
		}
	}
	return out, nil
}

// idOf is the identifier of a thing.
func idOf(v any) store.ID {
	switch x := v.(type) {
	case vf.Agent:
		return x.ID
	case vf.ResourceSpecification:
		return x.ID
	case vf.ProcessSpecification:
		return x.ID
	case vf.Process:
		return x.ID
	case vf.Resource:
		return x.ID
	case vf.Event:
		return x.ID
	case vf.Entity:
		return vf.Head(x).ID
	}
	return ""
}
