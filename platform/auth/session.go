package auth

import (
	"context"
	"net/http"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// How long a session lasts: while it is used at least once in IdleLife, and
// never longer than FullLife.
const (
	IdleLife = 30 * 24 * time.Hour
	FullLife = 180 * 24 * time.Hour
)

// NewSession is a session that has just begun: the only moment its secret is known.
type NewSession struct {
	Secret  string
	ID      store.ID
	Account store.ID
	Expires time.Time
}

// Session is one device on which somebody is signed in.
type Session struct {
	ID      store.ID
	Device  string // "Firefox, Linux"
	Created time.Time
	Seen    time.Time // correct to an hour
	Expires time.Time
	This    bool // the one that asked
	hash    []byte
}

var (
	insertSession  = store.Into("auth_session", "hash", "id", "account", "device", "created", "seen", "expires")
	selectSessions = store.SQL(`SELECT id, hash, device, created, seen, expires FROM auth_session
		WHERE commons_id = $1 AND account = $2 ORDER BY seen DESC, id`)
	deleteSession  = store.SQL(`DELETE FROM auth_session WHERE commons_id = $1 AND hash = $2`)
	deleteSessions = store.SQL(`DELETE FROM auth_session WHERE commons_id = $1 AND account = $2 AND id <> $3`)
)

func scanSession(s store.Scanner) (v Session, err error) {
	var created, seen, expires int64
	err = s.Scan(&v.ID, &v.hash, &v.Device, &created, &seen, &expires)
	v.Created, v.Seen, v.Expires = store.Time(created), store.Time(seen), store.Time(expires)
	return v, err
}

// begin starts a session inside an act. Its secret is always a new one, so
// that a secret planted before signing in is worth nothing.
func (g *Gate) begin(tx *store.Tx, account store.ID, v Visit) (NewSession, error) {
	secret, d := newSecret("")
	s := NewSession{Secret: secret, ID: tx.NewID(), Account: account, Expires: tx.Now().Add(IdleLife)}
	now := store.Micros(tx.Now())
	err := tx.Append(insertSession, d[:], s.ID, account, v.Device, now, now, store.Micros(s.Expires))
	return s, err
}

// Sessions lists the devices on which an account is signed in, last used first.
func (g *Gate) Sessions(ctx context.Context, account store.ID) (list []Session, err error) {
	err = g.readHost(ctx, func(r *store.Snapshot) error {
		list, err = store.All(r, scanSession, selectSessions, account)
		return err
	})
	live := list[:0]
	for _, s := range list {
		if g.store.Now().Before(s.Expires) {
			live = append(live, s)
		}
	}
	return live, err
}

// Devices lists the asker's own sessions and marks the present one.
func (g *Gate) Devices(ctx context.Context, who Identity) ([]Session, error) {
	if err := who.Self(); err != nil {
		return nil, err
	}
	list, err := g.Sessions(ctx, who.Account)
	for i := range list {
		list[i].This = list[i].ID == who.Session
	}
	return list, err
}

// SignOut ends one of the asker's sessions: the present one, or another device.
func (g *Gate) SignOut(ctx context.Context, who Identity, session store.ID) error {
	if err := who.Self(); err != nil {
		return err
	}
	_, err := onHost(ctx, g, func(tx *store.Tx) (struct{}, error) {
		list, err := store.All(tx, scanSession, selectSessions, who.Account)
		if err != nil {
			return struct{}{}, err
		}
		for _, s := range list {
			if s.ID == session {
				g.dropAfter(tx, sessionKey(s.hash))
				_, err := tx.Exec(deleteSession, s.hash)
				return struct{}{}, err
			}
		}
		return struct{}{}, fault.NotFoundf("auth.session", "", "that device is not signed in any more")
	})
	return err
}

// SignOutOthers ends every session of the asker but the present one.
func (g *Gate) SignOutOthers(ctx context.Context, who Identity) error {
	if err := who.Self(); err != nil {
		return err
	}
	_, err := onHost(ctx, g, func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, g.endSessions(tx, who.Account, who.Session)
	})
	return err
}

// endSessions ends the sessions of an account, all but one when keep is set.
func (g *Gate) endSessions(tx *store.Tx, account, keep store.ID) error {
	list, err := store.All(tx, scanSession, selectSessions, account)
	if err != nil {
		return err
	}
	for _, s := range list {
		g.dropAfter(tx, sessionKey(s.hash))
	}
	if keep == "" {
		keep = store.Host // no session has this identifier
	}
	_, err = tx.Exec(deleteSessions, account, keep)
	return err
}

// forgetAccount makes this process read again what it holds of an account.
func (g *Gate) forgetAccount(ctx context.Context, account store.ID) error {
	list, err := g.Sessions(ctx, account)
	for _, s := range list {
		g.secrets.Drop(sessionKey(s.hash))
	}
	return err
}

// cookieName is the cookie of a session. The prefix __Host- makes the browser
// refuse it from another host, another path or without TLS; on plain http on
// one's own machine browsers do not allow the prefix.
func (g *Gate) cookieName() string {
	if g.secure {
		return "__Host-commonweal"
	}
	return "commonweal"
}

// SetCookie hands the session to the browser.
func (g *Gate) SetCookie(w http.ResponseWriter, s NewSession) {
	http.SetCookie(w, g.cookie(s.Secret, int(FullLife/time.Second)))
}

// ClearCookie takes the session from the browser.
func (g *Gate) ClearCookie(w http.ResponseWriter) { http.SetCookie(w, g.cookie("", -1)) }

func (g *Gate) cookie(value string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: g.cookieName(), Value: value, Path: "/", MaxAge: maxAge,
		Secure: g.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}
