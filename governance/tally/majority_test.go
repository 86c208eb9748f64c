package tally_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/governance/tally"
	"commonweal/platform/fault"
)

// motion is one option with stances, held to a rule.
func motion(rule tally.Method, roll tally.Roll, lines ...string) tally.Election {
	return tally.Election{Options: options("A"), Rule: tally.Rule{Method: rule}, Roll: roll, Ballots: stances(lines...)}
}

// require is a rule with one requirement on yes.
func require(c tally.Compare, need tally.Fraction, base tally.Base) tally.Majority {
	return tally.Majority{Requirements: []tally.Requirement{{Stance: "yes", Compare: c, Need: need, Base: base}}}
}

// Invariant 11: thresholds are held exactly, on both sides of the boundary, for
// every base and comparison.
func TestInvariant11Thresholds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string) int64 { return rapid.Int64Range(0, 12).Draw(t, name) }
		yes, no, abstain, blank := n("yes"), n("no"), n("abstain"), n("blank")
		cast := yes + no + abstain + blank
		present := cast + n("silent")
		entitled := present + n("away")
		members := entitled + n("without a vote")
		den := rapid.Int64Range(1, 12).Draw(t, "den")
		num := rapid.Int64Range(0, den).Draw(t, "num")
		base := rapid.SampledFrom([]tally.Base{tally.YesNo, tally.Valid, tally.Cast, tally.Present, tally.Entitled, tally.Members}).Draw(t, "base")
		compare := rapid.SampledFrom([]tally.Compare{tally.MoreThan, tally.AtLeast, tally.AtMost, tally.LessThan}).Draw(t, "compare")
		if entitled == 0 || members == 0 || present == 0 {
			return
		}
		of := map[tally.Base]int64{tally.YesNo: yes + no, tally.Valid: yes + no + abstain, tally.Cast: cast, tally.Present: present, tally.Entitled: entitled, tally.Members: members}[base]
		e := motion(require(compare, tally.Of(num, den), base), tally.Roll{Entitled: heads(entitled), Present: heads(present), Members: heads(members)})
		for stance, count := range map[string]int64{"yes": yes, "no": no, "abstain": abstain, "": blank} {
			if count > 0 {
				e.Ballots = append(e.Ballots, stances(fmt.Sprintf("%d %s", count, stance))...)
			}
		}
		r, err := tally.Count(e)
		if err != nil {
			t.Fatal(err)
		}
		d := big.NewRat(yes, 1).Cmp(big.NewRat(num*of, den))
		want := of > 0 && map[tally.Compare]bool{tally.MoreThan: d > 0, tally.AtLeast: d >= 0, tally.AtMost: d <= 0, tally.LessThan: d < 0}[compare]
		if got := r.Outcome == tally.Passed; got != want {
			t.Fatalf("%d %s %d/%d of %d %s: %v, want %v; %+v", yes, compare, num, den, of, base, got, want, r.Stages[0].Checks)
		}
	})
}

