package contribution

import (
	"sync"

	"commonweal/contribution/evaluation"
	"commonweal/platform/store"
)

// everyday is what the everyday pages keep between requests: figures that are
// asked for again and again and that seldom change. The zero value is empty.
type everyday struct {
	mu    sync.Mutex
	karma map[store.ID]heldKarma
}

// heldKarma is a commons' karma, good while nothing was granted after last and
// nothing was configured since epoch.
type heldKarma struct {
	record      *evaluation.Record
	last, epoch int64
}

func (e *everyday) karmaOf(commons store.ID) heldKarma {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.karma[commons]
}

func (e *everyday) keepKarma(commons store.ID, k heldKarma) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.karma == nil {
		e.karma = map[store.ID]heldKarma{}
	}
	e.karma[commons] = k
}
