package vf

import (
	"fmt"
	"maps"
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Replay rebuilds a commons from its journal, act by act, in memory and with
// the same rules that recorded it. The verifier compares what it comes to with
// what the commons claims.
type Replay struct {
	book  *Book
	users map[store.ID]int // how many name an entity
}

// NewReplay returns the replay of a commons that has just begun.
func NewReplay() *Replay {
	b := NewBook()
	b.archive = newArchive()
	return &Replay{b, map[store.ID]int{}}
}

// Apply replays what one act changed. An error names the thing at fault; the
// replay is of no use after one.
func (r *Replay) Apply(c Changes) error {
	b := r.book
	for i := range c.Agents {
		if err := enter(b.agents[c.Agents[i].ID], "agent", c.Agents[i].ID); err != nil {
			return err
		}
		b.agents[c.Agents[i].ID] = true
	}
	for i := range c.ResourceSpecifications {
		s := c.ResourceSpecifications[i]
		if err := enter(b.specs[s.ID] != nil, "specification", s.ID); err != nil {
			return err
		}
		if err := s.Policy.Check(); err != nil {
			return fmt.Errorf("specification %s: %w", s.ID, err)
		}
		b.specs[s.ID] = &s
	}
	for i := range c.ProcessSpecifications {
		if err := enter(b.stages[c.ProcessSpecifications[i].ID], "process specification", c.ProcessSpecifications[i].ID); err != nil {
			return err
		}
		b.stages[c.ProcessSpecifications[i].ID] = true
	}
	for i := range c.Processes {
		p := c.Processes[i]
		if err := enter(b.processes[p.ID] != nil, "process", p.ID); err != nil {
			return err
		}
		if err := p.check(b); err != nil {
			return fmt.Errorf("process %s: %w", p.ID, err)
		}
		b.processes[p.ID] = &p
	}
	for _, p := range c.Policies {
		if err := b.SetPolicy(p); err != nil {
			return fmt.Errorf("policy of %s: %w", p.Specification, err)
		}
	}
	if err := r.events(c); err != nil {
		return err
	}
	if err := r.owed(c); err != nil {
		return err
	}
	for _, f := range c.Finished {
		if err := b.Finish(f); err != nil {
			return fmt.Errorf("process %s: %w", f.Process, err)
		}
	}
	r.describe(c.Described)
	return nil
}

// owed holds the plans of processes and the places of agents against what the
// act has written by its end.
func (r *Replay) owed(c Changes) error {
	for _, p := range c.Processes {
		if p.PlannedWithin != "" && !r.book.has(KindPlan, p.PlannedWithin) {
			return unknown("plan", "plannedWithin", p.PlannedWithin)
		}
		r.count(p.PlannedWithin, 1)
	}
	for _, a := range c.Agents {
		if a.PrimaryLocation != "" && !r.book.has(KindSpatialThing, a.PrimaryLocation) {
			return unknown("place", "primaryLocation", a.PrimaryLocation)
		}
		r.count(a.PrimaryLocation, 1)
	}
	return nil
}

func enter(twice bool, what string, i store.ID) error {
	if twice {
		return fault.Conflictf("vf.twice", "id", "the %s %s is added twice", what, i)
	}
	if _, ok := store.ParseID(string(i)); !ok {
		return fault.Invalidf("vf.identifier", "id", "%q is no identifier of a %s", clip(string(i)), what)
	}
	return nil
}

// events replays events and holds what they say of themselves (their place in
// the chains, their stage, their pair) against what the rules say.
func (r *Replay) events(c Changes) error {
	unborn := map[store.ID]Resource{}
	for _, x := range c.Resources {
		if err := enter(false, "resource", x.ID); err != nil {
			return err
		}
		unborn[x.ID] = x
	}
	for n, e := range c.Events {
		if err := r.written(c.Written, n); err != nil {
			return err
		}
		if err := r.announce(unborn, e.ResourceInventoriedAs, e.ToResourceInventoriedAs); err != nil {
			return err
		}
		if err := enter(r.book.original(e.ID) != nil, "event", e.ID); err != nil {
			return err
		}
		f, err := Apply(r.book, e)
		if err != nil {
			return fmt.Errorf("event %s: %w", e.ID, err)
		}
		if err := derived(&e, &f.Event); err != nil {
			return fmt.Errorf("event %s: %w", e.ID, err)
		}
		r.book.Keep(f)
		r.book.putOriginal(original(e))
		r.useEvent(&e)
	}
	if err := r.written(c.Written, len(c.Events)); err != nil {
		return err
	}
	if err := r.announce(unborn, slices.Sorted(maps.Keys(unborn))...); err != nil {
		return err
	}
	return r.book.unborn(c.Resources)
}

// announce makes records known when their first event comes: what they are of,
// a lot written in the same act, is known by then.
func (r *Replay) announce(unborn map[store.ID]Resource, ids ...store.ID) error {
	for _, i := range ids {
		x, waits := unborn[i]
		if !waits {
			continue
		}
		delete(unborn, i)
		if err := r.book.announce(x); err != nil {
			return fmt.Errorf("resource %s: %w", x.ID, err)
		}
	}
	return nil
}

// derived compares what an event says with what follows.
func derived(says, follows *Event) error {
	for _, d := range [...]struct{ field, says, follows string }{
		{"previousEvent", string(says.PreviousEvent), string(follows.PreviousEvent)},
		{"toPreviousEvent", string(says.ToPreviousEvent), string(follows.ToPreviousEvent)},
		{"chainPosition", fmt.Sprint(says.ChainPosition), fmt.Sprint(follows.ChainPosition)},
		{"toChainPosition", fmt.Sprint(says.ToChainPosition), fmt.Sprint(follows.ToChainPosition)},
		{"pairOf", string(says.PairOf), string(follows.PairOf)},
		{"stage", string(says.Stage), string(follows.Stage)},
		{"queued", fmt.Sprint(says.Queued), fmt.Sprint(follows.Queued)},
	} {
		if d.says != d.follows {
			return fault.Conflictf("vf.replay_differs", d.field, "%s is %q in the journal, but %q follows from the events before it", d.field, d.says, d.follows)
		}
	}
	return nil
}

func (r *Replay) describe(list []Description) {
	for _, d := range list {
		if x := r.book.records[d.ID]; x != nil {
			x.Name = d.Name
		}
	}
}

// Resources returns every record by its identifier, as the events so far
// leave it. The map is the caller's.
func (r *Replay) Resources() map[store.ID]Resource {
	out := make(map[store.ID]Resource, len(r.book.records))
	for i, x := range r.book.records {
		out[i] = *x
	}
	return out
}
