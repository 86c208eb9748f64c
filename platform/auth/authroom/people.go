package authroom

import (
	"strconv"
	"strings"

	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

func (r room) peopleRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/people", Needs: auth.CanMembers, Handle: r.people},
		{Pattern: "POST /c/{commons}/people/role", Needs: auth.CanSetRole, Handle: r.setRole},
		{Pattern: "POST /c/{commons}/people/remove", Needs: auth.CanRemove, Handle: r.remove},
		{Pattern: "POST /c/{commons}/people/recover", Needs: auth.CanRecover, Handle: r.recoverMember},
		{Pattern: "POST /c/{commons}/people/leave", Needs: auth.CanLeave, Handle: r.leave},
		{Pattern: "GET /c/{commons}/people/invites", Needs: auth.CanInvite, Handle: r.invites},
		{Pattern: "POST /c/{commons}/people/invites", Needs: auth.CanInvite, Handle: r.invite},
		{Pattern: "POST /c/{commons}/people/invites/withdraw", Needs: auth.CanInvite, Handle: r.withdraw},
	}
}

// rowsShown is how many people one page lists.
const rowsShown = 100

// personRow is one line of the list of people.
type personRow struct {
	auth.Membership
	Me      bool
	Steward bool
}

// peoplePage is what the list of people shows.
type peoplePage struct {
	Form   *web.Form
	People []personRow
	Next   string
	First  bool
	Link   string // a recovery link that was just made
	For    string // whose
}

func (r room) people(q *web.Request) error { return r.showPeople(q, "", "") }

func (r room) showPeople(q *web.Request, link, whose string) error {
	p := peoplePage{Form: q.Form(), Link: link, For: whose}
	after := readCursor(q.R.URL.Query().Get("after"))
	p.First = after.Agent == ""
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(s *store.Snapshot) error {
		list, err := auth.PresentMembers(s, after, rowsShown+1)
		if len(list) > rowsShown {
			list = list[:rowsShown]
			p.Next = q.Path("people") + "?after=" + cursor(list[rowsShown-1])
		}
		for _, m := range list {
			p.People = append(p.People, personRow{m, m.Agent == q.Who.Agent, m.Role == auth.Steward})
		}
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "auth/people.html", Title: q.T("auth.people.title"), Active: "/people", Data: p})
}

// cursor is the place after a member, as the address of the next page holds it.
func cursor(m auth.Membership) string {
	return strconv.FormatInt(store.Micros(m.Joined), 36) + "." + string(m.Agent)
}

// readCursor is the inverse of cursor; anything else is the start.
func readCursor(text string) auth.Membership {
	at, agent, _ := strings.Cut(text, ".")
	micros, err := strconv.ParseInt(at, 36, 64)
	id, ok := store.ParseID(agent)
	if err != nil || !ok {
		return auth.Membership{}
	}
	return auth.Membership{Joined: store.Time(micros), Agent: id}
}

// afterPeople leads back to the list, or shows it with what was wrong.
func (r room) afterPeople(q *web.Request, err error, key string) error {
	switch {
	case err == nil:
		return q.Redirect(q.Path("people"), key)
	case q.Form().Blame(err):
		return r.people(q)
	}
	return err
}

func (r room) setRole(q *web.Request) error {
	f := q.Form()
	agent := f.ID("member", web.Required)
	role, err := auth.ParseRole(f.Raw("role"))
	if err == nil && f.OK() {
		err = r.gate.SetRole(q.R.Context(), q.Who, agent, role)
	} else if err == nil {
		return r.people(q)
	}
	return r.afterPeople(q, err, "auth.people.role_done")
}

func (r room) remove(q *web.Request) error {
	agent := q.Form().ID("member", web.Required)
	if !q.Form().OK() {
		return r.people(q)
	}
	return r.afterPeople(q, r.gate.Remove(q.R.Context(), q.Who, agent), "auth.people.removed")
}

func (r room) leave(q *web.Request) error {
	if err := r.gate.Leave(q.R.Context(), q.Who); err != nil {
		return r.afterPeople(q, err, "")
	}
	return q.Redirect("/", "auth.people.left")
}

func (r room) recoverMember(q *web.Request) error {
	agent := q.Form().ID("member", web.Required)
	if !q.Form().OK() {
		return r.people(q)
	}
	var m auth.Membership
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(s *store.Snapshot) (err error) {
		m, err = auth.ActiveMember(s, agent)
		return err
	})
	if err != nil {
		return err
	}
	secret, err := r.gate.NewRecovery(q.R.Context(), q.Who, m.Account)
	if err != nil {
		return r.afterPeople(q, err, "")
	}
	return r.showPeople(q, r.link("/recover?link="+secret), m.Name)
}

// invitesPage is what the page of invites shows.
type invitesPage struct {
	Form    *web.Form
	Invites []auth.Invite
	Roles   []web.Option
	Lives   []web.Option
	Link    string // that was just made
}

func (r room) invites(q *web.Request) error { return r.showInvites(q, "") }

func (r room) showInvites(q *web.Request, link string) (err error) {
	p := invitesPage{Form: q.Form(), Lives: lifeOptions(q), Link: link}
	for _, role := range auth.Roles()[1:] {
		p.Roles = append(p.Roles, web.Option{Value: role.String(), Label: q.T("auth.role." + role.String()), Hint: q.T("auth.role." + role.String() + "_hint")})
	}
	p.Form.Default("role", auth.Member.String())
	p.Form.Default("uses", "1")
	p.Form.Default("life", "7")
	if p.Invites, err = r.gate.Invites(q.R.Context(), q.Who); err != nil {
		return err
	}
	return q.Render(web.Page{Template: "auth/invites.html", Title: q.T("auth.invites.title"), Active: "/people", Data: p,
		Crumbs: []web.Crumb{{Label: q.T("auth.nav.people"), Path: q.Path("people")}, {Label: q.T("auth.invites.title")}}})
}

func (r room) invite(q *web.Request) error {
	f := q.Form()
	ask := auth.InviteAsk{Uses: int(f.Int("uses", 1, 1000, web.Required)), Life: life(f), Note: f.Text("note")}
	var err error
	if ask.Role, err = auth.ParseRole(f.Raw("role")); err != nil {
		f.Blame(err)
	}
	if !f.OK() {
		return r.showInvites(q, "")
	}
	secret, _, err := r.gate.Invite(q.R.Context(), q.Who, ask)
	if err != nil {
		if !f.Blame(err) {
			return err
		}
		return r.showInvites(q, "")
	}
	return r.showInvites(q, r.link("/join/"+q.Commons.Slug+"?link="+secret))
}

func (r room) withdraw(q *web.Request) error {
	id := q.Form().ID("invite", web.Required)
	if !q.Form().OK() {
		return r.showInvites(q, "")
	}
	if err := r.gate.WithdrawInvite(q.R.Context(), q.Who, id); err != nil {
		return err
	}
	return q.Redirect(q.Path("people", "invites"), "auth.invites.withdrawn")
}
