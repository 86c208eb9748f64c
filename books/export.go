package books

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"commonweal/books/verify"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// LogExport says which log to export and how.
type LogExport struct {
	Store   *store.Store
	Log     *journal.Log // of the store
	Key     *journal.Key
	Commons store.ID
	// Private adds private.jsonl, which opens the sealed fields. The caller
	// checks that who asks may see them.
	Private bool
	// Cosigned adds the cosignatures that the checkpoint has (neighbors.Cosigned); nil for none.
	Cosigned func(r store.Reader, signed string, size int64) (string, error)
	// Progress is told now and then how many entries are written; nil for silence.
	Progress func(done, total int64)
}

// Exported says what an archive holds.
type Exported struct {
	Size        int64  `json:"size"` // entries
	Root        string `json:"root"` // base64
	Resources   int64  `json:"resources"`
	Attachments int    `json:"attachments"`
}

// ExportLog writes the archive of a commons' log to dest, a zip file when the
// name ends in .zip, else a folder. Nothing may be there yet: Conflict,
// books.destination_exists. It runs beside the acts of the commons, in constant
// memory but for the digests of attachments.
func ExportLog(ctx context.Context, x LogExport, dest string) (Exported, error) {
	out, err := newArchive(dest, x.Private)
	if err != nil {
		return Exported{}, err
	}
	defer out.abandon()
	w := logWriter{LogExport: x, out: out, blobs: map[string]bool{}}
	if err := w.write(ctx); err != nil {
		return Exported{}, err
	}
	return w.done, out.commit()
}

// logWriter is one export on its way.
type logWriter struct {
	LogExport
	out   archive
	done  Exported
	blobs map[string]bool // digests that entries name
}

// write reads the balances at one moment, S entries into the log, and the log a
// moment later, C >= S entries long: an export needs no lock and no long snapshot.
func (w *logWriter) write(ctx context.Context) error {
	// The first checkpoint of a key adds an entry that announces it; have it over with.
	if _, err := w.Log.Checkpoint(ctx, w.Store, w.Commons, w.Key); err != nil {
		return err
	}
	vkey := w.Key.Verifier(w.Commons)
	if err := w.file(verify.FileReadme, []byte(readme)); err != nil {
		return err
	}
	if err := w.file(verify.FileKey, []byte(vkey+"\n")); err != nil {
		return err
	}
	if err := w.Store.Read(ctx, w.Commons, w.balances); err != nil {
		return err
	}
	signed, err := w.Log.Checkpoint(ctx, w.Store, w.Commons, w.Key)
	if err != nil {
		return err
	}
	head, _, err := journal.OpenCheckpoint(signed, vkey)
	if err != nil {
		return err
	}
	if w.Cosigned != nil {
		err = w.Store.Read(ctx, w.Commons, func(r *store.Snapshot) error {
			signed, err = w.Cosigned(r, signed, head.Size)
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := w.file(verify.FileCheckpoint, []byte(signed)); err != nil {
		return err
	}
	w.done.Size, w.done.Root = head.Size, head.Root.String()
	return w.Store.Read(ctx, w.Commons, w.log)
}

func (w *logWriter) file(name string, content []byte) error {
	f, err := w.out.create(name)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return err
}

var selectBalances = store.SQL(`SELECT id, unit, accounting, onhand FROM vf_resource WHERE commons_id = $1 ORDER BY id`)

// balances writes what the database says each resource holds. It reads the
// table itself, not through the code that keeps it, because it is there to be checked.
func (w *logWriter) balances(r *store.Snapshot) error {
	f, err := w.out.create(verify.FileBalances)
	if err != nil {
		return err
	}
	head, err := journal.ReadHead(r)
	if err != nil {
		return err
	}
	if err := writeLine(f, verify.BalancesAt{Size: &head.Size}); err != nil {
		return err
	}
	return r.Scan(selectBalances, func(v store.Values) error {
		w.done.Resources++
		unit := quantity.Unit(v.Text(1))
		return writeLine(f, verify.Balance{Accounting: quantity.Micros(v.Int(2), unit), ID: store.ID(v.Text(0)), Onhand: quantity.Micros(v.Int(3), unit)})
	})
}

// log writes the entries and what belongs to them.
func (w *logWriter) log(r *store.Snapshot) error {
	for _, part := range []func(*store.Snapshot) error{w.leaves, w.entries, w.private, w.attachments} {
		if err := part(r); err != nil {
			return err
		}
	}
	w.done.Attachments = len(w.blobs)
	return nil
}

func (w *logWriter) leaves(r *store.Snapshot) error {
	f, err := w.out.create(verify.FileLeaves)
	if err != nil {
		return err
	}
	line := make([]byte, 65)
	line[64] = '\n'
	for h, err := range w.Log.Leaves(r, w.done.Size) {
		if err != nil {
			return err
		}
		hex.Encode(line, h[:])
		if _, err := f.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// progressEvery is how many entries pass between two reports of progress.
const progressEvery = 4096

func (w *logWriter) entries(r *store.Snapshot) error {
	f, err := w.out.create(verify.FileEntries)
	if err != nil {
		return err
	}
	for line, err := range journal.Lines(r, 0, w.done.Size) {
		if err != nil {
			return err
		}
		if err := w.noteAttachments(line); err != nil {
			return err
		}
		if _, err := f.Write(append(line.Record, '\n')); err != nil { // the row is ours: Lines reads it anew
			return err
		}
		if w.Progress != nil && (line.Seq+1 == w.done.Size || (line.Seq+1)%progressEvery == 0) {
			w.Progress(line.Seq+1, w.done.Size)
		}
	}
	return nil
}

// noteAttachments remembers which attachments the entry names.
func (w *logWriter) noteAttachments(line journal.Line) error {
	if !bytes.Contains(line.Record, []byte(`,"attached":{`)) {
		return nil // spares most entries the parsing
	}
	e, err := journal.Parse(line.Record)
	if err != nil {
		return fmt.Errorf("books: entry %d: %w", line.Seq, err)
	}
	for _, digest := range e.Attached {
		w.blobs[digest] = true
	}
	return nil
}

func (w *logWriter) attachments(r *store.Snapshot) error {
	for _, digest := range slices.Sorted(maps.Keys(w.blobs)) {
		content, err := journal.Blob(r, digest)
		if err != nil {
			return err
		}
		if err := w.file(verify.FolderBlobs+"/"+digest, content); err != nil {
			return err
		}
	}
	return nil
}
