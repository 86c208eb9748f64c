package recurring

import (
	"iter"
	"time"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
	"commonweal/platform/recurrence"
)

// Most is how many occurrences one window may hold; ten years of days.
const Most = 3660

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
	_, err := r.all()
	return err
}

// all are the occurrences of the rule.
func (r Rule) all() (iter.Seq[recurrence.Occurrence], error) {
	if r.ID == "" {
		return nil, fault.Invalidf("intake.rule_id", "id", "the rule has no identifier, from which its keys are made")
	}
	return recurrence.Rule{RRule: r.RRule, Start: r.Start, Zone: r.Zone, Skip: r.Skip}.All()
}

// Due returns the drafts of the occurrences after one instant and up to
// another, oldest first.
func (r Rule) Due(after, upTo time.Time) (out []intake.Draft, err error) {
	all, err := r.all()
	if err != nil {
		return nil, err
	}
	for o := range all {
		if o.At.After(upTo) {
			break
		}
		if !o.At.After(after) {
			continue
		}
		if len(out) == Most {
			return nil, fault.New(fault.TooMany, "intake.too_many", "rrule", "the rule falls due more than %d times between %s and %s; ask for a shorter time", Most,
				after.Format(time.DateOnly), upTo.Format(time.DateOnly))
		}
		out = append(out, r.draft(o.Wall, o.At))
	}
	return out, nil
}

// Next returns the next occurrences after an instant, at most n of them, for a
// preview.
func (r Rule) Next(after time.Time, n int) (out []time.Time, err error) {
	all, err := r.all()
	if err != nil {
		return nil, err
	}
	for o := range all {
		if len(out) >= min(n, Most) {
			break
		}
		if o.At.After(after) {
			out = append(out, o.At)
		}
	}
	return out, nil
}

func (r Rule) draft(wall, at time.Time) intake.Draft {
	d := r.Draft
	d.Key = intake.Key("recurring", r.ID, wall.Format(recurrence.Clock))
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
