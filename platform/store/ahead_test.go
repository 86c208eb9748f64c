package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// An act may append, read what it appended, append again and fail, behind
// others that appended more to the same table.
func TestInvariant1FailingAfterRowsWereWritten(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		known := open(t, s, commons, 10)[0]
		errs := inOneGroup(t, s, commons,
			later(s, commons, func(tx *store.Tx) error {
				for range 5 {
					if _, err := deposit(tx, 1); err != nil {
						return err
					}
				}
				return nil
			}),
			later(s, commons, func(tx *store.Tx) error {
				if _, err := deposit(tx, 100); err != nil {
					return err
				}
				if _, err := readBalance(tx, known); err != nil {
					return err
				}
				if _, err := deposit(tx, 100); err != nil {
					return err
				}
				return errRule
			}))
		if got := fmt.Sprint(errs); got != fmt.Sprint([]error{nil, errRule}) {
			t.Errorf("%s", got)
		}
		if st := look(t, s, commons); st.accounts != 6 || st.money != 15 {
			t.Errorf("%+v; want 6 accounts with 15", st)
		}
	})
}

// copied is rows for every type of column.
var (
	copied = store.Schema{Room: "copied", Files: files(`CREATE TABLE copied_row (commons_id UUID NOT NULL, n BIGINT NOT NULL, id UUID, note TEXT,
		data BLOB, open BOOLEAN, amount BIGINT CHECK (amount <> 13), PRIMARY KEY (commons_id, n)) STRICT;
		CREATE TABLE copied_content (commons_id UUID NOT NULL, key TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (commons_id, key)) STRICT;`)}
	addCopied  = store.Into("copied_row", "n", "id", "note", "data", "open", "amount")
	allCopied  = store.SQL(`SELECT n, id, note, data, open, amount FROM copied_row WHERE commons_id = $1 ORDER BY n`)
	addContent = store.Into("copied_content", "key", "content").Once("key")
	allContent = store.SQL(`SELECT key, content FROM copied_content WHERE commons_id = $1 ORDER BY key`)
)

func copiedConfig() store.Config { return store.Config{Schemas: []store.Schema{copied}} }

// aRow draws values for one row; every column may be NULL.
func aRow(r *rapid.T) []any {
	or := func(name string, v any) any {
		if rapid.IntRange(0, 4).Draw(r, name+" is NULL") == 0 {
			return nil
		}
		return v
	}
	return []any{
		or("id", store.NewID()),
		or("note", strings.ReplaceAll(rapid.StringN(0, 40, -1).Draw(r, "note"), "\x00", "")),
		or("data", rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(r, "data")),
		or("open", rapid.Bool().Draw(r, "open")),
		or("amount", rapid.Int64().Filter(func(n int64) bool { return n != 13 }).Draw(r, "amount")),
	}
}

