package naming

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// Names is what one reader calls the agents of a page.
type Names struct {
	q      *web.Request
	agents map[store.ID]vf.Agent
}

// Load reads the agents of a page, all at once.
func Load(q *web.Request, r store.Reader, ids ...store.ID) (Names, error) {
	agents, err := vf.GetAgents(r, ids)
	return Names{q, agents}, err
}

// Known names agents that were read already.
func Known(q *web.Request, agents map[store.ID]vf.Agent) Names { return Names{q, agents} }

// Of returns what to call an agent; "" for nobody. Somebody unknown is called
// by their pseudonym.
func (n Names) Of(id store.ID) string {
	a := n.agents[id]
	switch {
	case id == "":
		return ""
	case a.Name != "" && (a.Kind != vf.Person || IsMember(n.q)):
		return a.Name
	}
	return Pseudonym(n.q, vf.Pseudonym(id))
}

// Knows reports whether the commons has the agent.
func (n Names) Knows(id store.ID) bool { _, known := n.agents[id]; return known }

// Pseudonym writes a code in the reader's words: "Member 3F2A90C1".
func Pseudonym(q *web.Request, code string) string {
	return q.T("web.people.pseudonym", "code", code)
}

// Recent names those who acted, for the home of a commons (web.Journal).
func Recent(q *web.Request, r store.Reader, ids []store.ID) (map[store.ID]string, error) {
	n, err := Load(q, r, ids...)
	called := make(map[store.ID]string, len(ids))
	for _, id := range ids {
		called[id] = n.Of(id)
	}
	return called, err
}

// IsMember reports whether the reader belongs to the commons: only members
// read names of people, notes and reasons, and with a token only where it was
// made for that.
func IsMember(q *web.Request) bool { return q.Who.Agent != "" && q.Who.Can(vf.SeePrivate) }
