package contribution

import (
	"slices"
	"strconv"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// distributionRow is one distribution in a list.
type distributionRow struct {
	Distribution
	Href, Where, Rule string
	Status            stateBadge
}

func rowOf(q *web.Request, s *Settings, d Distribution) distributionRow {
	row := distributionRow{Distribution: d, Href: distributionPath(q, d.ID), Status: stateOfDistribution(q, d.State)}
	if project, known := s.Projects[d.Project]; known {
		row.Where = project.Name
	}
	return row
}

// distributionPath is the address of a distribution.
func distributionPath(q *web.Request, id store.ID, more ...string) string {
	return q.Path(append([]string{"contribution", "distributions", string(id)}, more...)...)
}

type distributionsPage struct {
	Tabs   []web.Tab
	Rows   []distributionRow
	Older  string
	Chart  *web.Chart
	Open   *distributionRow // one that waits
	Ready  bool             // there is a value equation in force
	Waits  []quantity.Amount
	CanRun bool
}

// rowsShown is how many distributions a page lists.
const rowsShown = 50

// distributions lists how income was shared out, newest first.
func (p *Practice) distributions(q *web.Request) error {
	page := distributionsPage{Tabs: moneyTabs(q, "distributions"), CanRun: q.Who.Can(Run)}
	var all []Distribution
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		if all, err = Distributions(r); err != nil {
			return err
		}
		versions, err := Versions(r)
		if err != nil {
			return err
		}
		page.rows(q, s, all, versions)
		page.Chart = sharedByMonth(q, s, all)
		page.Waits, err = leftToShare(r, versions, s)
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"distributions": all})
	}
	return q.Render(web.Page{Template: "contribution/distributions.html", Title: q.T("contribution.distributions.title"), Active: atMoney, Data: page})
}

// rows fills in one page of the list, and what waits.
func (page *distributionsPage) rows(q *web.Request, s *Settings, all []Distribution, versions []Version) {
	called := map[store.ID]string{}
	for _, v := range versions {
		called[v.ID] = v.Text.Name
		page.Ready = page.Ready || v.State == Adopted
	}
	from, _ := strconv.Atoi(q.R.URL.Query().Get("from"))
	from = min(max(from, 0), len(all))
	slices.Reverse(all)
	for i, d := range all {
		row := rowOf(q, s, d)
		row.Rule = called[d.Equation]
		if d.State == Opened {
			page.Open = &row
		}
		if i >= from && i < from+rowsShown {
			page.Rows = append(page.Rows, row)
		}
	}
	if from+rowsShown < len(all) {
		page.Older = q.Path("contribution", "distributions") + "?from=" + strconv.Itoa(from+rowsShown)
	}
}

// leftToShare is what is not yet shared out, in each currency that an equation
// in force splits.
func leftToShare(r store.Reader, versions []Version, s *Settings) ([]quantity.Amount, error) {
	units := []quantity.Unit{s.Currency}
	for _, v := range versions {
		if v.State == Adopted && !slices.Contains(units, v.Text.Unit) {
			units = append(units, v.Text.Unit)
		}
	}
	var out []quantity.Amount
	for _, unit := range units {
		list, err := IncomeLeft(r, unit)
		if err != nil {
			return nil, err
		}
		sum := quantity.Amount{Unit: unit}
		for _, in := range list {
			if sum, err = sum.Add(in.Left()); err != nil {
				return nil, err
			}
		}
		if !sum.IsZero() {
			out = append(out, sum)
		}
	}
	return out, nil
}

// sharedByMonth draws what was shared out in the last twelve months, in the
// currency of the commons; nil when there is nothing to see.
func sharedByMonth(q *web.Request, s *Settings, all []Distribution) *web.Chart {
	m := monthsUpTo(q.Store.Now(), s.Zone)
	var sums [monthsShown]int64
	some := false
	for _, d := range all {
		at := m.of(dayIn(d.At, s.Zone))
		if d.State == Done && d.Pot.Unit == s.Currency && at >= 0 {
			sums[at] += d.Paid.Micros
			some = true
		}
	}
	if !some {
		return nil
	}
	c := web.Chart{Kind: "bar", Title: q.T("contribution.distributions.chart"), Summary: q.T("contribution.distributions.chart_text"), Unit: s.Currency,
		Over: q.T("contribution.distributions.month"), Categories: m.labels(q)}
	values := make([]quantity.Amount, monthsShown)
	for i, n := range sums {
		values[i] = quantity.Micros(n, s.Currency)
	}
	c.Series = []web.Series{{Name: q.T("contribution.distributions.paid"), Values: values}}
	return &c
}
