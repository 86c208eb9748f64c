package journal

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// reference is the whole tree in memory, computed by tlog itself.
type reference struct {
	size   int64
	stored []tlog.Hash
}

func (ref *reference) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = ref.stored[x]
	}
	return out, nil
}

func (ref *reference) add(t testing.TB, leaf tlog.Hash) {
	h, err := tlog.StoredHashesForRecordHash(ref.size, leaf, ref)
	must(t, err)
	ref.stored = append(ref.stored, h...)
	ref.size++
}

func (ref *reference) root(t testing.TB, size int64) tlog.Hash {
	h, err := tlog.TreeHash(size, ref)
	must(t, err)
	return h
}

// refer reads the whole log of a commons into a reference.
func refer(t testing.TB, r store.Reader) *reference {
	t.Helper()
	head, err := ReadHead(r)
	must(t, err)
	ref := &reference{}
	for line, err := range Lines(r, 0, head.Size) {
		must(t, err)
		ref.add(t, tlog.RecordHash(line.Record))
	}
	if got := ref.root(t, head.Size); got != head.Root {
		t.Fatalf("the head of size %d is %s, tlog computes %s", head.Size, head.Root, got)
	}
	return ref
}

func leaf(i int64) tlog.Hash { return tlog.RecordHash(fmt.Append(nil, i)) }

// The edge agrees with tlog at every size, in its root and in every tile it fills.
func TestEdgeAgreesWithTlog(t *testing.T) {
	e, ref := &edge{}, &reference{}
	sizes := map[int64]bool{0: true, 1: true, 2: true, 255: true, 256: true, 257: true, 65_535: true, 65_536: true, 65_537: true, 65_793: true}
	filled := 0
	for i := int64(0); ; i++ {
		if sizes[i] || i < 600 {
			if e.root() != ref.root(t, i) {
				t.Fatalf("size %d: root %s, tlog says %s", i, e.root(), ref.root(t, i))
			}
			if c := e.clone(); i > 0 && c.root() != edgeFrom(i, c.tiles).root() {
				t.Fatalf("size %d: the edge from its tiles has another root", i)
			}
		}
		if i == 65_800 {
			break
		}
		ref.add(t, leaf(i))
		for _, full := range e.add(leaf(i)) {
			filled++
			want, err := tlog.ReadTileData(tlog.Tile{H: tileHeight, L: full.level, N: full.n, W: tileWidth}, ref)
			must(t, err)
			if !bytes.Equal(joinHashes(full.hashes), want) || perfectRoot(full.hashes) != full.root {
				t.Fatalf("tile %d/%d differs from tlog's", full.level, full.n)
			}
		}
	}
	if filled != 257+1 {
		t.Fatalf("filled %d tiles, want 257 of level 0 and one of level 1", filled)
	}
}

// Random groups, some of which fail, in two processes that share a database and
// take turns at random: the tree stays that of the durable entries. On SQLite,
// where one process owns the file, it is reopened instead.
func TestInvariant2TreeFollowsDurableEntries(t *testing.T) {
	for engine, url := range map[store.Engine]func() string{
		store.SQLite:   func() string { return filepath.Join(t.TempDir(), "test.db") },
		store.Postgres: func() string { return storetest.Postgres(t, Schema) },
	} {
		t.Run(string(engine), func(t *testing.T) {
			p := &processes{url: url(), alone: engine == store.SQLite}
			defer p.close()
			rapid.Check(t, func(rt *rapid.T) { p.grow(t, rt) })
		})
	}
}

// processes are two stores over one database.
type processes struct {
	url    string
	alone  bool // only one may be open at a time
	stores [2]*store.Store
	logs   [2]*Log
}

func (p *processes) close() {
	for i, s := range p.stores {
		if s != nil {
			s.Close()
		}
		p.stores[i] = nil
	}
}

// get returns one of the two processes, opened.
func (p *processes) get(t testing.TB, i int) (*store.Store, *Log) {
	if p.stores[i] == nil {
		if p.alone {
			p.close()
		}
		l := &Log{}
		s, err := store.Open(t.Context(), store.Config{URL: p.url, Schemas: []store.Schema{Schema}, Sealer: l})
		must(t, err)
		p.stores[i], p.logs[i] = s, l
	}
	return p.stores[i], p.logs[i]
}

// grow lets the processes append to a new commons.
func (p *processes) grow(t testing.TB, rt *rapid.T) {
	c := store.NewID()
	var s *store.Store
	want := 0
	for range rapid.IntRange(1, 8).Draw(rt, "acts") {
		var l *Log
		s, l = p.get(t, rapid.IntRange(0, 1).Draw(rt, "process"))
		n := rapid.SampledFrom([]int{0, 1, 2, 100, 255, 256, 257, 600}).Draw(rt, "entries")
		fails := rapid.Bool().Draw(rt, "fails")
		before := l.held(c)
		err := act(t, s, c, func(tx *store.Tx) error {
			for range n {
				if _, err := Append(tx, Record{Act: "a.b"}); err != nil {
					return err
				}
			}
			if fails {
				return errors.New("failed")
			}
			return nil
		})
		if fails != (err != nil) || fails && l.held(c) != before {
			rt.Fatalf("fails %v: error %v, edge moved from %d to %d", fails, err, before, l.held(c))
		}
		if !fails {
			want += n
		}
	}
	view(t, s, c, func(r *store.Snapshot) error {
		if ref := refer(t, r); ref.size != int64(want) {
			rt.Fatalf("the log has %d entries, want %d", ref.size, want)
		}
		return nil
	})
}

