package ledger

import (
	"fmt"
	"io"
	"testing"
	"time"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// large is the books of a commons with many contributions of a thousand people.
func large(b *testing.B, n int) *Ledger {
	b.Helper()
	l := New(self, time.UTC)
	id := func(i int) store.ID { return store.ID(fmt.Sprintf("0198aaaa-0000-7000-8000-%012x", i)) }
	for log := int64(0); int(log) < n/1000; log++ {
		c := &vf.Changes{}
		for i := range 1000 {
			hours := quantity.Micros(int64(1+i)*quantity.Scale/4, quantity.Hour)
			c.Events = append(c.Events, vf.Event{ID: id(int(log)*1000 + i), Action: vf.Work, Provider: id(1<<40 + i), Receiver: self, EffortQuantity: &hours,
				HasPointInTime: time.Unix(1_700_000_000+int64(i)*80_000, 0), ClassifiedAs: []string{"cw:contribution/work"}})
		}
		if err := l.Add(Act{Log: log, At: time.Unix(1_800_000_000, 0), Changes: c}); err != nil {
			b.Fatal(err)
		}
	}
	l.Sort()
	return l
}

// A page of the books of a commons with a million contributions.
func BenchmarkPages(b *testing.B) {
	l := large(b, 1_000_000)
	f := Filter{From: "2024-01-01", To: "2025-12-31", Unit: quantity.Hour}
	b.Run("balances", func(b *testing.B) {
		for b.Loop() {
			if _, err := l.Balances(f); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("register", func(b *testing.B) {
		for b.Loop() {
			on := f
			on.Account = Hours
			if _, _, err := l.Register(on, 100, 50); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("months", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := l.Months(f, Hours, Bank); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("one more act", func(b *testing.B) {
		for b.Loop() {
			hours := quantity.Of(1, quantity.Hour)
			c := &vf.Changes{Events: []vf.Event{{ID: store.NewID(), Action: vf.Work, Provider: self, Receiver: self, EffortQuantity: &hours,
				HasPointInTime: time.Unix(1_710_000_000, 0), ClassifiedAs: []string{"cw:contribution/work"}}}}
			if err := l.Add(Act{Log: l.Size(), At: time.Unix(1_800_000_000, 0), Changes: c}); err != nil {
				b.Fatal(err)
			}
			l.Sort()
		}
	})
	b.Run("hledger", func(b *testing.B) {
		for b.Loop() {
			s, err := l.Statement(Filter{})
			if err != nil {
				b.Fatal(err)
			}
			if err := WriteHledger(io.Discard, s, Head{Names: l.Name}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
