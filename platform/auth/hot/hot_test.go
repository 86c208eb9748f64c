package hot

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestInvariant1ValuesAreFresh(t *testing.T) {
	now, reads := time.Unix(0, 0), 0
	c := New(8, func() time.Time { return now }, func(context.Context, string) (int, error) { reads++; return reads, nil })
	get := func() int {
		v, err := c.Get(context.Background(), "k")
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for range 2 {
		if get() != 1 {
			t.Error("a fresh value was read again")
		}
	}
	now = now.Add(Fresh)
	if get() != 2 {
		t.Error("a value as old as Fresh was served")
	}
	now = now.Add(-time.Hour)
	if get() != 3 {
		t.Error("a value from the future was served after the clock went back")
	}
}

func TestInvariant2NothingReadBeforeADropIsServed(t *testing.T) {
	var truth atomic.Int64
	gate := make(chan struct{})
	reading := make(chan struct{}, 8)
	c := New(8, time.Now, func(context.Context, string) (int64, error) {
		v := truth.Load()
		reading <- struct{}{}
		<-gate
		return v, nil
	})
	go c.Get(context.Background(), "k")
	<-reading // the old value has been read and is on its way
	truth.Store(1)
	c.Drop("k")
	done := make(chan int64)
	go func() { v, _ := c.Get(context.Background(), "k"); done <- v }()
	<-reading
	close(gate)
	if v := <-done; v != 1 {
		t.Errorf("got %d, read before the drop", v)
	}
	if v, _ := c.Get(context.Background(), "k"); v != 1 {
		t.Errorf("got %d afterwards", v)
	}
}

func TestInvariant3OneLoadServesAll(t *testing.T) {
	var loads atomic.Int64
	gate := make(chan struct{})
	c := New(8, time.Now, func(context.Context, string) (int, error) { loads.Add(1); <-gate; return 7, nil })
	var started, wg sync.WaitGroup
	for range 50 {
		started.Add(1)
		wg.Go(func() {
			started.Done()
			if v, err := c.Get(context.Background(), "k"); v != 7 || err != nil {
				t.Errorf("got %d, %v", v, err)
			}
		})
	}
	started.Wait()
	time.Sleep(10 * time.Millisecond)
	close(gate)
	wg.Wait()
	if loads.Load() != 1 {
		t.Errorf("%d loads", loads.Load())
	}
}

func TestInvariant4TheLeastUsedGoFirst(t *testing.T) {
	loads := map[string]int{}
	c := New(2, time.Now, func(_ context.Context, key string) (int, error) { loads[key]++; return 0, nil })
	for _, key := range []string{"a", "b", "a", "c", "a", "b"} {
		c.Get(context.Background(), key)
	}
	if loads["a"] != 1 || loads["b"] != 2 {
		t.Errorf("loads: %v", loads)
	}
}

func TestErrorsAreNotKept(t *testing.T) {
	fail := true
	c := New(2, time.Now, func(context.Context, string) (int, error) {
		if fail {
			return 0, errors.New("down")
		}
		return 1, nil
	})
	if _, err := c.Get(context.Background(), "k"); err == nil {
		t.Fatal("no error")
	}
	fail = false
	if v, err := c.Get(context.Background(), "k"); v != 1 || err != nil {
		t.Errorf("got %d, %v", v, err)
	}
}

func TestALoadOutlivesTheOneWhoAsked(t *testing.T) {
	c := New(2, time.Now, func(ctx context.Context, _ string) (int, error) { return 1, ctx.Err() })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if v, err := c.Get(ctx, "k"); v != 1 || err != nil {
		t.Errorf("got %d, %v", v, err)
	}
}
