package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// memoryWatch looks at the memory of the process while something runs.
type memoryWatch struct {
	before memory
	done   chan struct{}
	seen   chan memory
}

// memory is what a process uses, in bytes: what its heap reaches, and what
// the system gave it.
type memory struct{ live, resident uint64 }

// lookEvery is how often a watch looks.
const lookEvery = 20 * time.Millisecond

// watchMemory gives back to the system what is free, and begins to watch.
func watchMemory() *memoryWatch {
	runtime.GC()
	debug.FreeOSMemory()
	w := &memoryWatch{before: memoryNow(), done: make(chan struct{}), seen: make(chan memory)}
	go w.look()
	return w
}

func (w *memoryWatch) look() {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	most := w.before
	for {
		select {
		case <-tick.C:
			now := memoryNow()
			most.live, most.resident = max(most.live, now.live), max(most.resident, now.resident)
		case <-w.done:
			w.seen <- most
			return
		}
	}
}

// stop returns by how many megabytes the process had grown at most: what the
// heap still reached at a collection, and what the system had given.
func (w *memoryWatch) stop() (live, resident float64) {
	runtime.GC() // what is held at the end counts too
	now := memoryNow()
	close(w.done)
	most := <-w.seen
	return float64(max(most.live, now.live)-w.before.live) / 1e6, float64(max(most.resident, now.resident)-w.before.resident) / 1e6
}

// memoryNow reads both figures: what was live at the last collection, and the
// resident set of /proc/self/statm or, on systems without it, what the Go
// runtime holds.
func memoryNow() memory {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	m := memory{samples[0].Value.Uint64(), samples[1].Value.Uint64() - samples[2].Value.Uint64()}
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return m
	}
	var total, resident uint64
	if _, err := fmt.Sscan(string(text), &total, &resident); err == nil {
		m.resident = resident * uint64(os.Getpagesize())
	}
	return m
}

// sizeOf is the size of a file, or of all files in a folder, in megabytes.
func sizeOf(path string) (float64, error) {
	var bytes int64
	err := filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return float64(bytes) / 1e6, err
}
