package vf

import (
	"strconv"
	"strings"

	"commonweal/platform/store"
)

// byIDs is one question about many identifiers: the same text for a few sizes
// of list, so that both engines keep its plan. The text holds IN (*) once; a
// list shorter than the size is filled up with its last identifier.
type byIDs struct{ sizes []sized }

type sized struct {
	n         int
	statement *store.Statement
}

// asking declares the statements; $1 is the commons and the list starts at $2.
func asking(text string) byIDs {
	var q byIDs
	for _, n := range [...]int{1, 20, 400} {
		marks := make([]string, n)
		for i := range marks {
			marks[i] = "$" + strconv.Itoa(i+2)
		}
		q.sizes = append(q.sizes, sized{n, store.SQL(strings.Replace(text, "*", strings.Join(marks, ", "), 1))})
	}
	return q
}

// allOf asks about the identifiers, 400 at a time, and returns the rows.
// Each is asked about once; what is no identifier at all is left out.
func allOf[T any](r store.Reader, q byIDs, scan func(store.Scanner) (T, error), ids []store.ID) ([]T, error) {
	var out []T
	valid := distinct(ids)
	for len(valid) > 0 {
		size := q.sizes[len(q.sizes)-1]
		for _, s := range q.sizes {
			if len(valid) <= s.n {
				size = s
				break
			}
		}
		n := min(size.n, len(valid))
		args := make([]any, size.n)
		for i := range args {
			args[i] = valid[min(i, n-1)]
		}
		rows, err := store.All(r, scan, size.statement, args...)
		if err != nil {
			return nil, err
		}
		out, valid = append(out, rows...), valid[n:]
	}
	return out, nil
}

// distinct returns the identifiers among the texts, each once, in order.
func distinct(ids []store.ID) []store.ID {
	seen := make(map[store.ID]bool, len(ids))
	valid := make([]store.ID, 0, len(ids))
	for _, i := range ids {
		if _, ok := store.ParseID(string(i)); ok && !seen[i] {
			seen[i] = true
			valid = append(valid, i)
		}
	}
	return valid
}
