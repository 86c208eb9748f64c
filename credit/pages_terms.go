package credit

import (
	"slices"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
	"commonweal/vf/naming"
)

func (p *Practice) termsRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/credit/accounts/{account}/settings", Needs: Pay, Handle: p.terms},
		{Pattern: "POST /c/{commons}/credit/accounts/{account}/settings", Needs: Pay, Handle: p.terms},
		{Pattern: "GET /c/{commons}/credit/accounts/new", Needs: Pay, Handle: p.newAccount},
		{Pattern: "POST /c/{commons}/credit/accounts/new", Needs: Pay, Handle: p.newAccount},
	}
}

// termsPage is what the holder of an account decides about it.
type termsPage struct {
	Form      *web.Form
	Face      face
	New       bool
	Steward   bool
	Audiences []web.Option
	Accepts   []web.Option
	Listed    []web.Option // who is paid at once
	Delegates []web.Option // who pays from it too
	Choices   []web.Option // currencies
}

// terms shows and changes the settings of an account.
func (p *Practice) terms(q *web.Request) error {
	f := q.Form()
	page := termsPage{Form: f}
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		if page.Face, err = openFace(q, r, s, store.ID(q.R.PathValue("account"))); err != nil {
			return err
		}
		return page.fill(q, r, s)
	})
	if err != nil {
		return err
	}
	if q.R.Method == "POST" {
		terms, err := p.readTerms(q, page.Face.Account)
		if err != nil {
			return err
		}
		if f.OK() {
			a, err := SetTerms(q.R.Context(), q.Store, q.Who, q.Idempotency(), TermsAsk{Account: page.Face.ID, Terms: terms})
			if err == nil {
				return q.Redirect(q.Path("credit", "accounts", string(a.ID)), "credit.terms.done")
			}
			if !f.Blame(err) {
				return err
			}
		}
	}
	return q.Render(web.Page{Template: "credit/terms.html", Title: q.T("credit.terms.title", "who", page.Face.Name), Active: atHome, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("credit.home.title"), Path: q.Path("credit")}, {Label: page.Face.Name, Path: page.Face.Href}}})
}

// fill puts the terms there are on the form.
func (page *termsPage) fill(q *web.Request, r store.Reader, s *Settings) error {
	t, c := page.Face.Terms, s.Currencies[page.Face.Currency]
	f := page.Form
	f.Default("label", t.Label)
	f.Default("audience", string(t.Audience))
	f.Default("accept", string(t.Accept))
	hours := int64(t.AfterHours)
	if hours == 0 {
		hours = 72
	}
	f.Default("after_hours", itoa(hours))
	page.Audiences, page.Accepts = termOptions(q, c.Terms.Over(AccountTerms{}), true)
	listed, err := loadFaces(q, r, s, t.Listed...)
	if err != nil {
		return err
	}
	for _, id := range t.Listed {
		page.Listed = append(page.Listed, web.Option{Value: string(id), Label: listed[id].Name})
	}
	called, err := naming.Load(q, r, t.Delegates...)
	for _, id := range t.Delegates {
		page.Delegates = append(page.Delegates, web.Option{Value: string(id), Label: called.Of(id)})
	}
	return err
}

// termOptions are the ways to see a balance and to answer requests. Where there
// is something to inherit, the first says what that is.
func termOptions(q *web.Request, inherited AccountTerms, inherits bool) (audiences, accepts []web.Option) {
	if inherits {
		audiences = []web.Option{{Value: "", Label: q.T("credit.terms.inherit", "what", q.T("credit.audience."+string(inherited.Audience)))}}
		accepts = []web.Option{{Value: "", Label: q.T("credit.terms.inherit", "what", q.T("credit.accept."+string(inherited.Accept)))}}
	}
	for _, a := range []Audience{ForHolder, ForStewards, ForMembers, ForWorld} {
		audiences = append(audiences, web.Option{Value: string(a), Label: q.T("credit.audience." + string(a))})
	}
	for _, a := range []Acceptance{Ask, Always, Listed, After} {
		if a != Listed || inherits { // a list is of one account
			accepts = append(accepts, web.Option{Value: string(a), Label: q.T("credit.accept." + string(a))})
		}
	}
	return audiences, accepts
}

var (
	audiences   = []string{"", string(ForHolder), string(ForStewards), string(ForMembers), string(ForWorld)}
	acceptances = []string{"", string(Ask), string(Always), string(Listed), string(After)}
)

// readTerms reads the terms of the form: the lists as they are ticked, with the
// names that were added.
func (p *Practice) readTerms(q *web.Request, a Account) (t AccountTerms, err error) {
	f := q.Form()
	t = AccountTerms{Label: f.Text("label", web.Max(80)), Audience: Audience(f.Choice("audience", audiences)), Accept: Acceptance(f.Choice("accept", acceptances)), Listed: f.IDs("listed"), Delegates: f.IDs("delegates")}
	if t.Accept == After {
		t.AfterHours = int(f.Int("after_hours", 1, 720, web.Required))
	}
	listed, delegate := f.Text("add_listed", web.Max(200)), f.Text("add_delegate", web.Max(200))
	err = p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		for _, name := range []struct {
			field, text string
			add         func(Account)
		}{
			{"add_listed", listed, func(x Account) { t.Listed = append(t.Listed, x.ID) }},
			{"add_delegate", delegate, func(x Account) { t.Delegates = append(t.Delegates, x.Agent) }},
		} {
			if name.text == "" {
				continue
			}
			found, err := searched(r, a.Currency, name.text, 10)
			if err != nil {
				return err
			}
			if len(found) != 1 {
				f.Fail(name.field, "credit.which_one", "%d accounts belong to somebody called %.60q; write the whole name of one", len(found), name.text)
				continue
			}
			name.add(found[0])
		}
		return nil
	})
	return t, err
}

// newAccount opens one more account, or as a steward one for somebody else.
func (p *Practice) newAccount(q *web.Request) error {
	f := q.Form()
	page := termsPage{Form: f, New: true, Steward: q.Who.Can(Accounts)}
	var agent store.ID
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		page.Choices = currencyOptions(s)
		if name := f.Text("holder", web.Max(200)); name != "" && page.Steward {
			agent, err = holderCalled(r, f, name)
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(page.Choices) > 0 {
		f.Default("currency", page.Choices[0].Value)
	}
	ask := AccountAsk{Currency: f.ID("currency", web.Required), Agent: agent, Terms: AccountTerms{Label: f.Text("label", web.Max(80))}}
	if q.R.Method == "POST" && f.OK() {
		a, err := OpenAccount(q.R.Context(), q.Store, q.Who, q.Idempotency(), ask)
		if err == nil {
			return q.Redirect(q.Path("credit", "accounts", string(a.ID)), "credit.terms.opened")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return q.Render(web.Page{Template: "credit/account_new.html", Title: q.T("credit.terms.new"), Active: atHome, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("credit.home.title"), Path: q.Path("credit")}}})
}

// holderCalled finds the one agent who is called by a name: a member, or an
// organization of the ledger.
func holderCalled(r store.Reader, f *web.Form, name string) (store.ID, error) {
	found, err := vf.Agents(r, vf.AgentFilter{Search: name, Limit: 10})
	if exact := slices.DeleteFunc(slices.Clone(found), func(a vf.Agent) bool { return a.Name != name }); len(exact) > 0 {
		found = exact
	}
	if err == nil && len(found) != 1 {
		f.Fail("holder", "credit.which_holder", "%d are called %.60q; write the whole name of one", len(found), name)
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return found[0].ID, nil
}
