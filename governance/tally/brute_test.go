package tally_test

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/governance/tally"
)

// above counts, from the definition, how many votes rank i above j; unranked
// options are last.
func above(ballots []tally.Ballot, i, j int) (n int64) {
	for _, b := range ballots {
		if b.Marks[i] != 0 && (b.Marks[j] == 0 || b.Marks[i] < b.Marks[j]) {
			n += b.Voters
		}
	}
	return n
}

// strongest is the strength by winning votes of the strongest path from i to j,
// over every path there is.
func strongest(ballots []tally.Ballot, n, i, j int, via []int) (best int64) {
	for k := range n {
		if slices.Contains(via, k) || k == i || above(ballots, i, k) <= above(ballots, k, i) {
			continue
		}
		link := above(ballots, i, k)
		if k != j {
			link = min(link, strongest(ballots, n, k, j, append(slices.Clone(via), i)))
		}
		best = max(best, link)
	}
	return best
}

func winners(t *rapid.T, e tally.Election, m tally.Method) []string {
	e.Rule = tally.Rule{Method: m}
	r, err := tally.Count(e)
	if err != nil {
		t.Fatal(err)
	}
	out := append(slices.Clone(r.Winners), r.Tied...)
	slices.Sort(out)
	return out
}

// distinct reports whether no two pairs of options have the same votes, so that
// no strength is equal to another.
func distinct(ballots []tally.Ballot, n int) bool {
	seen := map[int64]bool{}
	for i := range n {
		for j := range n {
			if v := above(ballots, i, j); i != j && v > above(ballots, j, i) {
				if seen[v] {
					return false
				}
				seen[v] = true
			}
		}
	}
	return true
}

// Invariant 7: Schulze's winners are those that the definition gives, over all
// paths; an option that beats every other wins alone; who wins alone does not
// win when every ballot is turned round; a twin beside an option does not change
// whether one of the two wins.
func TestInvariant7Schulze(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "options")
		e := tally.Election{Options: options(letters[:n]), Ballots: drawBallots(t, n, false)}
		e.Ballots = slices.DeleteFunc(e.Ballots, func(b tally.Ballot) bool { return !slices.ContainsFunc(b.Marks, func(m int16) bool { return m > 0 }) })
		if len(e.Ballots) == 0 {
			return
		}
		var want []string
		for i := range n {
			wins, beatsAll := true, true
			for j := range n {
				if i != j {
					wins = wins && strongest(e.Ballots, n, i, j, nil) >= strongest(e.Ballots, n, j, i, nil)
					beatsAll = beatsAll && above(e.Ballots, i, j) > above(e.Ballots, j, i)
				}
			}
			if wins {
				want = append(want, e.Options[i].ID)
			}
			if beatsAll {
				want = []string{e.Options[i].ID}
				break
			}
		}
		// The definition by winning votes takes equal numbers for equal, whatever is against.
		got := winners(t, e, tally.Schulze{})
		if distinct(e.Ballots, n) && !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
		checkReversal(t, e, got)
		checkTwin(t, e, got)
	})
}

// checkReversal holds margins, which treat both directions alike.
func checkReversal(t *rapid.T, e tally.Election, _ []string) {
	byMargin := tally.Schulze{Pairwise: tally.Pairwise{Strength: tally.Margin}}
	got := winners(t, e, byMargin)
	turned := e
	turned.Ballots = nil
	for _, b := range e.Ballots {
		marks := make([]int16, len(b.Marks))
		for i, m := range b.Marks {
			if marks[i] = 10 - m; m == 0 {
				marks[i] = 1
			}
		}
		b.Marks = marks
		turned.Ballots = append(turned.Ballots, b)
	}
	if back := winners(t, turned, byMargin); len(got) == 1 && len(e.Options) > 1 && slices.Contains(back, got[0]) {
		t.Fatalf("%v wins both ways round (%v)", got, back)
	}
}

// checkTwin adds a twin of the first option, right below it on each ballot.
func checkTwin(t *rapid.T, e tally.Election, got []string) {
	twin := e
	twin.Options = append(slices.Clone(e.Options), tally.Option{ID: "Z"})
	twin.Ballots = nil
	for _, b := range e.Ballots {
		marks := make([]int16, len(b.Marks), len(b.Marks)+1)
		for i, m := range b.Marks {
			marks[i] = 2 * m
		}
		z := marks[0]
		if z != 0 {
			z++
		}
		b.Marks = append(marks, z)
		twin.Ballots = append(twin.Ballots, b)
	}
	with := winners(t, twin, tally.Schulze{})
	one := slices.Contains(with, "A") || slices.Contains(with, "Z")
	rest := slices.DeleteFunc(slices.Clone(with), func(s string) bool { return s == "A" || s == "Z" })
	others := slices.DeleteFunc(slices.Clone(got), func(s string) bool { return s == "A" })
	if one != slices.Contains(got, "A") || !slices.Equal(rest, others) {
		t.Fatalf("%v win; with a twin of A %v", got, with)
	}
}

