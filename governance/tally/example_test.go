package tally_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"commonweal/governance/tally"
)

// The example of the manual of Loomio: five may vote; agreement of at least 75 %
// of the eligible, and a quorum of 60 %.
func TestAgreementAndQuorum(t *testing.T) {
	e := tally.Election{
		Options: options("A"),
		Roll:    tally.Roll{Entitled: heads(5)},
		Rule: tally.Rule{Method: tally.Majority{
			Requirements: []tally.Requirement{{Stance: "yes", Compare: tally.AtLeast, Need: tally.Of(3, 4), Base: tally.Entitled}},
			Quorum:       []tally.Quorum{{Counting: tally.Cast, Fraction: tally.Of(3, 5)}},
		}},
	}
	e.Ballots = stances("2 yes")
	r := count(t, e)
	if got := outcome(r); got != "failed" || r.Stages[0].Checks[0].Holds || r.Stages[0].Checks[1].Holds {
		t.Errorf("two of two cast: %s with %+v; both tests fail", got, r.Stages[0].Checks)
	}
	e.Ballots = stances("4 yes", "1 no")
	if got := outcome(count(t, e)); got != "passed A" {
		t.Errorf("four yes and one no of five: %s, want passed", got)
	}
}

// The examples of the Go results of OpenSlides: selections, ratings, a motion.
func TestSelectionsRatingsMotion(t *testing.T) {
	heavy := func(marks ...int16) tally.Ballot { return tally.Ballot{Marks: marks, Voters: 1, Votes: 5 * tally.Vote} }
	for _, x := range []struct {
		rule    tally.Method
		ballots []tally.Ballot
		want    string
	}{
		{tally.Approval{}, []tally.Ballot{tally.One(1, 1, 0), tally.One(0, 1, 1), heavy(0, 0, 1)}, "1 2 6"},
		{tally.Score{Most: 5}, []tally.Ballot{tally.One(3, 3, 0), tally.One(0, 2, 3), heavy(0, 0, 5)}, "3 5 28"},
	} {
		r := count(t, tally.Election{Options: options("ABC"), Rule: tally.Rule{Method: x.rule}, Ballots: x.ballots})
		var got []string
		for _, s := range r.Stages[0].Standing {
			got = append(got, string(s.Count))
		}
		if strings.Join(got, " ") != x.want || outcome(r) != "elected C" {
			t.Errorf("%s: %s, %s; want %s and C", x.rule.Name(), got, outcome(r), x.want)
		}
	}
	motion := stances("2 yes", "1 no")
	motion = append(motion, tally.Ballot{Spoiled: true, Voters: 1, Votes: tally.Vote})
	r := count(t, tally.Election{Options: options("A"), Rule: tally.Rule{Method: tally.SimpleMajority()}, Ballots: motion})
	if r.Turnout.Invalid.Voters != 1 || figure(r.Stages[0], "yes") != "2" || figure(r.Stages[0], "no") != "1" || outcome(r) != "passed A" {
		t.Errorf("motion: %+v", r)
	}
}

