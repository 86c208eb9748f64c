package evaluation

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

func circle(ids ...string) []Member {
	var out []Member
	for _, id := range ids {
		out = append(out, Member{ID: id})
	}
	return out
}

// 75 of 1,500 GIVE received, and a budget of 50,000, pay 2,500.
func TestGiveExample(t *testing.T) {
	members := circle(named("m", 15)...)
	gifts := []Gift{{From: "m1", To: "m0", Amount: 50}, {From: "m2", To: "m0", Amount: 25}}
	for n := range members {
		left := int64(100)
		for _, g := range gifts[:2] {
			if g.From == members[n].ID {
				left -= g.Amount
			}
		}
		to := members[1+(n+1)%14].ID
		if to == members[n].ID {
			to = members[1+(n+2)%14].ID
		}
		gifts = append(gifts, Gift{From: members[n].ID, To: to, Amount: left})
	}
	g, err := Give(GiveRules{Budget: 100}, members, gifts, nil)
	if err != nil {
		t.Fatal(err)
	}
	shares, err := g.Shares(50_000, "epoch-7")
	if err != nil || ratText(g.Receipts[0].Weight) != "75" || shares[0] != 2500 {
		t.Errorf("%s received and %d paid, %v; want 75 and 2500", ratText(g.Receipts[0].Weight), shares[0], err)
	}
}

func TestUnspent(t *testing.T) {
	members := []Member{{ID: "ada"}, {ID: "ben"}, {ID: "chi", Declines: true}}
	gifts := []Gift{{From: "ada", To: "ben", Amount: 40}, {From: "chi", To: "ada", Amount: 70}}
	burned, err := Give(GiveRules{Budget: 100}, members, gifts, nil)
	if err != nil || weights(burned) != "ada 70, ben 40, chi 0" {
		t.Errorf("burned: %s, %v", weights(burned), err)
	}
	// Ada's 60 go to Ben; Ben's 100 to Ada; Chi's 30 to both.
	spread, err := Give(GiveRules{Budget: 100, Unspent: SpreadEven}, members, gifts, nil)
	if err != nil || weights(spread) != "ada 185, ben 115, chi 0" {
		t.Errorf("spread: %s, %v", weights(spread), err)
	}
}

func weights(g Giving) string {
	text := ""
	for i, r := range g.Receipts {
		if i > 0 {
			text += ", "
		}
		text += r.Member + " " + ratText(r.Weight)
	}
	return text
}

func TestDamping(t *testing.T) {
	members := circle("ada", "ben", "chi")
	gifts := []Gift{
		{From: "ada", To: "ben", Amount: 60}, {From: "ben", To: "ada", Amount: 40}, // 40 is mutual
		{From: "chi", To: "ada", Amount: 50}, // one way: not damped
	}
	g, err := Give(GiveRules{Budget: 100, Damping: 40}, members, gifts, nil)
	if err != nil || weights(g) != "ada 70, ben 30, chi 0" {
		t.Errorf("%s, %v", weights(g), err)
	}
	// In the window Ben gave Ada 20 more, so 60 is mutual.
	g, err = Give(GiveRules{Budget: 100, Damping: 40}, members, gifts, []Gift{{From: "ben", To: "ada", Amount: 20}})
	if err != nil || weights(g) != "ada 66, ben 24, chi 0" {
		t.Errorf("with history %s, %v", weights(g), err)
	}
}

func TestFewestGivers(t *testing.T) {
	gifts := []Gift{{From: "ada", To: "ben", Amount: 60}, {From: "chi", To: "ada", Amount: 1}, {From: "ben", To: "ada", Amount: 1}}
	g, err := Give(GiveRules{Budget: 100, GiversEach: 2}, circle("ada", "ben", "chi"), gifts, nil)
	if err != nil || weights(g) != "ada 2, ben 0, chi 0" || g.Receipts[1].Reason != TooFewRaters || g.Receipts[2].Reason != "" {
		t.Errorf("%s, %v", weights(g), err)
	}
}

