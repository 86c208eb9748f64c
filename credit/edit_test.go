package credit

import (
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// A steward gives the currency a fee of 5 %, of which payments that wait from
// before know nothing; a member cannot.
func TestCurrenciesChange(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		before := v.asks(v.bas, v.cleo, "2")
		edit := CurrencyEdit{Currency: v.hours.ID, Name: "Hours of the village", Backing: "our time", Month: quantity.Of(10, quantity.Hour), ForAll: true,
			Fees: []Fee{{Name: "fund", By: Payer, RateOf: 1, RateIn: 20}}}
		_, err := EditCurrency(ctx, v.db, v.bas, "", edit)
		refused(t, err, "auth.forbidden")
		c, err := EditCurrency(ctx, v.db, v.ada, "", edit)
		must(t, err)
		if c.Unit != quantity.Hour || c.Fund != v.hours.Fund || c.Decimals != 2 {
			t.Errorf("the currency became %+v", c)
		}
		must(t, v.pays(v.dirk, v.bas, "2"))
		v.stands(v.dirk, "-2.1")
		_, err = MovePayment(ctx, v.db, v.cleo, "", MoveAsk{Payment: before.ID, To: Completed})
		must(t, err)
		v.stands(v.cleo, "-2")
		v.followsFromLog()
	})
}

// A currency that becomes one for all opens an account for whoever has none.
func TestACurrencyBecomesOneForAll(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		leaf, err := FoundCurrency(ctx, v.db, v.ada, "", CurrencyAsk{Unit: "leaf", Name: "Leaf", Decimals: 0})
		must(t, err)
		_, err = OpenAccount(ctx, v.db, v.bas, "", AccountAsk{Currency: leaf.ID})
		must(t, err)
		_, err = EditCurrency(ctx, v.db, v.ada, "", CurrencyEdit{Currency: leaf.ID, Name: "Leaf", Month: leaf.Month, ForAll: true})
		must(t, err)
		must(t, v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) error {
			for _, who := range []auth.Identity{v.ada, v.bas, v.cleo, v.dirk} {
				held, err := store.All(r, scanAccount, accountsOfAgent, who.Agent, leaf.ID)
				if len(held) != 1 {
					t.Errorf("%s has %d accounts of leaves, want 1", who.Name, len(held))
				}
				must(t, err)
			}
			return nil
		}))
		v.followsFromLog()
	})
}

// What a currency cannot be is refused whole.
func TestCurrenciesRefuse(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		for code, change := range map[string]func(*CurrencyEdit){
			"credit.currency_name":    func(e *CurrencyEdit) { e.Name = " " },
			"credit.currency_month":   func(e *CurrencyEdit) { e.Month = quantity.Of(5, "kilogram") },
			"credit.acceptance":       func(e *CurrencyEdit) { e.Terms.Accept = "sometimes" },
			"credit.acceptance_hours": func(e *CurrencyEdit) { e.Terms.Accept = After },
			"credit.audience":         func(e *CurrencyEdit) { e.Terms.Audience = "friends" },
			"credit.inherited_lists":  func(e *CurrencyEdit) { e.Terms.Delegates = []store.ID{v.bas.Agent} },
			"credit.fee_side":         func(e *CurrencyEdit) { e.Fees = []Fee{{Name: "x", By: Clock, Flat: 1}} },
			"credit.too_many_fees":    func(e *CurrencyEdit) { e.Fees = make([]Fee, maxFees+1) },
			"credit.unknown_currency": func(e *CurrencyEdit) { e.Currency = store.NewID() },
		} {
			edit := CurrencyEdit{Currency: v.hours.ID, Name: v.hours.Name, Month: v.hours.Month}
			change(&edit)
			_, err := EditCurrency(ctx, v.db, v.ada, "", edit)
			refused(t, err, code)
		}
	})
}

// Bas acts for Cleo's workshop account, sees it among his own, and no more once
// she takes him off.
func TestDelegatesFindTheAccountsTheyActFor(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		a, err := OpenAccount(ctx, v.db, v.cleo, "", AccountAsk{Currency: v.hours.ID, Terms: AccountTerms{Label: "Workshop", Delegates: []store.ID{v.bas.Agent}}})
		must(t, err)
		finds := func(want int) {
			t.Helper()
			must(t, v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) error {
				held, err := AccountsFor(r, v.bas.Agent)
				if len(held) != want || want == 2 && held[1].ID != a.ID {
					t.Errorf("Bas finds %d accounts, want %d", len(held), want)
				}
				return err
			}))
		}
		finds(2)
		_, err = MakePayment(ctx, v.db, v.bas, "", PayAsk{Legs: []AskedLeg{{From: a.ID, To: v.dirk.Agent, Amount: h("1")}}})
		must(t, err)
		_, err = SetTerms(ctx, v.db, v.bas, "", TermsAsk{Account: a.ID})
		refused(t, err, "credit.not_your_account")
		finds(2) // what was refused changed nothing
		_, err = SetTerms(ctx, v.db, v.cleo, "", TermsAsk{Account: a.ID, Terms: AccountTerms{Label: "Workshop"}})
		must(t, err)
		finds(1)
		_, err = SetTerms(ctx, v.db, v.cleo, "", TermsAsk{Account: a.ID, Terms: AccountTerms{Delegates: []store.ID{v.bas.Agent, v.bas.Agent}}})
		refused(t, err, "credit.listed_twice")
	})
}
