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

// homePage is the first page of the practice: the reader's own accounts, and
// what waits on them.
type homePage struct {
	Tabs       []web.Tab
	Accounts   []accountCard
	Waiting    []waitingRow
	Currencies []Currency
	Openable   bool // there is a currency that anybody may open an account in
}

// accountCard is an account as its holder sees it.
type accountCard struct {
	Account
	Title, Currency  string
	Href             string
	Balance          quantity.Amount
	Spendable        quantity.Amount // what may still be spent, never below zero
	Room             quantity.Amount // what may still be received
	Bounded          bool            // there is a most that it may hold
	Promised, Coming quantity.Amount // what is set aside to leave, and to arrive
	Below, Most      quantity.Amount // how far it may go below zero, and the most it may hold
	Outside          bool            // it stands outside of its band, and only moves back
}

// home shows the reader's accounts, what waits on them, and the currencies.
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
		held, err := AccountsFor(r, q.Who.Agent)
		if err != nil {
			return err
		}
		if page.Accounts, err = cards(q, r, s, held); err != nil {
			return err
		}
		page.Openable = len(held) == 0 && q.Who.Can(Pay)
		page.Waiting, err = waitingRows(q, r, s, held)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "credit/home.html", Title: q.T("credit.home.title"), Active: atHome, Data: page})
}

// cards puts accounts beside their balances.
func cards(q *web.Request, r store.Reader, s *Settings, held []Account) ([]accountCard, error) {
	ids := make([]store.ID, len(held))
	for i, a := range held {
		ids[i] = a.ID
	}
	records, err := vf.GetResources(r, ids)
	if err != nil {
		return nil, err
	}
	called, err := facesOf(q, r, s, held)
	if err != nil {
		return nil, err
	}
	out := make([]accountCard, 0, len(held))
	for _, a := range held {
		card := cardOf(q, s.Currencies[a.Currency], a, records[a.ID].Accounting)
		if a.Agent != q.Who.Agent { // the reader acts for somebody
			card.Title = called[a.ID].Name
		}
		out = append(out, card)
	}
	return out, nil
}

func cardOf(q *web.Request, c Currency, a Account, balance quantity.Amount) accountCard {
	at := a.position(Micros(balance.Micros))
	room, bounded := at.Room()
	card := accountCard{Account: a, Title: c.Name, Currency: c.Name, Href: q.Path("credit", "accounts", string(a.ID)), Balance: Micros(balance.Micros).of(c.Unit),
		Spendable: max(0, at.Spendable()).of(c.Unit), Room: max(0, room).of(c.Unit), Bounded: bounded,
		Promised: a.Outgoing.of(c.Unit), Coming: a.Incoming.of(c.Unit), Below: (-a.Floor).of(c.Unit),
		Outside: at.Spendable() < 0 || bounded && room < 0}
	if bounded {
		card.Most = a.Ceiling.of(c.Unit)
	}
	if a.Terms.Label != "" {
		card.Title = a.Terms.Label
	}
	return card
}
