package store

import (
	"context"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// Schema is the migrations of one room: files schema/NNNN_name.sql, applied
// in order, each once, only ever adding. They use the schema words UUID, TEXT,
// BIGINT, BOOLEAN and BLOB, and end a table with ") STRICT". Narrow tables that
// many acts append to may end with ") STRICT, WITHOUT ROWID": SQLite then keeps
// one tree instead of two, which writes them a fifth faster.
type Schema struct {
	Room  string
	Files fs.FS // holds schema/*.sql
}

// Sealer writes the journal entries of a group of acts inside the group's
// transaction. first is the sequence number of entries[0]; numbers are
// consecutive from 0. The journal implements it.
//
// Seal may run more than once for the same numbers, because a group can be
// rolled back: what it keeps outside of tx it changes in Tx.AfterCommit only.
type Sealer interface {
	Seal(tx *Tx, first int64, entries [][]byte) error
}

// Config says which database to open and what lives in it.
type Config struct {
	// URL is a file path or sqlite:path for SQLite, postgres://... for PostgreSQL.
	URL string
	// Schemas in order: a table may refer only to tables before it.
	Schemas []Schema
	Sealer  Sealer           // nil in tests of the store alone
	Clock   func() time.Time // nil means time.Now
	Log     *slog.Logger     // nil means slog.Default
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	config  Config
	engine  engine
	catalog *catalog
	plans   sync.Map // *Statement -> plan
	memos   sync.Map // memoKey -> any, *Cache -> *shelf
	kept    sync.Map // commons -> *keptRows
	counts  counts
	buffers sync.Pool // of *appends

	mu     sync.Mutex // guards what follows
	lanes  map[ID]*lane
	closed bool
	idle   sync.WaitGroup // counts the runners of lanes
}

// Open opens the database, brings its schema up to date and returns it.
func Open(ctx context.Context, c Config) (*Store, error) {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	known, err := readCatalog(c.Schemas)
	if err != nil {
		return nil, err
	}
	s := &Store{config: c, catalog: known, lanes: map[ID]*lane{}}
	s.buffers.New = func() any { return &appends{tables: make([]pendingTable, len(known.names))} }
	if strings.HasPrefix(c.URL, "postgres://") || strings.HasPrefix(c.URL, "postgresql://") {
		s.engine, err = openPostgres(ctx, c.URL, c.Log)
	} else {
		s.engine, err = openSQLite(ctx, strings.TrimPrefix(c.URL, "sqlite:"))
	}
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		s.engine.close()
		return nil, explain(s.engine, err)
	}
	return s, nil
}

// Close refuses new acts, waits for the lanes to finish and closes the database.
func (s *Store) Close() error {
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.mu.Unlock()
	s.idle.Wait()
	if closed {
		return nil
	}
	return s.engine.close()
}

// Engine says which database is behind the store.
func (s *Store) Engine() Engine { return s.engine.kind() }

// Exclusive reports whether no other process can have this database open: what
// another one left unfinished there will stay so.
func (s *Store) Exclusive() bool { return s.engine.kind() == SQLite }

// Now is the machine's time as the store sees it.
func (s *Store) Now() time.Time { return s.config.Clock().UTC().Truncate(time.Microsecond) }

// Backup writes a copy of the whole database to a new file at path: an SQLite
// file, or pg_dump's custom format for pg_restore. Reads and acts go on
// meanwhile; the copy shows one moment. progress (may be nil) is called now and
// then with the bytes written and the bytes expected, a rough figure.
func (s *Store) Backup(ctx context.Context, path string, progress func(done, total int64)) error {
	leave, err := s.enter()
	if err != nil {
		return err
	}
	defer leave()
	if progress == nil {
		progress = func(int64, int64) {}
	}
	return explain(s.engine, s.engine.backup(ctx, path, progress))
}

// enter keeps the database open until leave is called.
func (s *Store) enter() (leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed()
	}
	s.idle.Add(1)
	return s.idle.Done, nil
}

// plan returns what must happen before a statement runs.
func (s *Store) plan(st *Statement) plan {
	p, ok := s.plans.Load(st)
	if !ok {
		p, _ = s.plans.LoadOrStore(st, s.catalog.plan(st))
	}
	return p.(plan)
}
