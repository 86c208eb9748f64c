package delegation_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/governance/delegation"
	"commonweal/governance/tally"
	"commonweal/platform/fault"
)

// at is the closing of the votes in these tests; every trust ends later.
const at, later = 1_000, 10_000

func roll(ids ...string) []delegation.Voter {
	var out []delegation.Voter
	for _, id := range ids {
		out = append(out, delegation.Voter{ID: id, Votes: tally.Vote})
	}
	return out
}

// trust reads "ada>ben,cy" as a trust for everything, set at the instant.
func trust(since int64, text string) delegation.Trust {
	from, to, _ := strings.Cut(text, ">")
	t := delegation.Trust{From: from, Scope: delegation.Everything, Since: since, Expires: later}
	if to != "" {
		t.To = strings.Split(to, ",")
	}
	return t
}

// fates writes who votes for whom: "ada:carried ben ben:voted".
func fates(s *delegation.Settled) string {
	var out []string
	for _, l := range s.Lines() {
		out = append(out, strings.TrimSpace(l.Voter+":"+string(l.Fate)+" "+l.By))
	}
	return strings.Join(out, ", ")
}

func settle(t *testing.T, voters []delegation.Voter, voted string, rule delegation.Rule, trusts ...delegation.Trust) *delegation.Settled {
	t.Helper()
	rule.At = at
	s, err := delegation.Settle(voters, strings.Fields(voted), trusts, rule)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The rules one by one, on five people.
func TestFates(t *testing.T) {
	five := roll("ada", "ben", "cy", "di", "eva")
	for _, x := range []struct {
		name, voted string
		rule        delegation.Rule
		trusts      []delegation.Trust
		want        string
	}{
		{"a chain", "cy", delegation.Rule{}, []delegation.Trust{trust(1, "ada>ben"), trust(2, "ben>cy")},
			"ada:carried cy, ben:carried cy, cy:voted, di:silent, eva:silent"},
		{"a chain, set from its end", "cy", delegation.Rule{}, []delegation.Trust{trust(2, "ada>ben"), trust(1, "ben>cy")},
			"ada:carried cy, ben:carried cy, cy:voted, di:silent, eva:silent"},
		{"own vote overrides", "ben cy", delegation.Rule{}, []delegation.Trust{trust(1, "ada>ben"), trust(2, "ben>cy")},
			"ada:carried ben, ben:voted, cy:voted, di:silent, eva:silent"},
		{"a circle, with somebody behind it", "eva", delegation.Rule{}, []delegation.Trust{trust(1, "ada>ben"), trust(2, "ben>cy"), trust(3, "cy>ada"), trust(4, "di>ada")},
			"ada:loop cy, ben:loop cy, cy:loop, di:loop cy, eva:voted"},
		{"the end does not vote", "eva", delegation.Rule{}, []delegation.Trust{trust(1, "ada>ben"), trust(2, "ben>cy")},
			"ada:open cy, ben:open cy, cy:silent, di:silent, eva:voted"},
		{"whom they trust is not entitled", "eva", delegation.Rule{}, []delegation.Trust{trust(1, "ada>zoe")},
			"ada:absent, ben:silent, cy:silent, di:silent, eva:voted"},
		{"the latest are passed over, and fall back", "cy eva", delegation.Rule{MostCarried: 1}, []delegation.Trust{trust(1, "ada>cy"), trust(2, "ben>cy,eva"), trust(3, "di>cy")},
			"ada:carried cy, ben:carried eva, cy:voted, di:full, eva:voted"},
		{"a proxy is not passed on", "cy", delegation.Rule{OneStep: true}, []delegation.Trust{trust(1, "ada>ben"), trust(2, "ben>cy")},
			"ada:open, ben:carried cy, cy:voted, di:silent, eva:silent"},
		{"a second proxy in reserve", "cy", delegation.Rule{OneStep: true}, []delegation.Trust{trust(1, "ada>ben,cy")},
			"ada:carried cy, ben:silent, cy:voted, di:silent, eva:silent"},
	} {
		if got := fates(settle(t, five, x.voted, x.rule, x.trusts...)); got != x.want {
			t.Errorf("%s: %s, want %s", x.name, got, x.want)
		}
	}
}

// The narrowest scope counts; an empty one switches wider ones off; what has
// ended, or begins later, does not count.
func TestScopesAndExpiry(t *testing.T) {
	three := roll("ada", "ben", "cy")
	scoped := func(text string, scope delegation.Scope, since, expires int64) delegation.Trust {
		x := trust(since, text)
		x.Scope, x.Expires = scope, expires
		return x
	}
	for _, x := range []struct {
		trusts []delegation.Trust
		want   string
	}{
		{[]delegation.Trust{scoped("ada>ben", delegation.Area, 1, later), scoped("ada>cy", delegation.Topic, 2, later)}, "ada:carried cy"},
		{[]delegation.Trust{scoped("ada>ben", delegation.Topic, 1, later), scoped("ada>cy", delegation.Everything, 2, later)}, "ada:carried ben"},
		{[]delegation.Trust{scoped("ada>ben", delegation.Area, 1, later), scoped("ada>", delegation.Proposal, 2, later)}, "ada:off"},
		{[]delegation.Trust{scoped("ada>ben", delegation.Area, 1, later), scoped("ada>cy", delegation.Topic, 2, at)}, "ada:carried ben"},
		{[]delegation.Trust{scoped("ada>ben", delegation.Area, 1, later), scoped("ada>cy", delegation.Topic, at+1, later)}, "ada:carried ben"},
	} {
		if got := fates(settle(t, three, "ben cy", delegation.Rule{}, x.trusts...)); !strings.HasPrefix(got, x.want+",") {
			t.Errorf("%+v: %s, want %s", x.trusts, got, x.want)
		}
	}
}

// Invariant 7: carried votes count in the classes and with the weight of whom they
// belong to; a proxy votes as told.
func TestInvariant7OwnClassesAndWeights(t *testing.T) {
	voters := []delegation.Voter{{ID: "ada", Votes: 3 * tally.Vote, Classes: 1}, {ID: "ben", Votes: tally.Vote, Classes: 2}, {ID: "cy", Votes: tally.Vote / 2, Classes: 3}}
	told := trust(2, "cy>ben")
	told.Marks = []int16{2}
	s := settle(t, voters, "ben", delegation.Rule{}, trust(1, "ada>ben"), told)
	got := fmt.Sprint(s.Ballots(map[string]tally.Ballot{"ben": {Marks: []int16{1}}}))
	if want := fmt.Sprint([]tally.Ballot{{Marks: []int16{1}, Classes: 1, Voters: 1, Votes: 3 * tally.Vote}, {Marks: []int16{1}, Classes: 2, Voters: 1, Votes: tally.Vote},
		{Marks: []int16{2}, Classes: 3, Voters: 1, Votes: tally.Vote / 2}}); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if w := s.Weight()["ben"]; w.Voters != 3 || w.Votes != 4*tally.Vote+tally.Vote/2 {
		t.Errorf("ben stands for %+v", w)
	}
	if chain := s.Chain("ada"); !slices.Equal(chain, []string{"ben"}) {
		t.Errorf("the chain of ada is %v", chain)
	}
}

func TestRefusals(t *testing.T) {
	two := roll("ada", "ben")
	ended := trust(5, "ada>ben")
	ended.Expires = 5
	odd := trust(5, "ada>ben")
	odd.Scope = "village"
	for _, x := range []struct {
		code   string
		voters []delegation.Voter
		voted  []string
		trusts []delegation.Trust
	}{
		{"delegation.roll", roll("ada", "ada"), nil, nil},
		{"delegation.not_entitled", two, []string{"zoe"}, nil},
		{"delegation.not_entitled", two, []string{"ada", "ada"}, nil},
		{"delegation.self", two, nil, []delegation.Trust{trust(1, "ada>ben,ada")}},
		{"delegation.expiry", two, nil, []delegation.Trust{ended}},
		{"delegation.scope", two, nil, []delegation.Trust{odd}},
		{"delegation.twice", two, nil, []delegation.Trust{trust(1, "ada>ben"), trust(2, "ada>")}},
	} {
		if _, err := delegation.Settle(x.voters, x.voted, x.trusts, delegation.Rule{At: at}); fault.CodeOf(err) != x.code {
			t.Errorf("%s: %v", x.code, err)
		}
	}
}

// graph draws a roll with trusts at random: circles, chains, and people who vote.
func graph(t *rapid.T, choices int) (voters []delegation.Voter, voted []string, trusts []delegation.Trust) {
	n := rapid.IntRange(1, 12).Draw(t, "people")
	name := func(i int) string { return string(rune('a' + i)) }
	for i := range n {
		voters = append(voters, delegation.Voter{ID: name(i), Votes: tally.Votes(rapid.Int64Range(1, 3).Draw(t, "votes")) * tally.Vote})
		if rapid.IntRange(0, 3).Draw(t, "votes itself") == 0 {
			voted = append(voted, name(i))
		}
		x := delegation.Trust{From: name(i), Scope: delegation.Area, Since: rapid.Int64Range(0, 9).Draw(t, "since"), Expires: later}
		for range rapid.IntRange(0, choices).Draw(t, "choices") {
			if to := name(rapid.IntRange(0, n).Draw(t, "to")); to != x.From { // the last is not on the roll
				x.To = append(x.To, to)
			}
		}
		if rapid.Bool().Draw(t, "trusts") {
			trusts = append(trusts, x)
		}
	}
	return voters, voted, trusts
}

// Invariants 1 to 4.
func TestInvariant1To4RandomGraphs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		voters, voted, trusts := graph(t, 3)
		rule := delegation.Rule{At: at, MostCarried: rapid.Int64Range(0, 3).Draw(t, "cap"), OneStep: rapid.Bool().Draw(t, "one step")}
		s, err := delegation.Settle(voters, voted, trusts, rule)
		if err != nil {
			t.Fatal(err)
		}
		var people int64
		var all, cast, not tally.Votes
		votes := map[string]tally.Votes{}
		for _, v := range voters {
			all += v.Votes
			votes[v.ID] = v.Votes
		}
		for _, l := range s.Lines() {
			own := slices.Contains(voted, l.Voter)
			if own != (l.Fate == delegation.Voted) || own && l.By != "" {
				t.Fatalf("%+v, voted %v", l, own)
			}
			if l.Fate == delegation.Carried && !slices.Contains(voted, l.By) {
				t.Fatalf("%+v is carried by who did not vote", l)
			}
			if l.Fate != delegation.Voted && l.Fate != delegation.Carried {
				not += votes[l.Voter]
			}
		}
		for id, f := range s.Weight() {
			cast += f.Votes
			people += f.Voters
			if rule.MostCarried > 0 && f.Voters-1 > rule.MostCarried {
				t.Fatalf("%s carries %d, at most %d", id, f.Voters-1, rule.MostCarried)
			}
		}
		if cast+not != all || int(people) != len(s.Ballots(nil)) {
			t.Fatalf("%s cast and %s not, of %s; %d people", cast, not, all, people)
		}
		other, lines := slices.Clone(voters), fates(s)
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		rnd.Shuffle(len(trusts), func(i, j int) { trusts[i], trusts[j] = trusts[j], trusts[i] })
		rnd.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		again, err := delegation.Settle(other, voted, trusts, rule)
		if err != nil {
			t.Fatal(err)
		}
		a, b := strings.Split(lines, ", "), strings.Split(fates(again), ", ")
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Fatalf("%v\n%v", a, b)
		}
	})
}