func TestGiveRefusals(t *testing.T) {
	members := []Member{{ID: "ada"}, {ID: "ben", Budget: 10}, {ID: "chi", Declines: true}}
	tests := []struct {
		name  string
		gifts []Gift
		code  string
	}{
		{"to oneself", []Gift{{From: "ada", To: "ada", Amount: 1}}, "evaluation.gift_to_self"},
		{"beyond the budget", []Gift{{From: "ben", To: "ada", Amount: 11}}, "evaluation.over_budget"},
		{"beyond any budget", []Gift{{From: "ada", To: "ben", Amount: 1<<63 - 1}}, "evaluation.over_budget"},
		{"nothing", []Gift{{From: "ada", To: "ben"}}, "evaluation.bad_gift"},
		{"less than nothing", []Gift{{From: "ada", To: "ben", Amount: -5}}, "evaluation.bad_gift"},
		{"to one who declines", []Gift{{From: "ada", To: "chi", Amount: 1}}, "evaluation.declines"},
		{"to a stranger", []Gift{{From: "ada", To: "eve", Amount: 1}}, "evaluation.unknown_member"},
		{"from a stranger", []Gift{{From: "eve", To: "ada", Amount: 1}}, "evaluation.unknown_member"},
		{"twice", []Gift{{From: "ada", To: "ben", Amount: 1}, {From: "ada", To: "ben", Amount: 2}}, "evaluation.duplicate_gift"},
	}
	for _, tt := range tests {
		if _, err := Give(GiveRules{Budget: 100}, members, tt.gifts, nil); fault.CodeOf(err) != tt.code {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.code)
		}
	}
	if _, err := Give(GiveRules{Budget: -1}, members, nil, nil); fault.CodeOf(err) != "evaluation.bad_give_rule" {
		t.Errorf("a negative budget: %v", err)
	}
	if _, err := Give(GiveRules{}, circle("ada", "ada"), nil, nil); fault.CodeOf(err) != "evaluation.bad_member" {
		t.Errorf("a member twice: %v", err)
	}
	empty, err := Give(GiveRules{Budget: 100}, members, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := empty.Shares(100, "d"); fault.CodeOf(err) != "quantity.no_weight" {
		t.Errorf("a pot that nobody has a share in: %v", err)
	}
}

// drawGifts draws a valid round of gifts within the budgets.
func drawGifts(t *rapid.T, members []Member, budget int64) []Gift {
	var gifts []Gift
	for _, from := range members {
		left := budget
		for _, to := range members {
			if to.ID == from.ID || to.Declines || left == 0 || !rapid.Bool().Draw(t, "gives") {
				continue
			}
			amount := rapid.Int64Range(1, left).Draw(t, "amount")
			gifts, left = append(gifts, Gift{From: from.ID, To: to.ID, Amount: amount}), left-amount
		}
	}
	return gifts
}

func drawMembers(t *rapid.T) []Member {
	members := circle(named("m", rapid.IntRange(2, 7).Draw(t, "members"))...)
	for i := range members {
		members[i].Declines = rapid.IntRange(0, 3).Draw(t, "declines") == 0
	}
	return members
}

func TestInvariant8GiveAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members := drawMembers(t)
		rules := GiveRules{Budget: rapid.Int64Range(1, 100).Draw(t, "budget"), Unspent: rapid.SampledFrom([]Unspent{Burn, SpreadEven}).Draw(t, "unspent")}
		gifts := drawGifts(t, members, rules.Budget)
		g, err := Give(rules, members, rapid.Permutation(gifts).Draw(t, "order"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if straight, err := Give(rules, members, gifts, nil); err != nil || jsonOf(t, straight) != jsonOf(t, g) {
			t.Fatalf("the order of gifts changed the result: %v", err)
		}
		counted, lost, receivers := new(big.Rat), int64(0), 0
		for i, r := range g.Receipts {
			counted.Add(counted, r.Weight)
			lost += r.Unspent
			if !members[i].Declines {
				receivers++
			} else if r.Weight.Sign() != 0 {
				t.Fatalf("%s declines and counts %s", r.Member, ratText(r.Weight))
			}
		}
		if rules.Unspent == Burn {
			counted.Add(counted, new(big.Rat).SetInt64(lost))
		}
		budgets := new(big.Rat).SetInt64(rules.Budget * int64(len(members)))
		if c := counted.Cmp(budgets); c != 0 && (rules.Unspent == Burn || receivers > 1) {
			t.Fatalf("%s counted of %s", ratText(counted), ratText(budgets))
		}
		total := rapid.Int64Range(0, 1_000_000).Draw(t, "pot")
		shares, err := g.Shares(total, "epoch")
		if fault.CodeOf(err) == "quantity.no_weight" {
			return
		}
		paid := int64(0)
		for i, s := range shares {
			paid += s
			if g.Receipts[i].Weight.Sign() == 0 && s != 0 {
				t.Fatalf("%s counts nothing and is paid %d", g.Receipts[i].Member, s)
			}
		}
		if err != nil || paid != total {
			t.Fatalf("%d of %d paid, %v", paid, total, err)
		}
	})
}

func TestInvariant9RingBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members := circle(named("m", 5)...)
		m := rapid.Int64Range(1, 50).Draw(t, "damping")
		gifts, history := drawGifts(t, members, 1000), drawGifts(t, members, 1000)
		g, err := Give(GiveRules{Budget: 1000, Damping: m}, members, gifts, history)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range g.Receipts {
			for _, trace := range r.Received {
				if trace.Counts.Sign() <= 0 || trace.Counts.Cmp(new(big.Rat).SetInt64(trace.Amount)) > 0 {
					t.Fatalf("a gift of %d counts %s", trace.Amount, ratText(trace.Counts))
				}
				part := new(big.Rat).Mul(trace.Counts, big.NewRat(trace.Mutual, trace.Amount))
				if trace.Mutual > 0 && part.Cmp(new(big.Rat).SetInt64(m)) >= 0 {
					t.Fatalf("of %d mutual %s counts, with M = %d", trace.Mutual, ratText(part), m)
				}
				if trace.Mutual == 0 && trace.Counts.Cmp(new(big.Rat).SetInt64(trace.Amount)) != 0 {
					t.Fatalf("a gift that nobody returned was damped to %s", ratText(trace.Counts))
				}
			}
		}
	})
}

