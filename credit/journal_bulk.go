package credit

import (
	"encoding/json"

	"commonweal/platform/auth"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// recordMany records the transfers of payments and journals them: the entry says
// how many there are, the payments and their events are attached.
func (t *table) recordMany(who auth.Identity, act string, step BatchStep, made []Payment) (seq int64, err error) {
	if err := t.transfers(made); err != nil {
		return 0, err
	}
	open, private := attachable(made)
	b := body{Batch: &step, Grown: t.grown, Warned: t.warned}
	record := journal.Record{Act: act, Public: b, By: who.Agent, Attached: map[string][]byte{}}
	if record.Attached["payments"], err = json.Marshal(open); err != nil {
		return 0, err
	}
	if record.Attached["vf"], err = json.Marshal(t.ledger.Changes()); err != nil {
		return 0, err
	}
	if len(private) > 0 {
		notes, err := json.Marshal(private)
		if err != nil {
			return 0, err
		}
		record.Sealed = map[string]string{"notes": string(notes)}
	}
	if seq, err = journal.Append(t.tx, record); err != nil {
		return 0, err
	}
	return seq, keepBands(t.tx, seq, b)
}

// attachedPayment is one of many as it is attached to their entry, which says
// when and by whom they were made. All are completed.
type attachedPayment struct {
	ID       store.ID `json:"id"`
	Workflow string   `json:"workflow"`
	Legs     []Leg    `json:"legs"`
	Reverses store.ID `json:"reverses,omitempty"`
	Private  bool     `json:"private,omitempty"`
	Note     string   `json:"note,omitempty"`
	About
}

// attachable are payments as everybody may read them, and the private notes by payment.
func attachable(made []Payment) (open []attachedPayment, private map[store.ID]string) {
	open = make([]attachedPayment, len(made))
	for i, p := range made {
		if p.Private && p.Note != "" {
			if private == nil {
				private = map[store.ID]string{}
			}
			private[p.ID], p.Note = p.Note, ""
		}
		open[i] = attachedPayment{p.ID, p.Workflow, p.Legs, p.Reverses, p.Private, p.Note, p.About}
	}
	return open, private
}

// recordHolds journals what a batch reserves; the holds are attached, since they may be many.
func (t *table) recordHolds(who auth.Identity, step BatchStep, list []Hold) error {
	holds, err := json.Marshal(list)
	if err != nil {
		return err
	}
	_, err = journal.Append(t.tx, journal.Record{Act: "credit.hold_many", By: who.Agent, Public: body{Batch: &step}, Attached: map[string][]byte{"holds": holds}})
	return err
}
