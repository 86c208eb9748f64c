package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// A small act: three rows, one journal entry, an idempotency key.
var (
	noted = store.Schema{Room: "noted", Files: files(`
CREATE TABLE noted_line (
  commons_id UUID NOT NULL, id UUID NOT NULL, who UUID NOT NULL, at BIGINT NOT NULL, amount BIGINT NOT NULL, note TEXT,
  PRIMARY KEY (commons_id, id)
) STRICT;
CREATE TABLE noted_entry (commons_id UUID NOT NULL, seq BIGINT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (commons_id, seq)) STRICT;`)}
	addLine      = store.Into("noted_line", "id", "who", "at", "amount", "note")
	addNoted     = store.Into("noted_entry", "seq", "line")
	allLines     = store.SQL(`SELECT id, who, at, amount, note FROM noted_line WHERE commons_id = $1 ORDER BY id`)
	benchCommons = store.NewID()
)

type notary struct{}

func (notary) Seal(tx *store.Tx, first int64, lines [][]byte) error {
	for i, l := range lines {
		if err := tx.Append(addNoted, first+int64(i), string(l)); err != nil {
			return err
		}
	}
	return nil
}

func benchOpen(b *testing.B, e store.Engine) *store.Store {
	c := store.Config{Schemas: []store.Schema{noted}, Sealer: notary{}}
	if e == store.Postgres {
		c.URL = storetest.Postgres(b, noted)
	}
	return storetest.Open(b, c)
}

func smallAct(tx *store.Tx) (store.ID, error) {
	id := tx.NewID()
	for range 3 {
		if err := tx.Append(addLine, tx.NewID(), id, store.Micros(tx.Now()), int64(1_500_000), "an hour in the garden"); err != nil {
			return "", err
		}
	}
	_, err := tx.Enter(func(seq int64) ([]byte, error) { return fmt.Appendf(nil, `{"seq":%d,"id":%q}`, seq, id), nil })
	return id, err
}

// BenchmarkSmallActs: 64 clients, each waiting for the durable answer to its
// act before it sends the next.
func BenchmarkSmallActs(b *testing.B) {
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		for _, keyed := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/keyed=%v", e, keyed), func(b *testing.B) {
				s := benchOpen(b, e)
				var n atomic.Int64
				b.SetParallelism(32) // of 2 processors: 64 clients
				b.ReportAllocs()
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						c := store.Command{Commons: benchCommons}
						if keyed {
							c.Key, c.Ask = string(store.NewID()), n.Add(1)
						}
						if _, err := store.Write(context.Background(), s, c, smallAct); err != nil {
							b.Error(err)
						}
					}
				})
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "acts/s")
				st := s.Stats()
				b.ReportMetric(float64(st.Acts)/float64(st.Groups), "acts/group")
			})
		}
	}
}

// BenchmarkTransfers: 64 clients whose acts read a balance, change two, and
// append a transfer and an entry.
func BenchmarkTransfers(b *testing.B) {
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		b.Run(string(e), func(b *testing.B) {
			c := config()
			if e == store.Postgres {
				c.URL = storetest.Postgres(b, bank)
			}
			s := storetest.Open(b, c)
			ids := open(b, s, benchCommons, slices.Repeat([]int64{1 << 40}, 100)...)
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					act := transfer(ids[rand.IntN(100)], ids[rand.IntN(100)], 1)
					if _, err := store.Write(context.Background(), s, store.Command{Commons: benchCommons}, act); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "acts/s")
		})
	}
}

// BenchmarkOneClient: one client, so every act pays for a commit of its own.
func BenchmarkOneClient(b *testing.B) {
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		b.Run(string(e), func(b *testing.B) {
			s := benchOpen(b, e)
			for b.Loop() {
				if _, err := store.Write(context.Background(), s, store.Command{Commons: benchCommons}, smallAct); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "acts/s")
		})
	}
}

// BenchmarkBulk: one act that appends many rows, as an import does.
func BenchmarkBulk(b *testing.B) {
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		for _, rows := range []int{100, 1000, 10_000} {
			b.Run(fmt.Sprintf("%s/rows=%d", e, rows), func(b *testing.B) {
				s := benchOpen(b, e)
				b.ReportAllocs()
				for b.Loop() {
					err := write(context.Background(), s, benchCommons, func(tx *store.Tx) error {
						for range rows {
							if err := tx.Append(addLine, tx.NewID(), benchCommons, store.Micros(tx.Now()), int64(1_500_000), "an hour in the garden"); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.N)*float64(rows)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

// BenchmarkBareInserts is the yardstick for BenchmarkBulk: the same rows by
// prepared inserts of 32 rows through database/sql, a thousand a transaction,
// with nothing around them.
func BenchmarkBareInserts(b *testing.B) {
	path := filepath.Join(b.TempDir(), "bare.db")
	storetest.Open(b, store.Config{URL: path, Schemas: []store.Schema{noted}}).Close()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	row := "(?, ?, ?, ?, ?, ?)"
	text := "INSERT INTO noted_line (commons_id, id, who, at, amount, note) VALUES " + strings.Repeat(row+", ", 31) + row
	prepared, err := db.Prepare(text)
	if err != nil {
		b.Fatal(err)
	}
	args := make([]any, 0, 32*6)
	for b.Loop() {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		st := tx.Stmt(prepared)
		for range 1000 / 32 {
			args = args[:0]
			for range 32 {
				args = append(args, string(benchCommons), string(store.NewID()), string(benchCommons), int64(1), int64(1_500_000), "an hour in the garden")
			}
			if _, err := st.Exec(args...); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*float64(1000/32*32)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkRead reads 100,000 rows: by Scan, and by Query as All does.
func BenchmarkRead(b *testing.B) {
	const rows = 100_000
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		s := benchOpen(b, e)
		_, err := store.Write(context.Background(), s, store.Command{Commons: benchCommons}, func(tx *store.Tx) (int, error) {
			for range rows {
				if err := tx.Append(addLine, tx.NewID(), benchCommons, store.Micros(tx.Now()), int64(1_500_000), "an hour in the garden"); err != nil {
					return 0, err
				}
			}
			return 0, nil
		})
		if err != nil {
			b.Fatal(err)
		}
		read := func(b *testing.B, f func(*store.Snapshot) error) {
			for b.Loop() {
				if err := s.Read(context.Background(), benchCommons, f); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds(), "rows/s")
		}
		b.Run(string(e)+"/scan", func(b *testing.B) {
			read(b, func(r *store.Snapshot) error {
				sum := int64(0)
				return r.Scan(allLines, func(v store.Values) error { sum += v.Int(3) + int64(len(v.Text(0))); return nil })
			})
		})
		b.Run(string(e)+"/query", func(b *testing.B) {
			read(b, func(r *store.Snapshot) error {
				_, err := store.All(r, func(row store.Scanner) (n int64, err error) {
					var id, who store.ID
					var at int64
					var note *string
					return n, row.Scan(&id, &who, &at, &n, &note)
				}, allLines)
				return err
			})
		})
	}
}
