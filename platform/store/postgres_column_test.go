package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

var (
	mixed = store.Schema{Room: "mixed", Files: files(`CREATE TABLE mixed_row (commons_id UUID NOT NULL, n BIGINT NOT NULL, id UUID, note TEXT,
		data BLOB, PRIMARY KEY (commons_id, n)) STRICT;`)}
	addMixed = store.Into("mixed_row", "n", "id", "note", "data")
	allMixed = store.SQL(`SELECT id, note, data FROM mixed_row WHERE commons_id = $1 ORDER BY n`)
)

func mixedConfig() store.Config { return store.Config{Schemas: []store.Schema{mixed}} }

// Rows appended together come back each with its own values, and NULL where
// nothing was given.
func TestAppendedRowsKeepTheirValues(t *testing.T) {
	want := make([]string, 500)
	ids := make([]any, len(want))
	for n := range want {
		if n%3 != 0 {
			ids[n] = store.NewID()
			want[n] = fmt.Sprint(ids[n], " note NULL")
		} else {
			want[n] = fmt.Sprint("NULL NULL ", n)
		}
	}
	storetest.Each(t, mixedConfig, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		err := write(t.Context(), s, commons, func(tx *store.Tx) error {
			for n, id := range ids {
				var note, data any = "note", nil
				if id == nil {
					note, data = nil, fmt.Append(nil, n)
				}
				if err := tx.Append(addMixed, n, id, note, data); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		err = s.Read(t.Context(), commons, func(r *store.Snapshot) error {
			return r.Scan(allMixed, func(v store.Values) error {
				if got := strings.Join([]string{orNull(v, 0), orNull(v, 1), orNull(v, 2)}, " "); got != want[n] {
					t.Errorf("row %d is %s; want %s", n, got, want[n])
				}
				n++
				return nil
			})
		})
		if err != nil || n != len(want) {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}

func orNull(v store.Values, column int) string {
	if v.Null(column) {
		return "NULL"
	}
	return v.Text(column)
}

// PostgreSQL refuses what is no identifier, wherever it stands among the rows,
// and says so in a few words.
func TestPostgresRefusesWhatIsNoIdentifier(t *testing.T) {
	c := mixedConfig()
	c.URL = storetest.Postgres(t, mixed)
	s := storetest.Open(t, c)
	good := string(store.NewID())
	for _, bad := range []any{"no identifier", "", strings.ReplaceAll(good, "-", "x"), good[:35] + "g", good + "0", int64(7), true} {
		for _, at := range []int{0, 20, 39} {
			err := write(t.Context(), s, store.NewID(), func(tx *store.Tx) error {
				for n := range 40 {
					id := any(good)
					if n == at {
						id = bad
					}
					if err := tx.Append(addMixed, n, id, nil, nil); err != nil {
						return err
					}
				}
				return nil
			})
			if err == nil || len(err.Error()) > 400 {
				t.Errorf("%v as identifier %d: %v", bad, at, err)
			}
			if _, text := bad.(string); text && !errors.Is(err, store.ErrCheck) {
				t.Errorf("%v as identifier %d is not told as a value that does not fit: %v", bad, at, err)
			}
		}
	}
}
