package store_test

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// said is what tellers said: what they asked and what was answered, by key.
type said struct {
	asked map[string]ask
	done  map[string]string
}

func (w said) hear(line string) {
	f := strings.Fields(line)
	switch {
	case len(f) == 4 && f[0] == "ask":
		w.asked[f[1]] = ask{f[1], f[2], f[3]}
	case len(f) == 3 && f[0] == "done":
		w.done[f[1]] = f[2]
	}
}

// A program that is killed under load: whatever it had been told is there, no
// act is there twice or by half, and repeating what got no answer is harmless.
func TestInvariant1KilledUnderLoad(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		c := config()
		c.URL = url
		commons := store.NewID()
		s := storetest.Open(t, c)
		words := []string{url, string(commons), "0"}
		for _, id := range open(t, s, commons, 1_000_000, 1_000_000, 1_000_000) {
			words = append(words, string(id))
		}
		s.Close()
		heard := said{map[string]ask{}, map[string]string{}}
		for range 3 {
			killUnderLoad(t, heard, words)
		}
		checkSaid(t, storetest.Open(t, c), commons, heard, 3_000_000)
	})
}

// killUnderLoad starts a teller and kills it when it has answered a while.
func killUnderLoad(t *testing.T, heard said, words []string) {
	t.Helper()
	cmd := again(t, "teller", words...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	before := len(heard.done)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		heard.hear(lines.Text())
		if len(heard.done) == before+300 {
			if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait()
	if n := len(heard.done) - before; n < 300 {
		t.Fatalf("the teller stopped after %d answers", n)
	}
}

// checkSaid compares what tellers were told with what is there, then repeats
// what got no answer and compares again.
func checkSaid(t *testing.T, s *store.Store, commons store.ID, heard said, money int64) {
	t.Helper()
	there := transferIDs(t, s, commons)
	for key, id := range heard.done {
		if !there[id] {
			t.Errorf("%s was answered with %s, which is not there", key, id)
		}
	}
	if len(there) < len(heard.done) || len(there) > len(heard.asked) {
		t.Errorf("%d transfers for %d answers to %d asked", len(there), len(heard.done), len(heard.asked))
	}
	for key, a := range heard.asked {
		id, err := a.send(s, commons)
		if err != nil {
			t.Errorf("repeating %s: %v", key, err)
		}
		if first, ok := heard.done[key]; ok && first != string(id) {
			t.Errorf("the repeat of %s gives %s, not %s", key, id, first)
		}
	}
	st := look(t, s, commons)
	if st.transfers != len(heard.asked) || st.entries != st.transfers || st.money != money {
		t.Errorf("%+v for %d asked; %d were put in", st, len(heard.asked), money)
	}
}

func transferIDs(t *testing.T, s *store.Store, commons store.ID) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	err := s.Read(t.Context(), commons, func(r *store.Snapshot) error {
		all, err := store.All(r, scanID, transfers)
		for _, tr := range all {
			out[string(tr.id)] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Several programs serve one commons on PostgreSQL and keep its rules together.
func TestInvariant2SeveralProcesses(t *testing.T) {
	url := storetest.Postgres(t, bank)
	c := config()
	c.URL = url
	s := storetest.Open(t, c)
	commons := store.NewID()
	words := []string{url, string(commons), "40"}
	for _, id := range open(t, s, commons, 400, 400, 400) {
		words = append(words, string(id))
	}
	heard := said{map[string]ask{}, map[string]string{}}
	outs := make([]bytes.Buffer, 3)
	var waits []func() error
	for i := range outs {
		cmd := again(t, "teller", words...)
		cmd.Stdout = &outs[i]
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		waits = append(waits, cmd.Wait)
	}
	for i, wait := range waits {
		if err := wait(); err != nil {
			t.Error(err)
		}
		for line := range strings.Lines(outs[i].String()) {
			heard.hear(line)
		}
	}
	if n := len(heard.done); n != 3*8*40 {
		t.Errorf("%d transfers were answered; want %d", n, 3*8*40)
	}
	checkSaid(t, s, commons, heard, 1200)
}

// A second program on the same SQLite file is turned away and told by whom.
func TestASecondProcessIsRefused(t *testing.T) {
	c := config()
	c.URL = filepath.Join(t.TempDir(), "one.db")
	s := storetest.Open(t, c)
	open(t, s, store.NewID(), 1)
	refusal := openAgain(t, c.URL)
	if !strings.HasPrefix(refusal, "store.in_use") || !strings.Contains(refusal, strconv.Itoa(os.Getpid())) {
		t.Errorf("the other program is told %q", refusal)
	}
	if _, err := store.Open(t.Context(), c); fault.CodeOf(err) != "store.in_use" {
		t.Errorf("the same program opened it twice: %v", err)
	}
	s.Close()
	if answer := openAgain(t, c.URL); !strings.HasPrefix(answer, "internal <nil>") {
		t.Errorf("after Close the other program is told %q", answer)
	}
}

func openAgain(t *testing.T, url string) string {
	t.Helper()
	cmd := again(t, "opener", url)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// The server is stopped and started again under load, in order and by a crash:
// the program goes on by itself.
func TestPostgresRestartsUnderLoad(t *testing.T) {
	cluster, err := storetest.NewCluster()
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	c := config()
	c.URL = cluster.URL("postgres")
	commons := store.NewID()
	s := storetest.Open(t, c)
	words := []string{c.URL, string(commons), "0"}
	for _, id := range open(t, s, commons, 1_000_000, 1_000_000) {
		words = append(words, string(id))
	}
	cmd := again(t, "teller", words...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	heard := said{map[string]ask{}, map[string]string{}}
	lines := bufio.NewScanner(out)
	hearMore(t, lines, heard, 200)
	for _, crash := range []bool{false, true, true} {
		if err := cluster.Stop(crash); err != nil {
			t.Fatal(err)
		}
		if err := s.Read(t.Context(), commons, func(*store.Snapshot) error { return nil }); fault.CodeOf(err) != "store.unreachable" {
			t.Errorf("reading while the server is away: %v", err)
		}
		time.Sleep(50 * time.Millisecond)
		if err := cluster.Start(); err != nil {
			t.Fatal(err)
		}
		hearMore(t, lines, heard, 200)
	}
	_ = cmd.Process.Signal(syscall.SIGKILL)
	for lines.Scan() {
		heard.hear(lines.Text())
	}
	_ = cmd.Wait()
	checkSaid(t, s, commons, heard, 2_000_000)
}

// hearMore listens until so many more answers came.
func hearMore(t *testing.T, lines *bufio.Scanner, heard said, more int) {
	t.Helper()
	for want := len(heard.done) + more; len(heard.done) < want; {
		if !lines.Scan() {
			t.Fatalf("the teller gave up after %d answers", len(heard.done))
		}
		heard.hear(lines.Text())
	}
}