// Examples 1 to 4 of Markus Schulze's paper (2011): the same ballots by winning
// votes and by margins, where they are told apart.
func TestSchulzePaper(t *testing.T) {
	for _, x := range []struct {
		name     string
		letters  string
		ballots  []string
		strength tally.Strength
		want     string
	}{
		{"45 voters, 5 candidates", "ABCDE", []string{"5 ACBED", "5 ADECB", "8 BEDAC", "3 CABED", "7 CAEBD", "2 CBADE", "7 DCEBA", "8 EBADC"}, tally.Winning, "E A C B D"},
		{"45 voters, by margins", "ABCDE", []string{"5 ACBED", "5 ADECB", "8 BEDAC", "3 CABED", "7 CAEBD", "2 CBADE", "7 DCEBA", "8 EBADC"}, tally.Margin, "E A C B D"},
		{"21 voters, 4 candidates", "ABCD", []string{"8 ACDB", "2 BADC", "4 CDBA", "4 DBAC", "3 DCBA"}, tally.Winning, "D A C B"},
		{"30 voters, 4 candidates", "ABCD", []string{"5 ACBD", "2 ACDB", "3 ADCB", "4 BACD", "3 CBDA", "3 CDBA", "1 DACB", "5 DBAC", "4 DCBA"}, tally.Winning, "D A C B"},
		{"9 voters, two potential winners", "ABCD", []string{"3 ABCD", "2 DABC", "2 DBCA", "2 CBDA"}, tally.Winning, "BD AC"},
	} {
		r := count(t, tally.Election{Options: options(x.letters), Ballots: ranked(x.letters, x.ballots...),
			Rule: tally.Rule{Method: tally.Schulze{Pairwise: tally.Pairwise{Strength: x.strength}}}})
		if got := order(r); got != x.want {
			t.Errorf("%s: %s, want %s; paths %v", x.name, got, x.want, r.Stages[1].Matrix)
		}
	}
	r := count(t, tally.Election{Options: options("ABCDE"), Rule: tally.Rule{Method: tally.Schulze{}},
		Ballots: ranked("ABCDE", "5 ACBED", "5 ADECB", "8 BEDAC", "3 CABED", "7 CAEBD", "2 CBADE", "7 DCEBA", "8 EBADC")})
	want := "0 28 28 30 24; 25 0 28 33 24; 25 29 0 29 24; 25 28 28 0 24; 25 28 28 31 0"
	if got := matrix(r.Stages[1].Matrix); got != want {
		t.Errorf("paths: %s, want %s", got, want)
	}
	if got := matrix(r.Stages[0].Matrix); got != "0 20 26 30 22; 25 0 16 33 18; 19 29 0 17 24; 15 12 28 0 14; 23 27 21 31 0" {
		t.Errorf("pairs: %s", got)
	}
}

func matrix(rows [][]tally.Number) string {
	var out []string
	for _, row := range rows {
		var cells []string
		for _, n := range row {
			cells = append(cells, string(n))
		}
		out = append(out, strings.Join(cells, " "))
	}
	return strings.Join(out, "; ")
}

// The capital of Tennessee, the example of ranked pairs: Nashville beats all.
func TestTennessee(t *testing.T) {
	ballots := ranked("MNCK", "42 MNCK", "26 NCKM", "15 CKNM", "17 KCNM")
	for _, x := range []struct {
		rule tally.Method
		want string
	}{
		{tally.RankedPairs{}, "elected N"}, {tally.Schulze{}, "elected N"}, {tally.Debian{Default: "M"}, "elected N"},
		{tally.IRV{}, "elected K"}, {tally.ScottishSTV{Seats: 1}, "elected K"}, {tally.MeekSTV{Seats: 1}, "elected K"},
	} {
		if got := outcome(count(t, tally.Election{Options: options("MNCK"), Ballots: ballots, Rule: tally.Rule{Method: x.rule}})); got != x.want {
			t.Errorf("%s: %s, want %s", x.rule.Name(), got, x.want)
		}
	}
}

// 39 ballots for 2 seats by the Scottish rules, each figure to the last decimal.
func TestScottishStages(t *testing.T) {
	e := tally.Election{Options: options("ABCDE"), Rule: tally.Rule{Method: tally.ScottishSTV{Seats: 2}},
		Ballots: ranked("ABCDE", "10 ABC", "4 AC", "3 A", "6 BD", "5 CD", "7 DEB", "4 EC")}
	r := count(t, e)
	if got := outcome(r); got != "elected A B" {
		t.Fatalf("%s, want A and B", got)
	}
	for i, want := range []map[string]tally.Number{
		{"A": "17", "B": "6", "C": "5", "D": "7", "E": "4"},
		{"A": "14", "B": "7.7647", "C": "5.70588", "D": "7", "E": "4"},
		{"C": "9.70588", "E": "0"},
		{"B": "14.7647"},
	} {
		for option, n := range want {
			if got := standing(r.Stages[i], option); got != n {
				t.Errorf("stage %d: %s has %s, want %s", i+1, option, got, n)
			}
		}
	}
	if got := r.Stages[1].Figures; figure(r.Stages[1], "non_transferable") != "0.52941" || figure(r.Stages[1], "lost") != "0.00001" || figure(r.Stages[0], "quota") != "14" {
		t.Errorf("figures of the surplus: %v", got)
	}
	e.Rule.Method = tally.MeekSTV{Seats: 2}
	if got := outcome(count(t, e)); got != "elected A B" {
		t.Errorf("by Meek's method %s, want A and B", got)
	}
}

