package store_test

import (
	"context"
	"database/sql"
	"errors"
	"sync/atomic"
	"testing"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

var (
	addSetting = store.Into("bank_setting", "fee")
	setFee     = store.SQL(`UPDATE bank_setting SET fee = $2 WHERE commons_id = $1`)
	feeOf      = store.SQL(`SELECT fee FROM bank_setting WHERE commons_id = $1`)
	loads      atomic.Int64
	fee        = store.NewMemo(loadFee)
)

func loadFee(r store.Reader) (n int64, err error) {
	loads.Add(1)
	err = r.QueryRow(feeOf).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, nil
	}
	return n, err
}

// change sets the fee and says so.
func change(to int64) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		tx.Changed()
		n, err := tx.Exec(setFee, to)
		if err == nil && n == 0 {
			err = tx.Append(addSetting, to)
		}
		return err
	}
}

// feeSeen reads the fee through the memo of a store.
func feeSeen(t *testing.T, s *store.Store, commons store.ID) (n int64) {
	t.Helper()
	err := s.Read(context.Background(), commons, func(r *store.Snapshot) (err error) {
		n, err = fee.Get(r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMemoLoadsOncePerEpoch(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		if n := feeSeen(t, s, commons); n != -1 {
			t.Errorf("a fee of %d before any", n)
		}
		for want := range int64(3) {
			if err := write(t.Context(), s, commons, change(want)); err != nil {
				t.Fatal(err)
			}
			before := loads.Load()
			for range 5 {
				if n := feeSeen(t, s, commons); n != want {
					t.Errorf("the memo holds %d; want %d", n, want)
				}
				err := write(t.Context(), s, commons, func(tx *store.Tx) error {
					if n, err := fee.Get(tx); err != nil || n != want {
						t.Errorf("an act sees %d, %v; want %d", n, err, want)
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			if n := loads.Load() - before; n != 1 {
				t.Errorf("%d loads in one epoch", n)
			}
		}

	})
}

// Acts of one group see each other's changes, and what is rolled back is never
// remembered, neither by the group nor by anybody after it.
func TestMemoInOneGroup(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		if err := write(t.Context(), s, commons, change(1)); err != nil {
			t.Fatal(err)
		}
		id := open(t, s, commons, 10)[0]
		sees := func(want int64) actOf {
			return later(s, commons, func(tx *store.Tx) error {
				if n, err := fee.Get(tx); err != nil || n != want {
					t.Errorf("an act sees %d, %v; want %d", n, err, want)
				}
				return nil
			})
		}
		fails := func(to int64) actOf {
			return later(s, commons, func(tx *store.Tx) error {
				if err := change(to)(tx); err != nil {
					return err
				}
				if n, err := fee.Get(tx); err != nil || n != to {
					t.Errorf("an act sees %d, %v of its own change; want %d", n, err, to)
				}
				return errRule
			})
		}
		inOneGroup(t, s, commons, sees(1), later(s, commons, change(2)), sees(2), sees(2), fails(7), sees(2), later(s, commons, change(3)), sees(3))
		if n := feeSeen(t, s, commons); n != 3 {
			t.Errorf("the memo holds %d; want 3", n)
		}
		// A group that breaks at its end takes an epoch with it that the next one uses again.
		broken := later(s, commons, func(tx *store.Tx) error { return tx.Append(addAccount, id, int64(1), true) })
		inOneGroup(t, s, commons, later(s, commons, change(4)), sees(4), broken)
		inOneGroup(t, s, commons, later(s, commons, change(5)), sees(5), broken)
		if n := feeSeen(t, s, commons); n != 5 {
			t.Errorf("the memo holds %d; want 5", n)
		}
	})
}

// An act that changed rows before it said so does not spoil the memo of others.
func TestMemoOfAnActThatSaysItLate(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		if err := write(t.Context(), s, commons, change(1)); err != nil {
			t.Fatal(err)
		}
		err := write(t.Context(), s, commons, func(tx *store.Tx) error {
			if _, err := tx.Exec(setFee, int64(9)); err != nil {
				return err
			}
			if _, err := fee.Get(tx); err != nil {
				return err
			}
			tx.Changed()
			return errRule
		})
		if !errors.Is(err, errRule) {
			t.Fatal(err)
		}
		if n := feeSeen(t, s, commons); n != 1 {
			t.Errorf("the memo holds %d; want 1", n)
		}
	})
}

// Two programs that share a database never see an old value in an act, nor in a
// reading that begins after the change was answered.
func TestMemoAcrossProcesses(t *testing.T) {
	c := config()
	c.URL = storetest.Postgres(t, bank)
	a, b := storetest.Open(t, c), storetest.Open(t, c)
	commons := store.NewID()
	for want := range int64(20) {
		from, to := a, b
		if want%2 == 1 {
			from, to = b, a
		}
		if err := write(t.Context(), from, commons, change(want)); err != nil {
			t.Fatal(err)
		}
		if n := feeSeen(t, to, commons); n != want {
			t.Errorf("the other program reads %d; want %d", n, want)
		}
		err := write(t.Context(), to, commons, func(tx *store.Tx) error {
			if n, err := fee.Get(tx); err != nil || n != want {
				t.Errorf("an act of the other program sees %d, %v; want %d", n, err, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
