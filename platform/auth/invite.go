package auth

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// Bounds of an invite link.
const (
	maxInviteLife = 366 * 24 * time.Hour
	maxInviteUses = 1000
	maxInviteNote = 200 // characters
)

// InviteAsk is what an invite link offers.
type InviteAsk struct {
	Role Role          // what those who accept become
	Uses int           // how many may accept, 1 to 1000
	Life time.Duration // at most 366 days
	Note string        // whom it is for; stewards see it, the journal does not
}

// Invite is what is known of an invite link once it is made.
type Invite struct {
	ID      store.ID
	Role    Role
	Note    string
	Uses    int      // still left
	MadeBy  store.ID // agent; empty for the host's operator
	Created time.Time
	Expires time.Time
}

const inviteColumns = `id, role, note, uses, made_by, created, expires`

var (
	insertInvite  = store.Into("auth_invite", "id", "hash", "role", "note", "uses", "made_by", "created", "expires")
	selectInvite  = store.SQL(`SELECT ` + inviteColumns + ` FROM auth_invite WHERE commons_id = $1 AND hash = $2`)
	selectInvites = store.SQL(`SELECT ` + inviteColumns + ` FROM auth_invite
		WHERE commons_id = $1 AND uses > 0 AND expires > $2 ORDER BY created DESC, id`)
	useInvite    = store.SQL(`UPDATE auth_invite SET uses = uses - 1 WHERE commons_id = $1 AND id = $2 AND uses > 0`)
	selectNoted  = store.SQL(`SELECT ` + inviteColumns + ` FROM auth_invite WHERE commons_id = $1 AND note <> ''`)
	emptyNote    = store.SQL(`UPDATE auth_invite SET note = '' WHERE commons_id = $1 AND id = $2`)
	deleteInvite = store.SQL(`DELETE FROM auth_invite WHERE commons_id = $1 AND id = $2`)
)

func scanInvite(s store.Scanner) (v Invite, err error) {
	var role string
	var created, expires int64
	if err = s.Scan(&v.ID, &role, &v.Note, &v.Uses, &v.MadeBy, &created, &expires); err != nil {
		return v, err
	}
	v.Created, v.Expires = store.Time(created), store.Time(expires)
	v.Role, err = ParseRole(role)
	return v, err
}

// Invite makes an invite link to the commons the asker is in. secret is shown
// once and never kept.
func (g *Gate) Invite(ctx context.Context, who Identity, ask InviteAsk) (secret string, v Invite, err error) {
	if err := who.Must(CanInvite); err != nil {
		return "", v, err
	}
	if ask.Role == Steward {
		if err := who.Must(CanSetRole); err != nil {
			return "", v, err
		}
	}
	ask.Note = strings.TrimSpace(ask.Note)
	if err := checkInvite(ask); err != nil {
		return "", v, err
	}
	secret, d := newSecret("")
	v, err = inCommons(ctx, g, who, func(tx *store.Tx) (Invite, error) {
		v := Invite{ID: tx.NewID(), Role: ask.Role, Note: ask.Note, Uses: ask.Uses, MadeBy: who.Agent,
			Created: tx.Now(), Expires: tx.Now().Add(ask.Life)}
		err := tx.Append(insertInvite, v.ID, d[:], v.Role.String(), v.Note, v.Uses, v.MadeBy,
			store.Micros(v.Created), store.Micros(v.Expires))
		if err != nil {
			return v, err
		}
		_, err = journal.Append(tx, journal.Record{Act: "auth.invite", By: who.Agent, Public: map[string]any{
			"invite": v.ID, "role": v.Role.String(), "uses": v.Uses, "expires": v.Expires.Format(journal.TimeFormat)}})
		return v, err
	})
	return secret, v, err
}

func checkInvite(ask InviteAsk) error {
	switch {
	case ask.Role != Member && ask.Role != Steward:
		return fault.Invalidf("auth.role", "role", "an invite makes somebody a member or a steward, not %s", ask.Role)
	case ask.Uses < 1 || ask.Uses > maxInviteUses:
		return fault.Invalidf("auth.invite_uses", "uses", "an invite can be used 1 to %d times, not %d", maxInviteUses, ask.Uses)
	case ask.Life <= 0 || ask.Life > maxInviteLife:
		return fault.Invalidf("auth.invite_life", "life", "an invite lasts from one day to 366 days")
	case utf8.RuneCountInString(ask.Note) > maxInviteNote || !printable(ask.Note):
		return fault.Invalidf("auth.invite_note", "note", "a note has at most %d characters, on one line", maxInviteNote)
	}
	return nil
}

