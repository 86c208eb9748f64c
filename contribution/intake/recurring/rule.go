package recurring

import (
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
)

// Most is how many occurrences one window may hold; ten years of days.
const Most = 3660

// clock is how wall-clock times are written in a Rule and in keys.
const clock = "2006-01-02T15:04"

// horizon is how far ahead a rule is followed to see whether it ever occurs.
const horizon = 100

// Rule is what recurs.
type Rule struct {
	ID    string   `json:"id"`
	RRule string   `json:"rrule"`          // "FREQ=WEEKLY;BYDAY=MO", without "RRULE:"
	Start string   `json:"start"`          // first wall-clock time: "2026-03-02T09:00"
	Zone  string   `json:"zone"`           // "Europe/Amsterdam"
	Skip  []string `json:"skip,omitempty"` // days without, YYYY-MM-DD
	// Draft is what each occurrence records; its key, day, times and source are
	// set for each. Its To, if any, keeps its distance from its From.
	Draft intake.Draft `json:"draft"`
}

// Check refuses a rule that cannot be expanded.
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
	if r.ID == "" {
		return nil, fault.Invalidf("intake.rule_id", "id", "the rule has no identifier, from which its keys are made")
	}
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		return nil, fault.Invalidf("intake.zone", "zone", "%q is not a time zone; write it like Europe/Amsterdam", r.Zone)
	}
	start, err := time.Parse(clock, r.Start)
	if err != nil || start.Year() < 1970 || start.Year() > 2100 {
		return nil, fault.Invalidf("intake.date", "start", "%q is not a time between 1970 and 2100, such as 2026-03-02T09:00", intake.Show(r.Start))
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
		return nil, fault.Invalidf("intake.rrule", "rrule", "%q: %v", intake.Show(r.RRule), err)
	}
	c := &compiled{rule: rule, zone: zone, skip: map[string]bool{}}
	for _, day := range r.Skip {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return nil, fault.Invalidf("intake.date", "skip", "%q is not a day, such as 2026-03-02", intake.Show(day))
		}
		c.skip[day] = true
	}
	return c, nil
}

// options reads the rule and brings its UNTIL to the wall clock.
func (r Rule) options(zone *time.Location) (*rrule.ROption, error) {
	text := strings.ToUpper(strings.TrimSpace(r.RRule))
	if len(text) > 500 || strings.ContainsAny(text, "\r\n:") {
		return nil, fault.Invalidf("intake.rrule", "rrule", "%q is not one rule; write it like FREQ=WEEKLY;BYDAY=MO", intake.Show(r.RRule))
	}
	for part := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "BYHOUR", "BYMINUTE", "BYSECOND", "DTSTART":
			return nil, fault.Invalidf("intake.rrule", "rrule", "%s is not used here; the start says the time of day", name)
		case "FREQ":
			if value == "HOURLY" || value == "MINUTELY" || value == "SECONDLY" {
				return nil, fault.Invalidf("intake.rrule", "rrule", "contributions recur daily at most, not %s", strings.ToLower(value))
			}
		}
	}
	opts, err := rrule.StrToROption(text)
	if err != nil {
		return nil, fault.Invalidf("intake.rrule", "rrule", "%q: %v; write it like FREQ=WEEKLY;BYDAY=MO", intake.Show(r.RRule), err)
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

// Due returns the drafts of the occurrences after one instant and up to
// another, oldest first.
func (r Rule) Due(after, upTo time.Time) ([]intake.Draft, error) {
	c, err := r.compile()
	if err != nil {
		return nil, err
	}
	var out []intake.Draft
	for next := c.rule.Iterator(); ; {
		wall, more := next()
		if !more {
			return out, nil
		}
		at := on(wall, c.zone)
		if at.After(upTo) {
			return out, nil
		}
		if !at.After(after) || c.skip[wall.Format(time.DateOnly)] {
			continue
		}
		if len(out) == Most {
			return nil, fault.New(fault.TooMany, "intake.too_many", "rrule", "the rule falls due more than %d times between %s and %s; ask for a shorter time", Most,
				after.Format(time.DateOnly), upTo.Format(time.DateOnly))
		}
		out = append(out, r.draft(wall, at))
	}
}

// Next returns the next occurrences after an instant, at most n of them, for a
// preview.
func (r Rule) Next(after time.Time, n int) ([]time.Time, error) {
	c, err := r.compile()
	if err != nil {
		return nil, err
	}
	var out []time.Time
	for next := c.rule.Iterator(); len(out) < min(n, Most); {
		wall, more := next()
		if !more {
			break
		}
		if at := on(wall, c.zone); at.After(after) && !c.skip[wall.Format(time.DateOnly)] {
			out = append(out, at)
		}
	}
	return out, nil
}

func (r Rule) draft(wall, at time.Time) intake.Draft {
	d := r.Draft
	d.Key = intake.Key("recurring", r.ID, wall.Format(clock))
	d.Day = wall.Format(time.DateOnly)
	if length := d.To.Sub(d.From); !d.To.IsZero() && length >= 0 {
		d.To = at.Add(length)
	} else {
		d.To = time.Time{}
	}
	d.From = at
	d.Source = intake.Provenance{Source: "recurring", Ref: r.ID}
	return d
}
