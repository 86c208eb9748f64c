package auth

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Account is somebody who can sign in to the host.
type Account struct {
	ID          store.ID
	Handle      string // to sign in by; empty: by passkey only
	Email       string // private
	Name        string
	Language    string // BCP 47; empty: not said
	Zone        string // IANA; empty: not said
	Admin       bool
	Created     time.Time
	HasPassword bool
	password    string // PHC string
}

const accountColumns = `a.id, a.handle, a.email, a.name, a.password, a.language, a.zone, a.admin, a.created`

var (
	insertAccount = store.Into("auth_account",
		"id", "handle", "email", "name", "password", "language", "zone", "admin", "created")
	selectAccount = store.SQL(`SELECT ` + accountColumns + ` FROM auth_account a WHERE a.commons_id = $1 AND a.id = $2`)
	selectByName  = store.SQL(`SELECT ` + accountColumns + ` FROM auth_account a
		WHERE a.commons_id = $1 AND (a.handle = $2 OR a.email = $2) LIMIT 2`)
	selectHandle  = store.SQL(`SELECT a.id FROM auth_account a WHERE a.commons_id = $1 AND a.handle = $2`)
	countAdmins   = store.SQL(`SELECT count(*) FROM auth_account WHERE commons_id = $1 AND admin`)
	updateAccount = store.SQL(`UPDATE auth_account SET handle = $3, email = $4, name = $5, language = $6, zone = $7
		WHERE commons_id = $1 AND id = $2`)
	updateAdmin    = store.SQL(`UPDATE auth_account SET admin = $3 WHERE commons_id = $1 AND id = $2`)
	selectAccounts = store.SQL(`SELECT ` + accountColumns + ` FROM auth_account a
		WHERE a.commons_id = $1 AND a.id > $2 ORDER BY a.id LIMIT $3`)
	updateHandle   = store.SQL(`UPDATE auth_account SET handle = $3 WHERE commons_id = $1 AND id = $2`)
	updatePassword = store.SQL(`UPDATE auth_account SET password = $3 WHERE commons_id = $1 AND id = $2`)
)

func scanAccount(s store.Scanner) (a Account, err error) {
	var handle, email sql.NullString
	var created int64
	err = s.Scan(&a.ID, &handle, &email, &a.Name, &a.password, &a.Language, &a.Zone, &a.Admin, &created)
	a.Handle, a.Email, a.Created, a.HasPassword = handle.String, email.String, store.Time(created), a.password != ""
	return a, err
}

// orNull is a text that may be missing, as the database keeps it.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// Account returns an account by its identifier.
func (g *Gate) Account(ctx context.Context, id store.ID) (a Account, err error) {
	err = g.readHost(ctx, func(r *store.Snapshot) error {
		a, err = accountByID(r, id)
		return err
	})
	return a, err
}

func accountByID(r store.Reader, id store.ID) (Account, error) {
	a, found, err := store.One(r, scanAccount, selectAccount, id)
	if err == nil && !found {
		err = fault.NotFoundf("auth.account", "", "there is no such account")
	}
	return a, err
}

// CreateAdmin makes an administrator of the host; the command line uses it,
// and the first-run link.
func (g *Gate) CreateAdmin(ctx context.Context, p Person) (Account, error) {
	return g.create(ctx, p, func(tx *store.Tx, a *Account) error {
		a.Admin = true
		return nil
	})
}

// create makes an account. before runs inside the act, before the account is
// written, and may refuse or change it. The password is hashed outside the lane.
func (g *Gate) create(ctx context.Context, p Person, before func(*store.Tx, *Account) error) (Account, error) {
	p, err := p.checked()
	if err != nil {
		return Account{}, err
	}
	var hash string
	if p.Password != "" {
		if hash, err = g.hasher.make(ctx, p.Password); err != nil {
			return Account{}, err
		}
	}
	return onHost(ctx, g, func(tx *store.Tx) (Account, error) {
		a := newAccount(tx, p, hash)
		if err := before(tx, &a); err != nil {
			return a, err
		}
		if err := checkFree(tx, a.Handle, a.ID); err != nil {
			return a, err
		}
		return a, appendAccount(tx, a)
	})
}

func newAccount(tx *store.Tx, p Person, hash string) Account {
	return Account{ID: tx.NewID(), Handle: p.Handle, Email: p.Email, Name: p.Name, Language: p.Language, Zone: p.Zone,
		Created: tx.Now(), HasPassword: hash != "", password: hash}
}

func appendAccount(tx *store.Tx, a Account) error {
	return tx.Append(insertAccount, a.ID, orNull(a.Handle), orNull(a.Email), a.Name, a.password, a.Language, a.Zone,
		a.Admin, store.Micros(a.Created))
}

// checkFree refuses a sign-in name that another account has.
func checkFree(r store.Reader, handle string, mine store.ID) error {
	if handle == "" {
		return nil
	}
	var id store.ID
	err := r.QueryRow(selectHandle, handle).Scan(&id)
	switch {
	case errors.Is(err, sql.ErrNoRows) || (err == nil && id == mine):
		return nil
	case err != nil:
		return err
	}
	return errHandleTaken(handle)
}

func errHandleTaken(handle string) *fault.Error {
	return fault.Conflictf("auth.handle_taken", "handle", "the sign-in name %q is taken; choose another", handle)
}
