package pool

import (
	"slices"
	"testing"

	"commonweal/platform/fault"
)

const cent = Unit / 100

// u is an amount of whole units.
func u(n int64) Micros { return Micros(n) * Unit }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t testing.TB, err error, code string) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("it ended with %v, want the refusal %s", err, code)
	}
}

// founded founds a pool that everybody joined who is listed.
func founded(t testing.TB, r Rules) *Pool {
	t.Helper()
	p, err := Found(r)
	must(t, err)
	for _, m := range r.Members {
		p.takes(t, Step{Act: "join", Who: m})
	}
	return p
}

// takes takes steps that are right.
func (p *Pool) takes(t testing.TB, steps ...Step) {
	t.Helper()
	for _, s := range steps {
		if _, err := p.Take(s); err != nil {
			t.Fatalf("%+v: %v", s, err)
		}
	}
}

// stands holds the book against what it should be; places that are left out do not matter.
func (p *Pool) stands(t testing.TB, want map[string]Micros) {
	t.Helper()
	for place, m := range want {
		if p.Book.Balance[place] != m {
			t.Errorf("%s stands at %s, want %s", place, p.Book.Balance[place], m)
		}
	}
}

// Three people pay 50 each month; each month one of them receives 150. Two change
// turns, one misses a month, and the guarantor stands in.
func TestRosca(t *testing.T) {
	r := Rules{Kind: RoscaKind, Step: cent, Members: []string{"a", "b", "c"}, Begins: "2026-01-31", Every: "month",
		Rosca: &RoscaRules{Contribution: u(50), Order: ByAgreement, Agreed: []string{"a", "b", "c"}, Guarantors: map[string]string{"c": "b"}}}
	p := founded(t, r)
	p.takes(t, Step{Act: "swap", Who: "a", For: "c"})
	if p.Next() != "a" {
		t.Error("turns were changed that only one side wanted to change")
	}
	p.takes(t, Step{Act: "swap", Who: "c", For: "a"}, Step{Act: "pay", Who: "a"}, Step{Act: "pay", Who: "b"}, Step{Act: "pay", Who: "c", Amount: u(50)})
	_, err := p.Take(Step{Act: "pay", Who: "c"})
	refused(t, err, "pool.not_now")
	p.takes(t, Step{Act: "close_round"})
	p.stands(t, map[string]Micros{"a": u(-50), "b": u(-50), "c": u(100), Pot: 0})

	p.takes(t, Step{Act: "pay", Who: "a"}, Step{Act: "pay", Who: "b"}, Step{Act: "close_round"}) // c misses; b receives
	p.stands(t, map[string]Micros{"b": 0, Pot: 0})
	p.takes(t, Step{Act: "pay", Who: "a"}, Step{Act: "pay", Who: "b"}, Step{Act: "pay", Who: "c"}, Step{Act: "close_round"})
	if d := p.Debts[0]; !p.Over || d.From != "c" || d.To != "b" || d.Open != u(50) || d.Guarantor != "b" {
		t.Errorf("the payment that was missed is the debt %+v", d)
	}
	p.takes(t, Step{Act: "settle", Who: "c", N: 1, Amount: u(50)})
	p.stands(t, map[string]Micros{"a": 0, "b": 0, "c": 0})
	if got := p.Schedule()[1].Day; got != "2026-02-28" {
		t.Errorf("the second round is on %s", got)
	}
}

