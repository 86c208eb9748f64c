package ledger

import (
	"maps"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// What stands under stock is what the records hold, and what is kept for others
// is owed to them, per unit exactly.
func TestInvariant8StockIsWhatRecordsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		want, kept := int64(0), int64(0)
		for _, id := range w.piles {
			want += w.held[id]
		}
		balances, err := w.ledger.Balances(Filter{Unit: "kilogram"})
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range balances {
			if b.Account.In(Inventory) || b.Account.In("Assets:Entrusted") {
				want -= b.Closing
			}
			if b.Account.In("Assets:Entrusted") || b.Account.In("Liabilities:Entrusted") {
				kept += b.Closing
			}
		}
		if want != 0 || kept != 0 {
			t.Fatalf("%d are held and stand nowhere; what is kept for others and owed to them differ by %d", want, kept)
		}
	})
}

// Each record stands on the account of who is accountable for it now, with all
// it holds, whatever was corrected since it changed hands.
func TestInvariant8EachRecordStandsWithItsHolder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		balances, err := w.ledger.Balances(Filter{Unit: "kilogram"})
		if err != nil {
			t.Fatal(err)
		}
		got, want := map[Account]int64{}, map[Account]int64{}
		for _, b := range balances {
			if b.Account.Root() != Equity && b.Closing != 0 {
				got[b.Account] = b.Closing
			}
		}
		for _, id := range w.piles {
			holds, against := w.ledger.bookOf(w.ledger.resources[id])
			want[holds] += w.held[id]
			if against != "" {
				want[against] -= w.held[id]
			}
		}
		maps.DeleteFunc(want, func(_ Account, micros int64) bool { return micros == 0 })
		if !maps.Equal(got, want) {
			t.Fatalf("the books hold %v\nthe records %v", got, want)
		}
	})
}

// shelf is a commons with an apple stock of its own, one of a member, and money.
type shelf struct {
	t                             *testing.T
	l                             *Ledger
	ada, shop, garden             store.ID
	ours, hers, pot, francs, plot store.ID
	log                           int64
}

func newShelf(t *testing.T) *shelf {
	s := &shelf{t: t, l: New(self, time.UTC)}
	s.ada, s.shop, s.garden, s.ours, s.hers, s.pot, s.francs, s.plot = store.NewID(), store.NewID(), store.NewID(), store.NewID(), store.NewID(), store.NewID(), store.NewID(), store.NewID()
	euro, franc, apples := store.NewID(), store.NewID(), store.NewID()
	s.act(vf.Changes{
		Agents: []vf.Agent{{ID: self, Kind: vf.Organization, Name: "Commons"}, {ID: s.ada, Kind: vf.Person}, {ID: s.shop, Kind: vf.Organization, Name: "Shop"},
			{ID: s.garden, Kind: vf.Organization, Name: "Garden", ClassifiedAs: []string{vf.ClassProject}}},
		ResourceSpecifications: []vf.ResourceSpecification{{ID: euro, MediumOfExchange: true}, {ID: franc, MediumOfExchange: true}, {ID: apples, Name: "Apples"}},
		Resources:              []vf.Resource{{ID: s.ours, ConformsTo: apples}, {ID: s.hers, ConformsTo: apples}, {ID: s.pot, ConformsTo: euro}, {ID: s.francs, ConformsTo: franc}, {ID: s.plot, ConformsTo: euro}},
		Events: []vf.Event{event(vf.Raise, self, self, s.pot, "", 0, "EUR"), event(vf.Raise, self, self, s.francs, "", 0, "CHF"), event(vf.Raise, s.garden, s.garden, s.plot, "", 0, "EUR"),
			event(vf.Raise, self, self, s.ours, "", 8, "kilogram"), event(vf.Raise, s.ada, s.ada, s.hers, "", 5, "kilogram")}})
	return s
}

