package clearing_test

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"

	"commonweal/credit/clearing"
	"commonweal/credit/clearing/sample"
)

// problemOf is a register of the shape.
func problemOf(t sample.Trade) *clearing.Problem {
	p := &clearing.Problem{Members: make([]string, t.Members), Obligations: make([]clearing.Obligation, t.Debts)}
	for i := range p.Members {
		p.Members[i] = "member-" + strconv.Itoa(i)
	}
	for i, d := range t.Register() {
		p.Obligations[i] = clearing.Obligation{ID: strconv.Itoa(i), Debtor: d.Debtor, Creditor: d.Creditor, Amount: d.Amount}
	}
	return p
}

// heap is what the program holds, without what is free to go.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkSolve is a round from the problem to the result: putting in order,
// merging, splitting, solving, handing out. B/debt is everything it allocates,
// which is more than it ever holds, together with the problem itself.
func BenchmarkSolve(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	for _, debts := range []int{10_000, 100_000, 300_000, 1_000_000, 5_000_000} {
		b.Run(fmt.Sprint(debts), func(b *testing.B) {
			before := heap()
			p := problemOf(sample.Trade{Members: debts / 5, Debts: debts, Skew: 1, Seed: 1})
			problem := heap() - before
			var m, n runtime.MemStats
			runtime.ReadMemStats(&m)
			for b.Loop() {
				r, err := clearing.Solve(b.Context(), p, clearing.Options{Workers: runtime.NumCPU()})
				if err != nil || len(r.SetOff) != debts {
					b.Fatal(err)
				}
			}
			runtime.ReadMemStats(&n)
			b.ReportMetric(float64(n.TotalAlloc-m.TotalAlloc)/float64(b.N*debts)+float64(problem)/float64(debts), "B/debt")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*debts), "ns/debt")
		})
	}
}

// BenchmarkCheck proves a result; BenchmarkWarm begins at the prices of a round
// in which one debt in a hundred was another.
func BenchmarkCheck(b *testing.B) {
	p := problemOf(sample.Trade{Members: 60_000, Debts: 300_000, Skew: 1, Seed: 1})
	r := solved(b, p, clearing.Options{})
	for b.Loop() {
		if err := clearing.Check(p, r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWarm(b *testing.B) {
	p := problemOf(sample.Trade{Members: 60_000, Debts: 300_000, Skew: 1, Seed: 1})
	last := solved(b, p, clearing.Options{})
	for i := range p.Obligations {
		if i%100 == 0 {
			p.Obligations[i].Amount += 1 + p.Obligations[i].Amount/2
		}
	}
	for name, start := range map[string]*clearing.Certificate{"cold": nil, "warm": &last.Certificate} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := clearing.Solve(b.Context(), p, clearing.Options{Start: start}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
