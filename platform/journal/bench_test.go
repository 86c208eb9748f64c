package journal

import (
	"errors"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/store"
)

// workRecord is a body of the usual size: one work event of a contribution.
type workRecord struct {
	Kind   string           `json:"kind"`
	Stream store.ID         `json:"stream"`
	VF     map[string][]any `json:"vf"`
}

type workEvent struct {
	ID         store.ID          `json:"id"`
	Action     string            `json:"action"`
	Provider   store.ID          `json:"provider"`
	Receiver   store.ID          `json:"receiver"`
	InputOf    store.ID          `json:"inputOf"`
	ConformsTo store.ID          `json:"resourceConformsTo"`
	Effort     map[string]string `json:"effortQuantity"`
	At         string            `json:"hasPointInTime"`
	Created    string            `json:"created"`
}

func workSample() workRecord {
	e := workEvent{store.NewID(), "work", store.NewID(), store.NewID(), store.NewID(), store.NewID(),
		map[string]string{"unit": "hour", "value": "2.5"}, "2026-01-05T10:00:00Z", "2026-01-05T10:00:00.000001Z"}
	return workRecord{"hours", store.NewID(), map[string][]any{"events": {e}}}
}

var errStop = errors.New("stop before anything is written")

// BenchmarkAppend is what an act pays for its record, without the database.
func BenchmarkAppend(b *testing.B) {
	s, _ := fresh(b)
	record := Record{Act: "contribution.log", By: store.NewID(), Public: workSample()}
	b.ReportAllocs()
	err := act(b, s, store.NewID(), func(tx *store.Tx) error {
		for b.Loop() {
			if _, err := Append(tx, record); err != nil {
				return err
			}
		}
		return errStop
	})
	if !errors.Is(err, errStop) {
		b.Fatal(err)
	}
}

// BenchmarkTree is what an entry costs in the tree: leaf, nodes, tiles.
func BenchmarkTree(b *testing.B) {
	record := fmt.Appendf(nil, "%0600d", 1)
	e := &edge{}
	b.ReportAllocs()
	for b.Loop() {
		e.add(tlog.RecordHash(record))
	}
}

// BenchmarkSealGroup is an act of 100 entries in SQLite, journal, tree and commit, per entry.
func BenchmarkSealGroup(b *testing.B) {
	s, _ := fresh(b)
	c := store.NewID()
	record := Record{Act: "contribution.log", By: store.NewID(), Public: workSample()}
	n := 0
	for b.Loop() {
		n++
		if n%100 != 0 {
			continue // b.N counts entries
		}
		must(b, act(b, s, c, func(tx *store.Tx) error {
			for range 100 {
				if _, err := Append(tx, record); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// BenchmarkParse is what reading an entry strictly costs.
func BenchmarkParse(b *testing.B) {
	body, err := canonicalBody(nil, workSample())
	must(b, err)
	line, err := Entry{Act: "contribution.log", At: "2026-01-05T10:00:00.000001Z", Body: body, By: store.NewID(), Commons: store.NewID(), V: 1}.Canonical()
	must(b, err)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(line); err != nil {
			b.Fatal(err)
		}
	}
}
