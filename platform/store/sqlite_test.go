package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

func TestPathsThatAreNoDatabase(t *testing.T) {
	file := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(file, []byte(strings.Repeat("These are notes. ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	for url, code := range map[string]string{
		"":                  "store.url",
		":memory:":          "store.url",
		"file:x.db?mode=ro": "store.url",
		filepath.Join(t.TempDir(), "missing", "x.db"): "store.url",
		file: "store.url",
	} {
		if err := reopen(url); fault.CodeOf(err) != code {
			t.Errorf("%q: %v; want %s", url, err, code)
		}
	}
}

// Characters that mean something in an address may stand in a path.
func TestPathsOfAnyName(t *testing.T) {
	for _, name := range []string{"a b.db", "100%.db", "what?.db", "c#.db", "é&=.db", "sqlite:x.db"} {
		path := filepath.Join(t.TempDir(), name)
		if err := reopen(path, bank); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%q: the database is elsewhere: %v", name, err)
		}
	}
	if err := reopen("sqlite:"+filepath.Join(t.TempDir(), "x.db"), bank); err != nil {
		t.Error(err)
	}
}

func TestNetworkDisksAreRefused(t *testing.T) {
	if err := store.RefuseNetwork("x.db", unix.NFS_SUPER_MAGIC); fault.CodeOf(err) != "store.network_disk" {
		t.Errorf("%v", err)
	}
	if err := store.RefuseNetwork("x.db", unix.EXT4_SUPER_MAGIC); err != nil {
		t.Error(err)
	}
}

// When the disk is full, acts fail as unavailable, nothing is half done, reading
// goes on, and when there is room again acts go on by themselves.
func TestFullDisk(t *testing.T) {
	s := storetest.Open(t, config())
	commons := store.NewID()
	open(t, s, commons, 1)
	if err := store.SQLiteExec(s, "PRAGMA max_page_count = 60"); err != nil {
		t.Fatal(err)
	}
	fill := func(tx *store.Tx) error {
		for range 40 {
			if _, err := deposit(tx, 1); err != nil {
				return err
			}
		}
		_, err := tx.Enter(line(strings.Repeat("x", 1000)))
		return err
	}
	done := int64(0)
	var err error
	for ; err == nil && done < 1000; done++ {
		err = write(t.Context(), s, commons, fill)
	}
	done--
	if fault.CodeOf(err) != "store.disk_full" || fault.KindOf(err) != fault.Unavailable {
		t.Fatalf("after %d acts: %v", done, err)
	}
	for _, err := range inOneGroup(t, s, commons, later(s, commons, fill), later(s, commons, fill)) {
		if fault.CodeOf(err) != "store.disk_full" {
			t.Errorf("%v", err)
		}
	}
	want := state{accounts: 1 + 40*done, money: 1 + 40*done, entries: int(done)}
	if st := look(t, s, commons); st != want {
		t.Errorf("%+v; want %+v", st, want)
	}
	if err := store.SQLiteExec(s, "PRAGMA max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	if err := write(t.Context(), s, commons, fill); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if !store.Disk("53100") {
		t.Error("PostgreSQL's code for a full disk is not known")
	}
}
