package credit

import (
	"strings"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

func (p *Practice) splitRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/credit/split", Needs: Pay, Handle: p.split},
		{Pattern: "POST /c/{commons}/credit/split", Needs: Pay, Handle: p.split},
	}
}

// splitPage splits an amount among many.
type splitPage struct {
	Form  *web.Form
	Own   []web.Option
	Mine  face
	Unit  quantity.Unit
	Ways  []web.Option
	Parts []splitPart
	Seen  string
}

type splitPart struct {
	Name   string
	Amount quantity.Amount
}

// split reads who shares and how much, shows the part of each, and then asks
// them all or pays them all.
func (p *Practice) split(q *web.Request) error {
	f := q.Form()
	f.Default("way", "ask")
	page := splitPage{Form: f, Ways: []web.Option{{Value: "ask", Label: q.T("credit.split.ask"), Hint: q.T("credit.split.ask_hint")}, {Value: "pay", Label: q.T("credit.split.pay"), Hint: q.T("credit.split.pay_hint")}}}
	ask := SplitAsk{Ask: f.Choice("way", []string{"ask", "pay"}) == "ask", Note: f.Text("note", web.Max(maxNote)), Private: f.Bool("private"), Myself: f.Bool("myself")}
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error { return page.read(q, r, &ask) })
	if err != nil {
		return err
	}
	if q.R.Method == "POST" && f.OK() && f.Raw("do") == "split" && f.Raw("seen") == page.Seen {
		_, err := Split(q.R.Context(), q.Store, q.Who, q.Idempotency(), ask)
		if err == nil {
			return q.Redirect(q.Path("credit"), "credit.split.done_"+f.Raw("way"), "n", len(ask.Others))
		}
		if !f.Blame(err) {
			return err
		}
	}
	return q.Render(web.Page{Template: "credit/split.html", Title: q.T("credit.split.title"), Active: atHome, Data: page, Crumbs: []web.Crumb{{Label: q.T("credit.home.title"), Path: q.Path("credit")}}})
}

// read fills in the ask from the form: names are one a line, each of one account.
func (page *splitPage) read(q *web.Request, r store.Reader, ask *SplitAsk) error {
	s, err := settings.Get(r)
	if err != nil {
		return err
	}
	f := page.Form
	pay := payForm{Form: f}
	if err := pay.mine(q, r, s); err != nil || pay.Mine.ID == "" {
		return err
	}
	page.Own, page.Mine = pay.Own, pay.Mine
	c := s.Currencies[pay.Mine.Currency]
	page.Unit, ask.Account = c.Unit, pay.Mine.ID
	if q.R.Method != "POST" {
		return nil
	}
	ask.Amount = f.Amount("amount", c.Unit, web.Required)
	names, err := page.names(r, ask, c)
	if err != nil || !f.OK() {
		return err
	}
	parts, err := ask.parts(c)
	if f.Blame(err) {
		return nil
	}
	for i, part := range parts {
		page.Parts = append(page.Parts, splitPart{names[i], part})
	}
	page.Seen = strings.Join([]string{string(ask.Account), ask.Amount.String(), f.Raw("way"), f.Raw("myself"), f.Raw("names")}, " ")
	return err
}

// names finds the accounts of those who are named, one a line.
func (page *splitPage) names(r store.Reader, ask *SplitAsk, c Currency) (names []string, err error) {
	f := page.Form
	for _, line := range strings.Split(f.Text("names", web.Required, web.Max(8000)), "\n") {
		name := strings.TrimSpace(line)
		if name == "" {
			continue
		}
		if len(names) == maxSplit {
			f.Fail("names", "credit.split_number", "an amount is split among 1 to %d others, not %d", maxSplit, len(names)+1)
			return nil, nil
		}
		found, err := searched(r, c.ID, name, 10)
		if err != nil {
			return nil, err
		}
		if len(found) != 1 {
			f.Fail("names", "credit.which_one", "%d accounts belong to somebody called %.60q; write the whole name of one", len(found), name)
			continue
		}
		ask.Others, names = append(ask.Others, found[0].ID), append(names, name)
	}
	return names, nil
}
