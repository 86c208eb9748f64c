package vf

import (
	"strings"

	"commonweal/platform/store"
)

// bothWays is a list's statement in its own order, and in the opposite one for
// the pages before a place.
type bothWays struct{ forth, back *store.Statement }

func inBothWays(text string) bothWays {
	return bothWays{store.SQL(text), store.SQL(flip.Replace(text))}
}

// flip turns the condition on the cursor and the order around.
var flip = strings.NewReplacer("id < $2", "id > $2", "at, id) < (", "at, id) > (", "at, e.id) < (", "at, e.id) > (", "folded, id) > (", "folded, id) < (", "folded, a.id) > (", "folded, a.id) < (",
	" DESC", " ASC", "ORDER BY folded, id", "ORDER BY folded DESC, id DESC", "ORDER BY a.folded, a.id", "ORDER BY a.folded DESC, a.id DESC")

// way returns the statement of one of the two orders.
func (b bothWays) way(back bool) *store.Statement {
	if back {
		return b.back
	}
	return b.forth
}

// beginning is where a list by identifier, newest first, begins: behind a
// given one, or at its end when it is read backward.
func beginning(i store.ID, back bool) store.ID {
	if _, ok := store.ParseID(string(i)); ok {
		return i
	}
	if back {
		return lowest
	}
	return highest
}

// lastName stands behind every name.
const lastName = "\U0010ffff"

// beginning is the cursor of a list by name as the statements take it.
func (a After) beginning(back bool) (folded string, i store.ID) {
	if _, ok := store.ParseID(string(a.ID)); ok {
		return fold(a.Name), a.ID
	}
	if back && a.Name == "" {
		return lastName, highest
	}
	return fold(a.Name), lowest
}
