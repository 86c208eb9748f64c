package credit

import (
	"database/sql"

	"commonweal/platform/store"
	"commonweal/platform/web"
)

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

// attention says on the home of a commons who waits for the reader's answer,
// and what was not paid by itself because it did not fit.
func (p *Practice) attention(q *web.Request) (out []web.Attention, err error) {
	if !isMember(q) {
		return nil, nil
	}
	err = p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil || len(s.Order) == 0 {
			return err
		}
		held, err := AccountsFor(r, q.Who.Agent)
		if err != nil {
			return err
		}
		rows, err := waitingRows(q, r, s, held)
		for _, row := range rows {
			if row.Mine {
				out = append(out, web.Attention{Label: row.Text, Path: row.Href, Detail: row.Note})
			}
		}
		if err != nil || !q.Who.Can(Configure) {
			return err
		}
		stopped, err := stoppedNeighbors(q, r, s)
		out = append(out, stopped...)
		return err
	})
	return out, err
}

// sumTrade adds up what was traded in a currency: of each leg the side that was paid.
var sumTrade = store.SQL(`SELECT CAST(sum(l.amount) AS BIGINT) FROM credit_line l JOIN credit_account a ON a.commons_id = l.commons_id AND a.id = l.account
	WHERE l.commons_id = $1 AND a.currency = $2 AND l.kind = 'trade' AND l.amount > 0 AND l.at >= $3`)

// figures are the practice's figure on the home of a commons: what was traded in
// the last thirty days.
func (p *Practice) figures(q *web.Request) (out []web.Figure, err error) {
	err = p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		for _, c := range s.Order {
			if c.Closed || !isMember(q) && !c.Public {
				continue
			}
			var sum sql.NullInt64
			if err := r.QueryRow(sumTrade, c.ID, store.Micros(r.Now().AddDate(0, 0, -30))).Scan(&sum); err != nil {
				return err
			}
			out = append(out, web.Figure{Label: q.T("credit.home.traded"), Value: q.Amount(Micros(sum.Int64).of(c.Unit)), Unit: q.UnitName(c.Unit), Path: q.Path("credit", "currencies", string(c.ID))})
			break // the first one stands for the practice; the others are on its pages
		}
		return nil
	})
	return out, err
}
