package authroom

import (
	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

func (r room) hostRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /accounts", Needs: auth.CanAccounts, Handle: r.accounts},
		{Pattern: "POST /accounts/admin", Needs: auth.CanAccounts, Handle: r.setAdmin},
		{Pattern: "POST /accounts/recover", Needs: auth.CanAccounts, Handle: r.recoverAccount},
	}
}

// accountsPage is what administrators see of the accounts of the host.
type accountsPage struct {
	Form     *web.Form
	Accounts []auth.Account
	Me       store.ID
	Next     string
	First    bool
	Link     string // a recovery link that was just made
	For      string // whose
}

func (r room) accounts(q *web.Request) error { return r.showAccounts(q, "", "") }

func (r room) showAccounts(q *web.Request, link, whose string) error {
	after, _ := store.ParseID(q.R.URL.Query().Get("after"))
	list, err := r.gate.Accounts(q.R.Context(), q.Who, after, rowsShown+1)
	if err != nil {
		return err
	}
	p := accountsPage{Form: q.Form(), Accounts: list, Me: q.Who.Account, First: after == "", Link: link, For: whose}
	if len(list) > rowsShown {
		p.Accounts = list[:rowsShown]
		p.Next = "/accounts?after=" + string(list[rowsShown-1].ID)
	}
	return render(q, "accounts.html", "auth.accounts.title", p)
}

func (r room) setAdmin(q *web.Request) error {
	f := q.Form()
	account := f.ID("account", web.Required)
	if !f.OK() {
		return r.accounts(q)
	}
	if err := r.gate.SetAdmin(q.R.Context(), q.Who, account, f.Bool("admin")); err != nil {
		if !f.Blame(err) {
			return err
		}
		return r.accounts(q)
	}
	if account == q.Who.Account { // who gave it up themselves cannot see the list any more
		return q.Redirect("/account", "auth.accounts.done")
	}
	return q.Redirect("/accounts", "auth.accounts.done")
}

func (r room) recoverAccount(q *web.Request) error {
	id := q.Form().ID("account", web.Required)
	if !q.Form().OK() {
		return r.accounts(q)
	}
	a, err := r.gate.Account(q.R.Context(), id)
	if err != nil {
		return err
	}
	secret, err := r.gate.NewRecovery(q.R.Context(), q.Who, id)
	if err != nil {
		return err
	}
	return r.showAccounts(q, r.link("/recover?link="+secret), a.Name)
}
