package monitor

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"commonweal/books/verify"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/journal/witness"
)

// follow is a follower of the liar with a mirror in a fresh folder.
func follow(t testing.TB, l *liar) *Follower {
	return &Follower{URL: l.url, Folder: filepath.Join(t.TempDir(), "seen"), Mirror: true}
}

func see(t testing.TB, f *Follower) Sight {
	t.Helper()
	s, err := f.Look(t.Context())
	must(t, err)
	return s
}

// kept is the checkpoint in the folder.
func kept(t testing.TB, f *Follower) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(f.Folder, verify.FileCheckpoint))
	must(t, err)
	return string(b)
}

// A log that grows is followed over the sizes at which tiles fill, and the mirror
// is an archive of it.
func TestFollowsAGrowingLog(t *testing.T) {
	l := newLiar(t)
	f := follow(t, l)
	was := int64(0)
	for i, n := range []int{0, 1, 255, 256, 257, 257, 600, 66_000} {
		l.tell(story(n, "a"), true)
		s := see(t, f)
		if s.Size != int64(n) || s.Was != was || s.First != (i == 0) || s.Key != l.vkey {
			t.Errorf("at %d: %+v", n, s)
		}
		was = s.Size
		entries, err := os.ReadFile(filepath.Join(f.Folder, verify.FileEntries))
		must(t, err)
		if got := strings.Count(string(entries), "\n"); got != n {
			t.Errorf("the mirror has %d entries of %d", got, n)
		}
	}
	for file, times := range l.asked {
		if times > 8 && strings.HasPrefix(file, "tile/2/") {
			t.Errorf("%s was asked for %d times", file, times)
		}
	}
}

// Everything a host with the key can do to its log is an alarm, at every position, and
// the first entry at fault is named. What was seen stays.
func TestInvariants1And3EveryForgeryIsNamed(t *testing.T) {
	const n = 300
	honest, other := story(n, "a"), story(n+3, "b")
	l := newLiar(t)
	l.tell(honest, true)
	f := follow(t, l)
	see(t, f)
	before := kept(t, f)
	for _, i := range []int{0, 1, 2, 127, 128, 200, 254, 255, 256, 257, 298, 299} {
		for what, forged := range map[string][]journal.Entry{
			"flipped":           join(honest[:i], other[i:i+1], honest[i+1:]),
			"flipped, and on":   join(honest[:i], other[i:i+1], honest[i+1:], other[:3]),
			"dropped, and on":   join(honest[:i], honest[i+1:], other[:1]),
			"inserted":          join(honest[:i], other[i:i+1], honest[i:]),
			"swapped":           join(honest[:i], []journal.Entry{honest[(i+1)%n], honest[i]}, honest[min(i+2, n):]),
			"another from here": join(honest[:i], other[i:]),
		} {
			l.tell(forged, true)
			_, err := f.Look(t.Context())
			if e := fault.As(err); fault.CodeOf(err) != "monitor.fork" || e.Line != i+1 {
				t.Errorf("%s at %d: %v", what, i, err)
			}
		}
		l.tell(honest[:i], true)
		if _, err := f.Look(t.Context()); fault.CodeOf(err) != "monitor.shorter" {
			t.Errorf("cut off at %d: %v", i, err)
		}
	}
	if kept(t, f) != before {
		t.Error("what was seen went back")
	}
	again := &Follower{URL: f.URL, Folder: f.Folder} // another run, without a mirror
	l.tell(join(honest[:9], other[9:]), true)
	if _, err := again.Look(t.Context()); fault.CodeOf(err) != "monitor.fork" || fault.As(err).Line != 10 {
		t.Errorf("by another run: %v", err)
	}
	l.tell(join(honest, other[:1]), true)
	if s := see(t, f); s.Size != n+1 {
		t.Errorf("the honest log: %+v", s)
	}
	if found, err := filepath.Glob(filepath.Join(f.Folder, "contradiction-*")); err != nil || len(found) == 0 {
		t.Errorf("no evidence is kept: %v", err)
	}
}

