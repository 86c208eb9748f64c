package credit

import (
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/naming"
)

func (p *Practice) debtRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/credit/debts", Needs: Owe, Handle: p.debts},
		{Pattern: "POST /c/{commons}/credit/debts", Needs: Owe, Handle: p.debts},
		{Pattern: "GET /c/{commons}/credit/debts/new", Needs: Owe, Handle: p.newDebt},
		{Pattern: "POST /c/{commons}/credit/debts/new", Needs: Owe, Handle: p.newDebt},
		{Pattern: "GET /c/{commons}/credit/debts/import", Needs: Owe, Handle: p.importDebts},
		{Pattern: "POST /c/{commons}/credit/debts/import", Needs: Owe, Handle: p.importDebts},
	}
}

// shownDebts is how many debts the page of a person lists, newest first.
const shownDebts = 500

// debtsPage is what the reader owes and is owed.
type debtsPage struct {
	Tabs                     []web.Tab
	Form                     *web.Form
	Asked, Owing, Owed, Past []debtRow
	Sums                     []debtSum
}

// debtRow is one debt as one of its sides sees it.
type debtRow struct {
	Obligation
	Partner     string // who is on the other side
	Mine        bool   // the reader is the debtor
	Left, Whole quantity.Amount
	Part        bool // something of it was paid or set off
	State       web.Badge
	RoundHref   string
	Says        []web.Option // what the reader may say of it
}

// debtSum is what the reader owes and is owed in a unit.
type debtSum struct {
	Unit       quantity.Unit
	Owes, Owed quantity.Amount
}

// debts shows the reader's debts and claims, and takes what they say of them.
func (p *Practice) debts(q *web.Request) error {
	f := q.Form()
	if q.R.Method == "POST" {
		if done, err := p.sayOf(q, f); done || err != nil {
			return err
		}
	}
	page := debtsPage{Tabs: tabs(q, "debts"), Form: f}
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, err := store.All(r, scanJSON[Obligation], obligationsOf, q.Who.Agent, shownDebts)
		if err != nil {
			return err
		}
		partners := make([]store.ID, len(list))
		for i, o := range list {
			partners[i] = o.partner(q.Who.Agent)
		}
		called, err := naming.Load(q, r, partners...)
		for _, o := range list {
			page.add(debtRowFor(q, o, called.Of(o.partner(q.Who.Agent))))
		}
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page)
	}
	return q.Render(web.Page{Template: "credit/debts.html", Title: q.T("credit.debt.title"), Active: atHome, Data: page})
}

// sayOf does what the reader says of a debt; done when it answered.
func (p *Practice) sayOf(q *web.Request, f *web.Form) (done bool, err error) {
	id, say := f.ID("debt", web.Required), f.Raw("do")
	if !f.OK() {
		return false, nil
	}
	if say == "paid" {
		_, err = ConfirmPaid(q.R.Context(), q.Store, q.Who, q.Idempotency(), PaidAsk{Obligation: id})
	} else {
		_, err = AnswerObligations(q.R.Context(), q.Store, q.Who, q.Idempotency(), AnswerAsk{[]store.ID{id}, Saying(say)})
	}
	if err == nil {
		return true, q.Redirect(q.Path("credit", "debts"), "credit.debt.said_"+say)
	}
	if f.Blame(err) {
		return false, nil
	}
	return true, err
}

// partner is who is on the other side of the obligation.
func (o Obligation) partner(agent store.ID) store.ID {
	if o.Debtor == agent {
		return o.Creditor
	}
	return o.Debtor
}

func debtRowFor(q *web.Request, o Obligation, partner string) debtRow {
	tones := map[DebtState]string{Proposed: "warn", Owed: "", Disputed: "bad", Discharged: "good"}
	row := debtRow{Obligation: o, Partner: partner, Mine: o.Debtor == q.Who.Agent, Left: o.Open.of(o.Unit), Whole: o.Amount.of(o.Unit), Part: o.Open != o.Amount,
		State: web.Badge{Label: q.T("credit.debt.state_" + string(o.State)), Tone: tones[o.State]}}
	if o.Round != "" {
		row.RoundHref = q.Path("credit", "rounds", string(o.Round))
	}
	for _, s := range o.mayBeSaid(q.Who.Agent) {
		row.Says = append(row.Says, web.Option{Value: s, Label: q.T("credit.debt.say_" + s)})
	}
	return row
}

// mayBeSaid lists what one side may say of the obligation now.
func (o Obligation) mayBeSaid(agent store.ID) (out []string) {
	side, said := Creditor, o.Acknowledged.Creditor
	if o.Debtor == agent {
		side, said = Debtor, o.Acknowledged.Debtor
	}
	disputed := o.Disputed.Creditor && side == Creditor || o.Disputed.Debtor && side == Debtor
	withdrawn := o.Withdrawn.Creditor && side == Creditor || o.Withdrawn.Debtor && side == Debtor
	add := func(may bool, what string) {
		if may {
			out = append(out, what)
		}
	}
	free := o.Round == ""
	add(free && o.State == Proposed && !said, string(Acknowledge))
	add(free && o.State == Proposed && !said, string(Decline))
	add(free && o.State == Owed && side == Creditor, "paid")
	add(free && o.State == Owed, string(Dispute))
	add(free && o.State == Disputed && disputed, string(Settle))
	add(free && !withdrawn && (o.State == Owed || o.State == Disputed || o.State == Proposed && said), string(Withdraw))
	return out
}

