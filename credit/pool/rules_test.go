package pool

import (
	"encoding/json"
	"testing"

	"commonweal/platform/fault"
)

// Whatever its name, what grows with time is refused when it is written.
func TestInvariant11NoInterest(t *testing.T) {
	two := []string{"a", "b"}
	for _, r := range []Rules{
		{Kind: RoscaKind, Step: cent, Members: two, Rosca: &RoscaRules{Contribution: u(1), Order: "auction"}},
		{Kind: RevenueKind, Step: cent, Members: two, Revenue: &RevenueRules{Borrower: "a", Principal: u(10), Share: Fraction{1, 10}, Cap: Fraction{2, 1}}},
		{Kind: SurplusKind, Step: cent, Members: two, Surplus: &SurplusRules{Borrower: "a", Principal: u(10), Share: Fraction{1, 2}, Contribution: u(3)}},
	} {
		refused(t, r.Check(), "pool.interest")
	}
	for _, text := range []string{
		`{"kind":"vsla","step":"0.01","vsla":{"price":"1","most":5,"meetings":10,"multiple":3,"interest":"0.05"}}`,
		`{"kind":"vsla","lateFee":"1"}`, `{"kind":"points","points":{"annual_yield":"2"}}`, `{"a":[{"APR":5}]}`, `{"penaltyPerDay":1}`, `{"kind":"rosca","Penalty":1}`,
	} {
		_, err := ParseRules([]byte(text))
		refused(t, err, "pool.interest")
	}
}

func TestRulesThatAreWrong(t *testing.T) {
	two := []string{"a", "b"}
	for code, list := range map[string][]Rules{
		"pool.unknown_kind":  {{}, {Kind: "bank"}},
		"pool.rules_of_kind": {{Kind: VslaKind, Step: 1}, {Kind: VslaKind, Step: 1, Budget: &BudgetRules{}}, {Kind: BudgetKind, Step: 1, Budget: &BudgetRules{}, Points: &PointsRules{}}},
		"pool.members":       {{Kind: BudgetKind, Step: 1, Members: []string{"a", "a"}, Budget: &BudgetRules{}}, {Kind: BudgetKind, Step: 1, Members: []string{"/pot"}, Budget: &BudgetRules{}}},
		"pool.rhythm":        {{Kind: BudgetKind, Step: 1, Begins: "tomorrow", Every: "week", Budget: &BudgetRules{}}},
		"pool.rule": {{Kind: BudgetKind, Budget: &BudgetRules{}}, {Kind: RoscaKind, Step: 1, Rosca: &RoscaRules{}},
			{Kind: VslaKind, Step: 1, Vsla: &VslaRules{Price: 1, Most: 0, Meetings: 1, Multiple: 1}}},
		"pool.amount": {{Kind: RoscaKind, Step: cent, Members: two, Rosca: &RoscaRules{Contribution: 1, Order: ByLot, Seed: "x"}}},
		"pool.seed":   {{Kind: RoscaKind, Step: cent, Members: two, Rosca: &RoscaRules{Contribution: cent, Order: ByLot}}},
		"pool.open":   {{Kind: RoscaKind, Step: cent, Open: true, Members: two, Rosca: &RoscaRules{Contribution: cent, Order: ByLot}}},
		"pool.order": {{Kind: RoscaKind, Step: cent, Members: two, Rosca: &RoscaRules{Contribution: cent, Order: ByAgreement, Agreed: []string{"a", "a"}}},
			{Kind: RoscaKind, Step: cent, Members: two, Rosca: &RoscaRules{Contribution: cent, Order: "age"}}},
		"pool.guarantor": {{Kind: RoscaKind, Step: cent, Members: two, Rosca: &RoscaRules{Contribution: cent, Order: ByLot, Seed: "x", Guarantors: map[string]string{"a": "a"}}}},
		"pool.fraction": {{Kind: SurplusKind, Step: cent, Members: two, Surplus: &SurplusRules{Borrower: "a", Principal: u(1), Share: Fraction{2, 3}}},
			{Kind: SurplusKind, Step: cent, Members: two, Surplus: &SurplusRules{Borrower: "a", Principal: u(1), Share: Fraction{1, 0}}},
			{Kind: PointsKind, Step: cent, Points: &PointsRules{Factor: Fraction{6, 5}, Deposit: Fraction{0, 1}, Months: 1}},
			{Kind: PointsKind, Step: cent, Points: &PointsRules{Factor: Fraction{-1, 5}, Deposit: Fraction{0, 1}, Months: 1}}},
		"pool.cap":          {{Kind: RevenueKind, Step: cent, Members: two, Revenue: &RevenueRules{Borrower: "a", Principal: u(1), Share: Fraction{1, 10}, Cap: Fraction{1, 2}}}},
		"pool.fee":          {{Kind: VslaKind, Step: cent, Vsla: &VslaRules{Price: cent, Fee: u(1), Most: 1, Meetings: 1, Multiple: 1}}},
		"pool.not_a_member": {{Kind: RevenueKind, Step: cent, Revenue: &RevenueRules{Borrower: "a"}}, {Kind: BudgetKind, Step: 1, Budget: &BudgetRules{Weights: map[string]int64{"x": 1}}}},
		"pool.voucher":      {{Kind: CommitmentKind, Step: 1, Members: two, Commitment: &CommitmentRules{Vouchers: []Voucher{{}}}}},
	} {
		for i, r := range list {
			if err := r.Check(); fault.CodeOf(err) != code {
				t.Errorf("%s %d: %v", code, i, err)
			}
		}
	}
}

// Whatever is read as rules founds a pool, and is written as it was read.
func FuzzParseRules(f *testing.F) {
	f.Add([]byte(`{"kind":"rosca","step":"0.01","members":["a","b"],"begins":"2026-01-31","every":"month","rosca":{"contribution":"50","order":"lot","seed":"spring"}}`))
	f.Add([]byte(`{"kind":"vsla","step":"0.01","vsla":{"price":"2","most":5,"meetings":10,"multiple":3,"fee":"1"}}`))
	f.Add([]byte(`{"kind":"points","step":"1","points":{"factor":{"of":7,"in":10},"deposit":{"of":6,"in":100},"months":12}}`))
	f.Add([]byte(`{"kind":"revenue","step":"1","members":["a"],"revenue":{"borrower":"a","principal":"100","share":{"of":1,"in":10},"cap":{"of":6,"in":5}}}`))
	f.Add([]byte(`{"kind":"commitment","step":"1","members":["a"],"commitment":{"fee":{"of":0,"in":1},"vouchers":[{"id":"h","issuer":"a","index":"1","cap":"10","most":"10"}]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ParseRules(text)
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		p, err := Found(r)
		must(t, err)
		for _, m := range r.Members {
			if _, err := p.Take(Step{Act: "join", Who: m}); err != nil {
				t.Fatal(err)
			}
		}
		p.Schedule()
		b, err := json.Marshal(r)
		must(t, err)
		again, err := ParseRules(b)
		must(t, err)
		if c, _ := json.Marshal(again); string(c) != string(b) {
			t.Fatalf("%s is written as %s", b, c)
		}
	})
}
