package credit

import (
	"context"
	"errors"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// CurrencyAsk founds a currency; see Currency.
type CurrencyAsk struct {
	Unit     quantity.Unit   `json:"unit"`
	Name     string          `json:"name"`
	Decimals int             `json:"decimals"`
	Backing  string          `json:"backing,omitempty"`
	Month    quantity.Amount `json:"month,omitzero"` // zero: as usual for the unit
	Terms    AccountTerms    `json:"terms"`
	Fees     []Fee           `json:"fees,omitempty"`
	ForAll   bool            `json:"forAll,omitempty"`
	Public   bool            `json:"public,omitempty"`
}

// FoundCurrency founds a currency of mutual credit with the account that its
// fees go to. Where it is for all, every member gets an account.
//
// Faults: credit.currency_…, credit.legal_tender, credit.fee_…, credit.currency_exists.
func FoundCurrency(ctx context.Context, db *store.Store, who auth.Identity, key string, ask CurrencyAsk) (Currency, error) {
	return auth.Perform(ctx, db, who, key, Configure, ask, foundCurrency)
}

func foundCurrency(tx *store.Tx, who auth.Identity, ask CurrencyAsk) (Currency, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return Currency{}, err
	}
	c := Currency{Unit: ask.Unit, Name: ask.Name, Decimals: ask.Decimals, Backing: ask.Backing, Month: ask.Month, Terms: ask.Terms, Fees: ask.Fees, ForAll: ask.ForAll, Public: ask.Public}
	if c.Month.IsZero() {
		c.Month = usualMonth(c.Unit)
	}
	if err := c.check(); err != nil {
		return Currency{}, err
	}
	for _, other := range s.Order {
		if other.Unit == c.Unit {
			return Currency{}, fault.Conflictf("credit.currency_exists", "unit", "%s is the unit of %s already", c.Unit, other.Name)
		}
	}
	ledger := vf.Open(tx)
	spec, err := ledger.AddSpecification(vf.ResourceSpecification{Name: c.Name, Note: c.Backing, MediumOfExchange: true, DefaultUnitOfResource: c.Unit,
		ClassifiedAs: []string{"cw:mutualCredit"}, Policy: vf.Policy{NegativeBalance: vf.Allow}})
	if err != nil {
		return Currency{}, err
	}
	c.ID, c.Fund = spec.ID, tx.NewID()
	if err := tx.Append(insertCurrency, c.ID, string(c.Unit), encoded(c)); err != nil {
		return Currency{}, err
	}
	opened, err := firstAccounts(tx, s, c)
	if err != nil {
		return Currency{}, err
	}
	bands, err := openAll(tx, ledger, c, opened)
	if err != nil {
		return Currency{}, err
	}
	tx.Changed()
	_, err = record(tx, "credit.found_currency", who, body{Currency: &c, Accounts: opened, Bands: bands}, nil, ledger)
	return c, err
}

// firstAccounts lists the accounts that a currency begins with.
func firstAccounts(tx *store.Tx, s *Settings, c Currency) ([]Account, error) {
	list := []Account{{ID: c.Fund, Agent: s.Agent, Role: OfFund}} // never below zero, and without a ceiling
	if !c.ForAll {
		return list, nil
	}
	members, err := auth.Members(tx)
	for _, m := range members {
		if m.Active() {
			list = append(list, Account{Agent: m.Agent, Role: OfMember, Band: c.Band()})
		}
	}
	return list, err
}

// openAll opens accounts with a balance of zero, gives those that have none
// their identifier, and returns their first bands for the record of the act.
func openAll(tx *store.Tx, ledger *vf.Ledger, c Currency, list []Account) (bands []BandChange, err error) {
	events, records := make([]vf.Event, len(list)), make([]vf.Resource, len(list))
	for i := range list {
		a := &list[i]
		if a.ID == "" {
			a.ID = tx.NewID()
		}
		a.Currency, a.Standing, a.Opened = c.ID, Open, tx.Now()
		bands = append(bands, BandChange{Account: a.ID, At: a.Opened, To: a.Band, Policy: "opening"})
		zero := quantity.Micros(0, c.Unit)
		events[i] = vf.Event{Action: vf.Raise, Provider: a.Agent, Receiver: a.Agent, ResourceInventoriedAs: a.ID, ResourceQuantity: &zero}
		records[i] = vf.Resource{ID: a.ID, ConformsTo: c.ID, Name: a.Terms.Label}
		if err := errors.Join(accounts.Put(tx, *a), delegate(tx, *a)); err != nil {
			return nil, err
		}
	}
	_, err = ledger.RecordAllNew(events, records)
	return bands, err
}