// Invariant 5: with single choices and no cap, the end of the chain of pointers
// represents everybody; followed step by step.
func TestInvariant5Pointers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		voters, voted, trusts := graph(t, 1)
		s, err := delegation.Settle(voters, voted, trusts, delegation.Rule{At: at})
		if err != nil {
			t.Fatal(err)
		}
		to := map[string]string{}
		for _, x := range trusts {
			if len(x.To) == 1 {
				to[x.From] = x.To[0]
			}
		}
		for _, l := range s.Lines() {
			end, steps := l.Voter, 0
			for ; !slices.Contains(voted, end) && to[end] != "" && steps <= len(voters); steps++ {
				end = to[end]
			}
			want := delegation.Carried
			switch {
			case slices.Contains(voted, l.Voter):
				want = delegation.Voted
			case !slices.Contains(voted, end):
				want = ""
			}
			if want != "" && l.Fate != want || want == "" && (l.Fate == delegation.Carried || l.Fate == delegation.Voted) || want == delegation.Carried && l.By != end {
				t.Fatalf("%+v, want %s by %s", l, want, end)
			}
			if steps > len(voters) && l.Fate != delegation.Loop {
				t.Fatalf("%+v goes round in a circle", l)
			}
		}
	})
}

// Invariant 6: a proxy goes one step.
func TestInvariant6OneStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		voters, voted, trusts := graph(t, 3)
		s, err := delegation.Settle(voters, voted, trusts, delegation.Rule{At: at, OneStep: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range voters {
			if len(s.Chain(v.ID)) > 1 {
				t.Fatalf("the proxy of %s goes %v", v.ID, s.Chain(v.ID))
			}
		}
	})
}

