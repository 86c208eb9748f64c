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
	for name, write := range map[string]func(io.Writer, *Statement, Head) error{"hledger": WriteHledger, "beancount": WriteBeancount} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s, err := l.Statement(Filter{})
				if err != nil {
					b.Fatal(err)
				}
				if err := write(io.Discard, s, Head{Names: l.Name}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The statements of a commons with a million events of money: what is asked by
// project, by person, by the time of recording, and as things stood before.
func BenchmarkStatements(b *testing.B) {
	l := trading(b, 1_000_000)
	year := Filter{From: "2024-01-01", To: "2024-12-31", Unit: "EUR"}
	with := func(f func(*Filter)) Filter { out := year; f(&out); return out }
	balances := map[string]Filter{
		"year": year, "recorded": with(func(f *Filter) { f.By = Recorded }), "earlier": with(func(f *Filter) { f.Size = l.Size() / 2 }),
		"project": with(func(f *Filter) { f.Project = benchID(7) }), "person": with(func(f *Filter) { f.Agent = benchID(1<<40 + 5) }),
		"account": with(func(f *Filter) { f.Account = Liabilities }), "project earlier": with(func(f *Filter) { f.Project, f.Size = benchID(7), l.Size()/2 }),
	}
	for name, f := range balances {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := l.Balances(f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("cash flow", func(b *testing.B) {
		for b.Loop() {
			if _, err := l.Sides(with(func(f *Filter) { f.Account = Bank })); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("aged", func(b *testing.B) {
		for b.Loop() {
			if _, err := l.Aged(with(func(f *Filter) { f.Account = Liabilities }), "2024-12-31"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func benchID(i int) store.ID { return store.ID(fmt.Sprintf("0198aaaa-0000-7000-8000-%012x", i)) }

// trading is the books of a commons that sells in ten projects and shares out
// among a thousand people, who are paid.
func trading(b *testing.B, n int) *Ledger {
	b.Helper()
	l := New(self, time.UTC)
	euro, pot := benchID(1), benchID(2)
	first := &vf.Changes{ResourceSpecifications: []vf.ResourceSpecification{{ID: euro, MediumOfExchange: true}}, Resources: []vf.Resource{{ID: pot, ConformsTo: euro}},
		Events: []vf.Event{{ID: benchID(3), Action: vf.Raise, Provider: self, Receiver: self, ResourceInventoriedAs: pot, ResourceQuantity: &vf.Amount{Unit: "EUR"}}}}
	for i := range 1000 {
		first.Agents = append(first.Agents, vf.Agent{ID: benchID(1<<40 + i), Kind: vf.Person})
		first.Resources = append(first.Resources, vf.Resource{ID: benchID(1<<41 + i), ConformsTo: euro})
		first.Events = append(first.Events, vf.Event{ID: benchID(1<<42 + i), Action: vf.Raise, Provider: benchID(1<<40 + i), Receiver: benchID(1<<40 + i), ResourceInventoriedAs: benchID(1<<41 + i), ResourceQuantity: &vf.Amount{Unit: "EUR"}})
	}
	at := time.Unix(1_700_000_000, 0)
	add := func(c *vf.Changes) {
		if err := l.Add(Act{Log: l.Size(), At: at.Add(time.Duration(l.Size()) * 80_000 * time.Second), Changes: c}); err != nil {
			b.Fatal(err)
		}
	}
	add(first)
	for done := 0; done < n; done += 1000 {
		c := &vf.Changes{}
		for i := range 1000 {
			q := quantity.Micros(int64(1+i)*10_000, "EUR")
			e := vf.Event{ID: benchID(1<<43 + done + i), ResourceQuantity: &q, HasPointInTime: at.Add(time.Duration(done/1000) * 80_000 * time.Second), InScopeOf: benchID(5 + i%10)}
			person, account := benchID(1<<40+i), benchID(1<<41+i)
			switch (i + done/1000) % 3 {
			case 0:
				e.Action, e.Provider, e.Receiver, e.ToResourceInventoriedAs, e.ClassifiedAs = vf.Transfer, person, self, pot, []string{"cw:income/sale"}
			case 1:
				e.Action, e.Provider, e.Receiver, e.ResourceInventoriedAs, e.ToResourceInventoriedAs, e.ClassifiedAs = vf.Transfer, self, person, pot, account, []string{"cw:distribution/" + string(benchID(1<<44+done))}
			case 2:
				e.Action, e.Provider, e.Receiver, e.ResourceInventoriedAs, e.ClassifiedAs = vf.Lower, person, person, account, []string{"cw:payout"}
			}
			c.Events = append(c.Events, e)
		}
		add(c)
	}
	l.Sort()
	return l
}
