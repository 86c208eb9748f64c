package sdl

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

func module(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

// Modules that repeat a type become one: fields, arguments and members of
// unions of all places.
func TestModulesBecomeOne(t *testing.T) {
	merged, err := Merge(fstest.MapFS{
		"a.gql":                    module("type Query { things(first: Int): [Thing!] }\n\"A thing.\"\ntype Thing { id: ID! }\nunion Item = Thing"),
		"bridging/a.filtering.gql": module("type Query { things(filter: F): [Thing!] }\ninput F { name: String }\nscalar _vf_filtering_dummy"),
		"bridging/a.other.gql":     module("type Thing { other: Other }\ntype Other { id: ID! }\nunion Item = Other"),
		"readme.md":                module("not a schema {"),
	}, "1")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"things(first: Int, filter: F): [Thing!]", "union Item = Thing | Other", "other: Other", "A thing."} {
		if !strings.Contains(merged, part) {
			t.Errorf("without %s:\n%s", part, merged)
		}
	}
	if strings.Contains(merged, "dummy") {
		t.Error("the dummy of the filtering module is there")
	}
	if _, err := gqlparser.LoadSchema(&ast.Source{Input: merged}); err != nil {
		t.Error(err)
	}
}

func TestContradictionsAreRefused(t *testing.T) {
	for _, other := range []string{"type Thing { id: String }", "input Thing { id: ID! }", "type {"} {
		if _, err := Merge(fstest.MapFS{"a.gql": module("type Thing { id: ID! }"), "b.gql": module(other)}, "1"); err == nil {
			t.Errorf("%s was taken", other)
		}
	}
}
