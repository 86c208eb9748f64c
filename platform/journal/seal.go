package journal

import (
	"embed"
	"fmt"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/store"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the journal's tables.
var Schema = store.Schema{Room: "journal", Files: schema}

// Log seals groups of entries; give it to store.Config.Sealer. It remembers the
// right edge of each commons' tree, so that sealing reads nothing. The zero
// value is ready; a Log belongs to one database. It is safe for concurrent use.
type Log struct {
	mu    sync.Mutex
	edges map[store.ID]*edge // of durable entries only
}

// maxEdges bounds how many edges a Log remembers, at about 5 kB each.
const maxEdges = 4096

var (
	insertEntry = store.Into("journal_entry", "seq", "record")
	insertTile  = store.Into("journal_tile", "level", "n", "root", "hashes")
	upsertHead  = store.SQL(`INSERT INTO journal_head (commons_id, size, root) VALUES ($1, $2, $3)
		ON CONFLICT (commons_id) DO UPDATE SET size = excluded.size, root = excluded.root`)
	selectHead      = store.SQL(`SELECT size, root FROM journal_head WHERE commons_id = $1`)
	selectTileRoots = store.SQL(`SELECT root FROM journal_tile WHERE commons_id = $1 AND level = $2 AND n >= $3 AND n < $4 ORDER BY n`)
)

// Seal implements store.Sealer: it writes the entries, the tiles they fill and
// the new head. The tree in memory moves on only when the group is durable.
func (l *Log) Seal(tx *store.Tx, first int64, entries [][]byte) error {
	base, err := l.edge(tx, first)
	if err != nil {
		return err
	}
	e := base.clone()
	for i, record := range entries {
		if err := tx.Append(insertEntry, first+int64(i), string(record)); err != nil {
			return err
		}
		for _, t := range e.add(tlog.RecordHash(record)) {
			if err := tx.Append(insertTile, int64(t.level), t.n, t.root[:], joinHashes(t.hashes)); err != nil {
				return err
			}
		}
	}
	root := e.root()
	if _, err := tx.Exec(upsertHead, e.size, root[:]); err != nil {
		return err
	}
	commons := tx.Commons()
	tx.AfterCommit(func() { l.hold(commons, e) })
	return nil
}

// hold remembers the edge of durable entries.
func (l *Log) hold(commons store.ID, e *edge) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if held := l.edges[commons]; held != nil && held.size >= e.size {
		return
	}
	if l.edges == nil {
		l.edges = map[store.ID]*edge{}
	}
	if len(l.edges) >= maxEdges {
		for other := range l.edges { // any of them: it is read again when needed
			delete(l.edges, other)
			break
		}
	}
	l.edges[commons] = e
}

// edge returns the edge at size, which is the number of durable entries the
// reader sees. It comes from memory, or when another process has written
// since, from the tiles and at most 256 entries; then it must agree with the head.
// The result is shared: clone it before adding.
func (l *Log) edge(r store.Reader, size int64) (*edge, error) {
	l.mu.Lock()
	held := l.edges[r.Commons()]
	l.mu.Unlock()
	if held != nil && held.size == size {
		return held, nil
	}
	e := &edge{}
	if held != nil && held.size < size && size-held.size <= tileWidth {
		e = held.clone()
	} else if err := e.load(r, size&^(tileWidth-1)); err != nil {
		return nil, err
	}
	for line, err := range Lines(r, e.size, size) {
		if err != nil {
			return nil, err
		}
		e.add(tlog.RecordHash(line.Record)) // tiles it fills are in the database already
	}
	head, err := ReadHead(r)
	if err != nil {
		return nil, err
	}
	if head.Size != size || head.Root != e.root() {
		return nil, fmt.Errorf("journal: the log of %s was changed from outside: at size %d its tree has root %s, its head says size %d, root %s",
			r.Commons(), size, e.root(), head.Size, head.Root)
	}
	l.hold(r.Commons(), e)
	return e, nil
}

// load sets e to the edge at size, a multiple of 256, from the roots of full tiles.
func (e *edge) load(r store.Reader, size int64) error {
	tiles := [][]tlog.Hash{nil}
	for level := 1; size>>(tileHeight*level) > 0; level++ {
		end := size >> (tileHeight * level)
		start := end &^ (tileWidth - 1)
		hashes, err := store.All(r, scanHash, selectTileRoots, int64(level-1), start, end)
		if err != nil {
			return err
		}
		if int64(len(hashes)) != end-start {
			return fmt.Errorf("journal: the log of %s lacks tiles of level %d between %d and %d", r.Commons(), level-1, start, end)
		}
		tiles = append(tiles, hashes)
	}
	*e = *edgeFrom(size, tiles)
	return nil
}

// Head is the size and the root of a commons' tree.
type Head struct {
	Size int64
	Root tlog.Hash
}

// ReadHead returns the tree over all durable entries of the reader's commons.
func ReadHead(r store.Reader) (Head, error) {
	head, found, err := store.One(r, func(s store.Scanner) (h Head, err error) {
		var root []byte
		if err = s.Scan(&h.Size, &root); err == nil {
			h.Root, err = toHash(root)
		}
		return h, err
	}, selectHead)
	if err == nil && !found {
		head.Root = EmptyRoot
	}
	return head, err
}

func scanHash(s store.Scanner) (h tlog.Hash, err error) {
	b, err := scanBytes(s)
	if err != nil {
		return h, err
	}
	return toHash(b)
}

func toHash(b []byte) (h tlog.Hash, err error) {
	if len(b) != len(h) {
		return h, fmt.Errorf("journal: a hash has %d bytes, not %d", len(b), len(h))
	}
	copy(h[:], b)
	return h, nil
}

func joinHashes(hashes []tlog.Hash) []byte {
	b := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		b = append(b, h[:]...)
	}
	return b
}