// Two processes write to one commons at the same time.
func TestInvariant2ProcessesWriteAtOnce(t *testing.T) {
	p := &processes{url: storetest.Postgres(t, Schema)}
	defer p.close()
	c := store.NewID()
	var wg sync.WaitGroup
	for i := range 2 {
		s, _ := p.get(t, i)
		wg.Go(func() {
			for range 60 {
				grow(t, s, c, 7)
			}
		})
	}
	wg.Wait()
	view(t, p.stores[0], c, func(r *store.Snapshot) error {
		if ref := refer(t, r); ref.size != 2*60*7 {
			t.Errorf("the log has %d entries", ref.size)
		}
		return nil
	})
}

// failing seals and then fails the group, as a full disk does.
type failing struct {
	Log
	fails bool
}

// Seal implements store.Sealer.
func (f *failing) Seal(tx *store.Tx, first int64, entries [][]byte) error {
	if err := f.Log.Seal(tx, first, entries); err != nil || !f.fails {
		return err
	}
	return errors.New("the disk is full")
}

// A group that fails after it was sealed moves neither the tree in memory nor the log.
func TestInvariant2FailedGroupDoesNotAdvance(t *testing.T) {
	sealer := &failing{}
	s := openWith(t, filepath.Join(t.TempDir(), "test.db"), sealer)
	c := store.NewID()
	grow(t, s, c, 250)
	sealer.fails = true
	if err := act(t, s, c, func(tx *store.Tx) error { _, err := Append(tx, Record{Act: "a.b"}); return err }); err == nil {
		t.Fatal("the act succeeded on a full disk")
	}
	if held := sealer.held(c); held != 250 {
		t.Fatalf("the tree in memory moved to %d", held)
	}
	sealer.fails = false
	grow(t, s, c, 10)
	view(t, s, c, func(r *store.Snapshot) error {
		if ref := refer(t, r); ref.size != 260 {
			t.Errorf("the log has %d entries", ref.size)
		}
		return nil
	})
}

// held returns the size of the edge in memory.
func (l *Log) held(c store.ID) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.edges[c]; e != nil {
		return e.size
	}
	return 0
}

// A log whose edge is behind, because another process wrote, catches up from
// any distance: a few entries, exactly a tile, many tiles.
func TestInvariant2StaleEdgeCatchesUp(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, l *Log) {
		c := store.NewID()
		for _, n := range []int{1, 1, 254, 1, 255, 256, 257, 1000, 70_000} {
			l.mu.Lock()
			stale := l.edges[c]
			l.mu.Unlock()
			grow(t, s, c, n)
			l.mu.Lock()
			delete(l.edges, c)
			if stale != nil {
				l.edges[c] = stale // as if another process had written the n entries
			}
			l.mu.Unlock()
			grow(t, s, c, 1)
			view(t, s, c, func(r *store.Snapshot) error {
				head, err := ReadHead(r)
				if l.held(c) != head.Size {
					t.Errorf("the edge is at %d, the head at %d", l.held(c), head.Size)
				}
				return err
			})
		}
		view(t, s, c, func(r *store.Snapshot) error { refer(t, r); return nil })
	})
}

var deleteEntry = store.SQL(`DELETE FROM journal_entry WHERE commons_id = $1 AND seq = $2`)
var updateEntry = store.SQL(`UPDATE journal_entry SET record = $3 WHERE commons_id = $1 AND seq = $2`)
var deleteTile = store.SQL(`DELETE FROM journal_tile WHERE commons_id = $1 AND n = $2`)

// A process that finds the log changed from outside writes nothing on top of it.
func TestInvariant2ChangedLogIsNotExtended(t *testing.T) {
	for name, change := range map[string]func(*store.Tx) (int64, error){
		"entry changed": func(tx *store.Tx) (int64, error) { return tx.Exec(updateEntry, 299, "{}") },
		"entry dropped": func(tx *store.Tx) (int64, error) { return tx.Exec(deleteEntry, 298) },
		"tile dropped":  func(tx *store.Tx) (int64, error) { return tx.Exec(deleteTile, 0) },
	} {
		path := filepath.Join(t.TempDir(), "test.db")
		s, _ := open(t, path)
		c := store.NewID()
		grow(t, s, c, 300)
		must(t, act(t, s, c, func(tx *store.Tx) error { _, err := change(tx); return err }))
		must(t, s.Close())
		s, _ = open(t, path)
		if err := act(t, s, c, func(tx *store.Tx) error { _, err := Append(tx, Record{Act: "a.b"}); return err }); err == nil {
			t.Errorf("%s: the log was extended", name)
		}
	}
}

