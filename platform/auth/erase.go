package auth

import (
	"context"
	"slices"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

var eraseAccount = []*store.Statement{
	store.SQL(`DELETE FROM auth_session WHERE commons_id = $1 AND account = $2`),
	store.SQL(`DELETE FROM auth_token WHERE commons_id = $1 AND account = $2`),
	store.SQL(`DELETE FROM auth_passkey WHERE commons_id = $1 AND account = $2`),
	store.SQL(`DELETE FROM auth_link WHERE commons_id = $1 AND account = $2`),
	store.SQL(`DELETE FROM auth_ceremony WHERE commons_id = $1 AND account = $2`),
	store.SQL(`DELETE FROM auth_seat WHERE commons_id = $1 AND account = $2`),
	store.SQL(`DELETE FROM auth_pending WHERE commons_id = $1 AND account = $2`),
	store.SQL(`DELETE FROM auth_account WHERE commons_id = $1 AND id = $2`),
}

// Erase deletes the asker's account and everything personal about them: the
// account, its passkeys, sessions and tokens, and their name in every
// commons. What they did stays in the books under an agent without a name. An
// erasure that was interrupted goes on when it is asked for again.
func (g *Gate) Erase(ctx context.Context, who Identity, password string) error {
	if err := who.Self(); err != nil {
		return err
	}
	a, err := g.Account(ctx, who.Account)
	if err != nil {
		return err
	}
	if a.HasPassword {
		if err := g.proveAgain(ctx, a, password); err != nil {
			return err
		}
	}
	return g.erase(ctx, a)
}

// EraseFor is Erase by whoever runs the machine, for somebody who asked them to and
// cannot sign in any more.
func (g *Gate) EraseFor(ctx context.Context, operator Identity, account store.ID) error {
	if !operator.Admin || operator.Account != "" || operator.Token != "" {
		return fault.Forbiddenf("auth.erase_for", "only whoever runs the machine erases the account of somebody else; people erase their own on its page")
	}
	a, err := g.Account(ctx, account)
	if err != nil {
		return err
	}
	return g.erase(ctx, a)
}

// erase forgets an account in every commons, then on the host.
func (g *Gate) erase(ctx context.Context, a Account) error {
	err := g.readHost(ctx, func(r *store.Snapshot) error { return notLastAdmin(r, a) })
	if err != nil {
		return err
	}
	seats, err := g.loadSeats(ctx, string(a.ID))
	if err != nil {
		return err
	}
	for _, commons := range seats {
		if err := g.eraseIn(ctx, commons, a.ID); err != nil {
			return err
		}
	}
	return g.eraseHost(ctx, a.ID)
}

// notLastAdmin refuses to take the last administrator from the host.
func notLastAdmin(r store.Reader, a Account) error {
	if !a.Admin {
		return nil
	}
	var n int
	err := r.QueryRow(countAdmins).Scan(&n)
	if err == nil && n < 2 {
		err = fault.Conflictf("auth.last_admin", "", "this is the only administrator of the host; make another one first")
	}
	return err
}

// eraseIn ends the membership, when there is one, and forgets who it was.
func (g *Gate) eraseIn(ctx context.Context, commons, account store.ID) error {
	_, err := store.Write(ctx, g.store, store.Command{Commons: commons}, func(tx *store.Tx) (struct{}, error) {
		m, found, err := MemberOf(tx, account)
		if err != nil || !found {
			return struct{}{}, err
		}
		if m.Active() {
			if err := keepASteward(tx, m); err != nil {
				return struct{}{}, err
			}
			m.Ended = tx.Now()
		}
		forgotten := m
		forgotten.Account, forgotten.Name = "", ""
		if err := writeMember(tx, forgotten); err != nil {
			return struct{}{}, err
		}
		if err := eraseSealed(tx, m.Agent); err != nil {
			return struct{}{}, err
		}
		if err := eraseInvites(tx, m); err != nil {
			return struct{}{}, err
		}
		m.Name, m.Was, m.Erased = "", m.Name, true // the account is still needed to drop it from memory
		return struct{}{}, g.enter(tx, "auth.erase", m.Agent, m, map[string]any{"agent": m.Agent}, g.config.Ended)
	})
	return err
}

// eraseInvites empties the notes of invites that the member made, that name
// them, or that nobody can use any more: any of those may have been theirs.
func eraseInvites(tx *store.Tx, m Membership) error {
	list, err := store.All(tx, scanInvite, selectNoted)
	if err != nil {
		return err
	}
	for _, v := range list { // a commons has a few
		if v.MadeBy != m.Agent && v.Uses > 0 && tx.Now().Before(v.Expires) && !mentions(v.Note, m.Name) {
			continue
		}
		if _, err := tx.Exec(emptyNote, v.ID); err != nil {
			return err
		}
	}
	return nil
}

// mentions reports whether a text holds a name, or a part of it, in any case.
func mentions(text, name string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(strings.Fields(strings.ToLower(name)), func(part string) bool { return strings.Contains(text, part) })
}

// eraseHost deletes the account itself.
func (g *Gate) eraseHost(ctx context.Context, account store.ID) error {
	_, err := onHost(ctx, g, func(tx *store.Tx) (struct{}, error) {
		a, err := accountByID(tx, account)
		if err == nil {
			err = notLastAdmin(tx, a)
		}
		if err != nil {
			return struct{}{}, err
		}
		if err := g.endSessions(tx, account, ""); err != nil {
			return struct{}{}, err
		}
		if err := g.endTokens(tx, account); err != nil {
			return struct{}{}, err
		}
		tx.AfterCommit(func() { g.seats.Drop(string(account)) })
		for _, s := range eraseAccount {
			if _, err := tx.Exec(s, account); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, nil
	})
	return err
}

// renameEverywhere writes a new name into every commons the account belongs to.
func (g *Gate) renameEverywhere(ctx context.Context, account store.ID, name string) error {
	seats, err := g.loadSeats(ctx, string(account))
	if err != nil {
		return err
	}
	for _, commons := range seats {
		_, err := store.Write(ctx, g.store, store.Command{Commons: commons}, func(tx *store.Tx) (struct{}, error) {
			m, found, err := MemberOf(tx, account)
			if err != nil || !found || m.Name == name {
				return struct{}{}, err
			}
			m.Name = name
			if err := writeMember(tx, m); err != nil {
				return struct{}{}, err
			}
			return struct{}{}, g.enter(tx, "auth.rename", m.Agent, m, map[string]any{"agent": m.Agent}, g.config.Renamed)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
