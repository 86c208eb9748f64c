package credit

import (
	"slices"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

func (p *Practice) peopleRoutes() []web.Route {
	return []web.Route{{Pattern: "GET /c/{commons}/credit/people", Needs: Pay, Handle: p.people}}
}

// peoplePage lists who has accounts, by name.
type peoplePage struct {
	Tabs       []web.Tab
	Form       *web.Form
	Rows       []personRow
	Currencies []web.Option
	First      string
	Next       string
}

// personRow is an account in the list; the balance only where its audience has the reader in it.
type personRow struct {
	face
	Shown    bool
	Balance  quantity.Amount
	Pay, Ask string
	Own      bool
}

const peopleShown = 50

// people lists the accounts of a currency by the names of their holders.
func (p *Practice) people(q *web.Request) error {
	page := peoplePage{Tabs: tabs(q, "people"), Form: q.Form()}
	filter := vf.AgentFilter{Search: page.Form.Text("find", web.Max(200)), After: vf.After{Name: page.Form.Raw("name_after"), ID: store.ID(page.Form.Raw("after"))}, Limit: peopleShown + 1}
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil || len(s.Order) == 0 {
			return err
		}
		page.Currencies = currencyOptions(s)
		c := s.Order[0]
		if chosen, known := s.Currencies[store.ID(page.Form.Raw("currency"))]; known {
			c = chosen
		}
		return page.list(q, r, s, c, filter)
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "credit/people.html", Title: q.T("credit.people.title"), Active: atHome, Data: page})
}

func (page *peoplePage) list(q *web.Request, r store.Reader, s *Settings, c Currency, filter vf.AgentFilter) error {
	agents, err := vf.Agents(r, filter)
	if err != nil {
		return err
	}
	if filter.After.ID != "" {
		page.First = q.Path("credit", "people")
	}
	if len(agents) > peopleShown {
		agents = agents[:peopleShown]
		last := agents[peopleShown-1]
		v := q.R.URL.Query()
		v.Set("name_after", last.Name)
		v.Set("after", string(last.ID))
		page.Next = q.R.URL.Path + "?" + v.Encode()
	}
	ids := make([]store.ID, len(agents))
	for i, a := range agents {
		ids[i] = a.ID
	}
	list, err := openIn(r, c.ID, ids)
	if err != nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b Account) int { return slices.Index(ids, a.Agent) - slices.Index(ids, b.Agent) })
	called, err := facesOf(q, r, s, list)
	if err != nil {
		return err
	}
	accountIDs := make([]store.ID, len(list))
	for i, a := range list {
		accountIDs[i] = a.ID
	}
	records, err := vf.GetResources(r, accountIDs)
	if err != nil {
		return err
	}
	for _, a := range list {
		row := personRow{face: called[a.ID], Own: a.heldBy(q.Who.Agent), Balance: Micros(records[a.ID].Accounting.Micros).of(c.Unit), Pay: q.Path("credit", "pay") + "?to=" + string(a.ID), Ask: q.Path("credit", "request") + "?to=" + string(a.ID)}
		row.Shown = row.Href != ""
		page.Rows = append(page.Rows, row)
	}
	return nil
}

func currencyOptions(s *Settings) (list []web.Option) {
	for _, c := range s.Order {
		list = append(list, web.Option{Value: string(c.ID), Label: c.Name})
	}
	return list
}
