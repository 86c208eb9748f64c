package contribution

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"commonweal/contribution/intake/recurring"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Recurring is what somebody gives again and again: "every Monday, two hours,
// market stall". Each time it falls due it waits as a draft until the person
// confirms that it happened, or says that it did not. It is private to the
// person; nothing of it is journaled until a draft is logged.
type Recurring struct {
	ID   store.ID       `json:"id"`
	Rule recurring.Rule `json:"rule"`
	Log  LogAsk         `json:"log"` // what each time logs; its From and To are set for each
	// Paused rules make no drafts, and none for the time of the pause afterwards.
	Paused bool `json:"paused,omitempty"`
	// Next is the earliest time that is neither confirmed nor skipped; the zero
	// time when there is none any more.
	Next time.Time `json:"-"`
}

// RecurringChange is what may be done with a rule, or with its next draft.
type RecurringChange string

// The changes.
const (
	ConfirmDraft    RecurringChange = "confirm" // it happened: log it
	SkipDraft       RecurringChange = "skip"    // it did not
	PauseRecurring  RecurringChange = "pause"
	ResumeRecurring RecurringChange = "resume"
	DeleteRecurring RecurringChange = "delete"
)

// RecurringAsk changes one rule of the asker. At names the draft that is
// confirmed or skipped, so that a second click does not take the one behind it.
type RecurringAsk struct {
	ID     store.ID        `json:"id"`
	Change RecurringChange `json:"change"`
	At     time.Time       `json:"at,omitzero"`
}

// never stands in the column next for a rule that makes no more drafts.
const never = int64(math.MaxInt64)

// mostRecurring bounds the rules of one person.
const mostRecurring = 50

var (
	recurringOf     = store.SQL(`SELECT next, content FROM contribution_recurring WHERE commons_id = $1 AND person = $2 ORDER BY next, id`)
	recurringByID   = store.SQL(`SELECT next, content FROM contribution_recurring WHERE commons_id = $1 AND id = $2 AND person = $3`)
	insertRecurring = store.SQL(`INSERT INTO contribution_recurring (commons_id, id, person, next, content) VALUES ($1, $2, $3, $4, $5)`)
	updateRecurring = store.SQL(`UPDATE contribution_recurring SET next = $3, content = $4 WHERE commons_id = $1 AND id = $2`)
	deleteRecurring = store.SQL(`DELETE FROM contribution_recurring WHERE commons_id = $1 AND id = $2`)
)

func scanRecurring(row store.Scanner) (v Recurring, err error) {
	var next int64
	var content string
	if err := row.Scan(&next, &content); err != nil {
		return v, err
	}
	err = json.Unmarshal([]byte(content), &v)
	if next != never {
		v.Next = store.Time(next)
	}
	return v, err
}

// RecurringOf returns the rules of a person, the soonest due first.
func RecurringOf(r store.Reader, person store.ID) ([]Recurring, error) {
	return store.All(r, scanRecurring, recurringOf, person)
}

// Due reports whether a draft of the rule waits for its person.
func (v Recurring) Due(now time.Time) bool {
	return !v.Paused && !v.Next.IsZero() && !v.Next.After(now)
}

// follow moves Next to the first occurrence after a moment.
func (v *Recurring) follow(after time.Time) error {
	next, err := v.Rule.Next(after, 1)
	v.Next = time.Time{}
	if len(next) > 0 {
		v.Next = next[0]
	}
	return err
}

// stored is the row of a rule.
func (v Recurring) stored() (next int64, content string, err error) {
	next = never
	if !v.Next.IsZero() {
		next = store.Micros(v.Next)
	}
	b, err := json.Marshal(v)
	return next, string(b), err
}

// AddRecurring adds a rule for the asker. v.Rule needs its RRule, Start and
// Zone; the identifier is given here.
//
// Faults: contribution.recurring_many, .recurring_never, .timer_kind and the
// like of LogContribution, and those of the rule ("intake.…").
func AddRecurring(ctx context.Context, db *store.Store, who auth.Identity, key string, v Recurring) (Recurring, error) {
	return auth.Perform(ctx, db, who, key, Log, v, func(tx *store.Tx, who auth.Identity, v Recurring) (Recurring, error) {
		had, err := RecurringOf(tx, who.Agent)
		if err != nil {
			return v, err
		}
		if len(had) >= mostRecurring {
			return v, fault.Conflictf("contribution.recurring_many", "", "you have %d recurring contributions; delete one before you add another", len(had))
		}
		s, err := settings.Get(tx)
		if err != nil {
			return v, err
		}
		v.ID, v.Paused, v.Log.Person = tx.NewID(), false, who.Agent
		v.Rule.ID = string(v.ID)
		if _, _, err := draft(s, v.Log, who, tx.Now()); err != nil {
			return v, err
		}
		start, err := v.Rule.Next(time.Unix(0, 0), 1)
		if err != nil {
			return v, err
		}
		if len(start) == 0 {
			return v, fault.Invalidf("contribution.recurring_never", "rrule", "%q never falls due", v.Rule.RRule)
		}
		v.Next = start[0]
		next, content, err := v.stored()
		if err == nil {
			_, err = tx.Exec(insertRecurring, v.ID, who.Agent, next, content)
		}
		return v, err
	})
}

// ChangeRecurring confirms or skips the next draft of a rule of the asker, or
// pauses, resumes or deletes the rule. The entry is that of a confirmed draft.
//
// Faults: contribution.unknown_recurring, .recurring_done (somebody was
// quicker), .recurring_change, and those of LogContribution.
func ChangeRecurring(ctx context.Context, db *store.Store, who auth.Identity, key string, ask RecurringAsk) (Entry, error) {
	return auth.Perform(ctx, db, who, key, Log, ask, func(tx *store.Tx, who auth.Identity, ask RecurringAsk) (e Entry, err error) {
		v, found, err := store.One(tx, scanRecurring, recurringByID, ask.ID, who.Agent)
		if err != nil {
			return e, err
		}
		if !found {
			return e, fault.NotFoundf("contribution.unknown_recurring", "id", "you have no such recurring contribution")
		}
		switch ask.Change {
		case ConfirmDraft, SkipDraft:
			if e, err = settleDraft(tx, who, &v, ask); err != nil {
				return e, err
			}
		case PauseRecurring:
			v.Paused = true
		case ResumeRecurring:
			v.Paused = false
			err = v.follow(tx.Now())
		case DeleteRecurring:
			_, err = tx.Exec(deleteRecurring, v.ID)
			return e, err
		default:
			return e, fault.Invalidf("contribution.recurring_change", "change", "%q is nothing that can be done with a recurring contribution", ask.Change)
		}
		if err != nil {
			return e, err
		}
		next, content, err := v.stored()
		if err == nil {
			_, err = tx.Exec(updateRecurring, v.ID, next, content)
		}
		return e, err
	})
}

// settleDraft logs or skips the next draft of a rule and moves on to the one behind it.
func settleDraft(tx *store.Tx, who auth.Identity, v *Recurring, ask RecurringAsk) (e Entry, err error) {
	if !v.Due(tx.Now()) || !v.Next.Equal(ask.At) {
		return e, fault.Conflictf("contribution.recurring_done", "at", "that one is settled already; look at the list again")
	}
	if ask.Change == ConfirmDraft {
		log := v.Log
		log.From = v.Next
		if e, err = logContribution(tx, who, log); err != nil {
			return e, err
		}
	}
	return e, v.follow(v.Next)
}