func TestBoundaries(t *testing.T) {
	roll := tally.Roll{Entitled: heads(100), Members: heads(100)}
	for _, x := range []struct {
		rule  tally.Majority
		lines []string
		want  tally.Outcome
	}{
		{require(tally.MoreThan, tally.Of(1, 2), tally.YesNo), []string{"5 yes", "5 no"}, tally.Failed},
		{require(tally.AtLeast, tally.Of(1, 2), tally.YesNo), []string{"5 yes", "5 no"}, tally.Passed},
		{require(tally.AtLeast, tally.Of(2, 3), tally.YesNo), []string{"6 yes", "4 no"}, tally.Failed},
		{require(tally.AtLeast, tally.Of(2, 3), tally.YesNo), []string{"7 yes", "3 no"}, tally.Passed},
		{require(tally.MoreThan, tally.Of(2, 3), tally.YesNo), []string{"6 yes", "3 no"}, tally.Failed},
		{require(tally.AtLeast, tally.Of(3, 4), tally.Members), []string{"74 yes"}, tally.Failed},
		{require(tally.AtLeast, tally.Of(3, 4), tally.Members), []string{"75 yes"}, tally.Passed},
		{require(tally.MoreThan, tally.Of(1, 2), tally.YesNo), []string{"4 abstain"}, tally.Failed},
		{require(tally.AtLeast, tally.Of(0, 1), tally.YesNo), nil, tally.Failed},
		{tally.Majority{Requirements: []tally.Requirement{{Stance: "object", Compare: tally.AtMost, Need: tally.Of(0, 1), Base: tally.Cast}, {Stance: "abstain", Compare: tally.AtMost, Need: tally.Of(3, 10), Base: tally.Cast}}},
			[]string{"7 yes", "3 abstain"}, tally.Passed},
		{tally.Majority{Requirements: []tally.Requirement{{Stance: "object", Compare: tally.AtMost, Need: tally.Of(0, 1), Base: tally.Cast}}}, []string{"7 yes", "1 object"}, tally.Failed},
	} {
		if r := count(t, motion(x.rule, roll, x.lines...)); r.Outcome != x.want {
			t.Errorf("%v by %+v: %s, want %s", x.lines, x.rule.Requirements[0], r.Outcome, x.want)
		}
	}
}

// Debian's quorum, 3·√n/2, is reached when 4v² ≥ 9n; fractions round up.
func TestQuorums(t *testing.T) {
	for _, x := range []struct {
		quorum   tally.Quorum
		entitled int64
		least    int64 // the fewest who reach it
	}{
		{tally.Quorum{Root: tally.Of(3, 2)}, 1000, 48}, // 47.43
		{tally.Quorum{Root: tally.Of(3, 2)}, 1024, 48}, // exactly
		{tally.Quorum{Root: tally.Of(3, 2)}, 1025, 49},
		{tally.Quorum{Fraction: tally.Of(2, 5)}, 50, 20},
		{tally.Quorum{Fraction: tally.Of(2, 5)}, 48, 20}, // 19.2
		{tally.Quorum{Fraction: tally.Of(1, 2), Least: 3}, 4, 3},
		{tally.Quorum{Least: 20}, 60, 20},
	} {
		x.quorum.Counting = tally.Cast
		rule := tally.SimpleMajority()
		rule.Quorum = []tally.Quorum{x.quorum}
		for have, want := range map[int64]bool{x.least: true, x.least - 1: false} {
			r := count(t, motion(rule, tally.Roll{Entitled: heads(x.entitled)}, fmt.Sprintf("%d yes", have)))
			if k := r.Stages[0].Checks[0]; k.Holds != want || k.Need != tally.Number(fmt.Sprint(x.least)) {
				t.Errorf("%d of %d: %+v, want %v from %d", have, x.entitled, k, want, x.least)
			}
		}
	}
	rule := tally.SimpleMajority()
	rule.Quorum = tally.FairSharesQuorum(tally.Cast)
	for entitled, least := range map[int64]int64{2: 3, 9: 5, 10: 4, 50: 20, 51: 20, 500: 20} {
		for have := max(1, least-1); have <= min(least, entitled); have++ {
			r := count(t, motion(rule, tally.Roll{Entitled: heads(entitled)}, fmt.Sprintf("%d yes", have)))
			if got := r.Outcome == tally.Passed; got != (have >= least) {
				t.Errorf("%d of %d by the FairShares quorum: %v", have, entitled, got)
			}
		}
	}
}

