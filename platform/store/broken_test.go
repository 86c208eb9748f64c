package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// A connection that breaks in the middle of a COPY: the act runs again, and its
// rows are there once.
func TestInvariant1CopiesThatBreakOff(t *testing.T) {
	for _, heard := range []bool{true, false} {
		p := &proxy{word: "COPY copied_row"}
		c := copiedConfig()
		c.URL = p.through(t, storetest.Postgres(t, copied))
		s := storetest.Open(t, c)
		p.heard.Store(heard)
		commons := store.NewID()
		for cuts := range int64(3) {
			p.cut.Store(cuts)
			from := int(cuts) * manyRows
			err := write(t.Context(), s, commons, func(tx *store.Tx) error {
				for n := range manyRows {
					if err := appendCopied(tx, from+n); err != nil {
						return err
					}
				}
				return nil
			})
			if n := countCopied(t, s, commons); err != nil || n != from+manyRows {
				t.Errorf("server heard %v, %d cuts: %d rows after %v; want %d", heard, cuts, n, err, from+manyRows)
			}
		}
		if p.cuts.Load() != 3 || s.Stats().Retries != 3 {
			t.Errorf("%d cuts, %d retries; want 3 of each", p.cuts.Load(), s.Stats().Retries)
		}
	}
}

// A server that is stopped while rows are under way: the act waits and runs again.
func TestInvariant1PostgresRestartsUnderACopy(t *testing.T) {
	cluster, err := storetest.NewCluster()
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	c := copiedConfig()
	c.URL = cluster.URL("postgres")
	s := storetest.Open(t, c)
	for _, crash := range []bool{false, true} {
		commons, runs := store.NewID(), 0
		err := write(t.Context(), s, commons, func(tx *store.Tx) error {
			runs++
			for n := range manyRows {
				if n == store.AheadRows+1 && runs == 1 {
					if err := errors.Join(cluster.Stop(crash), cluster.Start()); err != nil {
						return err
					}
				}
				if err := appendCopied(tx, n); err != nil {
					return err
				}
			}
			return nil
		})
		if n := countCopied(t, s, commons); err != nil || n != manyRows || runs != 2 {
			t.Errorf("crash %v: %d rows after %d runs and %v", crash, n, runs, err)
		}
	}
}

// Who leaves while rows are under way gets the outcome all the same.
func TestLeavingWhileRowsAreUnderWay(t *testing.T) {
	storetest.Each(t, copiedConfig, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		ctx, cancel := context.WithCancel(t.Context())
		err := write(ctx, s, commons, func(tx *store.Tx) error {
			for n := range manyRows {
				if n == store.AheadRows+1 {
					cancel()
				}
				if err := appendCopied(tx, n); err != nil {
					return err
				}
			}
			return nil
		})
		if n := countCopied(t, s, commons); err != nil || n != manyRows {
			t.Errorf("%d rows after %v", n, err)
		}
	})
}

// More rows than may be under way at once: the act waits for the server, also
// for one that has refused the first of them.
func TestMoreRowsThanMayBeUnderWay(t *testing.T) {
	c := copiedConfig()
	c.URL = storetest.Postgres(t, copied)
	s := storetest.Open(t, c)
	note := strings.Repeat("a long note ", 1000)
	for _, bad := range []bool{false, true} {
		commons := store.NewID()
		err := write(t.Context(), s, commons, func(tx *store.Tx) error {
			for n := range 2 * store.AheadRows {
				amount := int64(0)
				if bad && n == 0 {
					amount = 13
				}
				if err := tx.Append(addCopied, n, nil, note, nil, nil, amount); err != nil {
					return err
				}
			}
			return nil
		})
		if bad != errors.Is(err, store.ErrCheck) || !bad && err != nil {
			t.Errorf("bad row %v: %v", bad, err)
		}
	}
}

// A program that is killed while it brings in many rows: every act it was told
// of is there, and no act is there by half.
func TestInvariant1KilledWhileRowsAreUnderWay(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		commons, told := store.NewID(), 0
		for wait := range 4 {
			told += killLoader(t, url, commons, 3, time.Duration(wait)*3*time.Millisecond)
		}
		c := loaderConfig()
		c.URL = url
		s := storetest.Open(t, c)
		if n := countCopied(t, s, commons); n%manyRows != 0 || n < told*manyRows {
			t.Errorf("%d rows of %d an act; %d acts were answered", n, manyRows, told)
		}
	})
}

// killLoader starts a loader, kills it a while after some answers, and returns
// how many it gave.
func killLoader(t *testing.T, url string, commons store.ID, answers int, wait time.Duration) (told int) {
	t.Helper()
	cmd := again(t, "loader", url, string(commons))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); told++ {
		if told == answers-1 {
			time.Sleep(wait)
			if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _ = cmd.Wait(); told < answers {
		t.Fatalf("the loader stopped after %d answers", told)
	}
	return told
}

// loaderConfig is the bank, which every role opens, and the table of copied rows.
func loaderConfig() store.Config {
	c := config()
	c.Schemas = append(c.Schemas, copied)
	return c
}

// loader appends many rows an act until it is killed, and says when one is durable.
func loader(s *store.Store, commons store.ID) int {
	for {
		err := write(context.Background(), s, commons, func(tx *store.Tx) error {
			from := tx.Now().UnixMicro() * 4096 // no two acts have the same time
			for n := range manyRows {
				if err := appendCopied(tx, int(from)+n); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println("loaded")
	}
}
