package journal

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// An entry is canonical JSON: members sorted, no space, texts unescaped where
// RFC 8785 leaves them so, an "é" as itself, a line break escaped.
func TestEntryIsOneCanonicalLine(t *testing.T) {
	e := Entry{Act: "contribution.log", At: "2026-01-05T10:00:00.000001Z", By: "0190a000-0000-7000-8000-000000000001",
		Commons: "0190a000-0000-7000-8000-000000000002", Seq: 7, V: 1,
		Sealed:   map[string]string{"event/1/note": Commit(make([]byte, 32), "private"), "by": Commit(make([]byte, 32), "x")},
		Attached: map[string]string{"plan": Digest(nil)}}
	body, err := canonicalBody(nil, map[string]any{"z": 1, "a": "<é>\n\"", "amount": map[string]string{"value": "2.5", "unit": "hour"}})
	must(t, err)
	e.Body = body
	line, err := e.Canonical()
	must(t, err)
	want := `{"act":"contribution.log","at":"2026-01-05T10:00:00.000001Z",` +
		`"attached":{"plan":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},` +
		`"body":{"a":"<é>\n\"","amount":{"unit":"hour","value":"2.5"},"z":1},` +
		`"by":"0190a000-0000-7000-8000-000000000001","commons":"0190a000-0000-7000-8000-000000000002",` +
		`"sealed":{"by":"` + e.Sealed["by"] + `","event/1/note":"` + e.Sealed["event/1/note"] + `"},"seq":7,"v":1}`
	if string(line) != want {
		t.Fatalf("got  %s\nwant %s", line, want)
	}
	if strings.Contains(want, "private") {
		t.Fatal("the sealed text stands in the entry")
	}
	again, err := Parse(line)
	must(t, err)
	if again.Seq != 7 || again.Sealed["event/1/note"] != e.Sealed["event/1/note"] {
		t.Fatalf("read back %+v", again)
	}
	if _, err := Parse([]byte(strings.Replace(want, `"z":1`, `"z": 1`, 1))); fault.CodeOf(err) != "journal.not_canonical" {
		t.Fatalf("a space between members: %v", err)
	}
}

// The commitment is SHA-256 over domain, zero byte, salt and text, in base64url;
// the value was computed with a shell: printf 'commonweal/sealed/v1\0%032d%s' 0 illness | sha256sum.
func TestCommitmentVector(t *testing.T) {
	salt := []byte(strings.Repeat("0", SaltSize))
	if got, want := Commit(salt, "illness"), "s1TupJIjPucgyVNQJVWM8ohRFOQYs5lypPnJ3dJjFq0"; got != want {
		t.Fatalf("Commit = %s, want %s", got, want)
	}
}

