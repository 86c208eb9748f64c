package credit

import (
	"commonweal/credit/relay"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

func (p *Practice) neighborPages() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/credit/neighbors", Needs: Pay, Handle: p.neighbors},
		{Pattern: "POST /c/{commons}/credit/neighbors", Needs: Configure, Handle: p.neighbors},
		{Pattern: "GET /c/{commons}/credit/neighbors/{neighbor}", Needs: Configure, Handle: p.neighbor},
		{Pattern: "POST /c/{commons}/credit/neighbors/{neighbor}", Needs: Configure, Handle: p.neighbor},
	}
}

// neighborsPage shows whom the commons trades with, and how far that leans.
type neighborsPage struct {
	Tabs       []web.Tab
	Form       *web.Form
	Key        string // ours; empty: not open yet
	Address    string
	Rows       []neighborRow
	Currencies []web.Option
	Met        *Introduction
	Outside    []outsideRow
}

// neighborRow is a neighbor beside the balance of trade: above zero we owe them.
type neighborRow struct {
	Neighbor
	Balance  quantity.Amount
	Trust    quantity.Amount
	Debt     quantity.Amount
	Standing Standing
	Problem  string
	Waiting  int64 // messages that they have not heard
	Lean     string
}

// neighbors shows the neighbors, and introduces new ones in two steps: their
// address, and when they answered, the terms.
func (p *Practice) neighbors(q *web.Request) error {
	f := q.Form()
	page := neighborsPage{Tabs: tabs(q, "neighbors"), Form: f, Address: p.Relay.Address(q.Commons.ID)}
	if q.R.Method == "POST" {
		done, err := p.changeNeighbors(q, f, &page)
		if done || err != nil {
			return err
		}
	}
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		key, ok, err := signing(r)
		if ok {
			page.Key = publicKey(key)
		}
		if err != nil {
			return err
		}
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		for _, c := range s.Order {
			page.Currencies = append(page.Currencies, web.Option{Value: string(c.ID), Label: c.Name})
		}
		page.Outside = outsideRows(s)
		if len(page.Outside) == 1 {
			f.Default("all_trust", q.Plain(page.Outside[0].Trust))
			f.Default("all_debt", q.Plain(page.Outside[0].Debt))
		}
		page.Rows, err = neighborRows(r, s)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "credit/neighbors.html", Title: q.T("credit.neighbors.title"), Active: atHome, Data: page})
}

// changeNeighbors does what a form asks for; done says that it was answered.
func (p *Practice) changeNeighbors(q *web.Request, f *web.Form, page *neighborsPage) (done bool, err error) {
	if f.Raw("do") == "open" {
		if _, err := p.Relay.Open(q.R.Context(), q.Who, q.Idempotency()); err != nil {
			return false, blamed(f, err)
		}
		return true, q.Redirect(q.Path("credit", "neighbors"), "credit.neighbors.opened")
	}
	if f.Raw("do") == "all" {
		return p.boundOutside(q, f)
	}
	address := f.Text("address", web.Required, web.Max(300))
	if !f.OK() {
		return false, nil
	}
	met, err := p.Relay.Meet(q.R.Context(), q.Who, address)
	if err != nil {
		return false, blamed(f, err)
	}
	page.Met = &met
	f.Default("name", met.Name)
	if len(met.Units) > 0 {
		f.Default("unit", met.Units[0])
	}
	for name, text := range map[string]string{"ours": "1", "theirs": "1", "fee": "0"} {
		f.Default(name, text)
	}
	if f.Raw("do") != "introduce" {
		return false, nil
	}
	ask, err := p.neighborAsk(q, f, met)
	if err != nil || !f.OK() {
		return false, err
	}
	if f.Raw("key") != met.Key {
		f.Fail("address", "credit.neighbor_key", "they have another key by now; compare it again")
		return false, nil
	}
	n, err := p.Relay.IntroduceNeighbor(q.R.Context(), q.Who, q.Idempotency(), ask)
	if err != nil {
		return false, blamed(f, err)
	}
	return true, q.Redirect(q.Path("credit", "neighbors"), "credit.neighbors.introduced", "name", n.Name)
}

