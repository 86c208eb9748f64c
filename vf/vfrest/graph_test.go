package vfrest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"commonweal/platform/store"
	"commonweal/vf"
)

// came is what the commons answers to a document.
func (y *yard) came(who, path, document string) (status int, came vf.Imported, text string) {
	y.t.Helper()
	status, text = y.ask(who, "POST", path, document, "Content-Type", "application/ld+json")
	if status == http.StatusOK {
		must(y.t, json.Unmarshal([]byte(text), &came))
	}
	return status, came, text
}

// others is a document that nobody here wrote: with addresses of its own, one
// thing inside another, numbers of JSON, and one thing without an address.
const others = `{
	"@context": {"@version": 1.1, "@vocab": "https://w3id.org/valueflows/ont/vf#", "om2": "http://www.ontology-of-units-of-measure.org/resource/om-2/",
		"action": {"@type": "@vocab"}, "hasUnit": {"@type": "@id"}},
	"@graph": [{
		"@id": "https://bakers.example/events/1", "@type": "EconomicEvent", "action": "raise", "hasPointInTime": "2026-03-01T10:00:00Z",
		"provider": {"@id": "https://bakers.example/@lou", "@type": "Person", "name": "Lou Nobodysbaker"}, "receiver": {"@id": "https://bakers.example/@lou"},
		"resourceQuantity": {"@type": "Measure", "hasNumericalValue": 0.1, "hasUnit": "om2:kilogram"},
		"resourceInventoriedAs": {"@type": "EconomicResource", "@id": "https://bakers.example/sacks/7", "name": "Rye", "classifiedAs": "https://www.wikidata.org/wiki/Q12099"}
	}, {"@type": "Agreement", "name": "By handshake"}]
}`

// A document of others comes in once, whatever it calls things, however often
// it is sent; a dry run says the same and changes nothing.
func TestDocumentsOfOthers(t *testing.T) {
	each(t, func(y *yard) {
		want := map[vf.Kind]int{vf.KindAgent: 1, vf.KindEvent: 1, vf.KindResource: 1, vf.KindAgreement: 1}
		size := y.entries()
		_, came, text := y.came("ann", "/everything.jsonld?dry=true", others)
		if !same(came.New, want) || y.entries() != size {
			y.t.Fatalf("the dry run: %s", text)
		}
		if _, came, text = y.came("ann", "/everything.jsonld", others); !same(came.New, want) || len(came.Known) > 0 {
			y.t.Fatalf("first: %s", text)
		}
		size = y.entries()
		if _, came, text = y.came("ann", "/everything.jsonld", others); !same(came.Known, want) || len(came.New) > 0 || y.entries() != size {
			y.t.Errorf("again: %s", text)
		}
		_, all := y.ask("ben", "GET", "/everything.jsonld", "")
		for _, part := range []string{"Lou Nobodysbaker", `"hasNumericalValue":"0.1"`, "By handshake", `"name":"Rye"`} {
			if !strings.Contains(all, part) {
				y.t.Errorf("the commons holds no %s", part)
			}
		}
	})
}

// A correction of an event that came in earlier finds it, under the identifier
// it has here.
func TestDocumentsFollowOneAnother(t *testing.T) {
	each(t, func(y *yard) {
		sack := store.NewID()
		if status, text := y.ask("ann", "POST", "/events", y.raise(y.ann, sack, "3")); status != http.StatusOK {
			y.t.Fatal(text)
		}
		_, all := y.ask("ann", "GET", "/everything.jsonld", "")
		moved := strings.ReplaceAll(all, "commons.example/c/yard", "elsewhere.example/c/barn")
		if _, came, text := y.came("ann", "/everything.jsonld", moved); len(came.New) > 0 {
			y.t.Errorf("what is ours came in: %s", text)
		}
		if _, came, text := y.came("ann", "/everything.jsonld", strings.NewReplacer(string(sack), string(store.NewID())).Replace(others)); len(came.New) != 4 {
			y.t.Fatalf("%s", text)
		}
		correction := strings.NewReplacer(`"https://bakers.example/events/1", "@type"`, `"https://bakers.example/events/2", "corrects": {"@id": "https://bakers.example/events/1"}, "@type"`,
			"0.1", "-0.04", "2026-03-01", "2026-03-02").Replace(others)
		if _, came, text := y.came("ann", "/everything.jsonld", correction); came.New[vf.KindEvent] != 1 {
			y.t.Fatalf("the correction: %s", text)
		}
		if _, all := y.ask("ben", "GET", "/everything.jsonld", ""); !strings.Contains(all, `"hasNumericalValue":"0.06"`) {
			y.t.Errorf("after the correction: %s", all)
		}
	})
}

// What is wrong is refused whole, with the address of the thing; members and
// outsiders bring nothing in.
func TestDocumentsThatAreRefused(t *testing.T) {
	each(t, func(y *yard) {
		size := y.entries()
		for _, c := range []struct{ name, who, document, code, part string }{
			{"a member", "ben", others, "auth.forbidden", ""},
			{"no JSON", "ann", "{", "jsonld.malformed", ""},
			{"a context from elsewhere", "ann", `{"@context": "https://evil.example/context"}`, "jsonld.remote_context", "nothing is fetched"},
			{"an event that takes more than there is", "ann", strings.ReplaceAll(others, `"action": "raise"`, `"action": "lower"`), "vf.negative_balance", "https://bakers.example/events/1"},
			{"somebody unknown", "ann", strings.ReplaceAll(others, `"receiver": {"@id": "https://bakers.example/@lou"}`, `"receiver": {"@id": "https://bakers.example/@kim"}`), "vf.unknown_agent", ""},
			{"a record that nothing creates", "ann", `{"@context": {"@vocab": "https://w3id.org/valueflows/ont/vf#"}, "@id": "urn:x:1", "@type": "EconomicResource", "name": "Air", "classifiedAs": "urn:x:air"}`, "vf.record_without_event", "urn:x:1"},
			{"two different things of one name", "ann", `{"@context": {"@vocab": "https://w3id.org/valueflows/ont/vf#"}, "@graph": [{"@id": "urn:x:1", "@type": "Plan", "name": "A"}, {"@id": "urn:x:1", "@type": "Plan", "name": "B"}]}`, "jsonld.twice", "urn:x:1"},
			{"an endless address", "ann", `{"@context": {"@vocab": "https://w3id.org/valueflows/ont/vf#"}, "@id": "urn:x:` + strings.Repeat("x", 3000) + `", "@type": "Plan", "name": "A"}`, "jsonld.address", ""},
		} {
			if status, _, text := y.came(c.who, "/everything.jsonld", c.document); status < 400 || !strings.Contains(text, c.code) || !strings.Contains(text, c.part) {
				y.t.Errorf("%s: %d %s", c.name, status, text)
			}
		}
		if status, _, text := y.came("ann", "/everything.jsonld?dry=perhaps", others); status != 422 || !strings.Contains(text, "vfrest.dry") {
			y.t.Errorf("%d %s", status, text)
		}
		if status, text := y.ask("ann", "POST", "/everything.jsonld", others, "Content-Type", "text/plain"); status != 422 || !strings.Contains(text, "vfrest.content_type") {
			y.t.Errorf("%d %s", status, text)
		}
		if y.entries() != size {
			y.t.Error("a refusal left something behind")
		}
	})
}

func same(a, b map[vf.Kind]int) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}