// Files that do not belong to the signed head are an alarm as well, and the entry is named.
func TestFilesThatDoNotBelong(t *testing.T) {
	l := newLiar(t)
	l.tell(story(300, "a"), true)
	flip := func(path string, at int) func(string, []byte) []byte {
		return func(file string, data []byte) []byte {
			if file != path {
				return data
			}
			data = slices.Clone(data)
			data[at] ^= 1
			return data
		}
	}
	for what, x := range map[string]struct {
		twist func(string, []byte) []byte
		code  string
		words string
	}{
		"an entry":         {flip("tile/entries/000", 40), "monitor.entry", "entry 0 "},
		"a length":         {flip("tile/entries/000", 0), "journal.bundle_malformed", ""},
		"a leaf":           {flip("tile/0/000", 40), "monitor.tiles", ""},
		"a tile above":     {flip("tile/1/000.p/1", 0), "monitor.tiles", ""},
		"a signature":      {flip("checkpoint", 130), "", ""},
		"an attachment":    {flip("blobs/"+journal.Digest([]byte("a slip")), 0), "monitor.entry", "attachment of entry 7"},
		"a bundle missing": {func(f string, d []byte) []byte { return only(f != "tile/entries/000", d) }, "monitor.unreachable", ""},
		"a bundle cut": {func(f string, d []byte) []byte {
			return d[:len(d)-len(d)*len(only(f == "tile/entries/000", []byte{1}))]
		}, "monitor.entry", "not the 256"},
	} {
		f := follow(t, l)
		l.twist = x.twist
		_, err := f.Look(t.Context())
		if err == nil || x.code != "" && fault.CodeOf(err) != x.code || !strings.Contains(err.Error(), x.words) {
			t.Errorf("%s: %v", what, err)
		}
		l.twist = nil
		if s := see(t, f); s.Size != 300 {
			t.Errorf("%s, mended: %+v", what, s)
		}
	}
}

// only returns the data when the condition holds.
func only(cond bool, data []byte) []byte {
	if cond {
		return data
	}
	return nil
}

// A replay names the entry that breaks a rule, though it was signed and continues
// what was seen.
func TestReplayNamesTheEntry(t *testing.T) {
	l := newLiar(t)
	announced := journal.Entry{Act: journal.ActKey, At: "2026-05-04T12:00:00.000000Z", Body: []byte(`{"key":"` + l.vkey + `"}`), Commons: river, V: journal.Version}
	good := join([]journal.Entry{announced}, story(20, "a"))
	l.tell(good, true)
	f := follow(t, l)
	f.Replay = true
	if s := see(t, f); !s.Replayed {
		t.Errorf("an honest log: %+v", s)
	}
	for what, x := range map[string]struct {
		change func(*journal.Entry)
		code   string
	}{
		"another number":  {func(e *journal.Entry) { e.Seq = 7 }, "books.sequence"},
		"another commons": {func(e *journal.Entry) { e.Commons = "01890000-0000-7000-8000-000000000002" }, "books.other_commons"},
		"an earlier time": {func(e *journal.Entry) { e.At = "2026-05-04T11:59:59.000000Z" }, "books.time"},
		"impossible":      {func(e *journal.Entry) { e.Body = []byte(`{"vf":{"events":[{"action":"fly"}]}}`) }, ""},
	} {
		f.Folder = filepath.Join(t.TempDir(), "seen")
		bad := join(good, story(5, "b"))
		for i := range bad {
			bad[i].Seq = int64(i)
		}
		x.change(&bad[23])
		l.tell(bad, false)
		s, err := f.Look(t.Context())
		if e := fault.As(err); e == nil || e.Line != 24 || x.code != "" && e.Code != x.code || s.Replayed {
			t.Errorf("%s: %v, %+v", what, err, s)
		}
	}
}

