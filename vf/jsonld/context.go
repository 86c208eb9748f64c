package jsonld

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/piprate/json-gold/ld"

	"commonweal/platform/fault"
	"commonweal/vf"
)

// ContextPath is where every host serves the context. The name carries its
// version: what stands there never changes.
const ContextPath = "/ns/commonweal-1.jsonld"

// Context is the context, as it is served.
func Context() []byte { return contextText }

var (
	contextMap  = buildContext()
	contextText = mustMarshal(map[string]any{"@context": contextMap})
)

// buildContext writes the terms down. Typed terms make values plain strings.
func buildContext() map[string]any {
	c := map[string]any{
		"@version": 1.1, "@vocab": VF, "vf": VF, "cw": Own, "om2": OM, "geo": geo, "xsd": xsd, "id": "@id", "type": "@type",
		"hasNumericalValue": map[string]any{"@id": VF + "hasNumericalValue", "@type": xsd + "decimal"},
		"hasUnit":           map[string]any{"@id": VF + "hasUnit", "@type": "@id"},
		"property":          map[string]any{"@id": Own + "property", "@type": "@vocab"},
		"target":            map[string]any{"@id": Own + "target", "@type": "@id"},
		"allocations":       map[string]any{"@id": Own + "allocations", "@container": "@set"},
		"SpatialThing":      geo + "SpatialThing",
	}
	for class := range ours {
		c[class] = Own + class
	}
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		t := properties[key]
		d := map[string]any{"@id": t.space + t.name}
		switch t.shape {
		case ref, unit:
			d["@type"] = "@id"
		case refs, containers, shares:
			d["@type"], d["@container"] = "@id", "@set"
		case texts:
			d["@container"] = "@set"
		case degrees, meters:
			d["@type"] = xsd + "decimal"
		case whole:
			d["@type"] = xsd + "integer"
		case moment:
			d["@type"] = xsd + "dateTimeStamp"
		case action:
			d["@type"] = "@vocab"
		}
		c[t.name] = d
	}
	for _, key := range policyKeys() {
		c[key] = map[string]any{"@id": Own + key}
	}
	return c
}

func policyKeys() []string {
	raw, _ := json.Marshal(vf.Policy{NegativeBalance: "x", PartialAccept: "x", Pairing: "x", WholeContainer: "x", Containers: "x", Withdrawal: "x", Profile: "x"}) // texts only
	var m map[string]string
	_ = json.Unmarshal(raw, &m)
	return slices.Sorted(maps.Keys(m))
}

func mustMarshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("jsonld: " + err.Error())
	}
	return b
}

// onlyOurs is the loader of contexts: it knows the one in the program, under
// the address of whatever host, and fetches nothing.
type onlyOurs struct{}

// LoadDocument implements ld.DocumentLoader.
func (onlyOurs) LoadDocument(address string) (*ld.RemoteDocument, error) {
	if strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://") {
		if strings.HasSuffix(address, ContextPath) {
			var document any
			if err := json.Unmarshal(contextText, &document); err != nil {
				return nil, err
			}
			return &ld.RemoteDocument{DocumentURL: address, Document: document}, nil
		}
	}
	return nil, fault.Invalidf("jsonld.remote_context", "@context", "the document needs the context %.200q, and nothing is fetched; write its terms in full, or bring the context in the document", address)
}