// Inclusion and consistency proofs hold for all pairs up to 300 entries.
func TestProofsForAllPairs(t *testing.T) {
	s, l := fresh(t)
	c := store.NewID()
	const n = 300
	grow(t, s, c, n)
	view(t, s, c, func(r *store.Snapshot) error {
		ref := refer(t, r)
		h, err := l.reader(r)
		must(t, err)
		for size := int64(1); size <= n; size++ {
			root := ref.root(t, size)
			for i := range size {
				p, err := tlog.ProveRecord(size, i, h)
				must(t, err)
				leaf, _ := ref.ReadHashes([]int64{tlog.StoredHashIndex(0, i)})
				must(t, tlog.CheckRecord(p, size, root, i, leaf[0]))
			}
			for old := int64(1); old <= size; old++ {
				p, err := tlog.ProveTree(size, old, h)
				must(t, err)
				must(t, CheckConsistency(p, Head{old, ref.root(t, old)}, Head{size, root}))
			}
		}
		return nil
	})
}

// Proofs through the door, at sizes around the edges of tiles of two levels.
func TestProofsAtTileEdges(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, l *Log) {
		c := store.NewID()
		grow(t, s, c, 65_536+300)
		sizes := []int64{0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 65_792, 65_836}
		view(t, s, c, func(r *store.Snapshot) error {
			ref := refer(t, r)
			for _, size := range sizes {
				root, err := l.Root(r, size)
				must(t, err)
				if root != ref.root(t, size) {
					t.Errorf("size %d: root %s", size, root)
				}
				for _, old := range sizes {
					if old > size {
						continue
					}
					p, err := l.ProveConsistency(r, old, size)
					must(t, err)
					must(t, CheckConsistency(p, Head{old, ref.root(t, old)}, Head{size, root}))
					if size == old {
						continue
					}
					inclusion, err := l.ProveInclusion(r, old, size)
					must(t, err)
					leaf, _ := ref.ReadHashes([]int64{tlog.StoredHashIndex(0, old)})
					must(t, tlog.CheckRecord(inclusion, size, root, old, leaf[0]))
				}
			}
			return nil
		})
	})
}

func TestLeavesAreThoseOfTheTree(t *testing.T) {
	s, l := fresh(t)
	c := store.NewID()
	grow(t, s, c, 2000)
	view(t, s, c, func(r *store.Snapshot) error {
		ref := refer(t, r)
		for _, size := range []int64{0, 1, 255, 256, 257, 1024, 1300, 2000} {
			n := int64(0)
			for h, err := range l.Leaves(r, size) {
				must(t, err)
				want, _ := ref.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
				if h != want[0] {
					t.Fatalf("leaf %d is %s, want %s", n, h, want[0])
				}
				n++
			}
			if n != size {
				t.Errorf("%d leaves of %d", n, size)
			}
		}
		for _, err := range l.Leaves(r, 2001) {
			if err != nil {
				return nil
			}
		}
		t.Error("a leaf that is not there was passed over")
		return nil
	})
}

func TestProofsRefuseWhatIsNotInTheLog(t *testing.T) {
	s, l := fresh(t)
	c := store.NewID()
	grow(t, s, c, 10)
	view(t, s, c, func(r *store.Snapshot) error {
		for _, x := range [][2]int64{{10, 10}, {-1, 10}, {0, 11}, {0, 0}} {
			if _, err := l.ProveInclusion(r, x[0], x[1]); fault.KindOf(err) != fault.NotFound {
				t.Errorf("inclusion of %d in %d: %v", x[0], x[1], err)
			}
		}
		for _, x := range [][2]int64{{-1, 10}, {10, 9}, {0, -1}} {
			if _, err := l.ProveConsistency(r, x[0], x[1]); fault.KindOf(err) != fault.Invalid {
				t.Errorf("consistency of %d with %d: %v", x[0], x[1], err)
			}
		}
		if _, err := l.Root(r, 11); fault.KindOf(err) != fault.NotFound {
			t.Errorf("root at 11: %v", err)
		}
		return nil
	})
	empty, one := Head{0, EmptyRoot}, Head{1, leaf(1)}
	must(t, CheckConsistency(nil, empty, one))
	must(t, CheckConsistency(nil, empty, empty))
	for name, err := range map[string]error{
		"wrong empty root": CheckConsistency(nil, Head{0, leaf(0)}, one),
		"proof of nothing": CheckConsistency(tlog.TreeProof{leaf(0)}, empty, one),
		"other root":       CheckConsistency(nil, one, Head{1, leaf(2)}),
		"shrunk":           CheckConsistency(nil, one, empty),
	} {
		if fault.CodeOf(err) != "journal.inconsistent" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
