package graphqlroom

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// sendForm sends the explorer's form as a browser without scripts does.
func sendForm(t *testing.T, person string, fields url.Values) *httptest.ResponseRecorder {
	t.Helper()
	_, h := desk(t)
	return send(h, "/c/open/api", fields.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Test-Person", person)
}

// Without scripts the form shows the answer, keeps what was written, and says
// what is wrong with it.
func TestExplorerWithoutScripts(t *testing.T) {
	for _, c := range []struct {
		name   string
		fields url.Values
		want   []string
	}{
		{"an answer", url.Values{"query": {"{ server }"}}, []string{`&#34;server&#34;: &#34;test&#34;`, "{ server }</textarea>"}},
		{"variables", url.Values{"query": {"query($n: Decimal) { size(of: $n) }"}, "variables": {`{"n": "1.5"}`}}, []string{`&#34;size&#34;: &#34;1.5&#34;`}},
		{"bad variables", url.Values{"query": {"{ server }"}, "variables": {`{`}}, []string{"graphql.body", "Something was refused"}},
		{"a mutation", url.Values{"query": {`mutation { write(text: "<b>") }`}}, []string{`&#34;write&#34;: &#34;&lt;b&gt;&#34;`}},
		{"nothing", url.Values{"query": {""}}, []string{"graphql.no_query"}},
	} {
		w := sendForm(t, "member", c.fields)
		for _, want := range c.want {
			if w.Code != 200 || !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: %d, lacks %s", c.name, w.Code, want)
			}
		}
	}
}

// The page opens with a query that runs, browsers find it at the endpoint's
// address, and every type of the schema has its page.
func TestExplorerAndReference(t *testing.T) {
	_, h := desk(t)
	if w := send(h, "/c/open/graphql", "", "Accept", "text/html"); w.Code != 303 || w.Header().Get("Location") != "/c/open/api" {
		t.Errorf("a browser is led to %d %s", w.Code, w.Header().Get("Location"))
	}
	if w := send(h, "/c/open/api?query=%7Bserver%7D", ""); w.Code != 200 || !strings.Contains(w.Body.String(), "{server}</textarea>") {
		t.Errorf("the query of the address: %d", w.Code)
	}
	list := send(h, "/c/open/api/types", "").Body.String()
	for _, name := range []string{"Query", "Mutation", "Decimal", "Boolean"} {
		if w := send(h, "/c/open/api/types/"+name, ""); w.Code != 200 || !strings.Contains(w.Body.String(), name) || !strings.Contains(list, "/types/"+name+`"`) {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := send(h, "/c/open/api/types/Nobody", ""); w.Code != 404 {
		t.Errorf("a type that is none: %d", w.Code)
	}
	if found := send(h, "/c/open/api/types?find=ECHO", "").Body.String(); !strings.Contains(found, "/types/Mutation") || strings.Contains(found, "/types/Query\"") {
		t.Error("a field is not found, or more than that is")
	}
	for who, want := range map[string]int{"": 303, "stranger": 404, "member": 200} {
		if w := send(h, "/c/closed/api", "", "Test-Person", who); w.Code != want {
			t.Errorf("%q opens the explorer of a closed commons: %d", who, w.Code)
		}
	}
}