// Who leaves early gets exactly what they put in from whoever takes their place,
// or hands on what they received ahead.
func TestInvariant3LeavingHasItsPrice(t *testing.T) {
	r := Rules{Kind: RoscaKind, Step: cent, Members: []string{"a", "b", "c"}, Rosca: &RoscaRules{Contribution: u(50), Order: ByAgreement, Agreed: []string{"a", "b", "c"}}}
	p := founded(t, r)
	p.takes(t, Step{Act: "pay", Who: "a"}, Step{Act: "pay", Who: "b"}, Step{Act: "pay", Who: "c"}, Step{Act: "close_round"},
		Step{Act: "leave", Who: "a", For: "x"}, Step{Act: "leave", Who: "c", For: "y"}, Step{Act: "succeed", Who: "x", For: "a"}, Step{Act: "succeed", Who: "y", For: "c"})
	p.stands(t, map[string]Micros{"a": 0, "c": 0, "x": u(100), "y": u(-50)})
	if !slices.Equal(p.Rosca.Order, []string{"x", "b", "y"}) {
		t.Errorf("the order is %v", p.Rosca.Order)
	}
	_, err := p.Take(Step{Act: "join", Who: "a"})
	refused(t, err, "pool.not_invited")
}

// A pool by need pays whoever needs it most; equal needs go by the lot.
func TestRoscaByNeed(t *testing.T) {
	r := Rules{Kind: RoscaKind, Step: cent, Members: []string{"a", "b", "c", "d"}, Rosca: &RoscaRules{Contribution: u(1), Order: ByNeed, Seed: "spring"}}
	p := founded(t, r)
	first := p.Next()
	last := p.Rosca.Order[3]
	p.takes(t, Step{Act: "need", Who: last, Amount: u(9)})
	if p.Next() != last {
		t.Errorf("%s is next, not %s who needs it most", p.Next(), last)
	}
	p.takes(t, Step{Act: "close_round"})
	if p.Next() != first || p.Rosca.Order[0] != last {
		t.Error("after the greatest need the lot decides")
	}
}

// The lots follow from the seed alone: printf 'spring\0a' | sha256sum, and so on.
func TestInvariant4TheLotIsPublished(t *testing.T) {
	order := func(members ...string) []string {
		p, err := Found(Rules{Kind: RoscaKind, Step: cent, Members: members, Rosca: &RoscaRules{Contribution: u(1), Order: ByLot, Seed: "spring"}})
		must(t, err)
		return p.Rosca.Order
	}
	if a, b := order("a", "b", "c", "d"), order("d", "b", "a", "c"); !slices.Equal(a, b) {
		t.Errorf("listed otherwise, the lots are %v and not %v", b, a)
	}
}

// Ten shares of 2 are bought, 6 lent for a fee of 1; the pot of 21 is shared out
// by shares, and the loan of who did not repay is set off.
func TestVsla(t *testing.T) {
	r := Rules{Kind: VslaKind, Step: cent, Members: []string{"a", "b", "c"}, Vsla: &VslaRules{Price: u(2), Most: 5, Meetings: 1, Social: u(1), Multiple: 3, Fee: u(1)}}
	p := founded(t, r)
	p.takes(t, Step{Act: "meeting"}, Step{Act: "buy", Who: "a", Amount: u(10)}, Step{Act: "buy", Who: "b", Amount: u(6)}, Step{Act: "buy", Who: "c", Amount: u(4)}, Step{Act: "social", Who: "a"})
	for ask, code := range map[Step]string{
		{Act: "buy", Who: "a", Amount: u(2)}:      "pool.too_much", // five at a meeting
		{Act: "buy", Who: "b", Amount: u(3)}:      "pool.shares",
		{Act: "lend", Who: "c", Amount: u(13)}:    "pool.too_much", // three times 4
		{Act: "social", Who: "a"}:                 "pool.not_now",
		{Act: "help", Who: "b", Amount: u(2)}:     "pool.too_much",
		{Act: "repay", Who: "c", Amount: u(1)}:    "pool.too_much",
		{Act: "buy", Who: "a", Amount: 1}:         "pool.amount",
		{Act: "interest", Who: "a"}:               "pool.unknown_act",
		{Act: "buy", Who: "zoe", Amount: u(2)}:    "pool.not_a_member",
		{Act: "buy", Who: "b", Amount: 1<<62 - 1}: "pool.amount",
	} {
		_, err := p.Take(ask)
		refused(t, err, code)
	}
	p.takes(t, Step{Act: "lend", Who: "c", Amount: u(6)}, Step{Act: "repay", Who: "c", Amount: u(3)})
	p.stands(t, map[string]Micros{Pot: u(20) + u(1) - u(3), Social: u(1)})
	p.takes(t, Step{Act: "share_out"}) // 21 over 10 shares: 10.50, 6.30, 4.20 less 3
	p.stands(t, map[string]Micros{Pot: 0, Social: u(1), "a": -u(1) + u(1)/2, "b": 30 * cent})
	if got := p.Vsla.Shared["c"]; got != 420*cent {
		t.Errorf("the shares of c are worth %s", got)
	}
	_, err := p.Take(Step{Act: "meeting"})
	refused(t, err, "pool.over")
}

