package follow

import (
	"context"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

const (
	// look is how long an entry may wait to be noticed.
	look = 200 * time.Millisecond
	// tail is how many entries at the end of a log are kept for all followers.
	tail = 512
	// page is how many entries a follower who is behind reads at a time.
	page = 256
	// most is how many may follow the logs of a process.
	most = 20_000
)

// Hub is where logs are followed. Make one per store; it is safe for
// concurrent use.
type Hub struct {
	store *store.Store
	ctx   context.Context
	stop  context.CancelFunc
	mu    sync.Mutex
	feeds map[store.ID]*feed
	count int
	late  atomic.Int64 // pages read for followers who were behind
}

// New returns a hub that nobody follows yet.
func New(s *store.Store) *Hub {
	ctx, stop := context.WithCancel(context.Background())
	return &Hub{store: s, ctx: ctx, stop: stop, feeds: map[store.ID]*feed{}}
}

// Close ends all following, so that a server can stop.
func (h *Hub) Close() { h.stop() }

// feed is what is known of the end of a log.
type feed struct {
	followers int
	stop      context.CancelFunc
	mu        sync.Mutex
	size      int64
	lines     []journal.Line // the last ones before size, without a gap
	err       error          // why it was not possible to look
	grown     chan struct{}  // closed when anything of this changed
}

// Size returns how many entries a log has.
func (h *Hub) Size(ctx context.Context, commons store.ID) (size int64, err error) {
	err = h.store.Read(ctx, commons, func(r *store.Snapshot) error {
		head, err := journal.ReadHead(r)
		size = head.Size
		return err
	})
	return size, err
}

// Follow yields the entries of a log from a sequence number on, a few at a
// time, and waits for more until the context or the hub ends. It stops at the
// first error: TooMany, follow.too_many, where too many follow already.
func (h *Hub) Follow(ctx context.Context, commons store.ID, from int64) iter.Seq2[[]journal.Line, error] {
	return func(yield func([]journal.Line, error) bool) {
		f, err := h.join(commons)
		if err != nil {
			yield(nil, err)
			return
		}
		defer h.leave(commons, f)
		for next := max(from, 0); ; {
			lines, grown, err := f.since(next)
			if err == nil && lines == nil && grown == nil {
				lines, err = h.behind(ctx, commons, next)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if len(lines) > 0 {
				if !yield(lines, nil) {
					return
				}
				next = lines[len(lines)-1].Seq + 1
				continue
			}
			select {
			case <-grown:
			case <-ctx.Done():
				return
			case <-h.ctx.Done():
				return
			}
		}
	}
}

// join begins to follow, and to look when one is the first.
func (h *Hub) join(commons store.ID) (*feed, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.count >= most {
		return nil, fault.New(fault.TooMany, "follow.too_many", "", "%d readers follow what happens here already; try again later", most)
	}
	h.count++
	f := h.feeds[commons]
	if f == nil {
		ctx, stop := context.WithCancel(h.ctx)
		f = &feed{stop: stop, size: -1, grown: make(chan struct{})}
		h.feeds[commons] = f
		go h.watch(ctx, commons, f)
	}
	f.followers++
	return f, nil
}

func (h *Hub) leave(commons store.ID, f *feed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.count--
	if f.followers--; f.followers == 0 {
		f.stop()
		delete(h.feeds, commons)
	}
}

// watch looks at the head of a log until nobody follows it.
func (h *Hub) watch(ctx context.Context, commons store.ID, f *feed) {
	clock := time.NewTicker(look)
	defer clock.Stop()
	for {
		err := h.store.Read(ctx, commons, func(r *store.Snapshot) error { return f.look(r) })
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			f.fail(err)
		}
		select {
		case <-clock.C:
		case <-ctx.Done():
			return
		}
	}
}

// look reads what was added since the last look; only the end of it when that is much.
func (f *feed) look(r *store.Snapshot) error {
	head, err := journal.ReadHead(r)
	if err != nil || head.Size == f.size && f.err == nil { // only the watcher changes them
		return err
	}
	from := max(f.size, head.Size-tail)
	if f.size < 0 {
		from = head.Size // the first look: what was there is for those who ask for it
	}
	var added []journal.Line
	for line, err := range journal.Lines(r, from, head.Size) {
		if err != nil {
			return err
		}
		added = append(added, line)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if from > f.size {
		f.lines = nil
	}
	f.lines, f.size, f.err = append(f.lines, added...), head.Size, nil
	if over := len(f.lines) - tail; over > 0 {
		f.lines = slices.Clone(f.lines[over:]) // followers still read the old list
	}
	f.wake()
	return nil
}

func (f *feed) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
	f.wake()
}

func (f *feed) wake() {
	close(f.grown)
	f.grown = make(chan struct{})
}

// since returns the entries from next on. There are none yet when it returns a
// channel to wait for; neither when they stand further back than the feed keeps.
func (f *feed) since(next int64) ([]journal.Line, <-chan struct{}, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.err != nil:
		return nil, nil, f.err
	case next >= f.size:
		return nil, f.grown, nil
	case len(f.lines) == 0 || next < f.lines[0].Seq:
		return nil, nil, nil
	}
	return f.lines[next-f.lines[0].Seq:], nil, nil
}

// behind reads entries that stand further back.
func (h *Hub) behind(ctx context.Context, commons store.ID, next int64) (lines []journal.Line, err error) {
	h.late.Add(1)
	err = h.store.Read(ctx, commons, func(r *store.Snapshot) error {
		head, err := journal.ReadHead(r)
		if err != nil {
			return err
		}
		for line, err := range journal.Lines(r, next, min(head.Size, next+page)) {
			if err != nil {
				return err
			}
			lines = append(lines, line)
		}
		return nil
	})
	return lines, err
}
