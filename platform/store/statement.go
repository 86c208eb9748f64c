package store

import (
	"slices"
	"strings"
	"sync"
)

// Statement is one SQL text, the same for both engines. Declare statements as
// package variables next to the code that uses them, so that the guard test
// can prepare every one of them on both engines.
//
// The first parameter, $1, is always commons_id; the store binds it itself.
// The arguments given to Query, QueryRow and Exec are $2, $3, ...
type Statement struct {
	Text    string
	words   []string // every word of the text once, in lower case
	writes  bool     // it may change rows
	deletes bool     // it may remove rows
}

var declared struct {
	sync.Mutex
	statements []*Statement
	inserts    []*Insert
	rows       []rowsOf
}

// SQL declares a statement.
func SQL(text string) *Statement {
	s := &Statement{Text: text}
	for _, w := range words(strings.ToLower(text)) {
		if !slices.Contains(s.words, w) {
			s.words = append(s.words, w)
		}
	}
	s.deletes = slices.Contains(s.words, "delete")
	s.writes = s.deletes || slices.Contains(s.words, "insert") || slices.Contains(s.words, "update")
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

	tail  string   // of the statement, behind its rows
	texts sync.Map // what the engines made of it, by number of rows or by engine
}

// Into declares an insert into a table, by its columns without commons_id.
func Into(table string, columns ...string) *Insert {
	i := &Insert{Table: table, Columns: columns}
	declared.Lock()
	defer declared.Unlock()
	declared.inserts = append(declared.inserts, i)
	return i
}

// Once makes the insert leave alone what is there: a row whose key was written
// before, by whichever act, is dropped. key is its columns without commons_id.
// It is for content whose key tells its value, such as a hash.
func (i *Insert) Once(key ...string) *Insert {
	i.tail = " ON CONFLICT (" + strings.Join(append([]string{"commons_id"}, key...), ", ") + ") DO NOTHING"
	return i
}

// width is the number of values of one row, commons_id included.
func (i *Insert) width() int { return 1 + len(i.Columns) }

// head is the insert up to its values: "INSERT INTO t (commons_id, a, b) ".
func (i *Insert) head() string {
	return "INSERT INTO " + i.Table + " (" + strings.Join(append([]string{"commons_id"}, i.Columns...), ", ") + ") "
}

// Declared returns all statements and inserts of the program, for the guard tests.
func Declared() ([]*Statement, []*Insert) {
	declared.Lock()
	defer declared.Unlock()
	return slices.Clone(declared.statements), slices.Clone(declared.inserts)
}
