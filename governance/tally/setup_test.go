package tally_test

import (
	"strconv"
	"strings"
	"testing"

	"commonweal/governance/tally"
)

// options makes an option of each letter.
func options(letters string) []tally.Option {
	var out []tally.Option
	for _, l := range letters {
		out = append(out, tally.Option{ID: string(l)})
	}
	return out
}

// ranked reads ballots as the papers write them: "5 ACB=ED" is five that rank A
// first, then C, then B and E alike, then D.
func ranked(letters string, lines ...string) []tally.Ballot {
	var out []tally.Ballot
	for _, line := range lines {
		count, order, _ := strings.Cut(line, " ")
		n, err := strconv.ParseInt(count, 10, 64)
		if err != nil {
			panic(err)
		}
		marks, rank := make([]int16, len(letters)), int16(0)
		for i, l := range order {
			if l == '=' {
				continue
			}
			if i == 0 || order[i-1] != '=' {
				rank++
			}
			marks[strings.IndexRune(letters, l)] = rank
		}
		out = append(out, tally.One(marks...).Times(n))
	}
	return out
}

// stances reads ballots on one option: "3 yes", "1 object".
func stances(lines ...string) []tally.Ballot {
	var out []tally.Ballot
	for _, line := range lines {
		count, name, _ := strings.Cut(line, " ")
		n, err := strconv.ParseInt(count, 10, 64)
		if err != nil {
			panic(err)
		}
		mark, _ := tally.StanceMark(name)
		out = append(out, tally.One(mark).Times(n))
	}
	return out
}

func count(t testing.TB, e tally.Election) tally.Result {
	t.Helper()
	r, err := tally.Count(e)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// outcome is a result in one line: "elected A B", "tied B C".
func outcome(r tally.Result) string {
	return strings.TrimSpace(string(r.Outcome) + " " + strings.Join(append(r.Winners, r.Tied...), " "))
}

// order writes a ranking: "E A CB D".
func order(r tally.Result) string {
	var out []string
	for _, g := range r.Ranking {
		out = append(out, strings.Join(g, ""))
	}
	return strings.Join(out, " ")
}

func heads(n int64) tally.Figures {
	return tally.Figures{Voters: n, Votes: tally.Votes(n) * tally.Vote}
}

// standing is what an option has at the end of a stage.
func standing(s tally.Stage, option string) tally.Number {
	for _, x := range s.Standing {
		if x.Option == option {
			return x.Count
		}
	}
	return ""
}

// figure is a figure of a stage.
func figure(s tally.Stage, key string) tally.Number {
	for _, f := range s.Figures {
		if f.Key == key {
			return f.Value
		}
	}
	return ""
}