func event(action vf.Action, provider, receiver, from, to store.ID, n int64, unit quantity.Unit) vf.Event {
	q := quantity.Of(n, unit)
	return vf.Event{ID: store.NewID(), Action: action, Provider: provider, Receiver: receiver, ResourceInventoriedAs: from, ToResourceInventoriedAs: to, ResourceQuantity: &q,
		HasPointInTime: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
}

func (s *shelf) act(c vf.Changes) {
	s.t.Helper()
	if err := s.l.Add(Act{Log: s.log, At: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Changes: &c}); err != nil {
		s.t.Fatal(err)
	}
	s.log++
	s.l.Sort()
}

// holds compares what every account of a unit holds, in whole units; accounts
// are called by their first two parts.
func (s *shelf) holds(unit quantity.Unit, want map[string]int64) {
	s.t.Helper()
	balances, err := s.l.Balances(Filter{Unit: unit})
	if err != nil {
		s.t.Fatal(err)
	}
	got := map[string]int64{}
	for _, b := range balances {
		name := string(b.Account)
		for _, code := range []store.ID{s.ada, s.shop, s.garden, s.ours, s.hers} {
			if n := len(name) - len(s.l.code(code)) - 2; n > 0 && name[n+2:] == s.l.code(code) {
				name = name[:n]
			}
		}
		if got[name] += b.Closing / quantity.Scale; got[name] == 0 {
			delete(got, name)
		}
	}
	if !maps.Equal(got, want) {
		s.t.Fatalf("the books hold %v\nnot %v", got, want)
	}
}

func TestStockOfOthersIsKeptForThem(t *testing.T) {
	s := newShelf(t)
	s.holds("kilogram", map[string]int64{"Assets:Inventory": 8, "Equity:Inventory:Raise": -8, "Assets:Entrusted": 5, "Liabilities:Entrusted:Members": -5})
	bought := event(vf.Transfer, s.ada, self, s.hers, s.ours, 3, "kilogram")
	s.act(vf.Changes{Events: []vf.Event{bought}})
	s.holds("kilogram", map[string]int64{"Assets:Inventory": 11, "Equity:Inventory:Raise": -8, "Equity:Inventory:Transfer": -3,
		"Assets:Entrusted": 2, "Liabilities:Entrusted:Members": -2})
	back := bought
	back.ID, back.Corrects = store.NewID(), bought.ID
	back.ResourceQuantity = &quantity.Amount{Micros: -3 * quantity.Scale, Unit: "kilogram"}
	whole := event(vf.Transfer, self, s.shop, s.ours, s.ours, 8, "kilogram") // the record itself is handed over
	s.act(vf.Changes{Events: []vf.Event{back, whole}})
	s.holds("kilogram", map[string]int64{"Equity:Inventory:Raise": -8, "Equity:Inventory:Transfer": 8,
		"Assets:Entrusted": 13, "Liabilities:Entrusted:Members": -5, "Liabilities:Entrusted:Organizations": -8})
	undone := whole
	undone.ID, undone.Corrects, undone.ResourceQuantity = store.NewID(), whole.ID, &quantity.Amount{Micros: -8 * quantity.Scale, Unit: "kilogram"}
	eaten := event(vf.Consume, self, self, s.ours, "", 1, "kilogram")
	s.act(vf.Changes{Events: []vf.Event{undone, eaten}})
	s.holds("kilogram", map[string]int64{"Assets:Inventory": 7, "Equity:Inventory:Raise": -8, "Equity:Inventory:Consume": 1,
		"Assets:Entrusted": 5, "Liabilities:Entrusted:Members": -5})
}

// What was added to a record after it was handed over comes back with it when
// the handing over is corrected, and the one correction does not spoil the next.
func TestCorrectedHandingTakesAllBack(t *testing.T) {
	s := newShelf(t)
	undo := func(e vf.Event) vf.Event {
		c := e
		c.ID, c.Corrects, c.ResourceQuantity = store.NewID(), e.ID, &quantity.Amount{Micros: -e.ResourceQuantity.Micros, Unit: e.ResourceQuantity.Unit}
		return c
	}
	whole, grown := event(vf.Transfer, self, s.shop, s.ours, s.ours, 8, "kilogram"), event(vf.Raise, s.shop, s.shop, s.ours, "", 3, "kilogram")
	s.act(vf.Changes{Events: []vf.Event{whole, grown}})
	s.holds("kilogram", map[string]int64{"Equity:Inventory:Raise": -8, "Equity:Inventory:Transfer": 8,
		"Assets:Entrusted": 16, "Liabilities:Entrusted:Members": -5, "Liabilities:Entrusted:Organizations": -11})
	s.act(vf.Changes{Events: []vf.Event{undo(whole)}})
	s.holds("kilogram", map[string]int64{"Assets:Inventory": 11, "Equity:Inventory:Raise": -8, "Equity:Inventory:Transfer": -3,
		"Assets:Entrusted": 5, "Liabilities:Entrusted:Members": -5})
	s.act(vf.Changes{Events: []vf.Event{undo(grown)}})
	s.holds("kilogram", map[string]int64{"Assets:Inventory": 8, "Equity:Inventory:Raise": -8, "Assets:Entrusted": 5, "Liabilities:Entrusted:Members": -5})
}

// Whoever is accountable for a record that comes home from a keeper stays so
// when the coming home is corrected: custody is no matter of the books.
func TestCorrectedCustodyChangesNothing(t *testing.T) {
	s := newShelf(t)
	home := event(vf.TransferCustody, s.shop, self, s.ours, s.ours, 8, "kilogram")
	undone := home
	undone.ID, undone.Corrects, undone.ResourceQuantity = store.NewID(), home.ID, &quantity.Amount{Micros: -8 * quantity.Scale, Unit: "kilogram"}
	s.act(vf.Changes{Events: []vf.Event{home, undone, event(vf.Consume, self, self, s.ours, "", 1, "kilogram")}})
	s.holds("kilogram", map[string]int64{"Assets:Inventory": 7, "Equity:Inventory:Raise": -8, "Equity:Inventory:Consume": 1,
		"Assets:Entrusted": 5, "Liabilities:Entrusted:Members": -5})
}

// Money of one unit becomes money of another through an account of the pair;
// goods for money are none.
func TestExchangesGoThroughAConversionAccount(t *testing.T) {
	s := newShelf(t)
	gave, got := event(vf.Transfer, self, s.shop, s.pot, "", 110, "EUR"), event(vf.Transfer, s.shop, self, "", s.francs, 100, "CHF")
	deal := store.NewID()
	gave.RealizationOf, got.ReciprocalRealizationOf = deal, deal
	said := event(vf.Transfer, self, s.shop, s.pot, "", 10, "EUR")
	said.ClassifiedAs = []string{"cw:conversion/CHF"}
	paid, goods := event(vf.Transfer, s.shop, self, "", s.pot, 7, "EUR"), event(vf.Transfer, self, s.shop, s.ours, "", 1, "kilogram")
	sale := store.NewID()
	goods.RealizationOf, paid.ReciprocalRealizationOf = sale, sale
	s.act(vf.Changes{Events: []vf.Event{gave, got, said, paid, goods}})
	pair := string(conversion("CHF", "EUR"))
	s.holds("EUR", map[string]int64{"Assets:Bank": -113, pair: 120, "Income:Other": -7})
	s.holds("CHF", map[string]int64{"Assets:Bank": 100, pair: -100})
}

func TestMoneyThatNobodyClassified(t *testing.T) {
	s := newShelf(t)
	bought := event(vf.Transfer, self, s.shop, s.pot, "", 4, "EUR")
	aside := event(vf.Transfer, self, s.garden, s.pot, s.plot, 20, "EUR")
	aside.ClassifiedAs = []string{"cw:expense/garden"}
	s.act(vf.Changes{Events: []vf.Event{event(vf.Raise, self, self, s.pot, "", 50, "EUR"), bought, aside}})
	s.holds("EUR", map[string]int64{"Assets:Bank": 46, "Equity:Adjustments": -50, "Expenses:Other": 4, string("Expenses:" + part("garden")): 20, "Liabilities:Projects": -20})
}

// What happens in a process of a project is the project's.
func TestProjectOfAProcess(t *testing.T) {
	s := newShelf(t)
	baking := vf.Process{ID: store.NewID(), InScopeOf: s.garden}
	eaten := event(vf.Consume, self, self, s.ours, "", 2, "kilogram")
	eaten.InputOf = baking.ID
	s.act(vf.Changes{Processes: []vf.Process{baking}, Events: []vf.Event{eaten}})
	balances, err := s.l.Balances(Filter{Project: s.garden, Account: Inventory})
	if err != nil || len(balances) != 1 || balances[0].Closing != -2*quantity.Scale {
		t.Fatal(balances, err)
	}
}
