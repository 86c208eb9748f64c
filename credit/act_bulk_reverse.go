package credit

import (
	"context"
	"maps"
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// ReverseBatchAsk takes a batch of payments back.
type ReverseBatchAsk struct {
	Batch  store.ID `json:"batch"`
	Reason string   `json:"reason"` // stands as the description of each refund
}

// ReverseBatch takes the payments of a batch back, each by a refund of exactly
// what is left of it, the last first. One whose payee cannot pay it back stays
// and is listed; running it again goes on with those.
//
// Faults: credit.unknown_batch, .bulk_reason, .bulk_open.
func ReverseBatch(ctx context.Context, db *store.Store, who auth.Identity, ask ReverseBatchAsk, progress func(done, total int)) (left []BulkOutcome, err error) {
	if err := who.Must(PayOther); err != nil {
		return nil, err
	}
	if ask.Reason == "" || len(ask.Reason) > maxNote {
		return nil, fault.Invalidf("credit.bulk_reason", "reason", "say why, in 1 to %d bytes: everybody reads it who was paid", maxNote)
	}
	var b Batch
	var chunks [][]BulkOutcome
	err = db.Read(ctx, who.Commons, func(r *store.Snapshot) error {
		if b, err = GetBatch(r, who, ask.Batch); err != nil {
			return err
		}
		return Outcomes(r, b.ID, func(list []BulkOutcome) error {
			chunks = append(chunks, list)
			return nil
		})
	})
	if err == nil && b.State != BatchPaid && b.State != BatchReversed {
		err = fault.Conflictf("credit.bulk_open", "batch", "these payments are still being made; take them back when all are")
	}
	if err != nil {
		return nil, err
	}
	done := 0
	for i := len(chunks) - 1; i >= 0; i-- {
		some, err := auth.Perform(ctx, db, who, "", PayOther, reverseAsk{ask, i == 0, chunks[i]}, reverseChunk)
		if err != nil {
			return left, err
		}
		left, done = append(left, some...), done+len(chunks[i])
		if progress != nil {
			progress(done, b.Rows)
		}
	}
	return left, nil
}

// reverseAsk is one act of taking a batch back.
type reverseAsk struct {
	ReverseBatchAsk
	Last bool          `json:"last"`
	Rows []BulkOutcome `json:"rows"`
}

var refundsOfMany = store.ByIDs("SELECT " + paymentColumns + " FROM credit_payment WHERE commons_id = $1 AND reverses IN (*)")

func reverseChunk(tx *store.Tx, who auth.Identity, ask reverseAsk) (left []BulkOutcome, err error) {
	s, err := settings.Get(tx)
	if err != nil {
		return nil, err
	}
	var ids []store.ID
	for _, o := range ask.Rows {
		if o.Payment != "" {
			ids = append(ids, o.Payment)
		}
	}
	t := &table{tx: tx, s: s, ledger: vf.Open(tx)}
	from := newTeller(s, who, lane{t})
	refunds, left, err := t.refunds(from, ask, ids)
	if err != nil {
		return nil, err
	}
	if len(refunds) > 0 {
		step := BatchStep{Batch: ask.Batch, Rows: len(refunds), Made: len(refunds)}
		if err := t.postMany(who, "credit.refund_many", from.accounts, step, refunds); err != nil {
			return nil, err
		}
	}
	if !ask.Last {
		return left, nil
	}
	b, err := findBatch(tx, who, ask.Batch)
	if err != nil {
		return nil, err
	}
	b.State = BatchReversed
	return left, b.save(tx)
}

// refunds makes the payments that take others back, the last first, and says which cannot be.
func (t *table) refunds(from *teller, ask reverseAsk, ids []store.ID) (refunds []Payment, left []BulkOutcome, err error) {
	originals, done, err := t.paid(from, ids)
	if err != nil {
		return nil, nil, err
	}
	for i := len(ask.Rows) - 1; i >= 0; i-- {
		o, made := originals[ask.Rows[i].Payment]
		if !made {
			continue
		}
		t.currency = t.s.Currencies[o.Currency]
		legs, err := t.opposite(o.Legs, done[o.ID], quantity.Amount{})
		if fault.CodeOf(err) == "credit.refunded" {
			continue
		}
		var nets []net
		if err == nil {
			nets, err = netOf(legs)
		}
		if err == nil {
			err = from.judge(nets, t.currency.Unit)
		}
		if f := fault.As(err); f != nil {
			left = append(left, BulkOutcome{Line: ask.Rows[i].Line, Payment: o.ID, Refused: f.AtLine(ask.Rows[i].Line)})
			continue
		} else if err != nil {
			return nil, nil, err
		}
		refunds = append(refunds, Payment{ID: t.tx.NewID(), Currency: o.Currency, Workflow: "refund", State: Completed, Legs: legs, Author: from.who.Agent, At: t.tx.Now(), Reverses: o.ID, Note: ask.Reason, About: o.About})
	}
	return refunds, left, nil
}

// paid loads payments, what was taken back of them already, and the accounts of both.
func (t *table) paid(from *teller, ids []store.ID) (originals map[store.ID]Payment, done map[store.ID][]Payment, err error) {
	list, err := store.AllOf(t.tx, scanPayment, paymentsByID, ids)
	if err != nil {
		return nil, nil, err
	}
	back, err := store.AllOf(t.tx, scanPayment, refundsOfMany, ids)
	if err != nil {
		return nil, nil, err
	}
	originals, done = map[store.ID]Payment{}, map[store.ID][]Payment{}
	accounts := map[store.ID]bool{}
	for _, p := range list {
		originals[p.ID] = p
		for _, id := range accountsOf(p.Legs) {
			accounts[id] = true
		}
	}
	for _, p := range back {
		done[p.Reverses] = append(done[p.Reverses], p)
	}
	found, err := from.from.accounts(slices.Sorted(maps.Keys(accounts)))
	if err == nil {
		err = from.know(found)
	}
	return originals, done, err
}
