package store

import (
	"regexp"
	"slices"
	"sync"
)

// Statement is one SQL text, the same for both engines. Declare statements as
// package variables next to the code that uses them, so that the guard test
// can prepare every one of them on both engines.
//
// The first parameter, $1, is always commons_id; the store binds it itself.
// The arguments given to Query, QueryRow and Exec are $2, $3, ...
type Statement struct {
	Text   string
	tables []string // tables it names, so that pending appends are flushed before it reads
}

var tableName = regexp.MustCompile(`(?i)\b(?:FROM|JOIN|INTO|UPDATE)\s+([a-z_]+)`)

var declared struct {
	sync.Mutex
	statements []*Statement
	inserts    []*Insert
}

// SQL declares a statement.
func SQL(text string) *Statement {
	s := &Statement{Text: text}
	for _, m := range tableName.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(s.tables, m[1]) {
			s.tables = append(s.tables, m[1])
		}
	}
	declared.Lock()
	defer declared.Unlock()
	declared.statements = append(declared.statements, s)
	return s
}

// Insert is a declared multi-row insert: rows appended to it during a group
// of acts are written together, many rows a statement.
type Insert struct {
	Table   string
	Columns []string // without commons_id, which the store adds in front
}

// Into declares an insert into a table, by its columns without commons_id.
func Into(table string, columns ...string) *Insert {
	i := &Insert{table, columns}
	declared.Lock()
	defer declared.Unlock()
	declared.inserts = append(declared.inserts, i)
	return i
}

// Declared returns all statements and inserts of the program, for the guard tests.
func Declared() ([]*Statement, []*Insert) {
	declared.Lock()
	defer declared.Unlock()
	return slices.Clone(declared.statements), slices.Clone(declared.inserts)
}
