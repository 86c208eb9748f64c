package contribution

import (
	"strconv"

	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

func (p *Practice) distributionRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution/distributions", Needs: See, Handle: p.distributions},
		{Pattern: "GET /c/{commons}/contribution/distributions/new", Needs: Run, Handle: p.previewDistribution},
		{Pattern: "POST /c/{commons}/contribution/distributions/new", Needs: Run, Handle: p.shareOut},
		{Pattern: "GET /c/{commons}/contribution/distributions/{id}", Needs: See, Handle: p.distribution},
		{Pattern: "GET /c/{commons}/contribution/distributions/{id}/lines.csv", Needs: See, Handle: p.distributionCSV},
		{Pattern: "POST /c/{commons}/contribution/distributions/{id}/{move}", Needs: Run, Handle: p.moveDistribution},
	}
}

// stateOfDistribution is the badge of a distribution's state.
func stateOfDistribution(q *web.Request, s DistributionState) stateBadge {
	tones := map[DistributionState]string{Opened: "accent", Done: "good", Canceled: "", Reversed: "warn"}
	return stateBadge{q.T("contribution.distributions.state_" + string(s)), tones[s]}
}

// distributionPage is one distribution.
type distributionPage struct {
	distributionRow
	Equation  string // its name and version
	EqHref    string
	Outcome   outcomeView
	Incomes   []incomeUseRow
	Log       []logRow
	Form      *web.Form
	CSV, JSON string
	Nothing   string // address of "why did I get nothing"
}

// incomeUseRow is an income that a distribution took up.
type incomeUseRow struct {
	IncomeUse
	Label, Href string
}

// logRow is a record of the log behind something.
type logRow struct {
	No   int64
	What string
	Href string
}

// distribution shows one distribution: how the income went to people.
func (p *Practice) distribution(q *web.Request) error {
	page, lines, err := p.readDistribution(q)
	if err != nil {
		return err
	}
	if _, json := asked(q, "id"); json {
		return q.JSON(map[string]any{"distribution": page.Distribution, "lines": lines})
	}
	if err := p.looked(q); err != nil {
		return err
	}
	return p.showDistribution(q, page)
}

func (p *Practice) showDistribution(q *web.Request, page distributionPage) error {
	return q.Render(web.Page{Template: "contribution/distribution.html", Title: q.T("contribution.distributions.one", "no", page.No), Active: atMoney, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.money.distributions"), Path: q.Path("contribution", "distributions")}}})
}

func (p *Practice) readDistribution(q *web.Request) (page distributionPage, lines []Line, err error) {
	page = distributionPage{Form: q.Form()}
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		id, _ := asked(q, "id")
		d, err := GetDistribution(r, id)
		if err != nil {
			return err
		}
		page.distributionRow = rowOf(q, s, d)
		v, err := GetVersion(r, d.Equation, d.Version)
		if err != nil {
			return err
		}
		page.Equation, page.EqHref = q.T("contribution.distributions.rule", "name", v.Text.Name, "version", v.Version), versionPath(q, v)
		result, err := p.outcomeOf(r, d)
		if err != nil {
			return err
		}
		if lines, err = linesOfResult(r, d, result); err != nil {
			return err
		}
		if err := page.incomes(q, r, s); err != nil {
			return err
		}
		page.Outcome, err = p.outcome(q, r, d, result, lines, page.Incomes)
		return err
	})
	if err != nil {
		return page, nil, err
	}
	page.Log = logOf(q, page.Distribution)
	page.CSV, page.JSON = page.Href+"/lines.csv", page.Href+".json"
	if q.Who.Agent != "" {
		page.Nothing = page.Href + "/nothing/" + string(q.Who.Agent)
	}
	return page, lines, nil
}

// outcomeOf returns the outcome of a distribution: as it was booked, or as it
// will be for one that is open.
func (p *Practice) outcomeOf(r *store.Snapshot, d Distribution) (*equation.Result, error) {
	if d.Result != nil {
		return d.Result, nil
	}
	return p.Outcome(r, d)
}

// linesOfResult returns the lines that were booked, or those that will be.
func linesOfResult(r store.Reader, d Distribution, result *equation.Result) ([]Line, error) {
	if d.Result != nil {
		return Lines(r, d)
	}
	lines := make([]Line, len(result.Lines))
	for i, l := range result.Lines {
		lines[i] = Line{Bucket: l.Bucket, Receiver: store.ID(l.Receiver), Kind: string(l.Kind), Amount: quantity.Micros(l.Amount, d.Pot.Unit)}
	}
	return lines, nil
}

// incomes names the incomes that were taken up, the largest first.
func (page *distributionPage) incomes(q *web.Request, r store.Reader, s *Settings) error {
	taken := make([]store.ID, len(page.Distribution.Incomes))
	for i, use := range page.Distribution.Incomes {
		taken[i] = use.Income
	}
	list, err := getIncomes(r, taken)
	if err != nil {
		return err
	}
	var payers []store.ID
	for _, in := range list {
		payers = append(payers, in.Payer)
	}
	called, err := loadNames(q, r, payers...)
	if err != nil {
		return err
	}
	for _, use := range page.Distribution.Incomes {
		in := list[use.Income]
		page.Incomes = append(page.Incomes, incomeUseRow{use, incomeLabel(q, in, called), q.Path("contribution", "income", string(use.Income))})
	}
	return nil
}

// logOf lists the records of the log that made a distribution.
func logOf(q *web.Request, d Distribution) []logRow {
	var out []logRow
	add := func(no int64, what string) {
		if no > 0 {
			out = append(out, logRow{no, q.T("contribution.distributions.log_" + what), logPath(q, no)})
		}
	}
	add(d.No, "opened")
	add(d.RanAt, "ran")
	add(d.ReversedAt, "reversed")
	return out
}

// logPath is the address of a record of the log with its proof.
func logPath(q *web.Request, no int64) string {
	return q.Path("books", "log", strconv.FormatInt(no, 10))
}

// moveDistribution runs, cancels or reverses a distribution.
func (p *Practice) moveDistribution(q *web.Request) error {
	f := q.Form()
	id, _ := asked(q, "id")
	var err error
	name := q.R.PathValue("move")
	switch name {
	case "run":
		return p.runOpened(q, id)
	case "cancel":
		_, err = CancelDistribution(q.R.Context(), p.DB, q.Who, q.Idempotency(), id)
	case "reverse":
		reason := f.Text("reason", web.Required, web.Max(2000))
		if f.OK() {
			_, err = ReverseDistribution(q.R.Context(), p.DB, q.Who, q.Idempotency(), ReverseAsk{id, reason})
		}
	default:
		return fault.NotFoundf("contribution.unknown_distribution", "move", "a distribution is run, canceled or reversed")
	}
	if err == nil && f.OK() {
		return q.Redirect(distributionPath(q, id), "contribution.distributions.done_"+name)
	}
	if err != nil && !f.Blame(err) {
		return err
	}
	page, _, err := p.readDistribution(q)
	if err != nil {
		return err
	}
	return p.showDistribution(q, page)
}
