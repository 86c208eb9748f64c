package contribution

import (
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

var moneyNav = []web.NavItem{{Label: "contribution.money.nav", Path: atMoney, Icon: "coins", Needs: See, Order: 12}}

// moneyRoutes are the pages about money: equations, income, distributions,
// their explanations, and what is owed.
func (p *Practice) moneyRoutes() []web.Route {
	return slices.Concat(p.equationRoutes(), p.incomeRoutes(), p.distributionRoutes(), p.whyRoutes(), p.owedRoutes())
}

// What somebody received and has not looked at yet.
var (
	selectSeen = store.SQL(`SELECT at FROM contribution_seen WHERE commons_id = $1 AND person = $2`)
	upsertSeen = store.SQL(`INSERT INTO contribution_seen (commons_id, person, at) VALUES ($1, $2, $3)
		ON CONFLICT (commons_id, person) DO UPDATE SET at = excluded.at`)
	unseenLines = store.SQL(`SELECT l.distribution, l.at, CAST(sum(l.amount) AS BIGINT), l.unit, min(l.bucket)
		FROM contribution_line l JOIN contribution_distribution d ON d.commons_id = l.commons_id AND d.id = l.distribution
		WHERE l.commons_id = $1 AND l.receiver = $2 AND l.at > $3 AND d.state = 'done'
		GROUP BY l.distribution, l.at, l.unit ORDER BY l.at DESC, l.distribution LIMIT 5`)
)

// news is a distribution that gave the reader something they have not seen.
type news struct {
	distribution store.ID
	at           int64
	amount       quantity.Amount
	bucket       int
}

// unseen lists what a person received since they last looked, newest first.
func unseen(r store.Reader, person store.ID) ([]news, error) {
	since, _, err := store.One(r, scanInt64, selectSeen, person)
	if err != nil {
		return nil, err
	}
	return store.All(r, func(row store.Scanner) (n news, err error) {
		err = row.Scan(&n.distribution, &n.at, &n.amount.Micros, &n.amount.Unit, &n.bucket)
		return n, err
	}, unseenLines, person, since)
}

// looked remembers that the reader has seen what they received; it writes only
// when there was something new.
func (p *Practice) looked(q *web.Request) error {
	if q.Who.Agent == "" {
		return nil
	}
	var list []news
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		list, err = unseen(r, q.Who.Agent)
		return err
	})
	if err != nil || len(list) == 0 {
		return err
	}
	_, err = auth.Perform(q.R.Context(), p.DB, q.Who, "", See, list[0].at, func(tx *store.Tx, who auth.Identity, at int64) (int64, error) {
		return tx.Exec(upsertSeen, who.Agent, at)
	})
	return err
}

// moneyAttention is what needs the reader: a distribution that is open, income
// that waits, and what they received.
func (p *Practice) moneyAttention(q *web.Request) (out []web.Attention, err error) {
	if !isMember(q) {
		return nil, nil
	}
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, err := unseen(r, q.Who.Agent)
		if err != nil {
			return err
		}
		if len(list) > 0 { // the newest; what is older shares one line
			n := list[0]
			out = append(out, web.Attention{Label: q.T("contribution.money.got", "amount", n.amount), Path: whyPath(q, Distribution{ID: n.distribution}, n.bucket, q.Who.Agent),
				Detail: q.T("contribution.money.got_detail", "at", store.Time(n.at))})
		}
		if len(list) > 1 {
			out = append(out, web.Attention{Label: q.T("contribution.money.got_more"), Path: q.Path("contribution", "owed", string(q.Who.Agent)), Detail: q.T("contribution.money.got_more_detail")})
		}
		if !q.Who.Can(Run) {
			return nil
		}
		d, open, err := store.One(r, scanDistribution, openDistribution)
		if err != nil {
			return err
		}
		if open {
			out = append(out, web.Attention{Label: q.T("contribution.distributions.open", "no", d.No), Path: distributionPath(q, d.ID), Detail: q.T("contribution.distributions.open_go")})
			return nil
		}
		return waiting(q, r, &out)
	})
	return out, err
}

// waiting adds income that waits to be shared out, where a rule is in force.
func waiting(q *web.Request, r store.Reader, out *[]web.Attention) error {
	s, err := settings.Get(r)
	if err != nil {
		return err
	}
	versions, err := Versions(r)
	if err != nil || !slices.ContainsFunc(versions, func(v Version) bool { return v.State == Adopted }) {
		return err
	}
	left, err := leftToShare(r, versions, s)
	for _, amount := range left {
		*out = append(*out, web.Attention{Label: q.T("contribution.distributions.waits", "amount", amount), Path: q.Path("contribution", "distributions", "new"), Detail: q.T("contribution.share_out.title")})
	}
	return err
}

// moneyFigures are the figures of a commons' home about money.
func (p *Practice) moneyFigures(q *web.Request) (out []web.Figure, err error) {
	if !q.Who.Can(See) {
		return nil, nil
	}
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		came, err := incomeFigure(q, r, s)
		if err != nil {
			return err
		}
		balances, err := Balances(r, s.Currency)
		if err != nil {
			return err
		}
		owed := s.money(0)
		for id, b := range balances {
			if id != s.Agent {
				owed.Micros += b.Amount.Micros
			}
		}
		out = append(out, came, web.Figure{Label: q.T("contribution.money.owed_figure"), Value: q.Quantity(owed), Path: q.Path("contribution", "owed")})
		return lastFigure(q, r, &out)
	})
	return out, err
}

// incomeFigure is what came in this calendar year, with the trend of twelve months.
func incomeFigure(q *web.Request, r *store.Snapshot, s *Settings) (web.Figure, error) {
	now := r.Now().In(s.Zone)
	list, err := incomeSince(r, now.AddDate(-1, -1, 0), s.Currency)
	if err != nil {
		return web.Figure{}, err
	}
	m := monthsUpTo(now, s.Zone)
	var series [monthsShown]int64
	year := s.money(0)
	for _, in := range list {
		if in.at.In(s.Zone).Year() == now.Year() {
			year.Micros += in.gross
		}
		if at := m.of(dayIn(in.at, s.Zone)); at >= 0 {
			series[at] += in.gross
		}
	}
	return web.Figure{Label: q.T("contribution.money.income_figure", "year", now.Format("2006")), Value: q.Quantity(year), Path: q.Path("contribution", "income"), Trend: trend(series)}, nil
}

// lastFigure adds the last distribution, once there is one.
func lastFigure(q *web.Request, r store.Reader, out *[]web.Figure) error {
	all, err := Distributions(r)
	for _, d := range slices.Backward(all) {
		if d.State == Done {
			*out = append(*out, web.Figure{Label: q.T("contribution.money.last_figure"), Value: q.Quantity(d.Paid), Unit: q.T("contribution.money.last_unit", "at", d.At), Path: distributionPath(q, d.ID)})
			break
		}
	}
	return err
}
