package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"commonweal/platform/fault"
)

// laneSchema is the store's own tables; they are there before any migration.
const laneSchema = `
CREATE TABLE IF NOT EXISTS store_migration (
  room TEXT NOT NULL,
  name TEXT NOT NULL,
  digest TEXT NOT NULL, -- SHA-256 of the file, in hex
  applied BIGINT NOT NULL, -- microseconds since 1970, UTC
  PRIMARY KEY (room, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS store_lane (
  commons_id UUID NOT NULL PRIMARY KEY,
  epoch BIGINT NOT NULL, -- see Memo
  entries BIGINT NOT NULL, -- journal entries so far
  clock BIGINT NOT NULL -- time of the last act, in microseconds
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS store_act (
  commons_id UUID NOT NULL,
  key TEXT NOT NULL,
  digest BLOB NOT NULL, -- SHA-256 of the JSON of what was asked
  result TEXT NOT NULL, -- JSON
  PRIMARY KEY (commons_id, key)
) STRICT, WITHOUT ROWID;
`

// migrate applies the files that the database does not have yet, all in one
// transaction.
func (s *Store) migrate(ctx context.Context) error {
	if err := s.ownTables(ctx); err != nil {
		return fmt.Errorf("store: creating its own tables: %w", err)
	}
	todo, populated, err := s.missing(ctx)
	if err != nil || len(todo) == 0 {
		return err
	}
	if populated {
		if err := s.engine.keep(ctx); err != nil {
			return fmt.Errorf("store: copying the database before its migration: %w", err)
		}
	}
	return s.inTransaction(ctx, func(t transaction) error {
		if err := s.engine.guard(ctx, t); err != nil {
			return err
		}
		todo, _, err := s.compare(ctx, t) // again: another process may have been first
		if err != nil {
			return err
		}
		for _, st := range todo {
			if err := s.apply(ctx, t, st); err != nil {
				return err
			}
		}
		return nil
	})
}

// ownTables creates the store's own tables. Programs that start together may
// all find them missing, and PostgreSQL lets only one of them create each.
func (s *Store) ownTables(ctx context.Context) (err error) {
	for try := range 5 {
		if err = s.once(ctx, func(t transaction) error { return s.script(ctx, t, laneSchema) }); err == nil || ctx.Err() != nil {
			return err
		}
		pause(try)
	}
	return err
}

// missing is compare in a transaction of its own.
func (s *Store) missing(ctx context.Context) (todo []step, populated bool, err error) {
	err = s.inTransaction(ctx, func(t transaction) error {
		todo, populated, err = s.compare(ctx, t)
		return err
	})
	return todo, populated, err
}

// compare sets the files of the program against those the database has had.
func (s *Store) compare(ctx context.Context, t transaction) (todo []step, populated bool, err error) {
	rows, err := t.query(ctx, `SELECT room, name, digest FROM store_migration ORDER BY room, name`, nil)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	type file struct{ room, name string }
	applied := map[file]string{}
	for rows.Next() {
		var f file
		var sum string
		if err := rows.Scan(&f.room, &f.name, &sum); err != nil {
			return nil, false, err
		}
		applied[f] = sum
	}
	if err := rows.Err(); err != nil {
		return nil, false, err
	}
	populated = len(applied) > 0
	for _, sc := range s.config.Schemas {
		steps, err := sc.steps()
		if err != nil {
			return nil, false, err
		}
		for _, st := range steps {
			f := file{st.room, st.name}
			sum, done := applied[f]
			switch {
			case done && sum != st.digest():
				return nil, false, fault.New(fault.Unavailable, "store.migration_changed", "", "the migration %s of %s was changed after this database had it; put it back and add a new file instead", st.name, st.room)
			case !done:
				todo = append(todo, st)
			}
			delete(applied, f)
		}
	}
	for f := range applied {
		return nil, false, fault.New(fault.Unavailable, "store.newer_database", "", "the database has had the migration %s of %s, which this program does not know; use the program that made it, or a later one", f.name, f.room)
	}
	return todo, populated, nil
}

// apply runs one file and notes it.
func (s *Store) apply(ctx context.Context, t transaction, st step) error {
	if err := st.additive(); err != nil {
		return err
	}
	if err := s.script(ctx, t, st.text); err != nil {
		return fmt.Errorf("store: migration %s of %s: %w", st.name, st.room, err)
	}
	_, err := t.exec(ctx, `INSERT INTO store_migration (room, name, digest, applied) VALUES ($1, $2, $3, $4)`,
		[]any{st.room, st.name, st.digest(), Micros(s.Now())})
	return err
}

// script runs the sentences of a script one by one.
func (s *Store) script(ctx context.Context, t transaction, text string) error {
	for _, sentence := range sentences(text) {
		if _, err := t.exec(ctx, s.engine.schema(sentence), nil); err != nil {
			return fmt.Errorf("%.200s: %w", sentence, err)
		}
	}
	return nil
}

// inTransaction runs f in one write transaction, again while the database is
// passingly away.
func (s *Store) inTransaction(ctx context.Context, f func(transaction) error) (err error) {
	for try := range 10 {
		if err = s.once(ctx, f); err == nil || ctx.Err() != nil || s.engine.judge(err) != passing {
			return err
		}
		pause(try)
	}
	return err
}

func (s *Store) once(ctx context.Context, f func(transaction) error) error {
	t, err := s.engine.begin(ctx)
	if err != nil {
		return err
	}
	defer t.rollback()
	if err := f(t); err != nil {
		return err
	}
	return t.commit(ctx)
}

func (st step) digest() string {
	sum := sha256.Sum256([]byte(st.text))
	return hex.EncodeToString(sum[:])
}

// additive refuses what would lose or rewrite data of an older program: a
// migration creates tables and indexes, adds columns, and fills them.
func (st step) additive() error {
	for _, sentence := range sentences(st.text) {
		w := words(sentence)
		switch {
		case starts(w, "CREATE", "TABLE"), starts(w, "CREATE", "INDEX"), starts(w, "CREATE", "UNIQUE", "INDEX"),
			starts(w, "INSERT"), starts(w, "UPDATE"),
			starts(w, "ALTER", "TABLE") && len(w) > 5 && starts(w[3:], "ADD", "COLUMN"):
		default:
			return fault.New(fault.Unavailable, "store.migration_not_additive", "", "the migration %s of %s says %.40q; migrations only create tables and indexes, add columns and fill them", st.name, st.room, sentence)
		}
	}
	return nil
}