// add puts a row where it belongs, and into the sums.
func (page *debtsPage) add(row debtRow) {
	switch {
	case row.Obligation.State == Proposed && slices.ContainsFunc(row.Says, func(o web.Option) bool { return o.Value == string(Acknowledge) }):
		page.Asked = append(page.Asked, row)
		return
	case row.Obligation.State != Proposed && row.Obligation.State != Owed && row.Obligation.State != Disputed:
		page.Past = append(page.Past, row)
		return
	case row.Mine:
		page.Owing = append(page.Owing, row)
	default:
		page.Owed = append(page.Owed, row)
	}
	if row.Obligation.State != Owed {
		return
	}
	i := slices.IndexFunc(page.Sums, func(s debtSum) bool { return s.Unit == row.Unit })
	if i < 0 {
		none := Micros(0).of(row.Unit)
		page.Sums, i = append(page.Sums, debtSum{row.Unit, none, none}), len(page.Sums)
	}
	sum := &page.Sums[i].Owed
	if row.Mine {
		sum = &page.Sums[i].Owes
	}
	*sum = saturated(Micros(sum.Micros), row.Open).of(row.Unit)
}

// newDebtPage asks for one debt.
type newDebtPage struct {
	Form                 *web.Form
	Sides, People, Units []web.Option
}

// newDebt writes down one debt of the reader.
func (p *Practice) newDebt(q *web.Request) error {
	f := q.Form()
	f.Default("side", string(Debtor))
	page := newDebtPage{Form: f, Sides: []web.Option{{Value: string(Debtor), Label: q.T("credit.debt.i_owe")}, {Value: string(Creditor), Label: q.T("credit.debt.i_am_owed")}}}
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		if page.Units, err = debtUnits(q, r); err != nil {
			return err
		}
		page.People, err = debtPeople(q, r)
		return err
	})
	if err != nil {
		return err
	}
	if len(page.Units) > 0 {
		f.Default("unit", page.Units[0].Value)
	}
	if q.R.Method == "POST" {
		ask := DebtAsk{Debtor: q.Who.Agent, Creditor: f.ID("partner", web.Required), Amount: f.Amount("amount", quantity.Unit(f.Raw("unit")), web.Required), Due: f.Date("due"), Reference: f.Text("reference", web.Max(200))}
		if f.Raw("side") == string(Creditor) {
			ask.Debtor, ask.Creditor = ask.Creditor, ask.Debtor
		}
		if f.OK() {
			_, err := RegisterObligations(q.R.Context(), q.Store, q.Who, q.Idempotency(), []DebtAsk{ask})
			if err == nil {
				return q.Redirect(q.Path("credit", "debts"), "credit.debt.written")
			}
			if !f.Blame(err) {
				return err
			}
		}
	}
	return q.Render(web.Page{Template: "credit/debt_new.html", Title: q.T("credit.debt.new"), Active: atHome, Data: page, Crumbs: debtCrumbs(q)})
}

func debtCrumbs(q *web.Request) []web.Crumb {
	return []web.Crumb{{Label: q.T("credit.debt.title"), Path: q.Path("credit", "debts")}}
}

// debtUnits are the money of the commons and its currencies.
func debtUnits(q *web.Request, r store.Reader) (out []web.Option, err error) {
	s, err := settings.Get(r)
	if err != nil {
		return nil, err
	}
	if money := string(q.Commons.Currency); money != "" {
		out = append(out, web.Option{Value: money, Label: money})
	}
	for _, c := range s.Order {
		out = append(out, web.Option{Value: string(c.Unit), Label: c.Name})
	}
	return out, nil
}

// debtPeople are the others of the commons, people and organizations.
func debtPeople(q *web.Request, r store.Reader) (out []web.Option, err error) {
	list, err := vf.Agents(r, vf.AgentFilter{Limit: 500})
	for _, a := range list {
		if a.ID != q.Who.Agent && a.Name != "" && !slices.Contains(a.ClassifiedAs, vf.ClassProject) {
			out = append(out, web.Option{Value: string(a.ID), Label: a.Name})
		}
	}
	return out, err
}

// maxDebtFile bounds a file of debts, in bytes.
const maxDebtFile = 8 << 20

// importDebts writes down the debts of a file.
func (p *Practice) importDebts(q *web.Request) error {
	f := q.Form()
	if q.R.Method == "POST" {
		file, sent := f.File("file", maxDebtFile, web.Required)
		if f.OK() && sent {
			n, err := p.takeDebts(q, file)
			if err == nil {
				return q.Redirect(q.Path("credit", "debts"), "credit.debt.imported", "n", n)
			}
			if !f.Blame(err) {
				return err
			}
		}
	}
	return q.Render(web.Page{Template: "credit/debt_import.html", Title: q.T("credit.debt.import"), Active: atHome, Data: struct {
		Form   *web.Form
		Faults []*fault.Error
	}{f, f.Faults()}, Crumbs: debtCrumbs(q)})
}

func (p *Practice) takeDebts(q *web.Request, file web.Upload) (int, error) {
	in, err := file.Open()
	if err != nil {
		return 0, err
	}
	defer in.Close()
	made, err := ImportDebts(q.R.Context(), q.Store, q.Who, q.Idempotency(), in)
	return len(made), err
}
