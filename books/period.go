package books

import (
	"cmp"
	"strconv"
	"time"

	"commonweal/books/ledger"
	"commonweal/platform/web"
)

// period is the days a page shows, and those it compares them with.
type period struct {
	Filter ledger.Filter
	Before ledger.Filter // zero days when there is nothing to compare with
	Label  string
	Then   string // what the compared period is called; empty for none
	Tabs   []web.Tab
	Custom bool // the reader chose the days
	Times  []web.Option
	Kept   []web.Option // what else the address asks: value by name
}

// yearsShown is how many years have a tab of their own.
const yearsShown = 4

// periodOf reads the period of a page: a year, the last twelve months (the
// default), all time, or days of the reader's choice.
func periodOf(q *web.Request, v *View) (p period, err error) {
	f := q.Form()
	p.Filter = filterOf(f)
	known := f.Date("known")
	compare := f.Raw("compare")
	if !f.OK() {
		return p, f.Err()
	}
	if known != "" {
		p.Filter.Size = v.Ledger.SizeAt(known)
	}
	word := f.Raw("period")
	p.Custom = p.Filter.From != "" || p.Filter.To != ""
	narrowed := p.Custom || known != "" || p.Filter.By != ledger.Happened
	today := v.Now().In(v.Ledger.Zone())
	switch {
	case p.Custom:
		word, p.Label = "", q.T("books.period.custom", "from", orOpen(q, p.Filter.From), "to", orOpen(q, p.Filter.To))
	case word == "all":
		p.Label = q.T("books.period.all")
	case isYear(word):
		p.Label, p.Filter.From, p.Filter.To = word, word+"-01-01", word+"-12-31"
	default:
		word, p.Label = "year", q.T("books.period.year")
		p.Filter.From, p.Filter.To = today.AddDate(-1, 0, 1).Format(time.DateOnly), today.Format(time.DateOnly)
	}
	if p.Filter, err = v.Pin(p.Filter); err != nil {
		return p, err
	}
	p.compare(q, compare, word)
	p.Custom = narrowed
	p.tabs(q, v, word)
	for _, by := range [...]ledger.Time{ledger.Happened, ledger.Recorded} {
		p.Times = append(p.Times, web.Option{Value: string(by), Label: q.T("books.period.by_" + cmp.Or(string(by), "happened"))})
	}
	for _, x := range [...]web.Option{{Value: "unit", Label: string(p.Filter.Unit)}, {Value: "account", Label: string(p.Filter.Account)}, {Value: "project", Label: string(p.Filter.Project)}, {Value: "agent", Label: string(p.Filter.Agent)}} {
		if x.Label != "" {
			p.Kept = append(p.Kept, x)
		}
	}
	return p, nil
}

func isYear(word string) bool {
	n, err := strconv.Atoi(word)
	return err == nil && len(word) == 4 && n >= 1000
}

func orOpen(q *web.Request, day string) string {
	if day == "" {
		return q.T("books.period.open")
	}
	return day
}

// compare chooses the days before: as many as the period has, or the same a
// year earlier.
func (p *period) compare(q *web.Request, how, word string) {
	from, errFrom := time.Parse(time.DateOnly, p.Filter.From)
	to, errTo := time.Parse(time.DateOnly, p.Filter.To)
	if how == "none" || errFrom != nil || errTo != nil {
		return
	}
	p.Before = p.Filter
	if how == "year" || word != "" {
		from, to = from.AddDate(-1, 0, 0), to.AddDate(-1, 0, 0)
	} else {
		days := int(to.Sub(from)/(24*time.Hour)) + 1
		from, to = from.AddDate(0, 0, -days), from.AddDate(0, 0, -1)
	}
	p.Before.From, p.Before.To = from.Format(time.DateOnly), to.Format(time.DateOnly)
	p.Then = p.Before.From + " – " + p.Before.To
	if isYear(word) {
		p.Then = p.Before.From[:4]
	} else if word == "year" {
		p.Then = q.T("books.period.year_before")
	}
}

// tabs offer the usual periods, and keep the rest of the question.
func (p *period) tabs(q *web.Request, v *View, word string) {
	rest := p.Filter
	rest.From, rest.To = "", ""
	if rest.Size == v.Head.Size {
		rest.Size = 0
	}
	href := func(word string) string {
		all := parameters(rest)
		if all != "?" {
			all += "&"
		}
		return q.R.URL.Path + all + "period=" + word
	}
	p.Tabs = []web.Tab{{Label: q.T("books.period.year"), Href: href("year"), Current: word == "year"}}
	first, last := v.Ledger.Days()
	if first != "" {
		for year, n := last[:4], 0; year >= first[:4] && n < yearsShown; n++ {
			p.Tabs = append(p.Tabs, web.Tab{Label: year, Href: href(year), Current: word == year})
			y, _ := strconv.Atoi(year)
			year = strconv.Itoa(y - 1)
		}
	}
	p.Tabs = append(p.Tabs, web.Tab{Label: q.T("books.period.all"), Href: href("all"), Current: word == "all"})
}
