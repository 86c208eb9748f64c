package verify_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"commonweal/books/verify"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
)

// tamperings are the six ways to change a log, at entry i of n: i < n-1.
// Another is a line of another history.
var tamperings = map[string]func(entries []string, i int, another string) []string{
	"flip": func(e []string, i int, another string) []string {
		return slices.Concat(e[:i], []string{another}, e[i+1:])
	},
	"drop": func(e []string, i int, _ string) []string { return slices.Concat(e[:i], e[i+1:]) },
	"insert": func(e []string, i int, another string) []string {
		return slices.Concat(e[:i], []string{another}, e[i:])
	},
	"reorder":  func(e []string, i int, _ string) []string { return slices.Concat(e[:i], e[i+1:], e[i:i+1]) },
	"truncate": func(e []string, i int, _ string) []string { return slices.Clone(e[:i]) },
	"fork": func(e []string, i int, another string) []string {
		return slices.Concat(e[:i], slices.Repeat([]string{another}, len(e)-i))
	},
}

// Somebody who changes the copy of a log without its key is found in all six
// ways, and the first bad entry is named.
func TestInvariant2SixTamperingsNameTheEntry(t *testing.T) {
	c := newRiver(t)
	c.busy()
	m := c.export(false)
	entries := lines(m, verify.FileEntries)
	for way, tamper := range tamperings {
		for i := range len(entries) - 1 {
			another := strings.Replace(entries[i], `"at":"2`, `"at":"1`, 1)
			b := c.breach(way, changed(m, verify.FileEntries, []byte(strings.Join(tamper(entries, i, another), ""))))
			if b.Seq != int64(i) {
				t.Errorf("%s at %d: names %d: %v", way, i, b.Seq, b)
			}
		}
	}
}

// The host itself, who can number, hash and sign anew, is found in all six ways
// by whoever kept a checkpoint.
func TestSixTamperingsByTheHost(t *testing.T) {
	c := newRiver(t)
	c.busy()
	m := c.export(false)
	entries := lines(m, verify.FileEntries)
	kept := string(m[verify.FileCheckpoint].Data)
	honest, err := verify.Archive(t.Context(), c.renumbered(m, entries), verify.Options{Since: kept})
	if err != nil || honest.Since == nil {
		t.Fatalf("the same entries signed anew: %+v, %v", honest, err)
	}
	for way, tamper := range tamperings {
		for i := range len(entries) - 1 {
			want := "books.since"
			if way == "drop" || way == "truncate" {
				want = "books.since_longer"
			}
			_, err := verify.Archive(t.Context(), c.renumbered(m, tamper(entries, i, entries[(i+1)%len(entries)])), verify.Options{Since: kept})
			var b *verify.Breach
			if !errors.As(err, &b) || fault.CodeOf(err) != want {
				t.Errorf("%s at %d: %v, want %s", way, i, err, want)
			}
		}
	}
}

// renumbered is the archive with other entries, numbered in order, hashed and
// signed anew.
func (c *river) renumbered(m fstest.MapFS, entries []string) fstest.MapFS {
	c.t.Helper()
	var out []string
	for i, line := range entries {
		e, err := journal.Parse([]byte(strings.TrimSuffix(line, "\n")))
		must(c.t, err)
		e.Seq = int64(i)
		data, err := e.Canonical()
		must(c.t, err)
		out = append(out, string(data)+"\n")
	}
	return c.withEntries(m, out)
}
