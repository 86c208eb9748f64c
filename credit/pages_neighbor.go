package credit

import (
	"strconv"

	"commonweal/credit/relay"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// neighborPage is one neighbor with what a steward may change.
type neighborPage struct {
	Form      *web.Form
	Row       neighborRow
	Compared  *Reconciliation
	Standings []web.Option
}

// neighbor changes the terms of a neighbor, its caps, whether we trade with it,
// and compares the ledgers.
func (p *Practice) neighbor(q *web.Request) error {
	f := q.Form()
	page := neighborPage{Form: f}
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		id, _ := store.ParseID(q.R.PathValue("neighbor"))
		if _, err := s.neighbor(func(n Neighbor) bool { return n.ID == id }); err != nil {
			return err
		}
		rows, err := neighborRows(r, s)
		for _, row := range rows {
			if row.ID == id {
				page.Row = row
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for name, text := range map[string]string{"name": page.Row.Name, "ours": strconv.FormatInt(page.Row.Rate.Ours, 10), "theirs": strconv.FormatInt(page.Row.Rate.Theirs, 10),
		"fee": strconv.FormatInt(page.Row.thousandths(), 10), "trust": q.Plain(page.Row.Trust), "debt": q.Plain(page.Row.Debt), "standing": string(page.Row.Standing)} {
		f.Default(name, text)
	}
	if page.Row.Stewards {
		f.Default("stewards", "true")
	}
	if q.R.Method == "POST" {
		done, err := p.changeNeighbor(q, f, &page)
		if done || err != nil {
			return err
		}
	}
	for _, s := range []Standing{Open, Frozen} {
		page.Standings = append(page.Standings, web.Option{Value: string(s), Label: q.T("credit.neighbors.trade_" + string(s))})
	}
	return q.Render(web.Page{Template: "credit/neighbor.html", Title: page.Row.Name, Active: atHome, Data: page})
}

// changeNeighbor does what a form of the page asks for.
func (p *Practice) changeNeighbor(q *web.Request, f *web.Form, page *neighborPage) (done bool, err error) {
	ctx, row := q.R.Context(), page.Row
	switch f.Raw("do") {
	case "compare":
		out, err := p.Relay.Reconcile(ctx, q.Who, row.ID)
		if err != nil {
			return false, blamed(f, err)
		}
		page.Compared = &out
		return false, nil
	case "terms":
		ask := NeighborAsk{ID: row.ID, Currency: row.Currency, Address: row.Address, Key: row.Key, Name: f.Text("name", web.Required, web.Max(120)), Unit: row.Unit,
			Rate: relay.Rate{Ours: f.Int("ours", 1, 1_000_000), Theirs: f.Int("theirs", 1, 1_000_000)}, Fee: feeOf(f.Int("fee", 0, 100)), Stewards: f.Bool("stewards")}
		if f.OK() {
			_, err = p.Relay.IntroduceNeighbor(ctx, q.Who, q.Idempotency(), ask)
		}
	case "caps":
		trust, debt := f.Amount("trust", row.Trust.Unit, web.Required), f.Amount("debt", row.Trust.Unit, web.Required)
		reason := f.Text("reason", web.Required, web.Max(maxNote))
		if f.OK() {
			_, err = SetBand(ctx, q.Store, q.Who, q.Idempotency(), BandAsk{Account: row.Account, Floor: quantity.Micros(-trust.Micros, trust.Unit), Ceiling: &debt, Reason: reason})
		}
	default:
		standing, reason := f.Choice("standing", []string{string(Open), string(Frozen)}, web.Required), f.Text("why", web.Required, web.Max(maxNote))
		if f.OK() {
			_, err = SetStanding(ctx, q.Store, q.Who, q.Idempotency(), StandingAsk{Account: row.Account, Standing: Standing(standing), Reason: reason})
		}
	}
	if err != nil || !f.OK() {
		return false, blamed(f, err)
	}
	return true, q.Redirect(q.Path("credit", "neighbors", string(row.ID)), "credit.neighbors.changed")
}
