package contribution

import (
	"strconv"
	"strings"

	"commonweal/platform/store"
)

// byIDs is one question about many things by identifier: the same text for a
// few sizes of list, so that both engines keep its plan. The text holds "(*)"
// once; a list shorter than the size is filled up with its last identifier.
type byIDs []idsAsked

type idsAsked struct {
	n         int
	statement *store.Statement
}

// askingIDs declares the statements; $1 is the commons, the list starts at $2.
func askingIDs(text string) (q byIDs) {
	for _, n := range [...]int{1, 20, 200} {
		places := make([]string, n)
		for i := range places {
			places[i] = "$" + strconv.Itoa(i+2)
		}
		q = append(q, idsAsked{n, store.SQL(strings.Replace(text, "*", strings.Join(places, ", "), 1))})
	}
	return q
}

// ofIDs asks about things by identifier, 200 at a time, and returns the rows.
func ofIDs[T any](r store.Reader, q byIDs, scan func(store.Scanner) (T, error), ids []store.ID) ([]T, error) {
	var out []T
	for len(ids) > 0 {
		size := q[len(q)-1]
		for _, s := range q {
			if len(ids) <= s.n {
				size = s
				break
			}
		}
		n := min(size.n, len(ids))
		args := make([]any, size.n)
		for i := range args {
			args[i] = ids[min(i, n-1)]
		}
		rows, err := store.All(r, scan, size.statement, args...)
		if err != nil {
			return nil, err
		}
		out, ids = append(out, rows...), ids[n:]
	}
	return out, nil
}

var incomesAsked = askingIDs(`SELECT content, used FROM contribution_income WHERE commons_id = $1 AND id IN (*)`)

// incomesByID reads the incomes that a distribution took up.
func incomesByID(r store.Reader, uses []IncomeUse) (map[store.ID]Income, error) {
	ids := make([]store.ID, len(uses))
	for i, use := range uses {
		ids[i] = use.Income
	}
	list, err := ofIDs(r, incomesAsked, scanIncome, ids)
	out := make(map[store.ID]Income, len(list))
	for _, in := range list {
		out[in.ID] = in
	}
	return out, err
}
