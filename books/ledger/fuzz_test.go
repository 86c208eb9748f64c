package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"pgregory.net/rapid"
)

// Whatever a file says, reading it ends with an answer or a fault; and texts
// made plain stay plain.
func FuzzParseHledger(f *testing.F) {
	for seed := range 5 {
		text := rapid.Custom(func(t *rapid.T) string {
			w := newWorld(t)
			return string(written(t, func(b *bytes.Buffer) error { return WriteHledger(b, w.statement(w.filter()), w.head()) }))
		}).Example(seed)
		body, ok := checkSum([]byte(text))
		if !ok {
			f.Fatal("the sum of an export is wrong")
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		sum := sha256.Sum256(body)
		file := append(bytes.Clone(body), sumPrefix+hex.EncodeToString(sum[:])+"\n"...)
		p, err := ParseHledger(bytes.NewReader(file))
		if err == nil && p == nil {
			t.Fatal("neither an answer nor a fault")
		}
		if once := plain(string(body)); plain(once) != once {
			t.Fatalf("%q is not plain", once)
		}
		if back, err := untag(tag(string(body))); err != nil || back != string(body) {
			t.Fatalf("%q comes back as %q, %v", body, back, err)
		}
	})
}
