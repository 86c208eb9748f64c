package ledger

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/quantity"
	"commonweal/vf"
)

// Whoever the core says is accountable for a record, the books say it is
// theirs, with all that the core says it holds: whatever was made, used up, handed
// over whole or in part, and corrected, as far as the core allows it.
func TestInvariant8TheCoreAndTheBooksAgree(t *testing.T) {
	db := storetest.Open(t, store.Config{Schemas: []store.Schema{vf.Schema}})
	done := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		s := newStockroom(t, db)
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			done[s.step()]++
			s.compare()
		}
	})
	for _, what := range []string{"transfer, whole", "transferAllRights, whole", "transferCustody, whole", "produce, whole", "produce, new", "consume, whole", "reverse", "correct"} {
		if done[what] == 0 {
			t.Errorf("the core never allowed %s: %v", what, done)
		}
	}
}

// stockroom is a commons in the core, and its books.
type stockroom struct {
	t       *rapid.T
	db      *store.Store
	l       *Ledger
	log     int64
	id      store.ID
	agents  []store.ID // the commons first
	apples  store.ID
	process store.ID
	piles   []store.ID
	events  []store.ID
}

func newStockroom(t *rapid.T, db *store.Store) *stockroom {
	s := &stockroom{t: t, db: db, id: store.NewID()}
	s.l = New(s.id, time.UTC)
	s.act(func(l *vf.Ledger) error {
		for _, a := range []vf.Agent{{ID: s.id, Kind: vf.Organization, Name: "Commons"}, {Kind: vf.Person, Name: "Ada"}, {Kind: vf.Organization, Name: "Shop"},
			{Kind: vf.Organization, Name: "Garden", ClassifiedAs: []string{vf.ClassProject}}} {
			a, err := l.AddAgent(a)
			if err != nil {
				return err
			}
			s.agents = append(s.agents, a.ID)
		}
		spec, err := l.AddSpecification(vf.ResourceSpecification{Name: "Apples", DefaultUnitOfResource: "kilogram"})
		if err != nil {
			return err
		}
		p, err := l.AddProcess(vf.Process{Name: "Press"})
		s.apples, s.process = spec.ID, p.ID
		return err
	})
	for _, who := range s.agents {
		s.act(func(l *vf.Ledger) error {
			e, r, err := l.RecordNew(vf.Event{Action: vf.Raise, Provider: who, Receiver: who, ResourceQuantity: s.kilograms(9)}, vf.Resource{ConformsTo: s.apples})
			s.piles, s.events = append(s.piles, r.ID), append(s.events, e.ID)
			return err
		})
	}
	return s
}

func (s *stockroom) kilograms(most int64) *vf.Amount {
	q := quantity.Of(rapid.Int64Range(1, most).Draw(s.t, "kilograms"), "kilogram")
	return &q
}

