package auth

import (
	"context"
	"encoding/json"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// ceremonyLife is how long a person has between the question and the passkey.
const ceremonyLife = 5 * time.Minute

// ceremony is a question that was put to a browser.
type ceremony struct {
	account store.ID // who adds a passkey; empty when signing in
	session webauthn.SessionData
	expires time.Time
}

var (
	insertCeremony = store.Into("auth_ceremony", "hash", "account", "data", "expires")
	selectCeremony = store.SQL(`SELECT account, data, expires FROM auth_ceremony WHERE commons_id = $1 AND hash = $2`)
	deleteCeremony = store.SQL(`DELETE FROM auth_ceremony WHERE commons_id = $1 AND hash = $2`)
)

func scanCeremony(s store.Scanner) (c ceremony, err error) {
	var data string
	var expires int64
	if err = s.Scan(&c.account, &data, &expires); err != nil {
		return c, err
	}
	c.expires = store.Time(expires)
	err = json.Unmarshal([]byte(data), &c.session)
	return c, err
}

// keepCeremony stores what the answer will be checked against.
func (g *Gate) keepCeremony(ctx context.Context, account store.ID, public any, session *webauthn.SessionData) ([]byte, string, error) {
	options, err := json.Marshal(public)
	if err != nil {
		return nil, "", err
	}
	data, err := json.Marshal(session)
	if err != nil {
		return nil, "", err
	}
	secret, d := newSecret("")
	_, err = onHost(ctx, g, func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, tx.Append(insertCeremony, d[:], account, string(data), store.Micros(tx.Now().Add(ceremonyLife)))
	})
	return options, secret, err
}

// takeCeremony returns and forgets a ceremony of the account, empty for
// signing in: every challenge is answered at most once.
func (g *Gate) takeCeremony(ctx context.Context, secret string, account store.ID) (webauthn.SessionData, error) {
	d, ok := readSecret("", secret)
	if !ok {
		return webauthn.SessionData{}, errCeremony()
	}
	c, err := onHost(ctx, g, func(tx *store.Tx) (ceremony, error) {
		c, found, err := store.One(tx, scanCeremony, selectCeremony, d[:])
		if err != nil || !found {
			return c, firstError(err, errCeremony())
		}
		_, err = tx.Exec(deleteCeremony, d[:])
		return c, err
	})
	if err == nil && (c.account != account || !g.store.Now().Before(c.expires)) {
		err = errCeremony()
	}
	return c.session, err
}

func errCeremony() error {
	return fault.Invalidf("auth.ceremony", "", "this took too long or was begun elsewhere; start again")
}

func errPasskey() error {
	return fault.New(fault.Unauthenticated, "auth.passkey_failed", "",
		"this passkey was not accepted; try another, or sign in with your password")
}
