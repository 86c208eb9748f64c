package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// MaxBlob is the size of the largest attachment in bytes.
const MaxBlob = 64 << 20

var (
	insertBlob = store.Into("journal_blob", "digest", "content", "packed").Once("digest")
	selectBlob = store.SQL(`SELECT content, packed FROM journal_blob WHERE commons_id = $1 AND digest = $2`)
)

// Digest returns the name of an attachment: its SHA-256 in lower-case hexadecimal.
func Digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// digests returns the digests of the attachments of an entry, by name.
func digests(contents map[string][]byte) (map[string]string, error) {
	if len(contents) == 0 {
		return nil, nil
	}
	out := make(map[string]string, len(contents))
	for name, content := range contents {
		if err := checkName(name); err != nil {
			return nil, err
		}
		if len(content) > MaxBlob {
			return nil, fault.Invalidf("journal.blob_too_large", name, "an attachment holds at most %d bytes, this one has %d", MaxBlob, len(content))
		}
		out[name] = Digest(content)
	}
	return out, nil
}

// attach keeps the attachments, equal content once per commons.
func attach(tx *store.Tx, digests map[string]string, contents map[string][]byte) error {
	for _, name := range slices.Sorted(maps.Keys(digests)) {
		content := contents[name]
		if content == nil {
			content = []byte{} // NULL is not empty
		}
		kept, how := pack(content)
		if err := tx.Append(insertBlob, digests[name], kept, how); err != nil {
			return err
		}
	}
	return nil
}

// Blob returns an attachment by its digest.
func Blob(r store.Reader, digest string) ([]byte, error) {
	content, found, err := store.One(r, scanBlob, selectBlob, digest)
	if err != nil {
		return nil, fmt.Errorf("journal: attachment %.64q: %w", digest, err)
	}
	if !found {
		err = fault.NotFoundf("journal.no_blob", "digest", "there is no attachment %.64q", digest)
	}
	return content, err
}

func scanBlob(s store.Scanner) ([]byte, error) {
	var kept []byte
	var how *string
	if err := s.Scan(&kept, &how); err != nil {
		return nil, err
	}
	return unpack(kept, how)
}

func scanBytes(s store.Scanner) (b []byte, err error) { return b, s.Scan(&b) }
