package journal

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// tileClient reads tiles of a log over HTTP as any client of the C2SP layout would.
type tileClient struct {
	t    testing.TB
	base string
}

func (c tileClient) get(file string) (status int, body []byte) {
	c.t.Helper()
	resp, err := http.Get(c.base + file)
	must(c.t, err)
	defer resp.Body.Close()
	body, err = io.ReadAll(resp.Body)
	must(c.t, err)
	return resp.StatusCode, body
}

func (c tileClient) Height() int                         { return 8 }
func (c tileClient) SaveTiles(_ []tlog.Tile, _ [][]byte) {}

func (c tileClient) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, t := range tiles {
		status, body := c.get(strings.Replace(t.Path(), "tile/8/", "tile/", 1))
		if status != 200 {
			c.t.Errorf("%s: status %d", t.Path(), status)
		}
		data = append(data, body)
	}
	return data, nil
}

func serve(t testing.TB, s *store.Store, l *Log, c store.ID, k *Key) tileClient {
	mux := http.NewServeMux()
	mux.Handle("GET /c/{commons}/log/{file...}", &Static{Store: s, Log: l, Key: k, Resolve: func(r *http.Request) (store.ID, error) {
		if r.PathValue("commons") != "river" {
			return "", fault.NotFoundf("commons.unknown", "", "there is no commons %q here", r.PathValue("commons"))
		}
		return c, nil
	}})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return tileClient{t, server.URL + "/c/river/log/"}
}

// A client that knows only the key follows the log: it checks the signature,
// authenticates every tile against the root, and finds the entries of the
// bundles in the tree.
func TestStaticFilesAreReadByATileClient(t *testing.T) {
	for _, n := range []int{0, 1, 254, 255, 256, 600, 66_000} {
		s, l := fresh(t)
		id, k := store.NewID(), newTestKey(t)
		grow(t, s, id, n)
		c := serve(t, s, l, id, k)
		_, signed := c.get("checkpoint")
		_, vkey := c.get("key")
		cp, _, err := OpenCheckpoint(string(signed), string(vkey))
		must(t, err)
		if cp.Size != int64(n)+1 {
			t.Fatalf("size %d", cp.Size)
		}
		reader := tlog.TileHashReader(tlog.Tree{N: cp.Size, Hash: cp.Root}, c)
		for _, i := range []int64{0, 255, 256, cp.Size / 2, cp.Size - 1} {
			if i >= cp.Size {
				continue
			}
			p, err := tlog.ProveRecord(cp.Size, i, reader)
			must(t, err)
			width := min(tileWidth, cp.Size-i&^255)
			_, data := c.get(TilePath(levelEntries, i>>8, int(width)))
			entries, err := ParseBundle(data)
			must(t, err)
			if int64(len(entries)) != width {
				t.Fatalf("bundle of %d entries, want %d", len(entries), width)
			}
			must(t, tlog.CheckRecord(p, cp.Size, cp.Root, i, tlog.RecordHash(entries[i&255])))
		}
	}
}

func TestStaticRefuses(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, l *Log) {
		id, k := store.NewID(), newTestKey(t)
		grow(t, s, id, 300)
		c := serve(t, s, l, id, k)
		_, whole := c.get("tile/0/000")
		if status, part := c.get("tile/0/000.p/7"); status != 200 || !bytes.Equal(part, whole[:7*32]) {
			t.Errorf("an older partial tile: status %d", status)
		}
		for _, file := range []string{"tile/0/001", "tile/0/001.p/45", "tile/1/000", "tile/1/000.p/2", "tile/2/000.p/1", "tile/7/000.p/1", "tile/8/000.p/1", "tile/63/000.p/1",
			"tile/entries/001", "tile/entries/001.p/45", "tile/entries/x009/x223/x372/x036/x854/x775/807", "tile/0/x009/x223/x372/x036/x854/x775/807",
			"tile/0/0", "tile/0/000.p/0", "tile/0/000.p/256", "tile/data/000", "tile/-1/000", "tile/0/-01", "tile/00/000", "", "other", "tile", "tile/", "tile/0/000/", "tile/0/x000/000"} {
			if status, body := c.get(file); status != 404 {
				t.Errorf("%s: status %d, %q", file, status, body)
			}
		}
		if status, _ := c.get("../../sea/log/checkpoint"); status != 404 {
			t.Errorf("another commons: status %d", status)
		}
	})
}

