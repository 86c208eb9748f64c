package shapley

import (
	"math/big"
	"slices"
	"testing"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// majority is a weighted majority game: a group wins one when its votes reach
// the quota.
func majority(quota int, votes ...int) func(Coalition) int64 {
	return func(s Coalition) int64 {
		sum := 0
		for i, v := range votes {
			if s&(1<<i) != 0 {
				sum += v
			}
		}
		if sum >= quota {
			return 1
		}
		return 0
	}
}

func texts(values []*big.Rat) (out []string) {
	for _, v := range values {
		out = append(out, v.RatString())
	}
	return out
}

// The values of weighted majority games as they are published, under the name
// of the Shapley–Shubik index ("A Method for Evaluating the Distribution of
// Power in a Committee System", 1954).
func TestPublishedMajorityGames(t *testing.T) {
	for _, c := range []struct {
		what  string
		quota int
		votes []int
		want  []string
	}{
		{"textbook [5: 4, 2, 1]", 5, []int{4, 2, 1}, []string{"2/3", "1/6", "1/6"}},
		{"four voters, majority 4", 4, []int{3, 2, 1, 1}, []string{"1/2", "1/6", "1/6", "1/6"}},
		{"parliament of Micronesia", 51, []int{45, 25, 15, 15}, []string{"1/2", "1/6", "1/6", "1/6"}},
		{"Council of Ministers, 1958: Luxembourg's vote never counts", 12, []int{4, 4, 4, 2, 2, 1}, []string{"7/30", "7/30", "7/30", "3/20", "3/20", "0"}},
		{"one shareholder of 51 percent", 51, []int{51, 49}, []string{"1", "0"}},
		{"shares of 49, 49 and 2 percent", 51, []int{49, 49, 2}, []string{"1/3", "1/3", "1/3"}},
	} {
		got, err := Exact(len(c.votes), majority(c.quota, c.votes...))
		if err != nil || !slices.Equal(texts(got), c.want) {
			t.Errorf("%s: %v (%v), want %v", c.what, texts(got), err, c.want)
		}
	}
}

// The unanimity game of a group pays one when the whole group is there: its
// members share equally (Shapley 1953, from which all other games are made up).
func TestUnanimityGames(t *testing.T) {
	for n := 1; n <= MaxExact; n++ {
		for _, all := range []Coalition{1, everybody(n), everybody(n)&^0b10 | 1} {
			got, err := Exact(n, func(s Coalition) int64 {
				if s&all == all {
					return 1
				}
				return 0
			})
			if err != nil {
				t.Fatal(err)
			}
			members := int64(0)
			for i := range n {
				if all&(1<<i) != 0 {
					members++
				}
			}
			for i, v := range got {
				want := new(big.Rat)
				if all&(1<<i) != 0 {
					want.SetFrac64(1, members)
				}
				if v.Cmp(want) != 0 {
					t.Errorf("%d players, group %b: player %d gets %s, want %s", n, all, i, v.RatString(), want.RatString())
				}
			}
		}
	}
}

// Fifteen players are drawn. In the Security Council of the United Nations a
// motion needs its five permanent members and four of the other ten: the
// published values are 421/2145 and 4/2145.
func TestInvariant7SecurityCouncil(t *testing.T) {
	votes, names := make([]int, 15), make([]string, 15)
	for i := range votes {
		votes[i], names[i] = 1, string(rune('A'+i))
		if i < 5 {
			votes[i] = 7
		}
	}
	got, err := Sample(names, majority(39, votes...), 1, Sampling{Seed: "council", Orders: 20_000})
	if err != nil {
		t.Fatal(err)
	}
	// In units of one the bound rounds up to a whole unit; this is its fraction.
	bound := big.NewRat(1338, 100_000) // √(7.16 / 40,000)
	sum := new(big.Rat)
	for i, v := range got.Values {
		want := big.NewRat(4, 2145)
		if i < 5 {
			want = big.NewRat(421, 2145)
		}
		if off := new(big.Rat).Sub(v, want); off.Abs(off).Cmp(bound) > 0 {
			t.Errorf("%s: %s, published %s", names[i], v.FloatString(5), want.FloatString(5))
		}
		sum.Add(sum, v)
	}
	if sum.Cmp(big.NewRat(1, 1)) != 0 {
		t.Errorf("the drawn values add up to %s", sum.RatString())
	}
}

// Ada alone makes 30, Bas 20, together 80: Ada brings 30 when first and 60 when
// second, 45 on average.
func TestTwoPeople(t *testing.T) {
	g := Game{Players: []string{"Ada", "Bas"}, Groups: []Group{{0b01, 30}, {0b10, 20}, {0b11, 80}}}
	got, err := g.Values(Sampling{})
	if err != nil || !slices.Equal(texts(got.Values), []string{"45", "35"}) || got.Error != nil {
		t.Errorf("%v %v", texts(got.Values), err)
	}
}

// The shares add up to the amount, and each is within a cent of the exact one.
func TestDivideRoundsOnce(t *testing.T) {
	g := Game{Players: []string{"Ada", "Bas", "Cleo"}, Groups: []Group{{0b001, 30}, {0b010, 20}, {0b011, 80}, {0b111, 90}}}
	values, err := g.Values(Sampling{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := values.Divide(quantity.MustParse("90.01", "EUR"), g.Players, "7")
	if err != nil {
		t.Fatal(err)
	}
	total := quantity.Amount{Unit: "EUR"}
	for i, a := range got {
		exact := new(big.Rat).Mul(values.Values[i], big.NewRat(9001, 9000))
		if off := new(big.Rat).Sub(a.Rat(), exact); off.Abs(off).Cmp(big.NewRat(1, 100)) >= 0 {
			t.Errorf("%s gets %s, exactly %s", g.Players[i], a, exact.FloatString(6))
		}
		if total, err = total.Add(a); err != nil {
			t.Fatal(err)
		}
	}
	if total.Decimal() != "90.01" {
		t.Errorf("%s", total)
	}
	if _, err := values.Divide(quantity.MustParse("0.005", "EUR"), g.Players, "7"); fault.CodeOf(err) != "shapley.step" {
		t.Errorf("half a cent was divided: %v", err)
	}
}
