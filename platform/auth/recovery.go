package auth

import (
	"context"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// recoveryLife is how long a link for a new password is good for.
const recoveryLife = 24 * time.Hour

// NewRecovery makes a link by which somebody who lost their password chooses
// a new one. An administrator may for everybody; a steward for members of
// their commons who belong to no other one and do not administer the host,
// for the link opens the whole account.
func (g *Gate) NewRecovery(ctx context.Context, who Identity, account store.ID) (secret string, err error) {
	if err := g.mayRecover(ctx, who, account); err != nil {
		return "", err
	}
	secret, d := newSecret("")
	_, err = onHost(ctx, g, func(tx *store.Tx) (struct{}, error) {
		a, err := accountByID(tx, account)
		if err != nil {
			return struct{}{}, err
		}
		if !who.Can(CanAccounts) {
			if err := onlyHere(tx, a, who.Commons); err != nil {
				return struct{}{}, err
			}
		}
		if _, err := tx.Exec(deleteLinks, account); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, tx.Append(insertLink, d[:], "recovery", account, store.Micros(tx.Now()), store.Micros(tx.Now().Add(recoveryLife)))
	})
	return secret, err
}

func (g *Gate) mayRecover(ctx context.Context, who Identity, account store.ID) error {
	if who.Token != "" {
		return who.Self()
	}
	if who.Can(CanAccounts) {
		return nil
	}
	if err := who.Must(CanRecover); err != nil {
		return err
	}
	return g.store.Read(ctx, who.Commons, func(r *store.Snapshot) error {
		m, _, err := MemberOf(r, account)
		if err == nil && !m.Active() {
			err = fault.NotFoundf("auth.member", "member", "there is no such member of this commons")
		}
		return err
	})
}

// onlyHere refuses an account that opens more than one commons.
func onlyHere(r store.Reader, a Account, commons store.ID) error {
	seats, err := store.All(r, scanID, selectSeats, a.ID)
	if err != nil {
		return err
	}
	if a.Admin || len(seats) != 1 || seats[0] != commons {
		return fault.Forbiddenf("auth.recover_elsewhere", "this account opens more than your commons; ask an administrator of the host")
	}
	return nil
}

// Recover replaces the password of an account by a recovery link, signs the
// person out everywhere, withdraws their tokens, and signs them in here.
func (g *Gate) Recover(ctx context.Context, secret, fresh string, v Visit) (NewSession, error) {
	var a Account
	err := g.readHost(ctx, func(r *store.Snapshot) error {
		id, err := usableLink(r, secret, "recovery")
		if err == nil {
			a, err = accountByID(r, id)
		}
		return err
	})
	if err != nil {
		return NewSession{}, err
	}
	if err := checkPassword(fresh, a.Handle, a.Name); err != nil {
		return NewSession{}, err
	}
	hash, err := g.hasher.make(ctx, fresh)
	if err != nil {
		return NewSession{}, err
	}
	return onHost(ctx, g, func(tx *store.Tx) (NewSession, error) {
		if id, err := usableLink(tx, secret, "recovery"); err != nil || id != a.ID {
			return NewSession{}, firstError(err, errLink())
		}
		return g.recoverIn(tx, a, hash, v)
	})
}

func (g *Gate) recoverIn(tx *store.Tx, a Account, hash string, v Visit) (NewSession, error) {
	if a.Handle == "" { // they signed in by passkey only: give them a name to sign in by
		handle := "person-" + string(a.ID)[24:]
		if _, err := tx.Exec(updateHandle, a.ID, handle); err != nil {
			return NewSession{}, err
		}
	}
	for _, step := range []func() error{
		func() error { _, err := tx.Exec(deleteLinks, a.ID); return err },
		func() error { _, err := tx.Exec(updatePassword, a.ID, hash); return err },
		func() error { return g.endSessions(tx, a.ID, "") },
		func() error { return g.endTokens(tx, a.ID) },
	} {
		if err := step(); err != nil {
			return NewSession{}, err
		}
	}
	return g.begin(tx, a.ID, v)
}
