package follow

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func each(t *testing.T, f func(t *testing.T, s *store.Store)) {
	storetest.Each(t, func() store.Config {
		return store.Config{Schemas: []store.Schema{journal.Schema}, Sealer: &journal.Log{}}
	}, f)
}

func add(t testing.TB, s *store.Store, commons store.ID, n int) {
	t.Helper()
	_, err := store.Write(t.Context(), s, store.Command{Commons: commons}, func(tx *store.Tx) (int, error) {
		for range n {
			if _, err := journal.Append(tx, journal.Record{Act: "trial.note"}); err != nil {
				return 0, err
			}
		}
		return n, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// follow reads until the entry before end; it returns what is wrong.
func follow(ctx context.Context, h *Hub, commons store.ID, from, end int64, slow time.Duration) error {
	next := from
	for lines, err := range h.Follow(ctx, commons, from) {
		if err != nil {
			return err
		}
		for _, l := range lines {
			if l.Seq != next {
				return fmt.Errorf("got entry %d; want %d", l.Seq, next)
			}
			next++
		}
		if next >= end {
			return nil
		}
		time.Sleep(slow)
	}
	return fmt.Errorf("ended at %d of %d: %w", next, end, ctx.Err())
}

// Invariants 1 and 3: many who begin anywhere, quick and slow ones, get every
// entry once and in order, while the log grows by more than the hub keeps.
func TestInvariant1EveryEntryOnceInOrder(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		h, commons := New(s), store.NewID()
		defer h.Close()
		add(t, s, commons, 700)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		const end = 700 + 5*tail
		errs := make([]error, 40)
		var wait sync.WaitGroup
		for i := range errs {
			wait.Go(func() { errs[i] = follow(ctx, h, commons, int64(i*20), end, time.Duration(i%4)*15*time.Millisecond) })
		}
		for range 10 {
			add(t, s, commons, tail/2)
			time.Sleep(40 * time.Millisecond)
		}
		wait.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Error(err)
		}
	})
}

// Invariants 2 and 4: a thousand followers cost the reads of one; when they
// have left nobody looks any more.
func TestInvariant2ManyFollowersCostOneReader(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		h, commons := New(s), store.NewID()
		defer h.Close()
		add(t, s, commons, 1)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		var wait sync.WaitGroup
		errs := make([]error, 1000)
		for i := range errs {
			wait.Go(func() { errs[i] = follow(ctx, h, commons, 1, 4, 0) })
		}
		for h.followers(commons) < len(errs) {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(2 * look) // the first look is over
		before := h.late.Load()
		add(t, s, commons, 3)
		wait.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Error(err)
		}
		if late := h.late.Load() - before; late > 0 {
			t.Errorf("%d followers read for themselves", late)
		}
		if h.followers(commons) != 0 || len(h.feeds) != 0 {
			t.Error("somebody is still looking")
		}
	})
}

func (h *Hub) followers(commons store.ID) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f := h.feeds[commons]; f != nil {
		return f.followers
	}
	return 0
}

// Closing the hub ends whoever waits.
func TestCloseEndsFollowers(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		h, commons := New(s), store.NewID()
		ended := make(chan error)
		go func() { ended <- follow(t.Context(), h, commons, 0, 1, 0) }()
		for h.followers(commons) == 0 {
			time.Sleep(time.Millisecond)
		}
		h.Close()
		if err := <-ended; err == nil {
			t.Error("it found an entry")
		}
	})
}
