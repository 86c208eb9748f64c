package auth

import (
	"context"
	"crypto/sha256"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

var (
	selectFailure = store.SQL(`SELECT failures, at FROM auth_failure WHERE commons_id = $1 AND subject = $2`)
	upsertFailure = store.SQL(`INSERT INTO auth_failure (commons_id, subject, failures, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (commons_id, subject) DO UPDATE SET failures = auth_failure.failures + 1, at = excluded.at`)
	deleteFailure = store.SQL(`DELETE FROM auth_failure WHERE commons_id = $1 AND subject = $2`)
)

// SignIn begins a session for a name and password. Whether nobody has the
// name, or the account has no password, or the password is wrong, the work
// and the answer are the same.
func (g *Gate) SignIn(ctx context.Context, name, password string, v Visit) (NewSession, error) {
	subject := subjectOf(name)
	account, stored, err := g.candidate(ctx, name, subject)
	if err != nil {
		return NewSession{}, err
	}
	try := newAttempt(subject, v.Address)
	if err := g.backoff.begin(try, stored, g.store.Now()); err != nil {
		return NewSession{}, err
	}
	ok, old, err := g.hasher.check(ctx, password, account.password)
	if err != nil {
		return NewSession{}, err
	}
	if !ok {
		return NewSession{}, g.failed(ctx, subject)
	}
	var rehashed string
	if old {
		if rehashed, err = g.hasher.make(ctx, password); err != nil {
			return NewSession{}, err
		}
	}
	s, err := g.succeed(ctx, account, subject, rehashed, v)
	if err == nil {
		g.backoff.succeeded(try)
	}
	return s, err
}

// candidate finds the one account with the name, the zero Account when there
// is none or when an e-mail address is that of several, and the failures so far.
func (g *Gate) candidate(ctx context.Context, name string, subject digest) (a Account, t tries, err error) {
	typed := folded(name)
	err = g.readHost(ctx, func(r *store.Snapshot) error {
		list, err := store.All(r, scanAccount, selectByName, typed)
		if err != nil {
			return err
		}
		if len(list) == 1 {
			a = list[0]
		}
		t, _, err = store.One(r, scanTries, selectFailure, subject[:])
		return err
	})
	return a, t, err
}

func scanTries(s store.Scanner) (t tries, err error) {
	var at int64
	err = s.Scan(&t.failures, &at)
	t.last = store.Time(at)
	return t, err
}

// failed counts a failure and answers it.
func (g *Gate) failed(ctx context.Context, subject digest) error {
	_, err := onHost(ctx, g, func(tx *store.Tx) (struct{}, error) {
		_, err := tx.Exec(upsertFailure, subject[:], 1, store.Micros(tx.Now()))
		return struct{}{}, err
	})
	if err != nil {
		return err
	}
	return fault.New(fault.Unauthenticated, "auth.sign_in_failed", "",
		"that name and password do not belong together; check both and try again")
}

// succeed begins the session unless the account changed its password meanwhile.
func (g *Gate) succeed(ctx context.Context, a Account, subject digest, rehashed string, v Visit) (NewSession, error) {
	return onHost(ctx, g, func(tx *store.Tx) (NewSession, error) {
		now, err := accountByID(tx, a.ID)
		if err != nil || now.password != a.password {
			return NewSession{}, fault.Conflictf("auth.password_changed", "", "the password was changed meanwhile; try again")
		}
		if rehashed != "" {
			if _, err := tx.Exec(updatePassword, a.ID, rehashed); err != nil {
				return NewSession{}, err
			}
		}
		if _, err := tx.Exec(deleteFailure, subject[:]); err != nil {
			return NewSession{}, err
		}
		return g.begin(tx, a.ID, v)
	})
}

// folded is a name as accounts keep it: what is typed differs in case and
// spaces only. What no name has and no database keeps becomes a mark.
func folded(name string) string {
	name = strings.ToLower(strings.TrimSpace(name[:min(len(name), maxEmail)]))
	return strings.ReplaceAll(strings.ToValidUTF8(name, "\uFFFD"), "\x00", "\uFFFD")
}

// subjectOf is the key under which failures of a name that was typed are
// counted, whether somebody has the name or not.
func subjectOf(name string) digest { return sha256.Sum256([]byte(folded(name))) }
