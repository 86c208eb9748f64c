package contribution

import (
	"testing"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/quantity"
)

// BenchmarkLog is one whole act: permission, rule, event, journal, durable.
// 64 people log at the same time.
func BenchmarkLog(b *testing.B) {
	for engine, open := range map[string]func() *store.Store{
		"sqlite":   func() *store.Store { return storetest.Open(b, config()) },
		"postgres": func() *store.Store { c := config(); c.URL = storetest.Postgres(b); return storetest.Open(b, c) },
	} {
		b.Run(engine, func(b *testing.B) {
			w := openWorkshop(b, open())
			ask := LogAsk{Kind: "work", Project: w.project.ID, Quant: quantity.Of(1, "hour"), Note: "sanding the frame"}
			b.SetParallelism(32) // times two cores
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := LogContribution(ctx, w.db, w.bas, "", ask); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "acts/s")
		})
	}
}
