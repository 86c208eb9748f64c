package auth

import (
	"context"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Change is what a person may change about themselves.
type Change struct{ Name, Handle, Email, Language, Zone string }

// ChangeAccount replaces what the person said about themselves, here and in
// every commons they belong to.
func (g *Gate) ChangeAccount(ctx context.Context, who Identity, c Change) error {
	if err := who.Self(); err != nil {
		return err
	}
	p, err := Person{Name: c.Name, Handle: c.Handle, Email: c.Email, Language: c.Language, Zone: c.Zone}.checked()
	if err != nil {
		return err
	}
	renamed, err := onHost(ctx, g, func(tx *store.Tx) (bool, error) {
		a, err := accountByID(tx, who.Account)
		if err != nil {
			return false, err
		}
		if a.HasPassword && p.Handle == "" {
			return false, fault.Invalidf("auth.handle", "handle", "a password needs a sign-in name; enter one")
		}
		if err := checkFree(tx, p.Handle, a.ID); err != nil {
			return false, err
		}
		_, err = tx.Exec(updateAccount, a.ID, orNull(p.Handle), orNull(p.Email), p.Name, p.Language, p.Zone)
		return p.Name != a.Name, err
	})
	if err != nil {
		return err
	}
	if err := g.forgetAccount(ctx, who.Account); err != nil || !renamed {
		return err
	}
	return g.renameEverywhere(ctx, who.Account, p.Name)
}

// ChangePassword replaces a password, or sets the first one, and signs the
// person out everywhere else. The present one is asked for when there is one.
func (g *Gate) ChangePassword(ctx context.Context, who Identity, present, fresh string) error {
	if err := who.Self(); err != nil {
		return err
	}
	a, err := g.Account(ctx, who.Account)
	if err != nil {
		return err
	}
	if a.Handle == "" {
		return fault.Invalidf("auth.handle", "handle", "a password needs a sign-in name; enter one first")
	}
	if a.HasPassword {
		if err := g.proveAgain(ctx, a, present); err != nil {
			return err
		}
	}
	if err := checkPassword(fresh, a.Handle, a.Name); err != nil {
		return err
	}
	hash, err := g.hasher.make(ctx, fresh)
	if err != nil {
		return err
	}
	return g.replacePassword(ctx, a, hash, who.Session)
}

// proveAgain checks the password of somebody who is signed in, under the same
// limits as signing in.
func (g *Gate) proveAgain(ctx context.Context, a Account, password string) error {
	try := newAttempt(subjectOf(string(a.ID)), "")
	if err := g.backoff.begin(try, tries{}, g.store.Now()); err != nil {
		return err
	}
	ok, _, err := g.hasher.check(ctx, password, a.password)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Invalidf("auth.present_password", "present", "that is not your present password")
	}
	g.backoff.succeeded(try)
	return nil
}

// replacePassword writes a hash unless the password has changed since a was
// read, and ends every session but one.
func (g *Gate) replacePassword(ctx context.Context, a Account, hash string, keep store.ID) error {
	_, err := onHost(ctx, g, func(tx *store.Tx) (struct{}, error) {
		now, err := accountByID(tx, a.ID)
		if err != nil {
			return struct{}{}, err
		}
		if now.password != a.password {
			return struct{}{}, fault.Conflictf("auth.password_changed", "", "the password was changed meanwhile; try again")
		}
		if _, err := tx.Exec(updatePassword, a.ID, hash); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, g.endSessions(tx, a.ID, keep)
	})
	return err
}
