package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// secretBytes is the size of every secret: 256 bits of randomness, so that its
// plain SHA-256 is safe to keep.
const secretBytes = 32

// TokenPrefix starts every API token, so that secret scanners find lost ones.
const TokenPrefix = "cw_"

// digest is what the database keeps of a secret.
type digest [sha256.Size]byte

// newSecret returns a fresh secret in unpadded base64url behind its prefix,
// and its digest.
func newSecret(prefix string) (text string, d digest) {
	var raw [secretBytes]byte
	rand.Read(raw[:])
	text = prefix + base64.RawURLEncoding.EncodeToString(raw[:])
	return text, sha256.Sum256([]byte(text))
}

// readSecret returns the digest of a secret as newSecret writes it; ok is
// false for any other text, which then costs no query.
func readSecret(prefix, text string) (d digest, ok bool) {
	body, has := strings.CutPrefix(text, prefix)
	if !has || len(body) != base64.RawURLEncoding.EncodedLen(secretBytes) {
		return d, false
	}
	var raw [secretBytes]byte
	n, err := base64.RawURLEncoding.Strict().Decode(raw[:], []byte(body))
	if err != nil || n != secretBytes { // the decoder skips line breaks
		return d, false
	}
	return sha256.Sum256([]byte(text)), true
}

// bearer returns the secret of an Authorization header of the scheme Bearer
// (RFC 6750, section 2.1); ok is false when the header has another scheme.
func bearer(header string) (secret string, ok bool) {
	scheme, rest, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.Trim(rest, " "), true
}
