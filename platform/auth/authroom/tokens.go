package authroom

import (
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/web"
)

const day = 24 * time.Hour

// lives are the choices of how long a link or token lasts, in days.
var lives = []string{"1", "7", "30", "90", "365"}

func lifeOptions(q *web.Request) (list []web.Option) {
	for _, days := range lives {
		list = append(list, web.Option{Value: days, Label: q.T("auth.life.days_" + days)})
	}
	return list
}

func life(f *web.Form) time.Duration { return time.Duration(f.Int("life", 1, 365, web.Required)) * day }

// scope is a capability that a token may be given.
type scope struct {
	auth.Grant
	Checked bool
}

// tokensPage is what the page of tokens shows.
type tokensPage struct {
	Form   *web.Form
	Scopes []scope
	Lives  []web.Option
	Tokens []tokenRow
	Secret string // of the token that was just made
}

func (r room) tokens(q *web.Request) error { return r.showTokens(q, "") }

func (r room) showTokens(q *web.Request, secret string) (err error) {
	p := tokensPage{Form: q.Form(), Lives: lifeOptions(q), Secret: secret}
	p.Form.Default("life", "90")
	chosen := map[string]bool{}
	for _, c := range p.Form.RawAll("scope") {
		chosen[c] = true
	}
	for _, g := range r.gate.Table().Grants() {
		if q.Who.Can(g.Capability) && !g.Admin && !g.Personal {
			p.Scopes = append(p.Scopes, scope{g, chosen[string(g.Capability)]})
		}
	}
	if p.Tokens, err = r.tokenRows(q); err != nil {
		return err
	}
	return q.Render(web.Page{Template: "auth/tokens.html", Title: q.T("auth.tokens.title"), Data: p,
		Crumbs: []web.Crumb{{Label: q.T("auth.nav.people"), Path: q.Path("people")}, {Label: q.T("auth.tokens.title")}}})
}

func (r room) issueToken(q *web.Request) error {
	f := q.Form()
	ask := auth.TokenAsk{Label: f.Text("label"), Life: life(f), Scopes: []auth.Capability{}}
	for _, c := range f.RawAll("scope") {
		ask.Scopes = append(ask.Scopes, auth.Capability(c))
	}
	if len(ask.Scopes) == 0 {
		f.Fail("scope", "auth.token_scope", "choose at least one thing that the token may do")
	}
	if !f.OK() {
		return r.showTokens(q, "")
	}
	secret, _, err := r.gate.IssueToken(q.R.Context(), q.Who, ask)
	if err != nil {
		if !f.Blame(err) {
			return err
		}
		return r.showTokens(q, "")
	}
	return r.showTokens(q, secret)
}
