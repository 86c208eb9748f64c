package evaluation

import (
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

var (
	start  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ninety = Schedule{{start, ColonyHalfLife}}
	tree   = Domains{"workshop": "", "welding": "workshop", "kitchen": ""}
)

func grant(id, agent, domain string, micros int64, at time.Time) Grant {
	return Grant{id, agent, domain, quantity.Micros(micros, Karma), "event-" + id, at}
}

func record(t interface {
	Helper()
	Fatal(...any)
}, s Schedule, grants []Grant, sanctions ...Sanction) *Record {
	t.Helper()
	r, err := NewRecord(s, tree, grants, sanctions)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *Record) must(t interface {
	Helper()
	Fatal(...any)
}, agent, domain string, at time.Time) int64 {
	t.Helper()
	a, err := r.At(agent, domain, at)
	if err != nil {
		t.Fatal(err)
	}
	return a.Micros
}

func TestInvariant10WholeHalfLivesAreExact(t *testing.T) {
	r := record(t, ninety, []Grant{grant("g", "ada", "", 1<<40, start)})
	for n := range 45 {
		want := int64(1) << 40 >> n
		if n == 41 {
			want = 1 // half a millionth rounds up
		}
		if got := r.must(t, "ada", "", start.Add(time.Duration(n)*ColonyHalfLife)); got != want {
			t.Errorf("after %d half-lives %d are left, want %d", n, got, want)
		}
	}
}

// Colony multiplies by 999679150010889 / 10^15 each hour.
func TestColonyHour(t *testing.T) {
	r := record(t, ninety, []Grant{grant("g", "ada", "", 1e15, start)})
	if got := r.must(t, "ada", "", start.Add(time.Hour)); got != 999679150010889 {
		t.Errorf("after an hour %d are left, want 999679150010889", got)
	}
}

// The square root of a half, to 128 bits, and its table neighbors by
// definition: each entry multiplied with itself is the entry of twice the age.
func TestTableOfPowers(t *testing.T) {
	if got := fmt.Sprintf("%016x%016x", powers()[0][128].hi, powers()[0][128].lo); got != "b504f333f9de6484597d89b3754abe9f" {
		t.Errorf("2^-1/2 is %s", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.Uint64Range(1, 1<<63-1).Draw(t, "part")
		once, twice := remainder(part), remainder(2*part)
		square := once.times(once)
		if square.hi != twice.hi || max(square.lo, twice.lo)-min(square.lo, twice.lo) > 1<<8 {
			t.Fatalf("squared %v, directly %v", square, twice)
		}
	})
}

// The product of an amount and a fraction of 128 bits, shifted, against big
// integers: no carry is lost.
func TestDecayedIsTheProduct(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.OneOf(rapid.Int64Range(0, 1<<63-1), rapid.Int64Range(1<<63-1<<40, 1<<63-1)).Draw(t, "amount")
		x := halves{rapid.Uint64Range(0, 300).Draw(t, "whole"), rapid.Uint64Range(1, 1<<64-1).Draw(t, "part")}
		f := remainder(x.part)
		product := new(big.Int).Lsh(new(big.Int).SetUint64(f.hi), 64)
		product.Add(product, new(big.Int).SetUint64(f.lo))
		product.Mul(product, big.NewInt(amount)).Rsh(product, uint(x.whole))
		got := new(big.Int)
		for i, e := 3, decayed(amount, x); i >= 0; i-- {
			got.Add(got.Lsh(got, 64), new(big.Int).SetUint64(e[i]))
		}
		if got.Cmp(product) != 0 {
			t.Fatalf("got %x, want %x", got, product)
		}
	})
}

// drawGrants draws grants to two people in all domains around the start.
func drawGrants(t *rapid.T) []Grant {
	var grants []Grant
	for n := range rapid.IntRange(1, 8).Draw(t, "grants") {
		grants = append(grants, grant(fmt.Sprint("g", n),
			rapid.SampledFrom([]string{"ada", "ben"}).Draw(t, "agent"),
			rapid.SampledFrom([]string{"", "workshop", "welding", "kitchen"}).Draw(t, "domain"),
			rapid.Int64Range(1, 1e12).Draw(t, "amount"),
			start.Add(time.Duration(rapid.Int64Range(-1e6, 1e6).Draw(t, "minutes"))*time.Minute)))
	}
	return grants
}

func drawInstant(t *rapid.T) time.Time {
	return start.Add(time.Duration(rapid.Int64Range(1e6, 3e6).Draw(t, "later")) * time.Minute)
}

