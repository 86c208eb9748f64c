package vf

import (
	"context"
	"math/rand/v2"
	"testing"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// crowd is a commons of 10,000 people in 200 processes of 50 projects.
type crowd struct {
	s                           *store.Store
	commons                     store.ID
	people, projects, processes []store.ID
	r                           *rand.Rand
}

func newCrowd(b *testing.B, url string) *crowd {
	c := config()
	c.URL = url
	return crowdIn(b, storetest.Open(b, c))
}

func crowdIn(b *testing.B, s *store.Store) *crowd {
	c := &crowd{s: s, commons: store.NewID(), r: rand.New(rand.NewPCG(1, 2))}
	mustAct(b, c.s, c.commons, func(l *Ledger) (int, error) {
		for range 50 {
			a, err := l.AddAgent(Agent{Kind: Organization, Name: "Project", ClassifiedAs: []string{ClassProject}})
			if err != nil {
				return 0, err
			}
			c.projects = append(c.projects, a.ID)
		}
		for range 10_000 {
			a, err := l.AddAgent(Agent{Kind: Person, Name: "Person"})
			if err != nil {
				return 0, err
			}
			c.people = append(c.people, a.ID)
		}
		for i := range 200 {
			p, err := l.AddProcess(Process{Name: "Process", InScopeOf: c.projects[i%50]})
			if err != nil {
				return 0, err
			}
			c.processes = append(c.processes, p.ID)
		}
		return 0, nil
	})
	return c
}

func (c *crowd) work() Event {
	p := c.r.IntN(200)
	return Event{Action: Work, Provider: c.people[c.r.IntN(10_000)], Receiver: c.projects[p%50], InputOf: c.processes[p], EffortQuantity: in("2.5", "hour")}
}

// BenchmarkRecordWork is what one work event costs besides the database: every
// act opens a ledger of its own, and nothing is committed until the end.
func BenchmarkRecordWork(b *testing.B) {
	c := newCrowd(b, "")
	events := make([]Event, 1024)
	for i := range events {
		events[i] = c.work()
	}
	b.ReportAllocs()
	_, err := store.Write(context.Background(), c.s, store.Command{Commons: c.commons}, func(tx *store.Tx) (int, error) {
		for i := 0; b.Loop(); i++ {
			if _, err := Open(tx).Record(events[i%len(events)]); err != nil {
				return 0, err
			}
		}
		b.StopTimer()
		return 0, nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkRecordAll is bulk work, 5,000 events an act, durable.
func BenchmarkRecordAll(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { recordAll(b, newCrowd(b, "")) })
	b.Run("postgres", func(b *testing.B) { recordAll(b, newCrowd(b, storetest.Postgres(b, Schema))) })
}

func recordAll(b *testing.B, c *crowd) {
	events := make([]Event, 5000)
	for b.Loop() {
		for i := range events {
			events[i] = c.work()
		}
		mustAct(b, c.s, c.commons, func(l *Ledger) (int, error) {
			_, err := l.RecordAll(events)
			return 0, err
		})
	}
	b.ReportMetric(float64(b.N*len(events))/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkTransfers is bulk payments from one till into 1,000 accounts.
func BenchmarkTransfers(b *testing.B) {
	c := newCrowd(b, "")
	var spec ResourceSpecification
	accounts := make([]store.ID, 1000)
	till := store.NewID()
	mustAct(b, c.s, c.commons, func(l *Ledger) (n int, err error) {
		if spec, err = l.AddSpecification(ResourceSpecification{Name: "Euro", MediumOfExchange: true}); err != nil {
			return 0, err
		}
		for i := range accounts {
			e := Event{Action: Raise, Provider: c.people[i], Receiver: c.people[i], ResourceQuantity: in("0", "EUR")}
			_, r, err := l.RecordNew(e, Resource{ConformsTo: spec.ID})
			if err != nil {
				return 0, err
			}
			accounts[i] = r.ID
		}
		_, _, err = l.RecordNew(Event{Action: Raise, Provider: c.projects[0], Receiver: c.projects[0], ResourceQuantity: in("1000000000", "EUR")}, Resource{ID: till, ConformsTo: spec.ID})
		return 0, err
	})
	events := make([]Event, 5000)
	for b.Loop() {
		for i := range events {
			events[i] = Event{Action: Transfer, Provider: c.projects[0], Receiver: c.people[i%1000], ResourceInventoriedAs: till, ToResourceInventoriedAs: accounts[i%1000], ResourceQuantity: in("0.01", "EUR")}
		}
		mustAct(b, c.s, c.commons, func(l *Ledger) (int, error) {
			_, err := l.RecordAll(events)
			return 0, err
		})
	}
	b.ReportMetric(float64(b.N*len(events))/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkRegister finds a page of a person's events among 500,000.
func BenchmarkRegister(b *testing.B) {
	c := newCrowd(b, "")
	events := make([]Event, 50_000)
	for range 10 {
		for i := range events {
			events[i] = c.work()
		}
		mustAct(b, c.s, c.commons, func(l *Ledger) (int, error) {
			_, err := l.RecordAll(events)
			return 0, err
		})
	}
	register := NewRegister()
	read(b, c.s, c.commons, register.Warm)
	for b.Loop() {
		read(b, c.s, c.commons, func(r *store.Snapshot) error {
			page, err := register.Events(r, EventFilter{Agent: c.people[c.r.IntN(10_000)]})
			if len(page) == 0 {
				b.Error("nothing found")
			}
			return err
		})
	}
}
