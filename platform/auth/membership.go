package auth

import (
	"context"
	"time"

	"commonweal/platform/fault"
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
	// Was is the name that is forgotten then, so that it can be looked for.
	Was string
}

// Active reports whether the membership has not ended.
func (m Membership) Active() bool { return m.Agent != "" && m.Ended.IsZero() }

const memberColumns = `commons_id, agent, account, name, role, joined, ended`

var (
	insertMember  = store.Into("auth_member", "agent", "account", "name", "role", "joined", "ended")
	selectMembers = store.SQL(`SELECT ` + memberColumns + ` FROM auth_member WHERE commons_id = $1 ORDER BY joined, agent`)
	selectPresent = store.SQL(`SELECT ` + memberColumns + ` FROM auth_member
		WHERE commons_id = $1 AND ended = 0 AND (joined, agent) > ($2, $3) ORDER BY joined, agent LIMIT $4`)
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
	var role string
	var joined, ended int64
	if err = s.Scan(&m.Commons, &m.Agent, &m.Account, &m.Name, &role, &joined, &ended); err != nil {
		return m, err
	}
	m.Joined = store.Time(joined)
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

// PresentMembers lists up to limit of those who belong to the commons, in the
// order in which they joined, after one of them; the zero Membership for the start.
func PresentMembers(r store.Reader, after Membership, limit int) ([]Membership, error) {
	joined, agent := int64(0), store.Host // before every identifier
	if after.Agent != "" {
		joined, agent = store.Micros(after.Joined), after.Agent
	}
	return store.All(r, scanMember, selectPresent, joined, agent, limit)
}

// ActiveMember returns a present member by their agent.
func ActiveMember(r store.Reader, agent store.ID) (Membership, error) {
	m, found, err := store.One(r, scanMember, selectMember, agent)
	if err == nil && (!found || !m.Active()) {
		err = fault.NotFoundf("auth.member", "member", "there is no such member of this commons")
	}
	return m, err
}

// MemberOf returns the membership of an account, active or not; found is
// false when it never had one.
func MemberOf(r store.Reader, account store.ID) (m Membership, found bool, err error) {
	return store.One(r, scanMember, selectByPerson, account)
}

// CommonsOf lists the commons in which an account has a seat: those it belongs
// to, and perhaps some that it has left. The list must not be changed.
func (g *Gate) CommonsOf(ctx context.Context, account store.ID) ([]store.ID, error) {
	return g.seats.Get(ctx, string(account))
}

func (g *Gate) loadSeats(ctx context.Context, account string) (list []store.ID, err error) {
	err = g.readHost(ctx, func(r *store.Snapshot) error {
		list, err = store.All(r, scanID, selectSeats, account)
		return err
	})
	return list, err
}

// MembershipOf returns what an account is in a commons, from memory when it
// is fresh; the zero Membership when it never was a member.
func (g *Gate) MembershipOf(ctx context.Context, commons, account store.ID) (Membership, error) {
	return g.members.Get(ctx, memberKey(commons, account))
}
