package pool

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawRules draws rules of a kind for people p1, p2, ...
func drawRules(t *rapid.T, k Kind) Rules {
	r := Rules{Kind: k, Step: rapid.SampledFrom([]Micros{1, cent, Unit}).Draw(t, "step"), Open: k != RoscaKind && rapid.Bool().Draw(t, "open")}
	for i := range rapid.IntRange(2, 6).Draw(t, "members") {
		r.Members = append(r.Members, fmt.Sprintf("p%d", i+1))
	}
	amount := func(what string, least int64) Micros {
		return Micros(rapid.Int64Range(least, 400).Draw(t, what)) * r.Step
	}
	third := Fraction{rapid.Int64Range(0, 3).Draw(t, "of"), 12}
	switch k {
	case RoscaKind:
		r.Rosca = &RoscaRules{Contribution: amount("contribution", 1), Order: rapid.SampledFrom([]Order{ByLot, ByNeed}).Draw(t, "order"), Seed: "spring",
			Guarantors: map[string]string{"p1": "p2"}}
	case VslaKind:
		r.Vsla = &VslaRules{Price: amount("price", 1), Most: 5, Meetings: rapid.IntRange(1, 4).Draw(t, "meetings"), Social: amount("social", 0), Multiple: 3, Fee: r.Step}
	case PointsKind:
		r.Points = &PointsRules{Factor: Fraction{7, 10}, Deposit: Fraction{6, 100}, Fee: r.Step, Months: 12, After: rapid.Bool().Draw(t, "after")}
	case SurplusKind:
		r.Surplus = &SurplusRules{Borrower: "p1", Principal: 5 * amount("principal", 1), Share: third}
		r.Surplus.Contribution = rapid.SampledFrom([]Micros{0, r.Step, r.Surplus.Principal / 5}).Draw(t, "contribution")
	case RevenueKind:
		r.Revenue = &RevenueRules{Borrower: "p1", Principal: amount("principal", 1), Share: third, Cap: Fraction{rapid.Int64Range(7, 10).Draw(t, "cap"), 7}, Periods: rapid.IntRange(0, 6).Draw(t, "periods")}
	case CommitmentKind:
		r.Commitment = &CommitmentRules{Fee: Fraction{1, 20}}
		for i, m := range r.Members {
			r.Commitment.Vouchers = append(r.Commitment.Vouchers, Voucher{ID: fmt.Sprintf("v%d", i+1), Issuer: m, Index: Micros(rapid.Int64Range(1, 5).Draw(t, "index")) * Unit / 3, Cap: amount("cap", 50), Most: amount("most", 100)})
		}
	case BudgetKind:
		r.Budget = &BudgetRules{}
	}
	return r
}

