package books

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"

	"commonweal/books/verify"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// privatePage is how many entries' openings are read at a time.
const privatePage = 1024

// private writes private.jsonl when it was asked for.
func (w *logWriter) private(r *store.Snapshot) error {
	if !w.Private {
		return nil
	}
	f, err := w.out.create(verify.FilePrivate)
	if err != nil {
		return err
	}
	var open map[int64]map[string]journal.Opening
	for line, err := range journal.Lines(r, 0, w.done.Size) {
		if err != nil {
			return err
		}
		if line.Seq%privatePage == 0 {
			if open, err = journal.Openings(r, line.Seq, line.Seq+privatePage); err != nil {
				return err
			}
		}
		if !bytes.Contains(line.Record, []byte(`,"sealed":{`)) {
			continue // spares most entries the parsing
		}
		e, err := journal.Parse(line.Record)
		if err != nil {
			return fmt.Errorf("books: entry %d: %w", line.Seq, err)
		}
		if err := writePrivate(f, e, open[line.Seq]); err != nil {
			return err
		}
	}
	return nil
}

// writePrivate writes a line for each sealed field of an entry.
func writePrivate(f io.Writer, e journal.Entry, open map[string]journal.Opening) error {
	for _, field := range slices.Sorted(maps.Keys(e.Sealed)) {
		p := verify.Private{Field: field, Seq: e.Seq, Erased: true}
		if o, kept := open[field]; kept {
			p.Erased, p.Salt, p.Text = false, o.Salt, o.Text
		}
		if err := writeLine(f, p); err != nil {
			return err
		}
	}
	return nil
}
