package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5/stdlib"
)

// bulk is the number of rows from which on COPY costs the server less than an
// insert from arrays. COPY takes two trips and cannot be prepared.
const bulk = 256

// A copier sends rows by COPY on a goroutine of its own, while the act that
// appended them goes on. Blocks for the same table share one COPY.
type copier struct {
	blocks  chan block
	aborted atomic.Bool
	done    chan struct{}
	err     error // good once done is closed
}

// block is rows in binary form for one table.
type block struct {
	to   *destination
	data []byte
}

const (
	blockSize = 256 << 10 // of a block in bytes, more by at most a row
	maxBlocks = 32        // that may be under way: 8 MiB; then the act waits
)

// blockBuffers holds the arrays of blocks that were sent.
var blockBuffers = sync.Pool{New: func() any { b := make([]byte, 0, blockSize+blockSize/8); return &b }}

// send begins to write rows and returns while they are under way. sent is
// false, and nothing has begun, when they are few or a value of theirs needs
// the judgement of the server.
func (t *postgresTx) send(ctx context.Context, i *Insert, values []any) (sent bool, err error) {
	if len(values) < bulk*i.width() {
		return false, nil
	}
	to, err := t.destination(ctx, i)
	if err != nil || to.copy == "" {
		return false, err
	}
	blocks, ok := to.blocks(values)
	if !ok {
		return false, nil
	}
	if t.copying == nil {
		t.copying = startCopier(ctx, t.conn)
	}
	for _, b := range blocks {
		t.copying.blocks <- b
	}
	return true, nil
}

// blocks writes rows in binary form.
func (d *destination) blocks(values []any) (list []block, ok bool) {
	b := *blockBuffers.Get().(*[]byte)
	for width := len(d.kinds); len(values) > 0; values = values[width:] {
		if b, ok = d.appendRow(b, values[:width]); !ok {
			return nil, false
		}
		if len(b) >= blockSize {
			list = append(list, block{d, b})
			b = *blockBuffers.Get().(*[]byte)
		}
	}
	return append(list, block{d, b}), true
}

// arrive waits for the rows under way, and tells what became of them.
func (t *postgresTx) arrive() error {
	if t.copying == nil {
		return nil
	}
	c := t.copying
	t.copying = nil
	close(c.blocks)
	<-c.done
	return c.err
}

// abort ends the COPY that runs; its rows are not kept.
func (t *postgresTx) abort() {
	if t.copying != nil {
		t.copying.aborted.Store(true)
		_ = t.arrive()
	}
}

func startCopier(ctx context.Context, conn *sql.Conn) *copier {
	c := &copier{blocks: make(chan block, maxBlocks), done: make(chan struct{})}
	go c.run(ctx, conn)
	return c
}

// run copies until no more blocks come. After an error it takes what still
// comes, so that nobody waits for it, and drops it.
func (c *copier) run(ctx context.Context, conn *sql.Conn) {
	defer close(c.done)
	next, more := <-c.blocks
	for more && c.err == nil {
		r := &copyReader{c: c, now: next, rest: copyHead}
		err := conn.Raw(func(raw any) error {
			_, err := raw.(*stdlib.Conn).Conn().PgConn().CopyFrom(ctx, r, next.to.copy)
			return err
		})
		if err != nil {
			c.err = fmt.Errorf("store: appending to %s: %w", next.to.table, postgresViolation(err))
			break // r may still be read from
		}
		next, more = r.next, r.more
	}
	for range c.blocks {
	}
}

// copyHead opens a copy in binary form: signature, flags, no extension.
var copyHead = []byte("PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00")

// copyEnd closes it: a number of fields of -1.
var copyEnd = binary.BigEndian.AppendUint16(nil, 0xffff)

var errAborted = errors.New("store: the group was given up")

// copyReader is the rows of one COPY: all blocks until one for another table.
type copyReader struct {
	c     *copier
	now   block
	rest  []byte // still to be read
	begun bool   // the first block was taken up
	ended bool
	next  block // the block for another table
	more  bool  // there is one
}

// Read implements io.Reader.
func (r *copyReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.ended {
			return 0, io.EOF
		}
		r.advance()
	}
	if r.c.aborted.Load() {
		return 0, errAborted
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// advance takes up the next block, or the end.
func (r *copyReader) advance() {
	if !r.begun {
		r.begun, r.rest = true, r.now.data
		return
	}
	if cap(r.now.data) <= 2*blockSize {
		b := r.now.data[:0]
		blockBuffers.Put(&b)
	}
	to := r.now.to
	r.now, r.more = <-r.c.blocks
	if r.more && r.now.to == to {
		r.rest, r.more = r.now.data, false
		return
	}
	r.next, r.ended, r.rest = r.now, true, copyEnd
}