// Invariant 8: without quorum and ratios, Debian's rule leaves those of Schulze's
// winners among the options that beat the default; a majority ratio keeps out
// what does not reach it.
func TestInvariant8Debian(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "options")
		e := tally.Election{Options: options(letters[:n]), Ballots: drawBallots(t, n, true)}
		quorum, ratio := rapid.Int64Range(0, 5).Draw(t, "quorum"), rapid.Int64Range(1, 3).Draw(t, "ratio")
		rule := tally.Debian{Default: letters[n-1 : n], Quorum: tally.Quorum{Least: quorum}, Ratios: map[string]tally.Fraction{"A": tally.Of(ratio, 1)}}
		got := winners(t, e, rule)
		for i := range n - 1 {
			need := int64(1)
			if i == 0 {
				need = ratio
			}
			if up, down := above(e.Ballots, i, n-1), above(e.Ballots, n-1, i); up < quorum || up < need*down || up <= down {
				e.Options[i].Withdrawn = true
			}
		}
		if want := winners(t, e, tally.Schulze{}); !slices.Equal(got, want) && slices.ContainsFunc(e.Ballots, func(b tally.Ballot) bool {
			return slices.ContainsFunc(indexes(n), func(i int) bool { return b.Marks[i] > 0 && !e.Options[i].Withdrawn })
		}) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// Invariant 9: with distinct strengths, ranked pairs locks each defeat that the
// stronger ones do not contradict; whoever beats every other wins.
func TestInvariant9RankedPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "options")
		e := tally.Election{Options: options(letters[:n]), Ballots: drawBallots(t, n, true)}
		if !distinct(e.Ballots, n) {
			return
		}
		type arc struct{ i, j int }
		var arcs []arc
		for i := range n {
			for j := range n {
				if above(e.Ballots, i, j) > above(e.Ballots, j, i) {
					arcs = append(arcs, arc{i, j})
				}
			}
		}
		slices.SortFunc(arcs, func(a, b arc) int { return int(above(e.Ballots, b.i, b.j) - above(e.Ballots, a.i, a.j)) })
		var locked []arc
		var leads func(i, j int) bool
		leads = func(i, j int) bool {
			return i == j || slices.ContainsFunc(locked, func(a arc) bool { return a.i == i && leads(a.j, j) })
		}
		for _, a := range arcs {
			if !leads(a.j, a.i) {
				locked = append(locked, a)
			}
		}
		var want []string
		for j := range n {
			if !slices.ContainsFunc(locked, func(a arc) bool { return a.j == j }) {
				want = append(want, e.Options[j].ID)
			}
		}
		for _, ties := range []tally.Ties{{}, lotted} {
			e.Ties = ties
			if got := winners(t, e, tally.RankedPairs{}); len(want) == 1 && !slices.Equal(got, want) {
				t.Fatalf("%v, want %v", got, want)
			}
		}
	})
}

// Invariant 10: an instant runoff of two is a majority; a Scottish count of one
// seat elects who wins the instant runoff, when nothing ties.
func TestInvariant10OneSeat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "options")
		e := tally.Election{Options: options(letters[:n]), Ballots: drawBallots(t, n, true)}
		irv, scottish := winners(t, e, tally.IRV{}), winners(t, e, tally.ScottishSTV{Seats: 1})
		if len(irv) == 1 && len(scottish) == 1 && irv[0] != scottish[0] {
			t.Fatalf("%v by the runoff, %v by the Scottish rules", irv, scottish)
		}
		if a, b := above(e.Ballots, 0, 1), above(e.Ballots, 1, 0); n == 2 && a != b {
			if want := map[bool]string{true: "A", false: "B"}[a > b]; len(irv) != 1 || irv[0] != want {
				t.Fatalf("%v of %d to %d", irv, a, b)
			}
		}
	})
}

