package verify

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/journal"
	"commonweal/platform/journal/witness"
	"commonweal/platform/store"
)

// Options of a verification; the zero value checks everything with the
// archive's own key.
type Options struct {
	// Keys are the public keys (vkey texts) that the reader trusts. Without any
	// the archive's own is used: that proves that the archive is in itself
	// right, not whose it is.
	Keys []string
	// Policy says which logs to believe, besides Keys, and which cosignatures the
	// head must have; nil for none.
	Policy *witness.Policy
	// Since is a checkpoint of the same log that the reader kept: the archive must
	// continue it. Empty for none.
	Since string
	// Mirror is set for a copy of the log alone: it has no balances.
	Mirror bool
	// Rules of rooms, asked in order after the core.
	Rules []Rule
	// Progress is told now and then how many entries were checked; nil for silence.
	Progress func(done, total int64)
}

// Report says what was proven about an archive.
type Report struct {
	Origin  string   `json:"origin"` // the name of the log
	Commons store.ID `json:"commons"`
	Size    int64    `json:"size"` // entries
	Root    string   `json:"root"` // base64
	Key     string   `json:"key"`  // that signed
	Trusted bool     `json:"trusted"`
	// Cosignatures are those by witnesses of the policy.
	Cosignatures []journal.Cosignature `json:"cosignatures,omitempty"`
	// Since is the size of the checkpoint that the archive was shown to continue.
	Since       *int64           `json:"since,omitempty"`
	First       string           `json:"first,omitempty"` // time of the first entry
	Last        string           `json:"last,omitempty"`
	Acts        map[string]int64 `json:"acts"` // entries by act
	Events      int64            `json:"events"`
	Resources   int              `json:"resources"` // balances compared
	BalancesAt  int64            `json:"balancesAt"`
	Attachments int64            `json:"attachments"`
	Sealed      int64            `json:"sealed"`   // private fields
	Opened      int64            `json:"opened"`   // of them: opened and right
	Erased      int64            `json:"erased"`   // of them: the archive says they were erased
	Withheld    int64            `json:"withheld"` // of them: the archive says nothing
}

// Path checks the archive at a path, a folder or a zip file, as Archive does.
func Path(ctx context.Context, path string, o Options) (Report, error) {
	fsys, closer, err := Open(path)
	if err != nil {
		return Report{}, err
	}
	defer closer.Close()
	return Archive(ctx, fsys, o)
}

// Archive checks an archive as the package describes. The error is a *Breach
// when the archive is at fault; the report then holds what was proven before it.
//
// Breaches of the archive as a whole: books.file_missing, books.file_unreadable,
// books.file_too_large, books.line_too_long, books.broken_line,
// books.key_differs, books.origin, books.leaves_malformed, books.leaves_differ, books.root,
// journal.signature, journal.key_malformed, journal.checkpoint_malformed; with
// a policy witness.quorum and journal.cosignature; with Since those of since and continues.
func Archive(ctx context.Context, fsys fs.FS, o Options) (Report, error) {
	v := &verification{Options: o, fsys: fsys, report: Report{Acts: map[string]int64{}}}
	defer v.close()
	for _, step := range []func(context.Context) error{v.checkpoint, v.since, v.leaves, v.entries, v.finish} {
		if err := step(ctx); err != nil {
			return v.report, err
		}
	}
	return v.report, nil
}

// verification is one run over an archive.
type verification struct {
	Options
	fsys     fs.FS
	report   Report
	head     journal.Checkpoint
	next     int64 // the entry that comes now
	tree     tree  // of the entries so far
	last     string
	keys     []string            // that the log announced, in order
	kept     *journal.Checkpoint // of Since
	leafFile *lines
	books    *balances
	private  *private
	blobs    blobs
}

// leafLine is the length of a line of leaves.txt.
const leafLine = 2 * tlog.HashSize

// leaves checks that leaves.txt has the root of the checkpoint. From then on
// each entry can be held against its own leaf.
func (v *verification) leaves(ctx context.Context) error {
	f, err := openLines(v.fsys, FileLeaves, leafLine)
	if err != nil {
		return err
	}
	defer f.close()
	var t tree
	if err := v.continues(&t); err != nil {
		return err
	}
	for t.size <= v.head.Size {
		h, err := nextLeaf(f)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		t.add(h)
		if err := v.continues(&t); err != nil {
			return err
		}
		if t.size%batchSize == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	found := fmt.Sprintf("%d with root %s", t.size, t.root())
	if t.size > v.head.Size {
		found = "more"
	}
	if t.size != v.head.Size || t.root() != v.head.Root {
		v.report.Root = ""
		return v.blame(ctx, fmt.Sprintf("%d with root %s", v.head.Size, v.head.Root), found)
	}
	v.leafFile, err = openLines(v.fsys, FileLeaves, leafLine)
	return err
}

func nextLeaf(f *lines) (h tlog.Hash, err error) {
	line, err := f.next()
	if err != nil {
		return h, err
	}
	var again [leafLine]byte
	_, err = hex.Decode(h[:], line[:min(len(line), leafLine)])
	hex.Encode(again[:], h[:])
	if err != nil || !bytes.Equal(line, again[:]) {
		f.n--
		return h, f.breach("books.leaves_malformed", "this line is not a hash", "64 lower-case hexadecimal digits", fmt.Sprintf("%q", line))
	}
	return h, nil
}
