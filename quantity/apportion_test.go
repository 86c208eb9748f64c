package quantity

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

// names returns n receivers.
func names(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("receiver-%d", i)
	}
	return ids
}

// tester is what a testing.T and a rapid.T share.
type tester interface {
	Helper()
	Fatal(...any)
}

func must[T any](t tester, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func sum(xs []int64) (total int64) {
	for _, x := range xs {
		total += x
	}
	return total
}

func TestPublishedExamples(t *testing.T) {
	tests := []struct {
		name    string
		total   int64
		weights []int64
		want    []int64
	}{
		{"three to one, three and three", 3, []int64{1, 3, 3}, []int64{1, 1, 1}},
		{"a larger pot may lower a share", 4, []int64{1, 3, 3}, []int64{0, 2, 2}},
		{"one over 100 and 1 goes to the 100", 1, []int64{100, 1}, []int64{1, 0}},
		{"one over 1 and 100 goes to the 100", 1, []int64{1, 100}, []int64{0, 1}},
		{"work, flour and oven, in cents", 3000, []int64{3600, 500, 400}, []int64{2400, 333, 267}},
		{"give: 75 of 1,500 over 50,000", 50_000, []int64{75, 1425}, []int64{2500, 47_500}},
		{"nothing to split", 0, []int64{0, 0}, []int64{0, 0}},
		{"nobody has a share of nothing", 0, nil, []int64{}},
		{"the largest total", math.MaxInt64, []int64{math.MaxInt64, math.MaxInt64}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ApportionInt64(tt.total, tt.weights, TieKeysFor("d", names(len(tt.weights))))
			if err != nil || (tt.want != nil && !slices.Equal(got, tt.want)) || sum(got) != tt.total {
				t.Errorf("got %v, %v; want %v", got, err, tt.want)
			}
		})
	}
}

// One unit over two equal receivers, and three over four, go by lot and not to
// whoever stands last.
func TestTheLotNotTheListDecides(t *testing.T) {
	for _, weights := range [][]int64{{1, 1}, {7, 7, 7, 7}} {
		ids := names(len(weights))
		keys := TieKeysFor("spring", ids)
		got := division{int64(len(ids) - 1), weights, keys}.split(t)
		last := slices.IndexFunc(keys, func(k TieKey) bool {
			return !slices.ContainsFunc(keys, func(o TieKey) bool { return bytes.Compare(o[:], k[:]) > 0 })
		})
		if got[last] != 0 || sum(got) != int64(len(ids)-1) {
			t.Errorf("shares %v: receiver %d has the largest lot and should have none", got, last)
		}
	}
}

const springAda = "219bece847023ab8f37dada996bbd9bfff95024fb367f85f1cf9c384e676308d"

// The lot is the SHA-256 of "spring", a zero byte and "ada", as any program can
// compute: printf 'spring\0ada' | sha256sum.
func TestTieKeyIsPublished(t *testing.T) {
	if got := fmt.Sprintf("%x", TieKeyFor("spring", "ada")); got != springAda {
		t.Errorf("TieKeyFor = %s, want %s", got, springAda)
	}
}

func TestRefusals(t *testing.T) {
	two := TieKeysFor("d", names(2))
	tests := []struct {
		name    string
		total   int64
		weights []*big.Int
		ties    []TieKey
		code    string
	}{
		{"all weights zero", 5, bigs(0, 0), two, "quantity.no_weight"},
		{"nobody", 5, nil, nil, "quantity.no_weight"},
		{"negative weight", 5, bigs(3, -1), two, "quantity.negative_weight"},
		{"missing weight", 5, []*big.Int{big.NewInt(1), nil}, two, "quantity.missing_weight"},
		{"negative total", -5, bigs(1, 1), two, "quantity.negative_total"},
		{"too few lots", 5, bigs(1, 1), two[:1], "quantity.tie_keys"},
		{"one receiver twice", 5, bigs(1, 1), []TieKey{two[0], two[0]}, "quantity.duplicate_receiver"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Apportion(tt.total, tt.weights, tt.ties); fault.CodeOf(err) != tt.code {
				t.Errorf("error %v, want code %s", err, tt.code)
			}
		})
	}
}

func bigs(ns ...int64) []*big.Int {
	out := make([]*big.Int, len(ns))
	for i, n := range ns {
		out[i] = big.NewInt(n)
	}
	return out
}

// division is a random split: weights small enough to tie often, or huge.
type division struct {
	total   int64
	weights []int64
	ties    []TieKey
}