// A tie that Meek's surplus decides: Pollux gets 2/5 of Castor's surplus, and
// would be equal to Helen if keep factors were not rounded up.
func TestPolluxAndHelen(t *testing.T) {
	e := tally.Election{Options: options("CPH"), Ballots: ranked("CPH", "5 CP", "1 P", "3 H"), Rule: tally.Rule{Method: tally.MeekSTV{Seats: 2}}}
	r := count(t, e)
	second := r.Stages[1]
	if outcome(r) != "elected C H" || standing(second, "P") != "2.999999995" || standing(second, "C") != "3.000000005" ||
		second.Standing[0].Keep != "0.600000001" || figure(second, "quota") != "3.000000001" || figure(second, "surplus") != "0.000000004" {
		t.Errorf("%s; second round %+v", outcome(r), second)
	}
	e.Rule.Method = tally.ScottishSTV{Seats: 2}
	r = count(t, e)
	if outcome(r) != "elected C H" || standing(r.Stages[1], "P") != "2" || figure(r.Stages[0], "quota") != "4" {
		t.Errorf("by the Scottish rules %s: %+v", outcome(r), r.Stages)
	}
}

// Who is lowest is decided by the latest earlier stage: B and C have 3 after
// A's paper came to B, and B had fewer before.
func TestEarlierStageDecides(t *testing.T) {
	e := tally.Election{Options: options("ABCDE"), Rule: tally.Rule{Method: tally.ScottishSTV{Seats: 2}},
		Ballots: ranked("ABCDE", "1 AB", "2 B", "3 C", "4 D", "5 E")}
	if got := outcome(count(t, e)); got != "tied B C" {
		t.Errorf("without a tie rule %s, want a tie of B and C", got)
	}
	e.Ties.Rules = []tally.TieRule{tally.Earlier}
	r := count(t, e)
	if r.Stages[2].Option != "B" || outcome(r) != "elected E D" {
		t.Errorf("excluded %q, %s", r.Stages[2].Option, outcome(r))
	}
}

// First preferences decide a tie of pairwise methods, when the rule says so: A and
// B are level, and three rank A first and two B.
func TestFirstPreferencesDecide(t *testing.T) {
	e := tally.Election{Options: options("ABC"), Rule: tally.Rule{Method: tally.Schulze{}}, Ballots: ranked("ABC", "2 AB", "2 BA", "1 A=C", "1 B=C", "1 AC", "1 CBA")}
	if got := outcome(count(t, e)); got != "tied A B" {
		t.Errorf("without a rule: %s", got)
	}
	e.Ties.Rules = []tally.TieRule{tally.FirstPreferences}
	if got := outcome(count(t, e)); got != "elected A" {
		t.Errorf("by first preferences: %s", got)
	}
}

// By Meek's method options within the surplus that is still out are tied, though
// their votes differ by less than a millionth: C has 0.000000598 fewer than B.
func TestMeekTiesWithinTheSurplus(t *testing.T) {
	e := tally.Election{Options: options("ABCD"), Rule: tally.Rule{Method: tally.MeekSTV{Seats: 2}}, Ballots: ranked("ABCD", "6 DC", "9 CA", "6 BA", "6 DA", "4 AB")}
	r := count(t, e)
	if last := r.Stages[len(r.Stages)-1]; outcome(r) != "tied D B C" || standing(last, "B") == standing(last, "C") {
		t.Errorf("%s: %+v", outcome(r), last)
	}
}

