package auth

import (
	"context"
	"errors"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// pendingLife is how long an account may wait for the commons that it was made
// for: an admission takes seconds, unless the program was killed before it.
const pendingLife = time.Hour

// pending is an account that was made to be admitted to a commons.
type pending struct{ account, commons store.ID }

var (
	insertPending = store.Into("auth_pending", "account", "commons", "created")
	selectPending = store.SQL(`SELECT account, commons FROM auth_pending WHERE commons_id = $1 AND created < $2 ORDER BY commons, account`)
	deletePending = store.SQL(`DELETE FROM auth_pending WHERE commons_id = $1 AND created < $2`)
	membersAmong  = store.ByIDs(`SELECT account FROM auth_member WHERE commons_id = $1 AND account IN (*)`)
)

func scanPending(s store.Scanner) (p pending, err error) {
	err = s.Scan(&p.account, &p.commons)
	return p, err
}

// awaits notes, in the act that makes an account, which commons it is made for.
func awaits(tx *store.Tx, account, commons store.ID) error {
	return tx.Append(insertPending, account, commons, store.Micros(tx.Now()))
}

// sweepPending deletes the accounts that no commons has admitted: the program
// was killed between the act that made them and the one that admits.
func (g *Gate) sweepPending(ctx context.Context) error {
	var list []pending
	var until int64
	err := g.readHost(ctx, func(r *store.Snapshot) (err error) {
		until = store.Micros(r.Now().Add(-pendingLife))
		list, err = store.All(r, scanPending, selectPending, until)
		return err
	})
	if err != nil || len(list) == 0 {
		return err
	}
	for len(list) > 0 { // the accounts of one commons at a time
		n := 1
		for n < len(list) && list[n].commons == list[0].commons {
			n++
		}
		if err := g.settlePending(ctx, list[0].commons, list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	_, err = onHost(ctx, g, func(tx *store.Tx) (int64, error) { return tx.Exec(deletePending, until) })
	return err
}

// settlePending deletes those of the accounts made for a commons that are no
// members of it, nor of any other.
func (g *Gate) settlePending(ctx context.Context, commons store.ID, made []pending) error {
	ids := make([]store.ID, len(made))
	for i, p := range made {
		ids[i] = p.account
	}
	admitted := map[store.ID]bool{}
	err := g.store.Read(ctx, commons, func(r *store.Snapshot) error {
		found, err := store.AllOf(r, scanID, membersAmong, ids)
		for _, account := range found {
			admitted[account] = true
		}
		return err
	})
	if err != nil {
		return err
	}
	var errs []error
	for _, account := range ids {
		if !admitted[account] {
			errs = append(errs, g.dropUnadmitted(ctx, account))
		}
	}
	return errors.Join(errs...)
}

// dropUnadmitted deletes an account unless it has found a place since: it is
// an administrator, or another commons has admitted it.
func (g *Gate) dropUnadmitted(ctx context.Context, account store.ID) error {
	a, err := g.Account(ctx, account)
	if fault.KindOf(err) == fault.NotFound || err == nil && a.Admin {
		return nil
	}
	if err != nil {
		return err
	}
	seats, err := g.loadSeats(ctx, string(account))
	if err != nil {
		return err
	}
	for _, commons := range seats {
		m, err := g.MembershipOf(ctx, commons, account)
		if err != nil || m.Agent != "" {
			return err
		}
	}
	return g.eraseHost(ctx, account)
}
