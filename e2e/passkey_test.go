package e2e_test

import (
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// TestPasskey lets a person add a passkey to their account and sign in with it
// and nothing else; the password goes on to work elsewhere.
func TestPasskey(t *testing.T) {
	t.Parallel()
	h := serving(t)
	noor := h.visit(t, desktop, "passkey")
	noor.carryKey()
	noor.begin("Noor Example", "noor")

	noor.open("/account")
	noor.fill("label", "Key on my ring")
	noor.press("Add a passkey")
	noor.sees("Key on my ring")
	noor.look("account")

	noor.tap("Noor Example")
	noor.press("Sign out")
	noor.open("/sign-in")
	noor.look("sign in")
	noor.press("Sign in with a passkey")
	noor.open("/account")
	noor.sees("Key on my ring")

	elsewhere := h.visit(t, phone, "password")
	elsewhere.signIn("noor")
	elsewhere.open("/account")
	elsewhere.sees("Key on my ring")
}

// carryKey gives the visitor's browser an authenticator that always says yes.
func (v *visitor) carryKey() {
	v.t.Helper()
	v.do(step(webauthn.Enable, webauthn.EnableParams{}))
	_, err := chromedp.Call(v.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	if err != nil {
		v.t.Fatal(err)
	}

}
