package vf

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/store"
)

// stroll is a random life of a small commons: every action, on few records,
// between few agents, so that they meet. What the rules refuse does not happen.
type stroll struct {
	*world
	r         *rapid.T
	policy    Policy
	actions   []Row // to draw from
	agents    []store.ID
	processes []store.ID
	records   []store.ID
	recorded  []Event
	tried     func(e Event, created []Resource, as store.ID, err error) // told of every attempt, if set
}

func newStroll(t *rapid.T, policy Policy) *stroll {
	w := newWorld(t)
	s := &stroll{world: w, r: t, policy: policy, actions: Actions()}
	spec := w.spec(policy)
	stage := w.stage()
	for range 3 {
		s.agents = append(s.agents, w.agent())
		s.processes = append(s.processes, w.process(stage))
	}
	for i := range 4 {
		s.records = append(s.records, w.raise(s.agents[i%2], spec, "5"))
	}
	for _, c := range w.changes {
		s.recorded = append(s.recorded, c.Events...)
	}
	return s
}

func policies() *rapid.Generator[Policy] {
	return rapid.Custom(func(t *rapid.T) Policy {
		return Policy{
			NegativeBalance: rapid.SampledFrom([]string{Forbid, Forbid, AllowAccounting, Allow}).Draw(t, "negative"),
			PartialAccept:   rapid.SampledFrom([]string{Allow, Whole}).Draw(t, "partial"),
			Pairing:         rapid.SampledFrom([]string{Required, Required, Warn, Off}).Draw(t, "pairing"),
			WholeContainer:  rapid.SampledFrom([]string{Whole, Parts}).Draw(t, "container"),
			Containers:      rapid.SampledFrom([]string{"", "", "", Several}).Draw(t, "containers"),
			Withdrawal:      rapid.SampledFrom([]string{"", FIFO}).Draw(t, "withdrawal"),
			Profile:         rapid.SampledFrom([]string{"", "", Strict}).Draw(t, "profile"),
		}
	})
}

func pick[T any](t *rapid.T, from []T, name string) T { return rapid.SampledFrom(from).Draw(t, name) }

// step draws an event and tries it.
func (s *stroll) step() (Event, bool) {
	if len(s.recorded) > 0 && rapid.IntRange(0, 7).Draw(s.r, "correct?") == 0 {
		return s.correct()
	}
	row := pick(s.r, s.actions, "action")
	e := Event{Action: row.Action, Provider: pick(s.r, s.agents, "provider")}
	if e.Receiver = e.Provider; rapid.Bool().Draw(s.r, "two agents") {
		e.Receiver = pick(s.r, s.agents, "receiver")
	}
	var created []Resource
	if row.InputOutput == Input {
		e.InputOf = pick(s.r, s.processes, "process")
	}
	if row.InputOutput == Output || row.InputOutput == OutputInput {
		e.OutputOf = pick(s.r, s.processes, "process")
	}
	if row.TakesResource() && rapid.IntRange(0, 9).Draw(s.r, "resource?") > 0 {
		e.ResourceInventoriedAs = pick(s.r, s.records, "resource")
	}
	if row.TakesTarget() && (row.Implies == "" || e.Provider != e.Receiver) && rapid.Bool().Draw(s.r, "target?") {
		e.ToResourceInventoriedAs = pick(s.r, s.records, "target")
	}
	if row.CreateResource != CreatesNothing && rapid.IntRange(0, 4).Draw(s.r, "new?") == 0 {
		created = []Resource{{ID: s.id(), ConformsTo: s.at(s.records[0]).ConformsTo}}
		if row.CreateResource == Optional {
			e.ResourceInventoriedAs = created[0].ID
		} else {
			e.ToResourceInventoriedAs = created[0].ID
		}
	}
	amount := func() *Amount {
		return &Amount{Micros: rapid.Int64Range(0, 6).Draw(s.r, "quantity") * 1e6, Unit: "one"}
	}
	if whole := e.ResourceInventoriedAs; whole != "" && len(created) == 0 && rapid.Bool().Draw(s.r, "all of it") {
		q := s.at(whole).Onhand
		q.Micros = max(q.Micros, 0)
		e.ResourceQuantity = &q
	} else {
		e.ResourceQuantity = amount()
	}
	if row.EventQuantity != ResourceOnly {
		e.EffortQuantity = in("1", "hour")
	}
	e.ToLocation = pick(s.r, []store.ID{"", "", here, ghent}, "location")
	e.State = pick(s.r, []string{"", "good", "broken"}, "state")
	e, err := s.attempt(e, created...)
	if err != nil {
		return e, false
	}
	for _, r := range created {
		s.records = append(s.records, r.ID)
	}
	s.recorded = append(s.recorded, e)
	return e, true
}

func (s *stroll) attempt(e Event, created ...Resource) (Event, error) {
	out, err := s.try(e, created...)
	if s.tried != nil {
		s.tried(e, created, out.ID, err)
	}
	return out, err
}

func (s *stroll) correct() (Event, bool) {
	recent := slices.Clone(s.recorded) // drawing favors what comes first
	slices.Reverse(recent)
	o := s.book.originals[pick(s.r, recent, "original").ID]
	c := o.Event
	c.Corrects, c.ToLocation, c.State, c.Stage, c.PairOf = c.ID, "", "", "", ""
	c.ResourceQuantity, c.EffortQuantity = minus(c.ResourceQuantity, o.Quantity), minus(c.EffortQuantity, o.Effort)
	if q := c.ResourceQuantity; q != nil && rapid.Bool().Draw(s.r, "part") {
		q.Micros = rapid.Int64Range(-6, 6).Draw(s.r, "by") * 1e6
	}
	c, err := s.attempt(bare(c))
	if err == nil {
		s.recorded = append(s.recorded, c)
	}
	return c, err == nil
}

// walks runs strolls and hands every event that happened to check, with the
// records before it.
func walks(t *testing.T, check func(s *stroll, e Event, before map[store.ID]Resource)) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		s := newStroll(t, policies().Draw(t, "policy"))
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			before := copyOf(s.book)
			if e, ok := s.step(); ok {
				check(s, e, before)
			}
		}
	})
}

func copyOf(b *Book) map[store.ID]Resource {
	out := map[store.ID]Resource{}
	for i, r := range b.records {
		out[i] = *r
	}
	return out
}