// anyStep is a step that may or may not be possible. It is drawn evenly, which
// rapid does not do, so that pools come far.
func anyStep(r *rand.Rand, p *Pool) Step {
	upTo := func(most int) int { return r.IntN(most + 1) }
	names := append(slices.Clone(p.Rules.Members), "q1", "q2")
	things := names
	switch p.Rules.Kind {
	case CommitmentKind:
		things = []string{"v1", "v2"}
	case BudgetKind:
		things = []string{"bench", "pond"}
	}
	any := func(list []string) string { return list[r.IntN(len(list))] }
	amount := Micros(upTo(500)) * p.Rules.Step
	if p.Vsla != nil {
		amount = p.Rules.Vsla.Price * Micros(upTo(6))
	}
	if a := p.Advance; a != nil && upTo(1) == 1 {
		amount = p.Rules.terms().principal - total(a.Put)
	}
	acts := Acts(p.Rules.Kind)
	act := acts[upTo(len(acts)-1)].Name
	rare := map[string]int{"close": 30, "share_out": 30, "expire": 30, "give_up": 4}
	if upTo(rare[act]) > 0 {
		act = acts[1].Name // what ends a pool is rare
	}
	s := Step{Act: act, Who: any(names), For: any(things), Into: any(things), Amount: amount,
		N: upTo(8), Minimum: amount / 2 / p.Rules.Step * p.Rules.Step, Note: any([]string{"", "why"})}
	if s.Act == "hand_over" {
		s.Into = any(names)
	}
	if s.Act == "mint" {
		s.Who = "p" + s.For[1:]
	}
	for _, from := range slices.Sorted(maps.Keys(p.Offers)) { // whoever was asked says yes
		o := p.Offers[from]
		if s.Act == "succeed" || s.Act == "swap" && p.Rosca != nil {
			s.Who, s.For = o.To, from
			break
		}
	}
	if s.Act == "lend" && p.Vsla != nil {
		s.Amount *= 2
	}
	if s.Act == "take_back" && p.Advance != nil {
		for _, who := range slices.Sorted(maps.Keys(p.Advance.Put)) {
			s.Who, s.Amount = who, min(p.Advance.Put[who], 3*p.Rules.Step)
		}
	}
	if s.Act == "repay" && p.Vsla != nil {
		for _, who := range slices.Sorted(maps.Keys(p.Vsla.Loans)) {
			s.Who, s.Amount = who, p.Vsla.Loans[who]
		}
	}
	if p.Budget != nil && s.Act != "put" && s.Act != "propose" {
		s.Amount = (s.Amount / p.Rules.Step) % 20 * p.Rules.Step
	}
	if c := p.Commitment; c != nil && s.Act != "mint" {
		s.Amount = (s.Amount / p.Rules.Step) % 20 * p.Rules.Step
		if holders := slices.Sorted(maps.Keys(c.Hold[s.For])); len(holders) > 0 && s.Act != "advance" {
			s.Who = any(holders)
		}
	}
	if s.Act == "settle" {
		for _, d := range p.Debts {
			s.Who, s.N, s.Amount = d.From, d.N, max(d.Open, p.Rules.Step)
		}
	}
	if s.Act == "period" || s.Act == "draw" {
		s.Who = "p1"
		s.Revenue, s.Costs, s.Pay = 20*amount, 10*amount, Micros(upTo(4000))*p.Rules.Step
	}
	if s.Act == "pay" {
		s.Amount = 0
	}
	return s
}

// TestInvariantsOfAnyPool lets anything happen in pools of every kind, in any
// order, with people who leave, miss and overreach, and holds after each step
// all that the package promises.
func TestInvariantsOfAnyPool(t *testing.T) {
	for _, k := range Kinds {
		t.Run(string(k), func(t *testing.T) {
			taken := map[string]int{}
			rapid.Check(t, func(t *rapid.T) {
				r := drawRules(t, k)
				p, err := Found(r)
				must2(t, err)
				var steps []Step
				for _, m := range r.Members {
					steps = append(steps, Step{Act: "join", Who: m})
					_, err = p.Take(steps[len(steps)-1])
					must2(t, err)
				}
				lots := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
				for range rapid.IntRange(20, 200).Draw(t, "steps") {
					s := anyStep(lots, p)
					if p.holds(t, s) {
						steps = append(steps, s)
						taken[s.Act]++
					}
				}
				again, err := Run(r, steps)
				must2(t, err)
				if enc(again) != enc(p) {
					t.Fatalf("the same steps give %s, then %s", enc(p), enc(again)) // invariant 2
				}
				p.ends(t)
			})
			for _, a := range Acts(k) {
				if taken[a.Name] == 0 && a.Name != "join" && a.Name != "settle" {
					t.Errorf("no pool ever came to %s: the test is blind for it", a.Name)
				}
			}
		})
	}
}

