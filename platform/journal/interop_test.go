package journal

import (
	"net/url"
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/client"
	"golang.org/x/mod/sumdb/note"

	"commonweal/platform/store"
)

// A client of another project (Tessera's, for C2SP tlog-tiles) follows a log as
// it grows, from its own first look on: checkpoint, consistency, bundles, inclusion.
func TestTesseraClientFollowsTheLog(t *testing.T) {
	s, l := fresh(t)
	id, k := store.NewID(), newTestKey(t)
	base, err := url.Parse(serve(t, s, l, id, k).base)
	must(t, err)
	log, err := client.NewHTTPFetcher(base, nil)
	must(t, err)
	verifier, err := note.NewVerifier(k.Verifier(id))
	must(t, err)
	grow(t, s, id, 3)
	first, err := log.ReadCheckpoint(t.Context())
	must(t, err)
	follower, err := client.NewLogStateTracker(t.Context(), log.ReadTile, first, verifier, k.Origin(id), client.UnilateralConsensus(log.ReadCheckpoint))
	must(t, err)
	for _, more := range []int{1, 250, 1, 1, 256, 1000} {
		grow(t, s, id, more)
		if _, _, _, err := follower.Update(t.Context()); err != nil { // checks consistency
			t.Fatal(err)
		}
		head := follower.Latest()
		proofs, err := client.NewProofBuilder(t.Context(), head.Size, log.ReadTile)
		must(t, err)
		for _, i := range []uint64{0, 255, 256, head.Size / 2, head.Size - 1} {
			if i >= head.Size {
				continue
			}
			bundle, err := client.GetEntryBundle(t.Context(), log.ReadEntryBundle, i/256, head.Size)
			must(t, err)
			p, err := proofs.InclusionProof(t.Context(), i)
			must(t, err)
			leaf := rfc6962.DefaultHasher.HashLeaf(bundle.Entries[i%256])
			must(t, proof.VerifyInclusion(rfc6962.DefaultHasher, i, head.Size, leaf, p, head.Hash))
		}
	}
	if got := follower.Latest().Size; got != 3+1+1+250+1+1+256+1000 {
		t.Errorf("the client ends at size %d", got)
	}
}
