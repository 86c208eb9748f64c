package authroom

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/web"
)

// question is what the browser's script needs to ask for a passkey.
type question struct {
	Options  json.RawMessage `json:"options"`
	Ceremony string          `json:"ceremony"`
}

func (r room) beginPasskeySignIn(q *web.Request) error {
	options, ceremony, err := r.gate.BeginPasskeySignIn(q.R.Context())
	if err != nil {
		return err
	}
	return q.JSON(question{options, ceremony})
}

// finishPasskeySignIn answers the script with where to go.
func (r room) finishPasskeySignIn(q *web.Request) error {
	f := q.Form()
	s, err := r.gate.FinishPasskeySignIn(q.R.Context(), f.Raw("ceremony"), []byte(f.Raw("answer")), r.gate.Visit(q.R))
	if err != nil {
		return err
	}
	if q.Who.Session != "" {
		if err := r.gate.SignOut(q.R.Context(), q.Who, q.Who.Session); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	r.gate.SetCookie(q.W, s)
	return q.JSON(map[string]string{"next": localPath(next(q))})
}

// localPath keeps an address on this host: what a script goes to must not lead elsewhere.
func localPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\t\r\n") {
		return "/"
	}
	return path
}

func (r room) beginPasskey(q *web.Request) error {
	options, ceremony, err := r.gate.BeginPasskey(q.R.Context(), q.Who)
	if err != nil {
		return err
	}
	return q.JSON(question{options, ceremony})
}

func (r room) finishPasskey(q *web.Request) error {
	f := q.Form()
	err := r.gate.FinishPasskey(q.R.Context(), q.Who, f.Raw("ceremony"), f.Raw("label"), []byte(f.Raw("answer")))
	if err != nil {
		return err
	}
	return q.JSON(map[string]string{"next": "/account"})
}

func (r room) removePasskey(q *web.Request) error {
	id, err := base64.RawURLEncoding.DecodeString(q.Form().Raw("passkey"))
	if err != nil {
		return fault.Invalidf("auth.passkey", "passkey", "choose a passkey from the list")
	}
	if err := r.gate.RemovePasskey(q.R.Context(), q.Who, id); err != nil {
		return r.blamed(q, err)
	}
	return q.Redirect("/account", "auth.passkeys.removed")
}
