package shapley

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

// anyGame draws the worths of all groups of n players, nothing assumed.
func anyGame(t *rapid.T, n int) []int64 {
	worths := rapid.SliceOfN(rapid.Int64Range(-1e15, 1e15), 1<<n, 1<<n).Draw(t, "worths")
	worths[0] = 0
	return worths
}

func exact(t *rapid.T, n int, worth func(Coalition) int64) []*big.Rat {
	values, err := Exact(n, worth)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

func sum(values []*big.Rat) *big.Rat {
	total := new(big.Rat)
	for _, v := range values {
		total.Add(total, v)
	}
	return total
}

func TestInvariant1Efficiency(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "players")
		worths := anyGame(t, n)
		worth := func(s Coalition) int64 { return worths[s] }
		all := new(big.Rat).SetInt64(worths[everybody(n)])
		if got := sum(exact(t, n, worth)); got.Cmp(all) != 0 {
			t.Fatalf("exact: %s of %s", got, all)
		}
		drawn, err := Sample(players(n), worth, 2e15, Sampling{Seed: "s", Orders: MinOrders})
		if err != nil {
			t.Fatal(err)
		}
		if got := sum(drawn.Values); got.Cmp(all) != 0 {
			t.Fatalf("drawn: %s of %s", got, all)
		}
	})
}

func players(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprint("p", i))
	}
	return names
}

// swapped exchanges two players in a coalition.
func swapped(s Coalition, i, j int) Coalition {
	a, b := s>>i&1, s>>j&1
	return s&^(1<<i|1<<j) | a<<j | b<<i
}

func TestInvariant2Symmetry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(t, "players")
		worths := anyGame(t, n)
		i, j := 0, rapid.IntRange(1, n-1).Draw(t, "twin")
		values := exact(t, n, func(s Coalition) int64 { return worths[min(s, swapped(s, i, j))] })
		if values[i].Cmp(values[j]) != 0 {
			t.Fatalf("twins get %s and %s", values[i], values[j])
		}
	})
}

func TestInvariant3NullPlayer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "players")
		worths := anyGame(t, n)
		null := rapid.IntRange(0, n-1).Draw(t, "null")
		values := exact(t, n, func(s Coalition) int64 { return worths[s&^(1<<null)] })
		if values[null].Sign() != 0 {
			t.Fatalf("who brings nothing gets %s", values[null])
		}
	})
}

func TestInvariant4Additivity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "players")
		a, b := anyGame(t, n), anyGame(t, n)
		va, vb := exact(t, n, func(s Coalition) int64 { return a[s] }), exact(t, n, func(s Coalition) int64 { return b[s] })
		both := exact(t, n, func(s Coalition) int64 { return a[s] + b[s] })
		for i := range both {
			if new(big.Rat).Add(va[i], vb[i]).Cmp(both[i]) != 0 {
				t.Fatalf("player %d: %s and %s, together %s", i, va[i], vb[i], both[i])
			}
		}
	})
}

// statedGame draws a game as people state one.
func statedGame(t *rapid.T, most int) Game {
	n := rapid.IntRange(1, most).Draw(t, "players")
	g := Game{Players: players(n)}
	seen := map[Coalition]bool{}
	for range rapid.IntRange(1, 12).Draw(t, "groups") {
		members := Coalition(rapid.Uint64Range(1, uint64(everybody(n))).Draw(t, "members"))
		if !seen[members] {
			g.Groups = append(g.Groups, Group{members, rapid.Int64Range(1, 1e12).Draw(t, "worth")})
		}
		seen[members] = true
	}
	return g
}

func values(t *rapid.T, g Game, by Sampling) Estimate {
	e, err := g.Values(by)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestInvariant5OrderOfPlayersDecidesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := statedGame(t, 16)
		by := Sampling{Seed: "lot", Orders: MinOrders}
		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 0)).Perm(len(g.Players))
		h := Game{Players: make([]string, len(g.Players))}
		for to, from := range order {
			h.Players[to] = g.Players[from]
		}
		for _, group := range slices.Backward(g.Groups) {
			moved := Group{Worth: group.Worth}
			for to, from := range order {
				moved.Members |= group.Members >> from & 1 << to
			}
			h.Groups = append(h.Groups, moved)
		}
		a, b := values(t, g, by), values(t, h, by)
		for to, from := range order {
			if a.Values[from].Cmp(b.Values[to]) != 0 {
				t.Fatalf("%s gets %s, listed otherwise %s", g.Players[from], a.Values[from], b.Values[to])
			}
		}
	})
}

