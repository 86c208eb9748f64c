package credit

import (
	"encoding/json"
	"slices"

	"commonweal/platform/store"
)

// replayedBatch is a batch of payments as far as the log has come.
type replayedBatch struct {
	rows  int
	holds map[store.ID]Hold // what is left of them
}

// batch takes an act of a batch: it goes on where the one before stopped, and
// what it posts from a reservation was reserved.
func (r *Replay) batch(e Recorded, step BatchStep) (posted []Leg, err error) {
	b := r.batches[step.Batch]
	if b == nil {
		b = &replayedBatch{holds: map[store.ID]Hold{}}
		r.batches[step.Batch] = b
	}
	if e.Act == "credit.pay_many" {
		if step.First != b.rows || step.Made > step.Rows {
			return nil, breach("entry %d goes on with the batch %s after %d rows, and %d were taken", e.Seq, step.Batch, step.First, b.rows)
		}
		b.rows += step.Rows
	}
	if e.Act == "credit.hold_many" {
		return nil, r.holding(e, b, step)
	}
	made, err := attached[[]attachedPayment](e, "payments")
	if err != nil {
		return nil, err
	}
	if len(made) != step.Made {
		return nil, breach("entry %d says that it makes %d payments, and has %d", e.Seq, step.Made, len(made))
	}
	for _, a := range made {
		p := Payment{ID: a.ID, Workflow: a.Workflow, State: Completed, Legs: a.Legs, Author: e.By, Reverses: a.Reverses, Private: a.Private, Note: a.Note, About: a.About}
		if from := r.accounts[firstOf(a.Legs)]; from != nil {
			p.Currency = from.Currency
		}
		legs, err := r.oneOf(b, step, p)
		if err != nil {
			return nil, err
		}
		posted = append(posted, legs...)
	}
	return posted, nil
}

// attached reads what is attached to an entry under a name.
func attached[T any](e Recorded, name string) (v T, err error) {
	if e.Attachment == nil {
		return v, breach("entry %d comes without its %s", e.Seq, name)
	}
	text, err := e.Attachment(name)
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if err != nil {
		return v, breach("the %s of entry %d cannot be read: %v", name, e.Seq, err)
	}
	return v, nil
}

// holding reserves for a batch.
func (r *Replay) holding(e Recorded, b *replayedBatch, step BatchStep) error {
	holds, err := attached[[]Hold](e, "holds")
	if err != nil {
		return err
	}
	for _, h := range holds {
		a, known := r.accounts[h.Account]
		if _, twice := b.holds[h.Account]; !known || twice || h.Outgoing < 0 || h.Incoming < 0 {
			return breach("the batch %s reserves of account %s what it cannot", step.Batch, h.Account)
		}
		if err := a.holds(h, r.balances[a.ID].of(r.currencies[a.Currency].Unit)); err != nil {
			return err
		}
		h.on(a, 1)
		b.holds[h.Account] = h
	}
	return nil
}

// oneOf takes one payment of a batch.
func (r *Replay) oneOf(b *replayedBatch, step BatchStep, p Payment) ([]Leg, error) {
	if !step.Held {
		return r.made(p)
	}
	var sum holdsOf
	if err := sum.add(p.Legs); err != nil {
		return nil, err
	}
	for _, h := range sum.holds {
		left := b.holds[h.Account]
		left.Outgoing, left.Incoming = left.Outgoing-h.Outgoing, left.Incoming-h.Incoming
		if left.Outgoing < 0 || left.Incoming < 0 {
			return nil, breach("payment %s needs more than its batch reserved", p.ID)
		}
		b.holds[h.Account] = left
		h.on(r.accounts[h.Account], -1)
	}
	c, known := r.currencies[p.Currency]
	if !known || !slices.Contains([]string{"pay", "third_party"}, p.Workflow) || p.Reverses != "" {
		return nil, breach("payment %s is none that a batch makes", p.ID)
	}
	if err := checkLegs(c, p.Legs); err != nil {
		return nil, err
	}
	r.completed[p.ID] = p
	return p.Legs, r.post(p.Legs)
}

// firstOf is the account that pays first; empty for no legs.
func firstOf(legs []Leg) store.ID {
	if len(legs) == 0 {
		return ""
	}
	return legs[0].From
}