// neighborAsk reads the terms of a neighbor.
func (p *Practice) neighborAsk(q *web.Request, f *web.Form, met Introduction) (ask NeighborAsk, err error) {
	var unit quantity.Unit
	err = p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err == nil {
			unit = s.Currencies[f.ID("currency")].Unit
		}
		return err
	})
	return NeighborAsk{Currency: f.ID("currency"), Address: met.Address, Key: met.Key, Name: f.Text("name", web.Required, web.Max(120)), Unit: f.Text("unit", web.Required, web.Max(24)),
		Rate: relay.Rate{Ours: f.Int("ours", 1, 1_000_000), Theirs: f.Int("theirs", 1, 1_000_000)}, Fee: feeOf(f.Int("fee", 0, 100)),
		Trust: f.Amount("trust", unit, web.Required), Debt: f.Amount("debt", unit, web.Required), Stewards: f.Bool("stewards")}, err
}

// feeOf is a fee in thousandths.
func feeOf(n int64) relay.Fee {
	if n == 0 {
		return relay.Fee{}
	}
	return relay.Fee{Part: n, In: 1000}
}

// thousandths is the fee as the form has it.
func (n Neighbor) thousandths() int64 {
	if n.Fee.In == 0 {
		return 0
	}
	return n.Fee.Part * 1000 / n.Fee.In
}

// neighborRows puts neighbors beside their accounts and chains.
func neighborRows(r store.Reader, s *Settings) (rows []neighborRow, err error) {
	var ids []store.ID
	for _, n := range s.Neighbors {
		ids = append(ids, n.Account)
	}
	held, err := store.AllOf(r, scanAccount, accountsByID, ids)
	if err != nil {
		return nil, err
	}
	records, err := vf.GetResources(r, ids)
	if err != nil {
		return nil, err
	}
	talks, err := store.All(r, scanChains, selectChains)
	for _, n := range s.Neighbors {
		row := neighborRow{Neighbor: n, Balance: records[n.Account].Accounting}
		unit := s.Currencies[n.Currency].Unit
		if i := indexOf(held, n.Account); i >= 0 {
			row.Standing, row.Trust = held[i].Standing, (-held[i].Floor).of(unit)
			if held[i].Ceiling != nil {
				row.Debt = held[i].Ceiling.of(unit)
			}
		}
		for _, c := range talks {
			if c.Neighbor == n.ID {
				row.Problem, row.Waiting = c.Problem, c.Out.Seq-c.Acked
			}
		}
		switch row.Balance.Sign() {
		case 0:
			row.Lean = "even"
		case 1:
			row.Lean = "we_owe"
		default:
			row.Lean = "they_owe"
			row.Balance = quantity.Micros(-row.Balance.Micros, row.Balance.Unit)
		}
		rows = append(rows, row)
	}
	return rows, err
}

// stoppedNeighbors calls the stewards to neighbors whose trade is stopped.
func stoppedNeighbors(q *web.Request, r store.Reader, s *Settings) (out []web.Attention, err error) {
	if len(s.Neighbors) == 0 {
		return nil, nil
	}
	rows, err := neighborRows(r, s)
	for _, row := range rows {
		if row.Standing == Frozen {
			out = append(out, web.Attention{Label: q.T("credit.neighbors.stopped", "name", row.Name), Path: q.Path("credit", "neighbors", string(row.ID))})
		}
	}
	return out, err
}

// outsideRow is how far a currency may lean to all neighbors together.
type outsideRow struct {
	ID    store.ID
	Name  string
	Unit  quantity.Unit
	Trust quantity.Amount
	Debt  quantity.Amount
}

// outsideRows are the currencies that are traded with others.
func outsideRows(s *Settings) (out []outsideRow) {
	for _, c := range s.Order {
		if c.Outside != nil {
			out = append(out, outsideRow{c.ID, c.Name, c.Unit, quantity.Micros(c.Outside.Trust, c.Unit), quantity.Micros(c.Outside.Debt, c.Unit)})
		}
	}
	return out
}

// boundOutside reads the caps of all neighbors together.
func (p *Practice) boundOutside(q *web.Request, f *web.Form) (done bool, err error) {
	var c Currency
	if err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err == nil {
			c, err = s.currency(f.ID("currency"))
		}
		return err
	}); err != nil {
		return false, blamed(f, err)
	}
	ask := OutsideAsk{Currency: c.ID, Trust: f.Amount("all_trust", c.Unit, web.Required), Debt: f.Amount("all_debt", c.Unit, web.Required)}
	if !f.OK() {
		return false, nil
	}
	if _, err := p.Relay.BoundOutside(q.R.Context(), q.Who, q.Idempotency(), ask); err != nil {
		return false, blamed(f, err)
	}
	return true, q.Redirect(q.Path("credit", "neighbors"), "credit.neighbors.changed")
}
