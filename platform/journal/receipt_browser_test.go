package journal

import (
	"bytes"
	"crypto/ed25519"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

var update = flag.Bool("update", false, "write the receipt that the browser's tests read")

// browserReceipt is where the tests of the browser's code find a receipt of this program.
const browserReceipt = "../../assets/src/receipt.fixture.ts"

// The browser checks receipts by code of its own; its tests read one that this
// program wrote: an entry among 300 that seals two fields and opens one, cosigned
// by two neighbors.
func TestReceiptForTheBrowser(t *testing.T) {
	rec := fixedReceipt(t)
	checked, err := rec.Check()
	must(t, err)
	if len(checked.Cosignatures) != 2 || len(checked.Opened) != 1 {
		t.Errorf("checked %+v", checked)
	}
	text, err := rec.Text()
	must(t, err)
	want := fmt.Appendf(nil, "// Written by go test ./platform/journal -run TestReceiptForTheBrowser -update.\nexport const cosignedReceipt = `%s`;\n", text)
	if *update {
		must(t, os.WriteFile(browserReceipt, want, 0o644))
	}
	got, err := os.ReadFile(browserReceipt)
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what this program writes; write it anew with -update, and run the tests in assets", browserReceipt)
	}
}

// fixedReceipt is the same at every run.
func fixedReceipt(t *testing.T) Receipt {
	t.Helper()
	const commons = "01890000-0000-7000-8000-000000000001"
	key := func(name string, b byte) *Key {
		k, err := newKey(name, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{b}, ed25519.SeedSize)))
		must(t, err)
		return k
	}
	k, a, b := key("river.example", 1), key("harbor.example/witness", 2), key("mill.example/witness", 3)
	opening := Opening{bytes.Repeat([]byte{7}, SaltSize), "mended the sluice — twice"}
	var hashes []tlog.Hash
	read := tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
		for _, i := range indexes {
			out = append(out, hashes[i])
		}
		return out, nil
	})
	const index, size = 211, 300
	var entry []byte
	for seq := range int64(size) {
		e := Entry{Act: "contribution.log", At: "2026-05-04T11:59:00.000000Z", Body: []byte(`{"hours":"2.5"}`), By: commons, Commons: commons, Seq: seq, V: Version,
			Sealed: map[string]string{"name": Commit(opening.Salt, "Robin Example"), "note": opening.Commitment()}}
		line, err := e.Canonical()
		must(t, err)
		if seq == index {
			entry = line
		}
		more, err := tlog.StoredHashes(seq, line, read)
		must(t, err)
		hashes = append(hashes, more...)
	}
	root, err := tlog.TreeHash(size, read)
	must(t, err)
	proof, err := tlog.ProveRecord(size, index, read)
	must(t, err)
	signed, err := k.sign(Checkpoint{k.Origin(commons), Head{size, root}})
	must(t, err)
	noon := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	signed += a.Cosign(Body(signed), noon) + b.Cosign(Body(signed), noon.Add(time.Minute))
	return Receipt{string(entry), index, proof, signed, k.Verifier(commons), []string{a.Cosigner(), b.Cosigner()}, map[string]Opening{"note": opening}}
}