func drawDivision(t *rapid.T) division {
	weight := rapid.OneOf(rapid.Int64Range(0, 5), rapid.Int64Range(0, math.MaxInt64))
	d := division{
		total:   rapid.OneOf(rapid.Int64Range(0, 50), rapid.Int64Range(0, math.MaxInt64)).Draw(t, "total"),
		weights: rapid.SliceOfN(weight, 1, 12).Draw(t, "weights"),
	}
	d.weights[0] = max(d.weights[0], 1)
	d.ties = TieKeysFor(rapid.StringMatching(`[a-z]{0,3}`).Draw(t, "distribution"), names(len(d.weights)))
	return d
}

func (d division) split(t tester) []int64 {
	t.Helper()
	shares, err := ApportionInt64(d.total, d.weights, d.ties)
	return must(t, shares, err)
}

// exact returns total · w_i / W.
func (d division) exact(i int) *big.Rat {
	whole := new(big.Int)
	for _, w := range d.weights {
		whole.Add(whole, big.NewInt(w))
	}
	return new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(d.total), big.NewInt(d.weights[i])), whole)
}

func TestInvariant1SharesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDivision(t)
		left := d.total
		for _, s := range d.split(t) {
			left -= s
		}
		if left != 0 {
			t.Fatalf("%d units lost", left)
		}
	})
}

func TestInvariant2Quota(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDivision(t)
		for i, s := range d.split(t) {
			off := new(big.Rat).Sub(new(big.Rat).SetInt64(s), d.exact(i))
			if off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("share %d is %d, exactly %s", i, s, d.exact(i).FloatString(3))
			}
		}
	})
}

func TestInvariant3OrderNeverDecides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDivision(t)
		order := rapid.Permutation(indexes(len(d.weights))).Draw(t, "order")
		shuffled := division{total: d.total}
		for _, i := range order {
			shuffled.weights = append(shuffled.weights, d.weights[i])
			shuffled.ties = append(shuffled.ties, d.ties[i])
		}
		want, got := d.split(t), shuffled.split(t)
		for at, i := range order {
			if got[at] != want[i] {
				t.Fatalf("receiver %d has %d in one order and %d in another", i, want[i], got[at])
			}
		}
	})
}

func indexes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func TestInvariant4EqualWeightsEqualShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDivision(t)
		shares := d.split(t)
		for i := range shares {
			for j := range shares {
				if d.weights[i] == d.weights[j] && shares[i]-shares[j] > 1 {
					t.Fatalf("equal weights got %d and %d", shares[i], shares[j])
				}
			}
			if d.weights[i] == 0 && shares[i] != 0 {
				t.Fatalf("weight zero got %d", shares[i])
			}
		}
	})
}

func TestInvariant5ScaleChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDivision(t)
		factor := new(big.Int).Exp(big.NewInt(7), big.NewInt(rapid.Int64Range(1, 60).Draw(t, "power")), nil)
		scaled := make([]*big.Int, len(d.weights))
		for i, w := range d.weights {
			scaled[i] = new(big.Int).Mul(big.NewInt(w), factor)
		}
		got, err := Apportion(d.total, scaled, d.ties)
		if want := d.split(t); !slices.Equal(must(t, got, err), want) {
			t.Fatalf("scaled %v, plain %v", got, want)
		}
	})
}

func TestInvariant6RaisingAWeightNeverLowersItsShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDivision(t)
		i := rapid.IntRange(0, len(d.weights)-1).Draw(t, "who")
		before := d.split(t)[i]
		raise := rapid.OneOf(rapid.Int64Range(1, 3), rapid.Int64Range(1, math.MaxInt64)).Draw(t, "raise")
		raised := division{d.total, slices.Clone(d.weights), d.ties}
		if raised.weights[i] > math.MaxInt64-raise {
			raised.weights[i] = math.MaxInt64
		} else {
			raised.weights[i] += raise
		}
		if after := raised.split(t)[i]; after < before {
			t.Fatalf("weight %d -> %d lowered the share %d -> %d", d.weights[i], raised.weights[i], before, after)
		}
	})
}

func TestInvariant7LeavingWithOnesShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDivision(t)
		d.weights, d.ties = append(d.weights, 1), append(d.ties, TieKeyFor("x", "stays"))
		shares := d.split(t)
		i := rapid.IntRange(0, len(d.weights)-2).Draw(t, "who leaves")
		rest := division{d.total - shares[i], slices.Delete(slices.Clone(d.weights), i, i+1), slices.Delete(slices.Clone(d.ties), i, i+1)}
		want := slices.Delete(slices.Clone(shares), i, i+1)
		for j, s := range rest.split(t) {
			if s-want[j] > 1 || want[j]-s > 1 {
				t.Fatalf("share %d moved from %d to %d", j, want[j], s)
			}
		}
	})
}

