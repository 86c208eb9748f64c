package auth

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/google/uuid"

	"commonweal/platform/store"
)

// softKey is a software authenticator: it makes real keys and real signatures.
type softKey struct {
	w    *world
	rp   virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	cred virtualwebauthn.Credential
}

func newSoftKey(w *world, account store.ID) *softKey {
	id := uuid.MustParse(string(account))
	return &softKey{w: w, rp: virtualwebauthn.RelyingParty{Name: "Commonweal", ID: "commons.example", Origin: "https://commons.example"},
		auth: virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: id[:]}),
		cred: newCredential()}
}

// newCredential makes a P-256 key. The library drops leading zeros of a
// coordinate, which no real authenticator does: such keys, one in 128, are
// made again.
func newCredential() virtualwebauthn.Credential {
	const whole = 77 // bytes of a COSE key with two coordinates of 32 bytes
	for {
		if c := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2); len(c.Key.AttestationData()) == whole {
			return c
		}
	}
}

// create answers the options of a registration as a browser does.
func (k *softKey) create(options []byte) []byte {
	k.w.t.Helper()
	o, err := virtualwebauthn.ParseAttestationOptions(string(wrap(options)))
	k.w.ok(err)
	return []byte(virtualwebauthn.CreateAttestationResponse(k.rp, k.auth, k.cred, *o))
}

// sign answers the options of a sign-in.
func (k *softKey) sign(options []byte) []byte {
	k.w.t.Helper()
	o, err := virtualwebauthn.ParseAssertionOptions(string(wrap(options)))
	k.w.ok(err)
	k.cred.Counter++
	return []byte(virtualwebauthn.CreateAssertionResponse(k.rp, k.auth, k.cred, *o))
}

func wrap(options []byte) []byte {
	b, err := json.Marshal(map[string]json.RawMessage{"publicKey": options})
	if err != nil {
		panic(err)
	}
	return b
}

// register adds a passkey to a person who is signed in.
func (w *world) register(who Identity) *softKey {
	w.t.Helper()
	k := newSoftKey(w, who.Account)
	options, ceremony, err := w.gate.BeginPasskey(w.ctx, who)
	w.ok(err)
	w.ok(w.gate.FinishPasskey(w.ctx, who, ceremony, "phone", k.create(options)))
	return k
}

func TestSignInWithAPasskey(t *testing.T) { each(t, testSignInWithAPasskey) }

func testSignInWithAPasskey(t *testing.T, w *world) {
	a, _ := w.person("robin", Member)
	robin := w.as("robin")
	k := w.register(robin)
	options, ceremony, err := w.gate.BeginPasskeySignIn(w.ctx)
	w.ok(err)
	s, err := w.gate.FinishPasskeySignIn(w.ctx, ceremony, k.sign(options), Visit{Address: "192.0.2.1"})
	w.ok(err)
	if who := w.who(w.cookie(s.Secret)); who.Account != a.ID || who.Role != Member {
		t.Errorf("signed in as %+v", who)
	}
	list, err := w.gate.Passkeys(w.ctx, robin)
	w.ok(err)
	if len(list) != 1 || list[0].Label != "phone" || list[0].credential.Authenticator.SignCount != 1 {
		t.Errorf("passkeys are %+v", list)
	}
}

func TestInvariant2PasskeyOptionsTellNothing(t *testing.T) {
	each(t, testInvariant2PasskeyOptionsTellNothing)
}

func testInvariant2PasskeyOptionsTellNothing(t *testing.T, w *world) {
	a, _ := w.person("robin", Member)
	k := w.register(w.as("robin"))
	options, _, err := w.gate.BeginPasskeySignIn(w.ctx)
	w.ok(err)
	if bytes.Contains(options, []byte("allowCredentials")) || bytes.Contains(options, []byte(a.ID)) || bytes.Contains(options, k.cred.ID) {
		t.Errorf("the options name somebody: %s", options)
	}
}

func TestInvariant8AChallengeIsAnsweredOnce(t *testing.T) {
	each(t, testInvariant8AChallengeIsAnsweredOnce)
}