func TestConsentAndConsensus(t *testing.T) {
	two := int64(2)
	for _, x := range []struct {
		rule  tally.Method
		lines []string
		want  tally.Outcome
	}{
		{tally.Consent{}, []string{"4 yes", "1 abstain"}, tally.Passed},
		{tally.Consent{}, []string{"4 yes", "1 object"}, tally.Failed},
		{tally.Consent{}, []string{"4 yes", "1 settled"}, tally.Passed},
		{tally.Consent{}, nil, tally.Failed},
		{tally.Consensus{Blocks: 1}, []string{"4 yes", "1 object"}, tally.Failed},
		{tally.Consensus{Blocks: 2}, []string{"4 yes", "1 object"}, tally.Passed},
		{tally.Consensus{Blocks: 2, StandAsides: &two}, []string{"4 yes", "3 stand_aside"}, tally.Failed},
		{tally.Consensus{Blocks: 2, StandAsides: &two}, []string{"4 yes", "2 stand_aside", "1 object"}, tally.Passed},
		{tally.LazyConsensus{}, nil, tally.Passed},
		{tally.LazyConsensus{}, []string{"1 object"}, tally.Escalated},
		{tally.LazyConsensus{}, []string{"3 yes", "1 no"}, tally.Escalated},
		{tally.LazyConsensus{Supporters: 3}, []string{"2 yes"}, tally.Failed},
		{tally.LazyConsensus{Supporters: 3}, []string{"3 yes"}, tally.Passed},
	} {
		if r := count(t, motion(x.rule, tally.Roll{}, x.lines...)); r.Outcome != x.want {
			t.Errorf("%s with %v: %s, want %s", x.rule.Name(), x.lines, r.Outcome, x.want)
		}
	}
}

// classed casts stances in classes: "labor: 3 yes, 2 no".
func classed(class int, lines ...string) []tally.Ballot {
	out := stances(lines...)
	for i := range out {
		out[i].Classes = 1 << class
	}
	return out
}

// The special resolution of the FairShares rules: a majority of the votes cast in
// each class, and three quarters of all members, one person one vote. Every
// combination of what two classes do is counted.
func TestSpecialResolution(t *testing.T) {
	classes := []tally.Class{{ID: "labor"}, {ID: "user"}}
	majority := tally.Requirement{Stance: "yes", Compare: tally.MoreThan, Need: tally.Of(1, 2), Base: tally.YesNo}
	all := tally.Requirement{Stance: "yes", Compare: tally.AtLeast, Need: tally.Of(3, 4), Base: tally.Members, Heads: true}
	for labor := range int64(7) {
		for user := range int64(7) {
			for _, empty := range []string{"fail", "skip"} {
				rule := tally.Majority{Requirements: append(tally.InEachClass(majority, "labor", "user"), all), EmptyClass: empty}
				e := tally.Election{Options: options("A"), Classes: classes, Rule: tally.Rule{Method: rule}, Roll: tally.Roll{Members: heads(8)}}
				carries := func(yes int64) bool {
					if yes > 4 { // nobody votes
						return empty == "skip"
					}
					return 2*yes > 4
				}
				total := int64(0)
				for class, yes := range []int64{labor, user} {
					if yes <= 4 {
						total += yes
						e.Ballots = append(e.Ballots, classed(class, fmt.Sprintf("%d yes", yes), fmt.Sprintf("%d no", 4-yes))...)
					}
				}
				e.Ballots = slices.DeleteFunc(e.Ballots, func(b tally.Ballot) bool { return b.Voters == 0 })
				want := carries(labor) && carries(user) && 4*total >= 3*8
				if r := count(t, e); (r.Outcome == tally.Passed) != want {
					t.Errorf("labor %d, user %d of 4 each, empty classes %s: %s, want passed %v; %+v", labor, user, empty, r.Outcome, want, r.Stages[0].Checks)
				}
			}
		}
	}
}

