package journal

import (
	"fmt"
	"iter"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/store"
)

// hashReader reads hashes of a tree from its tiles: full ones from the database,
// partial ones from the edge. It is a tlog.HashReader for the duration of one question.
type hashReader struct {
	r     store.Reader
	edge  *edge
	tiles map[coordinate][]byte // read so far
}

// reader returns the reader of the hashes of the tree over all entries that r sees.
func (l *Log) reader(r store.Reader) (*hashReader, error) {
	head, err := ReadHead(r)
	if err != nil {
		return nil, err
	}
	e, err := l.edge(r, head.Size)
	return &hashReader{r, e, map[coordinate][]byte{}}, err
}

// coordinate is where a full tile lies.
type coordinate struct{ level, n int64 }

// tilesPerQuery is how many tiles selectTiles reads; a proof needs two a level.
const tilesPerQuery = 8

var selectTiles = store.SQL(`SELECT level, n, hashes FROM journal_tile WHERE commons_id = $1 AND (
	(level = $2 AND n = $3) OR (level = $4 AND n = $5) OR (level = $6 AND n = $7) OR (level = $8 AND n = $9) OR
	(level = $10 AND n = $11) OR (level = $12 AND n = $13) OR (level = $14 AND n = $15) OR (level = $16 AND n = $17))`)

// ReadHashes implements tlog.HashReader.
func (h *hashReader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	need := make([]coordinate, len(indexes))
	for i, x := range indexes {
		t := tlog.TileForIndex(tileHeight, x)
		need[i] = coordinate{int64(t.L), t.N}
	}
	if err := h.read(need); err != nil {
		return nil, err
	}
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		hash, err := tlog.HashFromTile(tlog.TileForIndex(tileHeight, x), h.tiles[need[i]], x)
		if err != nil {
			return nil, fmt.Errorf("journal: %w", err)
		}
		out[i] = hash
	}
	return out, nil
}

// partial returns the tile when it is the last, partial one of its level, else nil.
func (e *edge) partial(level int, n int64) []byte {
	if level >= len(e.tiles) || n != e.size>>(tileHeight*(level+1)) {
		return nil
	}
	return joinHashes(e.tiles[level])
}

// read reads the tiles that were not read yet.
func (h *hashReader) read(need []coordinate) error {
	var full []coordinate
	for _, at := range need {
		if _, seen := h.tiles[at]; !seen {
			h.tiles[at] = h.edge.partial(int(at.level), at.n)
			if h.tiles[at] == nil {
				full = append(full, at)
			}
		}
	}
	for some := range slices.Chunk(full, tilesPerQuery) {
		if err := h.readFull(some); err != nil {
			return err
		}
	}
	return nil
}

// readFull reads up to tilesPerQuery full tiles from the database.
func (h *hashReader) readFull(full []coordinate) error {
	args := make([]any, 0, 2*tilesPerQuery)
	for i := range tilesPerQuery {
		at := full[min(i, len(full)-1)]
		args = append(args, at.level, at.n)
	}
	_, err := store.All(h.r, func(s store.Scanner) (struct{}, error) {
		var at coordinate
		var data []byte
		err := s.Scan(&at.level, &at.n, &data)
		h.tiles[at] = data
		return struct{}{}, err
	}, selectTiles, args...)
	return err
}

// tile returns the first width hashes of a tile, or nil when the tree has not as many there.
func (h *hashReader) tile(level int, n int64, width int) ([]byte, error) {
	at := coordinate{int64(level), n}
	if n > h.edge.size>>(tileHeight*(level+1)) {
		return nil, nil
	}
	if err := h.read([]coordinate{at}); err != nil {
		return nil, err
	}
	if data := h.tiles[at]; len(data) >= width*tlog.HashSize {
		return data[:width*tlog.HashSize], nil
	}
	return nil, nil
}

var selectLeafTiles = store.SQL(`SELECT hashes FROM journal_tile WHERE commons_id = $1 AND level = 0 AND n >= $2 AND n < $3 ORDER BY n`)

// Leaves yields the leaf hashes of the first size entries in order, from the
// tiles: SHA-256(0x00 || entry) each. It reads a page at a time and stops at the first error.
func (l *Log) Leaves(r store.Reader, size int64) iter.Seq2[tlog.Hash, error] {
	return func(yield func(tlog.Hash, error) bool) {
		full := size >> tileHeight
		for n := int64(0); n < full; n += page / tileWidth {
			end := min(n+page/tileWidth, full)
			tiles, err := store.All(r, scanBytes, selectLeafTiles, n, end)
			if err == nil && int64(len(tiles)) != end-n {
				err = fmt.Errorf("journal: the log of %s has %d of its tiles %d to %d", r.Commons(), len(tiles), n, end-1)
			}
			if !yieldHashes(yield, slices.Concat(tiles...), err) {
				return
			}
		}
		if width := int(size % tileWidth); width > 0 {
			data, err := l.tile(r, 0, full, width)
			yieldHashes(yield, data, err)
		}
	}
}

// yieldHashes yields the hashes in data, or the error; false means to stop.
func yieldHashes(yield func(tlog.Hash, error) bool, data []byte, err error) bool {
	if err != nil {
		yield(tlog.Hash{}, err)
		return false
	}
	for h := range slices.Chunk(data, tlog.HashSize) {
		if !yield(tlog.Hash(h), nil) {
			return false
		}
	}
	return true
}
