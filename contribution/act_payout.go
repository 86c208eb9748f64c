package contribution

import (
	"context"
	"strings"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// PayoutAsk says that something owed to an agent was paid to them, by bank or
// in cash, outside these books.
type PayoutAsk struct {
	To        store.ID        `json:"to"`
	Amount    quantity.Amount `json:"amount"`
	At        time.Time       `json:"at"`
	Reference string          `json:"reference,omitempty"` // of the bank line
}

// Payout is a payment out of an account.
type Payout struct {
	PayoutAsk
	Event store.ID `json:"event"`
}

// PayOut records that an agent received what stands in their account. It is
// refused beyond the balance.
//
// Faults: contribution.payout, contribution.nothing_owed, vf.negative_balance.
func PayOut(ctx context.Context, db *store.Store, who auth.Identity, key string, ask PayoutAsk) (Payout, error) {
	return auth.Perform(ctx, db, who, key, Receive, ask, payOut)
}

func payOut(tx *store.Tx, who auth.Identity, ask PayoutAsk) (Payout, error) {
	if ask.Amount.Sign() <= 0 || ask.At.IsZero() || ask.At.After(tx.Now().Add(24*time.Hour)) || len(strings.TrimSpace(ask.Reference)) > 200 {
		return Payout{}, fault.Invalidf("contribution.payout", "amount", "a payment is more than nothing, on a day that has come, with a reference of at most 200 bytes")
	}
	account, found, err := store.One(tx, scanID, selectAccount, ask.To, string(ask.Amount.Unit))
	if err != nil {
		return Payout{}, err
	}
	if !found {
		return Payout{}, fault.Conflictf("contribution.nothing_owed", "to", "nothing in %s was ever owed to them", ask.Amount.Unit)
	}
	ledger := vf.Open(tx)
	event, err := ledger.Record(vf.Event{Action: "lower", Provider: ask.To, Receiver: ask.To, ResourceInventoriedAs: account,
		ResourceQuantity: &ask.Amount, HasPointInTime: ask.At.UTC(), ClassifiedAs: []string{"cw:payout"}})
	if err != nil {
		return Payout{}, err
	}
	p := Payout{ask, event.ID}
	_, err = journal.Append(tx, journal.Record{Act: "contribution.pay_out", By: who.Agent, Public: map[string]any{"payout": p, "vf": ledger.Changes()}})
	return p, err
}

func scanID(row store.Scanner) (id store.ID, err error) {
	err = row.Scan(&id)
	return id, err
}

// Balance is what stands in an agent's account.
type Balance struct {
	Agent   store.ID        `json:"agent"`
	Account store.ID        `json:"account"`
	Amount  quantity.Amount `json:"amount"`
}

// Balances returns what stands in all accounts in a currency, by agent: the
// pot of the commons and what is owed to everybody.
func Balances(r store.Reader, unit quantity.Unit) (map[store.ID]Balance, error) {
	known, err := accountsIn(r, unit)
	if err != nil {
		return nil, err
	}
	delete(known, currencyAgent)
	ids := make([]store.ID, 0, len(known))
	for _, id := range known {
		ids = append(ids, id)
	}
	resources, err := vf.GetResources(r, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[store.ID]Balance, len(known))
	for agent, id := range known {
		out[agent] = Balance{agent, id, resources[id].Accounting}
	}
	return out, nil
}
