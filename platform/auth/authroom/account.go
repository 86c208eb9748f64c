package authroom

import (
	"encoding/base64"
	"io"
	"os"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

func (r room) accountRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /account", Handle: r.account},
		{Pattern: "POST /account", Handle: r.changeAccount},
		{Pattern: "POST /account/password", Handle: r.changePassword},
		{Pattern: "POST /account/passkeys/begin", Handle: r.beginPasskey},
		{Pattern: "POST /account/passkeys", Handle: r.finishPasskey},
		{Pattern: "POST /account/passkeys/remove", Handle: r.removePasskey},
		{Pattern: "POST /account/devices", Handle: r.signOutDevice},
		{Pattern: "POST /account/tokens/revoke", Handle: r.revokeToken},
		{Pattern: "GET /account/everything", Handle: r.everything},
		{Pattern: "GET /account/erase", Handle: r.erasePage},
		{Pattern: "POST /account/erase", Handle: r.erase},
	}
}

// passkeyRow is a passkey as the page lists it.
type passkeyRow struct {
	ID, Label     string
	Created, Used time.Time
}

// tokenRow is a token as the page lists it.
type tokenRow struct {
	auth.Token
	CommonsName string
}

// accountPage is what the account page shows.
type accountPage struct {
	Form      *web.Form
	Account   auth.Account
	Languages []web.Option
	Zones     []string
	Passkeys  []passkeyRow
	Devices   []auth.Session
	Tokens    []tokenRow
}

func (r room) account(q *web.Request) error {
	if err := q.Who.Self(); err != nil {
		return err
	}
	ctx := q.R.Context()
	p := accountPage{Form: q.Form(), Languages: languages(q), Zones: commons.Zones}
	var err error
	if p.Account, err = r.gate.Account(ctx, q.Who.Account); err != nil {
		return err
	}
	passkeys, err := r.gate.Passkeys(ctx, q.Who)
	if err != nil {
		return err
	}
	for _, k := range passkeys {
		p.Passkeys = append(p.Passkeys, passkeyRow{base64.RawURLEncoding.EncodeToString(k.ID), k.Label, k.Created, k.Used})
	}
	if p.Devices, err = r.gate.Devices(ctx, q.Who); err != nil {
		return err
	}
	if p.Tokens, err = r.tokenRows(q); err != nil {
		return err
	}
	for name, value := range map[string]string{"name": p.Account.Name, "handle": p.Account.Handle, "email": p.Account.Email,
		"language": p.Account.Language, "zone": p.Account.Zone} {
		p.Form.Default(name, value)
	}
	return render(q, "account.html", "auth.account.title", p)
}

// tokenRows lists the asker's tokens; on a page of the host those of every commons.
func (r room) tokenRows(q *web.Request) (rows []tokenRow, err error) {
	list, err := r.gate.Tokens(q.R.Context(), q.Who)
	if err != nil {
		return nil, err
	}
	for _, t := range list {
		c, _, err := r.directory.ByID(q.R.Context(), t.Commons)
		if err != nil {
			return nil, err
		}
		rows = append(rows, tokenRow{t, c.Name})
	}
	return rows, nil
}

// blamed shows the account page with what was wrong.
func (r room) blamed(q *web.Request, err error) error {
	if !q.Form().Blame(err) {
		return err
	}
	return r.account(q)
}

func (r room) changeAccount(q *web.Request) error {
	f := q.Form()
	c := auth.Change{Name: f.Text("name"), Handle: f.Text("handle"), Email: f.Text("email"), Language: f.Text("language"), Zone: f.Text("zone")}
	if !f.OK() {
		return r.account(q)
	}
	if err := r.gate.ChangeAccount(q.R.Context(), q.Who, c); err != nil {
		return r.blamed(q, err)
	}
	return q.Redirect("/account", "auth.account.done")
}

func (r room) changePassword(q *web.Request) error {
	f := q.Form()
	if err := r.gate.ChangePassword(q.R.Context(), q.Who, f.Raw("present"), f.Raw("password")); err != nil {
		return r.blamed(q, err)
	}
	return q.Redirect("/account", "auth.password.done")
}

func (r room) signOutDevice(q *web.Request) error {
	f := q.Form()
	id := f.ID("session")
	var err error
	switch {
	case !f.OK():
		return r.account(q)
	case id == "":
		err = r.gate.SignOutOthers(q.R.Context(), q.Who)
	default:
		err = r.gate.SignOut(q.R.Context(), q.Who, id)
	}
	if err != nil {
		return r.blamed(q, err)
	}
	return q.Redirect("/account", "auth.devices.done")
}

func (r room) revokeToken(q *web.Request) error {
	if err := r.gate.RevokeToken(q.R.Context(), q.Who, q.Form().ID("token")); err != nil {
		return r.blamed(q, err)
	}
	return q.Redirect("/account", "auth.tokens.revoked")
}

// everything gives the asker all that is kept about them, as a zip file. It is made
// whole before it is sent.
func (r room) everything(q *web.Request) error {
	if err := q.Who.Self(); err != nil {
		return err
	}
	list, err := r.directory.Of(q.R.Context(), q.Who.Account)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp("", "commonweal-everything-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	folder := func(id store.ID) string {
		for _, c := range list {
			if c.ID == id {
				return c.Slug
			}
		}
		return string(id) // a commons that they left
	}
	if err := r.gate.Portable(q.R.Context(), q.Who, q.Who.Account, folder, file); err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := q.Download("everything-about-me.zip", "application/zip", nil); err != nil {
		return err
	}
	_, _ = io.Copy(q.W, file) // an error means that nobody listens any more
	return nil
}

// erasePage is what the page before an erasure shows.
type erasePage struct {
	Form    *web.Form
	Account auth.Account
	Commons []commons.Commons
}

func (r room) erasePage(q *web.Request) error {
	if err := q.Who.Self(); err != nil {
		return err
	}
	p := erasePage{Form: q.Form()}
	var err error
	if p.Account, err = r.gate.Account(q.R.Context(), q.Who.Account); err != nil {
		return err
	}
	if p.Commons, err = r.directory.Of(q.R.Context(), q.Who.Account); err != nil {
		return err
	}
	return render(q, "erase.html", "auth.erase.title", p)
}

func (r room) erase(q *web.Request) error {
	f := q.Form()
	if !f.Bool("sure") {
		f.Fail("sure", "auth.erase_sure", "tick the box to say that you are sure")
		return r.erasePage(q)
	}
	if err := r.gate.Erase(q.R.Context(), q.Who, f.Raw("present")); err != nil {
		if !f.Blame(err) {
			return err
		}
		return r.erasePage(q)
	}
	r.gate.ClearCookie(q.W)
	return q.Redirect("/", "auth.erase.done")
}
