package intake

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

// Key is the dedupe key of a record: the source's word and 128 bits of SHA-256
// over the parts, each with its length before it, so that no two lists of
// parts run together.
func Key(source string, parts ...string) string {
	sum := digest(parts)
	return source + ":" + hex.EncodeToString(sum[:16])
}

func digest(parts []string) [sha256.Size]byte {
	buf := make([]byte, 0, 256)
	for _, p := range parts {
		buf = binary.AppendUvarint(buf, uint64(len(p)))
		buf = append(buf, p...)
	}
	return sha256.Sum256(buf)
}

// Repeats gives equal rows of one file different keys: the first is the plain
// key, the second and later ones carry their number. It remembers eight bytes
// of each distinct row. The zero Repeats is ready to use, for one file.
type Repeats struct{ seen map[uint64]uint32 }

// Key is Key for the next occurrence of these parts.
func (r *Repeats) Key(source string, parts ...string) string {
	sum := digest(parts)
	short := binary.BigEndian.Uint64(sum[:8])
	if r.seen == nil {
		r.seen = map[uint64]uint32{}
	}
	r.seen[short]++
	key := source + ":" + hex.EncodeToString(sum[:16])
	if n := r.seen[short]; n > 1 {
		return key + "#" + strconv.FormatUint(uint64(n), 10)
	}
	return key
}
