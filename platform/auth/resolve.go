package auth

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Resolver says who asks. Gate implements it.
type Resolver interface {
	// Identity returns who sends the request, as the commons sees them;
	// store.Host for pages of the host. openBooks is whether the commons
	// publishes its books. A bad cookie is nobody; a bad token is an error.
	Identity(r *http.Request, commons store.ID, openBooks bool) (Identity, error)
}

var _ Resolver = (*Gate)(nil)

// credential is what a secret stands for.
type credential struct {
	who     Identity // Account, Name, Admin, Session or Token, Scopes, Language, Zone
	commons store.ID // the only commons a token is good for; empty for sessions
	seen    time.Time
	expires time.Time
}

var (
	selectSessionSecret = store.SQL(`SELECT s.id, s.seen, s.expires, a.id, a.name, a.admin, a.language, a.zone
		FROM auth_session s JOIN auth_account a ON a.commons_id = s.commons_id AND a.id = s.account
		WHERE s.commons_id = $1 AND s.hash = $2`)
	selectTokenSecret = store.SQL(`SELECT t.id, t.seen, t.expires, a.id, a.name, a.language, a.zone, t.commons, t.scopes
		FROM auth_token t JOIN auth_account a ON a.commons_id = t.commons_id AND a.id = t.account
		WHERE t.commons_id = $1 AND t.hash = $2`)
)

// Keys of the cache of secrets: the kind of secret, then its digest.
func sessionKey(hash []byte) string { return "s" + string(hash) }
func tokenKey(hash []byte) string   { return "t" + string(hash) }

func scanSessionSecret(s store.Scanner) (c credential, err error) {
	var seen, expires int64
	err = s.Scan(&c.who.Session, &seen, &expires, &c.who.Account, &c.who.Name, &c.who.Admin, &c.who.Language, &c.who.Zone)
	c.seen, c.expires = store.Time(seen), store.Time(expires)
	return c, err
}

func scanTokenSecret(s store.Scanner) (c credential, err error) {
	var seen, expires int64
	var scopes string
	err = s.Scan(&c.who.Token, &seen, &expires, &c.who.Account, &c.who.Name, &c.who.Language, &c.who.Zone, &c.commons, &scopes)
	if err != nil {
		return c, err
	}
	c.seen, c.expires = store.Time(seen), store.Time(expires)
	err = json.Unmarshal([]byte(scopes), &c.who.Scopes)
	return c, err
}

// loadCredential fills the cache of secrets.
func (g *Gate) loadCredential(ctx context.Context, key string) (c credential, err error) {
	scan, statement := scanSessionSecret, selectSessionSecret
	if key[0] == 't' {
		scan, statement = scanTokenSecret, selectTokenSecret
	}
	err = g.readHost(ctx, func(r *store.Snapshot) error {
		var found bool
		c, found, err = store.One(r, scan, statement, []byte(key[1:]))
		if err == nil && !found {
			err = errBadSecret()
		}
		return err
	})
	return c, err
}

func errBadSecret() error {
	return fault.New(fault.Unauthenticated, "auth.bad_token", "",
		"this token is not known, has expired or was withdrawn; make a new one")
}

// Identity implements Resolver. It asks the database only when memory does
// not know the secret or the membership, or has known it for hot.Fresh.
func (g *Gate) Identity(r *http.Request, commons store.ID, openBooks bool) (Identity, error) {
	who := Identity{Commons: commons, OpenBooks: openBooks}
	c, known, err := g.present(r)
	if err != nil {
		return g.table.As(who), err
	}
	if known {
		if c.commons != "" && commons != store.Host && c.commons != commons {
			return g.table.As(who), fault.Forbiddenf("auth.other_commons", "this token was made for another commons")
		}
		who = c.who
		who.Commons, who.OpenBooks = commons, openBooks
		if err := g.place(r.Context(), &who); err != nil {
			return g.table.As(Identity{Commons: commons}), err
		}
	}
	return g.table.As(who), nil
}

// place fills in what the person is in the commons.
func (g *Gate) place(ctx context.Context, who *Identity) error {
	if who.Commons == store.Host {
		return nil
	}
	m, err := g.members.Get(ctx, memberKey(who.Commons, who.Account))
	if err == nil && m.Active() {
		who.Agent, who.Role = m.Agent, m.Role
	}
	return err
}

// present returns what the secret of the request stands for: that of the
// Authorization header, or else of the cookie.
func (g *Gate) present(r *http.Request) (c credential, known bool, err error) {
	if header := r.Header.Get("Authorization"); header != "" {
		text, isBearer := bearer(header)
		d, wellFormed := readSecret(TokenPrefix, text)
		if !isBearer || !wellFormed {
			return c, false, errBadSecret()
		}
		return g.lookUp(r.Context(), tokenKey(d[:]))
	}
	cookie, err := r.Cookie(g.cookieName())
	if err != nil {
		return c, false, nil
	}
	d, wellFormed := readSecret("", cookie.Value)
	if !wellFormed {
		return c, false, nil
	}
	c, known, err = g.lookUp(r.Context(), sessionKey(d[:]))
	if fault.KindOf(err) == fault.Unauthenticated {
		return credential{}, false, nil
	}
	return c, known, err
}

func (g *Gate) lookUp(ctx context.Context, key string) (credential, bool, error) {
	c, err := g.secrets.Get(ctx, key)
	if err != nil {
		return credential{}, false, err
	}
	now := g.store.Now()
	if !now.Before(c.expires) {
		return credential{}, false, errBadSecret()
	}
	if now.Sub(c.seen) > seenEvery {
		g.seen.note(key, now)
	}
	return c, true, nil
}

// dropAfter makes this process forget the secrets once the act is durable.
func (g *Gate) dropAfter(tx *store.Tx, keys ...string) {
	tx.AfterCommit(func() { g.secrets.Drop(keys...) })
}
