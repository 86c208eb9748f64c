package vfrest

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
)

// The bounds of what is recorded in one act.
const (
	chunkLines = 4096
	chunkBytes = 4 << 20
)

// chunk is lines that are recorded in one act.
type chunk struct {
	items []item
	bytes int
	sum   string // of the text up to its end
	end   error  // why no other follows; io.EOF after the last line
}

func (c *chunk) full() bool { return len(c.items) == chunkLines || c.bytes >= chunkBytes }

// read is a line with the digest of the text up to it.
type read struct {
	item
	sum string
	err error
}

// chunks reads lines and gives them on in chunks, while the one before is
// written: whatever has come in by the time that somebody wants it. Where the
// lines have an idempotency key, chunks are always full, so that the same text
// falls into the same ones.
func chunks(ctx context.Context, in io.Reader, keyed bool) <-chan chunk {
	lines, out := make(chan read, 256), make(chan chunk)
	go func() {
		defer close(lines)
		r := newReading(in)
		for {
			it, err := r.next()
			next := read{item: it, err: err}
			if keyed {
				next.sum = hex.EncodeToString(r.sum.Sum(nil))
			}
			select {
			case lines <- next:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	go func() {
		defer close(out)
		gather(ctx, lines, out, keyed)
	}()
	return out
}

// gather puts lines into chunks.
func gather(ctx context.Context, lines <-chan read, out chan<- chunk, keyed bool) {
	var now chunk
	for {
		more, give := lines, out
		if now.full() || now.end != nil {
			more = nil
		} else if keyed || len(now.items) == 0 {
			give = nil
		}
		select {
		case next, open := <-more:
			if !open {
				return // the reader was told to stop
			}
			now.sum, now.end = next.sum, next.err
			if next.err == nil {
				now.items, now.bytes = append(now.items, next.item), now.bytes+next.size
			}
		case give <- now:
			if now.end != nil {
				return
			}
			now = chunk{items: make([]item, 0, len(now.items))}
		case <-ctx.Done():
			return
		}
	}
}

// ended reports whether nothing is wrong with the end of the body.
func (c *chunk) ended() bool { return errors.Is(c.end, io.EOF) }
