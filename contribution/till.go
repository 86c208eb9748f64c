package contribution

import (
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// Till is the accounts in one currency, for the acts of other rooms that move
// money: what enters and leaves there is what distributions find and payouts take.
type Till struct{ held *accounts }

// OpenTill reads the accounts in a currency within an act, whose ledger of the
// core it uses.
func OpenTill(tx *store.Tx, ledger *vf.Ledger, unit quantity.Unit) (Till, error) {
	held, err := openAccounts(tx, ledger, unit)
	return Till{held}, err
}

// Specification is what accounts in the currency conform to.
func (t Till) Specification() store.ID { return t.held.spec }

// Accounts returns the accounts of agents, opening those that are missing. That
// of the commons' own agent is its pot.
func (t Till) Accounts(agents []store.ID) (map[store.ID]store.ID, error) {
	if err := t.held.open(agents); err != nil {
		return nil, err
	}
	out := make(map[store.ID]store.ID, len(agents))
	for _, a := range agents {
		out[a] = t.held.known[a]
	}
	return out, nil
}

// TakeIncomes records income within an act of another room, which journals the
// incomes that come back as the attachment "incomes".
//
// Faults: those of RecordIncome.
func TakeIncomes(tx *store.Tx, ledger *vf.Ledger, asks []IncomeAsk) ([]Income, error) {
	if len(asks) == 0 {
		return nil, nil
	}
	s, err := settings.Get(tx)
	if err != nil {
		return nil, err
	}
	money := make([]MoneyAsk, len(asks))
	for i := range asks {
		money[i].Income = asks[i]
	}
	taken, err := importMoney(tx, ledger, s, money)
	if err != nil {
		return nil, err
	}
	return taken.incomes, taken.save(tx, 0)
}

// ReturnIncomes takes incomes back within an act of another room, which journals
// what comes back as the attachment "returned", and then calls Returned.
//
// Faults: contribution.income_used.
func ReturnIncomes(tx *store.Tx, ledger *vf.Ledger, ids []store.ID) ([]Income, error) {
	return returnIncomes(tx, ledger, ids)
}

// Returned notes by which entry of the log incomes were taken back.
func Returned(tx *store.Tx, list []Income, seq int64) error { return markReversed(tx, list, seq) }
