package witness

import (
	"encoding/base64"
	"strconv"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/journal"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tree is a log of others, in memory, signed by a key of its own with package note.
type tree struct {
	t      testing.TB
	origin string
	signer note.Signer
	vkey   string
	hashes []tlog.Hash
	size   int64
}

func newTree(t testing.TB, origin string) *tree {
	skey, vkey, err := note.GenerateKey(nil, origin)
	must(t, err)
	signer, err := note.NewSigner(skey)
	must(t, err)
	return &tree{t: t, origin: origin, signer: signer, vkey: vkey}
}

// ReadHashes implements tlog.HashReader.
func (l *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = l.hashes[x]
	}
	return out, nil
}

// grow appends leaves until the tree has the size.
func (l *tree) grow(to int64, leaf string) *tree {
	for ; l.size < to; l.size++ {
		h, err := tlog.StoredHashes(l.size, []byte(leaf+strconv.FormatInt(l.size, 10)), l)
		must(l.t, err)
		l.hashes = append(l.hashes, h...)
	}
	return l
}

func (l *tree) head(size int64) journal.Head {
	root, err := tlog.TreeHash(size, l)
	must(l.t, err)
	return journal.Head{Size: size, Root: root}
}

// checkpoint signs the head at a size.
func (l *tree) checkpoint(size int64) string {
	h := l.head(size)
	text := l.origin + "\n" + strconv.FormatInt(size, 10) + "\n" + base64.StdEncoding.EncodeToString(h.Root[:]) + "\n"
	signed, err := note.Sign(&note.Note{Text: text}, l.signer)
	must(l.t, err)
	return string(signed)
}

// ask is a request from one size to another.
func (l *tree) ask(old, size int64) Request {
	var p tlog.TreeProof
	if old > 0 && old < size {
		var err error
		p, err = tlog.ProveTree(size, old, l)
		must(l.t, err)
	}
	return Request{Old: old, Proof: p, Checkpoint: l.checkpoint(size)}
}

// cosigner is a witness of a name.
func cosigner(t testing.TB, name string) *journal.Key {
	k, err := journal.NewKey(name)
	must(t, err)
	return k
}

// noon is a time of cosignatures.
var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
