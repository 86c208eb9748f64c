package activitypub

import (
	"strings"
	"testing"

	"commonweal/platform/fault"
)

func TestTermsHoweverWritten(t *testing.T) {
	for _, text := range []string{
		`{"id":"https://a/1","type":"Offer","stipulates":{"hasUnit":"one"}}`,
		`{"@id":"https://a/1","@type":["as:Offer"],"vf:stipulates":[{"om2:hasUnit":"one"}]}`,
		`{"@context":{"stipulates":"https://evil.example/x"},"@id":"https://a/1","type":"https://www.w3.org/ns/activitystreams#Offer","https://w3id.org/valueflows/ont/vf#stipulates":{"http://www.ontology-of-units-of-measure.org/resource/om-2/hasUnit":{"@value":"one"}}}`,
	} {
		o, err := Decode([]byte(text))
		must(t, err)
		if o.Text("id") != "https://a/1" || !o.Is("Offer") || o.Kind() != "Offer" || o.Object("stipulates").Text("hasUnit") != "one" {
			t.Errorf("%s reads as %v", text, o)
		}
	}
}

func TestInvariant3Bounds(t *testing.T) {
	for name, c := range map[string]struct{ text, code string }{
		"a member twice": {`{"id":"a","id":"b"}`, "activitypub.json"},
		"a list":         {`[]`, "activitypub.json"},
		"null":           {`null`, "activitypub.json"},
		"broken off":     {`{"id":`, "activitypub.json"},
		"two":            {`{} {}`, "activitypub.json"},
		"too deep":       {strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40), "activitypub.too_deep"},
		"deep lists":     {`{"a":` + strings.Repeat(`[`, 100000) + strings.Repeat("]", 100000) + "}", "activitypub.too_deep"},
		"too large":      {`{"a":"` + strings.Repeat("x", MaxDocument) + `"}`, "activitypub.too_large"},
		"no text":        {"{\"a\":\"\xff\"}", "activitypub.json"},
	} {
		if _, err := Decode([]byte(c.text)); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func TestPlainText(t *testing.T) {
	o := Object{"content": "<p>Blue &amp; <b>old</b></p><script>x</script>", "name": strings.Repeat("é", 50)}
	if got := o.Plain("content", 100); got != "Blue & old x" {
		t.Errorf("%q", got)
	}
	if got := o.Plain("name", 10); got != strings.Repeat("é", 9)+"…" {
		t.Errorf("%q", got)
	}
}

func TestHandles(t *testing.T) {
	for _, text := range []string{"tools@commons.example", "@tools@commons.example", "acct:tools@Commons.Example", " tools@commons.example:8080 "} {
		user, host, err := ParseHandle(text)
		if err != nil || user != "tools" || !strings.HasPrefix(host, "commons.example") {
			t.Errorf("%q: %q %q %v", text, user, host, err)
		}
	}
	for _, text := range []string{"", "tools", "@", "a@", "@b", "a@b/c", "a@b?x", "a@b@c", "a/b@c", "a@b:", "a@u:p@c", "a@b#c", "a b@c"} {
		if _, _, err := ParseHandle(text); fault.CodeOf(err) != "activitypub.handle" {
			t.Errorf("%q passes", text)
		}
	}
}

func TestActors(t *testing.T) {
	p := Profile{ID: "https://there.example/federation/1", Kind: "Organization", Username: "tools", Name: "The <b>Tools</b>", Key: testKeys()[0].Public()}
	o, err := Decode(p.Document())
	must(t, err)
	a, err := ReadActor(o)
	must(t, err)
	if a.Handle != "tools@there.example" || a.Name != "The Tools" || a.KeyID != p.ID+"#main-key" || a.Key == nil || a.Inbox != p.ID+"/inbox" {
		t.Errorf("%+v", a)
	}
	for name, c := range map[string]struct{ old, new, code string }{
		"an inbox elsewhere": {p.ID + "/inbox", "https://evil.example/inbox", "activitypub.foreign_part"},
		"a key elsewhere":    {p.ID + "#main-key", "https://evil.example/k", "activitypub.foreign_part"},
		"a key of another":   {`"owner":"` + p.ID, `"owner":"https://there.example/other`, "activitypub.foreign_part"},
		"no actor":           {"Organization", "Note", "activitypub.no_actor"},
		"no key":             {"BEGIN PUBLIC", "BEGIN NO", "activitypub.key"},
	} {
		text := strings.Replace(string(p.Document()), c.old, c.new, 1)
		o, err := Decode([]byte(text))
		must(t, err)
		if _, err := ReadActor(o); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"@context":["https://www.w3.org/ns/activitystreams"],"type":"Offer","object":{"type":"Agreement","stipulates":[{"resourceQuantity":{"hasNumericalValue":1}}]}}`))
	f.Add([]byte(`{"id":{"@value":"x"},"type":["a",1,{}],"to":null}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		o, err := Decode(raw)
		if err != nil {
			return
		}
		_, again := Decode(Marshal(o))
		if again != nil && fault.CodeOf(again) != "activitypub.too_large" {
			t.Fatalf("%q does not read back: %v", raw, again)
		}
		o.Kind()
		for name := range o {
			o.Text(name)
			o.IDs(name)
			o.Object(name)
			o.Plain(name, 50)
			o.Time(name)
		}
		_, _ = ReadActor(o)
	})
}
