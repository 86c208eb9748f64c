package tally_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/governance/tally"
)

const letters = "ABCDEF"

// drawBallots draws ballots of ranks on n options; strict gives no equal ranks.
func drawBallots(t *rapid.T, n int, strict bool) []tally.Ballot {
	most := 4
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) tally.Ballot {
		marks := make([]int16, n)
		if strict {
			for rank, i := range rapid.Permutation(indexes(n)).Draw(t, "order")[:rapid.IntRange(1, n).Draw(t, "length")] {
				marks[i] = int16(rank + 1)
			}
		} else {
			for i := range marks {
				marks[i] = int16(rapid.IntRange(0, most).Draw(t, "rank"))
			}
		}
		return tally.One(marks...).Times(rapid.Int64Range(1, 6).Draw(t, "times"))
	}), 1, 12).Draw(t, "ballots")
}

func indexes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// rankedMethods are all methods whose marks are ranks.
func rankedMethods(n int) []tally.Method {
	var out []tally.Method
	for _, s := range []tally.Strength{tally.Winning, tally.Margin, tally.Ratio} {
		for _, u := range []tally.Unranked{tally.Last, tally.Ignored} {
			p := tally.Pairwise{Strength: s, Unranked: u}
			out = append(out, tally.Schulze{Pairwise: p}, tally.RankedPairs{Pairwise: p})
		}
	}
	return append(out, tally.Debian{Default: letters[n-1 : n]}, tally.IRV{}, tally.ScottishSTV{Seats: min(2, n)}, tally.MeekSTV{Seats: min(2, n)})
}

var lotted = tally.Ties{Rules: []tally.TieRule{tally.Earlier, tally.FirstPreferences, tally.ByLot}, Seed: "three dice and a coin"}

func must(data []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return data
}

func text(t interface{ Fatal(...any) }, r tally.Result) string {
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Invariant 1: no vote is lost or made at any stage of a transferable vote.
func TestInvariant1Conservation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "options")
		e := tally.Election{Options: options(letters[:n]), Ballots: drawBallots(t, n, false), Ties: lotted}
		for i := range e.Ballots {
			e.Ballots[i].Votes = tally.Votes(rapid.Int64Range(1, 3_000_000).Draw(t, "weight"))
		}
		for _, m := range []tally.Method{tally.ScottishSTV{Seats: rapid.IntRange(1, n).Draw(t, "seats")}, tally.MeekSTV{Seats: rapid.IntRange(1, n).Draw(t, "seats")}, tally.IRV{}} {
			e.Rule = tally.Rule{Method: m}
			r, err := tally.Count(e)
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range r.Stages {
				sum := new(big.Rat)
				for _, x := range s.Standing {
					if x.Count.Rat().Sign() < 0 {
						t.Fatalf("%s stage %d: %s has %s", m.Name(), i+1, x.Option, x.Count)
					}
					sum.Add(sum, x.Count.Rat())
				}
				sum.Add(sum, figure(s, "non_transferable").Rat())
				sum.Add(sum, figure(s, "lost").Rat())
				if len(s.Standing) > 0 && sum.Cmp(r.Turnout.Valid.Votes.Number().Rat()) != 0 {
					t.Fatalf("%s stage %d adds up to %s of %s", m.Name(), i+1, sum.RatString(), r.Turnout.Valid.Votes)
				}
			}
		}
	})
}

// Invariant 2: with a lot every seat is filled; without one, or a tie is reported.
func TestInvariant2SeatsAreFilled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "options")
		seats := rapid.IntRange(1, n).Draw(t, "seats")
		p := tally.Pairwise{Seats: seats}
		e := tally.Election{Options: options(letters[:n]), Ballots: drawBallots(t, n, true)}
		for _, m := range []tally.Method{tally.ScottishSTV{Seats: seats}, tally.MeekSTV{Seats: seats}, tally.Schulze{Pairwise: p}, tally.RankedPairs{Pairwise: p}, tally.Score{Most: 5, Seats: seats}} {
			for _, ties := range []tally.Ties{{}, lotted} {
				e.Rule, e.Ties = tally.Rule{Method: m}, ties
				r, err := tally.Count(e)
				if err != nil {
					t.Fatal(err)
				}
				switch {
				case r.Outcome == tally.Tied && len(ties.Rules) == 0 && len(r.Tied) > 1 && len(r.Winners) < seats:
				case r.Outcome == tally.Elected && len(r.Winners) == seats && len(slices.Compact(slices.Sorted(slices.Values(r.Winners)))) == seats:
				default:
					t.Fatalf("%s, lot %v: %s %v tied %v for %d seats", m.Name(), len(ties.Rules) > 0, r.Outcome, r.Winners, r.Tied, seats)
				}
			}
		}
	})
}

