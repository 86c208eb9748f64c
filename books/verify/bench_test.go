package verify_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"commonweal/books"
	"commonweal/books/verify"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/vf"
)

// benchEntries is how many contributions the archive of the benchmarks holds.
const benchEntries = 50_000

// worked exports a log of contributions: an hour of work each.
func worked(b *testing.B) string {
	c := newRiver(b)
	for n := 0; n < benchEntries; n += 1000 {
		_, err := store.Write(b.Context(), c.store, store.Command{Commons: c.commons}, func(tx *store.Tx) (int, error) {
			for range 1000 {
				l := vf.Open(tx)
				if _, err := l.Record(vf.Event{Action: vf.Work, Provider: c.robin, Receiver: c.shop, InputOf: c.desk, ResourceConformsTo: c.sheets,
					EffortQuantity: amount("1", "hour"), HasPointInTime: tx.Now()}); err != nil {
					return 0, err
				}
				if _, err := journal.Append(tx, journal.Record{Act: "contribution.log", By: c.robin, Public: map[string]any{"vf": l.Changes(), "kind": "hours"}}); err != nil {
					return 0, err
				}
			}
			return 0, nil
		})
		must(b, err)
	}
	dest := filepath.Join(b.TempDir(), "archive")
	begun := time.Now()
	_, err := books.ExportLog(b.Context(), books.LogExport{Store: c.store, Log: c.log, Key: c.key, Commons: c.commons}, dest)
	must(b, err)
	b.Logf("exported %.0f entries/s", benchEntries/time.Since(begun).Seconds())
	return dest
}

// BenchmarkArchive verifies a log of 50,000 contributions: signature, tree,
// form, replay. It reports entries a second and what stays in memory.
func BenchmarkArchive(b *testing.B) {
	fsys := os.DirFS(worked(b))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	kept := &keeper{}
	for b.Loop() {
		kept.after = &after
		if _, err := verify.Archive(context.Background(), fsys, verify.Options{Rules: []verify.Rule{kept}}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(benchEntries*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/benchEntries, "B-kept/entry")
}

// keeper looks at the memory at the end of the log.
type keeper struct{ after *runtime.MemStats }

func (k *keeper) Entry(*verify.Entry) error { return nil }
func (k *keeper) Close() error {
	runtime.GC()
	runtime.ReadMemStats(k.after)
	return nil
}
