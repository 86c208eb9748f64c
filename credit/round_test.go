package credit

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	files "commonweal/credit/clearing/sheets"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/quantity"
)

// The same snapshot gives the same outcome, in whatever order it lists what it has.
func TestInvariant10ARoundAgainIsIdentical(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := anySheet(rt)
		r := Round{Unit: "hour", Currency: "c"}
		first, err := solve(ctx, r, s)
		must(t, err)
		must(t, first.check(r, s, 1))
		mixed := Sheet{Debts: rapid.Permutation(s.Debts).Draw(rt, "debts"), Lines: rapid.Permutation(s.Lines).Draw(rt, "lines")}
		again, err := solve(ctx, r, mixed)
		must(t, err)
		if again.Snapshot != first.Snapshot || again.Figures != first.Figures {
			rt.Fatalf("in another order the round is %+v, not %+v", again, first)
		}
		for i, d := range s.Debts {
			if j := slices.Index(mixed.Debts, d); again.SetOff[j] != first.SetOff[i] {
				rt.Fatalf("in another order %d is set off of debt %s, not %d", again.SetOff[j], d.ID, first.SetOff[i])
			}
		}
	})
}

func anySheet(t *rapid.T) (s Sheet) {
	names := []store.ID{"a", "b", "c", "d", "e"}
	for i := range rapid.IntRange(1, 12).Draw(t, "debts") {
		from, to := rapid.IntRange(0, 4).Draw(t, "debtor"), rapid.IntRange(0, 3).Draw(t, "creditor")
		if to >= from {
			to++
		}
		s.Debts = append(s.Debts, Debt{ID: store.ID('f' + rune(i)), Debtor: names[from], Creditor: names[to], Amount: Micros(rapid.IntRange(1, 50).Draw(t, "amount"))})
	}
	for _, n := range names {
		amount := func(what string) Micros { return Micros(rapid.IntRange(0, 20).Draw(t, what)) }
		s.Lines = append(s.Lines, Offer{Account: n, Agent: n, Balance: amount("balance"), Overdraft: amount("overdraft"), Room: amount("room")})
	}
	return s
}

// A changed outcome is refused: in the act that settles, and in the log.
func TestATamperedOutcomeIsRefused(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := anySheet(rt)
		r := Round{Unit: "hour", Currency: "c"}
		o, err := solve(ctx, r, s)
		must(t, err)
		o.SetOff[rapid.IntRange(0, len(o.SetOff)-1).Draw(rt, "which")] += Micros(rapid.SampledFrom([]int{-1, 1}).Draw(rt, "by"))
		if o.check(r, s, 1) == nil {
			rt.Fatal("an outcome that was changed passes")
		}
	})
}

// The files of a round are checked without the database.
func TestTheFilesOfARoundAreChecked(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, db *store.Store) {
		v := settle(t, db)
		c := v.circles(t)
		v.owes(v.ada, v.bas, h("10"))
		v.owes(v.bas, v.cleo, h("7.5"))
		r := c.settles(c.asks(RoundAsk{Unit: quantity.Hour, Share: 100}))
		var archive bytes.Buffer
		must(t, db.Read(ctx, v.commons.ID, func(snapshot *store.Snapshot) error {
			round, s, holds, err := wholeRound(snapshot, r.ID)
			must(t, err)
			return writeFiles(&archive, round, s.without(holds), *s.Outcome)
		}))
		folder := unpacked(t, archive.Bytes())
		open := func(name string) *os.File {
			f, err := os.Open(filepath.Join(folder, name))
			must(t, err)
			t.Cleanup(func() { f.Close() })
			return f
		}
		register, err := files.Read(open("obligations.csv"))
		must(t, err)
		must(t, register.ReadLines(open("lines.csv")))
		summary, err := register.CheckRound(filepath.Join(folder, "round"), nil)
		must(t, err)
		if summary.Cleared != "17.5" || strings.Contains(archive.String(), "Ada") {
			t.Errorf("the files say that %s is cleared, or name somebody", summary.Cleared)
		}
	})
}

