package ledger

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// worthWriting leaves out prices that are nothing in twelve decimals.
func worthWriting(prices []Price) []Price {
	return slices.DeleteFunc(slices.Clone(prices), func(p Price) bool { return p.Rate() == "0" })
}

// traded is a shelf whose commons changed 110 EUR into 100 CHF.
func traded(t *testing.T) (s *shelf, gave, got vf.Event) {
	s = newShelf(t)
	gave, got = event(vf.Transfer, self, s.shop, s.pot, "", 110, "EUR"), event(vf.Transfer, s.shop, self, "", s.francs, 100, "CHF")
	deal := store.NewID()
	got.RealizationOf, gave.ReciprocalRealizationOf = deal, deal
	s.act(vf.Changes{Events: []vf.Event{gave, got}})
	return s, gave, got
}

func (s *shelf) statement(f Filter) *Statement {
	s.t.Helper()
	statement, err := s.l.Statement(f)
	if err != nil {
		s.t.Fatal(err)
	}
	return statement
}

// What was done has a price in what was done in return.
func TestAnExchangeOfMoneyGivesAPrice(t *testing.T) {
	s, _, _ := traded(t)
	want := []Price{{"2026-03-01", "1.1", quantity.Of(100, "CHF"), quantity.Of(110, "EUR")}}
	if got := s.statement(Filter{}).Prices; !reflect.DeepEqual(got, want) || got[0].Rate() != "1.1" {
		t.Fatal(got)
	}
	for name, lines := range map[string]struct {
		write func(*bytes.Buffer, *Statement) error
		want  string
	}{
		"hledger":   {func(b *bytes.Buffer, s *Statement) error { return WriteHledger(b, s, Head{Names: noNames}) }, "P 2026-03-01 CHF 1.1 EUR  ; entry: 1.1, done: 100, return: 110\n"},
		"beancount": {func(b *bytes.Buffer, s *Statement) error { return WriteBeancount(b, s, Head{Names: noNames}) }, "2026-03-01 price CHF 1.1 EUR\n  entry: \"1.1\"\n  done: \"100\"\n  return: \"110\"\n"},
	} {
		if text := written(t, func(b *bytes.Buffer) error { return lines.write(b, s.statement(Filter{})) }); !strings.Contains(string(text), lines.want) {
			t.Fatalf("%s:\n%s", name, text)
		}
	}
}

func noNames(store.ID) string { return "" }

// A price counts where the exchange does, and no longer than it does.
func TestPricesOfAFilter(t *testing.T) {
	s, gave, _ := traded(t)
	undone := gave
	undone.ID, undone.Corrects, undone.ResourceQuantity = store.NewID(), gave.ID, &quantity.Amount{Micros: -quantity.Scale, Unit: "EUR"}
	s.act(vf.Changes{Events: []vf.Event{undone}})
	for _, ask := range []struct {
		name   string
		filter Filter
		prices int
	}{
		{"before the correction", Filter{Size: 2}, 1},
		{"corrected", Filter{}, 0},
		{"before the exchange", Filter{Size: 2, To: "2026-02-28"}, 0},
		{"after it", Filter{Size: 2, From: "2026-03-02"}, 0},
		{"by when it was recorded", Filter{Size: 2, From: "2026-03-02", By: Recorded}, 1},
		{"one unit", Filter{Size: 2, Unit: "EUR"}, 0},
		{"with the shop", Filter{Size: 2, Agent: s.shop}, 1},
		{"with somebody else", Filter{Size: 2, Agent: s.ada}, 0},
		{"of another account", Filter{Size: 2, Account: Hours}, 0},
	} {
		if got := s.statement(ask.filter).Prices; len(got) != ask.prices {
			t.Errorf("%s: %v", ask.name, got)
		}
	}
}

// Goods for money are no price of money, and neither is money that changed
// units by more than one other.
func TestWhatGivesNoPrice(t *testing.T) {
	s := newShelf(t)
	sale, mixed := store.NewID(), store.NewID()
	paid, goods := event(vf.Transfer, s.shop, self, "", s.pot, 7, "EUR"), event(vf.Transfer, self, s.shop, s.ours, "", 1, "kilogram")
	goods.RealizationOf, paid.ReciprocalRealizationOf = sale, sale
	gave, francs, euros := event(vf.Transfer, self, s.shop, s.pot, "", 5, "EUR"), event(vf.Transfer, s.shop, self, "", s.francs, 4, "CHF"), event(vf.Transfer, s.shop, self, "", s.pot, 1, "EUR")
	gave.RealizationOf, francs.ReciprocalRealizationOf, euros.ReciprocalRealizationOf = mixed, mixed, mixed
	s.act(vf.Changes{Events: []vf.Event{paid, goods, gave, francs, euros}})
	if got := s.statement(Filter{}).Prices; len(got) > 0 {
		t.Fatal(got)
	}
}

// A rate that does not end is rounded; one that vanishes is not written.
func TestRates(t *testing.T) {
	for want, p := range map[string]Price{
		"0.333333333333": {Done: quantity.Of(3, "EUR"), Return: quantity.Of(1, "CHF")},
		"0.666666666667": {Done: quantity.Of(3, "EUR"), Return: quantity.Of(2, "CHF")},
		"161.25":         {Done: quantity.Of(4, "EUR"), Return: quantity.Of(645, "JPY")},
		"20":             {Done: quantity.Of(1, "EUR"), Return: quantity.Of(20, "credit")},
		"0":              {Done: quantity.Of(9_000_000, "EUR"), Return: quantity.Micros(1, "CHF")},
	} {
		if got := p.Rate(); got != want {
			t.Errorf("%s for %s is %s, not %s", p.Return, p.Done, got, want)
		}
	}
}