// However many rows an act appends, each comes back with its own values: those
// of the statement for few, of COPY, and of COPY while the act goes on.
func TestAppendedRowsKeepTheirValuesHoweverMany(t *testing.T) {
	storetest.Each(t, copiedConfig, func(t *testing.T, s *store.Store) {
		rapid.Check(t, func(r *rapid.T) {
			commons := store.NewID()
			few := rapid.SliceOfN(rapid.Custom(aRow), 1, 9).Draw(r, "rows")
			many := rapid.SampledFrom([]int{1, 255, 256, 257, store.AheadRows - 1, store.AheadRows, store.AheadRows + 1, 3 * store.AheadRows}).Draw(r, "count")
			err := write(t.Context(), s, commons, func(tx *store.Tx) error {
				for n := range many {
					if err := tx.Append(addCopied, append([]any{n}, few[n%len(few)]...)...); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				r.Fatal(err)
			}
			n := 0
			err = s.Read(t.Context(), commons, func(snapshot *store.Snapshot) error {
				return snapshot.Scan(allCopied, func(v store.Values) error {
					if got, want := shown(v), shown(append([]any{int64(n)}, few[n%len(few)]...)); got != want {
						r.Fatalf("row %d is %s; want %s", n, got, want)
					}
					n++
					return nil
				})
			})
			if err != nil || n != many {
				r.Fatalf("%d rows of %d: %v", n, many, err)
			}
		})
	})
}

// shown writes values as both engines give them back: SQLite keeps a boolean as a number.
func shown[V any](values []V) string {
	var b strings.Builder
	for _, v := range values {
		switch x := any(v).(type) {
		case bool:
			n := 0
			if x {
				n = 1
			}
			fmt.Fprintf(&b, " %d", n)
		case []byte:
			fmt.Fprintf(&b, " %q", x)
		case store.ID:
			fmt.Fprintf(&b, " %q", string(x))
		case string:
			fmt.Fprintf(&b, " %q", x)
		default:
			fmt.Fprintf(&b, " %v", x)
		}
	}
	return b.String()
}

// What a column does not take is refused among many rows as it is alone, the
// error says what was broken, and the acts beside are kept.
func TestInvariant1ABadRowAmongMany(t *testing.T) {
	storetest.Each(t, copiedConfig, func(t *testing.T, s *store.Store) {
		for name, c := range map[string]struct {
			want error
			row  []any // n, id, note, data, open, amount
		}{
			"check":           {store.ErrCheck, []any{7000, nil, nil, nil, nil, 13}},
			"key of a former": {store.ErrUnique, []any{-1, nil, nil, nil, nil, nil}},
			"no key":          {store.ErrCheck, []any{nil, nil, nil, nil, nil, nil}},
		} {
			for _, at := range []int{0, 300, store.AheadRows - 1, store.AheadRows + 5, manyRows - 1} {
				commons := store.NewID()
				errs := inOneGroup(t, s, commons,
					later(s, commons, func(tx *store.Tx) error { return appendCopied(tx, -1) }),
					later(s, commons, func(tx *store.Tx) error { return appendMany(tx, at, c.row) }),
					later(s, commons, func(tx *store.Tx) error { return appendCopied(tx, -2) }))
				if errs[0] != nil || !errors.Is(errs[1], c.want) || errs[2] != nil {
					t.Errorf("%s at %d: %v; want only %v", name, at, errs, c.want)
				}
				if n := countCopied(t, s, commons); n != 2 {
					t.Errorf("%s at %d: %d rows are there; want 2", name, at, n)
				}
			}
		}
	})
}

func appendCopied(tx *store.Tx, n int) error {
	return tx.Append(addCopied, n, nil, "note", nil, true, nil)
}

// appendMany appends many rows, the one at a place being another.
func appendMany(tx *store.Tx, at int, other []any) error {
	for n := range manyRows {
		row := []any{n, nil, "note", nil, true, nil}
		if n == at {
			row = other
		}
		if err := tx.Append(addCopied, row...); err != nil {
			return err
		}
	}
	return nil
}

func countCopied(t *testing.T, s *store.Store, commons store.ID) (n int) {
	t.Helper()
	err := s.Read(t.Context(), commons, func(r *store.Snapshot) error {
		return r.Scan(allCopied, func(store.Values) error { n++; return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A value that is not plainly of its column's type goes the way on which the
// server judges it.
func TestPostgresJudgesOddValues(t *testing.T) {
	c := copiedConfig()
	c.URL = storetest.Postgres(t, copied)
	s := storetest.Open(t, c)
	for _, odd := range []struct {
		id   any
		want error
	}{{"no identifier", store.ErrCheck}, {"{0190a5e2-7f3c-7abc-8def-0123456789ab}", nil}} {
		commons := store.NewID()
		err := write(t.Context(), s, commons, func(tx *store.Tx) error {
			return appendMany(tx, 5, []any{5, odd.id, nil, nil, nil, nil})
		})
		if !errors.Is(err, odd.want) {
			t.Errorf("%v: %v; want %v", odd.id, err, odd.want)
		}
		want := manyRows
		if err != nil {
			want = 0
		}
		if n := countCopied(t, s, commons); n != want {
			t.Errorf("%v: %d rows; want %d", odd.id, n, want)
		}
	}
}

// The first of two rows with one key stays, in one act, one group and later.
func TestOnce(t *testing.T) {
	storetest.Each(t, copiedConfig, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		put := func(key, content string) actOf {
			return later(s, commons, func(tx *store.Tx) error { return tx.Append(addContent, key, content) })
		}
		for _, err := range inOneGroup(t, s, commons, put("a", "first"), put("a", "second"), put("b", "first"), put("a", "third")) {
			if err != nil {
				t.Error(err)
			}
		}
		err := write(t.Context(), s, commons, func(tx *store.Tx) error {
			for n := range manyRows {
				if err := tx.Append(addContent, string(rune('a'+n%3)), "late"); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		err = s.Read(t.Context(), commons, func(r *store.Snapshot) error {
			return r.Scan(allContent, func(v store.Values) error { got = append(got, v.Text(0)+" "+v.Text(1)); return nil })
		})
		if want := []string{"a first", "b first", "c late"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	})
}

// An act may append while it reads: PostgreSQL takes rows only once it has
// given the last of its answer.
func TestAppendingManyWhileReading(t *testing.T) {
	storetest.Each(t, copiedConfig, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		if err := write(t.Context(), s, commons, func(tx *store.Tx) error { return appendMany(tx, -1, nil) }); err != nil {
			t.Fatal(err)
		}
		err := write(t.Context(), s, commons, func(tx *store.Tx) error {
			rows, err := tx.Query(allCopied)
			if err != nil {
				return err
			}
			defer rows.Close()
			for n := 0; rows.Next(); n++ {
				if err := appendCopied(tx, manyRows+n); err != nil {
					return err
				}
				if n == store.AheadRows {
					time.Sleep(10 * time.Millisecond) // time enough to begin
				}
			}
			return rows.Err()
		})
		if n := countCopied(t, s, commons); err != nil || n != 2*manyRows || s.Stats().Retries != 0 {
			t.Errorf("%d rows after %d retries and %v; want %d at once", n, s.Stats().Retries, err, 2*manyRows)
		}
	})
}
