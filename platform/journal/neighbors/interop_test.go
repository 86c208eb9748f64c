package neighbors

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"

	"commonweal/platform/journal"
)

// A log of another project (Tessera) publishes no checkpoint before its policy is
// satisfied. It asks our witness with its own client, and is.
func TestLogOfAnotherProject(t *testing.T) {
	h := lone(t, "here.example")
	skey, vkey, err := note.GenerateKey(nil, "tessera.example/log")
	must(t, err)
	signer, err := note.NewSigner(skey)
	must(t, err)
	_, err = h.witness.Watch(t.Context(), "theirs", vkey)
	must(t, err)
	group, err := tessera.NewWitnessGroupFromPolicy([]byte("witness ours " + h.witness.Key.Cosigner() + " " + h.url + "\nquorum ours\n"))
	must(t, err)
	driver, err := posix.New(t.Context(), posix.Config{Path: t.TempDir()})
	must(t, err)
	appender, shutdown, reader, err := tessera.NewAppender(t.Context(), driver, tessera.NewAppendOptions().WithCheckpointSigner(signer).
		WithBatching(1, 10*time.Millisecond).WithCheckpointInterval(100*time.Millisecond).WithWitnesses(group, &tessera.WitnessOptions{}))
	must(t, err)
	var last uint64
	for i := range 5 {
		index, err := appender.Add(t.Context(), tessera.NewEntry(fmt.Append(nil, "entry ", i)))()
		must(t, err)
		last = index.Index
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		signed, err := reader.ReadCheckpoint(ctx)
		if err == nil {
			head, _, err := journal.OpenCheckpoint(string(signed), vkey)
			must(t, err)
			found, err := journal.Cosignatures(string(signed), h.witness.Key.Cosigner())
			must(t, err)
			if len(found) != 1 && head.Size > 0 {
				t.Fatalf("published without our cosignature:\n%s", signed)
			}
			if head.Size == int64(last)+1 {
				break
			}
		}
		select {
		case <-ctx.Done():
			t.Fatalf("no cosigned checkpoint in time: %v", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
	must(t, shutdown(t.Context()))
	list, err := h.witness.Watched(t.Context())
	must(t, err)
	if list[0].Head.Size != 5 {
		t.Errorf("our witness holds size %d", list[0].Head.Size)
	}
}
