package monitor

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/journal"
	"commonweal/platform/store"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// river is the commons whose log is forged; its host holds the key and signs anything.
const river store.ID = "01890000-0000-7000-8000-000000000001"

// liar is a host that serves whatever entries it is given, properly hashed and signed.
type liar struct {
	t      testing.TB
	signer note.Signer
	vkey   string
	url    string

	mu      sync.Mutex
	entries [][]byte
	hashes  []tlog.Hash
	twist   func(file string, data []byte) []byte // changes what is served; nil for nothing
	asked   map[string]int
}

func newLiar(t testing.TB) *liar {
	skey, vkey, err := note.GenerateKey(nil, "river.example/c/"+string(river))
	must(t, err)
	l := &liar{t: t, vkey: vkey, asked: map[string]int{}}
	l.signer, err = note.NewSigner(skey)
	must(t, err)
	server := httptest.NewServer(http.StripPrefix("/c/river/log/", http.HandlerFunc(l.serve)))
	t.Cleanup(server.Close)
	l.url = server.URL + "/c/river"
	return l
}

// tell makes the liar serve these entries, numbered in order when renumber is set.
func (l *liar) tell(entries []journal.Entry, renumber bool) {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries, l.hashes, l.twist = nil, nil, nil
	for i, e := range entries {
		if renumber {
			e.Seq = int64(i)
		}
		line, err := e.Canonical()
		must(l.t, err)
		more, err := tlog.StoredHashes(int64(i), line, l)
		must(l.t, err)
		l.entries, l.hashes = append(l.entries, line), append(l.hashes, more...)
	}
}

// ReadHashes implements tlog.HashReader.
func (l *liar) ReadHashes(indexes []int64) (out []tlog.Hash, err error) {
	for _, i := range indexes {
		out = append(out, l.hashes[i])
	}
	return out, nil
}

func (l *liar) serve(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	file := r.URL.Path
	l.asked[file]++
	data := l.file(file)
	if l.twist != nil && data != nil {
		data = l.twist(file, data)
	}
	if data == nil {
		http.NotFound(w, r)
		return
	}
	w.Write(data)
}

func (l *liar) file(file string) []byte {
	size := int64(len(l.entries))
	switch file {
	case "key":
		return []byte(l.vkey + "\n")
	case "checkpoint":
		root, err := tlog.TreeHash(size, l)
		must(l.t, err)
		signed, err := note.Sign(&note.Note{Text: l.signer.Name() + "\n" + strconv.FormatInt(size, 10) + "\n" + base64.StdEncoding.EncodeToString(root[:]) + "\n"}, l.signer)
		must(l.t, err)
		return signed
	}
	if digest, is := strings.CutPrefix(file, "blobs/"); is && digest == journal.Digest([]byte("a slip")) {
		return []byte("a slip")
	}
	level, n, width, err := journal.ParseTilePath(file)
	if err != nil {
		return nil
	}
	if level < 0 {
		var bundle []byte
		for _, e := range l.entries[n*256:][:width] {
			bundle = journal.AppendBundle(bundle, e)
		}
		return bundle
	}
	data, err := tlog.ReadTileData(tlog.Tile{H: 8, L: level, N: n, W: width}, l)
	must(l.t, err)
	return data
}

// story is n entries of the river; other versions of it differ in every entry.
func story(n int, version string) []journal.Entry {
	list := make([]journal.Entry, n)
	for i := range list {
		list[i] = journal.Entry{Act: "test.tell", At: "2026-05-04T12:00:00.000000Z", Body: fmt.Appendf(nil, `{"n":"%d","version":%q}`, i, version), Commons: river, Seq: int64(i), V: journal.Version}
		if i%50 == 7 {
			list[i].Attached = map[string]string{"slip": journal.Digest([]byte("a slip"))}
		}
	}
	return list
}

// join puts parts of stories together.
func join(parts ...[]journal.Entry) []journal.Entry { return slices.Concat(parts...) }
