package journal

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

func newTestKey(t testing.TB) *Key {
	t.Helper()
	k, err := NewKey("river.example")
	must(t, err)
	return k
}

func checkpoint(t testing.TB, l *Log, s *store.Store, c store.ID, k *Key) Checkpoint {
	t.Helper()
	signed, err := l.Checkpoint(t.Context(), s, c, k)
	must(t, err)
	cp, _, err := OpenCheckpoint(signed, k.Verifier(c))
	must(t, err)
	return cp
}

// Every checkpoint is a note that names the log and extends the one before;
// while nothing happens it stays the same, byte for byte.
func TestInvariant2CheckpointsExtendEachOther(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, l *Log) {
		c, k := store.NewID(), newTestKey(t)
		last := Head{0, EmptyRoot}
		for _, n := range []int{0, 1, 254, 1, 1, 300, 0, 5} {
			grow(t, s, c, n)
			cp := checkpoint(t, l, s, c, k)
			if cp.Origin != "river.example/c/"+string(c) {
				t.Errorf("origin %q", cp.Origin)
			}
			view(t, s, c, func(r *store.Snapshot) error {
				p, err := l.ProveConsistency(r, last.Size, cp.Size)
				must(t, err)
				return CheckConsistency(p, last, cp.Head)
			})
			if again := checkpoint(t, l, s, c, k); again != cp {
				t.Errorf("the checkpoint moved from %v to %v", cp, again)
			}
			last = cp.Head
		}
		if last.Size != 0+1+254+1+1+300+5+1 {
			t.Errorf("the log has %d entries; it should have those appended and one that announces the key", last.Size)
		}
	})
}

// A database that lost or changed entries which are under a signature gets no new one.
func TestInvariant2NoSignatureOverChangedHistory(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, l *Log) {
		c, k := store.NewID(), newTestKey(t)
		grow(t, s, c, 10)
		checkpoint(t, l, s, c, k)
		other := Head{11, leaf(1)}
		must(t, act(t, s, c, func(tx *store.Tx) error {
			_, err := tx.Exec(upsertCheckpoint, other.Size, other.Root[:], k.Verifier(c), "forged")
			return err
		}))
		grow(t, s, c, 1)
		if signed, err := l.Checkpoint(t.Context(), s, c, k); err == nil {
			t.Fatalf("signed %q", signed)
		}
		must(t, act(t, s, c, func(tx *store.Tx) error {
			_, err := tx.Exec(upsertCheckpoint, 100, other.Root[:], k.Verifier(c), "later")
			return err
		}))
		if signed, err := l.Checkpoint(t.Context(), s, c, k); err == nil {
			t.Fatalf("signed a smaller tree than before: %q", signed)
		}
	})
}

// Readers that ask at once while acts go on get checkpoints that all lie on one line.
func TestInvariant2CheckpointsUnderLoad(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, l *Log) {
		c, k := store.NewID(), newTestKey(t)
		var mu sync.Mutex
		var wg sync.WaitGroup
		var seen []Head
		for range 4 {
			wg.Go(func() {
				for range 15 {
					grow(t, s, c, 3)
				}
			})
			wg.Go(func() {
				for range 15 {
					signed, err := l.Checkpoint(t.Context(), s, c, k)
					if err != nil {
						t.Error(err)
						return
					}
					cp, _, err := OpenCheckpoint(signed, k.Verifier(c))
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					seen = append(seen, cp.Head)
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		view(t, s, c, func(r *store.Snapshot) error {
			ref := refer(t, r)
			for _, head := range seen {
				if head.Root != ref.root(t, head.Size) {
					t.Errorf("signed root %s at size %d, the log says %s", head.Root, head.Size, ref.root(t, head.Size))
				}
			}
			return nil
		})
	})
}

// A new key is announced in the log before it signs, once.
func TestKeyRotationIsLogged(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, l *Log) {
		c, first, second := store.NewID(), newTestKey(t), newTestKey(t)
		checkpoint(t, l, s, c, first)
		before := checkpoint(t, l, s, c, second)
		checkpoint(t, l, s, c, second)
		var announced []string
		view(t, s, c, func(r *store.Snapshot) error {
			if _, err := Entries(r, 0, 10, 10); err == nil {
				t.Fatal("ten entries in a log of two")
			}
			entries, err := Entries(r, 0, before.Size, 10)
			for _, e := range entries {
				var body struct{ Key string }
				must(t, json.Unmarshal(e.Body, &body))
				announced = append(announced, e.Act+" "+body.Key)
			}
			return err
		})
		want := []string{ActKey + " " + first.Verifier(c), ActKey + " " + second.Verifier(c)}
		if strings.Join(announced, "\n") != strings.Join(want, "\n") {
			t.Fatalf("the log says\n%s\nwant\n%s", strings.Join(announced, "\n"), strings.Join(want, "\n"))
		}
	})
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.key")
	k, err := OpenKey(path, "river.example")
	must(t, err)
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key file has mode %04o", info.Mode().Perm())
	}
	again, err := OpenKey(path, "other name is not used")
	must(t, err)
	c := store.NewID()
	if again.Verifier(c) != k.Verifier(c) || again.Name() != "river.example" {
		t.Error("the key that was read is another one")
	}
	text, err := os.ReadFile(path)
	must(t, err)
	if _, err := note.NewSigner(strings.TrimSpace(string(text))); err != nil {
		t.Errorf("package note does not read the key file: %v", err)
	}
	must(t, os.Chmod(path, 0o644))
	if _, err := OpenKey(path, ""); fault.CodeOf(err) != "journal.key_exposed" {
		t.Errorf("exposed key: %v", err)
	}
	for _, bad := range []string{"", "PRIVATE+KEY+", "PRIVATE+KEY+a+b+c", strings.Replace(string(text), "river", "other", 1), string(text) + "x"} {
		if _, err := ParseKey(bad); fault.CodeOf(err) != "journal.key_malformed" {
			t.Errorf("ParseKey(%.20q): %v", bad, err)
		}
	}
	for _, bad := range []string{"a b", "a+b", "a\n"} {
		if _, err := NewKey(bad); fault.CodeOf(err) != "journal.key_name" {
			t.Errorf("NewKey(%q): %v", bad, err)
		}
	}
	if random, err := NewKey(""); err != nil || !strings.HasPrefix(random.Name(), "commonweal-") {
		t.Errorf("random name: %v, %v", random, err)
	}
}

