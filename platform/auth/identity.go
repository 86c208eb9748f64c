package auth

import (
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
}

// Identity is who acts, as one commons sees them.
type Identity struct {
	Account store.ID // empty: not signed in
	Commons store.ID // the commons this identity was resolved for
	Agent   store.ID // the person's agent in that commons; empty for outsiders
	Name    string   // how to address them; never journaled
	Role    Role
	Admin   bool // administers the host
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
	if who.Scopes != nil && !contains(who.Scopes, c) {
		return fault.Forbiddenf("auth.scope", "this token was not made for %s", c)
	}
	if who.Role >= g.Least || (g.OpenBooks && who.OpenBooks) {
		return nil
	}
	if who.Account == "" {
		return fault.New(fault.Unauthenticated, "auth.sign_in", "", "sign in to do this")
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

func contains(list []Capability, c Capability) bool {
	for _, x := range list {
		if x == c {
			return true
		}
	}
	return false
}