// Equal weight for two classes of different size, and each rule for an empty one.
func TestClassWeights(t *testing.T) {
	weights := map[string]tally.Fraction{"labor": tally.Of(1, 2), "user": tally.Of(1, 4), "investor": tally.Of(1, 4)}
	e := tally.Election{Options: options("A"), Classes: []tally.Class{{ID: "labor"}, {ID: "user"}, {ID: "investor"}}}
	e.Ballots = slices.Concat(classed(0, "2 yes", "1 no"), classed(1, "10 yes", "30 no"))
	for _, x := range []struct {
		empty string
		need  tally.Fraction
		want  tally.Outcome
		have  tally.Number
	}{
		// 1/2 × 2/3 + 1/4 × 1/4 = 19/48, of 3/4
		{tally.SkipEmpty, tally.Of(19, 36), tally.Passed, "19/48"},
		{tally.SkipEmpty, tally.Of(20, 36), tally.Failed, "19/48"},
		{tally.EmptyIsNo, tally.Of(19, 48), tally.Passed, "19/48"},
		{tally.EmptyIsNo, tally.Of(19, 36), tally.Failed, "19/48"},
		{tally.EmptyNoResult, tally.Of(1, 10), tally.NoResult, "19/48"},
	} {
		e.Rule = tally.Rule{Method: tally.ClassWeighted{Weights: weights, Compare: tally.AtLeast, Need: x.need, Empty: x.empty}}
		r := count(t, e)
		if k := r.Stages[0].Checks[0]; r.Outcome != x.want || k.Have != x.have {
			t.Errorf("%s, %s: %s with %+v; want %s", x.empty, x.need, r.Outcome, k, x.want)
		}
	}
}