func TestInvariant11SumsAndPeriods(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grants, at := drawGrants(t), drawInstant(t)
		whole := record(t, ninety, rapid.Permutation(grants).Draw(t, "order"))
		// One half-life decided again and again is one half-life.
		split := record(t, Schedule{{start.Add(-time.Hour), ColonyHalfLife}, {start.Add(7 * time.Hour), ColonyHalfLife}, {start.Add(99999 * time.Hour), ColonyHalfLife}}, grants)
		sum := new(exact)
		for _, g := range grants {
			if g.Agent == "ada" {
				c := ninety.clock(micros(at))
				*sum = sum.plus(decayed(g.Amount.Micros, c.since(micros(g.At))))
			}
		}
		got := whole.must(t, "ada", "", at)
		if again := split.must(t, "ada", "", at); again != got {
			t.Fatalf("with one period %d, with three %d", got, again)
		}
		if sum.round() != got {
			t.Fatalf("sum of decays %d, decay of the sum %d", sum.round(), got)
		}
		if inWhole := math128(t, grants, "ada", at); inWhole-got > 1 || got-inWhole > 1 {
			t.Fatalf("got %d, by big numbers %d", got, inWhole)
		}
	})
}

// math128 works the same sum out with big floats of 300 bits, by Newton's
// square roots: another way to the same number.
func math128(t *rapid.T, grants []Grant, agent string, at time.Time) int64 {
	sum := new(big.Float).SetPrec(300)
	for _, g := range grants {
		if g.Agent != agent {
			continue
		}
		left := new(big.Float).SetPrec(300).SetInt64(g.Amount.Micros)
		age := big.NewRat(at.Sub(g.At).Microseconds(), ColonyHalfLife.Microseconds())
		factor := new(big.Float).SetPrec(300).SetFloat64(0.5)
		one, two := big.NewRat(1, 1), big.NewRat(2, 1)
		for ; age.Cmp(one) >= 0; age.Sub(age, one) {
			left.Mul(left, factor)
		}
		for range 80 {
			factor.Sqrt(factor)
			if age.Mul(age, two); age.Cmp(one) >= 0 {
				age.Sub(age, one)
				left.Mul(left, factor)
			}
		}
		sum.Add(sum, left)
	}
	n, _ := sum.Add(sum, big.NewFloat(0.5)).Int64()
	return n
}

func TestHalfLifeChangesFromADayOn(t *testing.T) {
	changed := start.Add(ColonyHalfLife)
	s := Schedule{{start, ColonyHalfLife}, {changed, ColonyHalfLife / 2}, {changed.Add(ColonyHalfLife), 0}}
	r := record(t, s, []Grant{grant("g", "ada", "", 64e6, start)})
	for at, want := range map[time.Duration]int64{
		0: 64e6, ColonyHalfLife: 32e6, // the old half-life
		ColonyHalfLife * 3 / 2: 16e6, ColonyHalfLife * 2: 8e6, // half of it
		ColonyHalfLife * 20: 8e6, // karma that stays
	} {
		if got := r.must(t, "ada", "", start.Add(at)); got != want {
			t.Errorf("after %s %d are left, want %d", at, got, want)
		}
	}
	if got := r.must(t, "ada", "", start.Add(-time.Second)); got != 0 {
		t.Errorf("before it was granted there were %d", got)
	}
}

func TestInvariant12DomainsCountUpward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grants, at := drawGrants(t), drawInstant(t)
		r := record(t, Schedule{{start, 0}}, grants) // without decay sums are plain
		sums := map[string]int64{}
		for _, g := range grants {
			if g.Agent != "ada" {
				continue
			}
			for d := g.Domain; ; d = tree[d] {
				sums[d] += g.Amount.Micros
				if d == "" {
					break
				}
			}
		}
		for _, d := range []string{"", "workshop", "welding", "kitchen"} {
			if got := r.must(t, "ada", d, at); got != sums[d] {
				t.Fatalf("%d in %q, want %d", got, d, sums[d])
			}
		}
	})
}

func TestInvariant13OnlyGrantsRaise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grants, at := drawGrants(t), drawInstant(t)
		r := record(t, ninety, grants)
		later := at.Add(time.Duration(rapid.Int64Range(0, 1e6).Draw(t, "more")) * time.Minute)
		for _, agent := range []string{"ada", "ben"} {
			if now, then := r.must(t, agent, "", at), r.must(t, agent, "", later); then > now {
				t.Fatalf("%s had %d and later %d", agent, now, then)
			}
		}
		extra := grant("new", "ada", "welding", rapid.Int64Range(1, 1e12).Draw(t, "extra"), start)
		more := record(t, ninety, append(slices.Clone(grants), extra))
		if more.must(t, "ben", "", at) != r.must(t, "ben", "", at) || more.must(t, "ada", "", at) < r.must(t, "ada", "", at) {
			t.Fatal("a grant to Ada changed what Ben has, or lowered hers")
		}
		punished := record(t, ninety, grants, Sanction{"s", "ada", "", quantity.Micros(extra.Amount.Micros, Karma), "decision-9", start})
		if left := punished.must(t, "ada", "", at); left < 0 || left > r.must(t, "ada", "", at) || punished.must(t, "ben", "", at) != r.must(t, "ben", "", at) {
			t.Fatalf("a sanction of Ada left her %d", left)
		}
	})
}

