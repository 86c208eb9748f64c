package store_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

type holder struct {
	id      store.ID
	balance int64
}

type payment struct {
	id store.ID
	at int64
}

var (
	accountRows    = store.ByIDs("SELECT id, balance FROM bank_account WHERE commons_id = $1 AND id IN (*)")
	paymentRows    = store.ByIDs("SELECT id, at FROM bank_transfer WHERE commons_id = $1 AND id IN (*)")
	accountLoads   atomic.Int64
	accountCache   = store.NewCache(1000, loadAccounts)
	transferCache  = store.NewLasting(1000, loadTransfers, func(t *payment) int64 { return t.at })
	crampedAccount = store.NewCache(2, loadAccounts)
)

func loadAccounts(r *store.Snapshot, ids []store.ID) (map[store.ID]*holder, error) {
	accountLoads.Add(1)
	list, err := store.AllOf(r, func(s store.Scanner) (*holder, error) {
		a := &holder{}
		return a, s.Scan(&a.id, &a.balance)
	}, accountRows, ids)
	out := map[store.ID]*holder{}
	for _, a := range list {
		out[a.id] = a
	}
	return out, err
}

func loadTransfers(r *store.Snapshot, ids []store.ID) (map[store.ID]*payment, error) {
	list, err := store.AllOf(r, func(s store.Scanner) (*payment, error) {
		t := &payment{}
		return t, s.Scan(&t.id, &t.at)
	}, paymentRows, ids)
	out := map[store.ID]*payment{}
	for _, t := range list {
		out[t.id] = t
	}
	return out, err
}

// What a cache says is what the snapshot shows, while acts change it.
func TestCacheSaysWhatTheSnapshotShows(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons, other := store.NewID(), store.NewID()
		ids := []store.ID{store.NewID(), store.NewID(), store.NewID()}
		open := func(c store.ID) {
			err := write(t.Context(), s, c, func(tx *store.Tx) error {
				for _, id := range ids[:2] { // the third does not exist yet
					if err := tx.Append(addAccount, id, int64(len(c)), true); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		open(commons)
		open(other)
		check := func(c store.ID, cache *store.Cache[store.ID, *holder]) {
			err := s.Read(context.Background(), c, func(r *store.Snapshot) error {
				got, err := cache.Get(r, append(ids, ids[0]))
				if err != nil {
					return err
				}
				want, err := loadAccounts(r, ids)
				for i, id := range append(ids, ids[0]) {
					if w := want[id]; (w == nil) != (got[i] == nil) || w != nil && *w != *got[i] {
						t.Errorf("%s: the cache says %v, the snapshot shows %v", id, got[i], w)
					}
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				for range 50 {
					check(commons, accountCache)
					check(other, accountCache)
					check(commons, crampedAccount)
				}
			})
		}
		for i := range 30 {
			err := write(t.Context(), s, commons, func(tx *store.Tx) error {
				if i == 10 {
					if err := tx.Append(addAccount, ids[2], int64(5), true); err != nil {
						return err
					}
				}
				_, err := tx.Exec(changeBy, ids[i%2], int64(1))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		wait.Wait()
		check(commons, accountCache)
		before := accountLoads.Load()
		for range 5 {
			check(commons, accountCache)
		}
		if n := accountLoads.Load() - before; n != 5 { // those of check itself
			t.Errorf("the cache asked %d times for what it knows", n-5)
		}
	})
}

// A row that lasts is asked for once, and an older snapshot does not see it.
func TestLastingRowsAreThereFromTheirVersionOn(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons, id := store.NewID(), store.NewID()
		see := func(r *store.Snapshot, want bool) {
			got, err := transferCache.Get(r, []store.ID{id})
			if err != nil || (got[0] != nil) != want {
				t.Errorf("seen %v, want %v (%v)", got[0] != nil, want, err)
			}
		}
		if err := write(t.Context(), s, commons, func(tx *store.Tx) error { return tx.Append(addAccount, id, int64(0), true) }); err != nil {
			t.Fatal(err)
		}
		err := s.Read(t.Context(), commons, func(old *store.Snapshot) error {
			see(old, false)
			err := write(context.Background(), s, commons, func(tx *store.Tx) error {
				return tx.Append(addTransfer, id, id, id, int64(1), store.Micros(tx.Now()))
			})
			if err != nil {
				return err
			}
			done := make(chan error) // a reading inside a reading may wait for itself
			go func() {
				done <- s.Read(context.Background(), commons, func(r *store.Snapshot) error { see(r, true); return nil })
			}()
			if err := <-done; err != nil {
				return err
			}
			see(old, false)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