func must2(t *rapid.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

func enc(p *Pool) string {
	b, _ := json.Marshal(p)
	return string(b)
}

// holds takes a step and checks the invariants; it reports whether the step was taken.
func (p *Pool) holds(t *rapid.T, s Step) bool {
	before := enc(p)
	var kept Pool
	must2(t, json.Unmarshal([]byte(before), &kept)) // as a database keeps it
	offers := maps.Clone(p.Offers)
	moves, err := p.Take(s)
	if err != nil {
		if enc(p) != before {
			t.Fatalf("%+v was refused (%v) and changed %s to %s", s, err, before, enc(p)) // 2
		}
		return false
	}
	if again, err := kept.Take(s); err != nil || fmt.Sprint(again) != fmt.Sprint(moves) || enc(&kept) != enc(p) {
		t.Fatalf("kept and read again, %+v gives %v %v and %s", s, again, err, enc(&kept)) // 2
	}
	if sum := total(p.Book.Balance); sum != 0 {
		t.Fatalf("after %+v the book adds up to %s", s, sum) // 1
	}
	for place, m := range p.Book.Balance {
		if Own(place) && m < 0 || m%p.Rules.Step != 0 {
			t.Fatalf("after %+v %s holds %s", s, place, m) // 1
		}
	}
	p.consent(t, s, moves, offers)
	p.kindHolds(t)
	return true
}

// consent checks that nobody's money moved but by their own step, as they
// offered, or out of what the same step gave them (invariant 12).
func (p *Pool) consent(t *rapid.T, s Step, moves []Move, offers map[string]Offer) {
	net := map[string]Micros{}
	for _, m := range moves {
		net[m.From] -= m.Amount
		net[m.To] += m.Amount
	}
	act, _ := p.byName(s.Act)
	for who, m := range net {
		if m >= 0 || Own(who) || act.By == Member && who == s.Who {
			continue
		}
		if s.Act != "succeed" || offers[who] != (Offer{"leave", s.Who}) {
			t.Fatalf("%+v takes %s from %s", s, -m, who)
		}
	}
}

func (p *Pool) byName(name string) (Act, bool) {
	for _, a := range Acts(p.Rules.Kind) {
		if a.Name == name {
			return a, true
		}
	}
	return Act{}, false
}

func (p *Pool) kindHolds(t *rapid.T) {
	at := p.Book.Balance
	switch p.Rules.Kind {
	case VslaKind: // 5
		if v := p.Vsla; !p.Over && at[Pot] != total(v.Shares)+v.Fees-total(v.Loans) {
			t.Fatalf("the pot has %s, of shares %s, fees %s, loans %s", at[Pot], total(v.Shares), v.Fees, total(v.Loans))
		} else if p.Over && at[Pot] != 0 {
			t.Fatalf("%s stays in the pot", at[Pot])
		}
	case PointsKind: // 6
		v := p.Points
		var deposits, left Micros
		for _, l := range v.Loans {
			deposits, left = deposits+l.Deposit, left+l.Left
		}
		if total(v.Points) != v.Earned-v.Spent || at[Deposits] != deposits || at[Pot] != total(v.Saved)-left {
			t.Fatalf("points %v of %s earned and %s spent, deposits %s of %s, pot %s", v.Points, v.Earned, v.Spent, at[Deposits], deposits, at[Pot])
		}
	case SurplusKind, RevenueKind: // 7, 8
		v, terms := p.Advance, p.Rules.terms()
		if v.Paid > terms.most || v.Drawn && total(v.Due) > terms.most {
			t.Fatalf("%s was paid, and at most %s may be", v.Paid, terms.most)
		}
		for _, r := range v.Reports {
			if r.Base == 0 && r.Paid != 0 || r.Paid > r.Share || r.Share > 0 && int64(r.Share)*terms.share.In > int64(r.Base)*terms.share.Of {
				t.Fatalf("a period paid %+v", r)
			}
		}
		for who, got := range v.Got {
			if got > v.Due[who] {
				t.Fatalf("%s got %s, and %s was due", who, got, v.Due[who])
			}
		}
	case CommitmentKind: // 9
		c := p.Commitment
		for _, v := range p.Rules.Commitment.Vouchers {
			if c.Minted[v.ID] != c.Burned[v.ID]+total(c.Hold[v.ID]) || c.Hold[v.ID][Pot] > v.Cap {
				t.Fatalf("%s: minted %s, burned %s, out %v, cap %s", v.ID, c.Minted[v.ID], c.Burned[v.ID], c.Hold[v.ID], v.Cap)
			}
			for who, m := range c.Hold[v.ID] {
				if m < 0 {
					t.Fatalf("%s holds %s of %s", who, m, v.ID)
				}
			}
		}
	case BudgetKind: // 10
		b := p.Budget
		var out Micros
		for _, pr := range b.Proposals {
			out += total(pr.Backers)
			if total(pr.Backers) > pr.Goal || pr.State == "funded" && total(pr.Backers) < pr.Minimum {
				t.Fatalf("a proposal got %s: %+v", total(pr.Backers), pr)
			}
		}
		if b.Opened && total(b.Given) != out+total(b.Left)+total(b.Returned) {
			t.Fatalf("given %s, allocated %s, left %s, returned %s", total(b.Given), out, total(b.Left), total(b.Returned))
		}
	}
}

// ends lets a pool run to its end, with every debt paid.
func (p *Pool) ends(t *rapid.T) {
	switch {
	case p.Rosca != nil:
		p.endsAtZero(t)
	case p.Vsla != nil && len(p.Vsla.Shares) > 0 && !p.Over:
		for p.Vsla.Meeting < p.Rules.Vsla.Meetings {
			if take(p, Step{Act: "meeting"}) != nil {
				return // one member is no group
			}
		}
		must2(t, take(p, Step{Act: "share_out"}))
		p.settled(t)
		p.kindHolds(t)
	}
}

// settled pays every debt.
func (p *Pool) settled(t *rapid.T) {
	for i := 0; i < len(p.Debts); i++ {
		if d := p.Debts[i]; d.Open > 0 {
			must2(t, take(p, Step{Act: "settle", Who: d.From, N: d.N, Amount: d.Open}))
		}
	}
}

// endsAtZero lets a rotating pool run to its end, pays every debt, and checks that
// everybody had one turn and nobody gained (invariant 3).
func (p *Pool) endsAtZero(t *rapid.T) {
	for !p.Over {
		if len(p.Names) != len(p.Rosca.Order) {
			t.Fatalf("%v take part in %v", p.Names, p.Rosca.Order)
		}
		must2(t, take(p, Step{Act: "close_round"}))
	}
	p.settled(t)
	if seen := slices.Sorted(slices.Values(p.Rosca.Order)); len(slices.Compact(seen)) != len(p.Rules.Members) {
		t.Fatalf("the turns were %v", p.Rosca.Order)
	}
	for place, m := range p.Book.Balance {
		if m != 0 {
			t.Fatalf("%s ends at %s: %s", place, m, enc(p))
		}
	}
}

func take(p *Pool, s Step) error {
	_, err := p.Take(s)
	return err
}

// A swap gives out no more value than it takes in (invariant 9).
func TestInvariant9SwapsKeepTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := Micros(rapid.Int64Range(1, 9_000_000).Draw(t, "a")), Micros(rapid.Int64Range(1, 9_000_000).Draw(t, "b"))
		r := Rules{Kind: CommitmentKind, Step: cent, Members: []string{"a", "b"}, Commitment: &CommitmentRules{Fee: Fraction{rapid.Int64Range(0, 5).Draw(t, "fee"), 100},
			Vouchers: []Voucher{{ID: "a", Issuer: "a", Index: a, Cap: u(1000), Most: u(1000)}, {ID: "b", Issuer: "b", Index: b, Cap: u(100_000), Most: u(100_000)}}}}
		in := cent * Micros(rapid.Int64Range(1, 100_000).Draw(t, "in"))
		p, err := Run(r, []Step{{Act: "join", Who: "a"}, {Act: "join", Who: "b"}, {Act: "mint", Who: "a", For: "a", Amount: in},
			{Act: "mint", Who: "b", For: "b", Amount: u(100_000)}, {Act: "deposit", Who: "b", For: "b", Amount: u(100_000)}})
		must2(t, err)
		if take(p, Step{Act: "swap", Who: "a", For: "a", Into: "b", Amount: in}) != nil {
			return
		}
		got, fee := p.Commitment.Hold["b"]["a"], p.Commitment.Fees["b"]
		if (got+fee)*b > in*a || (got+fee+cent)*b <= in*a {
			t.Fatalf("%s at %s gave %s and the fee %s at %s", in, a, got, fee, b)
		}
	})
}
