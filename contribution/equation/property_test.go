package equation

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// hamlet draws a small ledger.
func hamlet(t *rapid.T, least int) *Ledger {
	l := &Ledger{}
	for n := range rapid.IntRange(least, 25).Draw(t, "contributions") {
		c := Contribution{ID: id(n), Person: fmt.Sprint("p", rapid.IntRange(0, 6).Draw(t, "person")), Kind: rapid.SampledFrom([]string{"goods", "work"}).Draw(t, "kind"),
			Project: "hamlet", Unit: "hour", Currency: "EUR", Quantity: int64(rapid.IntRange(0, 40).Draw(t, "quarters")) * 250_000,
			Rate: rapid.SampledFrom([]int64{Missing, 10_000_000, 333_333}).Draw(t, "rate"), Value: rapid.SampledFrom([]int64{Missing, 0, 333_000, 7_770_000, 100_000_000}).Draw(t, "value"),
			Day: int32(rapid.IntRange(20_000, 20_009).Draw(t, "day")), Flags: rapid.SampledFrom([]uint16{Validated, Validated, Validated, 0}).Draw(t, "flags") | DayOnly}
		if _, err := l.Append(c); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// hamletEquation draws two buckets over goods and work.
func hamletEquation(t *rapid.T) Equation {
	claim := rapid.SampledFrom([]ClaimType{UntilPaid, Forever, Once}).Draw(t, "claim")
	division := rapid.SampledFrom([]Division{InProportion, OldestFirst}).Draw(t, "division")
	return Equation{Project: "hamlet", Name: "Hamlet", Version: 1, Unit: "EUR", Base: rapid.SampledFrom([]Base{Whole, Remaining}).Draw(t, "base"),
		Step: rapid.SampledFrom([]Decimal{"", "0.05", "1"}).Draw(t, "step"), Buckets: []Bucket{
			{Sequence: 1, Key: "goods", Percent: rapid.SampledFrom([]Decimal{"30", "33.333", "0"}).Draw(t, "percent"), AboveOwed: rapid.SampledFrom([]AboveOwed{Stop, Proportional}).Draw(t, "above"),
				Leftover: Leftover{To: rapid.SampledFrom([]LeftoverTo{ToPot, ToNext}).Draw(t, "leftover")},
				Rules:    []Rule{{ID: "goods", Kinds: []string{"goods"}, Claim: claim, Division: division}}},
			{Sequence: 2, Key: "work", Percent: "50", Rules: []Rule{{ID: "work", Kinds: []string{"work"}, Claim: UntilPaid, Premium: "10", Division: division}}},
		}}
}

func hamletInput(t *rapid.T, l *Ledger) Input {
	return Input{Distribution: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "distribution"), Pot: int64(rapid.IntRange(0, 500_000_000).Draw(t, "pot")), AsOf: noon, Ledger: l}
}

func ran(t *rapid.T, e Equation, in Input) *Result {
	p, err := Compile(e)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestInvariant1LinesAndResidueAreThePot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := hamletInput(t, hamlet(t, 0))
		r := ran(t, hamletEquation(t), in)
		sum, payouts := int64(0), int64(0)
		for _, line := range r.Lines {
			if sum += line.Amount; line.Amount <= 0 || line.Amount%r.Step != 0 {
				t.Fatalf("a line of %s", micros(line.Amount))
			}
		}
		for _, p := range r.Payouts {
			payouts += p.Lines
		}
		if payouts != sum {
			t.Fatalf("payouts %d, lines %d", payouts, sum)
		}
		for _, x := range r.Residue {
			sum += x.Amount
		}
		if sum != in.Pot {
			t.Fatalf("%d of %d", sum, in.Pot)
		}
	})
}

