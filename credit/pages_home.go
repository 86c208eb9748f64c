package credit

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

func (p *Practice) homeRoutes() []web.Route {
	return []web.Route{{Pattern: "GET /c/{commons}/credit", Needs: See, Handle: p.home}}
}

// homePage is the first page of the practice: the reader's own accounts.
type homePage struct {
	Tabs       []web.Tab
	Accounts   []accountCard
	Currencies []Currency
}

// accountCard is an account as its holder sees it.
type accountCard struct {
	Account
	Title     string
	Balance   quantity.Amount
	Spendable quantity.Amount // what may still be spent, never below zero
	Room      quantity.Amount // what may still be received
	Bounded   bool            // there is a most that it may hold
}

// home shows the reader's accounts, and the currencies.
func (p *Practice) home(q *web.Request) error {
	page := homePage{Tabs: tabs(q, "home")}
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		page.Currencies = s.Order
		if !isMember(q) {
			return nil
		}
		held, err := store.AllOf(r, scanAccount, accountsByAgents, []store.ID{q.Who.Agent})
		if err != nil {
			return err
		}
		page.Accounts, err = cards(r, s, held)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "credit/home.html", Title: q.T("credit.home.title"), Active: atHome, Data: page})
}

// cards puts accounts beside their balances.
func cards(r store.Reader, s *Settings, held []Account) ([]accountCard, error) {
	ids := make([]store.ID, len(held))
	for i, a := range held {
		ids[i] = a.ID
	}
	records, err := vf.GetResources(r, ids)
	if err != nil {
		return nil, err
	}
	out := make([]accountCard, 0, len(held))
	for _, a := range held {
		c, balance := s.Currencies[a.Currency], records[a.ID].Accounting
		at := a.position(Micros(balance.Micros))
		room, bounded := at.Room()
		card := accountCard{Account: a, Title: c.Name, Balance: balance, Spendable: max(0, at.Spendable()).of(c.Unit), Room: max(0, room).of(c.Unit), Bounded: bounded}
		if a.Terms.Label != "" {
			card.Title = a.Terms.Label
		}
		out = append(out, card)
	}
	return out, nil
}

// begin puts the founding of the first currency on the home of a young commons.
func (p *Practice) begin(q *web.Request) (out []web.Beginning, err error) {
	if !q.Who.Can(Configure) {
		return nil, nil
	}
	err = p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err == nil {
			out = []web.Beginning{{Label: q.T("credit.begin.currency"), Detail: q.T("credit.begin.currency_text"), Path: q.Path("credit", "currencies", "new"), Done: len(s.Order) > 0}}
		}
		return err
	})
	return out, err
}
