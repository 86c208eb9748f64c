package contribution

import (
	"crypto/sha256"
	"sync"

	"commonweal/platform/store"
)

// ImportKey is the hash of a record's own key in its source. The same key
// never enters a commons twice.
type ImportKey [16]byte

// ImportKeyOf hashes a record's key.
func ImportKeyOf(key string) ImportKey {
	sum := sha256.Sum256([]byte(key))
	return ImportKey(sum[:16])
}

var importsAfter = store.SQL(`SELECT seq, keys FROM contribution_import WHERE commons_id = $1 AND seq > $2 ORDER BY seq`)

// ImportedKeys is the set of keys a commons has imported, up to a chunk. It
// holds 16 bytes a record and is safe for concurrent use.
type ImportedKeys struct {
	Seen int64 // the last chunk read; -1 before the first

	mu   sync.RWMutex
	keys map[ImportKey]struct{}
}

// NewImportedKeys returns an empty set; CatchUp fills it.
func NewImportedKeys() *ImportedKeys {
	return &ImportedKeys{Seen: -1, keys: map[ImportKey]struct{}{}}
}

// CatchUp adds the keys of chunks imported since.
func (k *ImportedKeys) CatchUp(r *store.Snapshot) error {
	rows, err := r.Query(importsAfter, k.Seen)
	if err != nil {
		return err
	}
	defer rows.Close()
	k.mu.Lock()
	defer k.mu.Unlock()
	for rows.Next() {
		var keys []byte
		if err := rows.Scan(&k.Seen, &keys); err != nil {
			return err
		}
		for len(keys) >= len(ImportKey{}) {
			k.keys[ImportKey(keys[:16])] = struct{}{}
			keys = keys[16:]
		}
	}
	return rows.Err()
}

// Has reports whether a key was imported.
func (k *ImportedKeys) Has(key ImportKey) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	_, ok := k.keys[key]
	return ok
}

// Add adds a key and reports whether it was new.
func (k *ImportedKeys) Add(key ImportKey) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	before := len(k.keys)
	k.keys[key] = struct{}{}
	return len(k.keys) > before
}
