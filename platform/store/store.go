package store

import (
	"context"
	"database/sql"
	"io/fs"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the embedded engine
)

// Schema is the migrations of one room: files schema/NNNN_name.sql, applied
// in order, each once, only ever adding.
type Schema struct {
	Room  string
	Files fs.FS // holds schema/*.sql
}

// Sealer writes the journal entries of a group of acts inside the group's
// transaction. first is the sequence number of entries[0]; numbers are
// consecutive from 0. The journal implements it.
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
	writer  *sql.DB
	readers *sql.DB
	lane    sync.Mutex
}

// Open opens the database, brings its schema up to date and returns it.
func Open(ctx context.Context, c Config) (*Store, error) {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	path := strings.TrimPrefix(c.URL, "sqlite:")
	dsn := "file:" + path + "?" + url.Values{"_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
	}, "_txlock": {"immediate"}}.Encode()
	w, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	w.SetMaxOpenConns(1)
	r, err := sql.Open("sqlite", dsn+"&_pragma=query_only(1)")
	if err != nil {
		return nil, err
	}
	s := &Store{config: c, writer: w, readers: r}
	return s, s.migrate(ctx)
}

// Close waits for the lanes to finish and closes the database.
func (s *Store) Close() error {
	s.readers.Close()
	return s.writer.Close()
}

// Now is the machine's time as the store sees it.
func (s *Store) Now() time.Time { return s.config.Clock().UTC().Truncate(time.Microsecond) }

const laneSchema = `
CREATE TABLE IF NOT EXISTS store_migration (room TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (room, name)) STRICT;
CREATE TABLE IF NOT EXISTS store_lane (commons_id TEXT NOT NULL PRIMARY KEY, epoch INTEGER NOT NULL, entries INTEGER NOT NULL, clock INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS store_act (commons_id TEXT NOT NULL, key TEXT NOT NULL, digest BLOB NOT NULL, result TEXT NOT NULL, PRIMARY KEY (commons_id, key)) STRICT, WITHOUT ROWID;
`

// migrate applies what is missing of every schema.
func (s *Store) migrate(ctx context.Context) error {
	if _, err := s.writer.ExecContext(ctx, laneSchema); err != nil {
		return err
	}
	words := strings.NewReplacer(" UUID", " TEXT", " BIGINT", " INTEGER", " BOOLEAN", " INTEGER")
	for _, sc := range s.config.Schemas {
		names, err := fs.Glob(sc.Files, "schema/*.sql")
		if err != nil {
			return err
		}
		for _, name := range names {
			text, err := fs.ReadFile(sc.Files, name)
			if err != nil {
				return err
			}
			r, err := s.writer.ExecContext(ctx, `INSERT INTO store_migration VALUES ($1, $2) ON CONFLICT DO NOTHING`, sc.Room, name)
			if err != nil {
				return err
			}
			if n, _ := r.RowsAffected(); n == 0 {
				continue
			}
			if _, err := s.writer.ExecContext(ctx, words.Replace(string(text))); err != nil {
				return err
			}
		}
	}
	return nil
}