// The proof between any two sizes, for readers that compute none, and attachments.
func TestStaticServesProofsAndAttachments(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, l *Log) {
		id, k := store.NewID(), newTestKey(t)
		grow(t, s, id, 20)
		must(t, act(t, s, id, func(tx *store.Tx) error {
			_, err := Append(tx, Record{Act: "a.b", Attached: map[string][]byte{"slip": []byte("a slip")}})
			return err
		}))
		c := serve(t, s, l, id, k)
		heads := map[int64]Head{}
		view(t, s, id, func(r *store.Snapshot) error {
			for size := range int64(22) {
				root, err := l.Root(r, size)
				if err != nil {
					return err
				}
				heads[size] = Head{size, root}
			}
			return nil
		})
		for size := range int64(22) {
			for old := range size + 1 {
				status, body := c.get(fmt.Sprintf("consistency/%d/%d", old, size))
				var proof tlog.TreeProof
				for line := range strings.Lines(string(body)) {
					raw, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(line, "\n"))
					must(t, err)
					proof = append(proof, tlog.Hash(raw))
				}
				if err := CheckConsistency(proof, heads[old], heads[size]); status != 200 || err != nil {
					t.Errorf("from %d to %d: status %d, %v", old, size, status, err)
				}
			}
		}
		for _, file := range []string{"consistency/5/23", "consistency/9/8", "consistency/-1/8", "consistency/01/8", "consistency/1/8/", "consistency/1", "consistency/", "consistency/a/b", "blobs/", "blobs/" + Digest([]byte("another"))} {
			if status, body := c.get(file); status != 404 {
				t.Errorf("%s: status %d, %q", file, status, body)
			}
		}
		if status, body := c.get("blobs/" + Digest([]byte("a slip"))); status != 200 || string(body) != "a slip" {
			t.Errorf("the attachment: status %d, %q", status, body)
		}
	})
}

func TestTilePaths(t *testing.T) {
	for path, want := range map[string]struct {
		level int
		n     int64
		width int
	}{
		"tile/0/000":                  {0, 0, 256},
		"tile/0/x001/x234/067":        {0, 1234067, 256},
		"tile/3/005.p/12":             {3, 5, 12},
		"tile/entries/x001/234.p/255": {-1, 1234, 255},
	} {
		level, n, width, err := ParseTilePath(path)
		if err != nil || level != want.level || n != want.n || width != want.width {
			t.Errorf("%s: %d %d %d %v", path, level, n, width, err)
		}
		if got := TilePath(want.level, want.n, want.width); got != path {
			t.Errorf("TilePath = %s, want %s", got, path)
		}
	}
}

func FuzzTilePath(f *testing.F) {
	f.Add("tile/0/x001/x234/067")
	f.Add("tile/entries/000.p/3")
	f.Fuzz(func(t *testing.T, path string) {
		level, n, width, err := ParseTilePath(path)
		if err == nil && TilePath(level, n, width) != path {
			t.Fatalf("%q is read as %q", path, TilePath(level, n, width))
		}
	})
}

func FuzzBundle(f *testing.F) {
	f.Add(AppendBundle(AppendBundle(nil, []byte("a")), nil))
	f.Add([]byte{0xff, 0xff, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := ParseBundle(data)
		if err != nil {
			return
		}
		var again []byte
		for _, e := range entries {
			again = AppendBundle(again, e)
		}
		if !bytes.Equal(again, data) {
			t.Fatalf("%x is read as %x", data, again)
		}
	})
}
