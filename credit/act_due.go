package credit

import (
	"context"

	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/vf"
)

// Expire does what time brings to the payments of a commons that wait, and returns
// to how many: requests are paid whose payer let some hours pass and said
// nothing, if they still fit; what nobody answered ends, and what was reserved
// for it is free again. It asks the lane for nothing
// where none is due.
func (p *Practice) Expire(ctx context.Context, commons store.ID) (n int, err error) {
	for more := true; more && err == nil; {
		var due []Payment
		err = p.Store.Read(ctx, commons, func(r *store.Snapshot) (err error) {
			due, err = store.All(r, scanPayment, selectDue, store.Micros(r.Now()))
			return err
		})
		if err != nil || len(due) == 0 {
			return n, err
		}
		var ended int
		ended, err = store.Write(ctx, p.Store, store.Command{Commons: commons}, expireDue)
		n, more = n+ended, ended > 0
	}
	return n, err
}

// expireDue pays what is due by the terms of its payer, and ends what is due by the clock of the lane, which alone says whether
// a deadline was met.
func expireDue(tx *store.Tx) (int, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return 0, err
	}
	due, err := store.All(tx, scanPayment, selectDue, store.Micros(tx.Now()))
	if err != nil {
		return 0, err
	}
	for _, p := range due {
		w, err := workflow(p.Workflow)
		if err != nil {
			return 0, err
		}
		t := &table{tx: tx, s: s, ledger: vf.Open(tx), currency: s.Currencies[p.Currency]}
		if err := t.load(accountsOf(p.Legs)...); err != nil {
			return 0, err
		}
		if !p.Accept.IsZero() && tx.Now().Before(p.Until) {
			err = t.fire(p, w)
		} else {
			_, err = t.move(auth.Identity{}, p, w, Moved{Payment: p.ID, To: Expired}, "")
		}
		if err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
