package journal

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"commonweal/platform/store"
)

// Record is what an act tells the journal.
type Record struct {
	// Act is the word of the room and the verb: "contribution.log".
	Act string
	// By is the agent who acted; empty when the host itself did.
	By store.ID
	// Public is marshaled to a JSON object that anyone may see. By custom the
	// key "vf" holds the vf.Changes of the act, which the verifier replays.
	Public any
	// Sealed holds the private fields by name; the record shows commitments only.
	Sealed map[string]string
	// Attached holds content too large for an entry, by name; the record shows
	// its SHA-256, the bytes are kept beside the entries and exported with them.
	Attached map[string][]byte
}

// Entry is one record as it stands in the journal.
type Entry struct {
	Act      string            `json:"act"`
	At       string            `json:"at"` // RFC 3339, microseconds, UTC
	Attached map[string]string `json:"attached,omitempty"`
	Body     json.RawMessage   `json:"body"`
	By       store.ID          `json:"by,omitempty"`
	Commons  store.ID          `json:"commons"`
	Sealed   map[string]string `json:"sealed,omitempty"`
	Seq      int64             `json:"seq"`
	V        int               `json:"v"` // version of this shape: 1
}

// TimeFormat is how entries write a time.
const TimeFormat = "2006-01-02T15:04:05.000000Z"

// Append adds the record to the journal of the act's commons and returns its
// sequence number. The entry becomes durable with the act.
func Append(tx *store.Tx, r Record) (seq int64, err error) {
	return tx.Enter(func(seq int64) ([]byte, error) {
		body, err := json.Marshal(r.Public)
		if err != nil {
			return nil, fmt.Errorf("journal: %s: %w", r.Act, err)
		}
		e := Entry{Act: r.Act, At: tx.Now().Format(TimeFormat), Body: body, By: r.By, Commons: tx.Commons(), Seq: seq, V: 1}
		for field, text := range r.Sealed {
			if err := e.seal(tx, field, text); err != nil {
				return nil, err
			}
		}
		raw, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		v := jsontext.Value(raw)
		err = v.Canonicalize()
		return v, err
	})
}

// sealDomain separates commitments from every other hash.
const sealDomain = "commonweal/sealed/v1\x00"

var insertSealed = store.Into("journal_sealed", "seq", "field", "salt", "content")

func (e *Entry) seal(tx *store.Tx, field, text string) error {
	var salt [32]byte
	rand.Read(salt[:])
	if e.Sealed == nil {
		e.Sealed = map[string]string{}
	}
	e.Sealed[field] = Commit(salt[:], text)
	return tx.Append(insertSealed, e.Seq, field, salt[:], text)
}

// Commit returns the commitment to a private text, in unpadded base64url.
func Commit(salt []byte, text string) string {
	h := sha256.New()
	h.Write([]byte(sealDomain))
	h.Write(salt)
	h.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// Time returns the time of the entry.
func (e Entry) Time() (time.Time, error) { return time.Parse(TimeFormat, e.At) }
