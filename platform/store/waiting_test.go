package store_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// Who leaves before the act begins has changed nothing; who leaves later gets
// the outcome all the same.
func TestInvariant1LeavingWhileWaiting(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		id := open(t, s, commons, 10)[0]
		leave, cancel := context.WithCancel(t.Context())
		errs := inOneGroup(t, s, commons,
			func(context.Context) error {
				cancel()
				err := write(leave, s, commons, func(tx *store.Tx) error { return move(tx, id, 1) })
				// Keep the place that inOneGroup counts.
				return errors.Join(err, write(context.Background(), s, commons, func(*store.Tx) error { return nil }))
			},
			later(s, commons, func(tx *store.Tx) error { return move(tx, id, 2) }))
		if !errors.Is(errs[0], context.Canceled) || errs[1] != nil {
			t.Errorf("%v", errs)
		}
		during, cancel := context.WithCancel(t.Context())
		err := write(during, s, commons, func(tx *store.Tx) error {
			cancel()
			return move(tx, id, 4)
		})
		if err != nil {
			t.Errorf("leaving during the act: %v", err)
		}
		if st := look(t, s, commons); st.money != 16 {
			t.Errorf("%+v; want 16", st)
		}
	})
}

func TestLeavingWhileOthersRun(t *testing.T) {
	s := storetest.Open(t, config())
	commons := store.NewID()
	holding, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = write(context.Background(), s, commons, func(*store.Tx) error { close(holding); <-release; return nil })
	})
	<-holding
	ctx, cancel := context.WithCancel(t.Context())
	ran := false
	answer := make(chan error)
	go func() { answer <- write(ctx, s, commons, func(*store.Tx) error { ran = true; return nil }) }()
	waitFor(t, func() bool { return s.Stats().Waiting == 1 })
	cancel()
	if err := <-answer; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	close(release)
	wg.Wait()
	s.Close()
	if ran {
		t.Error("the act ran after its caller had left")
	}
}

func TestAnActMayNotWriteInsideItself(t *testing.T) {
	s := storetest.Open(t, config())
	err := write(t.Context(), s, store.NewID(), func(tx *store.Tx) error {
		return write(tx.Context(), s, tx.Commons(), func(*store.Tx) error { return nil })
	})
	if err == nil || !strings.Contains(err.Error(), "wait for itself") {
		t.Errorf("%v", err)
	}
}

func TestATxIsGoodForItsActOnly(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		id := open(t, s, commons, 10)[0]
		var kept *store.Tx
		if err := write(t.Context(), s, commons, func(tx *store.Tx) error { kept = tx; return nil }); err != nil {
			t.Fatal(err)
		}
		if err := move(kept, id, 1); err == nil {
			t.Error("Exec after the act")
		}
		if _, err := deposit(kept, 1); err == nil {
			t.Error("Append after the act")
		}
		if _, err := kept.Enter(line("late")); err == nil {
			t.Error("Enter after the act")
		}
		if _, err := readBalance(kept, id); err == nil {
			t.Error("QueryRow after the act")
		}
	})
}

func TestAfterCommit(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		id := open(t, s, commons, 10)[0]
		var order []int // the lane's goroutine is the only one to touch it
		act := func(n int, fails, writes bool) actOf {
			return later(s, commons, func(tx *store.Tx) error {
				tx.AfterCommit(func() { order = append(order, n) })
				if n == 2 {
					tx.AfterCommit(func() { panic("work after commit") })
				}
				if writes {
					if err := move(tx, id, 1); err != nil {
						return err
					}
				}
				if fails {
					return errRule
				}
				return nil
			})
		}
		errs := inOneGroup(t, s, commons, act(1, false, false), act(2, false, true), act(3, true, false), act(4, true, true), act(5, false, false))
		if errs[0] != nil || errs[1] != nil || errs[2] == nil || errs[3] == nil || errs[4] != nil {
			t.Errorf("%v", errs)
		}
		if len(order) != 3 || order[0] != 1 || order[1] != 2 || order[2] != 5 {
			t.Errorf("work after commit ran as %v; want 1 2 5", order)
		}
	})
}

// An act that ends its goroutine, as t.FailNow does, ends neither its group nor its lane.
func TestGoexitInAnAct(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		errs := inOneGroup(t, s, commons,
			later(s, commons, func(*store.Tx) error { runtime.Goexit(); return nil }),
			later(s, commons, func(*store.Tx) error { return nil }))
		if errs[0] == nil || errs[1] == nil {
			t.Errorf("%v", errs)
		}
		open(t, s, commons, 10)
		if st := look(t, s, commons); st.accounts != 1 {
			t.Errorf("%+v", st)
		}
	})
}

func TestClose(t *testing.T) {
	s := storetest.Open(t, config())
	commons := store.NewID()
	var wg sync.WaitGroup
	var after, before int64
	var mu sync.Mutex
	for range 50 {
		wg.Go(func() {
			for {
				_, err := store.Write(context.Background(), s, store.Command{Commons: commons}, func(tx *store.Tx) (store.ID, error) { return deposit(tx, 1) })
				mu.Lock()
				if err == nil {
					before++
				} else if fault.CodeOf(err) == "store.closed" {
					after++
				} else {
					t.Error(err)
				}
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	waitFor(t, func() bool { return s.Stats().Acts > 500 })
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if err := s.Read(t.Context(), commons, func(*store.Snapshot) error { return nil }); fault.CodeOf(err) != "store.closed" {
		t.Errorf("reading after Close: %v", err)
	}
	if after != 50 || before == 0 {
		t.Errorf("%d acts before and %d refused after Close; want 50 refused", before, after)
	}
}

func TestALaneThatIsTooLongTurnsActsAway(t *testing.T) {
	s := storetest.Open(t, config())
	holding, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = write(context.Background(), s, store.Host, func(*store.Tx) error { close(holding); <-release; return nil })
	})
	<-holding
	for range store.MaxWaiting {
		wg.Go(func() {
			if err := write(context.Background(), s, store.Host, func(*store.Tx) error { return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	waitFor(t, func() bool { return s.Stats().Waiting == store.MaxWaiting })
	err := write(t.Context(), s, store.Host, func(*store.Tx) error { return nil })
	if fault.CodeOf(err) != "store.busy" || fault.KindOf(err) != fault.Unavailable {
		t.Errorf("%v", err)
	}
	close(release)
	wg.Wait()
}

func TestTheHostIsNotJournaled(t *testing.T) {
	s := storetest.Open(t, config())
	err := write(t.Context(), s, store.Host, func(tx *store.Tx) error { _, err := tx.Enter(line("x")); return err })
	if err == nil {
		t.Error("an entry in the lane of the host")
	}
}
