package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
)

// desk is a village with its pages and its API served, and the tokens of those who ask.
type desk struct {
	*village
	h       *House
	shell   http.Handler
	schema  *graphql.Schema
	commons commons.Commons
	members []auth.Membership
	tokens  map[string]string // of askers; "" for nobody
}

func newDesk(t *testing.T) *desk {
	d := &desk{village: newVillage(t), tokens: map[string]string{"outsider": ""}}
	d.h = d.open()
	t.Cleanup(func() { d.h.Close() })
	shell, err := d.h.Shell(false)
	d.must(err)
	d.shell = shell
	d.schema, err = d.h.schema()
	d.must(err)
	d.commons, _, err = d.h.Directory.BySlug(t.Context(), "village")
	d.must(err)
	d.must(d.h.Store.Read(t.Context(), d.commons.ID, func(r *store.Snapshot) (err error) {
		d.members, err = auth.Members(r)
		return err
	}))
	for _, m := range d.members {
		d.token(m.Role.String(), m, nil)
	}
	d.token("narrow token", d.member("steward"), []auth.Capability{"graphql.ask", "vf.see"})
	return d
}

// member returns the membership of a role.
func (d *desk) member(role string) auth.Membership {
	return d.members[slices.IndexFunc(d.members, func(m auth.Membership) bool { return m.Role.String() == role })]
}

func (d *desk) token(name string, m auth.Membership, scopes []auth.Capability) {
	secret, _, err := d.h.Gate.IssueTokenFor(d.t.Context(), d.h.Gate.Operator(d.commons.ID), m.Agent, auth.TokenAsk{Label: "test", Life: time.Hour, Scopes: scopes})
	d.must(err)
	d.tokens[name] = secret
}

// send sends a request as one of the askers; without a body it is a GET.
func (d *desk) send(who, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "http://localhost:8080/c/village"+path, nil)
	if body != "" {
		r = httptest.NewRequest("POST", "http://localhost:8080/c/village"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
	}
	if d.tokens[who] != "" {
		r.Header.Set("Authorization", "Bearer "+d.tokens[who])
	}
	w := httptest.NewRecorder()
	d.shell.ServeHTTP(w, r)
	return w
}

// ask asks the API and returns the text of the answer.
func (d *desk) ask(who, query string, vars map[string]any) string {
	d.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	d.must(err)
	return strings.TrimSpace(d.send(who, "/graphql", string(body)).Body.String())
}

var worked = regexp.MustCompile("(?s)```graphql\n(.*?)```\n\n```json\n(.*?)\n```")

// Every request of the manual is answered as the manual says; … is any text.
func TestManualOfTheAPI(t *testing.T) {
	d := newDesk(t)
	text, err := os.ReadFile("../../docs/api.md")
	d.must(err)
	examples := worked.FindAllStringSubmatch(string(text), -1)
	if n := strings.Count(string(text), "```graphql"); n != len(examples) || n < 6 {
		t.Fatalf("%d requests, %d with their answers", n, len(examples))
	}
	me := d.member("member").Agent
	vars := map[string]any{"project": d.logged.Project, "me": me, "receiver": me, "distribution": d.pot.ID, "number": ""}
	for _, x := range examples {
		used := maps.Clone(vars)
		maps.DeleteFunc(used, func(name string, _ any) bool { return !strings.Contains(x[1], "$"+name) })
		got := d.ask("member", x[1], used)
		want := strings.ReplaceAll(regexp.QuoteMeta(x[2]), "…", `(\\.|[^"\\])*`)
		if ok, err := regexp.MatchString("^"+want+"$", got); err != nil || !ok {
			t.Errorf("%s\n got %s\nwant %s (%v)", x[1], got, x[2], err)
		}
		if m := regexp.MustCompile(`"logContribution":\{"number":"([^"]+)"`).FindStringSubmatch(got); m != nil {
			vars["number"] = m[1]
		}
	}
}

// Who may ask what: every field of Query as each kind of asker, and every
// field below with a capability of its own. A change shows in review.
func TestAPIMatrix(t *testing.T) {
	d := newDesk(t)
	askers := []string{"outsider of closed books", "outsider", "narrow token", "member", "steward"}
	rows := map[string][]string{}
	for _, who := range askers[1:] {
		d.column(rows, who)
	}
	closed := d.commons.Settings()
	closed.OpenBooks = false
	_, err := d.h.Directory.Change(t.Context(), d.h.Gate.Operator(d.commons.ID), closed)
	d.must(err)
	d.tokens[askers[0]] = ""
	if w := d.send(askers[0], "/graphql", `{"query":"{ server }"}`); w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), `{"errors":[{`) {
		t.Errorf("a closed commons says %d %s", w.Code, w.Body)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-34s | %s\n", "field of Query", strings.Join(askers[1:], " | "))
	for _, f := range slices.Sorted(maps.Keys(rows)) {
		fmt.Fprintf(&b, "%-34s | %s\n", f, strings.Join(rows[f], " | "))
	}
	fmt.Fprintf(&b, "\n%-50s | %s\n", "field with a capability of its own", "capability")
	for _, name := range slices.Sorted(maps.Keys(d.schema.AST().Types)) {
		for _, f := range d.schema.AST().Types[name].Fields {
			if needs := d.schema.Needs(name, f.Name); needs != "" && name != "Query" {
				fmt.Fprintf(&b, "%-50s | %s\n", name+"."+f.Name, needs)
			}
		}
	}
	golden(t, "testdata/api.golden", b.String())
}

