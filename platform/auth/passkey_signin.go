package auth

import (
	"context"
	"encoding/json"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"commonweal/platform/store"
)

// BeginPasskeySignIn starts signing in by passkey. The options are the same
// for everybody: the browser knows which accounts it has keys for.
func (g *Gate) BeginPasskeySignIn(ctx context.Context) (options []byte, ceremony string, err error) {
	assertion, session, err := g.webauthn.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, "", err
	}
	return g.keepCeremony(ctx, "", assertion.Response, session)
}

// FinishPasskeySignIn begins a session for the account of the passkey.
func (g *Gate) FinishPasskeySignIn(ctx context.Context, ceremony string, answer []byte, v Visit) (NewSession, error) {
	try := byAddress(v.Address)
	if err := g.backoff.begin(try, tries{}, g.store.Now()); err != nil {
		return NewSession{}, err
	}
	session, err := g.takeCeremony(ctx, ceremony, "")
	if err != nil {
		return NewSession{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return NewSession{}, errPasskey()
	}
	find := func(_, handle []byte) (webauthn.User, error) {
		id, err := uuid.FromBytes(handle)
		if err != nil {
			return nil, err
		}
		return g.holder(ctx, store.ID(id.String()))
	}
	user, c, err := g.webauthn.ValidatePasskeyLogin(find, session, parsed)
	if err != nil || c.Authenticator.CloneWarning {
		return NewSession{}, errPasskey()
	}
	s, err := g.beginByPasskey(ctx, user.(holder).account.ID, c, v)
	if err == nil {
		g.backoff.succeeded(try)
	}
	return s, err
}

func (g *Gate) beginByPasskey(ctx context.Context, account store.ID, c *webauthn.Credential, v Visit) (NewSession, error) {
	raw, err := json.Marshal(c)
	if err != nil {
		return NewSession{}, err
	}
	return onHost(ctx, g, func(tx *store.Tx) (NewSession, error) {
		n, err := tx.Exec(usePasskey, c.ID, string(raw), store.Micros(tx.Now()))
		if err != nil {
			return NewSession{}, err
		}
		if n == 0 { // removed between the question and the answer
			return NewSession{}, errPasskey()
		}
		return g.begin(tx, account, v)
	})
}