// Invariant 12: caps are kept exactly: a class that exceeds its cap counts for its
// cap of the whole, the others for all their votes.
func TestInvariant12Caps(t *testing.T) {
	classes := []tally.Class{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	rapid.Check(t, func(t *rapid.T) {
		rule := tally.ClassCapped{Compare: tally.MoreThan, Need: tally.Of(1, 2), Caps: map[string]tally.Fraction{
			"a": tally.Of(rapid.Int64Range(0, 9).Draw(t, "cap a"), 10), "b": tally.Of(rapid.Int64Range(0, 9).Draw(t, "cap b"), 10)}}
		e := tally.Election{Options: options("A"), Classes: classes, Rule: tally.Rule{Method: rule}}
		votes := []*big.Rat{}
		for class := range classes {
			yes, no := rapid.Int64Range(0, 30).Draw(t, "yes"), rapid.Int64Range(0, 30).Draw(t, "no")
			e.Ballots = append(e.Ballots, classed(class, fmt.Sprintf("%d yes", yes), fmt.Sprintf("%d no", no))...)
			votes = append(votes, big.NewRat(yes+no, 1))
		}
		e.Ballots = slices.DeleteFunc(e.Ballots, func(b tally.Ballot) bool { return b.Voters == 0 })
		r, err := tally.Count(e)
		if err != nil {
			t.Fatal(err)
		}
		total, scaled := r.Stages[0].Checks[0].Of.Rat(), map[string]*big.Rat{}
		for _, n := range r.Stages[0].Notes {
			scaled[n.Values["class"]] = tally.Number(n.Values["factor"]).Rat()
		}
		sum := new(big.Rat)
		for i, c := range classes {
			counted := votes[i]
			limit, capped := rule.Caps[c.ID]
			if f := scaled[c.ID]; f != nil {
				counted = new(big.Rat).Mul(votes[i], f)
				if want := new(big.Rat).Mul(limit.Rat(), total); f.Cmp(big.NewRat(1, 1)) > 0 || counted.Cmp(want) != 0 {
					t.Fatalf("%s counts %s, capped at %s of %s by the factor %s", c.ID, counted.RatString(), limit, total.RatString(), f.RatString())
				}
			} else if capped && counted.Cmp(new(big.Rat).Mul(limit.Rat(), total)) > 0 {
				t.Fatalf("%s counts %s of %s, above its cap of %s", c.ID, counted.RatString(), total.RatString(), limit)
			}
			sum.Add(sum, counted)
		}
		if sum.Cmp(total) != 0 {
			t.Fatalf("the classes add up to %s of %s", sum.RatString(), total.RatString())
		}
	})
}

// Investors capped at a tenth: 90 of 189 votes become 11 of 110.
func TestInvestorsAtATenth(t *testing.T) {
	e := tally.Election{Options: options("A"), Classes: []tally.Class{{ID: "labor"}, {ID: "investor"}},
		Rule: tally.Rule{Method: tally.ClassCapped{Caps: map[string]tally.Fraction{"investor": tally.Of(1, 10)}, Compare: tally.MoreThan, Need: tally.Of(1, 2)}}}
	e.Ballots = slices.Concat(classed(0, "40 yes", "59 no"), classed(1, "90 yes"))
	// The others have 99 votes, nine tenths of 110: 40 + 11 of 110 are yes.
	r := count(t, e)
	if k := r.Stages[0].Checks[0]; r.Outcome != tally.Failed || k.Of != "110" || k.Have != "51" {
		t.Errorf("%s with %+v", r.Outcome, k)
	}
}

// Two rounds: more than half wins at once; otherwise two go on.
func TestTwoRounds(t *testing.T) {
	choose := func(marks ...int16) tally.Ballot { return tally.One(marks...) }
	a, b, c := choose(1, 0, 0), choose(0, 1, 0), choose(0, 0, 1)
	for _, x := range []struct {
		ballots []tally.Ballot
		want    string
	}{
		{[]tally.Ballot{a.Times(6), b.Times(3), c.Times(2)}, "elected A"},
		{[]tally.Ballot{a.Times(5), b.Times(3), c.Times(2)}, "runoff A B"},
		{[]tally.Ballot{a.Times(5), b.Times(3), c.Times(3)}, "tied A B C"},
		{[]tally.Ballot{a.Times(4), b.Times(4), choose(1, 1, 0).Times(9)}, "runoff A B"},
		{nil, "no_result"},
	} {
		if got := outcome(count(t, tally.Election{Options: options("ABC"), Rule: tally.Rule{Method: tally.TwoRound{}}, Ballots: x.ballots})); got != x.want {
			t.Errorf("%s, want %s", got, x.want)
		}
	}
}

// What a ballot may not do makes it invalid, and only it.
func TestInvalidBallots(t *testing.T) {
	for _, x := range []struct {
		rule   tally.Method
		marks  []int16
		reason string
	}{
		{tally.Dots{Dots: 8}, []int16{5, 4, 0}, "over_budget"},
		{tally.Dots{Dots: 8, PerOption: 3}, []int16{4, 0, 0}, "over_option"},
		{tally.Dots{Dots: 8}, []int16{-1, 0, 0}, "off_scale"},
		{tally.Quadratic{Credits: 100}, []int16{8, 6, 1}, "over_budget"},
		{tally.Quadratic{Credits: 100}, []int16{-8, 0, 0}, "off_scale"},
		{tally.Score{Most: 5}, []int16{6, 0, 0}, "off_scale"},
		{tally.Plurality{}, []int16{1, 1, 0}, "too_many"},
		{tally.Approval{Least: 2}, []int16{1, 0, 0}, "too_few"},
		{tally.Approval{}, []int16{2, 0, 0}, "no_choice"},
		{tally.Schulze{}, []int16{-2, 0, 0}, "no_rank"},
		{tally.ScottishSTV{Seats: 1}, []int16{1, 1, 2}, "first_unclear"},
		{tally.SimpleMajority(), []int16{9, 0, 0}, "no_stance"},
	} {
		good := []int16{1, 0, 0}
		if x.reason == "too_few" {
			good = []int16{1, 1, 0}
		}
		r := count(t, tally.Election{Options: options("ABC"), Rule: tally.Rule{Method: x.rule}, Ballots: []tally.Ballot{tally.One(x.marks...), tally.One(good...)}})
		if r.Turnout.Reasons[x.reason].Voters != 1 || r.Turnout.Valid.Voters != 1 {
			t.Errorf("%s %v: %+v, want %s", x.rule.Name(), x.marks, r.Turnout, x.reason)
		}
	}
	// Exactly within the budget.
	for _, x := range []struct {
		rule  tally.Method
		marks []int16
	}{{tally.Dots{Dots: 8}, []int16{5, 3, 0}}, {tally.Quadratic{Credits: 100, Against: true}, []int16{8, -6, 0}}, {tally.ScottishSTV{Seats: 1}, []int16{1, 7, 7}}} {
		if r := count(t, tally.Election{Options: options("ABC"), Rule: tally.Rule{Method: x.rule}, Ballots: []tally.Ballot{tally.One(x.marks...)}}); r.Turnout.Valid.Voters != 1 {
			t.Errorf("%s %v: %+v", x.rule.Name(), x.marks, r.Turnout)
		}
	}
}

// Settings and ballots that cannot be are refused with a code.
func TestRefusals(t *testing.T) {
	good := func() tally.Election {
		return tally.Election{Options: options("ABC"), Classes: []tally.Class{{ID: "labor"}, {ID: "user"}}, Rule: tally.Rule{Method: tally.Schulze{}}}
	}
	rule := func(m tally.Method) func(*tally.Election) {
		return func(e *tally.Election) { e.Rule = tally.Rule{Method: m} }
	}
	for _, x := range []struct {
		code string
		mend func(*tally.Election)
	}{
		{"tally.options", func(e *tally.Election) { e.Options = nil }},
		{"tally.option_id", func(e *tally.Election) { e.Options[1].ID = "A" }},
		{"tally.class_id", func(e *tally.Election) { e.Classes[1].ID = "" }},
		{"tally.classes", func(e *tally.Election) { e.Classes = make([]tally.Class, 65) }},
		{"tally.no_method", func(e *tally.Election) { e.Rule = tally.Rule{} }},
		{"tally.tie_rule", func(e *tally.Election) { e.Ties.Rules = []tally.TieRule{"coin"} }},
		{"tally.seed", func(e *tally.Election) { e.Ties = tally.Ties{Seed: "a", Commitment: tally.Commitment("b")} }},
		{"tally.seats", rule(tally.ScottishSTV{})},
		{"tally.seats", rule(tally.MeekSTV{Seats: 4})},
		{"tally.strength", rule(tally.Schulze{Pairwise: tally.Pairwise{Strength: "loud"}})},
		{"tally.unranked", rule(tally.RankedPairs{Pairwise: tally.Pairwise{Unranked: "first"}})},
		{"tally.default", rule(tally.Debian{Default: "X"})},
		{"tally.majority_ratio", rule(tally.Debian{Default: "A", Ratios: map[string]tally.Fraction{"B": tally.Of(1, 2)}})},
		{"tally.no_requirement", rule(tally.Majority{})},
		{"tally.stance", rule(tally.Majority{Requirements: []tally.Requirement{{Stance: "maybe"}}})},
		{"tally.compare", rule(tally.Majority{Requirements: []tally.Requirement{{Stance: "yes", Compare: "=="}}})},
		{"tally.threshold", rule(require(tally.MoreThan, tally.Of(3, 2), tally.YesNo))},
		{"tally.base", rule(require(tally.MoreThan, tally.Of(1, 2), "some"))},
		{"tally.no_roll", rule(require(tally.MoreThan, tally.Of(1, 2), tally.Entitled))},
		{"tally.no_class", rule(tally.Majority{Requirements: tally.InEachClass(tally.Requirement{Stance: "yes", Compare: ">", Need: tally.Of(1, 2), Base: tally.YesNo}, "founder")})},
		{"tally.empty_class", rule(tally.Majority{Requirements: tally.SimpleMajority().Requirements, EmptyClass: "guess"})},
		{"tally.quorum_base", rule(tally.Consent{Quorum: []tally.Quorum{{Counting: tally.Members}}})},
		{"tally.quorum", rule(tally.Consent{Quorum: []tally.Quorum{{Counting: tally.Cast, Least: -1}}})},
		{"tally.consensus", rule(tally.Consensus{})},
		{"tally.supporters", rule(tally.LazyConsensus{Supporters: -1})},
		{"tally.weights", rule(tally.ClassWeighted{Weights: map[string]tally.Fraction{"labor": tally.Of(-1, 2)}})},
		{"tally.weights_sum", rule(tally.ClassWeighted{Weights: map[string]tally.Fraction{"labor": tally.Of(1, 3)}})},
		{"tally.empty_rule", rule(tally.ClassWeighted{Weights: map[string]tally.Fraction{"labor": tally.Of(1, 1)}})},
		{"tally.share_compare", rule(tally.ClassWeighted{Weights: map[string]tally.Fraction{"labor": tally.Of(1, 1)}, Empty: "skip", Compare: tally.AtMost})},
		{"tally.share_need", rule(tally.ClassWeighted{Weights: map[string]tally.Fraction{"labor": tally.Of(1, 1)}, Empty: "skip", Compare: tally.AtLeast, Need: tally.Of(2, 1)})},
		{"tally.cap", rule(tally.ClassCapped{Caps: map[string]tally.Fraction{"user": tally.Of(1, 1)}})},
		{"tally.caps", rule(tally.ClassCapped{Caps: map[string]tally.Fraction{"user": tally.Of(1, 3), "labor": tally.Of(1, 3)}})},
		{"tally.one_class", func(e *tally.Election) {
			e.Rule = tally.Rule{Method: tally.ClassCapped{Caps: map[string]tally.Fraction{"user": tally.Of(1, 3)}, Compare: ">"}}
			e.Ballots = []tally.Ballot{{Voters: 1, Votes: tally.Vote, Classes: 3}}
		}},
		{"tally.scale", rule(tally.Score{})},
		{"tally.dots", rule(tally.Dots{})},
		{"tally.credits", rule(tally.Quadratic{})},
		{"tally.choices", rule(tally.Approval{Least: 3, Most: 2})},
		{"tally.choices", rule(tally.Plurality{Choices: 9})},
		{"tally.marks", func(e *tally.Election) { e.Ballots = []tally.Ballot{tally.One(1)} }},
		{"tally.voters", func(e *tally.Election) { e.Ballots = []tally.Ballot{{Votes: tally.Vote}} }},
		{"tally.voters", func(e *tally.Election) { e.Ballots = []tally.Ballot{{Voters: 1, Votes: -1}} }},
		{"tally.unknown_class", func(e *tally.Election) { e.Ballots = []tally.Ballot{{Voters: 1, Classes: 4}} }},
		{"tally.too_many_votes", func(e *tally.Election) { e.Ballots = []tally.Ballot{{Voters: 1, Votes: tally.MostVotes}, tally.One()} }},
		{"tally.more_than_entitled", func(e *tally.Election) {
			e.Roll.Entitled = heads(1)
			e.Ballots = []tally.Ballot{tally.One().Times(2)}
		}},
	} {
		e := good()
		x.mend(&e)
		if _, err := tally.Count(e); fault.CodeOf(err) != x.code {
			t.Errorf("%s: got %v", x.code, err)
		}
	}
	if _, err := tally.Count(good()); err != nil {
		t.Error(err)
	}
}

// Invariant 15: the lot depends on the seed and the ids alone; another seed draws
// another winner sooner or later, and each option wins about as often.
func TestInvariant15Lot(t *testing.T) {
	won := map[string]int{}
	for i := range 600 {
		e := tally.Election{Options: options("ABC"), Rule: tally.Rule{Method: tally.Approval{}}, Ballots: []tally.Ballot{tally.One(1, 1, 1)},
			Ties: tally.Ties{Rules: []tally.TieRule{tally.ByLot}, Seed: fmt.Sprint("seed ", i)}}
		r := count(t, e)
		won[r.Winners[0]]++
		slices.Reverse(e.Options)
		if again := count(t, e); again.Winners[0] != r.Winners[0] {
			t.Fatalf("%v, and %v with the options the other way round", r.Winners, again.Winners)
		}
	}
	for _, id := range []string{"A", "B", "C"} {
		if won[id] < 150 || won[id] > 250 {
			t.Errorf("%s won %d of 600 lots of three", id, won[id])
		}
	}
}
