package contribution

import (
	"context"
	"encoding/json"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// Timer is a clock that a person started and has not stopped yet; one a
// person. It is a private draft: nothing of it is journaled until it is logged.
type Timer struct {
	Started time.Time `json:"-"`
	Kind    string    `json:"kind"`
	Project store.ID  `json:"project"`
	Process store.ID  `json:"process,omitempty"`
	Note    string    `json:"note,omitempty"`
}

var (
	selectTimer = store.SQL(`SELECT started, content FROM contribution_timer WHERE commons_id = $1 AND person = $2`)
	insertTimer = store.SQL(`INSERT INTO contribution_timer (commons_id, person, started, content) VALUES ($1, $2, $3, $4)`)
	deleteTimer = store.SQL(`DELETE FROM contribution_timer WHERE commons_id = $1 AND person = $2`)
)

func scanTimer(row store.Scanner) (t Timer, err error) {
	var started int64
	var content string
	if err := row.Scan(&started, &content); err != nil {
		return t, err
	}
	err = json.Unmarshal([]byte(content), &t)
	t.Started = store.Time(started)
	return t, err
}

// RunningTimer returns the timer of a person; false when none runs.
func RunningTimer(r store.Reader, person store.ID) (Timer, bool, error) {
	return store.One(r, scanTimer, selectTimer, person)
}

// StartTimer starts the asker's timer for a kind that is counted in time.
//
// Faults: contribution.timer_runs, .timer_kind, .unknown_kind, .unknown_project.
func StartTimer(ctx context.Context, db *store.Store, who auth.Identity, key string, t Timer) (Timer, error) {
	return auth.Perform(ctx, db, who, key, Log, t, func(tx *store.Tx, who auth.Identity, t Timer) (Timer, error) {
		s, err := settings.Get(tx)
		if err != nil {
			return t, err
		}
		if err := s.timeable(t); err != nil {
			return t, err
		}
		if _, runs, err := RunningTimer(tx, who.Agent); err != nil || runs {
			if err == nil {
				err = fault.Conflictf("contribution.timer_runs", "", "your timer runs already; stop it before you start another")
			}
			return t, err
		}
		t.Started = tx.Now()
		content, err := json.Marshal(t)
		if err != nil {
			return t, err
		}
		_, err = tx.Exec(insertTimer, who.Agent, store.Micros(t.Started), string(content))
		return t, err
	})
}

// timeable refuses a timer for what is not counted in time.
func (s *Settings) timeable(t Timer) error {
	k, err := s.kind(t.Kind)
	if err != nil {
		return err
	}
	if !isTime(k.Unit) {
		return fault.Invalidf("contribution.timer_kind", "kind", "%s is counted in %s; a timer counts hours", k.Name, k.Unit)
	}
	if len(t.Note) > maxNote {
		return fault.Invalidf("contribution.note", "note", "the note has %d bytes; at most %d are kept", len(t.Note), maxNote)
	}
	_, err = s.project(t.Project)
	return err
}

// isTime reports whether a unit counts somebody's hours.
func isTime(u quantity.Unit) bool {
	return u == quantity.Hour || u == quantity.CareHour || u == quantity.LoveHour
}

// longestTimer is what a timer may show and still be believed.
const longestTimer = 16 * time.Hour

// LogTimer stops the asker's timer and logs what it shows, to the minute. The
// note replaces the timer's own unless it is empty.
//
// Faults: contribution.no_timer, .timer_long, and those of LogContribution.
func LogTimer(ctx context.Context, db *store.Store, who auth.Identity, key, note string) (Entry, error) {
	return auth.Perform(ctx, db, who, key, Log, note, func(tx *store.Tx, who auth.Identity, note string) (Entry, error) {
		t, runs, err := RunningTimer(tx, who.Agent)
		if err != nil || !runs {
			if err == nil {
				err = fault.Conflictf("contribution.no_timer", "", "no timer of yours runs; it was stopped already")
			}
			return Entry{}, err
		}
		ask, err := t.ask(tx, note)
		if err != nil {
			return Entry{}, err
		}
		if _, err := tx.Exec(deleteTimer, who.Agent); err != nil {
			return Entry{}, err
		}
		return logContribution(tx, who, ask)
	})
}

// ask is what a timer has counted by now.
func (t Timer) ask(tx *store.Tx, note string) (LogAsk, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return LogAsk{}, err
	}
	ran := tx.Now().Sub(t.Started)
	if ran > longestTimer {
		return LogAsk{}, fault.Conflictf("contribution.timer_long", "", "the timer has run for %s; somebody forgot to stop it, so log the right hours by hand", ran.Round(time.Minute))
	}
	if note == "" {
		note = t.Note
	}
	return LogAsk{Kind: t.Kind, Project: t.Project, Process: t.Process, Note: note, From: t.Started, To: tx.Now(), Quant: hoursOf(ran, s.Kinds[t.Kind].Unit)}, nil
}

// hoursOf is a duration in hours of a unit, rounded to whole minutes; a
// minute at least.
func hoursOf(d time.Duration, unit quantity.Unit) quantity.Amount {
	minutes := max(1, int64(d.Round(time.Minute)/time.Minute))
	return quantity.Micros((minutes*quantity.Scale+30)/60, unit)
}

// DiscardTimer stops the asker's timer and forgets it. Stopping none is no fault.
func DiscardTimer(ctx context.Context, db *store.Store, who auth.Identity, key string) error {
	_, err := auth.Perform(ctx, db, who, key, Log, "discard", func(tx *store.Tx, who auth.Identity, _ string) (int64, error) {
		return tx.Exec(deleteTimer, who.Agent)
	})
	return err
}
