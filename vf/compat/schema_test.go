package compat

import (
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"commonweal/vf/compat/sdl"
)

var update = flag.Bool("update", false, "write schema.graphql and the manual's page anew")

// schemas is the folder of the package's modules, fetched by `make test`.
const schemas = "node_modules/@valueflows/vf-graphql/schemas"

// The schema is the package's, put together; the package is the one that the
// lock names. Where it has been fetched, it is put together anew.
func TestMerged(t *testing.T) {
	raw, err := os.ReadFile("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct{ Version, License string }
	}
	if err := json.Unmarshal(raw, &lock); err != nil {
		t.Fatal(err)
	}
	p := lock.Packages["node_modules/@valueflows/vf-graphql"]
	if p.Version != Version || p.License != "Apache-2.0" || !strings.HasPrefix(sdlText, "# The schema of vf-graphql "+Version) {
		t.Errorf("the lock has %+v, the schema is %s", p, strings.SplitN(sdlText, "\n", 2)[0])
	}
	if _, err := fs.Stat(os.DirFS("."), schemas); err != nil {
		t.Log("the package has not been fetched; make test does it")
		return
	}
	merged, err := sdl.Merge(os.DirFS(schemas), Version)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.graphql", []byte(merged), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if merged != sdlText && !*update {
		t.Error("schema.graphql is not what the package comes to; write it anew with -update")
	}
	published, err := gqlparser.LoadSchema(&ast.Source{Input: merged})
	if err != nil {
		t.Fatal(err)
	}
	modules(t, published)
}

// Invariant 2: the schema that is served lacks nothing of the published one.
func TestInvariant2NothingIsBroken(t *testing.T) {
	served, err := Schema(nil)
	if err != nil {
		t.Fatal(err)
	}
	published, err := gqlparser.LoadSchema(&ast.Source{Input: sdlText})
	if err != nil {
		t.Fatal(err)
	}
	if wrong := breaks(published, served.AST()); len(wrong) > 0 {
		t.Error(strings.Join(wrong, "\n"))
	}
	var fields int
	for _, def := range published.Types {
		if !strings.HasPrefix(def.Name, "__") {
			fields += len(def.Fields)
		}
	}
	if len(published.Types) < 200 || fields < 1200 {
		t.Errorf("%d types with %d fields: that is not the whole schema", len(published.Types), fields)
	}
}

