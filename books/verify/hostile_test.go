package verify_test

import (
	"archive/zip"
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"commonweal/books"
	"commonweal/books/verify"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
)

// zipOf returns a zip file of the archive.
func zipOf(t testing.TB, files map[string][]byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "archive.zip")
	f, err := os.Create(path)
	must(t, err)
	defer f.Close()
	z := zip.NewWriter(f)
	for name, content := range files {
		w, err := z.Create(name)
		must(t, err)
		_, err = w.Write(content)
		must(t, err)
	}
	must(t, z.Close())
	return path
}

func open(t testing.TB, path string) (verify.Report, error) {
	t.Helper()
	return verify.Path(t.Context(), path, verify.Options{})
}

// Archives made to harm: paths that lead out, lines without end, bombs, pipes.
func TestHostileArchives(t *testing.T) {
	c := newRiver(t)
	c.busy()
	m := c.export(false)
	files := map[string][]byte{}
	for name, f := range m {
		files[name] = f.Data
	}
	if _, err := open(t, zipOf(t, files)); err != nil {
		t.Fatalf("the honest zip: %v", err)
	}
	hostile := func(change func(map[string][]byte)) string {
		out := map[string][]byte{}
		maps.Copy(out, files)
		change(out)
		return zipOf(t, out)
	}
	secret := filepath.Join(t.TempDir(), "secret")
	must(t, os.WriteFile(secret, files[verify.FileKey], 0o600))
	traversal := hostile(func(f map[string][]byte) { // the only key lies outside the archive
		f[strings.Repeat("../", 20)+secret[1:]] = nil
		delete(f, verify.FileKey)
	})
	if _, err := open(t, traversal); fault.CodeOf(err) != "books.file_missing" {
		t.Errorf("a path that leads out: %v", err)
	}
	zeros := make([]byte, 80<<20) // 80 MB in 80 kB
	for name, x := range map[string]struct {
		path string
		code string
	}{
		"giant entry":      {hostile(func(f map[string][]byte) { f[verify.FileEntries] = zeros }), "books.line_too_long"},
		"giant leaf":       {hostile(func(f map[string][]byte) { f[verify.FileLeaves] = zeros }), "books.line_too_long"},
		"giant key":        {hostile(func(f map[string][]byte) { f[verify.FileKey] = zeros }), "books.file_too_large"},
		"giant checkpoint": {hostile(func(f map[string][]byte) { f[verify.FileCheckpoint] = zeros }), "books.file_too_large"},
		"giant balances":   {hostile(func(f map[string][]byte) { f[verify.FileBalances] = zeros }), "books.line_too_long"},
		"giant private":    {hostile(func(f map[string][]byte) { f[verify.FilePrivate] = zeros }), "books.line_too_long"},
		"giant blob": {hostile(func(f map[string][]byte) {
			f["blobs/"+journal.Digest([]byte("receipt over 70"))] = zeros
		}), "books.file_too_large"},
		"blob is a folder": {hostile(func(f map[string][]byte) {
			name := "blobs/" + journal.Digest([]byte("receipt over 70"))
			delete(f, name)
			f[name+"/x"] = nil
		}), "books.file_unreadable"},
		"empty": {hostile(func(f map[string][]byte) { clear(f) }), "books.file_missing"},
	} {
		if _, err := open(t, x.path); fault.CodeOf(err) != x.code {
			t.Errorf("%s: %v (%s), want %s", name, err, fault.CodeOf(err), x.code)
		}
	}
	text := filepath.Join(t.TempDir(), "archive.txt")
	must(t, os.WriteFile(text, []byte("not a zip"), 0o600))
	if _, err := open(t, text); fault.CodeOf(err) != "books.not_an_archive" {
		t.Errorf("not a zip: %v", err)
	}
	damaged, err := os.ReadFile(zipOf(t, files))
	must(t, err)
	for i := 50; i < len(damaged); i += len(damaged) / 40 { // any byte: an answer, never a panic
		broken := bytes.Clone(damaged)
		broken[i] ^= 0xff
		must(t, os.WriteFile(text, broken, 0o600))
		open(t, text)
	}
}

// A folder whose files are links that lead out, or not files at all.
func TestHostileFolder(t *testing.T) {
	c := newRiver(t)
	dest := filepath.Join(t.TempDir(), "archive")
	_, err := books.ExportLog(t.Context(), books.LogExport{Store: c.store, Log: c.log, Key: c.key, Commons: c.commons}, dest)
	must(t, err)
	if _, err := open(t, dest); err != nil {
		t.Fatalf("the honest folder: %v", err)
	}
	entries := filepath.Join(dest, verify.FileEntries)
	outside := filepath.Join(t.TempDir(), "outside")
	must(t, os.Rename(entries, outside))
	must(t, os.Symlink(outside, entries))
	if _, err := open(t, dest); fault.CodeOf(err) != "books.file_unreadable" {
		t.Errorf("a link that leads out: %v", err)
	}
	must(t, os.Remove(entries))
	must(t, os.Mkdir(entries, 0o700))
	if _, err := open(t, dest); fault.CodeOf(err) != "books.file_unreadable" {
		t.Errorf("a folder in place of a file: %v", err)
	}
}
