package recurrence

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

func next(t *testing.T, r Rule, after string, n int) (out []string) {
	t.Helper()
	at, err := time.Parse(time.RFC3339, after)
	if err != nil {
		t.Fatal(err)
	}
	list, err := r.Next(at, n)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range list {
		out = append(out, at.Format("2006-01-02T15:04Z07:00"))
	}
	return out
}

// Nine o'clock stays nine o'clock when clocks change, and a day may be left out.
func TestTheWallClockCounts(t *testing.T) {
	r := Rule{RRule: "FREQ=WEEKLY;BYDAY=SU", Start: "2026-03-22T09:00", Zone: "Europe/Amsterdam", Skip: []string{"2026-04-05"}}
	want := []string{"2026-03-22T09:00+01:00", "2026-03-29T09:00+02:00", "2026-04-12T09:00+02:00"}
	if got := next(t, r, "2026-01-01T00:00:00Z", 3); !slices.Equal(got, want) {
		t.Errorf("it falls due at %v, want %v", got, want)
	}
}

// RFC 5545, section 3.8.5.3: monthly on the last day.
func TestTheLastDayOfEachMonth(t *testing.T) {
	r := Rule{RRule: "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", Start: "2026-01-31T12:00", Zone: "UTC"}
	want := []string{"2026-01-31T12:00Z", "2026-02-28T12:00Z", "2026-03-31T12:00Z"}
	if got := next(t, r, "2026-01-01T00:00:00Z", 10); !slices.Equal(got, want) {
		t.Errorf("it falls due at %v, want %v", got, want)
	}
}

// Invariant 1: however a stretch of time is cut in two, each occurrence is in one part.
func TestInvariant1WindowsThatTouch(t *testing.T) {
	r := Rule{RRule: "FREQ=DAILY;COUNT=40", Start: "2026-03-10T02:30", Zone: "Europe/Amsterdam"}
	begin := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	all, err := r.Next(begin, 100)
	if err != nil || len(all) != 40 {
		t.Fatal(len(all), err)
	}
	rapid.Check(t, func(t *rapid.T) {
		cut := begin.Add(time.Duration(rapid.Int64Range(0, 60*24*60).Draw(t, "minutes")) * time.Minute)
		later, err := r.Next(cut, 100)
		if err != nil {
			t.Fatal(err)
		}
		before := slices.IndexFunc(all, func(at time.Time) bool { return at.After(cut) })
		if before < 0 {
			before = len(all)
		}
		if before+len(later) != len(all) {
			t.Fatalf("%d before %s and %d after it", before, cut, len(later))
		}
	})
}

func TestRulesThatCannotBeFollowed(t *testing.T) {
	for code, r := range map[string]Rule{
		"intake.zone":       {RRule: "FREQ=DAILY", Start: "2026-01-01T00:00", Zone: "Nowhere"},
		"intake.date":       {RRule: "FREQ=DAILY", Start: "soon", Zone: "UTC"},
		"intake.rrule":      {RRule: "FREQ=HOURLY", Start: "2026-01-01T00:00", Zone: "UTC"},
		"intake.rrule once": {RRule: "every monday", Start: "2026-01-01T00:00", Zone: "UTC"},
	} {
		if err := r.Check(); fault.CodeOf(err) != code[:min(len(code), 12)] && fault.CodeOf(err) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func FuzzRule(f *testing.F) {
	f.Add("FREQ=WEEKLY;BYDAY=MO", "2026-03-02T09:00", "Europe/Amsterdam")
	f.Add("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;UNTIL=20400101T000000Z", "2028-02-29T00:00", "UTC")
	f.Fuzz(func(t *testing.T, rrule, start, zone string) {
		list, err := Rule{RRule: rrule, Start: start, Zone: zone}.Next(time.Unix(0, 0), 5)
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		if !slices.IsSortedFunc(list, time.Time.Compare) {
			t.Fatalf("%v is not in order", list)
		}
	})
}
