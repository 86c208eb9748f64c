package storetest

import (
	"context"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"commonweal/platform/store"
)

// Guard prepares every statement and insert that the program declares on both
// engines, and checks what no engine checks: that each names commons_id and
// binds it to $1, and that the schemas keep the rules of the house. Call it
// from a test whose program links every room that declares statements;
// statements on tables of no given schema fail.
func Guard(t *testing.T, schemas ...store.Schema) {
	t.Helper()
	statements, inserts := store.Declared()
	for _, st := range statements {
		for _, complaint := range lintStatement(st.Text) {
			t.Errorf("%s:\n%s", complaint, st.Text)
		}
	}
	for _, sc := range schemas {
		names, err := fs.Glob(sc.Files, "schema/*.sql")
		if err != nil || len(names) == 0 {
			t.Errorf("the schema of %s holds no file schema/*.sql (%v)", sc.Room, err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(sc.Files, name)
			if err != nil {
				t.Error(err)
			}
			for _, complaint := range lintSchema(sc.Room, string(text)) {
				t.Errorf("%s of %s: %s", name, sc.Room, complaint)
			}
		}
	}
	Each(t, func() store.Config { return store.Config{Schemas: schemas} }, func(t *testing.T, s *store.Store) {
		for _, st := range statements {
			if err := s.Check(context.Background(), st); err != nil {
				t.Errorf("%v:\n%s", err, st.Text)
			}
		}
		for _, i := range inserts {
			if err := s.CheckInsert(context.Background(), i); err != nil {
				t.Errorf("%v: insert into %s (%s)", err, i.Table, strings.Join(i.Columns, ", "))
			}
		}
	})
}

// rule is a pattern that a text must or must not match.
type rule struct {
	pattern   *regexp.Regexp
	must      bool
	complaint string
}

func forbid(pattern, complaint string) rule {
	return rule{regexp.MustCompile(`(?is)` + pattern), false, complaint}
}

func demand(pattern, complaint string) rule {
	return rule{regexp.MustCompile(`(?is)` + pattern), true, complaint}
}

var statementRules = []rule{
	demand(`\bcommons_id\b`, "the statement does not name commons_id"),
	demand(`\$1\b`, "the statement does not bind commons_id to $1"),
	forbid(`\bselect\s+(\w+\.)?\*`, "SELECT * changes with every added column: name the columns"),
	forbid(`\bfor\s+(update|share)\b`, "locking is the lane's business"),
	forbid(`::`, "write CAST(x AS T)"),
	forbid(`\b(drop|create|alter|pragma|listen|notify)\s`, "only migrations change the schema"),
	forbid(`\b(current_timestamp|current_date|now\s*\(|random\s*\()`, "time and randomness come from the act"),
}

func lintStatement(text string) []string { return lint(text, statementRules) }

var schemaRules = []rule{
	forbid(`\bcascade\b`, "nothing is deleted or changed by cascade"),
	forbid(`\b(serial|bigserial|autoincrement|trigger|sequence|generated\s+by)\b`, "identifiers are made in Go and rules live in Go"),
	forbid(`\b(real|double|float\w*|numeric|decimal|timestamp\w*|date|jsonb?|varchar|integer|int)\b\s*(,|\)|not|null|primary|check|default|unique)`, "use the schema words UUID, TEXT, BIGINT, BOOLEAN and BLOB"),
	forbid(`\b(primary\s+key|unique|foreign\s+key)\s*\(\s*([^c\s]|c[^o]|co[^m])`, "commons_id leads every key"),
	forbid(`\bindex\s+\w+\s+on\s+\w+\s*\(\s*([^c\s]|c[^o]|co[^m])`, "commons_id leads every index"),
	forbid(`\breferences\s+\w+\s*\(\s*([^c\s]|c[^o]|co[^m])`, "commons_id leads every reference"),
	forbid(`\b\w+\s+(uuid|text|bigint|boolean|blob)[^,()]*\breferences\b`, "a reference names commons_id: FOREIGN KEY (commons_id, ...)"),
}

var (
	comment     = regexp.MustCompile(`(?m)--.*$`)
	createTable = regexp.MustCompile(`(?is)\bcreate\s+table\s+(\w+)\s*\(\s*(\w+)([^;]*)(;|\z)`)
	strict      = regexp.MustCompile(`(?is)\)\s*STRICT(\s*,\s*WITHOUT\s+ROWID)?\s*$`)
)

func lintSchema(room, text string) []string {
	text = comment.ReplaceAllString(text, "")
	out := lint(text, schemaRules)
	for _, m := range createTable.FindAllStringSubmatch(text, -1) {
		table, first, rest := m[1], m[2], m[3]
		if !strings.HasPrefix(table, room+"_") {
			out = append(out, "the table "+table+" does not begin with the word of its room, "+room+"_")
		}
		if first != "commons_id" {
			out = append(out, "the first column of "+table+" is "+first+"; it must be commons_id")
		}
		if !strict.MatchString(rest) {
			out = append(out, "the table "+table+" does not end with ) STRICT")
		}
		if !regexp.MustCompile(`(?i)primary\s+key`).MatchString(rest) {
			out = append(out, "the table "+table+" has no primary key")
		}
	}
	return out
}

func lint(text string, rules []rule) (out []string) {
	for _, r := range rules {
		if r.pattern.MatchString(text) != r.must {
			out = append(out, r.complaint)
		}
	}
	return out
}