func unpacked(t *testing.T, archive []byte) string {
	folder := t.TempDir()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	must(t, err)
	must(t, os.Mkdir(filepath.Join(folder, "round"), 0o755))
	for _, f := range z.File {
		in, err := f.Open()
		must(t, err)
		content, err := io.ReadAll(in)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(folder, f.Name), content, 0o644))
	}
	return folder
}

// A process that is killed while a round is worked out leaves the round where it
// was; the next one brings it to its end, once.
func TestARoundOutlivesItsProcess(t *testing.T) {
	if at := os.Getenv("CREDIT_ROUND_TO_DIE"); at != "" {
		dieInRound(t, at)
	}
	file := filepath.Join(t.TempDir(), "commons.db")
	child := exec.Command(os.Args[0], "-test.run=^TestARoundOutlivesItsProcess$", "-test.timeout=60s")
	child.Env = append(os.Environ(), "CREDIT_ROUND_TO_DIE="+file)
	said, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	var left deadRound
	must(t, json.NewDecoder(said).Decode(&left))
	must(t, child.Process.Kill()) // signal 9
	_ = child.Wait()

	c := config()
	c.URL = file
	db, err := store.Open(ctx, c)
	must(t, err)
	defer db.Close()
	ahead.Store(0)
	p := New(db)
	p.Runner = job.NewRunner(job.Config{Store: db, Sweep: 20 * time.Millisecond, Silence: time.Second, Alone: true,
		Commons: func(context.Context) ([]store.ID, error) { return []store.ID{left.Commons}, nil }})
	p.Runner.Add(p.ClearingJobs()...)
	work, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); _ = p.Runner.Work(work) }()
	defer func() { stop(); <-done }()
	reaches := func(want RoundState) (r Round) {
		for deadline := time.Now().Add(20 * time.Second); r.State != want && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			must(t, db.Read(ctx, left.Commons, func(s *store.Snapshot) (err error) { r, err = roundFor(s, left.Round); return err }))
		}
		if r.State != want {
			t.Fatalf("the round is %s, want %s", r.State, want)
		}
		return r
	}
	reaches(Asking)
	ahead.Store(int64(2 * time.Hour))
	defer ahead.Store(0)
	_, err = p.CloseRounds(ctx, left.Commons)
	must(t, err)
	if r := reaches(Settled); r.Figures.Cleared != 20_000_000 {
		t.Errorf("%s is cleared, want 20", r.Figures.Cleared.of("EUR"))
	}
}

// deadRound is what a process that shall die tells of itself.
type deadRound struct{ Commons, Round store.ID }

// dieInRound opens a round, takes its work up, and waits for the end in the middle of it.
func dieInRound(t *testing.T, file string) {
	c := config()
	c.URL = file
	db, err := store.Open(ctx, c)
	must(t, err)
	v := settle(t, db)
	v.owes(v.ada, v.bas, euro("10"))
	v.owes(v.bas, v.ada, euro("10"))
	p := New(db)
	p.Runner = job.NewRunner(job.Config{Store: db, Sweep: 20 * time.Millisecond, Commons: func(context.Context) ([]store.ID, error) { return []store.ID{v.commons.ID}, nil }})
	kinds := p.ClearingJobs()
	taken := make(chan struct{})
	kinds[0].Run = func(ctx context.Context, _ *job.Task) (job.Report, error) {
		close(taken)
		<-ctx.Done()
		return job.Report{}, ctx.Err()
	}
	p.Runner.Add(kinds...)
	go func() { _ = p.Runner.Work(ctx) }()
	r, err := p.OpenRound(ctx, v.ada, "", RoundAsk{Unit: "EUR", Hours: 1})
	must(t, err)
	<-taken
	must(t, json.NewEncoder(os.Stdout).Encode(deadRound{v.commons.ID, r.ID}))
	select {}
}
