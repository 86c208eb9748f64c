package credit

import (
	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

func (p *Practice) currencyRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/credit/currencies/new", Needs: Configure, Handle: p.newCurrency},
		{Pattern: "POST /c/{commons}/credit/currencies/new", Needs: Configure, Handle: p.newCurrency},
		{Pattern: "GET /c/{commons}/credit/currencies/{currency}", Needs: See, Handle: p.currency},
		{Pattern: "GET /c/{commons}/credit/currencies/{currency}/edit", Needs: Configure, Handle: p.editCurrency},
		{Pattern: "POST /c/{commons}/credit/currencies/{currency}/edit", Needs: Configure, Handle: p.editCurrency},
	}
}

// newCurrencyPage asks what a currency shall be, and says what it would mean.
type newCurrencyPage struct {
	Form    *web.Form
	Units   []web.Option
	Members int
	// What every member could go below zero and above, and all of them together.
	Each, High, All quantity.Amount
}

// newCurrency founds a currency. Before it does, it shows how far everybody
// could go, which follows from what an active member trades in a month.
func (p *Practice) newCurrency(q *web.Request) error {
	f := q.Form()
	f.Default("unit", "hour")
	f.Default("decimals", "2")
	unit := quantity.Unit(f.Raw("unit"))
	if unit == "other" {
		unit = quantity.Unit(f.Raw("code"))
	}
	if q.R.Method == "GET" {
		f.Default("for_all", "1")
		f.Default("month", "20")
	}
	if q.R.Method == "POST" {
		ask := CurrencyAsk{Unit: unit, Name: f.Text("name", web.Required, web.Max(120)), Backing: f.Text("backing", web.Max(4000)),
			Month: f.Amount("month", unit, web.Required), Decimals: int(f.Int("decimals", 0, 6)), ForAll: f.Bool("for_all"), Public: f.Bool("public")}
		if f.OK() && f.Raw("do") == "found" {
			c, err := FoundCurrency(q.R.Context(), q.Store, q.Who, q.Idempotency(), ask)
			if err == nil {
				return q.Redirect(q.Path("credit"), "credit.currency.founded", "name", c.Name)
			}
			if !f.Blame(err) {
				return err
			}
		}
	}
	page, err := p.exposure(q, f, unit)
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "credit/currency_new.html", Title: q.T("credit.currency.new"), Active: atHome, Data: page})
}

// exposure says what the month on the form would mean for the members there are.
func (p *Practice) exposure(q *web.Request, f *web.Form, unit quantity.Unit) (page newCurrencyPage, err error) {
	page.Form = f
	for _, u := range []string{"hour", "credit", "other"} {
		page.Units = append(page.Units, web.Option{Value: u, Label: q.T("credit.currency.unit_" + u)})
	}
	month, err := quantity.ParseLocal(q.Lang, f.Raw("month"), unit)
	if err != nil || month.Sign() <= 0 || month.Micros > largest {
		month = usualMonth(unit)
	}
	err = p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		members, err := auth.Members(r)
		for _, m := range members {
			if m.Active() {
				page.Members++
			}
		}
		return err
	})
	if err != nil {
		return page, err
	}
	page.Each, page.High = month, quantity.Micros(2*month.Micros, unit)
	page.All, err = month.MulDiv(int64(page.Members), 1, quantity.Down)
	return page, err
}
