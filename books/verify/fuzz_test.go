package verify_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"commonweal/books/verify"
)

// An archive is signed by a host that puts anything at all into "vf": the answer
// is a breach or none, never a panic or an error of the program.
func FuzzChanges(f *testing.F) {
	c := newRiver(f)
	c.busy()
	m := c.export(false)
	entries := lines(m, verify.FileEntries)
	f.Add(`{"events":[{"id":"0190a000-0000-7000-8000-000000000009","action":"consume"}]}`)
	for _, line := range entries {
		if _, body, ok := strings.Cut(line, `"vf":`); ok {
			body, _, _ = strings.Cut(body, `},"by":`)
			f.Add(body)
		}
	}
	last := len(entries) - 1
	f.Fuzz(func(t *testing.T, changes string) {
		body := jsontext.Value(`{"vf":` + changes + `}`)
		if body.Canonicalize() != nil {
			return
		}
		line := fmt.Sprintf(`{"act":"a.b","at":"2999-01-01T00:00:00.000000Z","body":%s,"commons":%q,"seq":%d,"v":1}`+"\n", body, c.commons, last)
		here := *c
		here.t = t
		_, err := c.verify(here.withEntries(m, append(entries[:last:last], line, entries[last])))
		var b *verify.Breach
		if err == nil || !errors.As(err, &b) { // the key's entry has the wrong number in any case
			t.Fatalf("%s: %v", changes, err)
		}
	})
}

// Any bytes in place of a file of an archive: a breach, or nothing when they are the same.
func FuzzFiles(f *testing.F) {
	c := newRiver(f)
	c.busy()
	m := c.export(true)
	files := []string{verify.FileBalances, verify.FileCheckpoint, verify.FileEntries, verify.FileKey, verify.FileLeaves, verify.FilePrivate}
	for i, file := range files {
		f.Add(byte(i), m[file].Data)
	}
	f.Fuzz(func(t *testing.T, i byte, data []byte) {
		file := files[int(i)%len(files)]
		report, err := c.verify(changed(m, file, append([]byte{}, data...)))
		var b *verify.Breach
		if err == nil && file == verify.FileBalances && report.BalancesAt < report.Size {
			return // balances of an earlier moment, and the report says so
		}
		if same := string(data) == string(m[file].Data); same != (err == nil) || err != nil && !errors.As(err, &b) {
			t.Fatalf("%s as %q: %v", file, data, err)
		}
	})
}