// A borrower whose shares are worth less than the loan receives nothing; the
// others carry the loss by their shares.
func TestInvariant5LossesAreShared(t *testing.T) {
	r := Rules{Kind: VslaKind, Step: cent, Members: []string{"a", "b", "c"}, Vsla: &VslaRules{Price: u(1), Most: 10, Meetings: 1, Multiple: 3}}
	p := founded(t, r)
	p.takes(t, Step{Act: "meeting"}, Step{Act: "buy", Who: "a", Amount: u(10)}, Step{Act: "buy", Who: "b", Amount: u(10)}, Step{Act: "buy", Who: "c", Amount: u(5)},
		Step{Act: "lend", Who: "c", Amount: u(15)}, Step{Act: "share_out"})
	p.stands(t, map[string]Micros{Pot: 0, "a": -5 * Unit, "b": -5 * Unit, "c": u(10)})
	if d := p.Debts[0]; d.Open != 12500*cent/10 || d.To != Social { // 15 less 5 shares of 0.50
		t.Errorf("what is left is the debt %+v", d)
	}
}

// Saving 100 for ten months at 7/10 earns 700 points; a loan of 200 over six
// months spends 700: 200 + 166.67 + ... as it is repaid.
func TestPoints(t *testing.T) {
	r := Rules{Kind: PointsKind, Step: cent, Members: []string{"a", "b"}, Points: &PointsRules{Factor: Fraction{7, 10}, Deposit: Fraction{6, 100}, Fee: u(2), Months: 12}}
	p := founded(t, r)
	p.takes(t, Step{Act: "save", Who: "a", Amount: u(100)}, Step{Act: "save", Who: "b", Amount: u(400)}, Step{Act: "month"})
	if p.Points.Points["a"] != 0 {
		t.Error("a month that began with nothing earned points")
	}
	for range 10 {
		p.takes(t, Step{Act: "month"})
	}
	if got := p.Points.Points["a"]; got != u(700) {
		t.Fatalf("ten months earned %s points", got)
	}
	_, err := p.Take(Step{Act: "lend", Who: "a", Amount: u(240), N: 6})
	refused(t, err, "pool.points")
	p.takes(t, Step{Act: "lend", Who: "a", Amount: u(200), N: 6}) // 200 × 7 / 2
	p.stands(t, map[string]Micros{Deposits: u(12), Reserve: u(2), "a": -u(100) + u(200) - u(14)})
	_, err = p.Take(Step{Act: "give", Who: "a", For: "b", Amount: u(1)})
	refused(t, err, "pool.too_much")
	for _, m := range p.Installments("a") {
		p.takes(t, Step{Act: "repay", Who: "a", Amount: m}, Step{Act: "month"})
	}
	for range 12 {
		p.takes(t, Step{Act: "month"})
	}
	p.stands(t, map[string]Micros{Deposits: 0, "a": -u(100) - u(2)}) // the savings, and the fee for the work
	p.takes(t, Step{Act: "withdraw", Who: "a", Amount: u(100)}, Step{Act: "withdraw", Who: "b", Amount: u(400)})
}

