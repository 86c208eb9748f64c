//go:build lemon

package circulation

import (
	"bufio"
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// LEMON (Library for Efficient Modeling and Optimization in Networks) is
// liblemon-dev on Debian. These tests and measurements need it and g++:
//
//	go test -tags lemon -run Lemon -bench Lemon -benchtime 1x ./credit/clearing/circulation

// lemon is the program of testdata/lemon, built.
type lemon string

func buildLemon(t testing.TB) lemon {
	t.Helper()
	program := filepath.Join(t.TempDir(), "lemon")
	if out, err := exec.Command("g++", "-O3", "-DNDEBUG", "-o", program, "testdata/lemon/lemon.cc").CombinedOutput(); err != nil {
		t.Fatalf("g++ cannot build testdata/lemon/lemon.cc (is liblemon-dev there?): %v\n%s", err, out)
	}
	return lemon(program)
}

// solve lets LEMON solve the components of a network: ours does the splitting.
func (l lemon) solve(n Network, m Method) (worth int64, seconds float64, err error) {
	var in bytes.Buffer
	w := bufio.NewWriter(&in)
	r := newRun(n, Options{})
	for _, c := range r.order {
		s := r.scope(c)
		arcs := 0
		s.each(func(int32, *Arc) { arcs++ })
		fmt.Fprintln(w, len(s.members), arcs)
		s.each(func(_ int32, a *Arc) { fmt.Fprintln(w, r.local[a.Tail], r.local[a.Head], a.Upper, a.Worth) })
	}
	fmt.Fprintln(w, 0, 0)
	w.Flush()
	run := exec.Command(string(l), string(m))
	run.Stdin = &in
	out, err := run.Output()
	if err == nil {
		_, err = fmt.Sscan(string(out), &worth, &seconds)
	}
	return worth, seconds, err
}

// worthOf is the worth of a solution.
func worthOf(n Network, s Solution) (sum int64) {
	for i, a := range n.Arcs {
		sum += s.Flow[i] * int64(a.Worth)
	}
	return sum
}

// Invariant 3 against a program that others wrote.
func TestInvariant3LemonAgrees(t *testing.T) {
	program := buildLemon(t)
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t, 60, 8, 1_000_000)
		for _, m := range []Method{Scaling, Simplex} {
			want, _, err := program.solve(n, m)
			if err != nil {
				t.Fatal(err)
			}
			s, err := Maximize(t.Context(), n, Options{Method: m})
			if got := worthOf(n, s); err != nil || got != want {
				t.Fatalf("%s: %d, LEMON finds %d; %v", m, got, want, err)
			}
		}
	})
}

// processor is the processor time of this process in seconds, the collector's
// included.
func processor() float64 {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano()).Seconds()
}

// BenchmarkLemon sets our processor time, the splitting and building included,
// against that of LEMON's cost scaling on the components that we split.
func BenchmarkLemon(b *testing.B) {
	program := buildLemon(b)
	for name, shape := range shapes {
		for _, arcs := range []int{10_000, 100_000, 300_000, 1_000_000, 5_000_000} {
			shape.Members, shape.Debts = arcs/5, arcs
			b.Run(fmt.Sprintf("%s/%d", name, arcs), func(b *testing.B) {
				n := networkOf(shape)
				ours, theirs := 0.0, 0.0
				for b.Loop() {
					begin := processor()
					s, err := Maximize(b.Context(), n, Options{Method: Scaling})
					ours += processor() - begin
					want, seconds, wrong := program.solve(n, Scaling)
					if theirs += seconds; err != nil || wrong != nil || flaw(n, s) != "" || worthOf(n, s) != want {
						b.Fatal(err, wrong, flaw(n, s), worthOf(n, s), want)
					}
				}
				b.ReportMetric(ours/float64(b.N), "s-ours")
				b.ReportMetric(theirs/float64(b.N), "s-lemon")
				b.ReportMetric(ours/theirs, "ratio")
			})
		}
	}
}
