package credit

import (
	"fmt"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// editCurrencyPage is the settings of a currency.
type editCurrencyPage struct {
	Form      *web.Form
	Currency  Currency
	Audiences []web.Option
	Accepts   []web.Option
	Sides     []web.Option
	Fees      []int // the rows of fees, one more than there are
}

// editCurrency shows and changes what may change of a currency.
func (p *Practice) editCurrency(q *web.Request) error {
	f := q.Form()
	var c Currency
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err == nil {
			c, err = s.currency(store.ID(q.R.PathValue("currency")))
		}
		return err
	})
	if err != nil {
		return err
	}
	page := editCurrencyPage{Form: f, Currency: c, Sides: []web.Option{{Value: string(Payer), Label: q.T("credit.fee.by_payer")}, {Value: string(Payee), Label: q.T("credit.fee.by_payee")}}}
	page.Audiences, page.Accepts = termOptions(q, AccountTerms{}, false)
	for i := range min(len(c.Fees)+1, maxFees) {
		page.Fees = append(page.Fees, i)
	}
	if q.R.Method == "GET" {
		showCurrency(q, f, c)
	} else if ask := readCurrency(q, f, c, len(page.Fees)); f.OK() {
		_, err := EditCurrency(q.R.Context(), q.Store, q.Who, q.Idempotency(), ask)
		if err == nil {
			return q.Redirect(q.Path("credit", "currencies", string(c.ID)), "credit.currency.edited")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return q.Render(web.Page{Template: "credit/currency_edit.html", Title: q.T("credit.currency.edit", "name", c.Name), Active: atHome, Data: page,
		Crumbs: []web.Crumb{{Label: c.Name, Path: q.Path("credit", "currencies", string(c.ID))}}})
}

// showCurrency puts a currency on its form.
func showCurrency(q *web.Request, f *web.Form, c Currency) {
	terms := AccountTerms{}.Over(c.Terms)
	for name, value := range map[string]string{"name": c.Name, "backing": c.Backing, "month": q.Plain(c.Month), "audience": string(terms.Audience), "accept": string(terms.Accept),
		"after_hours": itoa(int64(max(terms.AfterHours, 1)))} {
		f.Default(name, value)
	}
	for name, on := range map[string]bool{"for_all": c.ForAll, "public": c.Public, "closed": c.Closed} {
		if on {
			f.Default(name, "1")
		}
	}
	if terms.AfterHours == 0 {
		f.Default("after_hours", "72")
	}
	for i, fee := range c.Fees {
		f.Default(feeField(i, "name"), fee.Name)
		f.Default(feeField(i, "by"), string(fee.By))
		f.Default(feeField(i, "category"), fee.Category)
		if fee.RateIn > 0 {
			f.Default(feeField(i, "percent"), q.Plain(fee.percent()))
		}
		if fee.Flat > 0 {
			f.Default(feeField(i, "flat"), q.Plain(fee.Flat.of(c.Unit)))
		}
	}
	for i := range maxFees {
		if i >= len(c.Fees) {
			f.Default(feeField(i, "by"), string(Payer))
		}
	}
}

// feeField is the name of a field in the row of a fee.
func feeField(row int, name string) string { return fmt.Sprintf("fee%d_%s", row, name) }

// readCurrency reads what a currency shall be. A fee without a name is left out.
func readCurrency(q *web.Request, f *web.Form, c Currency, rows int) CurrencyEdit {
	ask := CurrencyEdit{Currency: c.ID, Name: f.Text("name", web.Required, web.Max(120)), Backing: f.Text("backing", web.Max(4000)), Month: f.Amount("month", c.Unit, web.Required),
		Terms:  AccountTerms{Audience: Audience(f.Choice("audience", audiences[1:], web.Required)), Accept: Acceptance(f.Choice("accept", acceptances[1:], web.Required))},
		ForAll: f.Bool("for_all"), Public: f.Bool("public"), Closed: f.Bool("closed")}
	if ask.Terms.Accept == After {
		ask.Terms.AfterHours = int(f.Int("after_hours", 1, 720, web.Required))
	}
	for i := range rows {
		if name := f.Text(feeField(i, "name"), web.Max(80)); name != "" {
			ask.Fees = append(ask.Fees, readFee(f, c, i, name))
		}
	}
	return ask
}

// readFee reads the row of a fee. What the page does not show of a fee, its least
// and its most, stays as it was.
func readFee(f *web.Form, c Currency, row int, name string) (fee Fee) {
	if row < len(c.Fees) {
		fee = c.Fees[row]
	}
	fee.Name, fee.Category = name, f.Text(feeField(row, "category"), web.Max(80))
	fee.By = Actor(f.Choice(feeField(row, "by"), []string{string(Payer), string(Payee)}, web.Required))
	fee.Flat = Micros(f.Amount(feeField(row, "flat"), c.Unit).Micros)
	percent := f.Amount(feeField(row, "percent"), "")
	if percent != fee.percent() {
		fee.RateOf, fee.RateIn = reduced(percent.Micros, 100*quantity.Scale)
	}
	return fee
}

// reduced is a fraction in lowest terms; nothing is nothing of nothing.
func reduced(of, in int64) (int64, int64) {
	if of == 0 {
		return 0, 0
	}
	a, b := of, in
	for b != 0 {
		a, b = b, a%b
	}
	return of / a, in / a
}
