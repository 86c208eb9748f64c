package bank

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"commonweal/books"
	"commonweal/books/intake"
	"commonweal/books/ledger"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// Opening is what was in the bank before the first statement of accounts in a
// currency, beyond what the books have.
type Opening struct {
	Amount quantity.Amount `json:"amount"`
	Day    string          `json:"day"` // the day before the first statement begins
}

// classOpening is the classification of what was there before.
const classOpening = "cw:equity/opening"

var accountsWithLines = store.SQL(`SELECT content FROM bank_account WHERE commons_id = $1 AND EXISTS
	(SELECT 1 FROM bank_line l WHERE l.commons_id = bank_account.commons_id AND l.account = bank_account.id)`)

// openings finds what the books lack of what was there before the statements
// of accounts that are new here.
func (b *Bank) openings(ctx context.Context, commons store.ID, statements []intake.Statement) (out []Opening, err error) {
	err = b.Books.Read(ctx, commons, func(v *books.View) error {
		list, err := store.All(v.Snapshot, scanJSON[Account], accountsWithLines)
		if err != nil {
			return err
		}
		here := pocketsOf(list)
		for _, s := range statements {
			p := pocket{s.Opening.Account, s.Opening.Unit}
			if _, known := here[p]; known || s.Opening.Balance == nil {
				continue
			}
			here[p] = Account{}
			if out, err = withOpening(out, s.Opening); err != nil {
				return err
			}
		}
		return lacking(v, out)
	})
	return slices.DeleteFunc(out, func(o Opening) bool { return o.Amount.IsZero() }), err
}

// withOpening adds what a statement opens with to that of its currency.
func withOpening(list []Opening, o intake.Opening) ([]Opening, error) {
	i := slices.IndexFunc(list, func(x Opening) bool { return x.Amount.Unit == o.Balance.Amount.Unit })
	day := shift(o.Balance.Day, -1)
	if i < 0 {
		return append(list, Opening{o.Balance.Amount, day}), nil
	}
	x := &list[i]
	var err error
	x.Amount, err = x.Amount.Add(o.Balance.Amount)
	x.Day = min(x.Day, day)
	return list, err
}

// lacking takes off what the books have already.
func lacking(v *books.View, list []Opening) error {
	for i := range list {
		o := &list[i]
		balances, err := v.Ledger.Balances(ledger.Filter{Size: v.Head.Size, Account: ledger.Bank, Unit: o.Amount.Unit, To: o.Day})
		if err != nil {
			return err
		}
		for _, x := range balances {
			if o.Amount, err = o.Amount.Sub(quantity.Micros(x.Closing, x.Unit)); err != nil {
				return err
			}
		}
	}
	return nil
}

// bookOpenings records what was there before, as one act. A repeat finds that
// the books have it and records nothing.
func (b *Bank) bookOpenings(ctx context.Context, who auth.Identity, batch Batch, statements []intake.Statement) error {
	list, err := b.openings(ctx, who.Commons, statements)
	if err != nil || len(list) == 0 {
		return err
	}
	_, err = perform(ctx, b, who, "", list, func(tx *store.Tx) (int, error) { return len(list), b.bookOpening(tx, who, batch, list) })
	return err
}

func (b *Bank) bookOpening(tx *store.Tx, who auth.Identity, batch Batch, list []Opening) error {
	l := b.open(tx)
	t := tills{open: b.Till, tx: tx, l: l}
	c, err := commons.Self(tx)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return err
	}
	us := map[quantity.Unit][]store.ID{}
	for _, o := range list {
		us[o.Amount.Unit] = []store.ID{c.Agent}
	}
	if err := t.in(us, nil); err != nil {
		return err
	}
	events := make([]vf.Event, len(list))
	for i, o := range list {
		day, err := time.ParseInLocation(time.DateOnly, o.Day, zone)
		if err != nil {
			return err
		}
		amount, err := size(o.Amount)
		if err != nil {
			return err
		}
		events[i] = vf.Event{Action: vf.Raise, Provider: c.Agent, Receiver: c.Agent, ResourceInventoriedAs: t.by[o.Amount.Unit].accounts[c.Agent], ResourceQuantity: &amount,
			HasPointInTime: day.Add(12 * time.Hour).UTC(), ClassifiedAs: []string{classOpening}}
		if o.Amount.Sign() < 0 {
			events[i].Action = vf.Lower
		}
	}
	recorded, err := l.RecordAll(events)
	if err != nil {
		return err
	}
	ids := make([]store.ID, len(recorded))
	for i := range recorded {
		ids[i] = recorded[i].ID
	}
	return keepOpening(tx, who, batch, ids, l.Changes())
}

// keepOpening journals the act, and remembers its events.
func keepOpening(tx *store.Tx, who auth.Identity, batch Batch, events []store.ID, changes vf.Changes) error {
	attached, err := json.Marshal(changes)
	if err != nil {
		return err
	}
	seq, err := journal.Append(tx, journal.Record{Act: "bank.open", By: who.Agent, Public: map[string]any{"batch": batch.ID}, Attached: map[string][]byte{"vf": attached}})
	if err != nil {
		return err
	}
	return noteChunk(tx, who, seq, batch, 0, events)
}