func TestInvariant6NobodyBelowZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for i, v := range values(t, statedGame(t, 16), Sampling{Seed: "s", Orders: MinOrders}).Values {
			if v.Sign() < 0 {
				t.Fatalf("player %d gets %s", i, v)
			}
		}
	})
}

func TestInvariant7DrawnWithinTheError(t *testing.T) {
	beyond, games := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		g := statedGame(t, 8)
		want := values(t, g, Sampling{})
		got, err := Sample(g.Players, g.Worth, g.Worth(everybody(len(g.Players))), Sampling{Seed: strconv.Itoa(games), Orders: 400})
		if err != nil {
			t.Fatal(err)
		}
		games++
		for i, v := range got.Values {
			if off := new(big.Rat).Sub(v, want.Values[i]); off.Abs(off).Cmp(got.Error) > 0 {
				beyond++
				break
			}
		}
	})
	if beyond*20 > games {
		t.Errorf("%d of %d games were beyond the stated error", beyond, games)
	}
}

func whole(text string) (int64, error) { return strconv.ParseInt(text, 10, 64) }

func TestInvariant8TextReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := statedGame(t, 10)
		text := g.Text(func(n int64) string { return strconv.FormatInt(n, 10) })
		back, err := Parse(text, whole)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if again := back.Text(func(n int64) string { return strconv.FormatInt(n, 10) }); normal(again) != normal(text) {
			t.Fatalf("%q became %q", text, again)
		}
	})
}

// normal sorts the members of each line: reading lists players as they are named.
func normal(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		names, worth, _ := strings.Cut(line, ":")
		list := strings.Split(names, " + ")
		slices.Sort(list)
		lines[i] = strings.Join(list, " + ") + ":" + worth
	}
	return strings.Join(lines, "\n")
}

func TestWhatIsRefused(t *testing.T) {
	many := players(MaxPlayers + 1)
	for text, code := range map[string]string{
		"":                                      "shapley.players",
		"Ada":                                   "shapley.line",
		"Ada: much":                             "shapley.worth",
		"+ : 3":                                 "shapley.line",
		" , ,Ada: 3":                            "shapley.line",
		": 3":                                   "shapley.players",
		"Ada: -1":                               "shapley.negative_worth",
		"Ada: 0":                                "shapley.no_worth",
		"Ada + Bas: 1\nBas + Ada: 2":            "shapley.group_twice",
		strings.Join(many, " + ") + ":1":        "shapley.players",
		strings.Repeat("Ada: 1\n", MaxGroups+1): "shapley.groups",
	} {
		if _, err := Parse(text, whole); err == nil || fault.As(err).Code != code {
			t.Errorf("%.40q: %v, want %s", text, err, code)
		}
	}
	if _, err := Parse("Ada: 1\n\n# a note\nBas: x", whole); err == nil || fault.As(err).Line != 4 {
		t.Errorf("the line is not named: %v", err)
	}
	if _, err := Exact(MaxExact+1, func(Coalition) int64 { return 0 }); err == nil {
		t.Error("thirteen players were computed exactly")
	}
	if _, err := Exact(1, func(Coalition) int64 { return 1 }); err == nil || fault.As(err).Code != "shapley.empty_group" {
		t.Errorf("nobody is worth something: %v", err)
	}
	if _, err := Sample([]string{"Ada", "Ada"}, func(Coalition) int64 { return 0 }, 0, Sampling{}); err == nil || fault.As(err).Code != "shapley.twice" {
		t.Errorf("Ada plays twice: %v", err)
	}
	if _, err := Sample([]string{"Ada"}, func(Coalition) int64 { return 0 }, 0, Sampling{Orders: MaxOrders + 1}); err == nil || fault.As(err).Code != "shapley.orders" {
		t.Errorf("too many orders: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("Ada: 30\nBas: 20\nAda + Bas: 80")
	f.Add("# nobody\nA,B = 1:2")
	f.Add("+,+:9223372036854775807")
	f.Fuzz(func(t *testing.T, text string) {
		g, err := Parse(text, whole)
		if err != nil {
			return
		}
		if _, err := g.Values(Sampling{Orders: MinOrders}); err != nil {
			t.Errorf("%q was read and cannot be played: %v", text, err)
		}
	})
}

// Twelve players are the most that are computed exactly: 4,096 groups, each
// looked up among the most that may be stated.
func BenchmarkExact12(b *testing.B) {
	g := Game{Players: players(MaxExact)}
	for i := range MaxGroups {
		g.Groups = append(g.Groups, Group{Coalition(i + 1), int64(i + 1)})
	}
	for b.Loop() {
		if _, err := g.Values(Sampling{}); err != nil {
			b.Fatal(err)
		}
	}
}