// Two lend 900 to a bakery at half of its surplus. A period without surplus
// costs nothing; the last payment is what is left.
func TestSurplus(t *testing.T) {
	r := Rules{Kind: SurplusKind, Step: cent, Members: []string{"a", "b", "bakery"}, Surplus: &SurplusRules{Borrower: "bakery", Principal: u(900), Share: Fraction{1, 2}, Contribution: u(90)}}
	p := founded(t, r)
	p.takes(t, Step{Act: "put", Who: "a", Amount: u(600)}, Step{Act: "put", Who: "b", Amount: u(200)})
	_, err := p.Take(Step{Act: "draw", Who: "bakery"})
	refused(t, err, "pool.not_now")
	p.takes(t, Step{Act: "put", Who: "b", Amount: u(100)}, Step{Act: "draw", Who: "bakery"},
		Step{Act: "period", Who: "bakery", Revenue: u(5000), Costs: u(3000), Pay: u(2500)})
	p.stands(t, map[string]Micros{"bakery": u(900)})
	p.takes(t, Step{Act: "period", Who: "bakery", Revenue: u(6000), Costs: u(3000), Pay: u(2400)}) // 300 of 600
	p.stands(t, map[string]Micros{"bakery": u(600), "a": -u(400), "b": -u(200)})
	p.takes(t, Step{Act: "leave", Who: "a", For: "b"}, Step{Act: "succeed", Who: "b", For: "a"})
	p.stands(t, map[string]Micros{"a": 0, "b": -u(600)})
	p.takes(t, Step{Act: "period", Who: "bakery", Revenue: u(9000), Costs: u(3000), Pay: u(2400)})
	p.stands(t, map[string]Micros{"bakery": -u(90), "b": 0, Reserve: u(90)})
	if last := p.Advance.Reports[2]; !p.Over || last.Share != u(1800) || last.Left != u(690) || last.Paid != u(690) {
		t.Errorf("the last period is %+v", last)
	}
}

// Who cannot go on loses nothing of their own; those who lent carry the loss by what is left.
func TestSurplusIsGivenUp(t *testing.T) {
	r := Rules{Kind: SurplusKind, Step: cent, Members: []string{"a", "b", "x"}, Surplus: &SurplusRules{Borrower: "x", Principal: u(90), Share: Fraction{1, 2}}}
	p := founded(t, r)
	p.takes(t, Step{Act: "put", Who: "a", Amount: u(60)}, Step{Act: "put", Who: "b", Amount: u(30)}, Step{Act: "draw", Who: "x"}, Step{Act: "repay", Who: "x", Amount: u(30)})
	_, err := p.Take(Step{Act: "give_up"})
	refused(t, err, "pool.reason")
	p.takes(t, Step{Act: "give_up", Note: "the mill burned down"})
	if p.Advance.Lost["a"] != u(40) || p.Advance.Lost["b"] != u(20) {
		t.Errorf("the loss is %v", p.Advance.Lost)
	}
}

// A tenth of revenue until six fifths have come back.
func TestInvariant8StopsAtTheCap(t *testing.T) {
	r := Rules{Kind: RevenueKind, Step: cent, Members: []string{"a", "x"}, Revenue: &RevenueRules{Borrower: "x", Principal: u(100), Share: Fraction{1, 10}, Cap: Fraction{6, 5}}}
	p := founded(t, r)
	p.takes(t, Step{Act: "put", Who: "a", Amount: u(100)}, Step{Act: "draw", Who: "x"}, Step{Act: "period", Who: "x", Revenue: u(1000)}, Step{Act: "period", Who: "x", Revenue: 199_99 * cent})
	p.stands(t, map[string]Micros{"x": -19_99 * cent})
	p.takes(t, Step{Act: "period", Who: "x", Revenue: u(1)})
	p.stands(t, map[string]Micros{"x": -u(20), "a": u(20)})
	if !p.Over {
		t.Error("the duty goes on beyond the cap")
	}
	r.Revenue.Periods = 1
	p = founded(t, r)
	p.takes(t, Step{Act: "put", Who: "a", Amount: u(100)}, Step{Act: "draw", Who: "x"}, Step{Act: "period", Who: "x", Revenue: u(10)})
	if !p.Over {
		t.Error("the duty goes on beyond its last period")
	}
}

