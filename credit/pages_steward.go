package credit

import (
	"strconv"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/naming"
)

func (p *Practice) stewardRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/credit/accounts/{account}/limits", Needs: Limit, Handle: p.limits},
		{Pattern: "POST /c/{commons}/credit/accounts/{account}/limits", Needs: Limit, Handle: p.limits},
		{Pattern: "POST /c/{commons}/credit/accounts/{account}/policy", Needs: Limit, Handle: p.followOnPage},
		{Pattern: "POST /c/{commons}/credit/accounts/{account}/standing", Needs: Accounts, Handle: p.standing},
	}
}

// itoa writes a whole number as a field holds it.
func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// bandRow is one change of how far an account may go, and why.
type bandRow struct {
	At          time.Time
	Floor, Most quantity.Amount
	Bounded     bool
	Policy      string
	By, Reason  string
	Until       time.Time // when a decision ends
	Steps       []string  // how it came to that, of a rule with figures
}

// bandRows reads the history of how far an account may go, newest first.
func bandRows(q *web.Request, r store.Reader, c Currency, account store.ID) ([]bandRow, error) {
	list, err := store.All(r, scanJSON[BandChange], selectBands, account)
	if err != nil {
		return nil, err
	}
	agents := make([]store.ID, len(list))
	for i, x := range list {
		agents[i] = x.By
	}
	called, err := naming.Load(q, r, agents...)
	if err != nil {
		return nil, err
	}
	rows := make([]bandRow, len(list))
	for i, x := range list {
		rows[i] = bandRow{At: x.At, Floor: x.To.Floor.of(c.Unit), Bounded: x.To.Ceiling != nil, Policy: q.T("credit.policy." + x.Policy), By: called.Of(x.By), Reason: x.Reason, Until: x.Until, Steps: stepsOf(q, c, x)}
		if x.To.Ceiling != nil {
			rows[i].Most = x.To.Ceiling.of(c.Unit)
		}
	}
	return rows, nil
}

// limitsPage changes how far an account may go, and whether it takes part.
type limitsPage struct {
	Form *web.Form
	Face face
	Card accountCard
	Rows []bandRow
	Unit quantity.Unit
	// Groups to choose from; none where there is one policy for all.
	Groups  []web.Option
	Decided bool // the commons decided for this account
	// Shown: the reader is of those who see the balance. How far the account may go is
	// theirs to change even where they are not.
	Shown bool
}

// limits shows how far an account may go, with its history, and changes it.
func (p *Practice) limits(q *web.Request) error {
	f := q.Form()
	var page limitsPage
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		page, err = limitsFor(q, r)
		return err
	})
	if err != nil {
		return err
	}
	if q.R.Method == "POST" {
		ask := BandAsk{Account: page.Face.ID, Floor: f.Amount("below", page.Unit, web.Required), Reason: f.Text("reason", web.Required, web.Max(maxNote))}
		ask.Floor.Micros = -ask.Floor.Micros
		if f.Raw("most") != "" {
			most := f.Amount("most", page.Unit)
			ask.Ceiling = &most
		}
		ask.Until = f.Time("until")
		if f.OK() {
			_, err := SetBand(q.R.Context(), q.Store, q.Who, q.Idempotency(), ask)
			if err == nil {
				return q.Redirect(page.Face.Href, "credit.limits.done")
			}
			if !f.Blame(err) {
				return err
			}
		}
	}
	return q.Render(web.Page{Template: "credit/limits.html", Title: q.T("credit.limits.title", "who", page.Face.Name), Active: atHome, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("credit.home.title"), Path: q.Path("credit")}, {Label: page.Face.Name, Path: page.Face.Href}}})
}

// limitsFor reads the account for a steward: what it may do is theirs to see,
// whoever sees its balance.
func limitsFor(q *web.Request, r store.Reader) (page limitsPage, err error) {
	s, err := settings.Get(r)
	if err != nil {
		return page, err
	}
	id := store.ID(q.R.PathValue("account"))
	called, err := loadFaces(q, r, s, id)
	if err != nil {
		return page, err
	}
	f, known := called[id]
	if !known {
		return page, fault.NotFoundf("credit.unknown_account", "account", "%.40q is no account, and nobody who has one in this currency", id)
	}
	records, err := vf.GetResources(r, []store.ID{id})
	if err != nil {
		return page, err
	}
	c := s.Currencies[f.Currency]
	page = limitsPage{Form: q.Form(), Face: f, Unit: c.Unit, Shown: f.Href != "", Card: cardOf(q, c, f.Account, records[id].Accounting)}
	if !page.Shown {
		page.Face.Href = q.Path("credit")
	}
	page.Form.Default("below", q.Plain(page.Card.Below))
	if page.Card.Bounded {
		page.Form.Default("most", q.Plain(page.Card.Most))
	}
	page.policies(q, c, f.Account)
	page.Rows, err = bandRows(q, r, c, id)
	return page, err
}

// standing freezes, reopens or closes an account.
func (p *Practice) standing(q *web.Request) error {
	f := q.Form()
	id := q.R.PathValue("account")
	ask := StandingAsk{Account: store.ID(id), Standing: Standing(f.Choice("standing", []string{string(Open), string(Frozen), string(Closed)}, web.Required)), Reason: f.Text("why", web.Required, web.Max(maxNote))}
	if f.OK() {
		_, err := SetStanding(q.R.Context(), q.Store, q.Who, q.Idempotency(), ask)
		if err == nil {
			return q.Redirect(q.Path("credit", "accounts", id), "credit.limits.standing_done")
		}
		if !f.Blame(err) {
			return err
		}
	}
	var page limitsPage
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		page, err = limitsFor(q, r)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "credit/limits.html", Title: q.T("credit.limits.title", "who", page.Face.Name), Active: atHome, Data: page})
}
