package journal

import (
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/store"
)

// hashes reads hashes of a tree from its tiles: full ones from the database,
// partial ones from the edge. It is a tlog.HashReader for the duration of one question.
type hashes struct {
	r     store.Reader
	edge  *edge
	tiles map[coordinate][]byte // read so far
}

// hashes returns a reader of the hashes of the tree over all entries that r sees.
func (l *Log) hashes(r store.Reader) (*hashes, error) {
	head, err := ReadHead(r)
	if err != nil {
		return nil, err
	}
	e, err := l.edge(r, head.Size)
	return &hashes{r, e, map[coordinate][]byte{}}, err
}

// coordinate is where a full tile lies.
type coordinate struct{ level, n int64 }

// tilesPerQuery is how many tiles selectTiles reads; a proof needs two a level.
const tilesPerQuery = 8

var selectTiles = store.SQL(`SELECT level, n, hashes FROM journal_tile WHERE commons_id = $1 AND (
	(level = $2 AND n = $3) OR (level = $4 AND n = $5) OR (level = $6 AND n = $7) OR (level = $8 AND n = $9) OR
	(level = $10 AND n = $11) OR (level = $12 AND n = $13) OR (level = $14 AND n = $15) OR (level = $16 AND n = $17))`)

// ReadHashes implements tlog.HashReader.
func (h *hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
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
func (h *hashes) read(need []coordinate) error {
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
func (h *hashes) readFull(full []coordinate) error {
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
func (h *hashes) tile(level int, n int64, width int) ([]byte, error) {
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
