package auth

import (
	"context"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Accounts lists up to limit accounts of the host, oldest first, after one of
// them; the empty identifier for the start. Only administrators may.
func (g *Gate) Accounts(ctx context.Context, who Identity, after store.ID, limit int) (list []Account, err error) {
	if err := who.Must(CanAccounts); err != nil {
		return nil, err
	}
	if after == "" {
		after = store.Host // before every identifier
	}
	err = g.readHost(ctx, func(r *store.Snapshot) error {
		list, err = store.All(r, scanAccount, selectAccounts, after, limit)
		return err
	})
	return list, err
}

// AccountByName returns the account with a sign-in name; the command line uses it.
func (g *Gate) AccountByName(ctx context.Context, handle string) (a Account, err error) {
	err = g.readHost(ctx, func(r *store.Snapshot) error {
		list, err := store.All(r, scanAccount, selectByName, folded(handle))
		if err == nil && (len(list) != 1 || list[0].Handle != folded(handle)) {
			return fault.NotFoundf("auth.account", "name", "nobody here signs in as %q", handle)
		}
		if err == nil {
			a = list[0]
		}
		return err
	})
	return a, err
}

// SetAdmin makes somebody an administrator of the host, or takes that away.
func (g *Gate) SetAdmin(ctx context.Context, who Identity, account store.ID, admin bool) error {
	if err := who.Must(CanAccounts); err != nil {
		return err
	}
	_, err := onHost(ctx, g, func(tx *store.Tx) (struct{}, error) {
		a, err := accountByID(tx, account)
		if err != nil || a.Admin == admin {
			return struct{}{}, err
		}
		if err := notLastAdmin(tx, a); err != nil {
			return struct{}{}, err
		}
		_, err = tx.Exec(updateAdmin, account, admin)
		return struct{}{}, err
	})
	if err != nil {
		return err
	}
	return g.forgetAccount(ctx, account)
}