func TestAudit(t *testing.T) {
	r := record(t, ninety, []Grant{
		grant("a", "ada", "welding", 8e6, start), grant("b", "ada", "kitchen", 5e6, start), grant("c", "ben", "welding", 5e6, start),
		grant("d", "ada", "workshop", 4e6, start.Add(ColonyHalfLife)), grant("e", "ada", "workshop", 4e6, start.Add(99*ColonyHalfLife)),
	}, Sanction{"s", "ada", "welding", quantity.Of(2, Karma), "decision-9", start.Add(ColonyHalfLife)})
	a, err := r.Audit("ada", "workshop", start.Add(2*ColonyHalfLife))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range a.Lines {
		got = append(got, fmt.Sprintf("%s %s %s %s after %s", l.ID, l.Cause, l.Amount.Decimal(), l.Remains.Decimal(), l.HalfLives.Decimal()))
	}
	want := []string{"a event-a 8 2 after 2", "d event-d 4 2 after 1", "s decision-9 -2 -1 after 1"}
	if !slices.Equal(got, want) || a.Karma != quantity.Of(3, Karma) {
		t.Errorf("audit %q, karma %s", got, a.Karma)
	}
}

func TestEverybodyAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grants, at := drawGrants(t), drawInstant(t)
		r := record(t, ninety, grants)
		domain := rapid.SampledFrom([]string{"", "workshop", "kitchen"}).Draw(t, "domain")
		all, err := r.AllAt(domain, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, agent := range []string{"ada", "ben"} {
			if all[agent].Micros != r.must(t, agent, domain, at) {
				t.Fatalf("%s has %v in the list and %d alone", agent, all[agent], r.must(t, agent, domain, at))
			}
		}
	})
}

func TestKarmaRefusals(t *testing.T) {
	good := grant("g", "ada", "welding", 1, start)
	with := func(change func(*Grant)) []Grant { g := good; change(&g); return []Grant{g} }
	tests := []struct {
		name     string
		schedule Schedule
		domains  Domains
		grants   []Grant
		code     string
	}{
		{"no half-life", nil, tree, nil, "evaluation.no_half_life"},
		{"a half-life of nothing much", Schedule{{start, 1}}, tree, nil, "evaluation.bad_half_life"},
		{"half-lives out of order", Schedule{{start, 0}, {start, 0}}, tree, nil, "evaluation.half_life_order"},
		{"a domain in itself", ninety, Domains{"a": "a"}, nil, "evaluation.domain_cycle"},
		{"domains in a circle", ninety, Domains{"a": "b", "b": "a", "c": "a"}, nil, "evaluation.domain_cycle"},
		{"a domain nowhere", ninety, Domains{"a": "b"}, nil, "evaluation.unknown_domain"},
		{"a nameless domain", ninety, Domains{"": ""}, nil, "evaluation.bad_domain"},
		{"nothing granted", ninety, tree, with(func(g *Grant) { g.Amount.Micros = 0 }), "evaluation.bad_grant"},
		{"less than nothing", ninety, tree, with(func(g *Grant) { g.Amount.Micros = -1 }), "evaluation.bad_grant"},
		{"euros", ninety, tree, with(func(g *Grant) { g.Amount.Unit = "EUR" }), "evaluation.bad_grant"},
		{"no cause", ninety, tree, with(func(g *Grant) { g.Cause = "" }), "evaluation.no_cause"},
		{"nobody", ninety, tree, with(func(g *Grant) { g.Agent = "" }), "evaluation.bad_grant"},
		{"unknown domain", ninety, tree, with(func(g *Grant) { g.Domain = "space" }), "evaluation.unknown_domain"},
		{"twice", ninety, tree, []Grant{good, good}, "evaluation.duplicate_grant"},
	}
	for _, tt := range tests {
		if _, err := NewRecord(tt.schedule, tt.domains, tt.grants, nil); fault.CodeOf(err) != tt.code {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.code)
		}
	}
	r := record(t, ninety, nil)
	_, at := r.At("ada", "space", start)
	_, all := r.AllAt("space", start)
	_, audit := r.Audit("ada", "space", start)
	for _, err := range []error{at, all, audit} {
		if fault.CodeOf(err) != "evaluation.unknown_domain" {
			t.Errorf("asked about space: %v", err)
		}
	}
}

func BenchmarkKarma10kMembers100kGrants(b *testing.B) {
	grants := make([]Grant, 100_000)
	for n := range grants {
		grants[n] = grant(fmt.Sprint("g", n), fmt.Sprint("m", n%10_000), "welding", int64(n+1)*1000, start.Add(time.Duration(n)*time.Minute))
	}
	for _, bench := range []struct {
		name     string
		schedule Schedule
	}{
		{"one half-life", ninety},
		{"changed twice", Schedule{{start, ColonyHalfLife}, {start.Add(500 * time.Hour), ColonyHalfLife / 2}, {start.Add(1000 * time.Hour), ColonyHalfLife}}},
	} {
		r, err := NewRecord(bench.schedule, tree, grants, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := r.AllAt("", start.Add(3000*time.Hour)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
