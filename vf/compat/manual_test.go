package compat

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

const manual = "../../docs/vf-graphql.md"

// The manual's page says of every field what answers it, as the table does.
func TestManual(t *testing.T) {
	table, err := newTable(nil)
	if err != nil {
		t.Fatal(err)
	}
	want := page(table)
	if *update {
		if err := os.WriteFile(manual, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the table says; write it anew with: go test ./vf/compat -run TestManual -update", manual)
	}
}

const preface = `# The published vf-graphql schema

Programs written for hREA and its kin speak the GraphQL schema of the npm package ` + "`@valueflows/vf-graphql`" + `. A commons serves version
` + Version + ` of it, whole and unchanged, beside the API in the names of ValueFlows 1.0:

` + "```" + `
POST /c/{commons}/graphql/vf
POST /graphql/vf?commons=SLUG
` + "```" + `

Sign in as for the other API, with a token or the session of the browser; what you may read and do is the same, and the same event is one event in both.
` + "```" + `graphql
mutation {
  createEconomicEvent(
    event: {action: "raise", provider: "…", receiver: "…", resourceConformsTo: "…", resourceQuantity: {hasNumericalValue: "12.5", hasUnit: "kilogram"}}
    newInventoriedResource: {name: "Crate of apples"}
  ) { economicEvent { id revisionId } economicResource { id accountingQuantity { hasNumericalValue hasUnit { label } } } }
}
` + "```" + `

What to know:

- The schema is of the time of ValueFlows 0.8. Every field below either answers from a property of 1.0, or answers an **error** ` + "`graphql.unimplemented`" + ` that names the field and the reason. A null means that there is nothing.
- Amounts are answered as texts, ` + "`\"12.5\"`" + `, and taken as texts or numbers, with all their digits; a measure has a unit, though the schema does not demand one. Units are those of the table (` + "`units`" + `) or a word of your own.
- A ` + "`revisionId`" + ` is the identifier with the number of the revision. Updates and deletions name it, and are refused when somebody has changed the record since. Only the latest revision can be read.
- Events are never edited. ` + "`createFulfillment`, `createSettlement` and `createSatisfaction`" + ` of an event take it back and record it anew with what it meets, in one act; the answer names the new event.
- A proposal is an offer until the first intent it publishes says otherwise. The time in ` + "`created`" + ` is always the server's.
- Lists page from both ends, at most 500 entries at a time (` + "`pageLimit`" + `); who asks for the last 100,000 gets a page. Long lists of processes and of parts of flows (above 10,000) page forward only.
- The schema has no ecological agents: they show as organizations.
- An input that has no home here, such as ` + "`agreedIn` or `atLocation`" + `, is refused, never dropped.

`

// page writes the page.
func page(t *table) string {
	var out, refused strings.Builder
	out.WriteString(preface)
	served, all := 0, 0
	for _, typ := range sections(t) {
		rows, why := rowsOf(t, typ)
		served, all = served+len(rows), all+len(rows)+len(why)
		if len(rows) > 0 {
			fmt.Fprintf(&out, "## %s\n\n| field | from |\n|---|---|\n%s\n", typ, strings.Join(rows, ""))
		}
		if len(rows) == 0 {
			why = []string{fmt.Sprintf("| %s, all its fields | %s |\n", typ, t.answers[typ+".id"].why)}
		}
		refused.WriteString(strings.Join(why, ""))
	}
	fmt.Fprintf(&out, "## Not answered\n\nOf %d fields (connections, edges and responses not counted) %d answer. These do not:\n\n| field | because |\n|---|---|\n%s", all, served, refused.String())
	return out.String()
}

// sections are the types with fields of their own, Query and Mutation first.
func sections(t *table) []string {
	list := []string{"Query", "Mutation"}
	seen := map[string]bool{"Query": true, "Mutation": true}
	for name := range t.all() {
		typ, _, _ := strings.Cut(name, ".")
		if !seen[typ] && !strings.HasSuffix(typ, "Connection") && !strings.HasSuffix(typ, "Edge") && !strings.HasSuffix(typ, "Response") {
			list = append(list, typ)
		}
		seen[typ] = true
	}
	return list
}

// rowsOf are the lines of a type: what is answered, and what is not. A type of
// which nothing is answered has one line.
func rowsOf(t *table, typ string) (rows, why []string) {
	for _, f := range t.schema.Types[typ].Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		switch a := t.answers[typ+"."+f.Name]; a.why {
		case "":
			rows = append(rows, fmt.Sprintf("| %s | %s |\n", f.Name, a.from))
		default:
			why = append(why, fmt.Sprintf("| %s.%s | %s |\n", typ, f.Name, a.why))
		}
	}
	return rows, why
}