// Whatever an interrupted look left behind, the next one mends it.
func TestInvariant2InterruptedLooks(t *testing.T) {
	l := newLiar(t)
	for size := range 20 {
		l.tell(story(10, "a"), true)
		f := follow(t, l)
		see(t, f)
		for _, file := range []string{verify.FileEntries, verify.FileLeaves} { // a look that got a little further
			g, err := os.OpenFile(filepath.Join(f.Folder, file), os.O_APPEND|os.O_WRONLY, 0)
			must(t, err)
			_, err = g.WriteString(strings.Repeat("half a line\nand another", size)[:size*3])
			must(t, err)
			must(t, g.Close())
		}
		l.tell(story(10+size*40, "a"), true)
		see(t, f)
		entries, err := os.ReadFile(filepath.Join(f.Folder, verify.FileEntries))
		must(t, err)
		if want := strings.Join(lines(l), ""); string(entries) != want {
			t.Fatalf("after %d bytes too many the mirror has %d bytes, not %d", size, len(entries), len(want))
		}
		leaves, err := os.ReadFile(filepath.Join(f.Folder, verify.FileLeaves))
		must(t, err)
		if len(leaves) != leafLine*len(l.entries) {
			t.Fatalf("%d bytes of leaves", len(leaves))
		}
		must(t, os.Truncate(filepath.Join(f.Folder, verify.FileEntries), int64(size))) // somebody spoiled it
		l.tell(story(11+size*40, "a"), true)
		see(t, f)
		if entries, err = os.ReadFile(filepath.Join(f.Folder, verify.FileEntries)); err != nil || string(entries) != strings.Join(lines(l), "") {
			t.Fatal("a spoiled mirror is not mended")
		}
	}
}

func lines(l *liar) (list []string) {
	for _, e := range l.entries {
		list = append(list, string(e)+"\n")
	}
	return list
}

func TestKeysAndPolicies(t *testing.T) {
	l, stranger := newLiar(t), newLiar(t)
	l.tell(story(3, "a"), true)
	stranger.tell(story(3, "a"), true)
	f := follow(t, l)
	f.Keys = []string{stranger.vkey}
	if _, err := f.Look(t.Context()); fault.CodeOf(err) != "monitor.key" {
		t.Errorf("a key that did not sign: %v", err)
	}
	f.Keys = nil
	see(t, f)
	f.URL = stranger.url // the same name under another key
	if _, err := f.Look(t.Context()); fault.CodeOf(err) != "monitor.key" {
		t.Errorf("another key than at the first look: %v", err)
	}
	f.URL = l.url
	k, err := journal.NewKey("harbor.example/witness")
	must(t, err)
	policy, err := witness.ParsePolicy("log " + l.vkey + "\nwitness harbor " + k.Cosigner() + "\nquorum harbor\n")
	must(t, err)
	f.Policy = &policy
	if _, err := f.Look(t.Context()); fault.CodeOf(err) != "witness.quorum" {
		t.Errorf("nobody cosigned: %v", err)
	}
	l.twist = func(file string, data []byte) []byte {
		if file == "checkpoint" {
			return append(data, k.Cosign(journal.Body(string(data)), time.Unix(1_780_000_000, 0))...)
		}
		return data
	}
	if s := see(t, f); len(s.Cosignatures) != 1 {
		t.Errorf("cosigned: %+v", s)
	}
}

func TestAddresses(t *testing.T) {
	for in, want := range map[string]string{
		"https://h.example/c/river": "https://h.example/c/river/log/", "https://h.example/c/river/": "https://h.example/c/river/log/",
		"https://h.example/c/river/log": "https://h.example/c/river/log/", "http://h.example:8080/base/c/river": "http://h.example:8080/base/c/river/log/",
		"https://log.example/2026": "https://log.example/2026/", "https://log.example": "https://log.example/",
		"": "", "h.example": "", "ftp://h.example": "", "https://": "", "https://h.example/?a": "", "https://h.example/#a": "",
	} {
		if got, err := address(in); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	f := &Follower{URL: "http://127.0.0.1:1/c/river", Folder: t.TempDir()}
	if _, err := f.Look(t.Context()); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("nobody there: %v", err)
	}
	server := httptest.NewServer(nil)
	defer server.Close()
	f.URL = server.URL
	if _, err := f.Look(t.Context()); fault.CodeOf(err) != "monitor.unreachable" {
		t.Errorf("no log there: %v", err)
	}
}
