package store_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

func TestInvariant2ConcurrentTransfersConserveMoney(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		ids := open(t, s, commons, 100, 100, 100, 100)
		var done, refused atomic.Int64
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				for range 60 {
					from, to := rand.IntN(4), rand.IntN(4)
					if from == to {
						continue
					}
					_, err := store.Write(context.Background(), s, store.Command{Commons: commons}, transfer(ids[from], ids[to], rand.Int64N(120)+1))
					switch {
					case err == nil:
						done.Add(1)
					case fault.CodeOf(err) == "bank.overdrawn":
						refused.Add(1)
					default:
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		st := look(t, s, commons)
		if st.money != 400 || st.transfers != int(done.Load()) || st.entries != int(done.Load()) {
			t.Errorf("%+v after %d transfers; 400 were put in", st, done.Load())
		}
		if refused.Load() == 0 || done.Load() == 0 {
			t.Errorf("%d done, %d refused: the test saw only one side", done.Load(), refused.Load())
		}
		t.Logf("%+v", s.Stats())
	})
}
