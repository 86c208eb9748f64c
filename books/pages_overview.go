package books

import (
	"slices"
	"strings"
	"time"

	"commonweal/books/ledger"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// figureRow is one line of a table of the overview.
type figureRow struct {
	Label, Href  string
	Now, Then    quantity.Amount
	Strong, Sums bool
}

// givenRow is what people gave in one unit.
type givenRow struct {
	Label, Href string
	Now, Then   quantity.Amount
}

type overviewPage struct {
	Tabs            []web.Tab
	Period          period
	Form            *web.Form
	Unit            quantity.Unit
	In, Out, Pot    []figureRow
	Owed            []figureRow
	OwedMore        int
	OwedAll         string
	Given           []givenRow
	Figures         []figureRow
	Chart           *web.Chart
	Flow            web.Sankey
	Hash, JSON, Log string
	Size            int64
	Empty           bool
	Compare         []web.Option
}

// overview answers what came in, where it went, who is owed what and what is there.
func (b *Books) overview(q *web.Request) error {
	return b.show(q, func(v *View, called func(store.ID) string) error {
		p, err := periodOf(q, v)
		if err != nil {
			return err
		}
		p.Filter.Unit = v.Commons.Currency
		p.Before.Unit = p.Filter.Unit
		page := overviewPage{Tabs: tabs(q, "overview"), Period: p, Form: q.Form(), Unit: p.Filter.Unit, Hash: p.Filter.Hash(), Size: p.Filter.Size,
			Log: q.Path("books", "log"), JSON: q.R.URL.String(), Empty: v.Ledger.Len() == 0}
		for _, how := range [...]string{"before", "year", "none"} {
			page.Compare = append(page.Compare, web.Option{Value: how, Label: q.T("books.period.compare_" + how)})
		}
		now, err := v.Ledger.Balances(p.Filter)
		if err != nil {
			return err
		}
		if q.WantsJSON() {
			return q.JSON(map[string]any{"filter": p.Filter, "hash": page.Hash, "balances": now})
		}
		var then []ledger.Balance
		if p.Then != "" {
			if then, err = v.Ledger.Balances(p.Before); err != nil {
				return err
			}
		}
		o := overviewOf{q, v, called, &page, index(now), index(then)}
		if err := o.fill(); err != nil {
			return err
		}
		return q.Render(web.Page{Template: "books/overview.html", Title: q.T("books.nav.books"), Active: atBooks, Data: page})
	})
}

// index finds balances in one unit by their account. What is kept for others
// is no money of the commons, whatever it is counted in.
func index(list []ledger.Balance) map[ledger.Account]ledger.Balance {
	out := make(map[ledger.Account]ledger.Balance, len(list))
	for _, b := range list {
		if !b.Account.In("Liabilities:Entrusted") {
			out[b.Account] = b
		}
	}
	return out
}

// overviewOf fills the tables of an overview.
type overviewOf struct {
	q         *web.Request
	v         *View
	called    func(store.ID) string
	page      *overviewPage
	now, then map[ledger.Account]ledger.Balance
}

func (o *overviewOf) fill() error {
	in := o.rows(ledger.Income, 2, -1)
	out := o.rows(ledger.Expenses, 3, 1)
	shared := o.total("Expenses:Distribution", 1)
	other := o.moved("Equity:Other", ledger.Adjustments, "Equity:Conversion")
	o.page.In, o.page.Out = withSum(o.q, in, o.total(ledger.Income, -1)), withSum(o.q, out, o.total(ledger.Expenses, 1))
	o.owed()
	o.pot(o.total(ledger.Income, -1), o.total(ledger.Expenses, 1), shared, other)
	if err := o.given(); err != nil {
		return err
	}
	o.flow()
	return o.chart()
}

// change is what the period did to the accounts below a parent, times sign.
func change(balances map[ledger.Account]ledger.Balance, parent ledger.Account, sign int64) (sum int64) {
	for a, b := range balances {
		if a.In(parent) {
			sum += sign * b.Change()
		}
	}
	return sum
}

// standing is what the accounts below a parent hold at the end, times sign.
func standing(balances map[ledger.Account]ledger.Balance, parent ledger.Account, sign int64) (sum int64) {
	for a, b := range balances {
		if a.In(parent) {
			sum += sign * b.Closing
		}
	}
	return sum
}

func (o *overviewOf) amount(micros int64) quantity.Amount {
	return quantity.Micros(micros, o.page.Unit)
}

func (o *overviewOf) href(a ledger.Account) string {
	return accountHref(o.q, a, o.page.Period.Filter)
}

// total is what the period did below a parent, now and then.
func (o *overviewOf) total(parent ledger.Account, sign int64) figureRow {
	return figureRow{Label: accountName(o.q, o.v, o.called, parent), Href: o.href(parent), Now: o.amount(change(o.now, parent, sign)), Then: o.amount(change(o.then, parent, sign))}
}

// moved is what changed the pot and is neither income nor an expense.
func (o *overviewOf) moved(parents ...ledger.Account) (row figureRow) {
	row.Now, row.Then = o.amount(0), o.amount(0)
	for _, parent := range parents {
		row.Now.Micros += change(o.now, parent, -1)
		row.Then.Micros += change(o.then, parent, -1)
	}
	return row
}

// rows lists the accounts below a root, cut to a depth: what lies deeper is one
// row. Distributions are one row, however many there were.
func (o *overviewOf) rows(root ledger.Account, depth int, sign int64) (out []figureRow) {
	seen := map[ledger.Account]bool{}
	for _, balances := range []map[ledger.Account]ledger.Balance{o.now, o.then} {
		for a := range balances {
			if a.In(root) {
				seen[cut(a, depth)] = true
			}
		}
	}
	for a := range seen {
		if row := o.total(a, sign); row.Now.Sign() != 0 || row.Then.Sign() != 0 {
			out = append(out, row)
		}
	}
	slices.SortFunc(out, func(a, b figureRow) int {
		if a.Now.Micros != b.Now.Micros {
			return int(max(-1, min(1, b.Now.Micros-a.Now.Micros)))
		}
		return strings.Compare(a.Label, b.Label)
	})
	return out
}

func cut(a ledger.Account, depth int) ledger.Account {
	if a.In("Expenses:Distribution") {
		return "Expenses:Distribution"
	}
	parts := strings.Split(string(a), ":")
	return ledger.Account(strings.Join(parts[:min(depth, len(parts))], ":"))
}

// withSum adds a total when there is more than one row.
func withSum(q *web.Request, rows []figureRow, total figureRow) []figureRow {
	if len(rows) < 2 {
		return rows
	}
	total.Label, total.Sums = q.T("books.overview.sum"), true
	return append(rows, total)
}

// owedShown is how many people the overview lists.
const owedShown = 8

// owed lists what is owed to whom at the end of the period.
func (o *overviewOf) owed() {
	var rows []figureRow
	for a, b := range o.now {
		if a.In(ledger.Liabilities) && b.Closing != 0 {
			rows = append(rows, figureRow{Label: accountName(o.q, o.v, o.called, a), Href: o.href(a), Now: o.amount(-b.Closing), Then: o.amount(-o.then[a].Closing)})
		}
	}
	slices.SortFunc(rows, func(a, b figureRow) int {
		if c, _ := b.Now.Cmp(a.Now); c != 0 {
			return c
		}
		return strings.Compare(a.Href, b.Href)
	})
	o.page.OwedMore = max(0, len(rows)-owedShown)
	o.page.OwedAll = o.href(ledger.Liabilities)
	total := figureRow{Now: o.amount(standing(o.now, ledger.Liabilities, -1)), Then: o.amount(standing(o.then, ledger.Liabilities, -1)), Href: o.page.OwedAll}
	o.page.Owed = withSum(o.q, rows[:min(len(rows), owedShown)], total)
}

// pot shows how the commons' own money moved, and what it is made of.
func (o *overviewOf) pot(in, out, shared, other figureRow) {
	end := func(balances map[ledger.Account]ledger.Balance) int64 {
		return standing(balances, ledger.Bank, 1) - standing(balances, ledger.Liabilities, -1)
	}
	start := func(balances map[ledger.Account]ledger.Balance) (sum int64) {
		for a, b := range balances {
			if a == ledger.Bank {
				sum += b.Opening
			} else if a.In(ledger.Liabilities) {
				sum += b.Opening // a debt is a credit, below zero
			}
		}
		return sum
	}
	row := func(key string, now, then int64, strong bool) {
		o.page.Pot = append(o.page.Pot, figureRow{Label: o.q.T(key), Now: o.amount(now), Then: o.amount(then), Strong: strong})
	}
	off := out.Now.Micros - shared.Now.Micros
	offThen := out.Then.Micros - shared.Then.Micros
	row("books.overview.start", start(o.now), start(o.then), true)
	row("books.overview.came_in", in.Now.Micros, in.Then.Micros, false)
	row("books.overview.taken_off", -off, -offThen, false)
	row("books.overview.shared_out", -shared.Now.Micros, -shared.Then.Micros, false)
	if other.Now.Sign() != 0 || other.Then.Sign() != 0 {
		row("books.overview.other", other.Now.Micros, other.Then.Micros, false)
	}
	row("books.overview.end", end(o.now), end(o.then), true)
	bank, owed := standing(o.now, ledger.Bank, 1), standing(o.now, ledger.Liabilities, -1)
	o.page.Figures = []figureRow{
		{Label: o.q.T("books.overview.came_in"), Now: in.Now, Then: in.Then, Href: o.href(ledger.Income)},
		{Label: o.q.T("books.overview.shared_out"), Now: shared.Now, Then: shared.Then, Href: o.href("Expenses:Distribution")},
		{Label: o.q.T("books.overview.owed"), Now: o.amount(owed), Href: o.page.OwedAll},
		{Label: o.q.T("books.overview.bank"), Now: o.amount(bank), Href: o.href(ledger.Bank)},
	}
}

// given lists what people gave, each unit on its own.
func (o *overviewOf) given() error {
	f, before := o.page.Period.Filter, o.page.Period.Before
	f.Unit, before.Unit = "", ""
	now, err := o.v.Ledger.Balances(f)
	if err != nil {
		return err
	}
	var then []ledger.Balance
	if o.page.Period.Then != "" {
		if then, err = o.v.Ledger.Balances(before); err != nil {
			return err
		}
	}
	for _, b := range now {
		if b.Account != ledger.Hours && b.Account != ledger.Contributed || b.Change() == 0 {
			continue
		}
		in := f
		in.Unit = b.Unit
		row := givenRow{Label: o.unitLabel(b), Now: quantity.Micros(b.Change(), b.Unit), Then: quantity.Amount{Unit: b.Unit},
			Href: accountHref(o.q, b.Account, in)}
		for _, t := range then {
			if t.Account == b.Account && t.Unit == b.Unit {
				row.Then.Micros = t.Change()
			}
		}
		o.page.Given = append(o.page.Given, row)
	}
	return nil
}

// unitLabel names an account together with what it counts.
func (o *overviewOf) unitLabel(b ledger.Balance) string {
	unit := o.q.UnitName(b.Unit)
	if unit == "" {
		unit = o.q.T("books.overview.pieces")
	}
	return accountName(o.q, o.v, o.called, b.Account) + ", " + unit
}

// flow draws where the period's money came from and went.
func (o *overviewOf) flow() {
	s := web.Sankey{Title: o.q.T("books.overview.flow"), Unit: o.page.Unit,
		Summary: o.q.T("books.overview.flow_text", "in", o.page.Figures[0].Now, "shared", o.page.Figures[1].Now)}
	pot := "pot"
	s.Nodes = append(s.Nodes, web.SankeyNode{ID: pot, Label: o.q.T("books.overview.pot")})
	link := func(from, to, label, href string, a quantity.Amount) {
		id := from
		if id == pot {
			id = to
		}
		s.Nodes = append(s.Nodes, web.SankeyNode{ID: id, Label: label, Href: href})
		s.Links = append(s.Links, web.SankeyLink{From: from, To: to, Amount: a, Href: href})
	}
	left := int64(0)
	for i, row := range o.page.In {
		if !row.Sums && row.Now.Sign() > 0 {
			link("in"+string(rune('a'+i)), pot, row.Label, row.Href, row.Now)
			left += row.Now.Micros
		}
	}
	for i, row := range o.page.Out {
		if !row.Sums && row.Now.Sign() > 0 {
			link(pot, "out"+string(rune('a'+i)), row.Label, row.Href, row.Now)
			left -= row.Now.Micros
		}
	}
	switch {
	case left > 0:
		link(pot, "kept", o.q.T("books.overview.kept"), "", o.amount(left))
	case left < 0:
		link("earlier", pot, o.q.T("books.overview.earlier"), "", o.amount(-left))
	}
	if len(s.Links) > 1 {
		o.page.Flow = s
	}
}

// chart draws what came in and was shared out, month by month.
func (o *overviewOf) chart() error {
	f := o.page.Period.Filter
	months, sums, err := o.v.Ledger.Months(f, ledger.Income, "Expenses:Distribution")
	if err != nil || len(months) < 2 {
		return err
	}
	c := &web.Chart{Kind: "bar", Title: o.q.T("books.overview.months"), Unit: o.page.Unit, Over: o.q.T("books.overview.month"),
		Summary: o.q.T("books.overview.months_text"), Series: []web.Series{{Name: o.q.T("books.overview.came_in")}, {Name: o.q.T("books.overview.shared_out")}}}
	for i, month := range months[max(0, len(months)-36):] {
		at := i + max(0, len(months)-36)
		first, _ := time.Parse("2006-01", month)
		c.Categories = append(c.Categories, o.q.Month(first))
		c.Series[0].Values = append(c.Series[0].Values, o.amount(-sums[0][at]))
		c.Series[1].Values = append(c.Series[1].Values, o.amount(sums[1][at]))
	}
	o.page.Chart = c
	return nil
}
