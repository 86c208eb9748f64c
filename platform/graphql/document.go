package graphql

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"commonweal/platform/fault"
)

// document is a query that was parsed and found valid, or what is wrong with it.
type document struct {
	ast      *ast.QueryDocument
	problems []Problem
	roots    map[*ast.OperationDefinition]*field // with the selections of earlier runs; nil: of no use
}

// root returns the field under which all of an operation stands.
func (d *document) root(op *ast.OperationDefinition) *field {
	if f := d.roots[op]; f != nil {
		return f
	}
	return &field{set: op.SelectionSet}
}

// prepare makes room for the selections, where no variable decides what is in them.
func (d *document) prepare() {
	for _, op := range d.ast.Operations {
		if conditional(op.SelectionSet) {
			return
		}
	}
	for _, f := range d.ast.Fragments {
		if conditional(f.SelectionSet) {
			return
		}
	}
	d.roots = map[*ast.OperationDefinition]*field{}
	for _, op := range d.ast.Operations {
		d.roots[op] = &field{set: op.SelectionSet}
	}
}

// document parses and validates a query; texts seen before are remembered.
func (s *Schema) document(text string) *document {
	if d, ok := s.documents.Get(text); ok {
		return d
	}
	d := &document{}
	parsed, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, s.limits.Tokens)
	if err != nil {
		d.problems = invalid(err)
	} else if found := validator.ValidateWithRules(s.ast, parsed, rules.NewDefaultRules()); len(found) > 0 {
		seen := map[string]bool{} // a rule may find the same at the use of a fragment and at its definition
		for _, e := range found {
			if !seen[e.Error()] {
				seen[e.Error()] = true
				d.problems = append(d.problems, invalid(e)...)
			}
		}
	} else {
		d.ast = parsed
		d.prepare()
	}
	s.documents.Add(text, d)
	return d
}

// invalid turns an error of the parser or a rule into a problem with its places.
func invalid(err error) []Problem {
	p := Problem{Message: err.Error(), Extensions: Extensions{Code: "graphql.invalid_query", Kind: fault.Invalid.String(), Field: "query"}}
	var e *gqlerror.Error
	if errors.As(err, &e) {
		p.Message = e.Message
		for _, l := range e.Locations {
			p.Locations = append(p.Locations, Location{l.Line, l.Column})
		}
	}
	return []Problem{p}
}

// text returns the text of a request: its own, or the one that was persisted
// under its hash (the automatic persisted queries of Apollo).
func (s *Schema) text(r Request) (string, error) {
	hash := r.Extensions.PersistedQuery.Hash
	if hash == "" {
		return r.Query, nil
	}
	if r.Query == "" {
		text, ok := s.persisted.Get(hash)
		if !ok {
			return "", errPersisted
		}
		return text, nil
	}
	sum := sha256.Sum256([]byte(r.Query))
	if hex.EncodeToString(sum[:]) != hash {
		return "", fault.Invalidf("graphql.persisted_hash", "extensions.persistedQuery.sha256Hash", "%q is not the SHA-256 of the query", hash)
	}
	s.persisted.Add(hash, r.Query)
	return r.Query, nil
}

// errPersisted is worded as clients of Apollo look for it.
var errPersisted = fault.New(fault.NotFound, "graphql.persisted_query_not_found", "", "PersistedQueryNotFound")