// Invariant 3: where no tie is broken, giving the options other places changes
// the places, not who wins or how.
func TestInvariant3PlacesDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "options")
		e := tally.Election{Options: options(letters[:n]), Ballots: drawBallots(t, n, false)}
		place := rapid.Permutation(indexes(n)).Draw(t, "places")
		moved := e
		moved.Options, moved.Ballots = make([]tally.Option, n), nil
		for i, to := range place {
			moved.Options[to] = e.Options[i]
		}
		for _, b := range e.Ballots {
			marks := make([]int16, n)
			for i, to := range place {
				marks[to] = b.Marks[i]
			}
			b.Marks = marks
			moved.Ballots = append(moved.Ballots, b)
		}
		for _, m := range rankedMethods(n) {
			e.Rule = tally.Rule{Method: m}
			moved.Rule = e.Rule
			a, err1 := tally.Count(e)
			b, err2 := tally.Count(moved)
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			slices.Sort(a.Tied)
			slices.Sort(b.Tied)
			slices.Sort(a.Winners)
			slices.Sort(b.Winners)
			if a.Outcome != b.Outcome || !slices.Equal(a.Winners, b.Winners) || !slices.Equal(a.Tied, b.Tied) {
				t.Fatalf("%s: %s %v %v in one order, %s %v %v in another", m.Name(), a.Outcome, a.Winners, a.Tied, b.Outcome, b.Winners, b.Tied)
			}
		}
	})
}

// Invariant 4: neither the order of ballots nor listing equal ones one by one
// changes a byte of the result.
func TestInvariant4OrderOfBallots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "options")
		e := tally.Election{Options: options(letters[:n]), Ballots: drawBallots(t, n, false), Ties: lotted}
		other := e
		other.Ballots = nil
		for _, b := range e.Ballots {
			for range b.Voters {
				other.Ballots = append(other.Ballots, tally.One(b.Marks...))
			}
		}
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)).Shuffle(len(other.Ballots), func(i, j int) {
			other.Ballots[i], other.Ballots[j] = other.Ballots[j], other.Ballots[i]
		})
		for _, m := range append(rankedMethods(n), tally.Score{Most: 4}, tally.Dots{Dots: 9}, tally.Quadratic{Credits: 30}, tally.Approval{}, tally.SimpleMajority(), tally.Consent{}) {
			e.Rule = tally.Rule{Method: m}
			other.Rule = e.Rule
			a, err1 := tally.Count(e)
			b, err2 := tally.Count(other)
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			if x, y := text(t, a), text(t, b); x != y {
				t.Fatalf("%s:\n%s\n%s", m.Name(), x, y)
			}
		}
	})
}

// Invariant 5: a ballot that says nothing changes the turnout and nothing else.
func TestInvariant5BlankBallots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "options")
		e := tally.Election{Options: options(letters[:n]), Ballots: drawBallots(t, n, true), Ties: lotted}
		more := e
		more.Ballots = append(slices.Clone(e.Ballots), tally.One().Times(3), tally.One(make([]int16, n)...))
		for _, m := range append(rankedMethods(n), tally.Score{Most: 5}, tally.Approval{}, tally.SimpleMajority()) {
			e.Rule = tally.Rule{Method: m}
			more.Rule = e.Rule
			a, err1 := tally.Count(e)
			b, err2 := tally.Count(more)
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			if b.Turnout.Blank.Voters != 4 || b.Turnout.Cast.Voters != a.Turnout.Cast.Voters+4 {
				t.Fatalf("turnout %+v", b.Turnout)
			}
			a.Turnout, b.Turnout = tally.Turnout{}, tally.Turnout{}
			if x, y := text(t, a), text(t, b); x != y {
				t.Fatalf("%s:\n%s\n%s", m.Name(), x, y)
			}
		}
	})
}

// Invariant 6: whom everybody likes best wins, by every method.
func TestInvariant6Favorite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "options")
		e := tally.Election{Options: options(letters[:n]), Ballots: drawBallots(t, n, true)}
		best := rapid.IntRange(0, n-1).Draw(t, "favorite")
		for i, b := range e.Ballots {
			marks := slices.Clone(b.Marks)
			for j := range marks {
				if marks[j] > 0 {
					marks[j]++
				}
			}
			marks[best] = 1
			e.Ballots[i].Marks = marks
		}
		for _, m := range rankedMethods(n) {
			if e.Rule = (tally.Rule{Method: m}); strings.Contains(string(must(json.Marshal(e.Rule))), "ignored") {
				continue // a ballot that ranks one option alone says nothing of the others there
			}
			if r, err := tally.Count(e); err != nil || len(r.Winners) == 0 || r.Winners[0] != letters[best:best+1] {
				t.Fatalf("%s: %v, %v", m.Name(), r.Winners, err)
			}
		}
	})
}

