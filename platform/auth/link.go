package auth

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// firstRunLife is how long the link of the first administrator is good for.
const firstRunLife = 24 * time.Hour

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
