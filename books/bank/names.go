package bank

import (
	"commonweal/platform/store"
	"commonweal/vf"
)

// names finds agents by what they are called, within an act.
type names struct {
	tx    *store.Tx
	l     *vf.Ledger
	known map[string]store.ID // by folded name; nil until it is needed
}

// organization returns who is called so, or makes an organization of the name.
func (n *names) organization(name string) (store.ID, error) {
	if n.known == nil {
		all, err := agents(n.tx)
		if err != nil {
			return "", err
		}
		n.known = byName(all)
	}
	if id := n.known[fold(name)]; id != "" {
		return id, nil
	}
	a, err := n.l.AddAgent(vf.Agent{Kind: vf.Organization, Name: name})
	n.known[fold(name)] = a.ID
	return a.ID, err
}

// byName lists agents by folded name; of several with one name, none.
func byName(all []vf.Agent) map[string]store.ID {
	out := make(map[string]store.ID, len(all))
	for _, a := range all {
		name := fold(a.Name)
		if _, twice := out[name]; twice {
			out[name] = ""
			continue
		}
		out[name] = a.ID
	}
	return out
}

// pageOfAgents is how many agents one question answers.
const pageOfAgents = 500

// agents returns everybody the commons knows, by name.
func agents(r store.Reader) (out []vf.Agent, err error) {
	for f := (vf.AgentFilter{Limit: pageOfAgents}); ; {
		page, err := vf.Agents(r, f)
		out = append(out, page...)
		if err != nil || len(page) < pageOfAgents {
			return out, err
		}
		f.After = vf.After{Name: page[len(page)-1].Name, ID: page[len(page)-1].ID}
	}
}
