package journal

import (
	"context"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Receipt proves, to anyone who knows the key, that an entry stands in the log:
// to payer and payee, to contributor and voter. It is kept as a text (Text) and
// checked offline with CheckReceipt.
type Receipt struct {
	Entry      string           `json:"entry"` // the canonical line
	Index      int64            `json:"index"`
	Proof      tlog.RecordProof `json:"proof"`
	Checkpoint string           `json:"checkpoint"` // signed note, perhaps cosigned
	Key        string           `json:"key"`        // vkey that signed it
	// Witnesses are the vkeys of neighbors whose cosignatures are under the checkpoint.
	Witnesses []string `json:"witnesses,omitempty"`
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
	var rec Receipt
	err = s.Read(ctx, commons, func(r *store.Snapshot) error {
		rec, err = l.ReceiptUnder(r, signed, key.Verifier(commons), seq)
		return err
	})
	return rec, err
}

// ReceiptUnder returns the receipt of an entry under a checkpoint of the log that
// the key signed. NotFound, journal.no_entry, when the checkpoint is older than the entry.
func (l *Log) ReceiptUnder(r store.Reader, signed, vkey string, seq int64) (Receipt, error) {
	c, vkey, err := OpenCheckpoint(signed, vkey)
	if err != nil {
		return Receipt{}, err
	}
	line, err := ReadLine(r, seq)
	if err != nil {
		return Receipt{}, err
	}
	proof, err := l.ProveInclusion(r, seq, c.Size)
	return Receipt{Entry: string(line.Record), Index: seq, Proof: proof, Checkpoint: signed, Key: vkey}, err
}

// Checked is what a valid receipt says.
type Checked struct {
	Entry      Entry
	Checkpoint Checkpoint
	Key        string // the key that signed
	// Trusted is true when Key is one of the keys given by the checker, not
	// merely the one that the receipt brought along.
	Trusted bool
	// Cosignatures are those by the witnesses that the checker trusts, or, when
	// it names none, by those whose keys the receipt brought along.
	Cosignatures []Cosignature
	Opened       map[string]string // private fields, proven to be what was sealed
}

// CheckReceipt checks the text of a receipt offline: the entry's form, its place in the
// tree, the signature of the tree's head, the cosignatures of witnesses, and the private
// fields it opens. Trusted are vkeys of logs and of witnesses. With trusted keys of logs the
// signature must be by one of them; with none it is checked by the key in the receipt. Every breach is an Invalid fault.
func CheckReceipt(data []byte, trusted ...string) (Checked, error) {
	rec, err := ParseReceipt(data)
	if err != nil {
		return Checked{}, err
	}
	return rec.Check(trusted...)
}

// Check checks the receipt as CheckReceipt does.
func (rec Receipt) Check(trusted ...string) (Checked, error) {
	e, err := Parse([]byte(rec.Entry))
	if err != nil {
		return Checked{}, err
	}
	keys, witnesses := sortKeys(trusted)
	out := Checked{Entry: e, Trusted: len(keys) > 0, Opened: map[string]string{}}
	if !out.Trusted {
		keys = []string{rec.Key}
	}
	if len(witnesses) == 0 {
		witnesses = rec.Witnesses
	}
	if out.Checkpoint, out.Key, err = OpenCheckpoint(rec.Checkpoint, keys...); err != nil {
		return Checked{}, err
	}
	if out.Cosignatures, err = Cosignatures(rec.Checkpoint, witnesses...); err != nil {
		return Checked{}, err
	}
	if err := rec.place(e, out.Checkpoint); err != nil {
		return Checked{}, err
	}
	for field, o := range rec.Opened {
		if err := e.CheckOpening(field, o); err != nil {
			return Checked{}, err
		}
		out.Opened[field] = o.Text
	}
	return out, nil
}

// place checks that the entry stands in the tree where the receipt says.
func (rec Receipt) place(e Entry, c Checkpoint) error {
	if !strings.HasSuffix(c.Origin, "/c/"+string(e.Commons)) {
		return fault.Invalidf("journal.other_log", "checkpoint", "the entry belongs to commons %s, the checkpoint to the log %.120q", e.Commons, c.Origin)
	}
	if e.Seq != rec.Index {
		return fault.Invalidf("journal.receipt_index", "index", "the entry is number %d, the receipt says %d", e.Seq, rec.Index)
	}
	if err := tlog.CheckRecord(rec.Proof, c.Size, c.Root, rec.Index, tlog.RecordHash([]byte(rec.Entry))); err != nil {
		return fault.Invalidf("journal.inclusion", "proof", "entry %d is not proven to be in the tree of size %d", rec.Index, c.Size)
	}
	return nil
}

// sortKeys tells the keys of witnesses from those of logs.
func sortKeys(vkeys []string) (logs, witnesses []string) {
	for _, k := range vkeys {
		if _, err := ParseCosigner(k); err == nil {
			witnesses = append(witnesses, k)
		} else {
			logs = append(logs, k)
		}
	}
	return logs, witnesses
}
