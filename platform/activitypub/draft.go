package activitypub

import (
	"crypto"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"commonweal/platform/fault"
)

// draftParameters is a Signature header of draft-cavage-http-signatures-12.
type draftParameters struct {
	keyID, algorithm string
	headers          []string
	created, expires string // seconds, as written
	signature        []byte
}

// maxHeader is the length in bytes of the longest header that is read.
const maxHeader = 8 << 10

func malformed(format string, args ...any) error {
	return fault.New(fault.Unauthenticated, "activitypub.signature_malformed", "", "the signature cannot be read: %s", fmt.Sprintf(format, args...))
}

// parseDraft reads a Signature header: keyId="…",headers="…",signature="…".
func parseDraft(text string) (p draftParameters, err error) {
	if len(text) > maxHeader {
		return p, malformed("the Signature header has more than %d bytes", maxHeader)
	}
	seen := map[string]string{}
	for rest := strings.TrimSpace(text); rest != ""; {
		name, after, ok := strings.Cut(rest, "=")
		name = strings.TrimSpace(name)
		if _, twice := seen[name]; !ok || twice || name == "" {
			return p, malformed("the Signature header says %.40q where a name stands once", name)
		}
		if seen[name], rest, ok = draftValue(after); !ok {
			return p, malformed("the Signature header has no good value for %.40q", name)
		}
	}
	p = draftParameters{keyID: seen["keyId"], algorithm: strings.ToLower(seen["algorithm"]), created: seen["created"], expires: seen["expires"]}
	p.headers = strings.Fields(strings.ToLower(seen["headers"]))
	p.signature, err = base64.StdEncoding.DecodeString(seen["signature"])
	if p.keyID == "" || err != nil || len(p.signature) == 0 {
		return p, malformed("the Signature header lacks a keyId or a signature in base64")
	}
	return p, nil
}

// draftValue reads a value, quoted or a number, and what follows its comma.
func draftValue(text string) (value, rest string, ok bool) {
	if quoted, is := strings.CutPrefix(strings.TrimLeft(text, " "), `"`); is {
		value, rest, ok = strings.Cut(quoted, `"`)
		rest = strings.TrimLeft(rest, " ")
		if rest != "" && !strings.HasPrefix(rest, ",") {
			return "", "", false
		}
		return value, strings.TrimLeft(strings.TrimPrefix(rest, ","), " "), ok
	}
	value, rest, _ = strings.Cut(text, ",")
	value = strings.TrimSpace(value)
	_, err := strconv.ParseInt(value, 10, 64)
	return value, strings.TrimLeft(rest, " "), err == nil
}

// readDraftSignature reads a signature in the form of the draft.
func readDraftSignature(r *http.Request, body []byte, origin string) (*Signed, error) {
	if len(r.Header.Values("Signature")) != 1 {
		return nil, malformed("the message has more than one Signature header")
	}
	p, err := parseDraft(r.Header.Get("Signature"))
	if err != nil {
		return nil, err
	}
	if !slices.Contains([]string{"", "rsa-sha256", "hs2019"}, p.algorithm) {
		return nil, fault.New(fault.Unauthenticated, "activitypub.algorithm", "", "the signature is by %.40q; sign with rsa-sha256", p.algorithm)
	}
	needs := []string{"(request-target)", "host"}
	if body != nil {
		needs = append(needs, "digest")
	}
	for _, n := range needs {
		if !slices.Contains(p.headers, n) {
			return nil, fault.New(fault.Unauthenticated, "activitypub.not_covered", "", "the signature does not cover %s", n)
		}
	}
	s := &Signed{KeyID: p.keyID, hash: crypto.SHA256, value: p.signature}
	if s.At, err = draftMoment(r, p); err != nil {
		return nil, err
	}
	if body != nil {
		if err := checkDraftDigest(r.Header.Get("Digest"), body); err != nil {
			return nil, err
		}
	}
	s.base, err = draftBase(r, r.Host, p)
	return s, err
}

// draftMoment returns when the signature was made: what it covers says so.
func draftMoment(r *http.Request, p draftParameters) (time.Time, error) {
	switch {
	case slices.Contains(p.headers, "date"):
		t, err := http.ParseTime(r.Header.Get("Date"))
		if err != nil {
			return t, malformed("the Date header %.60q is no time", r.Header.Get("Date"))
		}
		return t, nil
	case slices.Contains(p.headers, "(created)") && p.algorithm != "rsa-sha256":
		n, err := strconv.ParseInt(p.created, 10, 64)
		if err != nil {
			return time.Time{}, malformed("created is %.40q, no count of seconds", p.created)
		}
		return time.Unix(n, 0), nil
	}
	return time.Time{}, fault.New(fault.Unauthenticated, "activitypub.not_covered", "", "the signature does not cover date")
}

// checkDraftDigest holds the body against a Digest header (RFC 3230).
func checkDraftDigest(header string, body []byte) error {
	want, found := digestOf(crypto.SHA256, body), false
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if !strings.EqualFold(name, "SHA-256") {
			continue
		}
		sum, err := base64.StdEncoding.DecodeString(value)
		if err != nil || subtle.ConstantTimeCompare(sum, want) != 1 {
			return fault.New(fault.Unauthenticated, "activitypub.digest", "", "the body is not the one that the digest is of")
		}
		found = true
	}
	if !found {
		return fault.New(fault.Unauthenticated, "activitypub.digest", "", "the Digest header has no SHA-256 of the body")
	}
	return nil
}

// draftBase returns what is signed: one line for each header.
func draftBase(r *http.Request, host string, p draftParameters) (string, error) {
	lines, seen := make([]string, len(p.headers)), map[string]bool{}
	for i, name := range p.headers {
		if seen[name] {
			return "", malformed("the signature covers %.40q twice", name)
		}
		seen[name] = true
		var value string
		switch name {
		case "(request-target)":
			value = strings.ToLower(r.Method) + " " + r.URL.RequestURI()
		case "host":
			value = host
		case "(created)":
			value = p.created
		case "(expires)":
			value = p.expires
		default:
			values := r.Header.Values(name)
			if len(values) == 0 {
				return "", malformed("the signature covers %.40q, which the message lacks", name)
			}
			value = joined(values)
		}
		lines[i] = name + ": " + value
	}
	return strings.Join(lines, "\n"), nil
}

// joined is a header as it is signed: its values without spaces around, by commas.
func joined(values []string) string {
	trimmed := make([]string, len(values))
	for i, v := range values {
		trimmed[i] = strings.TrimSpace(v)
	}
	return strings.Join(trimmed, ", ")
}