func TestInvariant2NothingAboveWhatIsOwed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, e := hamletInput(t, hamlet(t, 1)), hamletEquation(t)
		e.Step = "" // steps above the minor unit may leave less than a step owed
		in.Prior = &Claims{}
		for n := range 12 {
			in.Distribution = fmt.Sprint(n)
			if err := in.Prior.Add(ran(t, e, in)); err != nil {
				t.Fatal(err)
			}
			for i, paid := range in.Prior.Paid {
				rule := in.Prior.Rules[in.Prior.Rule[i]]
				if owed := in.Prior.Original[i]; paid > owed && (rule == "work" || e.Buckets[0].Rules[0].Claim == UntilPaid) {
					t.Fatalf("run %d paid %s on a claim of %s", n, micros(paid), micros(owed))
				}
			}
		}
		if in.Pot < 400_000_000 || e.Base == Remaining {
			return
		}
		for i, paid := range in.Prior.Paid { // twelve times 200 euros cover all work there can be below it
			if in.Prior.Rules[in.Prior.Rule[i]] == "work" && paid != in.Prior.Original[i] {
				t.Fatalf("claim %d got %s of %s and not the last cent", i, micros(paid), micros(in.Prior.Original[i]))
			}
		}
	})
}

func TestInvariant3OrderDecidesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, e := hamlet(t, 1), hamletEquation(t)
		in := hamletInput(t, l)
		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 0)).Perm(l.Len())
		shuffled := &Ledger{}
		for _, i := range order {
			if _, err := shuffled.Append(l.Row(i)); err != nil {
				t.Fatal(err)
			}
		}
		first := ran(t, e, in)
		in.Ledger = shuffled
		if second := ran(t, e, in); !reflect.DeepEqual(first.totals(), second.totals()) {
			t.Fatalf("%v and, in another order, %v", first.totals(), second.totals())
		}
	})
}

func TestInvariant4LinesAreWithinAStepOfTheExactShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, e := hamlet(t, 1), hamletEquation(t)
		e.Step = ""
		for i := range e.Buckets {
			e.Buckets[i].Rules[0].Division = ""
		}
		r := ran(t, e, hamletInput(t, l))
		for i, b := range r.Buckets {
			weights := r.run.claims[i].sums.person
			for p, w := range weights {
				got := int64(0)
				for _, line := range r.Lines {
					if line.Bucket == i && line.Person == int32(p) {
						got += line.Amount
					}
				}
				if w == 0 && got != 0 {
					t.Fatalf("%s without claims gets %s", l.People[p], micros(got))
				}
				if w > 0 && abs(got*b.Entitled-b.Payable*w) >= r.Step*b.Entitled {
					t.Fatalf("%s gets %s, exact %d × %d / %d", l.People[p], micros(got), b.Payable, w, b.Entitled)
				}
			}
		}
	})
}

func abs(n int64) int64 { return max(n, -n) }

func TestInvariant5SessionsGiveWhatFreshRunsGive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := hamletInput(t, hamlet(t, 1))
		s, err := NewSession(in)
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			e := hamletEquation(t)
			p, err := Compile(e)
			if err != nil {
				t.Fatal(err)
			}
			warm, err := s.Run(p, in.Pot)
			if err != nil {
				t.Fatal(err)
			}
			a, _ := json.Marshal(warm)
			b, _ := json.Marshal(ran(t, e, in))
			if string(a) != string(b) {
				t.Fatalf("%s\nfresh: %s", a, b)
			}
		}
	})
}

func TestInvariant6PaymentsAddUpToLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := hamlet(t, 1)
		r := ran(t, hamletEquation(t), hamletInput(t, l))
		p, err := r.Payments()
		if err != nil {
			t.Fatal(err)
		}
		sums := map[string]int64{}
		for i := range p.Amount {
			sums[fmt.Sprint(p.Bucket[i], l.People[l.Person[p.Contribution[i]]])] += p.Amount[i]
		}
		for _, line := range r.Lines {
			if line.Kind == LineShare {
				sums[fmt.Sprint(line.Bucket, line.Receiver)] -= line.Amount
			}
		}
		for who, rest := range sums {
			if rest != 0 {
				t.Fatalf("%s: payments and lines differ by %s", who, micros(rest))
			}
		}
	})
}