// act does something to the core and hands what it did to the books. It
// returns false, and nothing happened, where the core refuses.
func (s *stockroom) act(f func(*vf.Ledger) error) bool {
	var made vf.Changes
	_, err := store.Write(s.t.Context(), s.db, store.Command{Commons: s.id}, func(tx *store.Tx) (bool, error) {
		l := vf.Open(tx)
		err := f(l)
		made = l.Changes()
		return err == nil, err
	})
	if kind := fault.KindOf(err); err != nil && (kind == fault.Invalid || kind == fault.Conflict) {
		return false
	}
	if err == nil {
		err = s.l.Add(Act{Log: s.log, At: time.Unix(1_800_000_000, 0), Changes: &made})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.log++
	s.l.Sort()
	return true
}

// records reads what the core says of the piles.
func (s *stockroom) records() map[store.ID]vf.Resource {
	var out map[store.ID]vf.Resource
	err := s.db.Read(s.t.Context(), s.id, func(r *store.Snapshot) (err error) {
		out, err = vf.GetResources(r, s.piles)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// step draws one event, and says what it was; "" where the core refused it.
func (s *stockroom) step() (what string) {
	t := s.t
	switch rapid.IntRange(0, 6).Draw(t, "step") {
	case 0:
		what = "reverse"
		of := rapid.SampledFrom(s.events).Draw(t, "original")
		if !s.act(func(l *vf.Ledger) error { _, err := l.Reverse(of, ""); return err }) {
			return ""
		}
	case 1:
		what = "correct"
		of, by := rapid.SampledFrom(s.events).Draw(t, "original"), quantity.Of(rapid.Int64Range(-4, 4).Draw(t, "by"), "kilogram")
		if !s.act(func(l *vf.Ledger) error { _, err := l.Correct(of, vf.Correction{ResourceQuantity: &by}); return err }) {
			return ""
		}
	case 2:
		what = "produce, new"
		e := vf.Event{Action: vf.Produce, Provider: rapid.SampledFrom(s.agents).Draw(t, "maker"), Receiver: rapid.SampledFrom(s.agents).Draw(t, "receiver"), OutputOf: s.process, ResourceQuantity: s.kilograms(5)}
		pile := vf.Resource{ID: store.NewID(), ConformsTo: s.apples}
		if rapid.Bool().Draw(t, "whole") {
			e.ToResourceInventoriedAs = pile.ID
		}
		if !s.act(func(l *vf.Ledger) error {
			out, r, err := l.RecordNew(e, pile)
			if err == nil {
				s.piles, s.events = append(s.piles, r.ID), append(s.events, out.ID)
			}
			return err
		}) {
			return ""
		}
	default:
		e, name := s.event()
		what = name
		if !s.act(func(l *vf.Ledger) error {
			out, err := l.Record(e)
			if err == nil {
				s.events = append(s.events, out.ID)
			}
			return err
		}) {
			return ""
		}
	}
	return what
}

// event draws an event of whoever answers for a pile: with another pile, with
// none, or one that hands over the pile itself.
func (s *stockroom) event() (vf.Event, string) {
	t := s.t
	pile := rapid.SampledFrom(slices.Sorted(maps.Keys(s.records()))).Draw(t, "pile")
	r := s.records()[pile]
	e := vf.Event{Action: rapid.SampledFrom([]vf.Action{vf.Raise, vf.Lower, vf.Produce, vf.Consume, vf.Transfer, vf.TransferAllRights, vf.TransferCustody, vf.Move}).Draw(t, "action"),
		Provider: r.PrimaryAccountable, Receiver: rapid.SampledFrom(s.agents).Draw(t, "receiver"), ResourceInventoriedAs: pile, ResourceQuantity: s.kilograms(5)}
	name := string(e.Action)
	switch e.Action {
	case vf.Raise, vf.Lower:
		e.Receiver = e.Provider
	case vf.Produce:
		e.OutputOf = s.process
	case vf.Consume:
		e.InputOf = s.process
	case vf.TransferCustody:
		e.Provider = r.Custodian
	}
	if e.Action == vf.Raise || e.Action == vf.Lower {
		return e, name
	}
	if rapid.Bool().Draw(t, "whole") {
		e.ToResourceInventoriedAs = pile
		if held := r.Accounting; e.Action != vf.Produce && held.Micros > 0 {
			e.ResourceQuantity = &held
		}
		return e, name + ", whole"
	}
	e.ToResourceInventoriedAs = rapid.SampledFrom(s.piles).Draw(t, "to")
	return e, name
}

// compare holds the books against the core, record by record.
func (s *stockroom) compare() {
	balances, err := s.l.Balances(Filter{})
	if err != nil {
		s.t.Fatal(err)
	}
	got, want := map[Account]int64{}, map[Account]int64{}
	for _, b := range balances {
		if b.Account.Root() != Equity && b.Closing != 0 {
			got[b.Account] = b.Closing
		}
	}
	for id, r := range s.records() {
		code := s.l.codes[vf.Pseudonym(id)]
		if code != id {
			s.t.Fatalf("the record %s has no short code", id)
		}
		if s.l.ours(r.PrimaryAccountable) {
			want[Account("Assets:Inventory:R"+vf.Pseudonym(id))] += r.Accounting.Micros
			continue
		}
		want[Account("Assets:Entrusted:R"+vf.Pseudonym(id))] += r.Accounting.Micros
		want[Account("Liabilities:Entrusted:"+s.l.tail(r.PrimaryAccountable))] -= r.Accounting.Micros
	}
	maps.DeleteFunc(want, func(_ Account, micros int64) bool { return micros == 0 })
	if !maps.Equal(got, want) {
		s.t.Fatalf("the books hold %v\nthe core %v", got, want)
	}
}
