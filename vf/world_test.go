package vf

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// fataler is a test or a rapid check.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// world is a small commons in memory: what the rules are tried on.
type world struct {
	t       fataler
	book    *Book
	changes []Changes // one act per event
	next    int
	now     time.Time
	warned  []Warning
}

func newWorld(t fataler) *world {
	w := &world{t: t, book: NewBook(), now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	w.write(&SpatialThing{About: About{ID: here, Name: "The workshop"}})
	w.write(&SpatialThing{About: About{ID: ghent, Name: "Ghent"}})
	return w
}

// The places of every world.
const (
	here  store.ID = "01900000-0000-7000-8000-00000000aa01"
	ghent store.ID = "01900000-0000-7000-8000-00000000aa02"
)

// write adds an entity or revises it, as an act of its own.
func (w *world) write(e Entity) {
	w.t.Helper()
	if err := w.tryWrite(e); err != nil {
		w.t.Fatalf("%v", err)
	}
}

func (w *world) tryWrite(e Entity) error {
	h := e.head()
	if h.ID == "" {
		h.ID = w.id()
	}
	before := w.book.entities[h.ID]
	h.Revision = 1
	if before != nil {
		h.Revision = before.head().Revision + 1
	}
	normalEntity(e)
	if err := w.book.put(e, before); err != nil {
		return err
	}
	value, err := json.Marshal(e)
	if err != nil {
		return err
	}
	w.changes = append(w.changes, Changes{Written: []Written{{Type: e.Kind(), Value: value}}})
	return nil
}

func (w *world) id() store.ID {
	w.next++
	return store.ID(fmt.Sprintf("01900000-0000-7000-8000-%012d", w.next))
}

func (w *world) agent() store.ID {
	i := w.id()
	w.book.agents[i] = true
	w.changes = append(w.changes, Changes{Agents: []Agent{{ID: i, Kind: Person}}})
	return i
}

func (w *world) spec(p Policy) store.ID {
	s := ResourceSpecification{ID: w.id(), Name: "Thing", Policy: p}
	w.book.specs[s.ID] = &s
	w.changes = append(w.changes, Changes{ResourceSpecifications: []ResourceSpecification{s}})
	return s.ID
}

func (w *world) stage() store.ID {
	i := w.id()
	w.book.stages[i] = true
	w.changes = append(w.changes, Changes{ProcessSpecifications: []ProcessSpecification{{ID: i, Name: "Stage"}}})
	return i
}

func (w *world) process(basedOn store.ID) store.ID {
	p := Process{ID: w.id(), Name: "Process", BasedOn: basedOn}
	own := p
	w.book.processes[p.ID] = &own
	w.changes = append(w.changes, Changes{Processes: []Process{p}})
	return p.ID
}

func (w *world) finish(p store.ID) error {
	f := ProcessFinished{p, w.now}
	err := w.book.Finish(f)
	if err == nil {
		w.changes = append(w.changes, Changes{Finished: []ProcessFinished{f}})
	}
	return err
}

// try records an event, creating the given records with it.
func (w *world) try(e Event, created ...Resource) (Event, error) {
	w.now = w.now.Add(time.Minute)
	for _, r := range created {
		if err := w.book.announce(r); err != nil {
			return Event{}, err
		}
	}
	e.ID = w.id()
	f, err := Apply(w.book, e.normal(w.now))
	if err == nil {
		err = w.book.unbornAfter(created, f)
	}
	if err != nil {
		for _, r := range created {
			w.book.forget(r.ID)
		}
		return Event{}, err
	}
	w.book.Keep(f)
	w.warned = f.Warnings
	w.book.originals[f.Event.ID] = original(f.Event)
	w.changes = append(w.changes, Changes{Resources: created, Events: []Event{f.Event}})
	return f.Event, nil
}

// unbornAfter is unborn for events that are not kept yet.
func (b *Book) unbornAfter(created []Resource, f *Effects) error {
	for _, r := range created {
		named := r.ID == f.Event.ResourceInventoriedAs || r.ID == f.Event.ToResourceInventoriedAs
		if !named {
			return errors.New("a record was announced that the event does not name")
		}
	}
	return nil
}

func (w *world) must(e Event, created ...Resource) Event {
	w.t.Helper()
	e, err := w.try(e, created...)
	if err != nil {
		w.t.Fatalf("%v", err)
	}
	return e
}

// raise opens a record of the agent with the amount and returns it.
func (w *world) raise(agent, spec store.ID, amount string) store.ID {
	w.t.Helper()
	i := w.id()
	w.must(Event{Action: Raise, Provider: agent, Receiver: agent, ResourceInventoriedAs: i, ResourceQuantity: one_(amount)}, Resource{ID: i, ConformsTo: spec})
	return i
}

func (w *world) at(i store.ID) Resource {
	w.t.Helper()
	r := w.book.records[i]
	if r == nil {
		w.t.Fatalf("no record %s", i)
	}
	return *r
}

// holds checks accounting and on-hand quantity, in whole or decimal units.
func (w *world) holds(i store.ID, acc, onh string) {
	w.t.Helper()
	if r := w.at(i); r.Accounting.Decimal() != acc || r.Onhand.Decimal() != onh {
		w.t.Fatalf("%s holds %s/%s, want %s/%s", i, r.Accounting.Decimal(), r.Onhand.Decimal(), acc, onh)
	}
}

func one_(text string) *Amount { return in(text, "one") }

func in(text string, unit quantity.Unit) *Amount {
	a := quantity.MustParse(text, unit)
	return &a
}

// code checks the code and the field of a refusal.
func code(t *testing.T, err error, code, field string) {
	t.Helper()
	f := fault.As(err)
	if f == nil {
		t.Fatalf("got %v, want the fault %s", err, code)
	}
	if f.Code != code || f.Field != field {
		t.Fatalf("got %s in %q (%v), want %s in %q", f.Code, f.Field, f, code, field)
	}
	if f.Message == "" {
		t.Fatalf("%s has no message", code)
	}
}

func codeOf(err error) string { return fault.CodeOf(err) }

// snapshot is everything economic that a book holds, as text.
func snapshot(b *Book) string {
	var out []string
	for _, r := range b.records {
		out = append(out, fmt.Sprintf("%+v", *r))
	}
	for _, flows := range b.flows {
		for _, w := range flows {
			out = append(out, fmt.Sprintf("%+v", *w))
		}
	}
	ids := slices.Collect(maps.Keys(b.originals))
	if b.archive != nil {
		ids = b.archive.ids()
	}
	for _, i := range ids {
		o := b.original(i)
		all := kept(&o.Event, &o.Event)
		fields := all[:10] // a correction says neither place nor state
		out = append(out, fmt.Sprint(i, o.Quantity, o.Effort, fields, o.Event.Corrects, o.Event.PairOf))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}
