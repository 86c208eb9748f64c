package credit

import (
	"cmp"
	"maps"
	"slices"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
	"commonweal/vf/naming"
)

// face is what a page calls an account.
type face struct {
	Account
	Name string
	Href string // of its statement; empty where the reader may not see it
}

// faces names the accounts of a page for its reader.
type faces map[store.ID]face

func (fs faces) account(id store.ID) Account { return fs[id].Account }

// loadFaces reads accounts with what their holders are called, all at once.
func loadFaces(q *web.Request, r store.Reader, s *Settings, ids ...store.ID) (faces, error) {
	list, err := store.AllOf(r, scanAccount, accountsByID, ids)
	if err != nil {
		return nil, err
	}
	return facesOf(q, r, s, list)
}

func facesOf(q *web.Request, r store.Reader, s *Settings, list []Account) (faces, error) {
	agents := make([]store.ID, len(list))
	for i, a := range list {
		agents[i] = a.Agent
	}
	called, err := naming.Load(q, r, agents...)
	if err != nil {
		return nil, err
	}
	v, out := readerOf(q.Who), make(faces, len(list))
	for _, a := range list {
		f := face{Account: a, Name: called.Of(a.Agent)}
		switch {
		case a.Role != OfMember:
			f.Name = q.T("credit.role."+string(a.Role), "who", f.Name)
		case a.Terms.Label != "" && v.member:
			f.Name += " · " + a.Terms.Label
		}
		if v.balance(a, s.Currencies[a.Currency]) {
			f.Href = q.Path("credit", "accounts", string(a.ID))
		}
		out[a.ID] = f
	}
	return out, nil
}

// AccountsFor reads the accounts that somebody holds or acts for, and that are not
// closed, in every currency: their own first, in the order in which they were opened.
func AccountsFor(r store.Reader, agent store.ID) ([]Account, error) {
	held, err := store.AllOf(r, scanAccount, accountsByAgents, []store.ID{agent})
	if err != nil {
		return nil, err
	}
	ids, err := store.All(r, scanID, delegatedTo, agent)
	if err != nil {
		return nil, err
	}
	others, err := store.AllOf(r, scanAccount, accountsByID, ids)
	for _, list := range [][]Account{held, others} {
		slices.SortFunc(list, func(a, b Account) int { return cmp.Compare(a.ID, b.ID) })
	}
	held = append(held, slices.DeleteFunc(others, func(a Account) bool { return a.Agent == agent })...)
	return slices.DeleteFunc(held, func(a Account) bool { return a.Standing == Closed }), err
}

// searched finds the accounts of a currency by the names of their holders: those
// who are called just so, or else those whose name has the text in it.
func searched(r store.Reader, currency store.ID, text string, most int) ([]Account, error) {
	agents, err := vf.Agents(r, vf.AgentFilter{Search: text, Limit: most})
	if err != nil {
		return nil, err
	}
	if exact := slices.DeleteFunc(slices.Clone(agents), func(a vf.Agent) bool { return a.Name != text }); len(exact) > 0 {
		agents = exact
	}
	ids := make([]store.ID, len(agents))
	for i, a := range agents {
		ids[i] = a.ID
	}
	return openIn(r, currency, ids)
}

// openIn reads the accounts of agents in a currency that take part.
func openIn(r store.Reader, currency store.ID, agents []store.ID) ([]Account, error) {
	list, err := store.AllOf(r, scanAccount, accountsByAgents, agents)
	list = slices.DeleteFunc(list, func(a Account) bool { return a.Currency != currency || a.Standing == Closed || a.Role != OfMember })
	slices.SortFunc(list, func(a, b Account) int { return cmp.Compare(a.ID, b.ID) })
	return list, err
}

// findPayments reads payments, oldest first.
func findPayments(r store.Reader, ids []store.ID) ([]Payment, error) {
	list, err := store.AllOf(r, scanPayment, paymentsByID, ids)
	slices.SortFunc(list, func(a, b Payment) int { return cmp.Compare(a.Seq, b.Seq) })
	return list, err
}

// accountsIn lists the accounts of several payments, each once.
func accountsIn(list []Payment) []store.ID {
	seen := map[store.ID]bool{}
	for _, p := range list {
		for _, id := range accountsOf(p.Legs) {
			seen[id] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
