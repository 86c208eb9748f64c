package store_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

var errRule = errors.New("a rule of the room")

// kind is one way an act can go.
type kind struct {
	name  string
	works bool
	adds  int64 // to the money, when it works
	act   func(tx *store.Tx, known store.ID) error
}

var (
	writeTransfer = store.SQL(`INSERT INTO bank_transfer (commons_id, id, payer, payee, amount, at) VALUES ($1, $2, $3, $3, $4, $5)`)
	closeAccount  = store.SQL(`DELETE FROM bank_account WHERE commons_id = $1 AND id = $2`)
)

// deposit appends an account with the amount.
func deposit(tx *store.Tx, amount int64) (store.ID, error) {
	id := tx.NewID()
	return id, tx.Append(addAccount, id, amount, true)
}

// depositMany appends so many accounts, with one each, that PostgreSQL gets
// most of them while the act goes on.
func depositMany(tx *store.Tx) error {
	for range manyRows {
		if _, err := deposit(tx, 1); err != nil {
			return err
		}
	}
	return nil
}

// manyRows is twice what is sent ahead at once, and some that wait.
const manyRows = 2*store.AheadRows + 300

var kinds = []kind{
	{"append", true, 5, func(tx *store.Tx, _ store.ID) error { _, err := deposit(tx, 5); return err }},
	{"update", true, 3, func(tx *store.Tx, known store.ID) error { return move(tx, known, 3) }},
	{"append and read it", true, 7, func(tx *store.Tx, _ store.ID) error {
		id, err := deposit(tx, 7)
		if err != nil {
			return err
		}
		got, err := readBalance(tx, id)
		if err == nil && got != 7 {
			err = fmt.Errorf("it reads %d of its own 7", got)
		}
		return err
	}},
	{"append a child, update its parent", true, 4, func(tx *store.Tx, known store.ID) error {
		if err := tx.Append(addTransfer, tx.NewID(), known, known, int64(4), int64(1)); err != nil {
			return err
		}
		return move(tx, known, 4)
	}},
	{"append a parent, write its child", true, 6, func(tx *store.Tx, _ store.ID) error {
		id, err := deposit(tx, 6)
		if err != nil {
			return err
		}
		_, err = tx.Exec(writeTransfer, tx.NewID(), id, int64(1), int64(1))
		return err
	}},
	{"append a child, delete its parent", false, 0, func(tx *store.Tx, known store.ID) error {
		if err := tx.Append(addTransfer, tx.NewID(), known, known, int64(4), int64(1)); err != nil {
			return err
		}
		_, err := tx.Exec(closeAccount, known)
		return err
	}},
	{"refuse at once", false, 0, func(*store.Tx, store.ID) error { return errRule }},
	{"append, then refuse", false, 0, func(tx *store.Tx, _ store.ID) error {
		if _, err := deposit(tx, 9); err != nil {
			return err
		}
		return errRule
	}},
	{"update, then refuse", false, 0, func(tx *store.Tx, known store.ID) error {
		if err := move(tx, known, 9); err != nil {
			return err
		}
		return errRule
	}},
	{"append, read it, then refuse", false, 0, func(tx *store.Tx, _ store.ID) error {
		id, err := deposit(tx, 9)
		if err != nil {
			return err
		}
		if _, err := readBalance(tx, id); err != nil {
			return err
		}
		return errRule
	}},
	{"append a row that is there", false, 0, func(tx *store.Tx, known store.ID) error {
		return tx.Append(addAccount, known, int64(9), true)
	}},
	{"append a child without parent", false, 0, func(tx *store.Tx, known store.ID) error {
		return tx.Append(addTransfer, tx.NewID(), tx.NewID(), known, int64(9), int64(1))
	}},
	{"break a check and hide it", false, 0, func(tx *store.Tx, known store.ID) error {
		if _, err := deposit(tx, 9); err != nil {
			return err
		}
		_ = move(tx, known, -1_000_000_000)
		return nil
	}},
	{"append, then panic", false, 0, func(tx *store.Tx, _ store.ID) error {
		_, _ = deposit(tx, 9)
		panic("an act that panics")
	}},
	{"update, then panic", false, 0, func(tx *store.Tx, known store.ID) error {
		_ = move(tx, known, 9)
		panic("an act that panics")
	}},
	{"append many", true, manyRows, func(tx *store.Tx, _ store.ID) error { return depositMany(tx) }},
	{"append many and read one", true, manyRows + 2, func(tx *store.Tx, _ store.ID) error {
		id, err := deposit(tx, 2)
		if err != nil {
			return err
		}
		if err := depositMany(tx); err != nil {
			return err
		}
		got, err := readBalance(tx, id)
		if err == nil && got != 2 {
			err = fmt.Errorf("it reads %d of its own 2", got)
		}
		return err
	}},
	{"append many children of a pending parent", true, 8, func(tx *store.Tx, _ store.ID) error {
		id, err := deposit(tx, 8)
		for n := 0; n < manyRows && err == nil; n++ {
			err = tx.Append(addTransfer, tx.NewID(), id, id, int64(1), int64(1))
		}
		return err
	}},
	{"append many, then refuse", false, 0, func(tx *store.Tx, _ store.ID) error {
		if err := depositMany(tx); err != nil {
			return err
		}
		return errRule
	}},
	{"append a row that is there, then many", false, 0, func(tx *store.Tx, known store.ID) error {
		if err := tx.Append(addAccount, known, int64(9), true); err != nil {
			return err
		}
		return depositMany(tx)
	}},
	{"append many, then a row that is there", false, 0, func(tx *store.Tx, known store.ID) error {
		if err := depositMany(tx); err != nil {
			return err
		}
		return tx.Append(addAccount, known, int64(9), true)
	}},
	{"append many, then panic", false, 0, func(tx *store.Tx, _ store.ID) error {
		_ = depositMany(tx)
		panic("an act that panics")
	}},
	{"leave rows open", true, 0, func(tx *store.Tx, known store.ID) error {
		rows, err := tx.Query(balanceOf, known)
		if err == nil {
			rows.Next()
		}
		return err
	}},
}

