package contribution

import (
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

func (p *Practice) incomeRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution/income", Needs: See, Handle: p.incomes},
		{Pattern: "GET /c/{commons}/contribution/income/new", Needs: Receive, Handle: p.incomeForm},
		{Pattern: "POST /c/{commons}/contribution/income/new", Needs: Receive, Handle: p.takeIncome},
		{Pattern: "GET /c/{commons}/contribution/income/{id}", Needs: See, Handle: p.income},
	}
}

// incomeRow is one income in the list.
type incomeRow struct {
	Income
	Who, Where, What, Href string
	Status                 stateBadge
	Off                    quantity.Amount
}

type incomesPage struct {
	Tabs  []web.Tab
	Rows  []incomeRow
	Older string
	Chart *web.Chart
}

var incomeSums = store.SQL(`SELECT kind, at, gross FROM contribution_income WHERE commons_id = $1 AND at >= $2 AND unit = $3 ORDER BY at`)

// incomes lists what came in, the newest first.
func (p *Practice) incomes(q *web.Request) error {
	page := incomesPage{Tabs: moneyTabs(q, "income")}
	f := q.Form()
	beforeAt, beforeID := time.UnixMicro(1<<60), store.ID("ffffffff-ffff-ffff-ffff-ffffffffffff")
	if at := f.Raw("before"); at != "" {
		beforeAt, beforeID = store.Time(f.Int("before", 0, 1<<60)), f.ID("id", web.Required)
	}
	if !f.OK() {
		return f.Err()
	}
	var list []Income
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		if list, err = IncomePage(r, beforeAt, beforeID, rowsShown+1); err != nil {
			return err
		}
		if len(list) > rowsShown {
			list = list[:rowsShown]
			last := list[rowsShown-1]
			page.Older = q.Path("contribution", "income") + "?before=" + numberText(store.Micros(last.At)) + "&id=" + string(last.ID)
		}
		if page.Rows, err = rowsOfIncome(q, r, s, list); err != nil {
			return err
		}
		page.Chart, err = incomeByMonth(q, r, s)
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"income": list})
	}
	return q.Render(web.Page{Template: "contribution/incomes.html", Title: q.T("contribution.income.title"), Active: atMoney, Data: page})
}

func rowsOfIncome(q *web.Request, r store.Reader, s *Settings, list []Income) ([]incomeRow, error) {
	var payers []store.ID
	for _, in := range list {
		payers = append(payers, in.Payer)
	}
	called, err := loadNames(q, r, payers...)
	if err != nil {
		return nil, err
	}
	rows := make([]incomeRow, len(list))
	for i, in := range list {
		rows[i] = incomeRow{Income: in, Who: called.of(in.Payer), Where: s.Projects[in.Project].Name, What: q.T("contribution.income.kind_" + string(in.Kind)),
			Href: q.Path("contribution", "income", string(in.ID)), Status: stateOfIncome(q, in), Off: quantity.Micros(in.Gross.Micros-in.Net.Micros, in.Gross.Unit)}
	}
	return rows, nil
}

// stateOfIncome says how much of an income was shared out.
func stateOfIncome(q *web.Request, in Income) stateBadge {
	switch {
	case in.Left().IsZero():
		return stateBadge{q.T("contribution.income.state_shared"), "good"}
	case in.Used.IsZero():
		return stateBadge{q.T("contribution.income.state_waits"), "accent"}
	}
	return stateBadge{q.T("contribution.income.state_partly", "left", in.Left()), "accent"}
}

// incomeLabel names an income in a list: who paid, and for what.
func incomeLabel(q *web.Request, in Income, called names) string {
	if in.Reference != "" {
		return q.T("contribution.income.label_reference", "who", called.of(in.Payer), "reference", in.Reference)
	}
	return called.of(in.Payer)
}

// monthOfIncome is the income of a kind at a moment.
type monthOfIncome struct {
	kind  IncomeKind
	at    time.Time
	gross int64
}

// incomeSince reads what came in since a moment, in one currency.
func incomeSince(r store.Reader, since time.Time, unit quantity.Unit) ([]monthOfIncome, error) {
	return store.All(r, func(row store.Scanner) (m monthOfIncome, err error) {
		var at int64
		err = row.Scan(&m.kind, &at, &m.gross)
		m.at = store.Time(at)
		return m, err
	}, incomeSums, store.Micros(since), string(unit))
}

