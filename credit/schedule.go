package credit

import (
	"database/sql"
	"encoding/json"
	"math"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/recurrence"
	"commonweal/platform/store"
)

// Schedule is a payment that somebody makes at a later time, or again and again.
// It is judged when its time comes, by the rules and bands of that moment. It is
// private to the person; the log has what was paid.
type Schedule struct {
	ID  store.ID `json:"id"`
	Pay PayAsk   `json:"pay"`
	// When it is made; without an RRule once, at the start.
	When   recurrence.Rule `json:"when"`
	Paused bool            `json:"paused,omitempty"`
	// Next is the next time; the zero time when there is none any more.
	Next   time.Time `json:"-"`
	Person store.ID  `json:"-"`
	// Account is who signs in as the person, and acts when the time comes.
	Account store.ID `json:"account"`
}

// ScheduledTime is what became of a time of a schedule.
type ScheduledTime struct {
	Schedule store.ID     `json:"schedule"`
	At       time.Time    `json:"at"`
	Payment  store.ID     `json:"payment,omitempty"`
	Refused  *fault.Error `json:"refused,omitempty"`
}

const (
	never         = int64(math.MaxInt64) // stands in the column next
	mostSchedules = 50                   // of one person
	latest        = 3 * 24 * time.Hour   // a time that the clock missed by more is skipped
)

var (
	schedulesOf      = store.SQL("SELECT person, next, content FROM credit_schedule WHERE commons_id = $1 AND person = $2 ORDER BY next, id")
	scheduleByID     = store.SQL("SELECT person, next, content FROM credit_schedule WHERE commons_id = $1 AND id = $2")
	schedulesDue     = store.SQL("SELECT person, next, content FROM credit_schedule WHERE commons_id = $1 AND next <= $2 ORDER BY next, id LIMIT 200")
	insertSchedule   = store.SQL("INSERT INTO credit_schedule (commons_id, id, person, next, content) VALUES ($1, $2, $3, $4, $5)")
	updateSchedule   = store.SQL("UPDATE credit_schedule SET next = $3, content = $4 WHERE commons_id = $1 AND id = $2")
	deleteSchedule   = store.SQL("DELETE FROM credit_schedule WHERE commons_id = $1 AND id = $2")
	forgetSchedules  = store.SQL("DELETE FROM credit_schedule WHERE commons_id = $1 AND person = $2")
	deleteTimes      = store.SQL("DELETE FROM credit_schedule_time WHERE commons_id = $1 AND schedule = $2")
	insertTime       = store.Into("credit_schedule_time", "schedule", "at", "payment", "refused")
	timesOfSchedules = store.SQL(`SELECT t.schedule, t.at, t.payment, t.refused FROM credit_schedule_time t JOIN credit_schedule s ON s.commons_id = t.commons_id AND s.id = t.schedule
		WHERE t.commons_id = $1 AND s.person = $2 ORDER BY t.at DESC, t.schedule LIMIT $3`)
)

func scanSchedule(row store.Scanner) (s Schedule, err error) {
	var next int64
	var content string
	if err := row.Scan(&s.Person, &next, &content); err != nil {
		return s, err
	}
	err = json.Unmarshal([]byte(content), &s)
	if next != never {
		s.Next = store.Time(next)
	}
	return s, err
}

// next is the column next.
func (s Schedule) next() int64 {
	if s.Next.IsZero() || s.Paused {
		return never
	}
	return store.Micros(s.Next)
}

// follow moves on to the first time after a moment.
func (s *Schedule) follow(after time.Time) error {
	rule := s.When
	if rule.RRule == "" {
		rule.RRule = "FREQ=DAILY;COUNT=1"
	}
	next, err := rule.Next(after, 1)
	if s.Next = (time.Time{}); len(next) > 0 {
		s.Next = next[0]
	}
	return err
}

// SchedulesOf returns what a person has planned to pay, the soonest first.
func SchedulesOf(r store.Reader, person store.ID) ([]Schedule, error) {
	return store.All(r, scanSchedule, schedulesOf, person)
}

// TimesOf returns what became of the latest times of a person's schedules, the
// latest first: what was paid, and what was skipped and why.
func TimesOf(r store.Reader, person store.ID, limit int) ([]ScheduledTime, error) {
	return store.All(r, scanTime, timesOfSchedules, person, int64(limit))
}

func scanTime(row store.Scanner) (t ScheduledTime, err error) {
	var at int64
	var payment, refused sql.NullString
	if err := row.Scan(&t.Schedule, &at, &payment, &refused); err != nil {
		return t, err
	}
	t.At, t.Payment = store.Time(at), store.ID(payment.String)
	if refused.Valid {
		err = json.Unmarshal([]byte(refused.String), &t.Refused)
	}
	return t, err
}
