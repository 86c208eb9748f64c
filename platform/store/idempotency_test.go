package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

type receipt struct {
	ID     store.ID
	Amount int64
}

// keyed deposits an amount under a key.
func keyed(ctx context.Context, s *store.Store, commons store.ID, key string, amount int64) (receipt, error) {
	return store.Write(ctx, s, store.Command{Commons: commons, Key: key, Ask: amount}, func(tx *store.Tx) (receipt, error) {
		if amount < 0 {
			return receipt{}, errRule
		}
		id, err := deposit(tx, amount)
		return receipt{id, amount}, err
	})
}

func TestInvariant3AKeyHappensOnce(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		ctx, commons := t.Context(), store.NewID()
		first, err := keyed(ctx, s, commons, "k", 5)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if again, err := keyed(ctx, s, commons, "k", 5); err != nil || again != first {
				t.Errorf("the repeat gives %v, %v; want %v", again, err, first)
			}
		}
		if _, err := keyed(ctx, s, commons, "k", 6); fault.CodeOf(err) != "store.key_reused" || fault.KindOf(err) != fault.Conflict {
			t.Errorf("the same key for something else: %v", err)
		}
		if other, err := keyed(ctx, s, store.NewID(), "k", 5); err != nil || other == first {
			t.Errorf("the key of another commons: %v, %v", other, err)
		}
		if st := look(t, s, commons); st.accounts != 1 {
			t.Errorf("%d accounts; want 1", st.accounts)
		}
		if got := s.Stats().Replays; got != 3 {
			t.Errorf("%d replays counted; want 3", got)
		}
	})
}

// A refused act leaves its key free: the caller may mend what was wrong.
func TestInvariant3AFailedKeyStaysFree(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		if _, err := keyed(t.Context(), s, commons, "k", -1); !errors.Is(err, errRule) {
			t.Fatal(err)
		}
		if _, err := keyed(t.Context(), s, commons, "k", 5); err != nil {
			t.Error(err)
		}
	})
}

// Repeats that share a group with the first: one happens, all get its result.
func TestInvariant3RepeatsInOneGroup(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		receipts := make([]receipt, 6)
		amounts := []int64{-1, 5, 5, 6, 5, 5}
		keys := []string{"k", "k", "k", "k", "other", "k"}
		var acts []actOf
		for i := range receipts {
			acts = append(acts, func(ctx context.Context) (err error) {
				receipts[i], err = keyed(ctx, s, commons, keys[i], amounts[i])
				return err
			})
		}
		errs := inOneGroup(t, s, commons, acts...)
		if !errors.Is(errs[0], errRule) || errs[1] != nil || errs[2] != nil || fault.CodeOf(errs[3]) != "store.key_reused" || errs[4] != nil || errs[5] != nil {
			t.Errorf("answers: %v", errs)
		}
		if receipts[1] != receipts[2] || receipts[1] != receipts[5] || receipts[1] == receipts[4] || receipts[1].ID == "" {
			t.Errorf("receipts: %v", receipts)
		}
		if st := look(t, s, commons); st.accounts != 2 {
			t.Errorf("%d accounts; want 2", st.accounts)
		}
	})
}

func TestInvariant3ManyClientsOneKey(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		receipts := make([]receipt, 64)
		var wg sync.WaitGroup
		for i := range receipts {
			wg.Go(func() {
				var err error
				if receipts[i], err = keyed(context.Background(), s, commons, "k", 5); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, r := range receipts {
			if r != receipts[0] {
				t.Fatalf("%v and %v for one key", r, receipts[0])
			}
		}
		if st := look(t, s, commons); st.accounts != 1 {
			t.Errorf("%d accounts; want 1", st.accounts)
		}
	})
}

func TestInvariant3KeysOutliveTheProcess(t *testing.T) {
	c := config()
	c.URL = filepath.Join(t.TempDir(), "k.db")
	s := storetest.Open(t, c)
	commons := store.NewID()
	first, err := keyed(t.Context(), s, commons, "k", 5)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	if again, err := keyed(t.Context(), storetest.Open(t, c), commons, "k", 5); err != nil || again != first {
		t.Errorf("%v, %v; want %v", again, err, first)
	}
}

func TestKeysAreChecked(t *testing.T) {
	s := storetest.Open(t, config())
	for key, code := range map[string]string{
		strings.Repeat("k", 200): "",
		strings.Repeat("k", 201): "store.key_too_long",
		"a\x00b":                 "store.text",
		"a\xff":                  "store.text",
		"'; DROP TABLE bank--":   "",
	} {
		_, err := keyed(t.Context(), s, store.NewID(), key, 5)
		if code == "" && err != nil || code != "" && fault.CodeOf(err) != code {
			t.Errorf("key %.20q: %v; want %q", key, err, code)
		}
	}
}

func TestAResultThatIsNoJSONFailsTheAct(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		_, err := store.Write(t.Context(), s, store.Command{Commons: commons, Key: "k"}, func(tx *store.Tx) (chan int, error) {
			_, err := deposit(tx, 5)
			return nil, err
		})
		if err == nil {
			t.Error("a channel was kept as a result")
		}
		if st := look(t, s, commons); st.accounts != 0 {
			t.Error("the act happened all the same")
		}
	})
}
