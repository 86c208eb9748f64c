package journal

import (
	"net/url"
	"testing"

	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"

	"commonweal/platform/store"
)

// Tessera's fsck reads every entry and every tile of a log over HTTP and computes
// the root again: nothing is missing and nothing is more than it should be.
func TestTesseraFsckFindsTheLogSound(t *testing.T) {
	for _, size := range []int{1, 255, 256, 257, 600, 65_536} {
		s, l := fresh(t)
		id, k := store.NewID(), newTestKey(t)
		grow(t, s, id, size-1) // the announcement of the key is an entry too
		base, err := url.Parse(serve(t, s, l, id, k).base)
		must(t, err)
		log, err := client.NewHTTPFetcher(base, nil)
		must(t, err)
		verifier, err := note.NewVerifier(k.Verifier(id))
		must(t, err)
		check := fsck.New(k.Origin(id), verifier, log, leavesOf, fsck.Opts{N: 2})
		if err := check.Check(t.Context()); err != nil {
			t.Errorf("a log of %d entries: %v", size, err)
		}
	}
}

// leavesOf hashes the entries of a bundle as RFC 6962 says.
func leavesOf(bundle []byte) (leaves [][]byte, err error) {
	var b api.EntryBundle
	if err := b.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	for _, e := range b.Entries {
		leaves = append(leaves, rfc6962.DefaultHasher.HashLeaf(e))
	}
	return leaves, nil
}