// Invariant 14: a count of Scottish ballots one by one, with rationals, gives the
// same figures at every stage.
func TestInvariant14ScottishOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "options")
		seats := rapid.IntRange(1, n).Draw(t, "seats")
		e := tally.Election{Options: options(letters[:n]), Ballots: drawBallots(t, n, true), Rule: tally.Rule{Method: tally.ScottishSTV{Seats: seats}}}
		r, err := tally.Count(e)
		if err != nil {
			t.Fatal(err)
		}
		state := make([]string, n)
		values, at := []*big.Rat{}, [][]int{}
		var orders [][]int
		for _, b := range e.Ballots {
			order := indexes(n)
			order = slices.DeleteFunc(order, func(i int) bool { return b.Marks[i] == 0 })
			slices.SortFunc(order, func(i, j int) int { return int(b.Marks[i] - b.Marks[j]) })
			for range b.Voters {
				orders, values, at = append(orders, order), append(values, big.NewRat(1, 1)), append(at, order)
			}
		}
		for i, s := range r.Stages {
			moved := slices.IndexFunc(e.Options, func(o tally.Option) bool { return o.ID == s.Option })
			if moved >= 0 && !onlyEnds(r, i) {
				held, quota := new(big.Rat), figure(s, "quota").Rat()
				for p := range orders {
					if len(at[p]) > 0 && at[p][0] == moved {
						held.Add(held, values[p])
					}
				}
				for p := range orders {
					if len(at[p]) == 0 || at[p][0] != moved {
						continue
					}
					if s.Key == "surplus" {
						v := new(big.Rat).Mul(new(big.Rat).Quo(new(big.Rat).Sub(held, quota), held), values[p])
						cut := new(big.Int).Quo(new(big.Int).Mul(v.Num(), big.NewInt(100_000)), v.Denom())
						values[p] = new(big.Rat).SetFrac(cut, big.NewInt(100_000))
					}
					for len(at[p]) > 0 && (at[p][0] == moved || state[at[p][0]] != "continuing" && state[at[p][0]] != "") {
						at[p] = at[p][1:]
					}
				}
			}
			for o := range n {
				held := new(big.Rat)
				for p := range orders {
					if len(at[p]) > 0 && at[p][0] == o {
						held.Add(held, values[p])
					}
				}
				if surplusGone(r, i, e.Options[o].ID) {
					continue // it keeps the quota, whose papers have moved
				}
				if got := standing(s, e.Options[o].ID).Rat(); got.Cmp(held) != 0 {
					t.Fatalf("stage %d: %s has %s, want %s", i+1, e.Options[o].ID, got.RatString(), held.RatString())
				}
			}
			for o := range n {
				state[o] = s.Standing[o].State
			}
		}
	})
}

// onlyEnds reports that a stage excludes an option without moving its papers,
// since those left fill the seats.
func onlyEnds(r tally.Result, stage int) bool {
	s := r.Stages[stage]
	return s.Key == "exclusion" && standing(s, s.Option) != "0"
}

// surplusGone reports whether an option's surplus was transferred by a stage.
func surplusGone(r tally.Result, stage int, option string) bool {
	return slices.ContainsFunc(r.Stages[:stage+1], func(s tally.Stage) bool { return s.Key == "surplus" && s.Option == option })
}

// Invariant 13: Meek's count equals one of every ballot by itself, in rationals of
// nine decimals, by the text of the reference rule.
func TestInvariant13MeekOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "options")
		seats := rapid.IntRange(1, n).Draw(t, "seats")
		e := tally.Election{Options: options(letters[:n]), Ballots: drawBallots(t, n, true), Rule: tally.Rule{Method: tally.MeekSTV{Seats: seats}}, Ties: lotted}
		r, err := tally.Count(e)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range r.Stages {
			keep := make([]*big.Rat, n)
			for o := range n {
				switch before := stateBefore(r, i, o); {
				case s.Standing[o].Keep != "" && before == "elected":
					keep[o] = s.Standing[o].Keep.Rat()
				case before == "excluded":
					keep[o] = new(big.Rat)
				default:
					keep[o] = big.NewRat(1, 1)
				}
			}
			if s.Key != "round" {
				continue
			}
			votes, sum := shareOut(e.Ballots, keep)
			for o := range n {
				if got := standing(s, e.Options[o].ID).Rat(); got.Cmp(votes[o]) != 0 {
					t.Fatalf("round %d: %s has %s, want %s", i+1, e.Options[o].ID, got.FloatString(9), votes[o].FloatString(9))
				}
			}
			nano := big.NewInt(1_000_000_000)
			share := new(big.Rat).Quo(sum, big.NewRat(int64(seats+1), 1))
			quota := new(big.Int).Quo(new(big.Int).Mul(share.Num(), nano), share.Denom())
			quota.Add(quota, big.NewInt(1))
			if want := new(big.Rat).SetFrac(quota, nano); figure(s, "quota").Rat().Cmp(want) != 0 {
				t.Fatalf("round %d: quota %s, want %s", i+1, figure(s, "quota"), want.FloatString(9))
			}
		}
	})
}