func TestInvariant5AppendRefuses(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *Log) {
		c := store.NewID()
		for name, x := range map[string]struct {
			record Record
			code   string
		}{
			"NUL":               {Record{Act: "a.b", Public: map[string]string{"x": "a\x00b"}}, "journal.control_character"},
			"escape":            {Record{Act: "a.b", Public: map[string]string{"x": "\x1b[31m"}}, "journal.control_character"},
			"backspace":         {Record{Act: "a.b", Public: map[string]string{"x": "\b"}}, "journal.control_character"},
			"delete":            {Record{Act: "a.b", Public: map[string]string{"x": "\x7f"}}, "journal.control_character"},
			"in a name":         {Record{Act: "a.b", Public: map[string]string{"\x01": "x"}}, "journal.control_character"},
			"bad UTF-8":         {Record{Act: "a.b", Public: map[string]string{"x": "\xff"}}, "journal.invalid_text"},
			"half surrogate":    {Record{Act: "a.b", Public: map[string]string{"x": "\xed\xa0\x80"}}, "journal.invalid_text"},
			"fraction":          {Record{Act: "a.b", Public: map[string]float64{"x": 0.5}}, "journal.number"},
			"2^53":              {Record{Act: "a.b", Public: map[string]int64{"x": 1 << 53}}, "journal.number"},
			"-2^53":             {Record{Act: "a.b", Public: map[string]int64{"x": -1 << 53}}, "journal.number"},
			"largest int":       {Record{Act: "a.b", Public: map[string]int64{"x": math.MaxInt64}}, "journal.number"},
			"exponent":          {Record{Act: "a.b", Public: json.RawMessage(`{"x":1e3}`)}, "journal.number"},
			"minus zero":        {Record{Act: "a.b", Public: json.RawMessage(`{"x":-0}`)}, "journal.number"},
			"infinite":          {Record{Act: "a.b", Public: map[string]float64{"x": math.Inf(1)}}, "journal.invalid_text"},
			"twice":             {Record{Act: "a.b", Public: json.RawMessage(`{"x":1,"x":2}`)}, "journal.invalid_text"},
			"not JSON":          {Record{Act: "a.b", Public: json.RawMessage(`{"x":`)}, "journal.invalid_text"},
			"list":              {Record{Act: "a.b", Public: []int{1}}, "journal.not_an_object"},
			"text":              {Record{Act: "a.b", Public: "x"}, "journal.not_an_object"},
			"large":             {Record{Act: "a.b", Public: map[string]string{"x": strings.Repeat("x", MaxEntry)}}, "journal.entry_too_large"},
			"no act":            {Record{}, "journal.act"},
			"act without room":  {Record{Act: "log"}, "journal.act"},
			"act with a quote":  {Record{Act: `a."b`}, "journal.act"},
			"sealed NUL":        {Record{Act: "a.b", Sealed: map[string]string{"note": "\x00"}}, "journal.control_character"},
			"sealed bad UTF-8":  {Record{Act: "a.b", Sealed: map[string]string{"note": "\xff"}}, "journal.invalid_text"},
			"sealed too much":   {Record{Act: "a.b", Sealed: map[string]string{"note": strings.Repeat("x", MaxSealed+1)}}, "journal.sealed_too_large"},
			"sealed name":       {Record{Act: "a.b", Sealed: map[string]string{"the note": "x"}}, "journal.field_name"},
			"attached name":     {Record{Act: "a.b", Attached: map[string][]byte{`"x"`: nil}}, "journal.field_name"},
			"attached too much": {Record{Act: "a.b", Attached: map[string][]byte{"x": make([]byte, MaxBlob+1)}}, "journal.blob_too_large"},
		} {
			err := act(t, s, c, func(tx *store.Tx) error { _, err := Append(tx, x.record); return err })
			if fault.CodeOf(err) != x.code || fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: got %v (%s), want %s", name, err, fault.CodeOf(err), x.code)
			}
		}
		view(t, s, c, func(r *store.Snapshot) error {
			head, err := ReadHead(r)
			if head.Size != 0 {
				t.Errorf("refused records left %d entries", head.Size)
			}
			return err
		})
	})
}

// The largest entry has exactly 65,535 bytes.
func TestInvariant4LargestEntry(t *testing.T) {
	s, _ := fresh(t)
	c := store.NewID()
	fill := func(n int) error {
		return act(t, s, c, func(tx *store.Tx) error {
			_, err := Append(tx, Record{Act: "a.b", Public: map[string]string{"x": strings.Repeat("x", n)}})
			return err
		})
	}
	frame := len(`{"act":"a.b","at":"2026-01-05T10:00:00.000001Z","body":{"x":""},"commons":"","seq":0,"v":1}`) + len(c)
	must(t, fill(MaxEntry-frame))
	if err := fill(MaxEntry - frame + 1); fault.CodeOf(err) != "journal.entry_too_large" {
		t.Fatalf("one byte more: %v", err)
	}
	view(t, s, c, func(r *store.Snapshot) error {
		line, err := ReadLine(r, 0)
		if len(line.Record) != MaxEntry {
			t.Errorf("the entry has %d bytes", len(line.Record))
		}
		return err
	})
}

