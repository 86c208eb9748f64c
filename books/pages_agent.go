package books

import (
	"strconv"

	"commonweal/books/ledger"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// agent answers what the books say of one person, organization or project.
func (s *statementOf) agent() error {
	id, ok := store.ParseID(s.q.R.PathValue("agent"))
	account := s.v.Ledger.Owed(id)
	if !ok || account == "" {
		return fault.NotFoundf("books.unknown_agent", "agent", "there is nobody of that name in the books of this commons")
	}
	s.page.Title = s.called(id)
	project := s.v.Ledger.IsProject(id)
	for _, f := range []*ledger.Filter{&s.filter, &s.before} {
		if project {
			f.Project = id
		} else {
			f.Agent = id
		}
	}
	if project {
		s.page.Lead = s.q.T("books.agent.lead_project")
	}
	if err := s.agentSums(); err != nil {
		return err
	}
	if err := s.agentOwed(account); err != nil {
		return err
	}
	if err := s.promises(); err != nil {
		return err
	}
	return s.agentEntries()
}

// agentSums lists what came, went and was given in the period, each in its unit.
func (s *statementOf) agentSums() error {
	sums, err := s.both(s.v.Ledger.Balances, func(*ledger.Filter) {})
	if err != nil {
		return err
	}
	titles := [...]string{"books.agent.paid", "books.agent.got", "books.agent.gave"}
	if s.filter.Project != "" {
		titles = [...]string{"books.overview.in", "books.overview.out", "books.overview.given"}
	}
	in, out, given := s.agentSheet(titles[0]), s.agentSheet(titles[1]), s.agentSheet(titles[2])
	for _, p := range grouped(sums, ledger.Distributed) {
		now, then := p.now.Change(), p.then.Change()
		if now == 0 && then == 0 {
			continue
		}
		var to *sheet
		sign := int64(1)
		switch a := p.now.Account; {
		case a.In(ledger.Income):
			to, sign = &in, -1
		case a.In(ledger.Expenses):
			to = &out
		case a == ledger.Hours || a == ledger.Contributed || a.In(ledger.Inventory):
			to = &given
		default:
			continue
		}
		to.row(append([]cell{s.name(p.now)}, s.beside(sign*now, sign*then, p.now.Unit)...)...)
	}
	for _, x := range []sheet{in, out, given} {
		if len(x.Rows) > 0 {
			s.page.Sheets = append(s.page.Sheets, x)
		}
	}
	return nil
}

func (s *statementOf) agentSheet(key string) sheet {
	return sheet{Title: s.q.T(key), Columns: s.heads(s.q.T("books.column.what"))}
}

// agentOwed shows what is owed to them, whoever it was moved by.
func (s *statementOf) agentOwed(account ledger.Account) error {
	f := s.filter
	f.Agent, f.Project, f.Account = "", "", account
	balances, err := s.v.Ledger.Balances(f)
	for _, b := range balances {
		s.page.Figures = append(s.page.Figures, figureRow{Label: s.q.T("books.agent.owed"), Now: quantity.Micros(-b.Closing, b.Unit), Href: s.name(b).Href})
	}
	return err
}

// agentEntries lists the entries of the period, newest first.
func (s *statementOf) agentEntries() error {
	skip := int(s.q.Form().Int("skip", 0, 1<<40))
	if !s.q.Form().OK() {
		return s.q.Form().Err()
	}
	entries, more, err := s.v.Ledger.Latest(s.filter, skip, rowsShown)
	if err != nil {
		return err
	}
	t := s.q.T
	list := sheet{Title: t("books.agent.entries"), None: t("books.register.none"),
		Columns: []column{{Label: t("books.column.day")}, {Label: t("books.column.what")}, {Label: t("books.column.amount"), Amount: true}, {Label: t("books.column.who")}}}
	if s.filter.Agent != "" { // it is always the same
		list.Columns = list.Columns[:3]
	}
	for _, e := range entries {
		row := []cell{{Day: e.Day}, text(KindName(s.q, e), s.q.Path("books", "events", string(e.Event))), amount(moved(e)), s.who(e.Payee)}
		list.row(row[:len(list.Columns)]...)
	}
	at := func(skip int) string {
		return s.q.R.URL.Path + parameters(s.page.Period.Filter) + "&skip=" + strconv.Itoa(skip)
	}
	if skip > 0 {
		list.Newer = at(max(0, skip-rowsShown))
	}
	if more {
		list.Older = at(skip + rowsShown)
	}
	s.page.Sheets = append(s.page.Sheets, list)
	return nil
}

// moved is what an entry is about: its first debit.
func moved(e ledger.Entry) quantity.Amount {
	for _, p := range e.Postings {
		if p.Amount.Micros > 0 {
			return p.Amount
		}
	}
	return e.Postings[0].Amount
}
