package journal

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"commonweal/platform/fault"
)

// A cosignature says that a witness saw a head at a time, and that all it ever
// saw of the log is the beginning of it (C2SP tlog-cosignature). A key that
// cosigns is kept apart from the keys that sign logs: nobody should be able to
// pass a statement of one kind off as the other.

// algorithmCosignature is the type of a key that cosigns with Ed25519.
const algorithmCosignature = 4

// cosignatureSize is the length of a cosignature: seconds since 1970 in 64 bits, and the signature.
const cosignatureSize = 8 + ed25519.SignatureSize

// Cosigner returns the public key of a witness, as text to publish (a vkey of type 4).
func (k *Key) Cosigner() string {
	return fmt.Sprintf("%s+%x+%s", k.name, keyHash(k.name, algorithmCosignature, k.public()),
		base64.StdEncoding.EncodeToString(append([]byte{algorithmCosignature}, k.public()...)))
}

// Cosign returns the signature line of a witness under the body of a
// checkpoint, as of a time. The caller has checked and durably remembered that
// the checkpoint extends all it ever cosigned of this log.
func (k *Key) Cosign(text string, at time.Time) string {
	seconds := uint64(at.Unix())
	raw := append(keyHash(k.name, algorithmCosignature, k.public()), binary.BigEndian.AppendUint64(nil, seconds)...)
	raw = append(raw, ed25519.Sign(k.seed, cosigned(seconds, text))...)
	return "— " + k.name + " " + base64.StdEncoding.EncodeToString(raw) + "\n"
}

// cosigned is the message under a cosignature.
func cosigned(seconds uint64, text string) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", seconds, text)
}

// witnessKey is the public key of a witness. It implements note.Verifier.
type witnessKey struct {
	name   string
	hash   uint32
	public ed25519.PublicKey
}

func (v *witnessKey) Name() string    { return v.name }
func (v *witnessKey) KeyHash() uint32 { return v.hash }

// Verify implements note.Verifier.
func (v *witnessKey) Verify(msg, sig []byte) bool {
	if len(sig) != cosignatureSize {
		return false
	}
	seconds := binary.BigEndian.Uint64(sig)
	return seconds <= math.MaxInt64 && ed25519.Verify(v.public, cosigned(seconds, string(msg)), sig[8:])
}

// ParseCosigner reads the public key of a witness; Invalid, journal.cosigner_malformed.
// Keys of other types than Ed25519 cosignatures are refused.
func ParseCosigner(vkey string) (note.Verifier, error) {
	vkey = strings.TrimSpace(vkey)
	name, rest, _ := strings.Cut(vkey, "+")
	id, data, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.Strict().DecodeString(data)
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != algorithmCosignature || !validName(name) ||
		hex.EncodeToString(keyHash(name, algorithmCosignature, raw[1:])) != id {
		return nil, fault.Invalidf("journal.cosigner_malformed", "key",
			"%.120q is not the key of a witness; it reads NAME+8 hexadecimal digits+text that begins with B, as the neighbor shows it", vkey)
	}
	public := ed25519.PublicKey(raw[1:])
	return &witnessKey{name, binary.BigEndian.Uint32(keyHash(name, algorithmCosignature, public)), public}, nil
}

// Cosignature is a cosignature that was verified.
type Cosignature struct {
	Key  string    `json:"key"`  // vkey of the witness
	At   time.Time `json:"at"`   // when it saw the head
	Line string    `json:"line"` // as it stands in the note, without the line break
}

// Witness names the witness, as its key does.
func (c Cosignature) Witness() string { return KeyName(c.Key) }

// Cosignatures returns those cosignatures of a signed checkpoint that are by one
// of the keys, at most one each. Others are ignored, as they say nothing to the reader.
// A wrong one by a known key is Invalid, journal.cosignature.
func Cosignatures(signed string, vkeys ...string) ([]Cosignature, error) {
	known := map[string]string{} // key by its name and number in signature lines
	var verifiers []note.Verifier
	for _, k := range vkeys {
		v, err := ParseCosigner(k)
		if err != nil {
			return nil, err
		}
		id := signer(v.Name(), v.KeyHash())
		if known[id] == "" {
			known[id] = strings.TrimSpace(k)
			verifiers = append(verifiers, v)
		}
	}
	n, err := note.Open([]byte(signed), note.VerifierList(verifiers...))
	var none *note.UnverifiedNoteError
	if errors.As(err, &none) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Invalidf("journal.cosignature", "checkpoint", "a cosignature under the checkpoint is wrong: %v", err)
	}
	var found []Cosignature
	for _, s := range n.Sigs {
		raw, err := base64.StdEncoding.DecodeString(s.Base64)
		if err != nil { // note.Open has read it
			return nil, err
		}
		found = append(found, Cosignature{Key: known[signer(s.Name, s.Hash)],
			At: time.Unix(int64(binary.BigEndian.Uint64(raw[4:])), 0).UTC(), Line: "— " + s.Name + " " + s.Base64})
	}
	return found, nil
}

func signer(name string, hash uint32) string { return fmt.Sprintf("%s+%08x", name, hash) }
