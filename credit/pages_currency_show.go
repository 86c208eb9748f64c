package credit

import (
	"database/sql"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// currencyPage is a currency: what stands behind it, what it adds up to, its fund and its rules.
type currencyPage struct {
	Tabs                 []web.Tab
	Currency             Currency
	Accounts             int
	Above, Below, Sum    quantity.Amount // what all together stand above zero, below it, and both
	Waiting              quantity.Amount // set aside by payments that wait
	Fund                 face
	FundBalance          quantity.Amount
	Month, Floor, Most   quantity.Amount
	Smallest             quantity.Amount
	Audience, Acceptance string
	Fees                 []feeWords
	Edit                 string
	Bounded              bool // there is a most that a new account may hold
}

type feeWords struct{ Name, What, By, Category string }

// selectTotals adds the accounts of a currency up. The balance is the record's;
// it is what the lines of the statement come to.
var (
	countAccounts = store.SQL("SELECT CAST(count(*) AS BIGINT), CAST(sum(outgoing) AS BIGINT) FROM credit_account WHERE commons_id = $1 AND currency = $2 AND state <> 'closed'")
	selectStands  = store.SQL(`SELECT CAST(sum(b) FILTER (WHERE b > 0) AS BIGINT), CAST(sum(b) FILTER (WHERE b < 0) AS BIGINT) FROM (
		SELECT CAST(sum(l.amount) AS BIGINT) AS b FROM credit_line l JOIN credit_account a ON a.commons_id = l.commons_id AND a.id = l.account
		WHERE l.commons_id = $1 AND a.currency = $2 GROUP BY l.account) AS stands`)
)

// currency shows a currency to members, and to outsiders where it is public.
func (p *Practice) currency(q *web.Request) error {
	page := currencyPage{Tabs: tabs(q, "currency")}
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		c, err := s.currency(store.ID(q.R.PathValue("currency")))
		if err != nil {
			return err
		}
		if !c.Public && !isMember(q) {
			return fault.NotFoundf("credit.unknown_currency", "currency", "there is no such currency in this commons")
		}
		if err := page.totals(r, c); err != nil {
			return err
		}
		page.words(q, c)
		return page.fund(q, r, s, c)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"currency": page.Currency, "accounts": page.Accounts, "above": page.Above, "below": page.Below, "sum": page.Sum, "fund": page.FundBalance})
	}
	return q.Render(web.Page{Template: "credit/currency.html", Title: page.Currency.Name, Active: atHome, Data: page})
}

func (page *currencyPage) totals(r store.Reader, c Currency) error {
	var held, above, below sql.NullInt64
	var n int64
	if err := r.QueryRow(countAccounts, c.ID).Scan(&n, &held); err != nil {
		return err
	}
	if err := r.QueryRow(selectStands, c.ID).Scan(&above, &below); err != nil {
		return err
	}
	page.Currency, page.Accounts = c, int(n)
	page.Above, page.Below = Micros(above.Int64).of(c.Unit), Micros(below.Int64).of(c.Unit)
	page.Sum, page.Waiting = Micros(above.Int64+below.Int64).of(c.Unit), Micros(held.Int64).of(c.Unit)
	return nil
}

func (page *currencyPage) words(q *web.Request, c Currency) {
	band, terms := c.Band(), AccountTerms{}.Over(c.Terms)
	page.Month, page.Floor, page.Smallest = c.Month, band.Floor.of(c.Unit), c.Step().of(c.Unit)
	if page.Bounded = band.Ceiling != nil; page.Bounded {
		page.Most = band.Ceiling.of(c.Unit)
	}
	page.Audience, page.Acceptance = q.T("credit.audience."+string(terms.Audience)), q.T("credit.accept."+string(terms.Accept))
	for _, f := range c.Fees {
		page.Fees = append(page.Fees, feeWords{f.Name, feeText(q, c, f), q.T("credit.fee.by_" + string(f.By)), f.Category})
	}
	if q.Who.Can(Configure) {
		page.Edit = q.Path("credit", "currencies", string(c.ID), "edit")
	}
}

// feeText says what a fee comes to: "2% and 0.10 hours".
func feeText(q *web.Request, c Currency, f Fee) string {
	flat := q.Quantity(f.Flat.of(c.Unit))
	switch {
	case f.RateIn == 0:
		return flat
	case f.Flat == 0:
		return q.T("credit.fee.percent", "percent", q.Plain(f.percent()))
	}
	return q.T("credit.fee.both", "percent", q.Plain(f.percent()), "flat", flat)
}

// percent is the rate of the fee in parts of a hundred, rounded down to a millionth.
func (f Fee) percent() quantity.Amount {
	if f.RateIn == 0 {
		return quantity.Micros(0, "")
	}
	n, err := quantity.MulDivMicros(f.RateOf, 100*quantity.Scale, f.RateIn, quantity.Down)
	if err != nil { // the rate is at most one, so that this fits
		n = 0
	}
	return quantity.Micros(n, "")
}

func (page *currencyPage) fund(q *web.Request, r store.Reader, s *Settings, c Currency) error {
	called, err := loadFaces(q, r, s, c.Fund)
	if err != nil {
		return err
	}
	records, err := vf.GetResources(r, []store.ID{c.Fund})
	page.Fund, page.FundBalance = called[c.Fund], Micros(records[c.Fund].Accounting.Micros).of(c.Unit)
	return err
}
