package activitypub

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"commonweal/platform/fault"
)

// Window is how old a signature may be; Skew how far the clock of its maker may be ahead.
const (
	Window = time.Hour
	Skew   = 5 * time.Minute
)

// Signed is a signature that covers what it must, in time and for this host. Whether
// its key made it is for Verify.
type Signed struct {
	KeyID string
	At    time.Time // when it was made
	base  string    // what was signed
	hash  crypto.Hash
	pss   bool
	value []byte
}

// Mark tells this signature from every other.
func (s *Signed) Mark() string {
	sum := sha256.Sum256(append([]byte(s.base+"\x00"), s.value...))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Verify reports by an error that another key made the signature, or that it is of
// something else: Unauthenticated, activitypub.forged.
func (s *Signed) Verify(key *rsa.PublicKey) error {
	var err error
	if sum := digestOf(s.hash, []byte(s.base)); s.pss {
		err = rsa.VerifyPSS(key, s.hash, sum, s.value, nil)
	} else {
		err = rsa.VerifyPKCS1v15(key, s.hash, sum, s.value)
	}
	if err != nil {
		return fault.New(fault.Unauthenticated, "activitypub.forged", "", "the signature was not made by the key %.200q, or not of this message", s.KeyID)
	}
	return nil
}

func digestOf(h crypto.Hash, data []byte) []byte {
	if h == crypto.SHA512 {
		sum := sha512.Sum512(data)
		return sum[:]
	}
	sum := sha256.Sum256(data)
	return sum[:]
}

// ReadSignature reads the signature of a request in either form and holds it
// against everything but the key. origin is our own address
// ("https://commons.example"), now the time. Unauthenticated: activitypub.unsigned,
// .signature_malformed, .not_covered, .other_host, .old, .digest, .algorithm.
func ReadSignature(r *http.Request, body []byte, origin string, now time.Time) (*Signed, error) {
	var s *Signed
	var err error
	switch {
	case r.Header.Get("Signature-Input") != "":
		s, err = readMessageSignature(r, body, origin)
	case r.Header.Get("Signature") != "":
		s, err = readDraftSignature(r, body, origin)
	default:
		return nil, fault.New(fault.Unauthenticated, "activitypub.unsigned", "", "the message is not signed")
	}
	if err != nil {
		return nil, err
	}
	if s.At.Before(now.Add(-Window)) || s.At.After(now.Add(Skew)) {
		return nil, fault.New(fault.Unauthenticated, "activitypub.old", "", "the signature is of %s and it is %s here; it counts for %v", s.At.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339), Window)
	}
	return s, checkHost(r, origin)
}

// checkHost refuses a message that was signed for another host.
func checkHost(r *http.Request, origin string) error {
	u, err := url.Parse(origin)
	if err != nil || !strings.EqualFold(r.Host, u.Host) {
		return fault.New(fault.Unauthenticated, "activitypub.other_host", "", "the message is for the host %.200q", r.Host)
	}
	return nil
}

// Sign signs a request as the fediverse does (draft-cavage-12, rsa-sha256).
func (k *Key) Sign(r *http.Request, body []byte, now time.Time) error {
	r.Header.Set("Date", now.UTC().Format(http.TimeFormat))
	names := []string{"(request-target)", "host", "date"}
	if body != nil {
		r.Header.Set("Digest", "SHA-256="+base64.StdEncoding.EncodeToString(digestOf(crypto.SHA256, body)))
		names = append(names, "digest", "content-type")
	}
	base, err := draftBase(r, r.URL.Host, draftParameters{headers: names})
	if err != nil {
		return err
	}
	value, err := k.sign(base)
	r.Header.Set("Signature", `keyId="`+k.ID+`",algorithm="rsa-sha256",headers="`+strings.Join(names, " ")+`",signature="`+base64.StdEncoding.EncodeToString(value)+`"`)
	return err
}

// sign signs with RSASSA-PKCS1-v1_5 and SHA-256.
func (k *Key) sign(base string) ([]byte, error) {
	return rsa.SignPKCS1v15(rand.Reader, k.private, crypto.SHA256, digestOf(crypto.SHA256, []byte(base)))
}
