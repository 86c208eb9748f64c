package credit

import (
	"context"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// HoldAsk reserves everything that a batch of payments needs which stands or
// falls as one, before the first of them is made.
type HoldAsk struct {
	Batch store.ID `json:"batch,omitempty"` // its identifier; empty: it gets one
	Name  string   `json:"name,omitempty"`
	Total int      `json:"total"` // rows there are
	Holds []Hold   `json:"holds"`
}

// maxHolds is how many accounts one batch touches that stands or falls as one.
const maxHolds = 50_000

// hold reserves for a batch that several acts will pay: since some may be
// made before others, each account must bear all that leaves and all that arrives,
// each by itself. From then on nothing can fail on a limit, and the batch goes
// through to its end.
//
// Faults: credit.bulk_holds, .unknown_account, .account_closed, .account_frozen, .spendable, .cannot_receive.
func hold(ctx context.Context, db *store.Store, who auth.Identity, key string, ask HoldAsk) (batch, error) {
	if len(ask.Holds) > maxHolds {
		return batch{}, fault.Invalidf("credit.bulk_holds", "rows", "the payments touch %d accounts; at most %d are paid all or nothing", len(ask.Holds), maxHolds)
	}
	id, err := auth.Perform(ctx, db, who, key, Pay, ask, holdBatch)
	if err != nil {
		return batch{}, err
	}
	var b batch
	err = db.Read(ctx, who.Commons, func(r *store.Snapshot) error { b, err = findBatch(r, who, id); return err })
	return b, err
}

func holdBatch(tx *store.Tx, who auth.Identity, ask HoldAsk) (store.ID, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return "", err
	}
	b := batch{Batch: Batch{ID: ask.Batch, Name: ask.Name, By: who.Agent, At: tx.Now(), State: BatchHeld, Together: true, Total: ask.Total}, fees: map[store.ID][]Fee{}}
	if b.ID == "" {
		b.ID = tx.NewID()
	}
	if _, found, err := store.One(tx, scanBatch, selectBatch, b.ID); err != nil || found {
		return b.ID, err // it was reserved before
	}
	for _, c := range s.Order {
		b.fees[c.ID] = c.Fees
	}
	t := &table{tx: tx, s: s, ledger: vf.Open(tx)}
	known := newTeller(s, who, lane{t})
	ids := make([]store.ID, len(ask.Holds))
	for i, h := range ask.Holds {
		ids[i] = h.Account
	}
	found, err := known.from.accounts(ids)
	if err == nil {
		err = known.know(found)
	}
	if err != nil {
		return "", err
	}
	for _, h := range ask.Holds {
		a, is := known.accounts[h.Account]
		if !is {
			return "", fault.NotFoundf("credit.unknown_account", "legs", "%.40q is no account, and nobody who has one in this currency", h.Account)
		}
		if err := a.holds(h, known.balances[a.ID].of(s.Currencies[a.Currency].Unit)); err != nil {
			return "", err
		}
	}
	if err := t.holdAll(ask.Holds, known.accounts, 1); err != nil {
		return "", err
	}
	if err := t.recordHolds(who, BatchStep{Batch: b.ID, Name: ask.Name, Together: true}, ask.Holds); err != nil {
		return "", err
	}
	return b.ID, b.save(tx)
}