// A ring planted among honest givers is found, whoever else is there.
func TestRingsAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ring := named("ring", rapid.IntRange(2, 6).Draw(t, "ring"))
		var gifts []Gift
		for i, m := range ring {
			gifts = append(gifts, Gift{From: m, To: ring[(i+1)%len(ring)], Amount: 90}, Gift{From: m, To: "h0", Amount: 10})
		}
		honest := named("h", 12)
		for i, m := range honest {
			for step := 1; step < len(honest); step++ {
				gifts = append(gifts, Gift{From: m, To: honest[(i+step)%len(honest)], Amount: int64(step)})
			}
		}
		rule := RingRule{Above: big.NewRat(3, 4), Largest: 8}
		found := Rings(rule, rapid.Permutation(gifts).Draw(t, "order"))
		if len(found) != 1 || !slices.Equal(found[0].Members, ring) || ratText(found[0].Share()) != "9/10" {
			t.Fatalf("found %v, planted %v", found, ring)
		}
	})
}

// What two rings give each other is inward to neither.
func TestGiftsBetweenRingsAreNotInward(t *testing.T) {
	gifts := []Gift{
		{From: "a", To: "b", Amount: 80}, {From: "b", To: "a", Amount: 80}, {From: "a", To: "c", Amount: 20}, {From: "b", To: "d", Amount: 20},
		{From: "c", To: "d", Amount: 90}, {From: "d", To: "c", Amount: 90}, {From: "c", To: "a", Amount: 10}, {From: "d", To: "b", Amount: 10},
	}
	found := Rings(RingRule{Above: big.NewRat(3, 4), Largest: 2}, gifts)
	if len(found) != 2 || ratText(found[0].Share()) != "9/10" || ratText(found[1].Share()) != "4/5" {
		t.Errorf("found %+v", found)
	}
}

func TestHonestCircleIsNoRing(t *testing.T) {
	ids := named("m", 9)
	var gifts []Gift
	for _, from := range ids {
		for _, to := range ids {
			if from != to {
				gifts = append(gifts, Gift{From: from, To: to, Amount: 12})
			}
		}
	}
	if found := Rings(RingRule{Above: big.NewRat(1, 2), Largest: 5}, gifts); len(found) != 0 {
		t.Errorf("everybody gave everybody the same, and %v is called a ring", found)
	}
}

// A chain of a hundred thousand does not exhaust the stack.
func TestLongChainOfGifts(t *testing.T) {
	const n = 100_000
	gifts := make([]Gift, n)
	for i := range gifts {
		gifts[i] = Gift{From: fmt.Sprintf("m%06d", i), To: fmt.Sprintf("m%06d", (i+1)%n), Amount: 1}
	}
	if found := Rings(RingRule{Above: big.NewRat(1, 2), Largest: n}, gifts); len(found) != 1 || len(found[0].Members) != n {
		t.Errorf("%d rings", len(found))
	}
}

func TestPoints(t *testing.T) {
	rules := ParticipationRules(Hundred)
	by := func(text string) quantity.Amount { return quantity.MustParse(text, quantity.One) }
	got, err := CountPoints(rules, []Points{
		{"ben", "frame", 30, by("1")}, {"ada", "wheel", 40, by("1.5")}, {"ada", "frame", 10, by("0.55")},
	})
	if err != nil || len(got) != 2 || got[0].Member != "ada" || ratText(got[0].Total) != "131/2" || ratText(got[1].Total) != "30" || got[0].Lines[0].Deliverable != "frame" {
		t.Errorf("got %+v, %v", got, err)
	}
	tests := []struct {
		name    string
		rules   PointRules
		entries []Points
		code    string
	}{
		{"too little part", rules, []Points{{"ada", "x", 1, by("0.4")}}, "evaluation.participation"},
		{"too much part", rules, []Points{{"ada", "x", 1, by("1.500001")}}, "evaluation.participation"},
		{"part in hours", rules, []Points{{"ada", "x", 1, quantity.Of(1, "hour")}}, "evaluation.participation"},
		{"off the scale", rules, []Points{{"ada", "x", 101, by("1")}}, "evaluation.off_scale"},
		{"twice", rules, []Points{{"ada", "x", 1, by("1")}, {"ada", "x", 2, by("1")}}, "evaluation.duplicate_points"},
		{"bounds that cross", PointRules{Hundred, by("2"), by("1")}, nil, "evaluation.bad_point_rule"},
	}
	for _, tt := range tests {
		if _, err := CountPoints(tt.rules, tt.entries); fault.CodeOf(err) != tt.code {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.code)
		}
	}
}
