package recurring_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/contribution/intake"
	"commonweal/contribution/intake/recurring"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

func stall(rrule string) recurring.Rule {
	return recurring.Rule{ID: "stall", RRule: rrule, Start: "2026-03-02T09:00", Zone: "Europe/Amsterdam",
		Draft: intake.Draft{Kind: intake.Work, Quantity: quantity.Of(2, quantity.Hour), Note: "market stall"}}
}

func instant(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

func due(t *testing.T, r recurring.Rule, after, upTo string) []string {
	t.Helper()
	drafts, err := r.Due(instant(after), instant(upTo))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range drafts {
		out = append(out, d.From.Format("2006-01-02T15:04Z07:00"))
	}
	return out
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestNineStaysNineWhenClocksChange(t *testing.T) {
	same(t, due(t, stall("FREQ=WEEKLY;BYDAY=MO"), "2026-03-20T00:00:00Z", "2026-04-01T00:00:00Z"), "2026-03-23T09:00+01:00", "2026-03-30T09:00+02:00")
	same(t, due(t, stall("FREQ=DAILY"), "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"), "2026-03-29T09:00+02:00") // the very day
	same(t, due(t, stall("FREQ=DAILY"), "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"), "2026-10-25T09:00+01:00")
	night := stall("FREQ=DAILY")
	night.Start = "2026-03-01T02:30"
	same(t, due(t, night, "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z"), "2026-03-29T03:30+02:00", "2026-03-30T02:30+02:00") // skipped by the change
	same(t, due(t, night, "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z"), "2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00") // comes twice, taken once
}

func TestRulesOfTheStandard(t *testing.T) {
	same(t, due(t, stall("FREQ=MONTHLY;BYDAY=-1FR"), "2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z"), "2026-03-27T09:00+01:00", "2026-04-24T09:00+02:00")
	same(t, due(t, stall("FREQ=DAILY;INTERVAL=2;COUNT=2"), "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"), "2026-03-02T09:00+01:00", "2026-03-04T09:00+01:00")
	same(t, due(t, stall("FREQ=DAILY;UNTIL=20260303T080000Z"), "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"), "2026-03-02T09:00+01:00", "2026-03-03T09:00+01:00")
	same(t, due(t, stall("FREQ=DAILY;UNTIL=20260303T085959"), "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"), "2026-03-02T09:00+01:00")
	leap := stall("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")
	same(t, due(t, leap, "2026-01-01T00:00:00Z", "2033-01-01T00:00:00Z"), "2028-02-29T09:00+01:00", "2032-02-29T09:00+01:00")
	skipping := stall("FREQ=WEEKLY;COUNT=2")
	skipping.Skip = []string{"2026-03-02"}
	same(t, due(t, skipping, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"), "2026-03-09T09:00+01:00")
}

// TestInvariant1WindowsThatTouch: cutting a time into windows changes nothing.
func TestInvariant1WindowsThatTouch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := stall(rapid.SampledFrom([]string{"FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=DAILY;INTERVAL=3;COUNT=40"}).Draw(t, "rule"))
		from, to := instant("2026-02-01T00:00:00Z"), instant("2027-02-01T00:00:00Z")
		whole, err := r.Due(from, to)
		if err != nil {
			t.Fatal(err)
		}
		var parts []intake.Draft
		for at := from; at.Before(to); {
			next := at.Add(time.Duration(rapid.Int64Range(1, 2000).Draw(t, "hours")) * time.Hour)
			if next.After(to) {
				next = to
			}
			part, err := r.Due(at, next)
			if err != nil {
				t.Fatal(err)
			}
			parts, at = append(parts, part...), next
		}
		key := func(d intake.Draft) string { return d.Key }
		if !slices.Equal(collect(whole, key), collect(parts, key)) {
			t.Fatalf("%d occurrences at once, %d in windows", len(whole), len(parts))
		}
	})
}

func collect(drafts []intake.Draft, f func(intake.Draft) string) (out []string) {
	for _, d := range drafts {
		out = append(out, f(d))
	}
	return out
}

func TestInvariant2NoRuleRunsWithoutEnd(t *testing.T) {
	began := time.Now()
	never := stall("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
	same(t, due(t, never, "2026-01-01T00:00:00Z", "2090-01-01T00:00:00Z"))
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("a rule that never falls due took %s", took)
	}
	if _, err := stall("FREQ=DAILY").Due(instant("2026-01-01T00:00:00Z"), instant("2090-01-01T00:00:00Z")); fault.CodeOf(err) != "intake.too_many" {
		t.Errorf("error = %v, want too_many", err)
	}
}

func TestBadRulesAreRefused(t *testing.T) {
	for name, spoil := range map[string]func(*recurring.Rule){
		"intake.rrule daily":     func(r *recurring.Rule) { r.RRule = "FREQ=HOURLY" },
		"intake.rrule no rule":   func(r *recurring.Rule) { r.RRule = "every monday" },
		"intake.rrule two":       func(r *recurring.Rule) { r.RRule = "FREQ=DAILY\nRRULE:FREQ=DAILY" },
		"intake.rrule hour":      func(r *recurring.Rule) { r.RRule = "FREQ=DAILY;BYHOUR=3" },
		"intake.rrule month":     func(r *recurring.Rule) { r.RRule = "FREQ=YEARLY;BYMONTH=13" },
		"intake.rrule interval":  func(r *recurring.Rule) { r.RRule = "FREQ=DAILY;INTERVAL=100000" },
		"intake.zone unknown":    func(r *recurring.Rule) { r.Zone = "Mars/Base" },
		"intake.date start":      func(r *recurring.Rule) { r.Start = "monday" },
		"intake.date skip":       func(r *recurring.Rule) { r.Skip = []string{"monday"} },
		"intake.rule_id missing": func(r *recurring.Rule) { r.ID = "" },
	} {
		r := stall("FREQ=DAILY")
		spoil(&r)
		code, _, _ := strings.Cut(name, " ")
		if err := r.Check(); fault.CodeOf(err) != code {
			t.Errorf("%s: error = %v", name, err)
		}
	}
}

func FuzzRule(f *testing.F) {
	f.Add("FREQ=WEEKLY;BYDAY=MO;UNTIL=20270101T000000Z", "2026-03-02T09:00")
	f.Add("FREQ=YEARLY;BYWEEKNO=53;BYSETPOS=-1;COUNT=3", "2000-02-29T23:59")
	f.Fuzz(func(t *testing.T, rule, start string) {
		r := stall(rule)
		r.Start = start
		drafts, err := r.Due(instant("2026-01-01T00:00:00Z"), instant("2027-01-01T00:00:00Z"))
		if err != nil && fault.As(err) == nil {
			t.Fatalf("error %v is nobody's", err)
		}
		for i := 1; i < len(drafts); i++ {
			if drafts[i].From.Before(drafts[i-1].From) {
				t.Fatalf("%q: %s comes after %s", rule, drafts[i].From, drafts[i-1].From)
			}
		}
	})
}
