package vf

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/store"
)

// newShelf is a stand of digital things.
func newShelf(t *testing.T) *stand {
	w := newWorld(t)
	s := &stand{world: w, ann: w.agent(), ben: w.agent(), spec: w.spec(Policy{Containers: Several}), p: w.process("")}
	s.stock, s.box, s.bs = w.raise(s.ann, s.spec, "10"), w.raise(s.ann, s.spec, "1"), w.raise(s.ben, s.spec, "5")
	return s
}

// A drawing takes no place: it is in the catalog and in the set for the
// bakery at once, and is still on hand to be copied. Off one list, it stays on the other.
func TestADigitalThingIsInManyContainers(t *testing.T) {
	s := newShelf(t)
	list, unlist := s.lister(s.stock)
	s.must(list(s.bs))
	s.must(list(s.box))
	if got := s.at(s.stock); !slices.Equal(got.ListedIn, []store.ID{s.bs, s.box}) || got.ContainedIn != "" {
		t.Fatalf("listed in %v, lies in %q", got.ListedIn, got.ContainedIn)
	}
	s.holds(s.stock, "10", "10")
	s.must(s.on(Lower, s.stock, "1")) // nothing is locked
	s.must(unlist(s.bs))
	if got := s.at(s.stock); !slices.Equal(got.ListedIn, []store.ID{s.box}) {
		t.Fatalf("listed in %v", got.ListedIn)
	}
	s.must(list(s.bs)) // and on again
}

// lister returns what lists a record in a container and takes it off.
func (s *stand) lister(r store.ID) (list, unlist func(store.ID) Event) {
	return func(c store.ID) Event { return s.on(Combine, r, "0", s.into(c)) },
		func(c store.ID) Event { return s.on(Separate, r, "0", s.into(c)) }
}

func TestListingsAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		code, field string
		event       func(s *stand, list, unlist func(store.ID) Event) Event
	}{
		"a quantity":  {"vf.listing_quantity", "resourceQuantity", func(s *stand, _, _ func(store.ID) Event) Event { return s.on(Combine, s.stock, "10", s.into(s.bs)) }},
		"nowhere":     {"vf.container_missing", "toResourceInventoriedAs", func(s *stand, _, _ func(store.ID) Event) Event { return s.on(Combine, s.stock, "0") }},
		"twice":       {"vf.listed_already", "toResourceInventoriedAs", func(s *stand, list, _ func(store.ID) Event) Event { s.must(list(s.bs)); return list(s.bs) }},
		"itself":      {"vf.container_cycle", "toResourceInventoriedAs", func(s *stand, list, _ func(store.ID) Event) Event { return list(s.stock) }},
		"not there":   {"vf.pair_missing", "toResourceInventoriedAs", func(s *stand, _, unlist func(store.ID) Event) Event { return unlist(s.bs) }},
		"not its own": {"vf.not_custodian", "provider", func(s *stand, list, _ func(store.ID) Event) Event { e := list(s.box); e.Provider = s.ben; return e }},
		"off, a quantity": {"vf.listing_quantity", "resourceQuantity", func(s *stand, list, unlist func(store.ID) Event) Event {
			s.must(list(s.bs))
			e := unlist(s.bs)
			e.ResourceQuantity = one_("1")
			return e
		}},
		"corrected": {"vf.listing_quantity", "resourceQuantity", func(s *stand, list, _ func(store.ID) Event) Event { return correcting(s.must(list(s.bs)), "3") }},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t)
			list, unlist := s.lister(s.stock)
			e := c.event(s, list, unlist)
			before := snapshot(s.book)
			_, err := s.try(e)
			code(t, err, c.code, c.field)
			if snapshot(s.book) != before {
				t.Error("the refusal changed the book")
			}
		})
	}
}

// correcting is an event that corrects another by a quantity.
func correcting(e Event, by string) Event {
	e.Corrects, e.ResourceQuantity, e.PairOf, e.Stage = e.ID, one_(by), "", ""
	return bare(e)
}

// A correction of a listing takes it off the list, one of taking it off puts
// it back; neither undoes what came later.
func TestCorrectionsOfListings(t *testing.T) {
	s := newShelf(t)
	list, unlist := s.lister(s.stock)
	listed := func(want bool) {
		t.Helper()
		if got := len(s.at(s.stock).ListedIn) == 1; got != want {
			t.Fatalf("listed: %v", got)
		}
	}
	first := s.must(list(s.bs))
	off := s.must(unlist(s.bs))
	if off.PairOf != first.ID {
		t.Fatalf("taken off as the pair of %s, not %s", off.PairOf, first.ID)
	}
	s.must(correcting(off, "0"))
	listed(true)
	s.must(correcting(first, "0"))
	listed(false)
	second := s.must(list(s.bs))
	s.must(correcting(first, "0")) // that was taken back long ago
	listed(true)
	s.must(correcting(second, "0"))
	listed(false)
}

