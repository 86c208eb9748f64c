package auth

import (
	"context"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

const maxPasskeys = 20 // of one account

// Passkey is one credential of an account (W3C Web Authentication Level 3).
type Passkey struct {
	ID         []byte
	Label      string
	Created    time.Time
	Used       time.Time
	account    store.ID
	credential webauthn.Credential
}

var (
	insertPasskey  = store.Into("auth_passkey", "id", "account", "label", "credential", "created", "used")
	selectPasskeys = store.SQL(`SELECT id, account, label, credential, created, used FROM auth_passkey
		WHERE commons_id = $1 AND account = $2 ORDER BY created, id`)
	usePasskey    = store.SQL(`UPDATE auth_passkey SET credential = $3, used = $4 WHERE commons_id = $1 AND id = $2`)
	deletePasskey = store.SQL(`DELETE FROM auth_passkey WHERE commons_id = $1 AND account = $2 AND id = $3`)
)

func scanPasskey(s store.Scanner) (p Passkey, err error) {
	var credential string
	var created, used int64
	if err = s.Scan(&p.ID, &p.account, &p.Label, &credential, &created, &used); err != nil {
		return p, err
	}
	p.Created, p.Used = store.Time(created), store.Time(used)
	err = json.Unmarshal([]byte(credential), &p.credential)
	return p, err
}

// holder is an account as go-webauthn wants it.
type holder struct {
	account  Account
	passkeys []Passkey
}

func (h holder) WebAuthnID() []byte          { u := uuid.MustParse(string(h.account.ID)); return u[:] }
func (h holder) WebAuthnName() string        { return firstText(h.account.Handle, h.account.Name) }
func (h holder) WebAuthnDisplayName() string { return h.account.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential {
	list := make([]webauthn.Credential, len(h.passkeys))
	for i, p := range h.passkeys {
		list[i] = p.credential
	}
	return list
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func readHolder(r store.Reader, account store.ID) (h holder, err error) {
	if h.account, err = accountByID(r, account); err != nil {
		return h, err
	}
	h.passkeys, err = store.All(r, scanPasskey, selectPasskeys, account)
	return h, err
}

func (g *Gate) holder(ctx context.Context, account store.ID) (h holder, err error) {
	err = g.readHost(ctx, func(r *store.Snapshot) error {
		h, err = readHolder(r, account)
		return err
	})
	return h, err
}

// Passkeys lists the asker's passkeys, oldest first.
func (g *Gate) Passkeys(ctx context.Context, who Identity) ([]Passkey, error) {
	if err := who.Self(); err != nil {
		return nil, err
	}
	h, err := g.holder(ctx, who.Account)
	return h.passkeys, err
}

// BeginPasskey starts adding a passkey: options are the JSON that
// PublicKeyCredential.parseCreationOptionsFromJSON wants, ceremony comes back
// with the answer.
func (g *Gate) BeginPasskey(ctx context.Context, who Identity) (options []byte, ceremony string, err error) {
	if err := who.Self(); err != nil {
		return nil, "", err
	}
	h, err := g.holder(ctx, who.Account)
	if err != nil {
		return nil, "", err
	}
	if len(h.passkeys) >= maxPasskeys {
		return nil, "", fault.Conflictf("auth.passkeys", "", "you have %d passkeys, the most there can be; remove one first", maxPasskeys)
	}
	creation, session, err := g.webauthn.BeginRegistration(h,
		webauthn.WithResidentKeyRequirement(protocol.ResidentKeyRequirementRequired),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired}),
		webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return nil, "", err
	}
	return g.keepCeremony(ctx, who.Account, creation.Response, session)
}

// FinishPasskey adds the passkey that the browser made.
func (g *Gate) FinishPasskey(ctx context.Context, who Identity, ceremony, label string, answer []byte) error {
	if err := who.Self(); err != nil {
		return err
	}
	label = strings.TrimSpace(label)
	if label == "" {
		label = "Passkey"
	}
	if utf8.RuneCountInString(label) > maxName || !printable(label) {
		return fault.Invalidf("auth.passkey_label", "label", "name the passkey in at most %d characters, such as phone", maxName)
	}
	session, err := g.takeCeremony(ctx, ceremony, who.Account)
	if err != nil {
		return err
	}
	h, err := g.holder(ctx, who.Account)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return errPasskey()
	}
	c, err := g.webauthn.CreateCredential(h, session, parsed)
	if err != nil {
		return errPasskey()
	}
	return g.addPasskey(ctx, who.Account, label, c)
}

func (g *Gate) addPasskey(ctx context.Context, account store.ID, label string, c *webauthn.Credential) error {
	raw, err := json.Marshal(c)
	if err != nil {
		return err
	}
	_, err = onHost(ctx, g, func(tx *store.Tx) (struct{}, error) {
		now := store.Micros(tx.Now())
		return struct{}{}, tx.Append(insertPasskey, c.ID, account, label, string(raw), now, now)
	})
	return err
}

// RemovePasskey removes one of the asker's passkeys; the last way to sign in stays.
func (g *Gate) RemovePasskey(ctx context.Context, who Identity, id []byte) error {
	if err := who.Self(); err != nil {
		return err
	}
	_, err := onHost(ctx, g, func(tx *store.Tx) (struct{}, error) {
		h, err := readHolder(tx, who.Account)
		if err != nil {
			return struct{}{}, err
		}
		if len(h.passkeys) == 1 && !h.account.HasPassword {
			return struct{}{}, fault.Conflictf("auth.last_key", "", "this is your only way to sign in; set a password or add another passkey first")
		}
		n, err := tx.Exec(deletePasskey, who.Account, id)
		if err == nil && n == 0 {
			err = fault.NotFoundf("auth.passkey", "", "you have no such passkey")
		}
		return struct{}{}, err
	})
	return err
}
