package witness

import (
	"strings"
	"testing"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"

	"commonweal/platform/journal"
)

// Cosignatures of ours are read by another project's program (transparency.dev
// formats), and its by ours.
func TestCosignaturesOfAnotherProject(t *testing.T) {
	log := newTree(t, "log.example").grow(9, "a")
	signed := log.checkpoint(9)
	body := journal.Body(signed)

	ours := cosigner(t, "ours.example/w")
	theirs, err := fnote.NewVerifierForCosignatureV1(ours.Cosigner())
	must(t, err)
	n, err := note.Open([]byte(signed+ours.Cosign(body, noon)), note.VerifierList(theirs))
	must(t, err)
	at, err := fnote.CoSigV1Timestamp(n.Sigs[0])
	must(t, err)
	if !at.Equal(noon) {
		t.Errorf("they read the time %s", at)
	}

	skey, vkey, err := note.GenerateKey(nil, "theirs.example/w")
	must(t, err)
	signer, err := fnote.NewSignerForCosignatureV1(skey)
	must(t, err)
	n, err = note.Open([]byte(signed), note.VerifierList(must1(note.NewVerifier(log.vkey))(t)))
	must(t, err)
	both, err := note.Sign(n, signer)
	must(t, err)
	key, err := fnote.VKeyToCosignatureV1(vkey)
	must(t, err)
	found, err := journal.Cosignatures(string(both), key)
	must(t, err)
	if len(found) != 1 || found[0].Witness() != "theirs.example/w" || !strings.Contains(string(both), found[0].Line) {
		t.Errorf("we read %+v", found)
	}
}

// must1 unwraps a value with its error.
func must1[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T { must(t, err); return v }
}