// BenchmarkHundredThousand settles a roll of 100,000, a third of whom vote and the
// rest trust somebody, one after the other in long chains.
func BenchmarkHundredThousand(b *testing.B) {
	const n = 100_000
	rnd := rand.New(rand.NewPCG(1, 2))
	var voters []delegation.Voter
	var voted []string
	var trusts []delegation.Trust
	for i := range n {
		id := fmt.Sprintf("member-%06d", i)
		voters = append(voters, delegation.Voter{ID: id, Votes: tally.Vote})
		if i%3 == 0 {
			voted = append(voted, id)
			continue
		}
		trusts = append(trusts, delegation.Trust{From: id, To: []string{fmt.Sprintf("member-%06d", (i+1)%n), fmt.Sprintf("member-%06d", rnd.IntN(n))}, Scope: delegation.Topic, Since: rnd.Int64N(at), Expires: later})
		if trusts[len(trusts)-1].To[1] == id {
			trusts[len(trusts)-1].To = trusts[len(trusts)-1].To[:1]
		}
	}
	cast := map[string]tally.Ballot{}
	for _, id := range voted {
		cast[id] = tally.One(1)
	}
	for b.Loop() {
		s, err := delegation.Settle(voters, voted, trusts, delegation.Rule{At: at, MostCarried: 20})
		if err != nil {
			b.Fatal(err)
		}
		if len(s.Lines()) != n || len(s.Ballots(cast)) < len(voted) {
			b.Fatal("people are missing")
		}
	}
}
