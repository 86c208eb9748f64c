package graphqlroom

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/web"
)

// explorerRoutes are the page on which people try the API, and the pages that
// say what it has.
func (e *endpoint) explorerRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/api", Needs: Ask, Handle: e.explorer},
		{Pattern: "POST /c/{commons}/api", Needs: Ask, Handle: e.tried},
		{Pattern: "GET /c/{commons}/api/types", Needs: Ask, Handle: e.types},
		{Pattern: "GET /c/{commons}/api/types/{type}", Needs: Ask, Handle: e.typePage},
	}
}

// explored is what the explorer shows.
type explored struct {
	Form      *web.Form
	Endpoint  string
	Query     string
	Variables string
	Examples  []example
	Answer    string
	Failed    bool
	Rows      int
}

// example is a query to begin with.
type example struct {
	Key, Label, Query string
}

// Examples are the queries that the explorer offers, by the word of their
// label: graphql.example.WORD.
var examples = []example{
	{Key: "events", Query: `# The latest events: who gave what to whom
{
  economicEvents(first: 10) {
    nodes {
      hasPointInTime
      action
      provider { name }
      receiver { name }
      resourceQuantity { hasNumericalValue hasUnit { label } }
      effortQuantity { hasNumericalValue hasUnit { label } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`},
	{Key: "resources", Query: `# What there is, how much of it, and who holds it
{
  economicResources(first: 10) {
    nodes {
      name
      conformsTo { name }
      onhandQuantity { hasNumericalValue hasUnit { label } }
      custodian { name }
    }
  }
}`},
	{Key: "offers", Query: `# What is offered to others
{
  offers(first: 10) {
    nodes {
      name
      publishes { action resourceConformsTo { name } resourceQuantity { hasNumericalValue hasUnit { label } } }
    }
  }
}`},
	{Key: "schema", Query: `# Every kind of thing that the API knows
{
  __schema {
    types { name kind description }
  }
}`},
}

// explorer shows the page with the query of the address, or the first example.
func (e *endpoint) explorer(q *web.Request) error {
	f := q.Form()
	return e.show(q, explored{Query: cmp.Or(f.Raw("query"), examples[0].Query), Variables: f.Raw("variables")})
}

// tried runs what was written and shows the answer below it: for readers
// without scripts.
func (e *endpoint) tried(q *web.Request) error {
	f := q.Form()
	x := explored{Query: f.Raw("query"), Variables: f.Raw("variables")}
	r := graphql.Request{Query: x.Query}
	err := asks(r)
	if err == nil && strings.TrimSpace(x.Variables) != "" {
		if err = decode([]byte(x.Variables), &r.Variables); err != nil {
			err = fault.As(err).InField("variables")
		}
	}
	asker := e.asker(q)
	asker.Key = q.Idempotency()
	var a graphql.Answer
	if err == nil {
		a = e.schema.Do(q.R.Context(), asker, r, true)
	} else {
		a = graphql.Refused(q.R.Context(), err)
	}
	x.Answer, x.Failed = indented(a.JSON), bytes.Contains(a.JSON, []byte(`"errors":[`))
	return e.show(q, x)
}

func (e *endpoint) show(q *web.Request, x explored) error {
	x.Form, x.Endpoint = q.Form(), q.Path("graphql")
	for _, ex := range examples {
		ex.Label = q.T("graphql.example." + ex.Key)
		x.Examples = append(x.Examples, ex)
	}
	x.Rows = min(max(strings.Count(x.Query, "\n")+2, 14), 40)
	return q.Render(web.Page{Template: "graphql/explorer.html", Title: q.T("graphql.explorer.title"), Data: x})
}

// indented lays JSON out for reading.
func indented(raw []byte) string {
	var b bytes.Buffer
	if err := json.Indent(&b, bytes.TrimSpace(raw), "", "  "); err != nil {
		return string(raw)
	}
	return b.String()
}

// readsPages reports whether a reader came with a browser and no query.
func readsPages(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html") && !r.URL.Query().Has("query")
}

// search leads to the explorer.
func (e *endpoint) search(q *web.Request, text string, _ int) ([]web.Hit, error) {
	if !q.Who.Can(Ask) {
		return nil, nil
	}
	var hits []web.Hit
	find := strings.ToLower(strings.TrimSpace(text))
	if title := q.T("graphql.explorer.title"); find != "" && strings.Contains(strings.ToLower(title+" graphql"), find) {
		hits = append(hits, web.Hit{Kind: title, Label: title, Path: q.Path("api"), Detail: "GraphQL"})
	}
	return hits, nil
}