// The measures of strength disagree on the same circle of three. By winning votes
// the defeat with the fewest votes is weakest, of equal ones that with more against;
// by margins and by ratios it is another.
func TestMeasuresDisagree(t *testing.T) {
	for _, x := range []struct {
		name                   string
		ab, ba, bc, cb, ca, ac int64
		winning, margin, ratio string
	}{
		{"votes, margins", 10, 9, 6, 1, 8, 5, "C", "B", "B"},
		{"margins, ratios", 20, 15, 6, 2, 12, 6, "C", "C", "B"},
		{"equal votes, fewer against", 5, 2, 5, 3, 5, 4, "A", "A", "A"},
		{"nobody against", 6, 0, 5, 0, 9, 5, "C", "A", "A"},
	} {
		ballots := ranked("ABC", lines(x.ab, "AB"), lines(x.ba, "BA"), lines(x.bc, "BC"), lines(x.cb, "CB"), lines(x.ca, "CA"), lines(x.ac, "AC"))
		ballots = slices.DeleteFunc(ballots, func(b tally.Ballot) bool { return b.Voters == 0 })
		for strength, want := range map[tally.Strength]string{tally.Winning: x.winning, tally.Margin: x.margin, tally.Ratio: x.ratio} {
			p := tally.Pairwise{Strength: strength, Unranked: tally.Ignored}
			for _, m := range []tally.Method{tally.Schulze{Pairwise: p}, tally.RankedPairs{Pairwise: p}} {
				if got := outcome(count(t, tally.Election{Options: options("ABC"), Rule: tally.Rule{Method: m}, Ballots: ballots})); got != "elected "+want {
					t.Errorf("%s: %s by %s: %s, want %s", x.name, m.Name(), strength, got, want)
				}
			}
		}
	}
}

func lines(n int64, order string) string { return strconv.FormatInt(n, 10) + " " + order }

// Who is excluded by lot is the last of the lot, and who is left the first: three
// with a vote each come out as the same lot elects one of three that are equal.
func TestLotExcludesTheLast(t *testing.T) {
	for i := range 30 {
		e := tally.Election{Options: options("ABC"), Rule: tally.Rule{Method: tally.Approval{}}, Ballots: []tally.Ballot{tally.One(1, 1, 1)},
			Ties: tally.Ties{Rules: []tally.TieRule{tally.ByLot}, Seed: strconv.Itoa(i)}}
		first := outcome(count(t, e))
		e.Rule.Method, e.Ballots = tally.IRV{}, ranked("ABC", "1 A", "1 B", "1 C")
		if got := outcome(count(t, e)); got != first {
			t.Errorf("seed %d: %s of three equals, %s of three with a vote each", i, first, got)
		}
	}
}

// A name from a file cannot write on the reader's terminal, nor fill in a blank.
func TestHostileNames(t *testing.T) {
	e := tally.Election{Options: []tally.Option{{ID: "A", Name: "\x1b[2J{options}\tAnn\r"}, {ID: "B"}}, Rule: tally.Rule{Method: tally.IRV{}}, Ballots: ranked("AB", "2 AB")}
	var b strings.Builder
	if err := count(t, e).Text(&b, e.Options); err != nil || !strings.Contains(b.String(), "Elected: [2J{options}Ann.") || strings.ContainsAny(b.String(), "\x1b\r\t") {
		t.Errorf("%v: %q", err, b.String())
	}
}

// A majority of three to one is reached with three to one exactly; a bare one is
// not reached by equal votes.
func TestDebianRatioBoundary(t *testing.T) {
	for _, x := range []struct {
		ratio   int64
		ballots []string
		want    string
	}{
		{3, []string{"3 AD", "1 DA"}, "elected A"}, {3, []string{"5 AD", "2 DA"}, "elected D"}, {1, []string{"2 AD", "2 DA"}, "elected D"}, {1, []string{"3 AD", "2 DA"}, "elected A"},
	} {
		e := tally.Election{Options: options("AD"), Ballots: ranked("AD", x.ballots...), Rule: tally.Rule{Method: tally.Debian{Default: "D", Ratios: map[string]tally.Fraction{"A": tally.Of(x.ratio, 1)}}}}
		if got := outcome(count(t, e)); got != x.want {
			t.Errorf("%v with %d to 1: %s, want %s", x.ballots, x.ratio, got, x.want)
		}
	}
}