func TestInvariant1EntriesAreNumberedWithoutGap(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *Log) {
		c, other := store.NewID(), store.NewID()
		failed := errors.New("failed")
		rapid.Check(t, func(t *rapid.T) {
			n := rapid.IntRange(1, 5).Draw(t, "entries")
			fails := rapid.Bool().Draw(t, "fails")
			_, err := store.Write(t.Context(), s, store.Command{Commons: c}, func(tx *store.Tx) (int, error) {
				for range n {
					if _, err := Append(tx, Record{Act: "a.b"}); err != nil {
						return 0, err
					}
				}
				if fails {
					return 0, failed
				}
				return 0, nil
			})
			if fails != errors.Is(err, failed) {
				t.Fatal(err)
			}
		})
		grow(t, s, other, 3)
		view(t, s, c, func(r *store.Snapshot) error {
			head, err := ReadHead(r)
			must(t, err)
			var last time.Time
			next := int64(0)
			for line, err := range Lines(r, 0, head.Size) {
				must(t, err)
				e, err := Parse(line.Record)
				must(t, err)
				at, _ := e.Time()
				if e.Seq != next || line.Seq != next || e.Commons != c || at.Before(last) {
					t.Fatalf("entry %d: %s", next, line.Record)
				}
				next, last = next+1, at
			}
			if next == 0 {
				t.Error("no entry was written")
			}
			return nil
		})
	})
}

func TestReadEntries(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *Log) {
		c := store.NewID()
		grow(t, s, c, 3000) // several pages
		view(t, s, c, func(r *store.Snapshot) error {
			entries, err := Entries(r, 1020, 3000, 10)
			must(t, err)
			if len(entries) != 10 || entries[0].Seq != 1020 || entries[9].Seq != 1029 {
				t.Errorf("got %d entries from %d", len(entries), entries[0].Seq)
			}
			e, err := Read(r, 2999)
			must(t, err)
			if e.Seq != 2999 {
				t.Errorf("entry 2999 is %d", e.Seq)
			}
			for _, seq := range []int64{-1, 3000, math.MaxInt64} {
				if _, err := Read(r, seq); fault.CodeOf(err) != "journal.no_entry" || fault.KindOf(err) != fault.NotFound {
					t.Errorf("entry %d: %v", seq, err)
				}
			}
			n := 0
			for _, err := range Lines(r, 0, 4000) {
				if n++; n > 3000 && err == nil {
					t.Fatal("a missing entry was passed over")
				}
			}
			return nil
		})
	})
}

// attachments of equal content are kept once.
func TestAttachments(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, _ *Log) {
		c := store.NewID()
		big := []byte(strings.Repeat("evidence ", 10_000))
		for range 2 {
			must(t, act(t, s, c, func(tx *store.Tx) error {
				_, err := Append(tx, Record{Act: "a.b", Attached: map[string][]byte{"scan": big, "same": big, "none": nil}})
				return err
			}))
		}
		view(t, s, c, func(r *store.Snapshot) error {
			e, err := Read(r, 1)
			must(t, err)
			if e.Attached["scan"] != Digest(big) || e.Attached["same"] != Digest(big) {
				t.Errorf("attached %v", e.Attached)
			}
			got, err := Blob(r, e.Attached["scan"])
			must(t, err)
			if string(got) != string(big) {
				t.Errorf("got %d bytes back", len(got))
			}
			if none, err := Blob(r, e.Attached["none"]); err != nil || len(none) != 0 {
				t.Errorf("empty attachment: %q, %v", none, err)
			}
			if _, err := Blob(r, Digest([]byte("other"))); fault.CodeOf(err) != "journal.no_blob" {
				t.Errorf("unknown digest: %v", err)
			}
			return nil
		})
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"act":"a.b","at":"2026-01-05T10:00:00.000001Z","body":{},"commons":"0190a000-0000-7000-8000-000000000002","seq":0,"v":1}`))
	f.Add([]byte(`{"act":"a.b","at":"2026-01-05T10:00:00.000001Z","attached":{"x":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},"body":{"a":[1,null,true,"\n"]},"by":"0190a000-0000-7000-8000-000000000001","commons":"0190a000-0000-7000-8000-000000000002","sealed":{"n":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},"seq":9007199254740991,"v":1}`))
	f.Add([]byte(`{"act":"\`))
	f.Fuzz(func(t *testing.T, line []byte) {
		e, err := Parse(line)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", line, err)
			}
			return
		}
		again, err := e.Canonical()
		if err != nil || string(again) != string(line) {
			t.Fatalf("%q is read but written as %q (%v)", line, again, err)
		}
	})
}