func testInvariant8AChallengeIsAnsweredOnce(t *testing.T, w *world) {
	w.person("robin", Member)
	k := w.register(w.as("robin"))
	options, ceremony, err := w.gate.BeginPasskeySignIn(w.ctx)
	w.ok(err)
	answer := k.sign(options)
	_, err = w.gate.FinishPasskeySignIn(w.ctx, ceremony, answer, Visit{})
	w.ok(err)
	_, err = w.gate.FinishPasskeySignIn(w.ctx, ceremony, answer, Visit{})
	w.refused(err, "auth.ceremony")
	_, fresh, err := w.gate.BeginPasskeySignIn(w.ctx)
	w.ok(err)
	_, err = w.gate.FinishPasskeySignIn(w.ctx, fresh, answer, Visit{}) // a recorded answer to another challenge
	w.refused(err, "auth.passkey_failed")
}

func TestPasskeysOfOtherSitesAndStrangersAreRefused(t *testing.T) {
	each(t, testPasskeysOfOtherSitesAndStrangersAreRefused)
}

func testPasskeysOfOtherSitesAndStrangersAreRefused(t *testing.T, w *world) {
	a, _ := w.person("robin", Member)
	k := w.register(w.as("robin"))
	try := func(k *softKey) error {
		options, ceremony, err := w.gate.BeginPasskeySignIn(w.ctx)
		w.ok(err)
		_, err = w.gate.FinishPasskeySignIn(w.ctx, ceremony, k.sign(options), Visit{})
		return err
	}
	phished := *k
	phished.rp.Origin = "https://commons.example.evil.test"
	w.refused(try(&phished), "auth.passkey_failed")
	unverified := *k
	unverified.auth.Options.UserNotVerified = true
	w.refused(try(&unverified), "auth.passkey_failed")
	w.refused(try(newSoftKey(w, a.ID)), "auth.passkey_failed")          // a key that was never registered
	w.refused(try(newSoftKey(w, store.NewID())), "auth.passkey_failed") // for nobody
	w.ok(try(k))
	k.cred.Counter = 0 // a copy of the key that has signed less often
	w.refused(try(k), "auth.passkey_failed")
}

func TestCeremoniesExpireAndBelongToOnePerson(t *testing.T) {
	each(t, testCeremoniesExpireAndBelongToOnePerson)
}

func testCeremoniesExpireAndBelongToOnePerson(t *testing.T, w *world) {
	w.person("robin", Member)
	w.person("sam", Member)
	robin, sam := w.as("robin"), w.as("sam")
	k := newSoftKey(w, robin.Account)
	options, ceremony, err := w.gate.BeginPasskey(w.ctx, robin)
	w.ok(err)
	w.refused(w.gate.FinishPasskey(w.ctx, sam, ceremony, "phone", k.create(options)), "auth.ceremony")
	options, ceremony, err = w.gate.BeginPasskey(w.ctx, robin)
	w.ok(err)
	w.clock.pass(ceremonyLife + time.Second)
	w.refused(w.gate.FinishPasskey(w.ctx, robin, ceremony, "phone", k.create(options)), "auth.ceremony")
	for _, junk := range []string{"", "{}", "null", "\x00", `{"id":"x","type":"public-key","response":{}}`} {
		_, ceremony, err = w.gate.BeginPasskey(w.ctx, robin)
		w.ok(err)
		w.refused(w.gate.FinishPasskey(w.ctx, robin, ceremony, "phone", []byte(junk)), "auth.passkey_failed")
		_, ceremony, err = w.gate.BeginPasskeySignIn(w.ctx)
		w.ok(err)
		_, err = w.gate.FinishPasskeySignIn(w.ctx, ceremony, []byte(junk), Visit{})
		w.refused(err, "auth.passkey_failed")
	}
}

func TestTheLastWayInStays(t *testing.T) { each(t, testTheLastWayInStays) }

func testTheLastWayInStays(t *testing.T, w *world) {
	members, err := w.gate.Enroll(w.ctx, w.gate.Operator(w.commons), []Person{{Name: "Key Only"}}, Member)
	w.ok(err)
	s, err := w.gate.beginFor(w.ctx, members[0].Account, Visit{})
	w.ok(err)
	who := w.who(w.cookie(s.Secret))
	first := w.register(who)
	w.refused(w.gate.RemovePasskey(w.ctx, who, first.cred.ID), "auth.last_key")
	w.register(who)
	w.ok(w.gate.RemovePasskey(w.ctx, who, first.cred.ID))
	w.refused(w.gate.RemovePasskey(w.ctx, who, first.cred.ID), "auth.last_key")
	w.person("sam", Member)
	w.refused(w.gate.RemovePasskey(w.ctx, w.as("sam"), first.cred.ID), "auth.passkey")
}
