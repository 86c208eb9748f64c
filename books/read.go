package books

import (
	"bytes"
	"fmt"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"commonweal/books/ledger"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/vf"
)

// recorded is what the books read of an entry of the log.
type recorded struct {
	Act      string            `json:"act"`
	At       string            `json:"at"`
	By       store.ID          `json:"by"`
	Attached map[string]string `json:"attached"`
	Sealed   map[string]string `json:"sealed"`
	Body     struct {
		VF *vf.Changes `json:"vf"`
	} `json:"body"`
}

// readEntry reads an entry of our own log: what it did to the core, which may
// be attached. Entries that did nothing to it are read no further.
func readEntry(r store.Reader, line journal.Line) (e recorded, err error) {
	if !bytes.Contains(line.Record, []byte(`"vf":`)) {
		return e, nil
	}
	if err := jsonv2.Unmarshal(line.Record, &e); err != nil {
		return e, fmt.Errorf("books: entry %d: %w", line.Seq, err)
	}
	digest := e.Attached["vf"]
	if digest == "" {
		return e, nil
	}
	data, err := journal.Blob(r, digest)
	if err != nil {
		return e, err
	}
	e.Body.VF = &vf.Changes{}
	if err := jsonv2.Unmarshal(data, e.Body.VF); err != nil {
		return e, fmt.Errorf("books: entry %d: %w", line.Seq, err)
	}
	return e, nil
}

// read extends a ledger to the first size entries of the log.
func read(r store.Reader, l *ledger.Ledger, size int64) error {
	if l.Size() >= size {
		return nil
	}
	for line, err := range journal.Lines(r, l.Size(), size) {
		if err != nil {
			return err
		}
		e, err := readEntry(r, line)
		if err != nil {
			return err
		}
		act := ledger.Act{Log: line.Seq, Changes: e.Body.VF}
		if act.Changes != nil {
			if act.At, err = time.Parse(journal.TimeFormat, e.At); err != nil {
				return fmt.Errorf("books: entry %d: %w", line.Seq, err)
			}
		}
		if err := l.Add(act); err != nil {
			return err
		}
	}
	l.Sort()
	return nil
}