// Invariant 16: nothing is in itself, by lying there or by being listed there,
// and nothing is listed twice in one container.
func TestInvariant16NothingIsInItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newStroll(t, Policy{Containers: Several})
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			x := pick(t, s.records, "resource")
			e := Event{Action: Combine, Provider: s.at(x).Custodian, Receiver: s.agents[0], InputOf: s.processes[0], ResourceInventoriedAs: x,
				ToResourceInventoriedAs: pick(t, s.records, "container"), ResourceQuantity: one_("0")}
			if rapid.IntRange(0, 3).Draw(t, "off?") == 0 {
				e.Action, e.InputOf, e.OutputOf = Separate, "", s.processes[0]
			}
			if _, err := s.attempt(e); err != nil && !slices.Contains([]string{"vf.container_cycle", "vf.listed_already", "vf.pair_missing"}, codeOf(err)) {
				t.Fatal(err)
			}
		}
		var visit func(i store.ID, way []store.ID)
		visit = func(i store.ID, way []store.ID) {
			if slices.Contains(way, i) {
				t.Fatalf("%s is in itself: %v", i, way)
			}
			r := s.at(i)
			in := slices.Sorted(slices.Values(r.Containers()))
			if len(slices.Compact(in)) != len(r.Containers()) || len(r.ListedIn) != len(r.ListedBy) {
				t.Fatalf("%s is listed twice: %v by %v", i, r.ListedIn, r.ListedBy)
			}
			for _, c := range r.Containers() {
				visit(c, append(slices.Clip(way), i))
			}
		}
		for i := range s.book.records {
			visit(i, nil)
		}
	})
}

// On a database: what a container lists is found from both ends, in the same
// act or a later one, and the journal replays to it.
func TestListsOnADatabase(t *testing.T) {
	each(t, func(w *shop) {
		var drawing, catalog, kit Resource
		w.do(func(l *Ledger) error {
			files, err := l.AddSpecification(ResourceSpecification{Name: "Drawing", Policy: Policy{Containers: Several}})
			if err != nil {
				return err
			}
			for name, to := range map[string]*Resource{"Hive": &drawing, "Catalog": &catalog, "Kit": &kit} {
				raise := w.event(Raise, "1")
				raise.ResourceInventoriedAs = ""
				if _, *to, err = l.RecordNew(raise, Resource{Name: name, ConformsTo: files.ID}); err != nil {
					return err
				}
			}
			return nil
		})
		put := func(action Action, what, where Resource) Event {
			e := Event{Action: action, Provider: w.ann.ID, Receiver: w.ann.ID, ResourceInventoriedAs: what.ID, ToResourceInventoriedAs: where.ID, ResourceQuantity: one_("0")}
			if e.InputOf = w.process.ID; action == Separate {
				e.InputOf, e.OutputOf = "", w.process.ID
			}
			return e
		}
		w.do(func(l *Ledger) error {
			_, err := l.RecordAll([]Event{put(Combine, drawing, catalog), put(Combine, drawing, kit), put(Separate, drawing, catalog), put(Combine, drawing, catalog)})
			return err
		})
		w.do(func(l *Ledger) error {
			_, err := l.Record(put(Combine, catalog, kit))
			return err
		})
		w.do(func(l *Ledger) error {
			_, err := l.Record(put(Combine, kit, drawing))
			code(w.t, err, "vf.container_cycle", "toResourceInventoriedAs")
			_, err = l.Record(put(Separate, drawing, kit))
			return err
		})
		w.read(func(r *store.Snapshot) error {
			for _, c := range []struct {
				container Resource
				want      []store.ID
			}{{catalog, []store.ID{drawing.ID}}, {kit, []store.ID{catalog.ID}}, {drawing, nil}} {
				list, err := Contents(r, c.container.ID)
				if err != nil {
					return err
				}
				var got []store.ID
				for _, x := range list {
					got = append(got, x.ID)
				}
				if !slices.Equal(got, c.want) {
					w.t.Errorf("%s lists %v, not %v", c.container.Name, got, c.want)
				}
			}
			return nil
		})
	})
}
