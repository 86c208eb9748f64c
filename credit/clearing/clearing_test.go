package clearing_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"commonweal/credit/clearing"
	"commonweal/credit/clearing/circulation"
	"commonweal/platform/fault"
)

// owes is one debt between members named by a letter.
func owes(id string, debtor, creditor byte, amount int64) clearing.Obligation {
	return clearing.Obligation{ID: id, Debtor: int32(debtor - 'a'), Creditor: int32(creditor - 'a'), Amount: amount}
}

// register is a problem of the members a, b, c and so on.
func register(members int, list ...clearing.Obligation) *clearing.Problem {
	p := &clearing.Problem{Obligations: list}
	for i := range members {
		p.Members = append(p.Members, string(rune('a'+i)))
	}
	return p
}

// solved solves a problem by one method and has the answer checked.
func solved(t testing.TB, p *clearing.Problem, o clearing.Options) *clearing.Result {
	t.Helper()
	r, err := clearing.Solve(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := clearing.Check(p, r); err != nil {
		t.Fatalf("%s: %v", o.Method, err)
	}
	return r
}

var methods = []circulation.Method{circulation.Auto, circulation.Scaling, circulation.Simplex}

// A owes B 100, B owes C 80, C owes A 50: fifty goes round.
func TestATriangle(t *testing.T) {
	p := register(3, owes("1", 'a', 'b', 100), owes("2", 'b', 'c', 80), owes("3", 'c', 'a', 50))
	for _, m := range methods {
		r := solved(t, p, clearing.Options{Method: m})
		if want := []int64{50, 50, 50}; !slices.Equal(r.SetOff, want) {
			t.Errorf("set off %v, want %v", r.SetOff, want)
		}
		got := clearing.Measure(p, r)
		if got.Gross.String() != "230" || got.Cleared.String() != "150" || got.Discharged != 1 || got.Reduced != 2 || got.Touched != 3 {
			t.Errorf("totals %+v", got)
		}
		if got.NetDebt != got.Needed || got.NetDebt.String() != "50" {
			t.Errorf("net debt %s before and %s after, want 50", got.NetDebt, got.Needed)
		}
	}
}

// The bilateral trap: a and b owe each other 10, but the debt of a is also the
// one link of a longer circle. Two can set off 20, four can set off 40.
func TestTheTrapOfSettingOffPairsFirst(t *testing.T) {
	p := register(4, owes("1", 'a', 'b', 10), owes("2", 'b', 'a', 10), owes("3", 'b', 'c', 10), owes("4", 'c', 'd', 10), owes("5", 'd', 'a', 10))
	pairs, err := clearing.Bilateral(p)
	if err != nil || !slices.Equal(pairs, []int64{10, 10, 0, 0, 0}) {
		t.Errorf("pairs first set off %v, %v", pairs, err)
	}
	greedy, err := clearing.Greedy(p)
	if err != nil || !slices.Equal(greedy, pairs) {
		t.Errorf("greedy set off %v, %v: nothing is left for the longer circle", greedy, err)
	}
	for _, m := range methods {
		if r := solved(t, p, clearing.Options{Method: m}); !slices.Equal(r.SetOff, []int64{10, 0, 10, 10, 10}) {
			t.Errorf("%s set off %v", m, r.SetOff)
		}
	}
}

// A chain ends at c, who owes nobody. With room for c and a balance of a it
// closes, and nobody draws overdraft for it; without the balance a draws.
func TestCreditClosesAChain(t *testing.T) {
	p := register(3, owes("1", 'a', 'b', 60), owes("2", 'b', 'c', 40))
	p.Hubs = []string{"credit"}
	p.Lines = []clearing.Line{{Member: 0, Balance: 25, Overdraft: 100}, {Member: 2, Room: 30}, {Member: 1, Overdraft: 100, Room: 100}}
	for _, m := range methods {
		r := solved(t, p, clearing.Options{Method: m})
		// 60 from a to b: 30 of it goes on to c, who has room for no more; b keeps 30 as credit.
		if want := []int64{60, 30}; !slices.Equal(r.SetOff, want) {
			t.Errorf("set off %v, want %v", r.SetOff, want)
		}
		if want := []clearing.Use{{Paid: 25, Drawn: 35}, {Received: 30}, {Received: 30}}; !slices.Equal(r.Credit, want) {
			t.Errorf("credit %+v, want %+v", r.Credit, want)
		}
	}
}

// Either of two debts can be used to close the circle: the one of the member
// who has the balance draws nothing.
func TestTheLeastCreditIsDrawn(t *testing.T) {
	p := register(4, owes("1", 'a', 'c', 10), owes("2", 'b', 'c', 10), owes("3", 'c', 'd', 10))
	p.Hubs = []string{"credit"}
	p.Lines = []clearing.Line{{Member: 0, Overdraft: 10}, {Member: 1, Balance: 10}, {Member: 3, Room: 10}}
	for _, m := range methods {
		r := solved(t, p, clearing.Options{Method: m})
		if want := []int64{0, 10, 10}; !slices.Equal(r.SetOff, want) {
			t.Errorf("%s set off %v, want %v", m, r.SetOff, want)
		}
	}
}

// What a owes b goes back to a, or on to d, who would have to be paid in
// credit: as much is cleared either way, and no credit is moved without need.
func TestTheLeastCreditIsMoved(t *testing.T) {
	p := register(4, owes("1", 'a', 'b', 10), owes("2", 'b', 'd', 10), owes("3", 'b', 'a', 10), owes("4", 'c', 'a', 10))
	p.Hubs = []string{"credit"}
	p.Lines = []clearing.Line{{Member: 0, Balance: 10}, {Member: 3, Room: 10}}
	for _, m := range methods {
		r := solved(t, p, clearing.Options{Method: m})
		if want := []int64{10, 0, 10, 0}; !slices.Equal(r.SetOff, want) {
			t.Errorf("%s set off %v, want %v", m, r.SetOff, want)
		}
	}
}

// Debts between the same two are one arc; what it carries goes to the oldest.
func TestTheOldestComesFirst(t *testing.T) {
	p := register(2, owes("new", 'a', 'b', 10), owes("undated", 'a', 'b', 10), owes("old", 'a', 'b', 10), owes("also old", 'a', 'b', 10), owes("back", 'b', 'a', 25))
	p.Obligations[0].Due, p.Obligations[2].Due, p.Obligations[3].Due = 20260401, 20251231, 20251231
	r := solved(t, p, clearing.Options{})
	if want := []int64{5, 0, 10, 10, 25}; !slices.Equal(r.SetOff, want) {
		t.Errorf("set off %v, want %v", r.SetOff, want)
	}
}

// Two circles are as good: through b, or through c, whose debt is older.
func TestOldestFirstAmongEqualCircles(t *testing.T) {
	for day, want := range map[clearing.Day][]int64{20260102: {10, 0, 10, 0, 10}, 20251231: {0, 10, 0, 10, 10}} {
		p := register(4, owes("1", 'a', 'b', 10), owes("2", 'a', 'c', 10), owes("3", 'b', 'd', 10), owes("4", 'c', 'd', 10), owes("5", 'd', 'a', 10))
		p.Obligations[0].Due, p.Obligations[1].Due = 20260101, day
		for _, m := range methods {
			if r := solved(t, p, clearing.Options{Method: m, OldestFirst: true}); !slices.Equal(r.SetOff, want) {
				t.Errorf("%s, the debt to c due on %s: set off %v, want %v", m, day, r.SetOff, want)
			}
		}
	}
}

// A debt of twice the weight goes before two of the ordinary one.
func TestWeights(t *testing.T) {
	p := register(3, owes("1", 'a', 'b', 10), owes("2", 'b', 'a', 10), owes("3", 'b', 'c', 10), owes("4", 'c', 'a', 10))
	if r := solved(t, p, clearing.Options{}); r.SetOff[1] != 0 {
		t.Errorf("set off %v: three debts are more than two", r.SetOff)
	}
	p.Obligations[1].Weight = 3
	if r := solved(t, p, clearing.Options{}); r.SetOff[1] != 10 {
		t.Errorf("set off %v: the debt of weight three is worth more than the other two", r.SetOff)
	}
}

// Amounts near the end of 64 bits are exact, also where their sums are longer.
func TestHugeAmounts(t *testing.T) {
	p := register(3, owes("1", 'a', 'b', math.MaxInt64), owes("2", 'a', 'b', math.MaxInt64), owes("3", 'b', 'a', math.MaxInt64),
		owes("4", 'b', 'c', math.MaxInt64), owes("5", 'c', 'a', math.MaxInt64-1), owes("6", 'c', 'a', 1<<62))
	for _, m := range methods {
		r := solved(t, p, clearing.Options{Method: m})
		got := clearing.Measure(p, r)
		if got.Gross.String() != "50728546202701266938" || got.Cleared.String() != "46116860184273879035" {
			t.Errorf("%s: gross %s, cleared %s", m, got.Gross, got.Cleared)
		}
	}
}

func TestNothingToClear(t *testing.T) {
	for _, p := range []*clearing.Problem{register(0), register(2), register(3, owes("1", 'a', 'b', 5), owes("2", 'b', 'c', 5))} {
		r := solved(t, p, clearing.Options{Workers: 3})
		if got := clearing.Measure(p, r); !got.Cleared.IsZero() || got.NetDebt != got.Needed {
			t.Errorf("totals %+v", got)
		}
	}
}

func TestProblemsWithoutMeaning(t *testing.T) {
	triangle := func() *clearing.Problem {
		return register(3, owes("1", 'a', 'b', 100), owes("2", 'b', 'c', 80), owes("3", 'c', 'a', 50))
	}
	for code, spoil := range map[string]func(p *clearing.Problem){
		"clearing.self":             func(p *clearing.Problem) { p.Obligations[1].Creditor = 1 },
		"clearing.amount":           func(p *clearing.Problem) { p.Obligations[1].Amount = 0 },
		"clearing.unknown_member":   func(p *clearing.Problem) { p.Obligations[2].Creditor = 3 },
		"clearing.weight":           func(p *clearing.Problem) { p.Obligations[0].Weight = clearing.MaxWeight + 1 },
		"clearing.due":              func(p *clearing.Problem) { p.Obligations[0].Due = 20260230 },
		"clearing.obligation_twice": func(p *clearing.Problem) { p.Obligations[2].ID = "1" },
		"clearing.name":             func(p *clearing.Problem) { p.Obligations[2].ID = "a\tb" },
		"clearing.name_twice":       func(p *clearing.Problem) { p.Members[2] = "a" },
		"clearing.unknown_line":     func(p *clearing.Problem) { p.Lines = []clearing.Line{{}} },
		"clearing.line": func(p *clearing.Problem) {
			p.Hubs, p.Lines = []string{"credit"}, []clearing.Line{{Overdraft: -1}}
		},
		"clearing.line_twice": func(p *clearing.Problem) {
			p.Hubs, p.Lines = []string{"credit"}, []clearing.Line{{Room: 1}, {Room: 2}}
		},
		"clearing.hubs": func(p *clearing.Problem) { p.Hubs = make([]string, clearing.MaxHubs+1) },
	} {
		p := triangle()
		spoil(p)
		if _, err := clearing.Solve(context.Background(), p, clearing.Options{}); fault.CodeOf(err) != code {
			t.Errorf("%s: %v", code, err)
		}
		if _, err := clearing.Greedy(p); len(p.Hubs) == 0 && len(p.Lines) == 0 && fault.CodeOf(err) != code {
			t.Errorf("%s: greedy answers %v", code, err)
		}
	}
	negative := triangle()
	negative.Obligations[0].Amount = math.MinInt64
	if err := negative.Check(); fault.CodeOf(err) != "clearing.amount" {
		t.Error(err)
	}
}

func TestAStoppedRun(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	p := register(2, owes("1", 'a', 'b', 1), owes("2", 'b', 'a', 1))
	if _, err := clearing.Solve(ctx, p, clearing.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped run answers %v", err)
	}
}

// Every tampering is found, and its place named.
func TestTampering(t *testing.T) {
	p := register(3, owes("1", 'a', 'b', 100), owes("2", 'b', 'c', 80), owes("3", 'c', 'a', 50))
	p.Hubs, p.Lines = []string{"credit"}, []clearing.Line{{Member: 1, Room: 20}, {Member: 0, Overdraft: 20}}
	negative := solved(t, p, clearing.Options{})
	negative.SetOff[0] = -1
	if err := clearing.Check(p, negative); fault.CodeOf(err) != "clearing.bounds" {
		t.Error(err)
	}
	for code, tamper := range map[string]func(r *clearing.Result){
		"clearing.bounds":           func(r *clearing.Result) { r.SetOff[2] = 51 },
		"clearing.gap":              func(r *clearing.Result) { r.SetOff[2] = 49 },
		"clearing.unbalanced":       func(r *clearing.Result) { r.SetOff[0]-- },
		"clearing.line_bounds":      func(r *clearing.Result) { r.Credit[0].Received = -1 },
		"clearing.gap_line":         func(r *clearing.Result) { r.Certificate.Hubs[0] += 9 },
		"clearing.price":            func(r *clearing.Result) { r.Certificate.Members[0] = math.MinInt64 },
		"clearing.result_size":      func(r *clearing.Result) { r.SetOff = r.SetOff[:2] },
		"clearing.certificate_size": func(r *clearing.Result) { r.Certificate.Members = nil },
	} {
		r := solved(t, p, clearing.Options{})
		tamper(r)
		if err := clearing.Check(p, r); fault.CodeOf(err) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}