// A rotated key keeps the name, and so the origin of every log; the old one stays beside it.
func TestRotateKey(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "journal.key")
	old, err := OpenKey(path, "river.example")
	must(t, err)
	fresh, err := RotateKey(path)
	must(t, err)
	read, err := OpenKey(path, "")
	must(t, err)
	c := store.NewID()
	if read.Verifier(c) != fresh.Verifier(c) || fresh.Verifier(c) == old.Verifier(c) || fresh.Origin(c) != old.Origin(c) {
		t.Errorf("old %s, fresh %s, read %s", old.Verifier(c), fresh.Verifier(c), read.Verifier(c))
	}
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	must(t, err)
	if len(files) != 2 {
		t.Fatalf("the folder holds %v", files)
	}
	kept, err := OpenKey(files[1], "")
	must(t, err)
	if kept.private() != old.private() {
		t.Error("the old key was not kept")
	}
}

// Two processes that start at once end with one key.
func TestKeyFileRace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.key")
	keys := make([]*Key, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() { keys[i], _ = OpenKey(path, "river.example") })
	}
	wg.Wait()
	for _, k := range keys {
		if k == nil || k.private() != keys[0].private() {
			t.Fatal("two keys for one file")
		}
	}
}

func TestParseCheckpoint(t *testing.T) {
	root := leaf(3)
	c := Checkpoint{"river.example/c/x", Head{3, root}}
	got, err := ParseCheckpoint(c.Text())
	must(t, err)
	if got != c {
		t.Errorf("read back %v", got)
	}
	if _, err := ParseCheckpoint(c.Text() + "extension of others\n"); err != nil {
		t.Errorf("extension line: %v", err)
	}
	good := strings.Split(c.Text(), "\n")
	for _, bad := range []string{"", "\n3\n" + good[2] + "\n", "x\n-3\n" + good[2] + "\n", "x\n03\n" + good[2] + "\n", "x\n+3\n" + good[2] + "\n",
		"x\n3\n" + good[2], "x\n3\n" + good[2][4:] + "\n", "x\n3\nAAAA\n", "x\n99999999999999999999\n" + good[2] + "\n", c.Text() + "x"} {
		if _, err := ParseCheckpoint(bad); fault.CodeOf(err) != "journal.checkpoint_malformed" {
			t.Errorf("ParseCheckpoint(%q): %v", bad, err)
		}
	}
}

func TestOpenCheckpointRefuses(t *testing.T) {
	a, b := newTestKey(t), newTestKey(t)
	c, other := store.NewID(), store.NewID()
	cp := Checkpoint{a.Origin(c), Head{3, leaf(3)}}
	signed, err := a.sign(cp)
	must(t, err)
	if _, vkey, err := OpenCheckpoint(signed, b.Verifier(c), a.Verifier(c)); err != nil || vkey != a.Verifier(c) {
		t.Errorf("one of two keys: %q, %v", vkey, err)
	}
	for name, x := range map[string]struct{ note, key, code string }{
		"other key":    {signed, b.Verifier(c), "journal.signature"},
		"other log":    {signed, a.Verifier(other), "journal.signature"},
		"other size":   {strings.Replace(signed, "\n3\n", "\n4\n", 1), a.Verifier(c), "journal.signature"},
		"no signature": {cp.Text(), a.Verifier(c), "journal.signature"},
		"no key":       {signed, "river", "journal.key_malformed"},
	} {
		if _, _, err := OpenCheckpoint(x.note, x.key); fault.CodeOf(err) != x.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	signer, err := note.NewSigner(a.privateAs(a.Origin(other))) // the key of another log of the host
	must(t, err)
	crossed, err := note.Sign(&note.Note{Text: cp.Text()}, signer)
	must(t, err)
	if _, _, err := OpenCheckpoint(string(crossed), a.Verifier(other), a.Verifier(c)); fault.CodeOf(err) != "journal.signature" {
		t.Errorf("a checkpoint under the name of another log: %v", err)
	}
}

func FuzzCheckpoint(f *testing.F) {
	f.Add(Checkpoint{"river.example/c/x", Head{3, tlog.Hash{}}}.Text())
	f.Add("a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextension\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCheckpoint(text)
		if err == nil && !strings.HasPrefix(text, c.Text()) {
			t.Fatalf("%q is read as %q", text, c.Text())
		}
		if _, _, err := OpenCheckpoint(text, newTestKey(t).Verifier("x")); err == nil {
			t.Fatalf("%q passes as signed by a fresh key", text)
		}
	})
}
