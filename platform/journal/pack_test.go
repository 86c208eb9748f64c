package journal

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/store"
)

// putBlob writes a row of journal_blob as any version of the program may have left it.
var putBlob = store.SQL(`INSERT INTO journal_blob (commons_id, digest, content, packed) VALUES ($1, $2, $3, $4)`)

// What is packed comes back, and never takes more room than before.
func TestPack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		piece := rapid.SliceOfN(rapid.Byte(), 0, 700).Draw(r, "piece")
		content := bytes.Repeat(piece, rapid.IntRange(1, 40).Draw(r, "times"))
		kept, how := pack(content)
		if len(kept) > len(content) {
			r.Errorf("%d bytes are kept as %d", len(content), len(kept))
		}
		var name *string
		if how != nil {
			text := how.(string)
			name = &text
		}
		if got, err := unpack(kept, name); err != nil || !bytes.Equal(got, content) {
			r.Errorf("%d bytes come back as %d: %v", len(content), len(got), err)
		}
	})
}

// A list of events, as an import attaches, is kept in a third of its size or
// less, although half of it is identifiers drawn by chance.
func TestPackShrinksLists(t *testing.T) {
	var list []byte
	for range 5000 {
		list = fmt.Appendf(list, `{"id":%q,"action":"work","provider":%q,"effortQuantity":{"unit":"hour","value":"1.5"}},`, store.NewID(), store.NewID())
	}
	if kept, _ := pack(list); len(kept)*3 > len(list) {
		t.Errorf("%d bytes of %d", len(kept), len(list))
	}
}

// Attachments kept by an earlier version are read as they are; what was
// damaged, or kept by a later version, is an error that names the attachment.
func TestBlobsAsTheyWereKept(t *testing.T) {
	text := strings.Repeat("minutes of the meeting ", 100)
	good := packer.EncodeAll([]byte(text), nil)
	bomb := packer.EncodeAll(make([]byte, MaxBlob+1), nil)
	each(t, func(t *testing.T, s *store.Store, _ *Log) {
		c := store.NewID()
		for _, test := range []struct {
			content []byte
			packed  any
			want    string // empty for an error
		}{
			{[]byte(text), nil, text},
			{good, "zstd", text},
			{good[:len(good)-3], "zstd", ""},
			{[]byte(text), "zstd", ""},
			{bomb, "zstd", ""},
		} {
			digest := Digest(fmt.Appendf(nil, "%q %v", test.content, test.packed))
			must(t, act(t, s, c, func(tx *store.Tx) error {
				_, err := tx.Exec(putBlob, digest, test.content, test.packed)
				return err
			}))
			view(t, s, c, func(r *store.Snapshot) error {
				got, err := Blob(r, digest)
				if string(got) != test.want || (err != nil) != (test.want == "") {
					t.Errorf("%.20q as %v: %d bytes, %v", test.content, test.packed, len(got), err)
				}
				if err != nil && !strings.Contains(err.Error(), digest) {
					t.Errorf("%v does not name %s", err, digest)
				}
				return nil
			})
		}
		err := act(t, s, c, func(tx *store.Tx) error {
			_, err := tx.Exec(putBlob, Digest(nil), []byte(text), "another way")
			return err
		})
		if err == nil {
			t.Error("the database took a way of packing that nobody can read")
		}
	})
}

// BenchmarkPack: what packing costs a byte.
func BenchmarkPack(b *testing.B) {
	list := []byte(`[`)
	for n := range 5000 {
		list = fmt.Appendf(list, `{"id":%q,"action":"work","provider":%q,"effortQuantity":{"unit":"hour","value":"%d"}},`, store.NewID(), store.NewID(), n%9)
	}
	b.SetBytes(int64(len(list)))
	for b.Loop() {
		pack(list)
	}
}
