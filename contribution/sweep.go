package contribution

import (
	"context"
	"time"

	"commonweal/platform/store"
	"commonweal/vf"
)

// Silence is consent where a kind says so: a contribution that nobody objected
// to within the days of its rule becomes valid by itself. The system decides
// that, not a person; the decision stands in the log like any other.

// SweepSilent validates what nobody objected to in one commons and returns how
// many contributions that were.
func (p *Practice) SweepSilent(ctx context.Context, commons store.ID) (done int, err error) {
	for {
		var due []EntryNo
		err := p.DB.Read(ctx, commons, func(r *store.Snapshot) (err error) {
			due, err = p.silentDue(r)
			return err
		})
		if err != nil || len(due) == 0 {
			return done, err
		}
		before := done
		for _, no := range due {
			valid, err := validateSilently(ctx, p.DB, commons, no)
			if err != nil {
				return done, err
			}
			if valid {
				done++
			}
		}
		if done == before { // somebody else was quicker with all of them
			return done, nil
		}
	}
}

// silentDue returns contributions whose days of silence are over, oldest first,
// one chunk of them.
func (p *Practice) silentDue(r *store.Snapshot) ([]EntryNo, error) {
	s, err := settings.Get(r)
	if err != nil {
		return nil, err
	}
	shortest := s.shortestSilence()
	if shortest == 0 {
		return nil, nil
	}
	var due []EntryNo
	f := Filter{State: Logged, Oldest: true, Limit: waitingChunk}
	for {
		list, err := p.List(r, f)
		if err != nil {
			return nil, err
		}
		logged, err := loggedTimes(r, list)
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			if s.silentSince(e, logged[e.Event], r.Now()) {
				due = append(due, e.No)
			}
		}
		young := len(list) > 0 && r.Now().Sub(logged[list[len(list)-1].Event]) < silence(shortest) // those behind are younger still
		if len(due) > 0 || young || len(list) < f.Limit {
			return due, nil
		}
		f.Before = list[len(list)-1].No
	}
}

// loggedTimes is when each entry was logged, by its event.
func loggedTimes(r store.Reader, list []Entry) (map[store.ID]time.Time, error) {
	events := make([]store.ID, len(list))
	for i, e := range list {
		events[i] = e.Event
	}
	found, err := vf.GetEvents(r, events)
	at := make(map[store.ID]time.Time, len(found))
	for id, e := range found {
		at[id] = e.Created
	}
	return at, err
}

func silence(days int) time.Duration { return time.Duration(days) * 24 * time.Hour }

// shortestSilence is the least number of days after which silence validates
// anything here; 0 when it never does.
func (s *Settings) shortestSilence() int {
	shortest := 0
	meet := func(v Validation) {
		if v.SilentDays > 0 && (shortest == 0 || v.SilentDays < shortest) {
			shortest = v.SilentDays
		}
	}
	for _, k := range s.Kinds {
		meet(k.Validation)
	}
	for _, p := range s.Projects {
		for _, v := range p.Validation {
			meet(v)
		}
	}
	return shortest
}

// silentSince reports whether the days of an entry's rule are over.
func (s *Settings) silentSince(e Entry, logged, now time.Time) bool {
	days := s.validation(s.Projects[e.Project], s.Kinds[e.Kind]).SilentDays
	return days > 0 && !logged.IsZero() && now.Sub(logged) >= silence(days)
}

// validateSilently is the act of the system; false when the contribution is not due any more.
func validateSilently(ctx context.Context, db *store.Store, commons store.ID, no EntryNo) (bool, error) {
	return store.Write(ctx, db, store.Command{Commons: commons}, func(tx *store.Tx) (bool, error) {
		e, err := GetEntry(tx, no)
		if err != nil || e.State != Logged {
			return false, err
		}
		s, err := settings.Get(tx)
		if err != nil {
			return false, err
		}
		logged, err := loggedTimes(tx, []Entry{e})
		if err != nil || !s.silentSince(e, logged[e.Event], tx.Now()) {
			return false, err
		}
		_, err = record(tx, "", Decision{Entry: no, Verdict: Silent, State: Validated})
		return err == nil, err
	})
}
