package contribution

import (
	"strconv"
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// incomeFormPage is the form for money that came in.
type incomeFormPage struct {
	Form     *web.Form
	Kinds    []web.Option
	Projects []web.Option
	Payers   []web.Option
	Offs     []web.Option
	Unit     quantity.Unit
	Rows     []offRow
}

// offRow is one line of the deductions.
type offRow struct {
	Kind, Amount, To string // names of its fields
}

// mostDeductions is how many lines may come off one income on the page.
const mostDeductions = 12

func (p *Practice) incomeForm(q *web.Request) error { return p.showIncomeForm(q) }

func (p *Practice) showIncomeForm(q *web.Request) error {
	f := q.Form()
	page := incomeFormPage{Form: f}
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		page.Unit, page.Projects = s.Currency, projectOptions(s.openProjects())
		f.Default("day", r.Now().In(s.Zone).Format(time.DateOnly))
		organizations, err := vf.Agents(r, vf.AgentFilter{Kind: vf.Organization, Limit: mostKnown})
		if err != nil {
			return err
		}
		page.Payers = []web.Option{{Label: q.T("contribution.income.new_payer")}}
		for _, a := range organizations {
			if _, project := s.Projects[a.ID]; !project && a.ID != s.Agent {
				page.Payers = append(page.Payers, web.Option{Value: string(a.ID), Label: a.Name})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, kind := range []IncomeKind{Sale, GrantIn, Donation, FeeIn} {
		page.Kinds = append(page.Kinds, web.Option{Value: string(kind), Label: q.T("contribution.income.kind_" + string(kind)), Hint: q.T("contribution.income.kind_hint_" + string(kind))})
	}
	for _, kind := range []string{"processor", "host", "platform", "tax", "tip", "other"} {
		page.Offs = append(page.Offs, web.Option{Value: kind, Label: q.T("contribution.income.off_" + kind)})
	}
	for i := range offRows(f) {
		n := strconv.Itoa(i)
		page.Rows = append(page.Rows, offRow{"off_kind" + n, "off_amount" + n, "off_to" + n})
	}
	return q.Render(web.Page{Template: "contribution/income_new.html", Title: q.T("contribution.income.record"), Active: atMoney, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.money.income"), Path: q.Path("contribution", "income")}}})
}

// offRows is how many lines of deductions the form has.
func offRows(f *web.Form) int {
	n, err := strconv.Atoi(f.Raw("offs"))
	if err != nil {
		return 0
	}
	if f.Raw("do") == "more" {
		n++
	}
	return min(max(n, 0), mostDeductions)
}

// takeIncome records money that came in.
func (p *Practice) takeIncome(q *web.Request) error {
	f := q.Form()
	if f.Raw("do") == "more" {
		return p.showIncomeForm(q)
	}
	var s *Settings
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		s, err = settings.Get(r)
		return err
	})
	if err != nil {
		return err
	}
	ask := incomeAsked(f, s.Currency, s.Zone)
	if f.OK() {
		in, err := RecordIncome(q.R.Context(), p.DB, q.Who, q.Idempotency(), ask)
		if err == nil {
			return q.Redirect(q.Path("contribution", "income", string(in.ID)), "contribution.income.recorded", "net", in.Net)
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.showIncomeForm(q)
}

// incomeAsked reads the form.
func incomeAsked(f *web.Form, unit quantity.Unit, zone *time.Location) IncomeAsk {
	ask := IncomeAsk{
		Kind:    IncomeKind(f.Choice("kind", []string{string(Sale), string(GrantIn), string(Donation), string(FeeIn)}, web.Required)),
		Project: f.ID("project", web.Required), Payer: f.ID("payer"), PayerName: f.Text("payer_name", web.Max(120)),
		Gross: f.Amount("gross", unit, web.Required), Reference: f.Text("reference", web.Max(150)), Note: f.Text("note", web.Max(2000)),
	}
	if day := f.Date("day", web.Required); day != "" {
		ask.At, _ = time.ParseInLocation(time.DateOnly, day, zone) // Date refused what is not a day
	}
	if ask.Payer == "" && ask.PayerName == "" {
		f.Fail("payer_name", "contribution.payer_needed", "say who paid: choose somebody known here, or write a name")
	}
	for i := range offRows(f) {
		n := strconv.Itoa(i)
		amount := f.Amount("off_amount"+n, unit)
		if amount.IsZero() && f.Raw("off_amount"+n) == "" {
			continue // an empty line takes nothing off
		}
		off := DeductionAsk{Kind: f.Text("off_kind" + n), ToName: f.Text("off_to"+n, web.Max(120)), Amount: amount}
		if off.ToName == "" {
			f.Fail("off_to"+n, "contribution.deduction_to", "say who keeps this amount")
		}
		ask.Deductions = append(ask.Deductions, off)
	}
	return ask
}
