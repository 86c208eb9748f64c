package store

import (
	"context"
	"path/filepath"
	"testing"

	"commonweal/platform/fault"
)

// A copy is made while the database is open elsewhere and holds what was
// committed; nothing is ever replaced or made up.
func TestCopyBesideAServer(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db")
	if err := Copy(ctx, from, to, nil); fault.CodeOf(err) != "store.no_database" {
		t.Errorf("a database that is not there: %v", err)
	}
	s, err := Open(ctx, Config{URL: from})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := NewID()
	if _, err := Write(ctx, s, Command{Commons: c, Key: "once"}, func(*Tx) (int, error) { return 7, nil }); err != nil {
		t.Fatal(err)
	}
	if err := Copy(ctx, from, to, nil); err != nil {
		t.Fatal(err)
	}
	if err := Copy(ctx, from, to, nil); fault.CodeOf(err) != "store.backup_exists" {
		t.Errorf("over a file: %v", err)
	}
	b, err := Open(ctx, Config{URL: to})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	got, err := Write(ctx, b, Command{Commons: c, Key: "once"}, func(*Tx) (int, error) { return 8, nil })
	if err != nil || got != 7 {
		t.Errorf("the copy remembers %d (%v), want the 7 that was committed", got, err)
	}
}
