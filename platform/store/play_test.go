package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// A test starts its own binary again as another program: see TestMain.

// again returns the command for a role; words are its arguments.
func again(t testing.TB, role string, words ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "STORE_TEST_ROLE="+role, "STORE_TEST_WORDS="+strings.Join(words, " "))
	cmd.Stderr = t.Output()
	return cmd
}

// play runs a role and returns its exit status.
func play(role string) int {
	words := strings.Split(os.Getenv("STORE_TEST_WORDS"), " ")
	c := config()
	if role == "loader" {
		c = loaderConfig()
	}
	c.URL = words[0]
	s, err := store.Open(context.Background(), c)
	if role == "opener" {
		fmt.Printf("%s %v\n", fault.CodeOf(err), err)
		return 0
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer s.Close()
	if role == "teller" {
		return teller(s, words[1:])
	}
	if role == "loader" {
		return loader(s, store.ID(words[1]))
	}
	return 2
}

// teller moves money between accounts from 8 goroutines until it is killed, or
// count times each. It says what it is about to ask, and what was answered:
//
//	ask KEY FROM TO
//	done KEY TRANSFER
func teller(s *store.Store, words []string) int {
	commons, ids := store.ID(words[0]), words[2:]
	var count int
	fmt.Sscan(words[1], &count)
	var wg sync.WaitGroup
	status := 0
	for range 8 {
		wg.Go(func() {
			for n := 0; count == 0 || n < count; n++ {
				a := ask{key: string(store.NewID()), from: ids[rand.IntN(len(ids))], to: ids[rand.IntN(len(ids))]}
				fmt.Printf("ask %s %s %s\n", a.key, a.from, a.to)
				id, err := a.send(s, commons)
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					status = 1
					return
				}
				fmt.Printf("done %s %s\n", a.key, id)
			}
		})
	}
	wg.Wait()
	return status
}

// ask is a transfer of one from one account to another.
type ask struct{ key, from, to string }

func (a ask) send(s *store.Store, commons store.ID) (store.ID, error) {
	c := store.Command{Commons: commons, Key: a.key, Ask: []string{a.from, a.to}}
	return store.Write(context.Background(), s, c, transfer(store.ID(a.from), store.ID(a.to), 1))
}
