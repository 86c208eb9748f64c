package contribution

import (
	"strconv"
	"time"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// paymentsDone are the payments of every distribution that stands, in order.
var paymentsDone = store.SQL(`SELECT d.id, d.at, d.unit, p.data FROM contribution_distribution d
	JOIN contribution_payment p ON p.commons_id = d.commons_id AND p.distribution = d.id
	WHERE d.commons_id = $1 AND d.state = 'done' AND d.seq > $2 ORDER BY d.seq, p.n`)

// payment is what a distribution paid on one contribution, from one bucket.
type payment struct {
	At       time.Time
	Amount   quantity.Amount
	Entitled quantity.Amount
	Href     string // the distribution
	Why      string // the line that it is part of
}

// paymentsOn returns what distributions paid on a contribution: they are
// stored by distribution, so this reads those that came after it was logged.
func (p *Practice) paymentsOn(q *web.Request, r *store.Snapshot, e Entry) ([]payment, error) {
	row := -1
	err := p.Columns(r, func(c *Columns) error {
		row = c.Row(e.No)
		return nil
	})
	if err != nil || row < 0 {
		return nil, err
	}
	rows, err := r.Query(paymentsDone, e.No.Seq)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []payment
	for rows.Next() {
		var id, unit string
		var at int64
		var data []byte
		if err := rows.Scan(&id, &at, &unit, &data); err != nil {
			return nil, err
		}
		block, err := equation.DecodePayments(data)
		if err != nil {
			return nil, err
		}
		for i, contribution := range block.Contribution {
			if int(contribution) == row {
				out = append(out, payment{store.Time(at), quantity.Micros(block.Amount[i], quantity.Unit(unit)), quantity.Micros(block.Entitled[i], quantity.Unit(unit)),
					q.Path("contribution", "distributions", id),
					q.Path("contribution", "distributions", id, "lines", strconv.Itoa(int(block.Bucket[i])), string(e.Person))})
			}
		}
	}
	return out, rows.Err()
}

// paidPage is what one contribution was paid.
type paidPage struct {
	Row      entryRow
	Payments []payment
	Total    quantity.Amount
	Left     quantity.Amount // of its value; zero unit when it has none
}

// entryPaid shows what a contribution was paid, and by which distributions. It
// is asked for by itself because it reads every payment since.
func (p *Practice) entryPaid(q *web.Request) error {
	no, err := ParseEntryNo(q.R.PathValue("no"))
	if err != nil {
		return err
	}
	var page paidPage
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		e, err := GetEntry(r, no)
		if err != nil {
			return err
		}
		rows, err := rowsOf(q, r, s, []Entry{e})
		if err != nil {
			return err
		}
		page.Row, page.Total = rows[0], s.money(0)
		page.Payments, err = p.paymentsOn(q, r, e)
		for _, x := range page.Payments {
			if x.Amount.Unit == page.Total.Unit {
				page.Total.Micros += x.Amount.Micros
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if q.R.Header.Get("HX-Request") == "true" {
		return q.Fragment("contribution/paid.html#payments", page)
	}
	return q.Render(web.Page{Template: "contribution/paid.html", Title: q.T("contribution.paid.title", "no", no), Active: "/contribution", Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.tabs.entries"), Path: q.Path("contribution", "entries")}, {Label: no.String(), Path: page.Row.Href}, {Label: q.T("contribution.paid.crumb")}}})
}
