package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"commonweal/platform/store"
)

// actOf is a Write that is still to come.
type actOf = func(context.Context) error

// inOneGroup puts acts into the lane of a commons in the given order while the
// lane is held up, so that they run as one group; it returns their errors.
func inOneGroup(t testing.TB, s *store.Store, commons store.ID, acts ...actOf) []error {
	t.Helper()
	holding, release := make(chan struct{}, 1), make(chan struct{})
	held := make(chan error, 1)
	go func() {
		_, err := store.Write(context.Background(), s, store.Command{Commons: commons}, func(*store.Tx) (int, error) {
			select {
			case holding <- struct{}{}:
			default: // the act runs again
			}
			<-release
			return 0, nil
		})
		held <- err
	}()
	select {
	case <-holding:
	case err := <-held:
		t.Fatalf("the lane could not be held up: %v", err)
	}
	errs := make([]error, len(acts))
	ended := make(chan struct{}, len(acts))
	for i, act := range acts {
		go func() {
			defer func() { ended <- struct{}{} }()
			errs[i] = act(context.Background())
		}()
		waitFor(t, func() bool { return s.Stats().Waiting == i+1 })
	}
	close(release)
	if err := <-held; err != nil {
		t.Fatal(err)
	}
	for range acts {
		<-ended
	}
	return errs
}

func waitFor(t testing.TB, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !condition(); time.Sleep(50 * time.Microsecond) {
		if time.Now().After(end) {
			t.Fatal("it did not happen within 20 s")
		}
	}
}

// write runs an act without a result.
func write(ctx context.Context, s *store.Store, commons store.ID, act func(*store.Tx) error) error {
	_, err := store.Write(ctx, s, store.Command{Commons: commons}, func(tx *store.Tx) (int, error) { return 0, act(tx) })
	return err
}

// later is an act for inOneGroup.
func later(s *store.Store, commons store.ID, act func(*store.Tx) error) actOf {
	return func(ctx context.Context) error { return write(ctx, s, commons, act) }
}

// line is an entry for Tx.Enter.
func line(text string) func(int64) ([]byte, error) {
	return func(seq int64) ([]byte, error) { return fmt.Appendf(nil, "%d %s", seq, text), nil }
}
