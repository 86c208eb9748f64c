package vf

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// A random life recorded on a real database, act by act, is refused and
// accepted as in memory, and its records are the replay of what was journaled.
func TestInvariant2LedgerIsReplayOfItsJournal(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		rapid.Check(t, func(t *rapid.T) {
			life := newStroll(t, policies().Draw(t, "policy"))
			commons := store.NewID()
			twin := &twin{stroll: life, s: s, commons: commons, replay: NewReplay(), ids: map[store.ID]store.ID{}, journaled: map[store.ID]Event{}}
			twin.begin()
			for range rapid.IntRange(1, 6).Draw(t, "acts") {
				twin.act(rapid.IntRange(1, 6).Draw(t, "steps"))
			}
			twin.compare()
		})
	})
}

// twin lives the same life in memory and on a database.
type twin struct {
	*stroll
	s       *store.Store
	commons store.ID
	replay  *Replay
	ids     map[store.ID]store.ID // event in memory → event on the database
	tried   []attempt

	journaled map[store.ID]Event
}

type attempt struct {
	event   Event
	created []Resource
	err     error
	as      store.ID
}

// begin copies what newStroll set up.
func (w *twin) begin() {
	w.stroll.tried = func(e Event, created []Resource, as store.ID, err error) {
		w.tried = append(w.tried, attempt{e, created, err, as})
	}
	w.keep(mustAct(w.t, w.s, w.commons, func(l *Ledger) (Changes, error) {
		for _, c := range w.changes {
			var errs []error
			for _, x := range c.Written {
				e, err := decodeEntity(x.Type, x.Value)
				errs = append(errs, err, l.put(e, nil))
			}
			for _, a := range c.Agents {
				a.Name = "Somebody"
				_, err := l.AddAgent(a)
				errs = append(errs, err)
			}
			for _, s := range c.ResourceSpecifications {
				_, err := l.AddSpecification(s)
				errs = append(errs, err)
			}
			for _, p := range c.ProcessSpecifications {
				_, err := l.AddProcessSpecification(p)
				errs = append(errs, err)
			}
			for _, p := range c.Processes {
				_, err := l.AddProcess(p)
				errs = append(errs, err)
			}
			for _, e := range c.Events {
				errs = append(errs, w.record(l, attempt{event: bare(e), created: c.Resources, as: e.ID}))
			}
			if err := errors.Join(errs...); err != nil {
				return Changes{}, err
			}
		}
		return l.Changes(), nil
	}))
}

// bare is an event as its recorder would give it.
func bare(e Event) Event {
	e.ID, e.Created = "", time.Time{}
	e.PreviousEvent, e.ToPreviousEvent, e.PairOf, e.Stage, e.ChainPosition, e.ToChainPosition = "", "", "", "", 0, 0
	return e
}

// act tries some events in memory, and then the same ones in one act.
func (w *twin) act(steps int) {
	w.tried = nil
	for range steps {
		w.step()
	}
	if rapid.Bool().Draw(w.r, "many at once") {
		w.many()
		return
	}
	w.keep(mustAct(w.t, w.s, w.commons, func(l *Ledger) (Changes, error) {
		for _, a := range w.tried {
			err := w.record(l, a)
			if codeOf(err) != codeOf(a.err) {
				return Changes{}, fmt.Errorf("in memory: %v\non the database: %w", a.err, err)
			}
		}
		return l.Changes(), nil
	}))
}

// many records what was tried all at once, up to the first correction of an
// event whose identifier on the database is not known yet.
func (w *twin) many() {
	for len(w.tried) > 0 {
		n := slices.IndexFunc(w.tried[1:], func(a attempt) bool { return a.event.Corrects != "" && w.ids[a.event.Corrects] == "" }) + 1
		if n == 0 {
			n = len(w.tried)
		}
		now := w.tried[:n]
		w.tried = w.tried[n:]
		w.keep(mustAct(w.t, w.s, w.commons, func(l *Ledger) (Changes, error) {
			list := make([]Recording, len(now))
			for i, a := range now {
				if list[i].Event = a.event; a.event.Corrects != "" {
					list[i].Event.Corrects = w.ids[a.event.Corrects]
				}
				if len(a.created) > 0 {
					list[i].New = &a.created[0]
				}
			}
			done, refused, err := l.RecordEach(list)
			for i := range done {
				var got error
				if refused[i] != nil {
					got = refused[i]
				}
				if codeOf(got) != codeOf(now[i].err) {
					return Changes{}, fmt.Errorf("in memory: %v\namong many: %w", now[i].err, got)
				}
				if got == nil {
					w.ids[now[i].as] = done[i].ID
				}
			}
			return l.Changes(), err
		}))
	}
}

func (w *twin) record(l *Ledger, a attempt) error {
	e := a.event
	if e.Corrects != "" {
		e.Corrects = w.ids[e.Corrects]
	}
	var out Event
	var err error
	if len(a.created) > 0 {
		out, _, err = l.RecordNew(e, a.created[0])
	} else {
		out, err = l.Record(e)
	}
	if err == nil {
		w.ids[a.as] = out.ID
	}
	return err
}

// keep journals the changes as text and replays them.
func (w *twin) keep(c Changes) {
	w.t.Helper()
	raw, err := json.Marshal(c)
	if err != nil {
		w.t.Fatalf("%v", err)
	}
	back, err := DecodeChanges(raw)
	if err != nil {
		w.t.Fatalf("%v", err)
	}
	if err := w.replay.Apply(back); err != nil {
		w.t.Fatalf("%v", err)
	}
	for _, e := range back.Events {
		w.journaled[e.ID] = e
	}
}

func (w *twin) compare() {
	w.t.Helper()
	read(w.t, w.s, w.commons, func(r *store.Snapshot) error {
		stored, err := GetResources(r, w.stroll.records)
		if err != nil {
			return err
		}
		replayed := w.replay.Resources()
		for _, i := range w.stroll.records {
			if got, want := fmt.Sprintf("%+v", stored[i]), fmt.Sprintf("%+v", replayed[i]); got != want {
				return fmt.Errorf("stored  %s\nreplays %s", got, want)
			}
			if got, want := economic(stored[i]), economic(w.at(i)); got != want {
				return fmt.Errorf("stored    %s\nin memory %s", got, want)
			}
			history, err := ResourceHistory(r, i, "", 500)
			if err != nil {
				return err
			}
			if len(history) != int(stored[i].ChainPosition) {
				return fmt.Errorf("the history of %s has %d events, its chain %d", i, len(history), stored[i].ChainPosition)
			}
		}
		events, err := GetEvents(r, slices.Collect(maps.Values(w.ids)))
		if err != nil {
			return err
		}
		for _, e := range events {
			if got, want := asText(e), asText(w.journaled[e.ID]); got != want {
				return fmt.Errorf("stored    %s\njournaled %s", got, want)
			}
		}
		return nil
	})
}

func asText(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
