package relay

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"

	"commonweal/platform/fault"
)

// Envelope is something signed, as it travels: the exact bytes of its canonical
// form, and the signature over them.
type Envelope struct {
	Message   string `json:"message"`
	Signature string `json:"signature"` // base64
}

// What is signed begins with what it is, so that a signature of one thing is
// none of another.
const (
	forMessage  = "commonweal relay message 1\n"
	forQuestion = "commonweal relay question 1\n"
)

// KeyText is a public key as neighbors tell it to each other.
func KeyText(k ed25519.PublicKey) string { return base64.StdEncoding.EncodeToString(k) }

// ParseKey reads the text of a public key.
func ParseKey(text string) (ed25519.PublicKey, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, fault.Invalidf("relay.key", "key", "%.60q is no public key; it has 44 letters and digits", text)
	}
	return raw, nil
}

// Sign writes a message and signs it.
func (m Message) Sign(key ed25519.PrivateKey) Envelope { return sign(key, forMessage, canonical(m)) }

func sign(key ed25519.PrivateKey, what string, body []byte) Envelope {
	return Envelope{Message: string(body), Signature: base64.StdEncoding.EncodeToString(ed25519.Sign(key, append([]byte(what), body...)))}
}

// Open verifies a message by the key of its writer and reads it.
//
// Faults: relay.too_large, .signature, .malformed, .not_canonical, .version, .cycle, .key.
func (e Envelope) Open(key string) (Message, error) {
	var m Message
	if err := e.open(key, forMessage, &m); err != nil {
		return m, err
	}
	return m, m.check()
}

func (e Envelope) open(key, what string, v any) error {
	if len(e.Message) > MaxMessage {
		return fault.Invalidf("relay.too_large", "message", "the message has %d bytes; at most %d are read", len(e.Message), MaxMessage)
	}
	public, err := ParseKey(key)
	if err != nil {
		return err
	}
	signature, err := base64.StdEncoding.Strict().DecodeString(e.Signature)
	if err != nil || !ed25519.Verify(public, append([]byte(what), e.Message...), signature) {
		return fault.New(fault.Unauthenticated, "relay.signature", "signature", "the message is not signed with the key of this neighbor")
	}
	return strict([]byte(e.Message), v)
}

// Hash is the hash of the message inside.
func (e Envelope) Hash() string { return hashOf([]byte(e.Message)) }

// Number is the number that a message says it has, verified or not: to find the
// one of the same number that was heard before.
func (e Envelope) Number() int64 {
	var m struct {
		Seq int64 `json:"seq,string"`
	}
	if len(e.Message) > MaxMessage || json.Unmarshal([]byte(e.Message), &m) != nil {
		return 0
	}
	return m.Seq
}
