package journal

import (
	"context"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Receipt proves, to anyone who knows the key, that an entry stands in the log:
// to payer and payee, to contributor and voter. It is kept as JSON and checked
// offline with CheckReceipt.
type Receipt struct {
	Entry      string           `json:"entry"` // the canonical line
	Index      int64            `json:"index"`
	Proof      tlog.RecordProof `json:"proof"`
	Checkpoint string           `json:"checkpoint"` // signed note
	Key        string           `json:"key"`        // vkey that signed it
	// Opened shows private fields to the holder of the receipt.
	Opened map[string]Opening `json:"opened,omitempty"`
}

// Receipt returns the receipt of an entry under a fresh checkpoint. It opens no
// private field; add what the reader may see to Opened.
func (l *Log) Receipt(ctx context.Context, s *store.Store, commons store.ID, key *Key, seq int64) (Receipt, error) {
	signed, err := l.Checkpoint(ctx, s, commons, key)
	if err != nil {
		return Receipt{}, err
	}
	c, vkey, err := OpenCheckpoint(signed, key.Verifier(commons))
	if err != nil {
		return Receipt{}, err
	}
	rec := Receipt{Index: seq, Checkpoint: signed, Key: vkey}
	err = s.Read(ctx, commons, func(r *store.Snapshot) error {
		line, err := ReadLine(r, seq)
		if err != nil {
			return err
		}
		rec.Entry = string(line.Record)
		rec.Proof, err = l.ProveInclusion(r, seq, c.Size)
		return err
	})
	return rec, err
}

// Checked is what a valid receipt says.
type Checked struct {
	Entry      Entry
	Checkpoint Checkpoint
	Key        string // the key that signed
	// Trusted is true when Key is one of the keys given by the checker, not
	// merely the one that the receipt brought along.
	Trusted bool
	Opened  map[string]string // private fields, proven to be what was sealed
}

// maxReceipt bounds the size of a receipt: an entry, escaped, and its openings.
const maxReceipt = 1 << 20

// CheckReceipt checks a receipt offline: the entry's form, its place in the tree, the
// signature of the tree's head, and the private fields it opens. With trusted
// keys the signature must be by one of them; with none it is checked by the key in the receipt.
// Every breach is an Invalid fault.
func CheckReceipt(data []byte, trusted ...string) (Checked, error) {
	var rec Receipt
	if len(data) > maxReceipt {
		return Checked{}, fault.Invalidf("journal.receipt_too_large", "", "a receipt has at most %d bytes, this one has %d", maxReceipt, len(data))
	}
	if err := jsonv2.Unmarshal(data, &rec, jsonv2.RejectUnknownMembers(true)); err != nil {
		return Checked{}, fault.Invalidf("journal.receipt_malformed", "", "this is not a receipt: %v", err)
	}
	e, err := Parse([]byte(rec.Entry))
	if err != nil {
		return Checked{}, err
	}
	keys := trusted
	if len(trusted) == 0 {
		keys = []string{rec.Key}
	}
	c, vkey, err := OpenCheckpoint(rec.Checkpoint, keys...)
	if err != nil {
		return Checked{}, err
	}
	out := Checked{Entry: e, Checkpoint: c, Key: vkey, Trusted: len(trusted) > 0, Opened: map[string]string{}}
	if !strings.HasSuffix(c.Origin, "/c/"+string(e.Commons)) {
		return Checked{}, fault.Invalidf("journal.other_log", "checkpoint", "the entry belongs to commons %s, the checkpoint to the log %.120q", e.Commons, c.Origin)
	}
	if e.Seq != rec.Index {
		return Checked{}, fault.Invalidf("journal.receipt_index", "index", "the entry is number %d, the receipt says %d", e.Seq, rec.Index)
	}
	if err := tlog.CheckRecord(rec.Proof, c.Size, c.Root, rec.Index, tlog.RecordHash([]byte(rec.Entry))); err != nil {
		return Checked{}, fault.Invalidf("journal.inclusion", "proof", "entry %d is not proven to be in the tree of size %d", rec.Index, c.Size)
	}
	for field, o := range rec.Opened {
		if err := e.CheckOpening(field, o); err != nil {
			return Checked{}, err
		}
		out.Opened[field] = o.Text
	}
	return out, nil
}