// Invariant 17: everything that a result says has words.
func TestInvariant17Words(t *testing.T) {
	known := tally.Keys()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "options")
		e := tally.Election{Options: options(letters[:n]), Ballots: drawBallots(t, n, false), Ties: lotted}
		if rapid.Bool().Draw(t, "no lot") {
			e.Ties = tally.Ties{}
		}
		methods := append(rankedMethods(n), tally.Score{Most: 3}, tally.Dots{Dots: 4, PerOption: 2}, tally.Quadratic{Credits: 9}, tally.Approval{}, tally.Plurality{}, tally.TwoRound{},
			tally.SimpleMajority(), tally.Consent{}, tally.Consensus{Blocks: 1}, tally.LazyConsensus{})
		e.Rule = tally.Rule{Method: rapid.SampledFrom(methods).Draw(t, "method")}
		r, err := tally.Count(e)
		if err != nil {
			t.Fatal(err)
		}
		said := []string{"outcome." + string(r.Outcome)}
		for reason := range r.Turnout.Reasons {
			said = append(said, "reason."+reason)
		}
		for _, s := range r.Stages {
			said = append(said, "stage."+s.Key)
			for _, note := range s.Notes {
				said = append(said, "note."+note.Key)
			}
			for _, k := range s.Checks {
				said = append(said, "check."+k.Key, "base."+k.Base)
				if k.Key == "requirement" {
					said = append(said, "stance."+k.Count)
				}
			}
			for _, x := range s.Standing {
				if x.State != "" {
					said = append(said, "state."+x.State)
				}
			}
		}
		for _, key := range said {
			if !slices.Contains(known, key) {
				t.Fatalf("%s has no words", key)
			}
		}
		var b strings.Builder
		if err := r.Text(&b, e.Options); err != nil || strings.ContainsAny(b.String(), "{}") || strings.Contains(b.String(), "%!") {
			t.Fatalf("%v:\n%s", err, b.String())
		}
	})
}

// Invariant 16: a rule comes back from JSON as it was, and nothing that it does
// not have is accepted.
func TestInvariant16RulesAreData(t *testing.T) {
	aside := int64(2)
	for _, m := range append(rankedMethods(3), tally.Consent{}, tally.Consensus{Blocks: 2, StandAsides: &aside}, tally.LazyConsensus{Supporters: 3},
		tally.SimpleMajority(), tally.Majority{Requirements: tally.InEachClass(tally.Requirement{Stance: "yes", Compare: tally.AtLeast, Need: tally.Of(2, 3), Base: tally.Cast}, "a", "b"), Quorum: tally.FairSharesQuorum(tally.Cast)},
		tally.ClassWeighted{Weights: map[string]tally.Fraction{"a": tally.Of(1, 3), "b": tally.Of(2, 3)}, Compare: tally.MoreThan, Need: tally.Of(1, 2), Empty: tally.SkipEmpty},
		tally.ClassCapped{Caps: map[string]tally.Fraction{"a": tally.Of(1, 10)}, Compare: tally.MoreThan, Need: tally.Of(1, 2)},
		tally.Plurality{Choices: 2}, tally.Approval{Most: 3}, tally.TwoRound{}, tally.Score{Most: 5}, tally.Dots{Dots: 8}, tally.Quadratic{Credits: 100, Against: true}) {
		data, err := json.Marshal(tally.Rule{Method: m})
		if err != nil {
			t.Fatal(err)
		}
		var back tally.Rule
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		again, err := json.Marshal(back)
		if err != nil || string(again) != string(data) || fmt.Sprintf("%T", back.Method) != fmt.Sprintf("%T", m) {
			t.Errorf("%s came back as %s, %v", data, again, err)
		}
	}
	for _, bad := range []string{`{"method":"dice"}`, `{"method":"irv","seats":3}`, `{"method":"score","most":"five"}`, `{}`, `[]`, `{"method":"majority","requirements":[{"need":"1/0"}]}`} {
		var r tally.Rule
		if err := json.Unmarshal([]byte(bad), &r); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}