func TestInvariant7ReversalLeavesNoTrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, e := hamletInput(t, hamlet(t, 1)), hamletEquation(t)
		in.Deliverable = bread()
		in.Prior = &Claims{}
		if rapid.Bool().Draw(t, "paid before") {
			if err := in.Prior.Add(ran(t, e, in)); err != nil {
				t.Fatal(err)
			}
		}
		before, _ := json.Marshal(in.Prior)
		in.Distribution = "second"
		r := ran(t, e, in)
		mirror, err := r.Reversal("third")
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range r.Lines {
			if m := mirror.Lines[i]; m.Amount != -line.Amount || m.Receiver != line.Receiver {
				t.Fatalf("%+v is mirrored as %+v", line, m)
			}
		}
		changed := &Claims{}
		if err := json.Unmarshal(before, changed); err != nil {
			t.Fatal(err)
		}
		if err := changed.Add(r); err != nil {
			t.Fatal(err)
		}
		if err := changed.Remove(r); err != nil {
			t.Fatal(err)
		}
		after := &Claims{}
		if err := json.Unmarshal(before, after); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprintf("%+v", *after) != fmt.Sprintf("%+v", *changed) {
			t.Fatalf("%+v\nbefore: %+v", *changed, *after)
		}
	})
}

func TestInvariant8SequenceUnderBaseWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, in := hamletEquation(t), hamletInput(t, hamlet(t, 1))
		e.Base, e.Buckets[0].Leftover = Whole, Leftover{}
		swapped := e
		swapped.Buckets = slices.Clone(e.Buckets)
		swapped.Buckets[0].Sequence, swapped.Buckets[1].Sequence = 2, 1
		if a, b := ran(t, e, in).totals(), ran(t, swapped, in).totals(); !reflect.DeepEqual(a, b) {
			t.Fatalf("%v, swapped %v", a, b)
		}
		if e.Hash() == swapped.Hash() {
			t.Fatal("another sequence is another version")
		}
	})
}

func TestInvariant9CanonicalIsAFixedPoint(t *testing.T) {
	spelled := villageEquation("10.50", "050.0")
	spelled.Buckets[1].Rules[0].Formula = "hours*max( rate ,minimumRate)*clamp(default(rating,10)/10, 0.50, 1.5)"
	slices.Reverse(spelled.Buckets)
	plain := villageEquation("10.5", "50")
	if spelled.Hash() != plain.Hash() {
		t.Errorf("spelling changes the hash:\n%s\n%s", spelled.Canonical(), plain.Canonical())
	}
	var back Equation
	if err := json.Unmarshal([]byte(plain.Canonical()), &back); err != nil || back.Canonical() != plain.Canonical() {
		t.Errorf("%v: %s", err, back.Canonical())
	}
	if err := back.Check(); err != nil {
		t.Error(err)
	}
	for name, other := range map[string]Equation{"constant": villageEquation("10.51", "50"), "percent": villageEquation("10.5", "50.1")} {
		if other.Hash() == plain.Hash() {
			t.Errorf("another %s is another version", name)
		}
	}
}

func TestInvariant10EveryContributionHasAnOutcome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := hamlet(t, 0)
		r := ran(t, hamletEquation(t), hamletInput(t, l))
		for i, b := range r.Buckets {
			n := b.Claims
			for _, h := range append(slices.Clone(r.Held), r.Dropped...) {
				if h.Bucket == i {
					n += h.Count
				}
			}
			if n != l.Len() {
				t.Fatalf("%s: %d of %d contributions have an outcome", b.Key, n, l.Len())
			}
		}
	})
}