func TestInvariant8GroupsThenPeople(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weight := rapid.Int64Range(1, 1000)
		groups := rapid.SliceOfN(rapid.SliceOfN(weight, 1, 5), 1, 5).Draw(t, "groups")
		total := rapid.Int64Range(0, 1_000_000).Draw(t, "total")
		var flat, sums []int64
		for _, g := range groups {
			flat, sums = append(flat, g...), append(sums, sum(g))
		}
		direct := division{total, flat, TieKeysFor("d", names(len(flat)))}.split(t)
		perGroup := division{total, sums, TieKeysFor("groups", names(len(sums)))}.split(t)
		at := 0
		for g, weights := range groups {
			for _, s := range (division{perGroup[g], weights, TieKeysFor("d", names(len(weights)))}).split(t) {
				if s-direct[at] > 2 || direct[at]-s > 2 {
					t.Fatalf("%d through the group, %d directly", s, direct[at])
				}
				at++
			}
		}
	})
}

func TestInvariant9SplittingOneselfGainsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDivision(t)
		i := rapid.IntRange(0, len(d.weights)-1).Draw(t, "who")
		before := d.split(t)[i]
		part := rapid.Int64Range(0, d.weights[i]).Draw(t, "part")
		split := division{d.total, append(slices.Clone(d.weights), part), append(slices.Clone(d.ties), TieKeyFor("d", "alias"))}
		split.weights[i] -= part
		after := split.split(t)
		if pair := after[i] + after[len(after)-1]; pair-before > 1 {
			t.Fatalf("one identity got %d, two get %d", before, pair)
		}
	})
}

// recompute is the published rule written a second time, by sorting fractions
// in math/big, for Invariant 15.
func recompute(total int64, weights []int64, ties []TieKey) []int64 {
	type row struct {
		i    int
		rest *big.Rat
	}
	d := division{total, weights, ties}
	shares, left := make([]int64, len(weights)), total
	var rows []row
	for i := range weights {
		exact := d.exact(i)
		shares[i] = new(big.Int).Quo(exact.Num(), exact.Denom()).Int64()
		left -= shares[i]
		rows = append(rows, row{i, exact.Sub(exact, new(big.Rat).SetInt64(shares[i]))})
	}
	slices.SortFunc(rows, func(a, b row) int {
		if c := b.rest.Cmp(a.rest); c != 0 {
			return c
		}
		return bytes.Compare(ties[a.i][:], ties[b.i][:])
	})
	for _, r := range rows[:left] {
		shares[r.i]++
	}
	return shares
}

func TestInvariant15AnotherProgramAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDivision(t)
		if got, want := d.split(t), recompute(d.total, d.weights, d.ties); !slices.Equal(got, want) {
			t.Fatalf("got %v, recomputed %v", got, want)
		}
	})
}

// Ten thousand receivers whose weights add up far beyond 64 bits.
func TestManyReceiversBeyond64Bits(t *testing.T) {
	const n = 10_000
	random := rand.New(rand.NewPCG(1, 2))
	weights := make([]int64, n)
	for i := range weights {
		weights[i] = math.MaxInt64 - random.Int64N(1000)
	}
	ties := TieKeysFor("big", names(n))
	got, err := ApportionInt64(math.MaxInt64, weights, ties)
	if want := recompute(math.MaxInt64, weights, ties); !slices.Equal(must(t, got, err), want) {
		t.Error("the shares differ from those of math/big")
	}
}

func TestSplitInSteps(t *testing.T) {
	ties := TieKeysFor("d", names(3))
	got, err := Split(MustParse("30", "EUR"), Unit("EUR").Step(), []int64{3600, 500, 400}, ties)
	want := []Amount{MustParse("24", "EUR"), MustParse("3.33", "EUR"), MustParse("2.67", "EUR")}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	if _, err := Split(MustParse("0.005", "EUR"), 10_000, []int64{1, 1, 1}, ties); fault.CodeOf(err) != "quantity.not_whole_steps" {
		t.Errorf("half a cent was split: %v", err)
	}
}

func benchmarkApportion(b *testing.B, n int) {
	random := rand.New(rand.NewPCG(1, 2))
	weights := make([]int64, n)
	for i := range weights {
		weights[i] = random.Int64N(1_000_000_000)
	}
	ties := TieKeysFor("bench", names(n))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ApportionInt64(123_456_789_012, weights, ties); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkApportionInt64_10k(b *testing.B) { benchmarkApportion(b, 10_000) }
func BenchmarkApportionInt64_1M(b *testing.B)  { benchmarkApportion(b, 1_000_000) }

// All weights equal: each remainder ties, so the lots decide everything.
func BenchmarkApportionInt64_1MTies(b *testing.B) {
	const n = 1_000_000
	weights := slices.Repeat([]int64{1}, n)
	ties := TieKeysFor("bench", names(n))
	for b.Loop() {
		if _, err := ApportionInt64(n/2, weights, ties); err != nil {
			b.Fatal(err)
		}
	}
}
