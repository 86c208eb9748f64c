package auth

import (
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Role is what somebody is in one commons. Higher roles may do all that lower ones may.
type Role int

// The roles of a commons.
const (
	Outsider Role = iota // anybody, signed in or not
	Member               // belongs to the commons
	Steward              // looks after it: treasurer, coordinator
)

// String returns the stable name of the role.
func (r Role) String() string { return [...]string{"outsider", "member", "steward"}[r] }

// Capability names something that may be done or seen, "room.verb":
// "contribution.log". Every act, page and API field states the one it needs.
type Capability string

// Grant says which role a capability needs at least, and what it means in
// plain words for the settings page.
type Grant struct {
	Capability Capability
	Least      Role
	Meaning    string
	// OpenBooks: outsiders have it too where the commons publishes its books.
	OpenBooks bool
	// Admin: administrators of the host have it, and nobody else, whatever
	// their role in a commons. Least is not looked at.
	Admin bool
	// Personal: a person who signed in has it, never a token.
	Personal bool
}

// Identity is who acts, as one commons sees them.
type Identity struct {
	Account store.ID // empty: not signed in
	Commons store.ID // the commons this identity was resolved for
	Agent   store.ID // the person's agent in that commons; empty for outsiders
	Name    string   // how to address them; never journaled
	Role    Role
	Admin   bool // administers the host
	// Session is the session this identity came in by, Token the token; at
	// most one of them is set, none for the operator of the machine.
	Session, Token store.ID
	// Language and Zone are what the person prefers: BCP 47 and IANA; empty
	// when they have not said.
	Language, Zone string
	// Scopes limits a token to these capabilities; nil means no limit.
	Scopes []Capability
	// OpenBooks is true when the commons publishes its books.
	OpenBooks bool
	table     *Table
}

// Table is all capabilities of the program.
type Table struct{ grants map[Capability]Grant }

// NewTable returns the table of the grants; two grants of one capability are a bug.
func NewTable(grants ...Grant) *Table {
	t := &Table{map[Capability]Grant{}}
	for _, g := range grants {
		if _, twice := t.grants[g.Capability]; twice {
			panic("auth: capability granted twice: " + string(g.Capability))
		}
		t.grants[g.Capability] = g
	}
	return t
}

// As returns an identity under the table; the resolver and tests use it.
func (t *Table) As(who Identity) Identity {
	who.table = t
	return who
}

// Can reports whether the identity has the capability.
func (who Identity) Can(c Capability) bool { return who.Must(c) == nil }

// Must returns nil when the identity has the capability, else an
// Unauthenticated or Forbidden fault.
func (who Identity) Must(c Capability) error {
	if who.table == nil {
		return fault.Forbiddenf("auth.no_table", "this identity was not resolved by auth")
	}
	g, known := who.table.grants[c]
	if !known {
		return fault.Forbiddenf("auth.unknown_capability", "nobody has been granted %s", c)
	}
	if g.Personal && who.Token != "" {
		return errTokenForPerson()
	}
	if who.Scopes != nil && !slices.Contains(who.Scopes, c) {
		return fault.Forbiddenf("auth.scope", "this token was not made for %s", c)
	}
	if g.allows(who) {
		return nil
	}
	if who.Account == "" {
		return errSignInFirst()
	}
	if g.Admin {
		return fault.Forbiddenf("auth.forbidden", "this needs an administrator of the host")
	}
	return fault.Forbiddenf("auth.forbidden", "this needs the role %s; you are here as %s", g.Least, who.Role)
}

// In returns nil when the identity was resolved for the commons of the reader:
// an identity of one commons never acts in another.
func (who Identity) In(r store.Reader) error {
	if who.Commons != r.Commons() {
		return fault.Forbiddenf("auth.other_commons", "you are signed in to another commons")
	}
	return nil
}

// allows is the rule of the whole table.
func (g Grant) allows(who Identity) bool {
	if g.Admin {
		return who.Admin
	}
	return who.Role >= g.Least || (g.OpenBooks && who.OpenBooks)
}

// Self returns nil when the identity is a person who came in by a session and
// may therefore change their own account: never a token, never nobody.
func (who Identity) Self() error {
	if who.Account == "" {
		return errSignInFirst()
	}
	if who.Token != "" {
		return errTokenForPerson()
	}
	return nil
}

func errTokenForPerson() error {
	return fault.Forbiddenf("auth.token_for_account", "a token cannot do this in somebody's name; sign in on a page")
}

func errSignInFirst() error {
	return fault.New(fault.Unauthenticated, "auth.sign_in", "", "sign in to do this")
}

// Roles lists every role, lowest first.
func Roles() []Role { return []Role{Outsider, Member, Steward} }

// ParseRole reads the stable name of a role that can be given to a member.
func ParseRole(name string) (Role, error) {
	for _, r := range []Role{Member, Steward} {
		if r.String() == name {
			return r, nil
		}
	}
	return Outsider, fault.Invalidf("auth.role", "role", "there is no role %q; choose member or steward", name)
}
