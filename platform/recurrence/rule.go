package recurrence

import (
	"iter"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"commonweal/platform/fault"
)

// Clock is how wall-clock times are written in a Rule.
const Clock = "2006-01-02T15:04"

// horizon is how far ahead a rule is followed to see whether it ever occurs.
const horizon = 100

// Rule is when something recurs.
type Rule struct {
	RRule string   `json:"rrule"`          // "FREQ=WEEKLY;BYDAY=MO", without "RRULE:"
	Start string   `json:"start"`          // first wall-clock time: "2026-03-02T09:00"
	Zone  string   `json:"zone"`           // "Europe/Amsterdam"
	Skip  []string `json:"skip,omitempty"` // days without, YYYY-MM-DD
}

// Occurrence is one time that a rule falls due.
type Occurrence struct {
	Wall time.Time // on the wall clock of its zone, written as UTC
	At   time.Time
}

// Check refuses a rule that cannot be followed.
//
// Faults: intake.zone, intake.date, intake.rrule.
func (r Rule) Check() error {
	_, err := r.compile()
	return err
}

// compiled is a rule on the floating clock: its times are wall-clock times
// that are written as UTC.
type compiled struct {
	rule *rrule.RRule
	zone *time.Location
	skip map[string]bool
}

func (r Rule) compile() (*compiled, error) {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		return nil, fault.Invalidf("intake.zone", "zone", "%q is not a time zone; write it like Europe/Amsterdam", r.Zone)
	}
	start, err := time.Parse(Clock, r.Start)
	if err != nil || start.Year() < 1970 || start.Year() > 2100 {
		return nil, fault.Invalidf("intake.date", "start", "%q is not a time between 1970 and 2100, such as 2026-03-02T09:00", show(r.Start))
	}
	opts, err := r.options(zone)
	if err != nil {
		return nil, err
	}
	opts.Dtstart = start
	if opts.Until.IsZero() || opts.Until.Year() > start.Year()+horizon {
		opts.Until = start.AddDate(horizon, 0, 0) // so that a rule that never fits ends
	}
	rule, err := rrule.NewRRule(*opts)
	if err != nil {
		return nil, fault.Invalidf("intake.rrule", "rrule", "%q: %v", show(r.RRule), err)
	}
	c := &compiled{rule: rule, zone: zone, skip: map[string]bool{}}
	for _, day := range r.Skip {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return nil, fault.Invalidf("intake.date", "skip", "%q is not a day, such as 2026-03-02", show(day))
		}
		c.skip[day] = true
	}
	return c, nil
}

// options reads the rule and brings its UNTIL to the wall clock.
func (r Rule) options(zone *time.Location) (*rrule.ROption, error) {
	text := strings.ToUpper(strings.TrimSpace(r.RRule))
	if len(text) > 500 || strings.ContainsAny(text, "\r\n:") {
		return nil, fault.Invalidf("intake.rrule", "rrule", "%q is not one rule; write it like FREQ=WEEKLY;BYDAY=MO", show(r.RRule))
	}
	for part := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "BYHOUR", "BYMINUTE", "BYSECOND", "DTSTART":
			return nil, fault.Invalidf("intake.rrule", "rrule", "%s is not used here; the start says the time of day", name)
		case "FREQ":
			if value == "HOURLY" || value == "MINUTELY" || value == "SECONDLY" {
				return nil, fault.Invalidf("intake.rrule", "rrule", "what recurs does so daily at most, not %s", strings.ToLower(value))
			}
		}
	}
	opts, err := rrule.StrToROption(text)
	if err != nil {
		return nil, fault.Invalidf("intake.rrule", "rrule", "%q: %v; write it like FREQ=WEEKLY;BYDAY=MO", show(r.RRule), err)
	}
	if opts.Interval > 1000 || opts.Count < 0 {
		return nil, fault.Invalidf("intake.rrule", "rrule", "the interval is %d and the count %d; give at most 1,000 and no negative count", opts.Interval, opts.Count)
	}
	if !opts.Until.IsZero() && strings.Contains(text, "Z") && strings.Contains(text[strings.Index(text, "UNTIL="):], "Z") {
		opts.Until = floating(opts.Until.In(zone))
	}
	return opts, nil
}

// floating writes a wall-clock time as UTC.
func floating(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// on brings a floating time to its instant in a zone. Of a time that a change
// of clocks repeats, the first is meant; one that it skips moves forward.
func on(t time.Time, zone *time.Location) time.Time {
	_, before := t.Add(-24 * time.Hour).In(zone).Zone()
	_, after := t.Add(24 * time.Hour).In(zone).Zone()
	first := t.Add(-time.Duration(before) * time.Second).In(zone)
	second := t.Add(-time.Duration(after) * time.Second).In(zone)
	if !floating(first).Equal(t) && floating(second).Equal(t) {
		return second
	}
	return first
}

// All returns the occurrences in order. There is an end to them.
func (r Rule) All() (iter.Seq[Occurrence], error) {
	c, err := r.compile()
	if err != nil {
		return nil, err
	}
	return func(yield func(Occurrence) bool) {
		next := c.rule.Iterator()
		for wall, more := next(); more; wall, more = next() {
			if !c.skip[wall.Format(time.DateOnly)] && !yield(Occurrence{wall, on(wall, c.zone)}) {
				return
			}
		}
	}, nil
}

// Next returns the occurrences after an instant, at most n of them.
func (r Rule) Next(after time.Time, n int) (out []time.Time, err error) {
	all, err := r.All()
	if err != nil {
		return nil, err
	}
	for o := range all {
		if len(out) >= n {
			break
		}
		if o.At.After(after) {
			out = append(out, o.At)
		}
	}
	return out, nil
}

// show shortens a value for an error message.
func show(value string) string {
	value = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, value)
	return strings.ToValidUTF8(value[:min(len(value), 60)], "")
}
