package sdl

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

// notice heads the merged document.
const notice = `# The schema of vf-graphql %s (npm package @valueflows/vf-graphql), its modules
# put together. Copyright the authors of vf-graphql, licensed under the Apache
# License, Version 2.0 (http://www.apache.org/licenses/LICENSE-2.0).
# SPDX-License-Identifier: Apache-2.0
# Generated: do not edit. See package sdl for what was changed in merging.

`

// Merge reads every .gql file of the package's folder of schemas and returns
// one document, the same for the same files.
func Merge(schemas fs.FS, version string) (string, error) {
	m := merger{types: map[string]*ast.Definition{}}
	err := fs.WalkDir(schemas, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".gql") {
			return err
		}
		text, err := fs.ReadFile(schemas, path)
		if err != nil {
			return err
		}
		doc, err := parser.ParseSchema(&ast.Source{Name: path, Input: string(text)})
		if err != nil {
			return err
		}
		for _, def := range slices.Concat(doc.Definitions, doc.Extensions) {
			if err := m.take(def); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, notice, version)
	formatter.NewFormatter(&out, formatter.WithIndent("  ")).FormatSchemaDocument(m.document())
	return out.String(), nil
}

type merger struct {
	types map[string]*ast.Definition
}

// dummy is what the filtering module declares because a module may not be empty.
const dummy = "_vf_filtering_dummy"

func (m *merger) take(def *ast.Definition) error {
	if strings.HasPrefix(def.Name, dummy) {
		return nil
	}
	have := m.types[def.Name]
	if have == nil {
		m.types[def.Name] = def
		return nil
	}
	if have.Kind != def.Kind {
		return fmt.Errorf("%s is a %s here and a %s elsewhere", def.Name, def.Kind, have.Kind)
	}
	if have.Description == "" {
		have.Description = def.Description
	}
	have.Types = union(have.Types, def.Types)
	have.Interfaces = union(have.Interfaces, def.Interfaces)
	for _, v := range def.EnumValues {
		if have.EnumValues.ForName(v.Name) == nil {
			have.EnumValues = append(have.EnumValues, v)
		}
	}
	for _, f := range def.Fields {
		if err := field(have, f); err != nil {
			return err
		}
	}
	return nil
}

// field adds a field or the arguments that it has in one more place.
func field(to *ast.Definition, f *ast.FieldDefinition) error {
	have := to.Fields.ForName(f.Name)
	if have == nil {
		to.Fields = append(to.Fields, f)
		return nil
	}
	if have.Type.String() != f.Type.String() {
		return fmt.Errorf("%s.%s is %s here and %s elsewhere", to.Name, f.Name, f.Type, have.Type)
	}
	if have.Description == "" {
		have.Description = f.Description
	}
	for _, a := range f.Arguments {
		if have.Arguments.ForName(a.Name) == nil {
			have.Arguments = append(have.Arguments, a)
		}
	}
	return nil
}

func union(a, b []string) []string {
	for _, x := range b {
		if !slices.Contains(a, x) {
			a = append(a, x)
		}
	}
	return a
}

// document is all types in the order of their names.
func (m *merger) document() *ast.SchemaDocument {
	doc := &ast.SchemaDocument{}
	for _, def := range m.types {
		doc.Definitions = append(doc.Definitions, def)
	}
	slices.SortFunc(doc.Definitions, func(a, b *ast.Definition) int { return strings.Compare(a.Name, b.Name) })
	return doc
}
