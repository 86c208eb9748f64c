package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

func TestInvariant4ACommonsSeesItselfOnly(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		mine, theirs := store.NewID(), store.NewID()
		open(t, s, mine, 1, 2)
		other := open(t, s, theirs, 30)[0]
		if st := look(t, s, mine); st.accounts != 2 || st.money != 3 {
			t.Errorf("%+v", st)
		}
		err := write(t.Context(), s, mine, func(tx *store.Tx) error { return move(tx, other, 1) })
		if fault.CodeOf(err) != "bank.no_account" {
			t.Errorf("the account of another commons could be reached: %v", err)
		}
		if st := look(t, s, theirs); st.money != 30 {
			t.Errorf("%+v", st)
		}
	})
}

func TestInvariant4EveryStatementIsGuarded(t *testing.T) {
	storetest.Guard(t, bank, warehouse, noted, mixed, copied, shop(shop1, shop2))
}

// A snapshot shows one moment however long it is looked at, and cannot write.
func TestSnapshotStandsStill(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		id := open(t, s, commons, 10)[0]
		err := s.Read(t.Context(), commons, func(r *store.Snapshot) error {
			if err := write(t.Context(), s, commons, func(tx *store.Tx) error { return move(tx, id, 5) }); err != nil {
				return err
			}
			if b, err := readBalance(r, id); err != nil || b != 10 {
				t.Errorf("the snapshot reads %d, %v; want 10", b, err)
			}
			if _, err := r.Query(changeBy, id, int64(1)); err == nil {
				t.Error("a snapshot could write")
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if st := look(t, s, commons); st.money != 15 {
			t.Errorf("%+v", st)
		}
	})
}

func TestOneAndAll(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		id := open(t, s, commons, 10)[0]
		number := func(row store.Scanner) (n int64, err error) { return n, row.Scan(&n) }
		err := s.Read(t.Context(), commons, func(r *store.Snapshot) error {
			if n, found, err := store.One(r, number, balanceOf, id); n != 10 || !found || err != nil {
				t.Errorf("One: %d, %v, %v", n, found, err)
			}
			if n, found, err := store.One(r, number, balanceOf, store.NewID()); n != 0 || found || err != nil {
				t.Errorf("One of none: %d, %v, %v", n, found, err)
			}
			if all, err := store.All(r, number, balanceOf, id); len(all) != 1 || err != nil {
				t.Errorf("All: %v, %v", all, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

var allAccounts = store.SQL(`SELECT id, balance, open, note, stamp FROM bank_account WHERE commons_id = $1 ORDER BY balance`)

// Scan reads what Query reads.
func TestScan(t *testing.T) {
	addWhole := store.Into("bank_account", "id", "balance", "open", "note", "stamp")
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		err := write(t.Context(), s, commons, func(tx *store.Tx) error {
			if err := tx.Append(addWhole, tx.NewID(), int64(1), true, "näme", []byte{0, 1, 255}); err != nil {
				return err
			}
			return tx.Append(addWhole, tx.NewID(), int64(2), false, nil, nil)
		})
		if err != nil {
			t.Fatal(err)
		}
		stop := errors.New("enough")
		err = s.Read(t.Context(), commons, func(r *store.Snapshot) error {
			n := 0
			err := r.Scan(allAccounts, func(v store.Values) error {
				n++
				id, ok := store.ParseID(v.Text(0))
				full := v.Bool(2) && v.Text(3) == "näme" && string(v.Bytes(4)) == "\x00\x01\xff" && !v.Null(3)
				empty := !v.Bool(2) && v.Text(3) == "" && v.Bytes(4) == nil && v.Null(3) && v.Null(4)
				if !ok || v.Int(1) != int64(n) || n == 1 && !full || n == 2 && !empty {
					t.Errorf("row %d: %v %v", n, id, v)
				}
				if b, err := readBalance(r, id); err == nil {
					t.Errorf("a question inside of Scan was answered: %d", b)
				}
				return nil
			})
			if err != nil || n != 2 {
				t.Errorf("%d rows, %v", n, err)
			}
			if err := r.Scan(allAccounts, func(store.Values) error { return stop }); !errors.Is(err, stop) {
				t.Errorf("stopping gives %v", err)
			}
			if _, err := store.All(r, scanID, transfers); err != nil {
				t.Errorf("after Scan: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// slow counts for minutes.
var slow = store.SQL(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000)
	SELECT CAST(count(*) AS BIGINT) FROM n WHERE i > 0 OR EXISTS (SELECT 1 FROM bank_account WHERE commons_id = $1)`)

func TestReadEndsWithItsContext(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		for range 20 { // more often than there are readers
			ctx, cancel := context.WithCancel(t.Context())
			err := s.Read(ctx, store.NewID(), func(r *store.Snapshot) error {
				go cancel()
				var n int64
				return r.QueryRow(slow).Scan(&n)
			})
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("a canceled reading gives %v", err)
			}
		}
		if st := look(t, s, store.NewID()); st.accounts != 0 {
			t.Errorf("%+v", st)
		}
	})
}

func TestValuesThatOnlyOneEngineTakesAreRefused(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		id := open(t, s, commons, 10)[0]
		for _, bad := range []any{"a\x00b", "a\xff", 1.5, float32(1), struct{}{}, uint64(1 << 63)} {
			err := write(t.Context(), s, commons, func(tx *store.Tx) error {
				_, err := tx.Exec(setNote, id, bad)
				return err
			})
			if err == nil {
				t.Errorf("%#v was stored", bad)
			}
		}
		text := strings.Repeat("ž", 1000)
		err := write(t.Context(), s, commons, func(tx *store.Tx) error { _, err := tx.Exec(setNote, id, &text); return err })
		if err != nil {
			t.Error(err)
		}
	})
}

var setNote = store.SQL(`UPDATE bank_account SET note = $3 WHERE commons_id = $1 AND id = $2`)

// The empty ID is NULL in the database, both ways.
func TestEmptyIDIsNull(t *testing.T) {
	read := store.SQL(`SELECT note FROM bank_account WHERE commons_id = $1 AND id = $2 AND note IS NULL`)
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		id := open(t, s, commons, 10)[0]
		err := write(t.Context(), s, commons, func(tx *store.Tx) error {
			if _, err := tx.Exec(setNote, id, store.ID("")); err != nil {
				return err
			}
			back := store.ID("something")
			if err := tx.QueryRow(read, id).Scan(&back); err != nil || back != "" {
				t.Errorf("%q, %v", back, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// One question at a time, on both engines.
func TestRowsLeftOpenAreNoticed(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		id := open(t, s, commons, 10, 20)[0]
		ask := func(r store.Reader, early bool) error {
			rows, err := r.Query(allAccounts)
			if err != nil || !rows.Next() {
				t.Fatal("no rows", err)
			}
			for !early && rows.Next() {
			}
			_, err = readBalance(r, id)
			if (err != nil) != early || early && !strings.Contains(err.Error(), "still open") {
				t.Errorf("asked early %v: %v", early, err)
			}
			return nil
		}
		for _, early := range []bool{false, true} {
			err := write(t.Context(), s, commons, func(tx *store.Tx) error { return ask(tx, early) })
			if (err != nil) != early {
				t.Errorf("an act that asked early %v: %v", early, err)
			}
			if err := s.Read(t.Context(), commons, func(r *store.Snapshot) error { return ask(r, early) }); err != nil {
				t.Error(err)
			}
		}
	})
}
