package credit

import (
	"context"

	"commonweal/platform/auth"
	"commonweal/platform/store"
)

// Lapse ends the payments to other communities that no receipt came for in time,
// and returns how many. It asks the lane for nothing where none is late.
func (x *Relay) Lapse(ctx context.Context, commons store.ID) (n int, err error) {
	var late []Transfer
	err = x.Store.Read(ctx, commons, func(r *store.Snapshot) (err error) {
		late, err = store.All(r, scanJSON[Transfer], lateTransfers, store.Micros(r.Now()))
		return err
	})
	for _, t := range late {
		if err != nil {
			return n, err
		}
		var ended bool
		ended, err = store.Write(ctx, x.Store, store.Command{Commons: commons}, func(tx *store.Tx) (bool, error) { return x.lapse(tx, t.ID) })
		if ended {
			n++
		}
	}
	return n, err
}

// lapse ends a payment where the clock of the lane says so too.
func (x *Relay) lapse(tx *store.Tx, id store.ID) (bool, error) {
	d, err := x.sit(tx)
	if err != nil {
		return false, err
	}
	t, _, err := TransferByID(tx, id)
	if err != nil {
		return false, err
	}
	step := t.Tick(x.moment(tx))
	if step.Transfer == t.Transfer {
		return false, nil
	}
	t.Reason = "relay.late"
	_, err = d.follow(t, step, "credit.lapse", auth.Identity{})
	return err == nil, err
}
