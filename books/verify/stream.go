package verify

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"runtime"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/vf"
)

// Entry is an entry of the archive with what belongs to it.
type Entry struct {
	journal.Entry
	// Changes is what the act did to the core; nil when it did nothing to it.
	Changes *vf.Changes
	// Attachment reads an attachment by its name in the entry.
	Attachment func(name string) ([]byte, error)

	leaf   tlog.Hash
	err    error // why the line is not an entry
	broken error // why its changes cannot be read
}

// Lines travel between goroutines in batches of at most so many lines, and no
// more lines once a batch has so many bytes.
const batchSize, batchBytes = 128, 1 << 18

// batch is lines on their way from the reader through a worker to the judge.
type batch struct {
	bytes   []byte
	ends    []int
	entries []Entry
	err     error // of reading, after these lines
	ready   chan struct{}
}

// stream parses the lines of entries.jsonl on all processors and yields the
// entries in order. limit is how many entries there may be; one more is yielded,
// so that the caller sees it, and then no further line is read.
func stream(ctx context.Context, fsys fs.FS, l *lines, limit int64, yield func(*Entry) error) error {
	ctx, stop := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	work, order := make(chan *batch, workers), make(chan *batch, 2*workers)
	for range workers {
		go func() {
			for b := range work {
				b.parse(fsys)
				close(b.ready)
			}
		}()
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(order)
		defer close(work)
		read(ctx, l, limit+1, work, order)
	}()
	defer func() { stop(); <-done }() // the file is the caller's again
	for b := range order {
		<-b.ready
		for i := range b.entries {
			if err := yield(&b.entries[i]); err != nil {
				return err
			}
		}
		if b.err != nil {
			return b.err
		}
	}
	return ctx.Err()
}

// read cuts the file into batches until its end, an error or the limit.
func read(ctx context.Context, l *lines, limit int64, work, order chan<- *batch) {
	for l.n < limit {
		b := &batch{ready: make(chan struct{})}
		for len(b.ends) < batchSize && len(b.bytes) < batchBytes && l.n < limit && b.err == nil {
			var line []byte
			if line, b.err = l.next(); b.err == nil {
				b.bytes = append(b.bytes, line...)
				b.ends = append(b.ends, len(b.bytes))
			}
		}
		last := b.err != nil
		if errors.Is(b.err, io.EOF) {
			b.err = nil
		}
		select {
		case order <- b:
			work <- b
		case <-ctx.Done():
			return
		}
		if last {
			return
		}
	}
}

// parse reads each line as an entry.
func (b *batch) parse(fsys fs.FS) {
	b.entries = make([]Entry, len(b.ends))
	start := 0
	for i, end := range b.ends {
		b.entries[i].parse(fsys, b.bytes[start:end])
		start = end
	}
}

func (e *Entry) parse(fsys fs.FS, line []byte) {
	e.leaf = tlog.RecordHash(line)
	if e.Entry, e.err = journal.Parse(line); e.err != nil {
		return
	}
	e.Attachment = func(name string) ([]byte, error) { return readBlob(fsys, e.Attached[name], name) }
	if bytes.Contains(e.Body, []byte(`"vf":`)) { // spares many entries the parsing
		e.Changes, e.broken = changesIn(e.Body)
	}
}

// changesIn reads what an act did to the core from the member "vf" of its body; the
// rest of the body is the practice's. What this program does not know in it could not
// be checked, so it is refused.
func changesIn(body []byte) (*vf.Changes, error) {
	var b struct {
		VF jsontext.Value `json:"vf"`
	}
	if err := jsonv2.Unmarshal(body, &b); err != nil {
		return nil, malformedChanges(err)
	}
	if b.VF == nil { // a member of this name deeper down
		return nil, nil
	}
	c := &vf.Changes{}
	if err := jsonv2.Unmarshal(b.VF, c, jsonv2.RejectUnknownMembers(true)); err != nil {
		return nil, malformedChanges(err)
	}
	return c, nil
}

// attachedChanges reads them from the attachment "vf", if the entry has one. Such
// changes are large, so that they are read one entry at a time.
func (e *Entry) attachedChanges() error {
	if e.broken != nil || e.Attached["vf"] == "" {
		return e.broken
	}
	if e.Changes != nil {
		return malformedChanges(errors.New("they stand in the body and in an attachment"))
	}
	data, err := e.Attachment("vf")
	if err != nil {
		return err
	}
	e.Changes = &vf.Changes{}
	if err := jsonv2.Unmarshal(data, e.Changes, jsonv2.RejectUnknownMembers(true)); err != nil {
		return malformedChanges(err)
	}
	return nil
}

func malformedChanges(err error) error {
	return fault.Invalidf("books.changes_malformed", "vf", "the changes to the core cannot be read: %v", err)
}
