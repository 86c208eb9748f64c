package contribution

import (
	"context"
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// newDistributionPage is the way from income to people on one page: which
// equation, which income, who would get what, and the button.
type newDistributionPage struct {
	Form      *web.Form
	Equations []web.Option
	Incomes   []incomeChoice
	Unit      quantity.Unit
	Outcome   *outcomeView // nil when there is nothing to show yet
	Rule      string
	RuleHref  string
	Waiting   *distributionRow // an opened distribution stands in the way
}

// incomeChoice is an income that may be taken up.
type incomeChoice struct {
	Income
	Label, Where string
	Chosen       bool
}

// previewDistribution shows line by line what a distribution would pay.
func (p *Practice) previewDistribution(q *web.Request) error {
	return p.showNew(q, "contribution/distribution_new.html")
}

func (p *Practice) showNew(q *web.Request, template string) error {
	page := newDistributionPage{Form: q.Form()}
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		if d, open, err := store.One(r, scanDistribution, openDistribution); err != nil || open {
			row := rowOf(q, s, d)
			page.Waiting = &row
			return err
		}
		return p.fillNew(q, r, s, &page)
	})
	if err != nil {
		return err
	}
	if template != "contribution/distribution_new.html" {
		return q.Fragment(template, page)
	}
	return q.Render(web.Page{Template: template, Title: q.T("contribution.share_out.title"), Active: atMoney, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.money.distributions"), Path: q.Path("contribution", "distributions")}}})
}

// fillNew fills in the choices and, once there is enough to go by, the preview.
func (p *Practice) fillNew(q *web.Request, r *store.Snapshot, s *Settings, page *newDistributionPage) error {
	versions, err := Versions(r)
	if err != nil {
		return err
	}
	inForce := slices.DeleteFunc(versions, func(v Version) bool { return v.State != Adopted })
	for _, v := range inForce {
		page.Equations = append(page.Equations, web.Option{Value: string(v.ID), Label: v.Text.Name})
	}
	if len(inForce) == 0 {
		return nil
	}
	chosen := inForce[0]
	for _, v := range inForce {
		if string(v.ID) == page.Form.Raw("equation") {
			chosen = v
		}
	}
	page.Form.Default("equation", string(chosen.ID))
	page.Rule, page.RuleHref, page.Unit = chosen.Text.Name, versionPath(q, chosen), chosen.Text.Unit
	ask := OpenAsk{Equation: chosen.ID, Deliverable: page.Form.Raw("deliverable")}
	if ask.Incomes, err = page.choices(q, r, s, chosen); err != nil || len(ask.Incomes) == 0 {
		return err
	}
	d, result, err := p.Preview(r, ask)
	if err != nil {
		if page.Form.Blame(err) {
			return nil
		}
		return err
	}
	lines, err := linesOfResult(r, d, result)
	if err != nil {
		return err
	}
	view, err := p.outcome(q, r, d, result, lines, page.uses(q))
	page.Outcome = &view
	return err
}

// choices lists the income that the equation may take up, and returns what is
// chosen: all of it, until the reader says otherwise.
func (page *newDistributionPage) choices(q *web.Request, r store.Reader, s *Settings, v Version) ([]store.ID, error) {
	left, err := IncomeLeft(r, v.Text.Unit)
	if err != nil {
		return nil, err
	}
	var payers, chosen []store.ID
	for _, in := range left {
		payers = append(payers, in.Payer)
	}
	called, err := loadNames(q, r, payers...)
	if err != nil {
		return nil, err
	}
	said := page.Form.Has("incomes_shown")
	wanted := page.Form.RawAll("income")
	for _, in := range left {
		c := incomeChoice{Income: in, Label: incomeLabel(q, in, called), Where: s.Projects[in.Project].Name}
		c.Chosen = slices.Contains(wanted, string(in.ID)) || !said && (v.Text.Project == "" || v.Text.Project == string(in.Project))
		if c.Chosen {
			chosen = append(chosen, in.ID)
		}
		page.Incomes = append(page.Incomes, c)
	}
	return chosen, nil
}

func (page *newDistributionPage) uses(q *web.Request) []incomeUseRow {
	var out []incomeUseRow
	for _, c := range page.Incomes {
		if c.Chosen {
			out = append(out, incomeUseRow{IncomeUse{c.ID, c.Left()}, c.Label, q.Path("contribution", "income", string(c.ID))})
		}
	}
	return out
}

// shareOut opens a distribution and runs it; for the buttons that only look,
// it shows the preview again.
func (p *Practice) shareOut(q *web.Request) error {
	if q.R.Header.Get("HX-Request") == "true" {
		return p.showNew(q, "contribution/distribution_new.html#preview")
	}
	f := q.Form()
	ask := OpenAsk{Equation: f.ID("equation", web.Required), Incomes: f.IDs("income"), Deliverable: f.Text("deliverable", web.Max(200))}
	if f.Raw("do") != "run" {
		return p.showNew(q, "contribution/distribution_new.html")
	}
	if len(ask.Incomes) == 0 {
		f.Fail("income", "contribution.no_income_chosen", "choose at least one income to share out")
	}
	if f.OK() {
		d, err := OpenDistribution(q.R.Context(), p.DB, q.Who, q.Idempotency(), ask)
		if err == nil {
			return p.runOpened(q, d.ID)
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.showNew(q, "contribution/distribution_new.html")
}

// manyContributions is from how many contributions on a distribution runs as a
// job, which one may leave and come back to; below that it takes less time
// than a page.
const manyContributions = 50_000

// runOpened runs an opened distribution and leads to its page, or to the run
// that works on it.
func (p *Practice) runOpened(q *web.Request, id store.ID) error {
	large := false
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		return p.Columns(r, func(c *Columns) error {
			large = c.Len() >= manyContributions
			return nil
		})
	})
	if err != nil {
		return err
	}
	if large && p.Runner != nil {
		run, err := StartDistribution(q.R.Context(), p, q.Who, q.Idempotency(), id)
		if err != nil {
			return err
		}
		return q.Redirect(job.Path(q, run), "")
	}
	d, err := p.Distribute(q.R.Context(), q.Who, runKey(id), id)
	if err == nil {
		return q.Redirect(distributionPath(q, id), "contribution.distributions.done_run", "amount", d.Paid, "no", d.No)
	}
	if !q.Form().Blame(err) {
		return err
	}
	q.R.SetPathValue("id", string(id))
	page, _, err := p.readDistribution(q)
	if err != nil {
		return err
	}
	return p.showDistribution(q, page)
}

// runKey makes running a distribution twice harmless: whoever asks again, from
// another page or after a crash, gets the first outcome.
func runKey(id store.ID) string { return "run-" + string(id) }

// distributeArgs is what the run of a distribution needs: which one, and who
// asked for it.
type distributeArgs struct {
	Distribution store.ID  `json:"distribution"`
	Account      store.ID  `json:"account"`
	Agent        store.ID  `json:"agent"`
	Name         string    `json:"name"`
	Role         auth.Role `json:"role"`
}

// distributionKind is the name of the runs that distribute.
const distributionKind = "contribution.distribute"

// DistributionJobs are the kinds of long work of this subject.
func (p *Practice) DistributionJobs() []job.Kind {
	return []job.Kind{{Name: distributionKind, Title: "contribution.share_out.job", Resumes: true, Run: p.distributeJob}}
}

// StartDistribution starts the run of an opened distribution. Starting it
// again starts another run, which finds the first one's outcome.
func StartDistribution(ctx context.Context, p *Practice, who auth.Identity, key string, id store.ID) (store.ID, error) {
	return auth.Perform(ctx, p.DB, who, key, Run, id, func(tx *store.Tx, who auth.Identity, id store.ID) (store.ID, error) {
		d, err := GetDistribution(tx, id)
		if err == nil && d.State != Opened {
			err = fault.Conflictf("contribution.distribution_state", "state", "this distribution is %s; it cannot run again", d.State)
		}
		if err != nil {
			return "", err
		}
		return p.Runner.Start(tx, who, distributionKind, distributeArgs{id, who.Account, who.Agent, who.Name, who.Role})
	})
}

// distributeJob runs a distribution for whoever started it: their permission
// was checked in the act that started the run.
func (p *Practice) distributeJob(ctx context.Context, t *job.Task) (job.Report, error) {
	var args distributeArgs
	if err := t.Args(&args); err != nil {
		return job.Report{}, err
	}
	t.Progress(0, 2, "contribution.distributions.dividing")
	who := auth.NewTable(Capabilities...).As(auth.Identity{Account: args.Account, Commons: t.Run.Commons, Agent: args.Agent, Name: args.Name, Role: args.Role})
	d, err := p.Distribute(ctx, who, runKey(args.Distribution), args.Distribution)
	if err != nil {
		return job.Report{}, err
	}
	t.Progress(2, 2, "")
	report := job.Report{Facts: []job.Fact{job.Measure("contribution.distributions.pot", d.Pot),
		job.Measure("contribution.distributions.paid", d.Paid), job.Measure("contribution.distributions.residue", d.Residue)}}
	err = p.DB.Read(ctx, t.Run.Commons, func(r *store.Snapshot) error {
		c, err := commons.Self(r)
		report.Path = "/c/" + c.Slug + "/contribution/distributions/" + string(d.ID)
		return err
	})
	return report, err
}
