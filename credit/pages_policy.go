package credit

import (
	"time"

	"commonweal/credit/limit"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

func (p *Practice) policyRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/credit/currencies/{currency}/limits", Needs: Limit, Handle: p.policyPage},
		{Pattern: "POST /c/{commons}/credit/currencies/{currency}/limits", Needs: Limit, Handle: p.policyPage},
		{Pattern: "GET /c/{commons}/credit/accounts/{account}/band", Needs: Pay, Handle: p.bandByProgram, Refuse: web.RefuseJSON},
	}
}

// policyView is how far the accounts of a currency may go, as a form, and what
// it would mean before it is adopted.
type policyView struct {
	Form      *web.Form
	Currency  Currency
	Exposure  Exposure
	Now, Then quantity.Amount
	Others    []string // groups with policies of their own
}

// policyPage shows and changes how far the accounts of a currency may go.
func (p *Practice) policyPage(q *web.Request) error {
	f := q.Form()
	var page policyView
	if err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		c, err := s.currency(store.ID(q.R.PathValue("currency")))
		if err != nil {
			return err
		}
		page = policyView{Form: f, Currency: c}
		groups := c.Groups()
		showPolicy(q, f, c, groups[0].Policy)
		for _, g := range groups[1:] {
			page.Others = append(page.Others, g.Name)
		}
		asked := append([]Group{{Policy: readPolicy(f, c)}}, groups[1:]...)
		if !f.OK() || checkGroups(asked) != nil {
			asked = groups
		}
		page.Exposure, err = Simulate(r, s, c, asked, r.Now(), balancesIn(r))
		page.Now, page.Then = page.Exposure.Now.of(c.Unit), page.Exposure.Then.of(c.Unit)
		return err
	}); err != nil {
		return err
	}
	if q.R.Method == "POST" && f.Raw("do") == "adopt" {
		c := page.Currency
		ask := PolicyAsk{Currency: c.ID, Groups: append([]Group{{Policy: readPolicy(f, c)}}, c.Groups()[1:]...), Reason: f.Text("reason", web.Required, web.Max(maxNote))}
		if f.OK() {
			_, err := SetPolicy(q.R.Context(), q.Store, q.Who, q.Idempotency(), ask)
			if err == nil {
				return q.Redirect(q.Path("credit", "currencies", string(c.ID)), "credit.bounds.adopted")
			}
			if !f.Blame(err) {
				return err
			}
		}
	}
	return q.Render(web.Page{Template: "credit/policy.html", Title: q.T("credit.bounds.title", "name", page.Currency.Name), Active: atHome, Data: page,
		Crumbs: []web.Crumb{{Label: page.Currency.Name, Path: q.Path("credit", "currencies", string(page.Currency.ID))}}})
}

// percent is a fraction as a whole number of hundredths, as the form has it.
func percent(f limit.Fraction) int64 { return 100 * f.Of / f.In }

// showPolicy puts a policy on its form; what it does not have gets a proposal
// that follows from what an active member trades in a month.
func showPolicy(q *web.Request, f *web.Form, c Currency, p limit.Policy) {
	month := limit.Micros(c.Month.Micros)
	turnover := limit.Turnover{Times: limit.Fraction{Of: 2, In: 1}, Months: 6, Least: month / 2, Most: 4 * month, Partner: month / 2}
	growth := limit.Growth{Share: limit.Fraction{Of: 1, In: 10}, Most: month, Partner: 2 * month}
	posted := q.R.Method == "POST"
	if p.Turnover != nil {
		turnover = *p.Turnover
	}
	if p.Growth != nil {
		growth = *p.Growth
	}
	for name, amount := range map[string]limit.Micros{"line": p.Line, "least": turnover.Least, "most": turnover.Most, "partner": turnover.Partner, "growth": growth.Most, "growth_partner": growth.Partner} {
		f.Default(name, q.Plain(Micros(amount).of(c.Unit)))
	}
	f.Default("times", itoa(turnover.Times.Of/turnover.Times.In))
	f.Default("months", itoa(int64(turnover.Months)))
	f.Default("share", itoa(percent(growth.Share)))
	if posted {
		return // an empty field is an answer, and so is a box that is not ticked
	}
	if p.Above != nil {
		f.Default("above", itoa(p.Above.Of/p.Above.In))
	}
	if p.Soft != nil {
		f.Default("soft", itoa(percent(*p.Soft)))
	}
	for name, on := range map[string]bool{"follows": p.Turnover != nil, "grows": p.Growth != nil} {
		if on {
			f.Default(name, "1")
		}
	}
}

// readPolicy takes a policy from its form.
func readPolicy(f *web.Form, c Currency) limit.Policy {
	amount := func(name string) limit.Micros { return limit.Micros(f.Amount(name, c.Unit, web.Required).Micros) }
	p := limit.Policy{Line: amount("line"), Step: limit.Micros(c.Step())}
	if f.Raw("above") != "" {
		p.Above = &limit.Fraction{Of: f.Int("above", 0, 100), In: 1}
	}
	if f.Raw("soft") != "" {
		p.Soft = &limit.Fraction{Of: f.Int("soft", 0, 100), In: 100}
	}
	if f.Bool("follows") {
		p.Turnover = &limit.Turnover{Times: limit.Fraction{Of: f.Int("times", 0, 100, web.Required), In: 1}, Months: int(f.Int("months", 1, 36, web.Required)),
			Least: amount("least"), Most: amount("most"), Partner: amount("partner")}
	}
	if f.Bool("grows") {
		p.Growth = &limit.Growth{Share: limit.Fraction{Of: f.Int("share", 0, 100, web.Required), In: 100}, Most: amount("growth"), Partner: amount("growth_partner")}
	}
	return p
}

// bandByProgram answers how far an account could go at a moment, and why: the
// BandChange that held then. on is a day, at whose end, or a moment; without it, now.
// It is for who holds the account and for who may change limits.
func (p *Practice) bandByProgram(q *web.Request) error {
	var change BandChange
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		at, err := momentOf(q.R.URL.Query().Get("on"), r.Now(), s.Zone)
		if err != nil {
			return err
		}
		id := store.ID(q.R.PathValue("account"))
		list, err := store.AllOf(r, scanAccount, accountsByID, []store.ID{id})
		if err != nil {
			return err
		}
		if len(list) > 0 && !list[0].heldBy(q.Who.Agent) && !q.Who.Can(Limit) {
			return notYours()
		}
		var found bool
		if change, found, err = BandOn(r, id, at); err == nil && !found {
			err = fault.NotFoundf("credit.unknown_account", "account", "%.40q is no account, and nobody who has one in this currency", id)
		}
		return err
	})
	if err != nil {
		return err
	}
	return q.JSON(change)
}

// momentOf reads a day, of which it is the last moment in the zone, or a moment.
func momentOf(text string, now time.Time, zone *time.Location) (time.Time, error) {
	if text == "" {
		return now, nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return day.AddDate(0, 0, 1).Add(-time.Microsecond), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return now, fault.Invalidf("credit.moment", "on", "%.40q is no day and no moment; write 2026-05-03 or 2026-05-03T12:00:00Z", text)
	}
	return at, nil
}