// column asks every field of Query as somebody.
func (d *desk) column(rows map[string][]string, who string) {
	for _, f := range d.schema.AST().Query.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		rows[f.Name] = append(rows[f.Name], outcome(d.ask(who, "{ "+d.minimal(f)+" }", nil)))
	}
}

// minimal is a field with arguments that fit, and as little asked of it as can be.
func (d *desk) minimal(f *ast.FieldDefinition) string {
	var args []string
	for _, a := range f.Arguments {
		if a.Type.NonNull {
			args = append(args, a.Name+`: "`+string(d.pot.ID)+`"`)
		}
	}
	out := f.Name
	if len(args) > 0 {
		out += "(" + strings.Join(args, ", ") + ")"
	}
	if def := d.schema.AST().Types[f.Type.Name()]; def.IsCompositeType() {
		out += " { __typename }"
	}
	return out
}

var codeOf = regexp.MustCompile(`"code":"((?:auth\.|vf\.list|vf\.search)[^"]*)"`)

// outcome is "yes", or the code of the refusal; that a thing is not there is no refusal.
func outcome(answer string) string {
	if m := codeOf.FindStringSubmatch(answer); m != nil {
		return m[1]
	}
	return "yes"
}

// The API and the pages answer the same people: a field is refused exactly
// where its page is.
func TestAPIAndPagesHaveTheSameAudiences(t *testing.T) {
	d := newDesk(t)
	for query, page := range map[string]string{
		`{ contributions { nodes { number } } }`:                    "/contribution/entries",
		`{ contributionOwed { unit { id } } }`:                      "/contribution/owed",
		`{ contributionKarma { person { id } } }`:                   "/contribution/karma",
		`{ contributionEquations { id } }`:                          "/contribution/equations",
		`{ contributionIncomes { nodes { id } } }`:                  "/contribution/income",
		`{ contributionDistributions { nodes { id } } }`:            "/contribution/distributions",
		`{ contributionProjects { name } }`:                         "/contribution/projects",
		`{ economicEvents { nodes { id } } }`:                       "/history",
		`{ economicResources { nodes { id } } }`:                    "/resources",
		`{ processes { nodes { id } } }`:                            "/processes",
		`{ resourceSpecifications { nodes { id } } }`:               "/specifications",
		`{ offers { nodes { id } } }`:                               "/proposals",
		`{ agreements { nodes { id } } }`:                           "/agreements",
		`{ plans { nodes { id } } }`:                                "/plans",
		`{ recipes { nodes { id } } }`:                              "/recipes",
		`{ contributionKinds { name } }`:                            "/contribution/log",
		`{ contributionRounds { nodes { id } } }`:                   "/contribution/rounds",
		`{ contributionHalfLives { days } }`:                        "/contribution/karma",
		`{ contributionExits { id } }`:                              "/contribution/exits",
		`{ contributionImports { nodes { id } } }`:                  "/contribution/import",
		`{ booksBalances { account } }`:                             "/books",
		`{ booksEntries { nodes { code } } }`:                       "/books/accounts/Assets",
		`{ booksReceipt(logEntry: "0") }`:                           "/books/log/0/receipt",
		`{ trace(event: "` + string(d.event) + `") { truncated } }`: "/trace?event=" + string(d.event),
	} {
		for who := range d.tokens {
			answer := d.ask(who, query, nil)
			status := d.send(who, page, "").Code
			if (outcome(answer) == "yes") != (status == 200) {
				t.Errorf("%s: the API answers %s %s, and %s answers %d", who, query, outcome(answer), page, status)
			}
		}
	}
	for _, who := range []string{"outsider", "narrow token"} {
		if text := d.ask(who, `{ contributions { nodes { person { name } } } economicEvents { nodes { provider { name } note } } }`, nil); strings.Contains(text, "Wanda") || strings.Contains(text, "note of") {
			t.Errorf("%s reads %s", who, text)
		}
	}
}
