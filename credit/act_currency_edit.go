package credit

import (
	"context"
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// CurrencyEdit changes a currency: all that may change of it, as it shall be.
// Its unit, its decimals and its fund stay.
type CurrencyEdit struct {
	Currency store.ID        `json:"currency"`
	Name     string          `json:"name"`
	Backing  string          `json:"backing,omitempty"`
	Month    quantity.Amount `json:"month"` // of new accounts; those there are keep their bands
	Terms    AccountTerms    `json:"terms"`
	Fees     []Fee           `json:"fees,omitempty"`
	ForAll   bool            `json:"forAll,omitempty"`
	Public   bool            `json:"public,omitempty"`
	Closed   bool            `json:"closed,omitempty"`
}

// maxFees is how many fees a currency has.
const maxFees = 10

// EditCurrency changes a currency. Where it becomes one for all, every member
// without an account gets one. Payments that wait keep the fees they were made with.
//
// Faults: credit.unknown_currency, .currency_…, .fee_…, .too_many_fees, .acceptance…, .audience, .inherited_lists.
func EditCurrency(ctx context.Context, db *store.Store, who auth.Identity, key string, ask CurrencyEdit) (Currency, error) {
	return auth.Perform(ctx, db, who, key, Configure, ask, editCurrency)
}

func editCurrency(tx *store.Tx, who auth.Identity, ask CurrencyEdit) (Currency, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return Currency{}, err
	}
	old, err := s.currency(ask.Currency)
	if err != nil {
		return Currency{}, err
	}
	c := old
	c.Name, c.Backing, c.Month, c.Terms, c.Fees = ask.Name, ask.Backing, ask.Month, ask.Terms, ask.Fees
	c.ForAll, c.Public, c.Closed = ask.ForAll, ask.Public, ask.Closed
	if err := c.check(); err != nil {
		return Currency{}, err
	}
	ledger := vf.Open(tx)
	if c.Name != old.Name || c.Backing != old.Backing {
		if err := ledger.Describe("specification", vf.Description{ID: c.ID, Name: c.Name, Note: c.Backing}); err != nil {
			return Currency{}, err
		}
	}
	if _, err := tx.Exec(setCurrency, c.ID, encoded(c)); err != nil {
		return Currency{}, err
	}
	var opened []Account
	if c.ForAll && !old.ForAll {
		if opened, err = missingAccounts(tx, c); err != nil {
			return Currency{}, err
		}
	}
	bands, err := openAll(tx, ledger, c, opened)
	if err != nil {
		return Currency{}, err
	}
	tx.Changed()
	_, err = record(tx, "credit.edit_currency", who, body{Currency: &c, Accounts: opened, Bands: bands}, nil, ledger)
	return c, err
}

var setCurrency = store.SQL("UPDATE credit_currency SET content = $3 WHERE commons_id = $1 AND id = $2")

// missingAccounts lists accounts for the members who have none in the currency.
func missingAccounts(tx *store.Tx, c Currency) (list []Account, err error) {
	members, err := auth.Members(tx)
	if err != nil {
		return nil, err
	}
	var agents []store.ID
	for _, m := range members {
		if m.Active() {
			agents = append(agents, m.Agent)
		}
	}
	held, err := store.AllOf(tx, scanAccount, accountsByAgents, agents)
	if err != nil {
		return nil, err
	}
	for _, agent := range agents {
		if !slices.ContainsFunc(held, func(a Account) bool { return a.Agent == agent && a.Currency == c.ID }) {
			list = append(list, Account{Agent: agent, Role: OfMember, Band: c.Band()})
		}
	}
	return list, nil
}

// checkInherited says what a currency cannot decide for all accounts.
func (t AccountTerms) checkInherited() error {
	if len(t.Listed) > 0 || len(t.Delegates) > 0 || t.Label != "" {
		return fault.Invalidf("credit.inherited_lists", "terms", "a label, a list and those who act for an account are of one account, not of all")
	}
	return t.check()
}