func stateBefore(r tally.Result, stage, option int) string {
	if stage == 0 {
		return "continuing"
	}
	return r.Stages[stage-1].Standing[option].State
}

// shareOut gives each option its part of each ballot: weight × keep, rounded up
// to nine decimals.
func shareOut(ballots []tally.Ballot, keep []*big.Rat) (votes []*big.Rat, sum *big.Rat) {
	sum, votes = new(big.Rat), make([]*big.Rat, len(keep))
	for i := range votes {
		votes[i] = new(big.Rat)
	}
	for _, b := range ballots {
		order := slices.DeleteFunc(indexes(len(keep)), func(i int) bool { return b.Marks[i] == 0 })
		slices.SortFunc(order, func(i, j int) int { return int(b.Marks[i] - b.Marks[j]) })
		left := big.NewRat(1, 1)
		for _, o := range order {
			part := new(big.Rat).Mul(left, keep[o])
			up := new(big.Int).Mul(part.Num(), big.NewInt(1_000_000_000))
			up.Add(up, new(big.Int).Sub(part.Denom(), big.NewInt(1))).Quo(up, part.Denom())
			part.SetFrac(up, big.NewInt(1_000_000_000))
			if part.Cmp(left) > 0 {
				part.Set(left)
			}
			left.Sub(left, part)
			votes[o].Add(votes[o], new(big.Rat).Mul(part, big.NewRat(b.Voters, 1)))
			sum.Add(sum, new(big.Rat).Mul(part, big.NewRat(b.Voters, 1)))
		}
	}
	return votes, sum
}

// Invariant 18: who wins by Schulze's method or ranked pairs still does when a
// ballot ranks them higher.
func TestInvariant18Monotonicity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "options")
		e := tally.Election{Options: options(letters[:n]), Ballots: drawBallots(t, n, true)}
		for _, m := range []tally.Method{tally.Schulze{}, tally.Schulze{Pairwise: tally.Pairwise{Strength: tally.Margin}}, tally.RankedPairs{}} {
			before := winners(t, e, m)
			if len(before) != 1 {
				continue
			}
			raised := e
			raised.Ballots = slices.Clone(e.Ballots)
			i, winner := rapid.IntRange(0, len(e.Ballots)-1).Draw(t, "ballot"), slices.IndexFunc(e.Options, func(o tally.Option) bool { return o.ID == before[0] })
			marks := slices.Clone(e.Ballots[i].Marks)
			for j := range marks {
				if j != winner && marks[j] != 0 {
					marks[j]++
				}
			}
			marks[winner] = 1
			raised.Ballots[i].Marks = marks
			if after := winners(t, raised, m); !slices.Equal(after, before) {
				t.Fatalf("%s: %v wins, and %v when ballot %d ranks it first", m.Name(), before, after, i+1)
			}
		}
	})
}

// Invariant 19: a group of k quotas that ranks the same k options or more above
// all others elects at least k of them, in whatever order (Droop's
// proportionality for solid coalitions).
func TestInvariant19Proportionality(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 5).Draw(t, "options")
		seats := rapid.IntRange(1, n-1).Draw(t, "seats")
		size := rapid.IntRange(1, n).Draw(t, "group of options")
		e := tally.Election{Options: options(letters[:n]), Ballots: drawBallots(t, n, true), Ties: lotted}
		var voters int64
		for _, b := range e.Ballots {
			voters += b.Voters
		}
		var group int64
		for range rapid.IntRange(1, 4).Draw(t, "orders") { // the first options, in any order
			marks := make([]int16, n)
			for rank, i := range rapid.Permutation(indexes(size)).Draw(t, "order") {
				marks[i] = int16(rank + 1)
			}
			b := tally.One(marks...).Times(rapid.Int64Range(1, 40).Draw(t, "voters"))
			e.Ballots = append(e.Ballots, b)
			group += b.Voters
		}
		quota := (voters+group)/int64(seats+1) + 1
		want := min(int(group/quota), size, seats)
		for _, m := range []tally.Method{tally.ScottishSTV{Seats: seats}, tally.MeekSTV{Seats: seats}} {
			got := 0
			for _, id := range winners(t, e, m) {
				if id < letters[size:size+1] {
					got++
				}
			}
			if got < want {
				t.Fatalf("%s: %d of %d voters are %d quotas of %d and elect %d", m.Name(), group, voters+group, want, quota, got)
			}
		}
	})
}
