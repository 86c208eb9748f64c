package store_test

import (
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// The machine's clock goes anywhere, the program starts again (on PostgreSQL a
// second one shares the database): the time of acts only ever goes forward, and
// the journal's order is its order.
func TestInvariant5TimeNeverGoesBack(t *testing.T) {
	clocked := func() store.Config {
		c := config()
		c.Clock = wander
		return c
	}
	storetest.Each(t, clocked, func(t *testing.T, s *store.Store) {
		rapid.Check(t, func(r *rapid.T) {
			commons := store.NewID()
			last := time.Time{}
			for i, jump := range rapid.SliceOfN(rapid.Int64Range(-1e12, 1e12), 1, 12).Draw(r, "jumps") {
				machine.Add(jump)
				err := write(t.Context(), s, commons, func(tx *store.Tx) error {
					if !tx.Now().After(last) {
						r.Errorf("act %d at %v, after one at %v", i, tx.Now(), last)
					}
					if now := s.Now(); now.After(last) && tx.Now() != now {
						r.Errorf("act %d at %v; the machine says %v and it is later than all before", i, tx.Now(), now)
					}
					if tx.Now() != tx.Now().UTC().Truncate(time.Microsecond) {
						r.Errorf("%v is not in whole microseconds UTC", tx.Now())
					}
					last = tx.Now()
					return nil
				})
				if err != nil {
					r.Error(err)
				}
			}
		})
	})
}

// machine is a clock that tests set, in microseconds.
var machine atomic.Int64

func init() { machine.Store(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()) }

func wander() time.Time { return time.UnixMicro(machine.Load()) }

func TestInvariant5AcrossProcesses(t *testing.T) {
	c := config()
	c.URL = storetest.Postgres(t, bank)
	ahead, behind := c, c
	ahead.Clock = func() time.Time { return time.Now().Add(time.Hour) }
	behind.Clock = func() time.Time { return time.Now().Add(-time.Hour) }
	commons, last := store.NewID(), time.Time{}
	stores := []*store.Store{storetest.Open(t, ahead), storetest.Open(t, behind), storetest.Open(t, c)}
	for i := range 12 {
		err := write(t.Context(), stores[i%3], commons, func(tx *store.Tx) error {
			if !tx.Now().After(last) {
				t.Errorf("act %d at %v, after one at %v", i, tx.Now(), last)
			}
			last = tx.Now()
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
