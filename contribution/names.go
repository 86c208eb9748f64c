package contribution

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// names is what one reader calls the agents of a page. Members read each
// other's names; outsiders of open books read a pseudonym instead of a
// person's name, the same one on every page. Projects, organizations and the
// commons itself are called by their names.
type names struct {
	q      *web.Request
	agents map[store.ID]vf.Agent
}

// loadNames reads the agents of a page, all at once.
func loadNames(q *web.Request, r store.Reader, ids ...store.ID) (names, error) {
	agents, err := vf.GetAgents(r, ids)
	return names{q, agents}, err
}

// of returns what to call an agent; "" for nobody.
func (n names) of(id store.ID) string {
	a := n.agents[id]
	switch {
	case id == "":
		return ""
	case a.Name != "" && (a.Kind != vf.Person || isMember(n.q)):
		return a.Name
	}
	return n.q.T("contribution.people.pseudonym", "code", pseudonym(id))
}

// pseudonym is a short code for an agent that does not tell who it is. It
// follows from the identifier, which the public log holds anyway.
func pseudonym(id store.ID) string {
	sum := sha256.Sum256([]byte(id))
	return strings.ToUpper(hex.EncodeToString(sum[:2]))
}

// isMember reports whether the reader belongs to the commons: only members
// read names of people, notes and reasons.
func isMember(q *web.Request) bool { return q.Who.Agent != "" && q.Who.Role >= auth.Member }