// Whatever acts share a group, each does all or nothing, and tells which.
func TestInvariant1ActsHappenWholeOrNotAtAll(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		rapid.Check(t, func(r *rapid.T) {
			commons := store.NewID()
			known := open(t, s, commons, 100)[0]
			want, wantEntries := int64(100), 0
			picks := rapid.SliceOfN(rapid.IntRange(0, len(kinds)-1), 1, 12).Draw(r, "acts")
			var acts []actOf
			for _, n := range picks {
				k := kinds[n]
				acts = append(acts, later(s, commons, func(tx *store.Tx) error {
					if _, err := tx.Enter(line(k.name)); err != nil {
						return err
					}
					return k.act(tx, known)
				}))
				if k.works {
					want, wantEntries = want+k.adds, wantEntries+1
				}
			}
			for i, err := range inOneGroup(t, s, commons, acts...) {
				if k := kinds[picks[i]]; (err == nil) != k.works {
					r.Errorf("%q answered %v", k.name, err)
				}
			}
			if st := look(t, s, commons); st.money != want || st.entries != wantEntries {
				r.Errorf("%+v; want %d of money and %d entries", st, want, wantEntries)
			}
		})
	})
}

// The errors of constraints can be told apart on both engines.
func TestViolationsAreNamed(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		known := open(t, s, commons, 100)[0]
		for name, c := range map[string]struct {
			want error
			act  func(*store.Tx) error
		}{
			"twice": {store.ErrUnique, func(tx *store.Tx) error { return tx.Append(addAccount, known, int64(1), true) }},
			"no parent": {store.ErrForeignKey, func(tx *store.Tx) error {
				return tx.Append(addTransfer, tx.NewID(), tx.NewID(), known, int64(1), int64(1))
			}},
			"check":    {store.ErrCheck, func(tx *store.Tx) error { return move(tx, known, -101) }},
			"not null": {store.ErrCheck, func(tx *store.Tx) error { return tx.Append(addAccount, tx.NewID(), nil, true) }},
		} {
			if err := write(t.Context(), s, commons, c.act); !errors.Is(err, c.want) {
				t.Errorf("%s: %v is not %v", name, err, c.want)
			}
		}
	})
}

// An act of one commons that fails takes nothing from acts of others in its group.
func TestInvariant1GroupsOfManyCommons(t *testing.T) {
	s := storetest.Open(t, config())
	var commons []store.ID
	var acts []actOf
	for i := range 40 {
		c := store.NewID()
		commons = append(commons, c)
		acts = append(acts, later(s, c, func(tx *store.Tx) error {
			if _, err := deposit(tx, int64(i+1)); err != nil {
				return err
			}
			if _, err := tx.Enter(line("deposit")); err != nil {
				return err
			}
			if i%7 == 3 {
				return tx.Append(addTransfer, tx.NewID(), tx.NewID(), tx.NewID(), int64(1), int64(1))
			}
			return nil
		}))
	}
	for i, err := range inOneGroup(t, s, store.NewID(), acts...) {
		fails := i%7 == 3
		want := state{accounts: 1, money: int64(i + 1), entries: 1}
		if fails {
			want = state{}
		}
		if got := look(t, s, commons[i]); got != want || (err != nil) != fails {
			t.Errorf("%d: %+v after %v; want %+v", i, got, err, want)
		}
	}
}
