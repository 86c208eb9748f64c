package journal

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// sealDomain separates commitments from every other hash.
const sealDomain = "commonweal/sealed/v1\x00"

// SaltSize is the length of the salt of a commitment in bytes.
const SaltSize = 32

// MaxSealed is the size of the longest private text in bytes.
const MaxSealed = 16 << 20

// Opening is what opens a commitment: who holds it can show what was sealed.
type Opening struct {
	Salt []byte `json:"salt"` // SaltSize bytes; base64 in JSON
	Text string `json:"text"`
}

// Commitment returns the commitment that the opening opens.
func (o Opening) Commitment() string { return Commit(o.Salt, o.Text) }

// Commit returns the commitment to a private text, in unpadded base64url:
// SHA-256("commonweal/sealed/v1" || 0x00 || salt || text).
func Commit(salt []byte, text string) string {
	h := sha256.New()
	h.Write([]byte(sealDomain))
	h.Write(salt)
	h.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

var insertSealed = store.Into("journal_sealed", "seq", "field", "salt", "content")

// seal draws a salt for each private field.
func seal(fields map[string]string) (map[string]Opening, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	openings := make(map[string]Opening, len(fields))
	for field, text := range fields {
		if err := checkName(field); err != nil {
			return nil, err
		}
		if err := checkText(field, text); err != nil {
			return nil, err
		}
		if len(text) > MaxSealed {
			return nil, fault.Invalidf("journal.sealed_too_large", field, "a private text holds at most %d bytes, this one has %d; attach it instead", MaxSealed, len(text))
		}
		salt := make([]byte, SaltSize)
		rand.Read(salt)
		openings[field] = Opening{salt, text}
	}
	return openings, nil
}

// commitments returns what the entry shows of its private fields.
func commitments(openings map[string]Opening) map[string]string {
	if len(openings) == 0 {
		return nil
	}
	sealed := make(map[string]string, len(openings))
	for field, o := range openings {
		sealed[field] = o.Commitment()
	}
	return sealed
}

// keepSealed keeps the private fields of an entry beside the log.
func keepSealed(tx *store.Tx, seq int64, openings map[string]Opening) error {
	for field, o := range openings {
		if err := tx.Append(insertSealed, seq, field, o.Salt, o.Text); err != nil {
			return err
		}
	}
	return nil
}

var (
	selectSealed = store.SQL(`SELECT seq, field, salt, content FROM journal_sealed WHERE commons_id = $1 AND seq >= $2 AND seq < $3 ORDER BY seq, field`)
	deleteSealed = store.SQL(`DELETE FROM journal_sealed WHERE commons_id = $1 AND seq = $2 AND field = $3`)
)

// sealedRow is one private field with its place.
type sealedRow struct {
	seq   int64
	field string
	Opening
}

func scanSealed(s store.Scanner) (row sealedRow, err error) {
	return row, s.Scan(&row.seq, &row.field, &row.Salt, &row.Text)
}

// Openings returns what opens the private fields of the entries [from, to), by
// sequence number and field. A field that an entry seals and that is missing
// here was erased. The caller checks that the reader may see them.
func Openings(r store.Reader, from, to int64) (map[int64]map[string]Opening, error) {
	rows, err := store.All(r, scanSealed, selectSealed, from, to)
	if err != nil {
		return nil, err
	}
	open := map[int64]map[string]Opening{}
	for _, row := range rows {
		if open[row.seq] == nil {
			open[row.seq] = map[string]Opening{}
		}
		open[row.seq][row.field] = row.Opening
	}
	return open, nil
}

// Erase destroys the text and the salt of private fields of an entry, and
// returns how many were still there. The commitments stay in the entry and
// every proof stays valid, but nobody can open them again. The act that erases
// writes its own record. Backups made before still hold the text until they expire.
func Erase(tx *store.Tx, seq int64, fields ...string) (erased int, err error) {
	for _, field := range fields {
		n, err := tx.Exec(deleteSealed, seq, field)
		if err != nil {
			return erased, err
		}
		erased += int(n)
	}
	return erased, nil
}

// CheckOpening returns nil when the opening opens the field of the entry, else an Invalid
// fault: journal.no_field or journal.opening.
func (e Entry) CheckOpening(field string, o Opening) error {
	want, sealed := e.Sealed[field]
	if !sealed {
		return fault.Invalidf("journal.no_field", field, "entry %d seals no field of this name", e.Seq)
	}
	if len(o.Salt) != SaltSize || o.Commitment() != want {
		return fault.Invalidf("journal.opening", field, "the text and salt do not open the commitment %s of entry %d", want, e.Seq)
	}
	return nil
}
