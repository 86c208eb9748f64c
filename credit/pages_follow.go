package credit

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// policies says which policy an account may follow.
func (page *limitsPage) policies(q *web.Request, c Currency, a Account) {
	page.Decided = a.Role == OfMember && a.Limits.Decision != nil
	groups := c.Groups()
	if a.Role != OfMember || len(groups) < 2 {
		return
	}
	for _, g := range groups {
		label := g.Name
		if label == "" {
			label = q.T("credit.bounds.everybody")
		}
		page.Groups = append(page.Groups, web.Option{Value: g.Name, Label: label})
	}
	page.Form.Default("group", a.Limits.Group)
}

// followOnPage puts an account into a group, or ends what was decided for it.
func (p *Practice) followOnPage(q *web.Request) error {
	f := q.Form()
	id := store.ID(q.R.PathValue("account"))
	reason := f.Text("for", web.Required, web.Max(maxNote))
	if f.OK() {
		var err error
		if f.Raw("do") == "follow" {
			_, err = FollowPolicy(q.R.Context(), q.Store, q.Who, q.Idempotency(), FollowAsk{Account: id, Reason: reason})
		} else {
			_, err = SetGroup(q.R.Context(), q.Store, q.Who, q.Idempotency(), GroupAsk{Account: id, Group: f.Text("group"), Reason: reason})
		}
		if err == nil {
			return q.Redirect(q.Path("credit", "accounts", string(id)), "credit.limits.done")
		}
		if !f.Blame(err) {
			return err
		}
	}
	var page limitsPage
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		page, err = limitsFor(q, r)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "credit/limits.html", Title: q.T("credit.limits.title", "who", page.Face.Name), Active: atHome, Data: page})
}

// stepsOf says in words how a policy came to a band: each rule with the figure
// that it looks at and how far below zero it lets the account go.
func stepsOf(q *web.Request, c Currency, x BandChange) (out []string) {
	for _, part := range x.Parts {
		key, from := "credit.bounds.step", ""
		if part.From > 0 {
			key, from = "credit.bounds.step_from", q.Quantity(Micros(part.From).of(c.Unit))
		}
		out = append(out, q.T(key, "rule", q.T("credit.policy."+string(part.Rule)), "from", from, "line", q.Quantity(Micros(part.Line).of(c.Unit))))
	}
	return out
}
