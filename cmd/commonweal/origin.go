package main

import (
	"crypto/sha256"
	"net/netip"
	"net/url"
	"strings"

	"commonweal/platform/fault"
)

// checkOrigin returns the address people type in its one form. Browsers bind
// passkeys to a name, never to a number: a number of this machine becomes
// localhost, any other is refused.
func checkOrigin(origin string) (string, error) {
	u, err := url.Parse(strings.TrimSuffix(origin, "/"))
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || u.Path != "" || u.RawQuery != "" {
		return "", fault.Invalidf("commonweal.origin", "origin", "%q is not an address that people type; write one such as https://commons.example", origin)
	}
	number, err := netip.ParseAddr(u.Hostname())
	if err != nil {
		return u.String(), nil // a name
	}
	if !number.IsLoopback() {
		return "", fault.Invalidf("commonweal.origin", "origin",
			"%s is a number; browsers keep passkeys for names only, so give the machine a name in DNS or in /etc/hosts and write that", u.Hostname())
	}
	host := "localhost"
	if port := u.Port(); port != "" {
		host += ":" + port
	}
	u.Host = host
	return u.String(), nil
}

// leastSecret is the length below which a secret could be guessed.
const leastSecret = 32

// cookieSecret makes a key of the operator's text; nil of none.
func cookieSecret(text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	if len(text) < leastSecret {
		return nil, fault.Invalidf("commonweal.secret", "secret", "a secret of %d characters could be guessed; take %d or more, for example from: openssl rand -hex 32", len(text), leastSecret)
	}
	key := sha256.Sum256([]byte("commonweal/cookies/v1\x00" + text))
	return key[:], nil
}
