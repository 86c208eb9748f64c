package contribution

import (
	"slices"
	"sync"

	"commonweal/contribution/evaluation"
	"commonweal/platform/store"
)

// everyday is what the everyday pages keep between requests: figures that are
// asked for again and again and that seldom change. The zero value is empty.
type everyday struct {
	mu      sync.Mutex
	karma   map[store.ID]heldKarma
	results []heldRound // the last that were read, newest first
}

// heldRound is the published result of a closed round, which never changes: it
// goes by its digest.
type heldRound struct {
	digest string
	result RoundResult
}

// resultsHeld is how many results are kept: that of an imported round may have
// megabytes, which take long to read.
const resultsHeld = 8

// resultOf reads the published result of a closed round, the highest scores
// first. It is shared: the caller changes nothing.
func (e *everyday) resultOf(r store.Reader, round Round) (RoundResult, error) {
	e.mu.Lock()
	i := slices.IndexFunc(e.results, func(h heldRound) bool { return h.digest == round.Result })
	var held heldRound
	if i >= 0 {
		held = e.results[i]
		e.results = slices.Insert(slices.Delete(e.results, i, i+1), 0, held)
	}
	e.mu.Unlock()
	if i < 0 {
		result, err := attached[RoundResult](r, round.Result)
		if err != nil {
			return result, err
		}
		highestFirst(result.Items)
		held = heldRound{round.Result, result}
		e.mu.Lock()
		e.results = slices.Insert(e.results, 0, held)
		e.results = e.results[:min(len(e.results), resultsHeld)]
		e.mu.Unlock()
	}
	return held.result, nil
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
