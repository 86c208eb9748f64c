package credit

import (
	"sync/atomic"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// BenchmarkPay makes payments from 64 clients at a time among 64 members, or
// from all of them to one.
func BenchmarkPay(b *testing.B) {
	storetest.EachBench(b, config, func(b *testing.B, db *store.Store) {
		v := settle(b, db)
		people := make([]auth.Identity, 64)
		held := make([]Account, len(people))
		for i := range people {
			people[i] = v.enroll("Member", auth.Member)
			held[i], _ = v.account(people[i])
		}
		for _, hot := range []bool{false, true} {
			name := "spread"
			if hot {
				name = "one account"
			}
			b.Run(name, func(b *testing.B) {
				b.SetParallelism(32)
				var n atomic.Int64
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						i := int(n.Add(1))
						from, to := i%64, (i+1)%64
						if hot {
							from, to = i%64, 0
							if from == 0 {
								from = 1
							}
							if i%2 == 0 {
								from, to = to, from
							}
						}
						_, err := MakePayment(ctx, db, people[from], "", PayAsk{Legs: []AskedLeg{{From: held[from].ID, To: held[to].ID, Amount: h("0.01")}}, Note: "bread"})
						if err != nil {
							b.Error(err)
						}
					}
				})
			})
		}
	})
}