// Invites lists the links of the commons that still work, newest first.
func (g *Gate) Invites(ctx context.Context, who Identity) (list []Invite, err error) {
	if err := who.Must(CanInvite); err != nil {
		return nil, err
	}
	err = g.store.Read(ctx, who.Commons, func(r *store.Snapshot) error {
		list, err = store.All(r, scanInvite, selectInvites, store.Micros(r.Now()))
		return err
	})
	return list, err
}

// WithdrawInvite makes a link stop working.
func (g *Gate) WithdrawInvite(ctx context.Context, who Identity, invite store.ID) error {
	if err := who.Must(CanInvite); err != nil {
		return err
	}
	_, err := inCommons(ctx, g, who, func(tx *store.Tx) (struct{}, error) {
		n, err := tx.Exec(deleteInvite, invite)
		if err != nil || n == 0 {
			return struct{}{}, firstError(err, fault.NotFoundf("auth.invite", "", "there is no such invite"))
		}
		_, err = journal.Append(tx, journal.Record{Act: "auth.withdraw_invite", By: who.Agent, Public: map[string]any{"invite": invite}})
		return struct{}{}, err
	})
	return err
}

// CheckInvite returns the invite of a link that works; every link that does
// not gets the same answer.
func (g *Gate) CheckInvite(ctx context.Context, commons store.ID, secret string) (v Invite, err error) {
	err = g.store.Read(ctx, commons, func(r *store.Snapshot) error {
		v, err = usableInvite(r, secret)
		return err
	})
	return v, err
}

func usableInvite(r store.Reader, secret string) (Invite, error) {
	d, ok := readSecret("", secret)
	if !ok {
		return Invite{}, errLink()
	}
	v, err := scanInvite(r.QueryRow(selectInvite, d[:]))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return Invite{}, errLink()
	case err == nil && (v.Uses < 1 || !r.Now().Before(v.Expires)):
		return Invite{}, errLink()
	}
	return v, err
}

// AcceptInvite makes the asker a member of the commons by a link. A member
// already stays what they are, and the link keeps its use.
func (g *Gate) AcceptInvite(ctx context.Context, who Identity, commons store.ID, secret string) (Membership, error) {
	if err := who.Self(); err != nil {
		return Membership{}, err
	}
	if _, err := g.CheckInvite(ctx, commons, secret); err != nil {
		return Membership{}, err
	}
	return g.accept(ctx, who.Account, commons, secret)
}

// JoinByInvite makes an account for somebody new, makes it a member of the
// commons by a link, and signs it in.
func (g *Gate) JoinByInvite(ctx context.Context, commons store.ID, secret string, p Person, v Visit) (NewSession, Membership, error) {
	if _, err := g.CheckInvite(ctx, commons, secret); err != nil {
		return NewSession{}, Membership{}, err
	}
	a, err := g.create(ctx, p, func(tx *store.Tx, a *Account) error { return awaits(tx, a.ID, commons) })
	if err != nil {
		return NewSession{}, Membership{}, err
	}
	m, err := g.accept(ctx, a.ID, commons, secret)
	if err != nil { // somebody else had the last use: leave no account behind
		return NewSession{}, m, errors.Join(err, g.eraseHost(context.WithoutCancel(ctx), a.ID))
	}
	s, err := g.beginFor(ctx, a.ID, v)
	return s, m, err
}

func (g *Gate) accept(ctx context.Context, account, commons store.ID, secret string) (Membership, error) {
	a, err := g.TakeSeat(ctx, account, commons)
	if err != nil {
		return Membership{}, err
	}
	return store.Write(ctx, g.store, store.Command{Commons: commons}, func(tx *store.Tx) (Membership, error) {
		v, err := usableInvite(tx, secret)
		if err != nil {
			return Membership{}, err
		}
		if m, _, err := MemberOf(tx, account); err != nil || m.Active() {
			return m, err
		}
		if _, err := tx.Exec(useInvite, v.ID); err != nil {
			return Membership{}, err
		}
		return g.AdmitIn(tx, v.MadeBy, a, v.Role)
	})
}
