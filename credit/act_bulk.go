package credit

import (
	"cmp"
	"context"
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// BulkAsk makes payments that came together, as one act.
type BulkAsk struct {
	// Batch is what they belong to. One that is not known begins with its first rows; empty: it gets an identifier.
	Batch    store.ID  `json:"batch,omitempty"`
	Name     string    `json:"name,omitempty"`     // of the file
	Together bool      `json:"together,omitempty"` // all or nothing; else what can be paid is paid
	First    int       `json:"first,omitempty"`    // rows of the batch that were taken before
	Rows     []BulkRow `json:"rows"`
	// Bad are rows that could not be read, of a batch that is paid row by row: they are refused with the others.
	Bad fault.List `json:"bad,omitempty"`
}

// BulkDone is what an act did for a batch: every row with its outcome.
type BulkDone struct {
	Batch    store.ID      `json:"batch"`
	Outcomes []BulkOutcome `json:"outcomes"`
}

// PayMany makes many payments in one act, each at once. Together, they all take
// effect or none does, and the refusal lists each row that is in the way; else
// each row is judged as if those that were refused before it had not been there.
//
// A payment from an account that one holds is one's own; who may pay for others
// makes the rest as third party.
//
// Faults: credit.bulk_size, .bulk_raced, .unknown_batch, and for a row those of MakePayment.
func PayMany(ctx context.Context, db *store.Store, who auth.Identity, key string, ask BulkAsk) (BulkDone, error) {
	if n := len(ask.Rows) + len(ask.Bad); n == 0 || n > BulkChunk || len(ask.Name) > 200 {
		return BulkDone{}, fault.Invalidf("credit.bulk_size", "rows", "%d payments; 1 to %d are made in one act", n, BulkChunk)
	}
	return auth.Perform(ctx, db, who, key, Pay, ask, payMany)
}

func payMany(tx *store.Tx, who auth.Identity, ask BulkAsk) (BulkDone, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return BulkDone{}, err
	}
	b, err := batchFor(tx, who, ask)
	if err != nil {
		return BulkDone{}, err
	}
	t := &table{tx: tx, s: s, ledger: vf.Open(tx)}
	teller := newTeller(s, who, lane{t})
	teller.held, teller.fees = b.State == BatchHeld, b.fees
	if err := teller.meet(ask.Rows); err != nil {
		return BulkDone{}, err
	}
	made, outcomes, err := t.takeAll(teller, ask)
	if err != nil {
		return BulkDone{}, err
	}
	if b.Together && len(made) < len(outcomes) {
		return BulkDone{}, refusals(outcomes)
	}
	return BulkDone{b.ID, outcomes}, t.payAll(who, teller, b, ask, outcomes, made)
}

// takeAll judges the rows in order and says what becomes of each.
func (t *table) takeAll(from *teller, ask BulkAsk) (made []Payment, outcomes []BulkOutcome, err error) {
	made, outcomes = make([]Payment, 0, len(ask.Rows)), make([]BulkOutcome, 0, len(ask.Rows)+len(ask.Bad))
	for _, f := range ask.Bad {
		outcomes = append(outcomes, BulkOutcome{Line: f.Line, Refused: f})
	}
	for i, r := range ask.Rows {
		if r.Line == 0 {
			r.Line = ask.First + i + 1
		}
		p, err := from.take(r)
		if f := fault.As(err); f != nil {
			outcomes = append(outcomes, BulkOutcome{Line: r.Line, Refused: f.AtLine(r.Line)})
			continue
		} else if err != nil {
			return nil, nil, err
		}
		p.ID, p.At = t.tx.NewID(), t.tx.Now()
		outcomes = append(outcomes, BulkOutcome{Line: r.Line, Payment: p.ID})
		made = append(made, p)
	}
	slices.SortStableFunc(outcomes, func(a, b BulkOutcome) int { return cmp.Compare(a.Line, b.Line) })
	return made, outcomes, nil
}

// refusals are the rows that are in the way of the others.
func refusals(outcomes []BulkOutcome) (list fault.List) {
	for _, o := range outcomes {
		if o.Refused != nil && len(list) < maxListed {
			list = append(list, o.Refused)
		}
	}
	return list
}

// payAll posts the payments of an act of a batch, journals and keeps them.
func (t *table) payAll(who auth.Identity, from *teller, b batch, ask BulkAsk, outcomes []BulkOutcome, made []Payment) error {
	step := BatchStep{Batch: b.ID, Name: ask.Name, Together: b.Together, First: ask.First, Rows: len(outcomes), Made: len(made), Held: from.held}
	if from.held {
		if err := t.release(from, made); err != nil {
			return err
		}
	}
	if err := t.postMany(who, "credit.pay_many", from.accounts, step, made); err != nil {
		return err
	}
	b.Rows, b.Made = b.Rows+len(outcomes), b.Made+len(made)
	return b.keep(t.tx, ask.First, outcomes)
}

// release takes what payments need off what the batch reserved.
func (t *table) release(from *teller, made []Payment) error {
	var sum holdsOf
	for _, p := range made {
		if err := sum.add(p.Legs); err != nil {
			return err
		}
	}
	return t.holdAll(sum.holds, from.accounts, -1)
}

// holdAll reserves, or with a sign of -1 lets go.
func (t *table) holdAll(holds []Hold, known map[store.ID]Account, sign Micros) error {
	for _, h := range holds {
		a := known[h.Account]
		h.on(&a, sign)
		known[h.Account] = a
		if err := accounts.Put(t.tx, a); err != nil {
			return err
		}
	}
	return nil
}

// postMany posts payments with one entry of the journal, to which they are attached.
func (t *table) postMany(who auth.Identity, act string, known map[store.ID]Account, step BatchStep, made []Payment) error {
	t.accounts = known
	seq, err := t.recordMany(who, act, step, made)
	if err != nil {
		return err
	}
	var lines []line
	for i := range made {
		made[i].Seq = seq
		lines = linesOf(lines, made[i].ID, made[i].Legs)
		if err := appendPayment(t.tx, made[i]); err != nil {
			return err
		}
	}
	slices.SortFunc(lines, func(a, b line) int { // an account's lines lie side by side
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.n, b.n))
	})
	return t.writeLines(lines, seq)
}

// transfers records the legs of payments, those of each currency together.
func (t *table) transfers(made []Payment) error {
	legs := map[store.ID][]Leg{}
	t.back = len(made) > 0 && made[0].Reverses != "" // a batch pays, or takes back
	var order []store.ID
	for _, p := range made {
		if legs[p.Currency] == nil {
			order = append(order, p.Currency)
		}
		legs[p.Currency] = append(legs[p.Currency], p.Legs...)
	}
	for _, c := range order {
		t.currency = t.s.Currencies[c]
		if err := t.post(legs[c]); err != nil {
			return err
		}
	}
	return nil
}

// endBatch says that no rows follow.
func endBatch(ctx context.Context, db *store.Store, who auth.Identity, id store.ID) error {
	_, err := auth.Perform(ctx, db, who, "", Pay, id, func(tx *store.Tx, who auth.Identity, id store.ID) (bool, error) {
		b, err := findBatch(tx, who, id)
		if err != nil || b.State != BatchPaying && b.State != BatchHeld {
			return false, err
		}
		b.State = BatchPaid
		return true, b.save(tx)
	})
	return err
}
