package contribution

import (
	"fmt"
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

// BenchmarkImport is a timesheet entering as whole acts: rules, events,
// journal with hash, durable. One operation is one row.
func BenchmarkImport(b *testing.B) {
	for engine, open := range map[string]func() *store.Store{
		"sqlite":   func() *store.Store { return storetest.Open(b, config()) },
		"postgres": func() *store.Store { c := config(); c.URL = storetest.Postgres(b); return storetest.Open(b, c) },
	} {
		b.Run(engine, func(b *testing.B) {
			w := openWorkshop(b, open())
			batch := Batch{ID: store.NewID(), Source: "timesheet", File: "hours.csv"}
			b.ReportAllocs()
			b.ResetTimer()
			seen := int64(-1)
			for done := 0; done < b.N; done += ImportChunk {
				ask := ImportAsk{Batch: batch, Seen: seen}
				for i := range min(ImportChunk, b.N-done) {
					ask.Keys = append(ask.Keys, ImportKeyOf(fmt.Sprint("row ", done+i)))
					ask.Logs = append(ask.Logs, LogAsk{Kind: "work", Person: w.bas.Agent, Project: w.project.ID,
						Quant: quantity.Micros(int64(i%8+1)*quantity.Scale/2, "hour"), Note: "sanding the frame"})
				}
				seq, err := ImportContributions(ctx, w.db, w.ada, ask)
				must(b, err)
				seen = seq
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
