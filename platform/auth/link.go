package auth

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// How long links are good for.
const (
	firstRunLife = 24 * time.Hour
	recoveryLife = 24 * time.Hour
)

var (
	insertLink  = store.Into("auth_link", "hash", "kind", "account", "created", "expires")
	selectLink  = store.SQL(`SELECT kind, account, expires FROM auth_link WHERE commons_id = $1 AND hash = $2`)
	deleteFirst = store.SQL(`DELETE FROM auth_link WHERE commons_id = $1 AND kind = 'first'`)
	deleteLinks = store.SQL(`DELETE FROM auth_link WHERE commons_id = $1 AND account = $2`)
)

// errLink is the one answer to a link that does not work, whatever the reason.
func errLink() error {
	return fault.NotFoundf("auth.link", "", "this link does not work: it was used, withdrawn or has expired; ask for a new one")
}

// FirstRun returns the secret of a fresh link by which the first administrator
// is made; needed is false when there is an administrator. Earlier first-run
// links stop working. serve prints the link once, at its start.
func (g *Gate) FirstRun(ctx context.Context) (secret string, needed bool, err error) {
	secret, d := newSecret("")
	needed, err = onHost(ctx, g, func(tx *store.Tx) (bool, error) {
		if has, err := hasAdmin(tx); err != nil || has {
			return false, err
		}
		if _, err := tx.Exec(deleteFirst); err != nil {
			return false, err
		}
		return true, tx.Append(insertLink, d[:], "first", nil, store.Micros(tx.Now()), store.Micros(tx.Now().Add(firstRunLife)))
	})
	if err != nil || !needed {
		return "", false, err
	}
	return secret, true, nil
}

func hasAdmin(r store.Reader) (bool, error) {
	var n int
	err := r.QueryRow(countAdmins).Scan(&n)
	return n > 0, err
}

// AcceptFirstRun makes the first administrator by the link that serve printed,
// and signs them in. The link works once, whoever is quicker.
func (g *Gate) AcceptFirstRun(ctx context.Context, secret string, p Person, v Visit) (NewSession, error) {
	if err := g.CheckLink(ctx, secret, "first"); err != nil {
		return NewSession{}, err
	}
	a, err := g.create(ctx, p, func(tx *store.Tx, a *Account) error {
		if _, err := usableLink(tx, secret, "first"); err != nil {
			return err
		}
		if has, err := hasAdmin(tx); err != nil || has {
			return firstError(err, errLink())
		}
		a.Admin = true
		_, err := tx.Exec(deleteFirst)
		return err
	})
	if err != nil {
		return NewSession{}, err
	}
	return g.beginFor(ctx, a.ID, v)
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// beginFor begins a session for somebody who has just proved who they are.
func (g *Gate) beginFor(ctx context.Context, account store.ID, v Visit) (NewSession, error) {
	return onHost(ctx, g, func(tx *store.Tx) (NewSession, error) { return g.begin(tx, account, v) })
}

// CheckLink refuses a link that does not work; kind is "first" or "recovery".
// Pages call it before they show a form.
func (g *Gate) CheckLink(ctx context.Context, secret, kind string) error {
	return g.readHost(ctx, func(r *store.Snapshot) error {
		_, err := usableLink(r, secret, kind)
		return err
	})
}

// usableLink returns the account of a link that works, empty for the first-run link.
func usableLink(r store.Reader, secret, kind string) (account store.ID, err error) {
	d, ok := readSecret("", secret)
	if !ok {
		return "", errLink()
	}
	var is string
	var expires int64
	err = r.QueryRow(selectLink, d[:]).Scan(&is, &account, &expires)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", errLink()
	case err != nil:
		return "", err
	case is != kind || !r.Now().Before(store.Time(expires)):
		return "", errLink()
	}
	return account, nil
}

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