func TestInvariant11BalancedPayConverges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &Ledger{}
		scores := map[string]int64{}
		for n := range rapid.IntRange(2, 6).Draw(t, "people") {
			c := Contribution{ID: id(n), Person: fmt.Sprint("p", n), Kind: "goods", Project: "hamlet", Unit: "one", Currency: "EUR", Rate: Missing,
				Value: cents(int64(rapid.IntRange(100, 500).Draw(t, "score"))), Flags: Validated | DayOnly}
			scores[c.Person] = c.Value
			if _, err := l.Append(c); err != nil {
				t.Fatal(err)
			}
		}
		e := Equation{Project: "hamlet", Name: "Even", Version: 1, Unit: "EUR", Base: Whole, Buckets: []Bucket{{Sequence: 1, Key: "even", Percent: "100", AboveOwed: Proportional,
			Policy: Policy{Kind: Balanced}, Rules: []Rule{{ID: "goods", Kinds: []string{"goods"}, Claim: Forever}}}}}
		in := Input{Pot: cents(100_000), AsOf: noon, Ledger: l, History: &History{}}
		in.History.Pay("even", 0, 19_000, cents(int64(rapid.IntRange(0, 100_000).Draw(t, "unfair start"))))
		got := map[string]int64{"p0": in.History.Amount[0]}
		sum, all := in.History.Amount[0], int64(0)
		for n := range 30 {
			in.Distribution = fmt.Sprint(n)
			r := ran(t, e, in)
			in.History.Add(r, DayOf(noon))
			for who, amount := range r.totals() {
				got[who] += amount
				sum += amount
			}
		}
		for _, s := range scores {
			all += s
		}
		for who, s := range scores {
			if target := sum / 1000 * s / (all / 1000); abs(got[who]-target) > cents(50) {
				t.Fatalf("%s got %s, an even share is %s", who, micros(got[who]), micros(target))
			}
		}
	})
}

func TestInvariant13DerivationsCoverTheLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, e := hamlet(t, 1), hamletEquation(t)
		r := ran(t, e, hamletInput(t, l))
		paid := map[int32]bool{}
		for _, line := range r.Lines {
			if line.Kind != LineShare {
				continue
			}
			d, err := r.Derivation(line.Receiver, r.Buckets[line.Bucket].Key)
			if err != nil {
				t.Fatal(err)
			}
			sum := int64(0)
			for _, c := range d.Claims {
				sum += c.Amount
				paid[c.Contribution] = true
			}
			if sum != line.Amount {
				t.Fatalf("claims of %s, line of %s", micros(sum), micros(line.Amount))
			}
			for _, s := range append(slices.Clone(d.Steps), Step{}) {
				if s.Key != "" && english[s.Key] == "" {
					t.Fatalf("no wording for %s", s.Key)
				}
			}
		}
		for _, person := range l.People {
			why, err := r.WhyNothing(person)
			if err != nil {
				t.Fatal(err)
			}
			explained := map[int32]int{}
			for _, n := range why {
				for _, c := range n.Contributions {
					explained[c]++
				}
			}
			for i := range l.Person {
				if l.People[l.Person[i]] == person && !paid[int32(i)] && explained[int32(i)] != 2 {
					t.Fatalf("contribution %d earned nothing and has %d reasons in 2 buckets", i, explained[int32(i)])
				}
			}
		}
	})
}

// TestSplittingAContributionGainsNothing cuts one contribution into two: the
// person's line moves by at most one step.
func TestSplittingAContributionGainsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &Ledger{}
		cut := &Ledger{}
		for n := range rapid.IntRange(2, 8).Draw(t, "people") {
			c := Contribution{ID: id(n), Person: fmt.Sprint("p", n), Kind: "goods", Project: "hamlet", Unit: "one", Currency: "EUR", Rate: Missing, Value: cents(int64(rapid.IntRange(2, 5000).Draw(t, "value"))), Flags: Validated | DayOnly}
			if _, err := l.Append(c); err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				half := c
				half.Value = cents(c.Value / 10_000 / 2)
				c.Value -= half.Value
				if _, err := cut.Append(half); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := cut.Append(c); err != nil {
				t.Fatal(err)
			}
		}
		e := Equation{Project: "hamlet", Name: "Even", Version: 1, Unit: "EUR", Base: Whole, Buckets: []Bucket{{Sequence: 1, Key: "all", Percent: "100", Rules: []Rule{{ID: "goods", Kinds: []string{"goods"}, Claim: UntilPaid}}}}}
		in := Input{Distribution: "d", Pot: cents(int64(rapid.IntRange(0, 10_000).Draw(t, "pot"))), AsOf: noon, Ledger: l}
		whole := ran(t, e, in).totals()
		in.Ledger = cut
		if split := ran(t, e, in).totals(); !reflect.DeepEqual(whole, split) {
			t.Fatalf("%v, cut in two %v", whole, split)
		}
	})
}