// incomeByMonth draws what came in in the last twelve months, by kind; nil
// when nothing did.
func incomeByMonth(q *web.Request, r *store.Snapshot, s *Settings) (*web.Chart, error) {
	m := monthsUpTo(r.Now(), s.Zone)
	list, err := incomeSince(r, r.Now().AddDate(-1, -1, 0), s.Currency)
	if err != nil {
		return nil, err
	}
	sums := map[IncomeKind]*[monthsShown]int64{}
	for _, in := range list {
		at := m.of(dayIn(in.at, s.Zone))
		if at < 0 {
			continue
		}
		if sums[in.kind] == nil {
			sums[in.kind] = new([monthsShown]int64)
		}
		sums[in.kind][at] += in.gross
	}
	if len(sums) == 0 {
		return nil, nil
	}
	c := &web.Chart{Kind: "stacked", Title: q.T("contribution.income.chart"), Summary: q.T("contribution.income.chart_text"), Unit: s.Currency,
		Over: q.T("contribution.distributions.month"), Categories: m.labels(q)}
	for _, kind := range []IncomeKind{Sale, GrantIn, Donation, FeeIn} {
		if sums[kind] == nil {
			continue
		}
		values := make([]quantity.Amount, monthsShown)
		for i, n := range sums[kind] {
			values[i] = quantity.Micros(n, s.Currency)
		}
		c.Series = append(c.Series, web.Series{Name: q.T("contribution.income.kinds_" + string(kind)), Values: values})
	}
	return c, nil
}

// labels are the months as an axis names them.
func (m *months) labels(q *web.Request) []string {
	out := make([]string, monthsShown)
	for i := range out {
		out[i] = q.Month(time.Unix(int64(m[i])*86_400, 0).UTC())
	}
	return out
}

// incomeView is one income: where each cent of it went.
type incomeView struct {
	incomeRow
	Deductions []deductionRow
	Shares     []incomeShare
	Ends       []incomeEnd
	Flow       web.Sankey
	JSON       string
	Note       string
}

type deductionRow struct {
	Deduction
	What, Who string
}

// incomeShare is the part of an income that a distribution took up.
type incomeShare struct {
	Row    distributionRow
	Amount quantity.Amount
	Lines  []Line // of the distribution, each the part that this income paid
}

// income shows one income.
func (p *Practice) income(q *web.Request) error {
	var page incomeView
	id, json := asked(q, "id")
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		in, err := GetIncome(r, id)
		if err != nil {
			return err
		}
		rows, err := rowsOfIncome(q, r, s, []Income{in})
		if err != nil {
			return err
		}
		page.incomeRow = rows[0]
		if err := page.privately(q, r); err != nil {
			return err
		}
		return page.follow(q, r, s)
	})
	if err != nil {
		return err
	}
	if json {
		return q.JSON(map[string]any{"income": page.Income, "went": page.Ends})
	}
	page.JSON = page.Href + ".json"
	return q.Render(web.Page{Template: "contribution/income.html", Title: q.T("contribution.income.one", "what", page.What, "who", page.Who), Active: atMoney, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.money.income"), Path: q.Path("contribution", "income")}}})
}

// privately adds the note, for members: it is kept with the economic event.
func (page *incomeView) privately(q *web.Request, r store.Reader) error {
	if !isMember(q) {
		return nil
	}
	event, _, err := vf.GetEvent(r, page.Income.Event)
	page.Note = event.Note
	return err
}

// follow traces an income forward: what was taken off, and how the
// distributions that used it went to people.
func (page *incomeView) follow(q *web.Request, r store.Reader, s *Settings) error {
	all, err := Distributions(r)
	if err != nil {
		return err
	}
	var agents []store.ID
	for _, d := range page.Income.Deductions {
		agents = append(agents, d.To)
	}
	for i := len(all) - 1; i >= 0; i-- {
		d := all[i]
		for _, use := range d.Incomes {
			if use.Income != page.Income.ID || d.State == Canceled {
				continue
			}
			share := incomeShare{Row: rowOf(q, s, d), Amount: use.Amount}
			if d.State == Done {
				if share.Lines, err = linesPaidBy(r, d, use.Amount); err != nil {
					return err
				}
				for _, l := range share.Lines {
					agents = append(agents, l.Receiver)
				}
			}
			page.Shares = append(page.Shares, share)
		}
	}
	called, err := loadNames(q, r, agents...)
	if err != nil {
		return err
	}
	for _, d := range page.Income.Deductions {
		page.Deductions = append(page.Deductions, deductionRow{d, q.T("contribution.income.off_" + d.Kind), called.of(d.To)})
	}
	page.draw(q, called)
	return nil
}
