package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// flashCookie carries one message to the next page and is gone after it.
const flashCookie = "flash"

// flashLimit keeps the cookie below what every browser accepts.
const flashLimit = 1500

// setFlash signs the message, so that nobody can put words in our mouth by
// planting a cookie from a neighboring host.
func (q *Request) setFlash(text string) {
	if len(text) > flashLimit {
		text = strings.ToValidUTF8(text[:flashLimit], "") + "…"
	}
	body := base64.RawURLEncoding.EncodeToString([]byte(text))
	q.SetCookie(flashCookie, body+"."+q.shell.sign(flashCookie, body), 60)
}

// takeFlash returns the message that waits, once.
func (q *Request) takeFlash() string {
	v := cookie(q.R, flashCookie)
	if v == "" {
		return ""
	}
	q.SetCookie(flashCookie, "", -1)
	body, mac, ok := strings.Cut(v, ".")
	if !ok || !hmac.Equal([]byte(mac), []byte(q.shell.sign(flashCookie, body))) {
		return ""
	}
	text, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return ""
	}
	return string(text)
}

// sign returns a MAC of the body for one purpose.
func (s *Shell) sign(purpose, body string) string {
	m := hmac.New(sha256.New, s.config.Secret)
	m.Write([]byte(purpose + "\x00" + body))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:16])
}

// SetCookie sets a cookie that scripts cannot read and other sites cannot
// send. seconds is its age: 0 until the browser closes, negative deletes it.
func (q *Request) SetCookie(name, value string, seconds int) {
	http.SetCookie(q.W, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: seconds,
		HttpOnly: true, Secure: q.Secure(), SameSite: http.SameSiteLaxMode,
	})
}

// Secure reports whether the reader came over TLS, here or at the proxy.
func (q *Request) Secure() bool {
	return q.R.TLS != nil || q.R.Header.Get("X-Forwarded-Proto") == "https"
}
