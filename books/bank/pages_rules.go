package bank

import (
	"slices"
	"strings"

	"commonweal/books"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// ruleRow is a rule in words.
type ruleRow struct {
	Like, Says, Drop string
	In               bool
}

type rulesPageView struct {
	Tabs []web.Tab
	Rows []ruleRow
}

// rulesPage lists the rules.
func (b *Bank) rulesPage(q *web.Request) error {
	var page rulesPageView
	err := b.Books.Read(q.R.Context(), q.Commons.ID, func(v *books.View) (err error) {
		if page.Tabs, err = b.tabs(q, v.Snapshot, "rules"); err != nil {
			return err
		}
		rules, err := Rules(v.Snapshot)
		if err != nil {
			return err
		}
		s, err := sayer(q, v)
		slices.SortFunc(rules, ruleOrder)
		none := quantity.Amount{}
		for _, r := range rules {
			var like []string
			for _, text := range []string{string(r.Account), r.Name, r.Words} {
				if text != "" {
					like = append(like, text)
				}
			}
			row := ruleRow{Like: strings.Join(like, " · "), In: r.In, Drop: path(q, "rules", string(r.ID), "drop")}
			row.Says = s.part(Part{As: r.As, Agent: r.Agent, Name: r.Party, Kind: r.Kind}, none)
			page.Rows = append(page.Rows, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "bank/rules.html", Title: q.T("bank.tab.rules"), Active: atBank, Data: page, Crumbs: crumbs(q)})
}

// dropRule takes a rule away.
func (b *Bank) dropRule(q *web.Request) error {
	id, ok := store.ParseID(q.R.PathValue("id"))
	if !ok {
		return fault.NotFoundf("bank.unknown_rule", "rule", "there is no such rule")
	}
	if err := b.DropRule(q.R.Context(), q.Who, q.Idempotency(), id); err != nil {
		return err
	}
	return q.Redirect(path(q, "rules"), "bank.rules.dropped")
}
