package credit

import (
	"context"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/recurrence"
	"commonweal/platform/store"
	"commonweal/vf"
)

// ScheduleAsk plans a payment.
type ScheduleAsk struct {
	Pay  PayAsk          `json:"pay"`
	When recurrence.Rule `json:"when"` // without an RRule: once, at its start
}

// SchedulePayment plans a payment for later, or for again and again. What it
// would pay now is judged now, but for the bands, which count when its time comes.
//
// Faults: credit.too_many_schedules, .schedule_past, intake.zone, .date, .rrule, and those of MakePayment.
func SchedulePayment(ctx context.Context, db *store.Store, who auth.Identity, key string, ask ScheduleAsk) (Schedule, error) {
	return auth.Perform(ctx, db, who, key, Pay, ask, schedulePayment)
}

func schedulePayment(tx *store.Tx, who auth.Identity, ask ScheduleAsk) (Schedule, error) {
	s := Schedule{ID: tx.NewID(), Pay: ask.Pay, When: ask.When, Person: who.Agent, Account: who.Account}
	had, err := SchedulesOf(tx, who.Agent)
	if err != nil {
		return s, err
	}
	if len(had) >= mostSchedules {
		return s, fault.Conflictf("credit.too_many_schedules", "", "you have planned %d payments; delete one before you plan another", len(had))
	}
	if err := s.follow(tx.Now()); err != nil {
		return s, err
	}
	if s.Next.IsZero() {
		return s, fault.Invalidf("credit.schedule_past", "when", "this never comes again; choose a time that is ahead")
	}
	all, err := settings.Get(tx)
	if err != nil {
		return s, err
	}
	t := &table{tx: tx, s: all, ledger: vf.Open(tx)}
	p, w, err := t.draft(who, ask.Pay)
	if err == nil {
		err = t.permits(who, p, w)
	}
	if err != nil {
		return s, err
	}
	_, err = tx.Exec(insertSchedule, s.ID, s.Person, s.next(), encoded(s))
	return s, err
}

// ScheduleChange is what may be done with a planned payment.
type ScheduleChange string

// The changes.
const (
	PauseSchedule  ScheduleChange = "pause"
	ResumeSchedule ScheduleChange = "resume" // what came due meanwhile is not made up for
	SkipScheduled  ScheduleChange = "skip"   // leaves the next time out
	DropSchedule   ScheduleChange = "delete"
)

// ChangeScheduleAsk changes a planned payment of the asker.
type ChangeScheduleAsk struct {
	ID     store.ID       `json:"id"`
	Change ScheduleChange `json:"change"`
}

// ChangeSchedule pauses, resumes or deletes a planned payment of the asker, or
// leaves its next time out.
//
// Faults: credit.unknown_schedule, .schedule_change.
func ChangeSchedule(ctx context.Context, db *store.Store, who auth.Identity, key string, ask ChangeScheduleAsk) (Schedule, error) {
	return auth.Perform(ctx, db, who, key, Pay, ask, func(tx *store.Tx, who auth.Identity, ask ChangeScheduleAsk) (Schedule, error) {
		s, found, err := store.One(tx, scanSchedule, scheduleByID, ask.ID)
		if err != nil {
			return s, err
		}
		if !found || s.Person != who.Agent {
			return s, fault.NotFoundf("credit.unknown_schedule", "id", "you have planned no such payment")
		}
		switch ask.Change {
		case PauseSchedule:
			s.Paused = true
		case ResumeSchedule:
			s.Paused = false
			err = s.follow(tx.Now())
		case SkipScheduled:
			err = s.follow(s.Next)
		case DropSchedule:
			if _, err := tx.Exec(deleteTimes, s.ID); err != nil {
				return s, err
			}
			_, err = tx.Exec(deleteSchedule, s.ID)
			return s, err
		default:
			err = fault.Invalidf("credit.schedule_change", "change", "%.40q is nothing that can be done with a planned payment", ask.Change)
		}
		if err == nil {
			_, err = tx.Exec(updateSchedule, s.ID, s.next(), encoded(s))
		}
		return s, err
	})
}

// PayDue makes the planned payments of a commons whose time has come, each as
// the person who planned it and by the rules of now, and returns how many times it
// dealt with. What is refused is skipped, and the person reads why.
func (p *Practice) PayDue(ctx context.Context, commons store.ID) (n int, err error) {
	for {
		var due []Schedule
		err = p.Store.Read(ctx, commons, func(r *store.Snapshot) (err error) {
			due, err = store.All(r, scanSchedule, schedulesDue, store.Micros(r.Now()))
			return err
		})
		if err != nil || len(due) == 0 {
			return n, err
		}
		for _, s := range due {
			if err := p.fire(ctx, commons, s); err != nil {
				return n, err
			}
			n++
		}
	}
}

// fire makes a planned payment, or notes why it was not made.
func (p *Practice) fire(ctx context.Context, commons store.ID, s Schedule) error {
	who, err := p.Actor(ctx, commons, s.Account)
	if err == nil {
		_, err = auth.Perform(ctx, p.Store, who, "", Pay, s, fire)
	}
	f := fault.As(err)
	if f == nil {
		return err
	}
	_, err = store.Write(ctx, p.Store, store.Command{Commons: commons}, func(tx *store.Tx) (bool, error) {
		now, is, err := due(tx, s)
		if err != nil || !is {
			return false, err
		}
		return true, now.settle(tx, ScheduledTime{Schedule: s.ID, At: s.Next, Refused: f})
	})
	return err
}

func fire(tx *store.Tx, who auth.Identity, s Schedule) (store.ID, error) {
	now, is, err := due(tx, s)
	if err != nil || !is {
		return "", err
	}
	if late := tx.Now().Sub(s.Next); late > latest {
		return "", fault.Conflictf("credit.schedule_late", "when", "its time was missed by %s, which is too late", late.Round(time.Hour))
	}
	made, err := makePayment(tx, who, s.Pay)
	if err != nil {
		return "", err
	}
	return made.ID, now.settle(tx, ScheduledTime{Schedule: s.ID, At: s.Next, Payment: made.ID})
}

// due returns a schedule as it stands, and whether the time for which it was
// found is still to be dealt with.
func due(tx *store.Tx, s Schedule) (Schedule, bool, error) {
	now, found, err := store.One(tx, scanSchedule, scheduleByID, s.ID)
	return now, found && !now.Paused && now.Next.Equal(s.Next), err
}

// settle notes what became of a time and moves on to the one behind it.
func (s Schedule) settle(tx *store.Tx, t ScheduledTime) error {
	var refused any
	if t.Refused != nil {
		refused = encoded(t.Refused)
	}
	if err := tx.Append(insertTime, s.ID, store.Micros(t.At), t.Payment, refused); err != nil {
		return err
	}
	if err := s.follow(t.At); err != nil {
		return err
	}
	_, err := tx.Exec(updateSchedule, s.ID, s.next(), encoded(s))
	return err
}
