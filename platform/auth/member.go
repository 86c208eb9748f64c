package auth

import (
	"context"
	"database/sql"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// Membership is what somebody is in a commons.
type Membership struct {
	Commons store.ID
	Agent   store.ID // who they are in the events of the commons
	Account store.ID // empty once the person was erased
	Name    string   // private outside the commons; never in the public journal
	Role    Role     // the role they have, or had
	Joined  time.Time
	Ended   time.Time // zero: belongs to the commons
	// Again is set in Admitted for somebody who had left and comes back: their
	// agent exists already.
	Again bool
	// Erased is set in Ended for somebody whose personal data is erased.
	Erased bool
}

// Active reports whether the membership has not ended.
func (m Membership) Active() bool { return m.Agent != "" && m.Ended.IsZero() }

const memberColumns = `commons_id, agent, account, name, role, joined, ended`

var (
	insertMember   = store.Into("auth_member", "agent", "account", "name", "role", "joined", "ended")
	selectMembers  = store.SQL(`SELECT ` + memberColumns + ` FROM auth_member WHERE commons_id = $1 ORDER BY joined, agent`)
	selectMember   = store.SQL(`SELECT ` + memberColumns + ` FROM auth_member WHERE commons_id = $1 AND agent = $2`)
	selectByPerson = store.SQL(`SELECT ` + memberColumns + ` FROM auth_member WHERE commons_id = $1 AND account = $2`)
	updateMember   = store.SQL(`UPDATE auth_member SET account = $3, name = $4, role = $5, ended = $6
		WHERE commons_id = $1 AND agent = $2`)
	countOthers = store.SQL(`SELECT count(*), count(*) FILTER (WHERE role = 'steward') FROM auth_member
		WHERE commons_id = $1 AND ended = 0 AND agent <> $2`)
	upsertSeat  = store.SQL(`INSERT INTO auth_seat (commons_id, account, commons) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`)
	selectSeats = store.SQL(`SELECT commons FROM auth_seat WHERE commons_id = $1 AND account = $2 ORDER BY commons`)
)

func scanID(s store.Scanner) (id store.ID, err error) {
	err = s.Scan(&id)
	return id, err
}

func scanMember(s store.Scanner) (m Membership, err error) {
	var account sql.Null[store.ID]
	var role string
	var joined, ended int64
	if err = s.Scan(&m.Commons, &m.Agent, &account, &m.Name, &role, &joined, &ended); err != nil {
		return m, err
	}
	m.Account, m.Joined = account.V, store.Time(joined)
	if ended != 0 {
		m.Ended = store.Time(ended)
	}
	m.Role, err = ParseRole(role)
	return m, err
}

// memberKey is the key of the cache of memberships.
func memberKey(commons, account store.ID) string { return string(commons) + string(account) }

// loadMembership fills the cache of memberships: the zero Membership for
// somebody who has none.
func (g *Gate) loadMembership(ctx context.Context, key string) (m Membership, err error) {
	commons, account := store.ID(key[:len(store.Host)]), key[len(store.Host):]
	err = g.store.Read(ctx, commons, func(r *store.Snapshot) error {
		m, _, err = store.One(r, scanMember, selectByPerson, account)
		return err
	})
	return m, err
}

// Members lists everybody who belongs or belonged to the commons of the
// reader, in the order in which they joined.
func Members(r store.Reader) ([]Membership, error) { return store.All(r, scanMember, selectMembers) }

// ActiveMember returns a present member by their agent.
func ActiveMember(r store.Reader, agent store.ID) (Membership, error) {
	m, found, err := store.One(r, scanMember, selectMember, string(agent))
	if err == nil && (!found || !m.Active()) {
		err = fault.NotFoundf("auth.member", "member", "there is no such member of this commons")
	}
	return m, err
}

// MemberOf returns the membership of an account, active or not; found is
// false when it never had one.
func MemberOf(r store.Reader, account store.ID) (m Membership, found bool, err error) {
	return store.One(r, scanMember, selectByPerson, string(account))
}

// CommonsOf lists the commons in which an account has a seat: those it belongs
// to, and perhaps some that it has left.
func (g *Gate) CommonsOf(ctx context.Context, account store.ID) (list []store.ID, err error) {
	err = g.readHost(ctx, func(r *store.Snapshot) error {
		list, err = store.All(r, scanID, selectSeats, string(account))
		return err
	})
	return list, err
}

// MembershipOf returns what an account is in a commons, from memory when it
// is fresh; the zero Membership when it never was a member.
func (g *Gate) MembershipOf(ctx context.Context, commons, account store.ID) (Membership, error) {
	return g.members.Get(ctx, memberKey(commons, account))
}

// Admit makes an account a member of the commons the asker is in.
func (g *Gate) Admit(ctx context.Context, who Identity, account store.ID, role Role) (Membership, error) {
	if err := who.Must(CanAdmit); err != nil {
		return Membership{}, err
	}
	a, err := g.TakeSeat(ctx, account, who.Commons)
	if err != nil {
		return Membership{}, err
	}
	return inCommons(ctx, g, who, func(tx *store.Tx) (Membership, error) { return g.AdmitIn(tx, who.Agent, a, role) })
}

// inCommons runs an act in the lane of the commons the asker is in.
func inCommons[R any](ctx context.Context, g *Gate, who Identity, act func(*store.Tx) (R, error)) (R, error) {
	return store.Write(ctx, g.store, store.Command{Commons: who.Commons}, act)
}

// TakeSeat notes on the host that an account may be a member of a commons, so
// that the commons shows up among theirs. Call it before AdmitIn: a seat
// without a membership is harmless, a membership without a seat is not found.
func (g *Gate) TakeSeat(ctx context.Context, account, commons store.ID) (Account, error) {
	return onHost(ctx, g, func(tx *store.Tx) (Account, error) {
		a, err := accountByID(tx, account)
		if err != nil {
			return a, err
		}
		_, err = tx.Exec(upsertSeat, string(account), string(commons))
		return a, err
	})
}

// AdmitIn is Admit inside an act of the commons; the caller has checked who
// may, and has called TakeSeat. by is the agent who admits, empty for the
// host. Somebody who is a member already stays what they are.
func (g *Gate) AdmitIn(tx *store.Tx, by store.ID, a Account, role Role) (Membership, error) {
	if role != Member && role != Steward {
		return Membership{}, fault.Invalidf("auth.role", "role", "somebody is admitted as member or steward, not as %s", role)
	}
	m, found, err := MemberOf(tx, a.ID)
	if err != nil || m.Active() {
		return m, err
	}
	if !found {
		return g.admitNew(tx, by, a, role)
	}
	m.Name, m.Role, m.Ended, m.Again = a.Name, role, time.Time{}, true
	if err := writeMember(tx, m); err != nil {
		return m, err
	}
	return m, g.enterAdmitted(tx, by, m)
}

// admitNew admits somebody who never was a member.
func (g *Gate) admitNew(tx *store.Tx, by store.ID, a Account, role Role) (Membership, error) {
	m := Membership{Commons: tx.Commons(), Agent: tx.NewID(), Account: a.ID, Name: a.Name, Role: role, Joined: tx.Now()}
	err := tx.Append(insertMember, string(m.Agent), string(m.Account), m.Name, role.String(), store.Micros(m.Joined), 0)
	if err != nil {
		return m, err
	}
	return m, g.enterAdmitted(tx, by, m)
}

func (g *Gate) enterAdmitted(tx *store.Tx, by store.ID, m Membership) error {
	return g.enter(tx, "auth.admit", by, m, map[string]any{"agent": m.Agent, "role": m.Role.String()}, g.config.Admitted)
}

func writeMember(tx *store.Tx, m Membership) error {
	var ended int64
	if !m.Ended.IsZero() {
		ended = store.Micros(m.Ended)
	}
	_, err := tx.Exec(updateMember, string(m.Agent), orNull(m.Account), m.Name, m.Role.String(), ended)
	return err
}

// enter runs the hooks, writes the journal, and makes this process see the
// change once it is durable.
func (g *Gate) enter(tx *store.Tx, act string, by store.ID, m Membership, public map[string]any, hooks []MemberHook) error {
	trace := Trace{Public: public, Sealed: map[string]string{}}
	for _, hook := range hooks {
		if err := hook(tx, m, &trace); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() { g.members.Drop(memberKey(m.Commons, m.Account)) })
	_, err := journal.Append(tx, journal.Record{Act: act, By: by, Public: trace.Public, Sealed: trace.Sealed})
	return err
}

// SetRole makes a member a steward or a steward a member.
func (g *Gate) SetRole(ctx context.Context, who Identity, agent store.ID, role Role) error {
	if err := who.Must(CanSetRole); err != nil {
		return err
	}
	if role != Member && role != Steward {
		return fault.Invalidf("auth.role", "role", "a member can be member or steward, not %s", role)
	}
	_, err := inCommons(ctx, g, who, func(tx *store.Tx) (struct{}, error) {
		m, err := ActiveMember(tx, agent)
		if err != nil || m.Role == role {
			return struct{}{}, err
		}
		if role != Steward {
			if err := keepASteward(tx, m); err != nil {
				return struct{}{}, err
			}
		}
		m.Role = role
		if err := writeMember(tx, m); err != nil {
			return struct{}{}, err
		}
		public := map[string]any{"agent": agent, "role": role.String()}
		return struct{}{}, g.enter(tx, "auth.set_role", who.Agent, m, public, nil)
	})
	return err
}

// keepASteward refuses to take the last steward from a commons that has other members.
func keepASteward(tx *store.Tx, m Membership) error {
	var others, stewards int
	if err := tx.QueryRow(countOthers, string(m.Agent)).Scan(&others, &stewards); err != nil {
		return err
	}
	if m.Role == Steward && stewards == 0 && others > 0 {
		return fault.Conflictf("auth.last_steward", "", "this is the last steward; make another member steward first")
	}
	return nil
}

// Remove ends somebody's membership.
func (g *Gate) Remove(ctx context.Context, who Identity, agent store.ID) error {
	if err := who.Must(CanRemove); err != nil {
		return err
	}
	_, err := inCommons(ctx, g, who, func(tx *store.Tx) (struct{}, error) {
		m, err := ActiveMember(tx, agent)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, g.end(tx, "auth.remove", who.Agent, m)
	})
	return err
}

// Leave ends the asker's own membership. What they did stays in the books.
func (g *Gate) Leave(ctx context.Context, who Identity) error {
	if err := who.Self(); err != nil {
		return err
	}
	if err := who.Must(CanLeave); err != nil {
		return err
	}
	_, err := inCommons(ctx, g, who, func(tx *store.Tx) (struct{}, error) {
		m, err := ActiveMember(tx, who.Agent)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, g.end(tx, "auth.leave", who.Agent, m)
	})
	return err
}

func (g *Gate) end(tx *store.Tx, act string, by store.ID, m Membership) error {
	if err := keepASteward(tx, m); err != nil {
		return err
	}
	m.Ended = tx.Now()
	if err := writeMember(tx, m); err != nil {
		return err
	}
	return g.enter(tx, act, by, m, map[string]any{"agent": m.Agent}, g.config.Ended)
}