// A loaf is worth two hours. Ada swaps six hours of hers for loaves, less the fee.
func TestCommitment(t *testing.T) {
	r := Rules{Kind: CommitmentKind, Step: cent, Members: []string{"ada", "bas"}, Commitment: &CommitmentRules{Fee: Fraction{1, 50}, Vouchers: []Voucher{
		{ID: "hour", Issuer: "ada", Index: u(1), Cap: u(10), Most: u(20)}, {ID: "loaf", Issuer: "bas", Index: u(2), Cap: u(8), Most: u(20)}}}}
	p := founded(t, r)
	p.takes(t, Step{Act: "mint", Who: "ada", For: "hour", Amount: u(20)}, Step{Act: "mint", Who: "bas", For: "loaf", Amount: u(10)},
		Step{Act: "hand_over", Who: "ada", For: "hour", Into: "bas", Amount: u(4)})
	_, err := p.Take(Step{Act: "mint", Who: "ada", For: "hour", Amount: cent})
	refused(t, err, "pool.too_much")
	_, err = p.Take(Step{Act: "swap", Who: "ada", For: "hour", Into: "loaf", Amount: u(6)})
	refused(t, err, "pool.too_much") // the vault has no loaf yet
	p.takes(t, Step{Act: "deposit", Who: "bas", For: "loaf", Amount: u(5)})
	p.takes(t, Step{Act: "swap", Who: "ada", For: "hour", Into: "loaf", Amount: u(6)})
	hold := p.Commitment.Hold
	if hold["loaf"]["ada"] != 294*cent || p.Commitment.Fees["loaf"] != 6*cent || hold["hour"][Pot] != u(6) {
		t.Errorf("the swap left %v", hold)
	}
	p.takes(t, Step{Act: "redeem", Who: "ada", For: "loaf", Amount: u(2)}, Step{Act: "advance", Who: "bas", For: "hour", Amount: u(6)},
		Step{Act: "bring_back", Who: "bas", For: "hour", Amount: u(1)}, Step{Act: "expire", For: "hour"})
	if p.Commitment.Burned["hour"] != u(20) || p.Commitment.Burned["loaf"] != u(2) {
		t.Errorf("burned are %v", p.Commitment.Burned)
	}
	_, err = p.Take(Step{Act: "redeem", Who: "bas", For: "hour", Amount: u(4)})
	refused(t, err, "pool.no_voucher")
}

// Three decide on 100; the bench is funded, the pond fails, what is left goes back.
func TestBudget(t *testing.T) {
	r := Rules{Kind: BudgetKind, Step: cent, Members: []string{"a", "b", "c"}, Budget: &BudgetRules{}}
	p := founded(t, r)
	p.takes(t, Step{Act: "put", Who: "a", Amount: u(75)}, Step{Act: "put", Who: "b", Amount: u(25)}, Step{Act: "open"},
		Step{Act: "propose", Who: "c", For: "bench", Minimum: u(30), Amount: u(50)}, Step{Act: "propose", Who: "a", For: "pond", Minimum: u(60), Amount: u(90)},
		Step{Act: "allocate", Who: "a", For: "bench", Amount: u(20)}, Step{Act: "allocate", Who: "b", For: "bench", Amount: u(20)},
		Step{Act: "allocate", Who: "c", For: "pond", Amount: u(30)}, Step{Act: "take_back", Who: "c", For: "pond", Amount: u(10)})
	_, err := p.Take(Step{Act: "allocate", Who: "c", For: "bench", Amount: u(11)})
	refused(t, err, "pool.too_much") // above the goal
	p.takes(t, Step{Act: "close"})
	p.stands(t, map[string]Micros{Pot: 0, "c": u(40), "a": -u(75) + u(45), "b": -u(25) + u(15)})
}
