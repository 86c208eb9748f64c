package tally_test

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"commonweal/governance/tally"
)

// crowd is n voters who rank 20 options, each in an order of their own around
// one of five opinions; a third stop before the end.
func crowd(n int) tally.Election {
	const options = 20
	rnd := rand.New(rand.NewPCG(7, 20))
	e := tally.Election{Ties: tally.Ties{Rules: []tally.TieRule{tally.Earlier, tally.ByLot}, Seed: "bench"}}
	for i := range options {
		e.Options = append(e.Options, tally.Option{ID: strconv.Itoa(i)})
	}
	slab := make([]int16, n*options)
	e.Ballots = make([]tally.Ballot, n)
	for i := range e.Ballots {
		marks := slab[i*options : (i+1)*options]
		opinion := rnd.IntN(5) * 4
		at, rank := 0, int16(0)
		for _, j := range rnd.Perm(options) {
			if rnd.IntN(3) > 0 { // near the opinion first
				continue
			}
			rank++
			marks[(opinion+j)%options] = rank
		}
		for ; at < options && rnd.IntN(60) > 0; at++ {
			if option := (opinion + at) % options; marks[option] == 0 {
				rank++
				marks[option] = rank
			}
		}
		e.Ballots[i] = tally.One(marks...)
	}
	return e
}

// BenchmarkMillionBallots counts a million ballots of 20 options.
func BenchmarkMillionBallots(b *testing.B) {
	e := crowd(1_000_000)
	for _, m := range []tally.Method{tally.Schulze{}, tally.RankedPairs{}, tally.Debian{Default: "19"}, tally.ScottishSTV{Seats: 7}, tally.MeekSTV{Seats: 7}, tally.IRV{}} {
		b.Run(m.Name(), func(b *testing.B) {
			e.Rule = tally.Rule{Method: m}
			b.ReportAllocs()
			for b.Loop() {
				count(b, e)
			}
		})
	}
}

// BenchmarkThousandOptions counts as many options as an election can have.
func BenchmarkThousandOptions(b *testing.B) {
	rnd := rand.New(rand.NewPCG(7, 20))
	e := tally.Election{}
	for i := range tally.MostOptions {
		e.Options = append(e.Options, tally.Option{ID: strconv.Itoa(i)})
	}
	for range 101 {
		marks := make([]int16, len(e.Options))
		for i, rank := range rnd.Perm(len(marks)) {
			marks[i] = int16(rank + 1)
		}
		e.Ballots = append(e.Ballots, tally.One(marks...))
	}
	for _, m := range []tally.Method{tally.Schulze{}, tally.ScottishSTV{Seats: 500}, tally.MeekSTV{Seats: 30}} {
		b.Run(m.Name(), func(b *testing.B) {
			e.Rule = tally.Rule{Method: m}
			e.Ties = tally.Ties{Rules: []tally.TieRule{tally.Earlier, tally.ByLot}, Seed: "bench"}
			for b.Loop() {
				count(b, e)
			}
		})
	}
}