// modules holds every module of the package against the schema on its own: a
// merge that forgot something shows here.
func modules(t *testing.T, merged *ast.Schema) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(schemas), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".gql") {
			return err
		}
		text, err := os.ReadFile(schemas + "/" + path)
		if err != nil {
			return err
		}
		doc, perr := parse(path, string(text))
		if perr != nil {
			return perr
		}
		for _, def := range doc {
			if wrong := breaksType(def, merged.Types[def.Name]); len(wrong) > 0 && !strings.HasPrefix(def.Name, "_vf") {
				t.Errorf("%s: %s", path, strings.Join(wrong, "; "))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func parse(path, text string) ([]*ast.Definition, error) {
	doc, err := parser.ParseSchema(&ast.Source{Name: path, Input: text})
	if err != nil {
		return nil, err
	}
	return slices.Concat(doc.Definitions, doc.Extensions), nil
}

// breaks lists what a client of the one schema could not ask of the other.
func breaks(published, served *ast.Schema) (wrong []string) {
	for name, def := range published.Types {
		wrong = append(wrong, breaksType(def, served.Types[name])...)
		if now := served.Types[name]; now != nil && def.Kind == ast.InputObject {
			wrong = append(wrong, demands(def, now)...)
		}
	}
	slices.Sort(wrong)
	return wrong
}

func breaksType(def, served *ast.Definition) (wrong []string) {
	if served == nil || served.Kind != def.Kind {
		return []string{def.Name + " is missing"}
	}
	for _, v := range def.EnumValues {
		if served.EnumValues.ForName(v.Name) == nil {
			wrong = append(wrong, def.Name+" lacks "+v.Name)
		}
	}
	for _, member := range slices.Concat(def.Types, def.Interfaces) {
		if !slices.Contains(served.Types, member) && !slices.Contains(served.Interfaces, member) {
			wrong = append(wrong, def.Name+" lacks "+member)
		}
	}
	for _, f := range def.Fields {
		wrong = append(wrong, breaksField(def, f, served.Fields.ForName(f.Name))...)
	}
	return wrong
}

// demands lists what an input has to have now and had not before.
func demands(def, served *ast.Definition) (wrong []string) {
	for _, f := range served.Fields {
		if f.Type.NonNull && f.DefaultValue == nil && def.Fields.ForName(f.Name) == nil {
			wrong = append(wrong, def.Name+"."+f.Name+" is demanded, which it was not")
		}
	}
	return wrong
}

func breaksField(def *ast.Definition, f, served *ast.FieldDefinition) (wrong []string) {
	name := def.Name + "." + f.Name
	if served == nil {
		return []string{name + " is missing"}
	}
	if served.Type.String() != f.Type.String() {
		wrong = append(wrong, name+" is "+served.Type.String()+", not "+f.Type.String())
	}
	for _, a := range f.Arguments {
		if have := served.Arguments.ForName(a.Name); have == nil || have.Type.String() != a.Type.String() {
			wrong = append(wrong, name+" lacks the argument "+a.Name)
		}
	}
	return wrong
}

// The comparison sees what is broken.
func TestBreaksAreSeen(t *testing.T) {
	load := func(text string) *ast.Schema {
		s, err := gqlparser.LoadSchema(&ast.Source{Input: text})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	was := load(`type Query { a(n: Int): String! e: E u: U } enum E { x y } type A { id: ID! } type B { id: ID! } union U = A | B input I { a: Int } type C { i(i: I): Int }`)
	for _, now := range []string{
		`type Query { a(n: Int): String e: E u: U } enum E { x y } type A { id: ID! } type B { id: ID! } union U = A | B input I { a: Int } type C { i(i: I): Int }`,
		`type Query { a: String! e: E u: U } enum E { x y } type A { id: ID! } type B { id: ID! } union U = A | B input I { a: Int } type C { i(i: I): Int }`,
		`type Query { a(n: Int): String! e: E u: U } enum E { x } type A { id: ID! } type B { id: ID! } union U = A | B input I { a: Int } type C { i(i: I): Int }`,
		`type Query { a(n: Int): String! e: E u: U } enum E { x y } type A { id: ID! } type B { id: ID! } union U = A input I { a: Int } type C { i(i: I): Int }`,
		`type Query { a(n: Int): String! e: E u: U } enum E { x y } type A { id: ID! } type B { id: ID! } union U = A | B input I { a: Int b: Int! } type C { i(i: I): Int }`,
		`type Query { a(n: Int): String! e: E u: U } enum E { x y } type A { id: ID! } type B { id: ID! } union U = A | B`,
	} {
		if len(breaks(was, load(now))) == 0 {
			t.Errorf("nothing is broken by %s", now)
		}
	}
	if wrong := breaks(was, was); len(wrong) > 0 {
		t.Error(wrong)
	}
}

// Invariant 1: every field has an answer or a reason, and no reason is left over.
func TestInvariant1EveryFieldAnswers(t *testing.T) {
	table, err := newTable(nil)
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for name, a := range table.answers {
		if (a.why == "") == (a.from == "") {
			t.Errorf("%s: answered from %q, not answered because %q", name, a.from, a.why)
		}
		used[a.why] = true
	}
	for _, r := range reasons {
		if !used[r.why] && !inputReason(table, r.field) {
			t.Errorf("nothing needs the reason for %s", r.field)
		}
	}
}

// inputReason reports whether a reason is for a part of an input.
func inputReason(t *table, pattern string) bool {
	typ, field, _ := strings.Cut(pattern, ".")
	for name, def := range t.schema.Types {
		if def.Kind == ast.InputObject && (typ == "*" || strings.HasPrefix(name, typ)) && def.Fields.ForName(field) != nil {
			return true
		}
	}
	return false
}
