package credit

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/quantity"
)

// BenchmarkPayList pays lists of 50,000 rows among 1,000 members, read, judged,
// journaled and durable.
func BenchmarkPayList(b *testing.B) {
	storetest.EachBench(b, config, func(b *testing.B, db *store.Store) {
		v := settle(b, db)
		held := make([]store.ID, 1000)
		people := make([]auth.Person, len(held))
		for i := range people {
			people[i].Name = fmt.Sprintf("Member %d", i)
		}
		members, err := v.gate.Enroll(ctx, v.gate.Operator(v.commons.ID), people, auth.Member)
		must(b, err)
		for i, m := range members {
			a, _ := v.account(auth.Identity{Agent: m.Agent})
			held[i] = a.ID
		}
		const rows = 50_000
		var text bytes.Buffer
		for i := range rows {
			fmt.Fprintf(&text, `{"from":"%s","to":"%s","amount":{"unit":"hour","value":"0.01"},"note":"bread"}`+"\n", held[i%len(held)], held[(i+7)%len(held)])
		}
		list := Bulk{Read: Reading{Format: BulkLines, Unit: quantity.Hour}, Open: func() io.ReadCloser { return io.NopCloser(bytes.NewReader(text.Bytes())) }}
		b.ReportAllocs()
		for b.Loop() {
			made, err := New(db).PayList(ctx, v.ada, "", "", list, nil)
			must(b, err)
			if made.Made != rows {
				b.Fatalf("%d of %d were paid", made.Made, rows)
			}
		}
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "payments/s")
	})
}
