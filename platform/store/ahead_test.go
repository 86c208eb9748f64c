package store_test

import (
	"fmt"
	"testing"

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
