package store

import (
	"strconv"
	"strings"
)

// ByKeys is one question about many keys: the same text for a few lengths of
// list, so that both engines keep its plans. Declare it as a package variable,
// like a Statement.
type ByKeys[K comparable] struct {
	lists  []listOf
	values func(args []any, key K) []any
	named  func(K) bool // reports whether anything can have this key; nil: always
}

// listOf is the statement for a list of n keys.
type listOf struct {
	n         int
	statement *Statement
}

// listLengths are few, for the plans, and close enough that filling a list up
// costs less than what it saves: PostgreSQL takes 20 µs for each place.
var listLengths = [...]int{1, 5, 20, 80, 400}

// ByIDs declares a question about identifiers. Its text says "IN (*)" once,
// after one UUID column; $1 is the commons.
func ByIDs(text string) *ByKeys[ID] {
	q := byKeys(text, "", func(args []any, id ID) []any { return append(args, id) })
	q.named = func(id ID) bool {
		_, ok := ParseID(string(id))
		return ok
	}
	return q
}

// ByTexts declares a question about keys of one TEXT column, as ByIDs does.
func ByTexts(text string) *ByKeys[string] {
	return byKeys(text, "", func(args []any, key string) []any { return append(args, key) })
}

// ByPairs declares a question about keys of two BIGINT columns, which pair
// tells apart. Its text says "(a, b) IN (*)" once; $1 is the commons.
func ByPairs[K comparable](text string, pair func(K) (a, b int64)) *ByKeys[K] {
	return byKeys(text, "VALUES ", func(args []any, key K) []any {
		a, b := pair(key)
		return append(args, a, b)
	})
}

// byKeys declares the statements. Where a key has several columns, the list
// is a table of VALUES: SQLite knows no list of rows.
func byKeys[K comparable](text, table string, values func([]any, K) []any) *ByKeys[K] {
	q := &ByKeys[K]{values: values}
	for _, n := range listLengths {
		keys := make([]string, n)
		for i := range keys {
			if table == "" {
				keys[i] = "$" + strconv.Itoa(i+2)
			} else {
				keys[i] = "(CAST($" + strconv.Itoa(2*i+2) + " AS BIGINT), CAST($" + strconv.Itoa(2*i+3) + " AS BIGINT))"
			}
		}
		q.lists = append(q.lists, listOf{n, SQL(strings.Replace(text, "(*)", "("+table+strings.Join(keys, ", ")+")", 1))})
	}
	return q
}

// AllOf asks about the keys, up to 400 at a time, and returns the rows. Each
// key is asked about once, however often it is given; what is no identifier at
// all names nothing and is left out. An ORDER BY of the text holds among the
// rows of one key, not among all.
func AllOf[K comparable, T any](r Reader, scan func(Scanner) (T, error), q *ByKeys[K], keys []K) ([]T, error) {
	var out []T
	err := q.each(keys, func(s *Statement, args []any) error {
		rows, err := All(r, scan, s, args...)
		out = append(out, rows...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// ExecOf runs a statement that changes rows, by the keys as AllOf takes them.
func ExecOf[K comparable](tx *Tx, q *ByKeys[K], keys []K) error {
	return q.each(keys, func(s *Statement, args []any) error {
		_, err := tx.Exec(s, args...)
		return err
	})
}

// each gives what is to be asked for the keys, up to 400 at a time.
func (q *ByKeys[K]) each(keys []K, do func(*Statement, []any) error) error {
	for left := q.distinct(keys); len(left) > 0; {
		list := q.listFor(len(left))
		n := min(list.n, len(left))
		var args []any
		for i := range list.n { // a short list is filled up with its last key
			args = q.values(args, left[min(i, n-1)])
		}
		if err := do(list.statement, args); err != nil {
			return err
		}
		left = left[n:]
	}
	return nil
}

// listFor is the shortest list that holds n keys, or else the longest.
func (q *ByKeys[K]) listFor(n int) listOf {
	for _, list := range q.lists {
		if n <= list.n {
			return list
		}
	}
	return q.lists[len(q.lists)-1]
}

// distinct returns the keys that something can have, each once, in order.
func (q *ByKeys[K]) distinct(keys []K) []K {
	seen := make(map[K]bool, len(keys))
	out := make([]K, 0, len(keys))
	for _, k := range keys {
		if !seen[k] && (q.named == nil || q.named(k)) {
			seen[k] = true
			out = append(out, k)
		}
	}
	return out
}
