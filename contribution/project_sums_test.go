package contribution

import (
	"fmt"
	"testing"
	"time"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
)

// million is a commons of a million contributions of 10,000 people in 50
// projects with 500 processes.
func million(b *testing.B) *Columns {
	b.Helper()
	c := &Columns{}
	today := dayIn(time.Now(), time.UTC)
	for i := range 1_000_000 {
		row := equation.Contribution{ID: equation.ID{byte(i >> 16), byte(i >> 8), byte(i)}, Person: fmt.Sprint("person-", i%10_007), Kind: []string{"work", "care", "use", "purchase"}[i%4],
			Stream: "livelihood", Project: fmt.Sprint("project-", i%50), Process: fmt.Sprint("process-", i%500), Day: today - int32(i%1000), At: int64(i), Quantity: 1_500_000, Unit: "hour", Currency: "EUR", Rate: equation.Missing, Value: 18_000_000}
		if i%11 != 0 {
			row.Flags = equation.Validated
		}
		if _, err := c.Ledger.Append(row); err != nil {
			b.Fatal(err)
		}
		c.no = append(c.no, EntryNo{Seq: int64(i)})
	}
	return c
}

// What the everyday pages ask of the columns, at a million contributions.
func BenchmarkPagesAtAMillion(b *testing.B) {
	c := million(b)
	now := time.Now()
	for name, ask := range map[string]func(){
		"home figures":   func() { c.pulse(now, time.UTC, "", "") },
		"my figures":     func() { c.pulse(now, time.UTC, "person-17", "") },
		"my list":        func() { c.pick(Filter{Person: "person-17", Limit: 10}) },
		"rare in a list": func() { c.pick(Filter{Person: "person-17", State: Rejected, Limit: 50}) },
		"projects":       func() { c.totals() },
		"one project":    func() { c.sums("project-7") },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				ask()
			}
		})
	}
}

// Sums of one project by person and by process add up to its total, whatever
// waits, was refused or was replaced.
func TestProjectSums(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		valid, waits, refused := w.log(w.bas, "1"), w.log(w.cleo, "2"), w.log(w.bas, "4")
		w.decide(w.cleo, valid.No, Accept)
		w.decide(w.cleo, refused.No, Reject)
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			return w.practice.Columns(r, func(c *Columns) error {
				sum, total := c.sums(w.project.ID), c.totals()[string(w.project.ID)]
				var people, processes, byProcess int64
				for _, x := range sum.people {
					people += x.value
				}
				for _, x := range sum.processes {
					processes += int64(x.count)
					for _, v := range x.value {
						byProcess += v
					}
				}
				if total.value != valid.Value.Micros || people != total.value || byProcess != total.value || sum.value != total.value || processes != 2 {
					t.Errorf("value %d in all, %d by person, %d by process of %d contributions; want %d of 2", total.value, people, byProcess, processes, valid.Value.Micros)
				}
				if want := valid.Quantity.Micros + waits.Quantity.Micros; total.hours != want || sum.hours != want || total.people != 2 || len(sum.people) != 2 {
					t.Errorf("%d and %d hours of %d and %d people, want %d of 2", total.hours, sum.hours, total.people, len(sum.people), want)
				}
				return nil
			})
		}))
	})
}
