package contribution

import (
	"strconv"
	"strings"

	"commonweal/platform/store"
)

// byNumbers is one question about many contributions: the same text for a few
// sizes of list, so that both engines keep its plan. The text holds
// "(seq, n) IN (*)", or other two columns, once; a list shorter than the size
// is filled up with its last number.
type byNumbers []numbersAsked

type numbersAsked struct {
	n         int
	statement *store.Statement
}

// askingNumbers declares the statements; $1 is the commons, the list starts at $2.
func askingNumbers(text string) (q byNumbers) {
	for _, n := range [...]int{1, 20, 200} {
		pairs := make([]string, n)
		for i := range pairs {
			pairs[i] = "(CAST($" + strconv.Itoa(2*i+2) + " AS BIGINT), CAST($" + strconv.Itoa(2*i+3) + " AS BIGINT))"
		}
		q = append(q, numbersAsked{n, store.SQL(strings.Replace(text, "*", "VALUES "+strings.Join(pairs, ", "), 1))})
	}
	return q
}

// ofNumbers asks about contributions, 200 at a time, and returns the rows.
func ofNumbers[T any](r store.Reader, q byNumbers, scan func(store.Scanner) (T, error), nos []EntryNo) ([]T, error) {
	var out []T
	for len(nos) > 0 {
		size := q[len(q)-1]
		for _, s := range q {
			if len(nos) <= s.n {
				size = s
				break
			}
		}
		n := min(size.n, len(nos))
		args := make([]any, 0, 2*size.n)
		for i := range size.n {
			no := nos[min(i, n-1)]
			args = append(args, no.Seq, no.N)
		}
		rows, err := store.All(r, scan, size.statement, args...)
		if err != nil {
			return nil, err
		}
		out, nos = append(out, rows...), nos[n:]
	}
	return out, nil
}

var (
	entriesByNumber   = askingNumbers(`SELECT ` + entryColumns + ` FROM contribution_entry WHERE commons_id = $1 AND (seq, n) IN (*)`)
	decisionsByNumber = askingNumbers(`SELECT ` + decisionColumns + ` FROM contribution_decision
		WHERE commons_id = $1 AND (entry_seq, entry_n) IN (*) ORDER BY seq, n`)
)

// decisionsOn returns what was decided about each of many contributions, oldest first.
func decisionsOn(r store.Reader, nos []EntryNo) (map[EntryNo][]Decision, error) {
	list, err := ofNumbers(r, decisionsByNumber, scanDecision, nos)
	by := map[EntryNo][]Decision{}
	for _, d := range list {
		by[d.Entry] = append(by[d.Entry], d)
	}
	return by, err
}
