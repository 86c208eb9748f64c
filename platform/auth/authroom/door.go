package authroom

import (
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/web"
)

func (r room) doorRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /sign-in", Handle: r.signInPage},
		{Pattern: "POST /sign-in", Handle: r.signIn},
		{Pattern: "POST /sign-in/passkey/begin", Handle: r.beginPasskeySignIn},
		{Pattern: "POST /sign-in/passkey", Handle: r.finishPasskeySignIn},
		{Pattern: "POST /sign-out", Handle: r.signOut},
		{Pattern: "GET /welcome", Handle: r.welcomePage},
		{Pattern: "POST /welcome", Handle: r.welcome},
		{Pattern: "GET /recover", Handle: r.recoverPage},
		{Pattern: "POST /recover", Handle: r.recover},
		{Pattern: "GET /join/{slug}", Handle: r.joinPage},
		{Pattern: "POST /join/{slug}", Handle: r.join},
	}
}

// door is what the pages before the door show.
type door struct {
	Form    *web.Form
	Link    string // the secret of the link that led here
	Next    string
	Commons commons.Commons
	Role    string
	Who     auth.Identity
}

func (r room) signInPage(q *web.Request) error {
	if q.Who.Account != "" {
		return q.Redirect(next(q), "")
	}
	return render(q, "sign_in.html", "auth.sign_in.title", door{Form: q.Form(), Next: next(q)})
}

func (r room) signIn(q *web.Request) error {
	f := q.Form()
	s, err := r.gate.SignIn(q.R.Context(), f.Raw("name"), f.Raw("password"), r.gate.Visit(q.R))
	if err == nil {
		return r.enter(q, s, next(q), "")
	}
	if fault.KindOf(err) == fault.Unauthenticated {
		f.Fail("name", fault.CodeOf(err), "%s", err)
	} else if !f.Blame(err) {
		return err
	}
	return render(q, "sign_in.html", "auth.sign_in.title", door{Form: f, Next: next(q)})
}

// enter ends the session the browser came with, if any, hands it the new one
// and leads on.
func (r room) enter(q *web.Request, s auth.NewSession, path, key string, args ...any) error {
	if q.Who.Session != "" {
		if err := r.gate.SignOut(q.R.Context(), q.Who, q.Who.Session); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	r.gate.SetCookie(q.W, s)
	return q.Redirect(path, key, args...)
}

func (r room) signOut(q *web.Request) error {
	if q.Who.Session != "" {
		if err := r.gate.SignOut(q.R.Context(), q.Who, q.Who.Session); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	r.gate.ClearCookie(q.W)
	return q.Redirect("/", "auth.sign_out.done")
}

func (r room) welcomePage(q *web.Request) error {
	if err := r.gate.CheckLink(q.R.Context(), q.Form().Raw("link"), "first"); err != nil {
		return err
	}
	return render(q, "welcome.html", "auth.welcome.title", door{Form: q.Form(), Link: q.Form().Raw("link")})
}

func (r room) welcome(q *web.Request) error {
	f := q.Form()
	p := person(f)
	requirePassword(f)
	if f.OK() {
		s, err := r.gate.AcceptFirstRun(q.R.Context(), f.Raw("link"), p, r.gate.Visit(q.R))
		if err == nil {
			return r.enter(q, s, "/commons/new", "auth.welcome.done", "name", p.Name)
		}
		if !f.Blame(err) {
			return err
		}
	}
	return render(q, "welcome.html", "auth.welcome.title", door{Form: f, Link: f.Raw("link")})
}

func requirePassword(f *web.Form) {
	if f.Raw("password") == "" {
		f.Fail("password", "auth.password", "choose a password of at least 10 characters; three or four unrelated words are easy to remember")
	}
}

func (r room) recoverPage(q *web.Request) error {
	if err := r.gate.CheckLink(q.R.Context(), q.Form().Raw("link"), "recovery"); err != nil {
		return err
	}
	return render(q, "recover.html", "auth.recover.title", door{Form: q.Form(), Link: q.Form().Raw("link")})
}

func (r room) recover(q *web.Request) error {
	f := q.Form()
	s, err := r.gate.Recover(q.R.Context(), f.Raw("link"), f.Raw("password"), r.gate.Visit(q.R))
	if err == nil {
		return r.enter(q, s, "/account", "auth.recover.done")
	}
	if !f.Blame(err) {
		return err
	}
	return render(q, "recover.html", "auth.recover.title", door{Form: f, Link: f.Raw("link")})
}

// invited finds the commons and the invite of a link; whatever is wrong with
// it, the answer is the same.
func (r room) invited(q *web.Request) (door, error) {
	c, found, err := r.directory.BySlug(q.R.Context(), q.R.PathValue("slug"))
	if err != nil {
		return door{}, err
	}
	d := door{Form: q.Form(), Link: q.Form().Raw("link"), Commons: c, Who: q.Who}
	if !found {
		d.Link = "" // no invite has an empty secret: the same answer as for a bad link
	}
	v, err := r.gate.CheckInvite(q.R.Context(), c.ID, d.Link)
	d.Role = v.Role.String()
	return d, err
}

func (r room) joinPage(q *web.Request) error {
	d, err := r.invited(q)
	if err != nil {
		return err
	}
	return render(q, "join.html", "auth.join.title", d)
}

func (r room) join(q *web.Request) error {
	d, err := r.invited(q)
	if err != nil {
		return err
	}
	home := "/c/" + d.Commons.Slug
	if q.Who.Account != "" {
		if _, err := r.gate.AcceptInvite(q.R.Context(), q.Who, d.Commons.ID, d.Link); err != nil {
			return err
		}
		return q.Redirect(home, "auth.join.done", "commons", d.Commons.Name)
	}
	p := person(d.Form)
	requirePassword(d.Form)
	if d.Form.OK() {
		s, _, err := r.gate.JoinByInvite(q.R.Context(), d.Commons.ID, d.Link, p, r.gate.Visit(q.R))
		if err == nil {
			return r.enter(q, s, home, "auth.join.done", "commons", d.Commons.Name)
		}
		if !d.Form.Blame(err) {
			return err
		}
	}
	return render(q, "join.html", "auth.join.title", d)
}
