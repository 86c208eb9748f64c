package clearing_test

import (
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/credit/clearing"
)

// drawProblem draws a register, with or without lines of credit.
func drawProblem(t *rapid.T, members, obligations, amount, hubs int) *clearing.Problem {
	p := &clearing.Problem{}
	n := rapid.IntRange(2, members).Draw(t, "members")
	for i := range n {
		p.Members = append(p.Members, fmt.Sprintf("m%d", i*7919%1000))
	}
	for i := range rapid.IntRange(0, obligations).Draw(t, "obligations") {
		debtor := rapid.IntRange(0, n-1).Draw(t, "debtor")
		creditor := (debtor + rapid.IntRange(1, n-1).Draw(t, "creditor")) % n
		p.Obligations = append(p.Obligations, clearing.Obligation{ID: fmt.Sprint(i), Debtor: int32(debtor), Creditor: int32(creditor),
			Amount: int64(rapid.IntRange(1, amount).Draw(t, "amount")), Weight: int32(rapid.IntRange(0, 3).Draw(t, "weight")),
			Due: rapid.SampledFrom([]clearing.Day{0, 20260101, 20260301}).Draw(t, "due")})
	}
	for h := range rapid.IntRange(0, hubs).Draw(t, "hubs") {
		p.Hubs = append(p.Hubs, fmt.Sprint("hub", 9-h))
		for m := range n {
			if rapid.Bool().Draw(t, "has a line") {
				most := rapid.IntRange(0, amount)
				p.Lines = append(p.Lines, clearing.Line{Hub: int32(h), Member: int32(m), Balance: int64(most.Draw(t, "balance")),
					Overdraft: int64(most.Draw(t, "overdraft")), Room: int64(most.Draw(t, "room"))})
			}
		}
	}
	return p
}

// Check proves bounds, conservation and the optimum of every answer; without
// credit, nothing changes what members owe and are owed on the whole.
func TestInvariant1And2And6EveryAnswerIsProven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 30, 120, 1000, 3)
		worth := clearing.Sum{}
		for i, m := range methods {
			r, err := clearing.Solve(t.Context(), p, clearing.Options{Method: m, Workers: 2})
			if err != nil {
				t.Fatal(err)
			}
			if err := clearing.Check(p, r); err != nil {
				t.Fatalf("%s: %v", m, err)
			}
			got := clearing.Measure(p, r)
			if i > 0 && got.Worth != worth {
				t.Fatalf("%s sets off worth %s, another method %s", m, got.Worth, worth)
			}
			worth = got.Worth
			if got.NetDebt != got.Needed && len(p.Lines) == 0 {
				t.Fatalf("net debt %s became %s", got.NetDebt, got.Needed)
			}
		}
	})
}

// What remains holds no circle: taking members away who owe nobody any more
// takes all of them away.
func TestInvariant3NothingIsLeftThatCircles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 20, 80, 100, 0)
		r, err := clearing.Solve(t.Context(), p, clearing.Options{})
		if err != nil {
			t.Fatal(err)
		}
		owing := map[int32][]int32{}
		for i, o := range p.Obligations {
			if r.SetOff[i] < o.Amount {
				owing[o.Debtor] = append(owing[o.Debtor], o.Creditor)
			}
		}
		for again := true; again; {
			again = false
			for debtor, creditors := range owing {
				creditors = slices.DeleteFunc(creditors, func(c int32) bool { return len(owing[c]) == 0 })
				if owing[debtor] = creditors; len(creditors) == 0 {
					delete(owing, debtor)
					again = true
				}
			}
		}
		if len(owing) > 0 {
			t.Fatalf("a circle is left among %v", slices.Sorted(maps.Keys(owing)))
		}
	})
}

// A search of everything finds nothing better: not of greater worth, then not
// of less overdraft, then not of less credit moved; nor older debts, where those
// are asked for.
func TestInvariant3And4TheOptimumIsThatOfASearch(t *testing.T) {
	for name, draw := range map[string]func(*rapid.T) *clearing.Problem{
		"eight members": func(t *rapid.T) *clearing.Problem { return drawProblem(t, 8, 10, 2, 0) },
		"credit":        func(t *rapid.T) *clearing.Problem { return short(drawProblem(t, 4, 6, 2, 1)) },
		"two circuits":  func(t *rapid.T) *clearing.Problem { return short(drawProblem(t, 3, 4, 2, 2)) },
	} {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			p := draw(t)
			best := search(p)
			for _, m := range methods {
				for _, oldest := range []bool{false, true} {
					r, err := clearing.Solve(t.Context(), p, clearing.Options{Method: m, OldestFirst: oldest})
					if err == nil {
						err = clearing.Check(p, r)
					}
					got := outcomeOf(p, r)
					if !oldest && got.aged <= best.aged {
						got.aged = best.aged // not asked for
					}
					if err != nil || got != best {
						t.Fatalf("%s, oldest %v: finds %+v, the search %+v; %v", m, oldest, got, best, err)
					}
				}
			}
		}))
	}
}

// short cuts lines of credit to one unit: of the balance or else of the overdraft.
func short(p *clearing.Problem) *clearing.Problem {
	for i, l := range p.Lines {
		balance := min(l.Balance, 1)
		p.Lines[i].Balance, p.Lines[i].Overdraft, p.Lines[i].Room = balance, min(l.Overdraft, 1)-balance*min(l.Overdraft, 1), min(l.Room, 1)
	}
	return p
}

// Whatever the order of the lists and the number of workers: the same answer.
func TestInvariant5OrderDecidesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 25, 100, 50, 2)
		q := shuffled(p, rapid.Uint64().Draw(t, "seed"))
		if p.Digest() != q.Digest() {
			t.Fatal("the digest of the shuffled problem differs")
		}
		oldest := rapid.Bool().Draw(t, "oldest first")
		for _, m := range methods {
			a, err := clearing.Solve(t.Context(), p, clearing.Options{Method: m, OldestFirst: oldest})
			if err != nil {
				t.Fatal(err)
			}
			b, err := clearing.Solve(t.Context(), q, clearing.Options{Method: m, OldestFirst: oldest, Workers: 4})
			if err != nil {
				t.Fatal(err)
			}
			if x, y := published(p, a), published(q, b); x != y {
				t.Fatalf("%s: the shuffled problem has another answer\n%s\n%s", m, x, y)
			}
		}
	})
}

// shuffled lists the same problem in another order.
func shuffled(p *clearing.Problem, seed uint64) *clearing.Problem {
	r := rand.New(rand.NewPCG(seed, 0))
	q := &clearing.Problem{Members: make([]string, len(p.Members)), Hubs: make([]string, len(p.Hubs)), Obligations: slices.Clone(p.Obligations), Lines: slices.Clone(p.Lines)}
	members, hubs := r.Perm(len(p.Members)), r.Perm(len(p.Hubs))
	for i, to := range members {
		q.Members[to] = p.Members[i]
	}
	for i, to := range hubs {
		q.Hubs[to] = p.Hubs[i]
	}
	for i := range q.Obligations {
		o := &q.Obligations[i]
		o.Debtor, o.Creditor = int32(members[o.Debtor]), int32(members[o.Creditor])
	}
	for i := range q.Lines {
		l := &q.Lines[i]
		l.Member, l.Hub = int32(members[l.Member]), int32(hubs[l.Hub])
	}
	r.Shuffle(len(q.Obligations), func(i, j int) { q.Obligations[i], q.Obligations[j] = q.Obligations[j], q.Obligations[i] })
	r.Shuffle(len(q.Lines), func(i, j int) { q.Lines[i], q.Lines[j] = q.Lines[j], q.Lines[i] })
	return q
}

// published is everything a round tells, by name.
func published(p *clearing.Problem, r *clearing.Result) string {
	out := ""
	order := p.Order()
	for _, i := range order.Obligations {
		out += fmt.Sprintln(p.Obligations[i].ID, r.SetOff[i])
	}
	for _, i := range order.Lines {
		out += fmt.Sprintln(p.Members[p.Lines[i].Member], p.Hubs[p.Lines[i].Hub], r.Credit[i])
	}
	for _, i := range order.Members {
		out += fmt.Sprintln(p.Members[i], r.Certificate.Members[i])
	}
	for _, i := range order.Hubs {
		out += fmt.Sprintln(p.Hubs[i], r.Certificate.Hubs[i])
	}
	for c := range clearing.Circles(p, r) {
		out += fmt.Sprint(c.Amount)
		for _, n := range c.Nodes {
			out += " " + p.Name(n)
		}
		out += "\n"
	}
	return out
}

// A changed set-off never balances, and changed prices are refused exactly when
// the bound they give is above the worth: when a gap opens.
func TestInvariant6TamperingIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 8, 30, 20, 0)
		r, err := clearing.Solve(t.Context(), p, clearing.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Obligations) > 0 {
			i := rapid.IntRange(0, len(p.Obligations)-1).Draw(t, "obligation")
			by := int64(rapid.SampledFrom([]int{-7, -1, 1, 5}).Draw(t, "by"))
			r.SetOff[i] += by
			if clearing.Check(p, r) == nil {
				t.Fatalf("%+d on obligation %d is accepted", by, i)
			}
			r.SetOff[i] -= by
		}
		r.Certificate.Members[rapid.IntRange(0, len(p.Members)-1).Draw(t, "member")] += int64(rapid.IntRange(-3, 3).Draw(t, "price"))
		err = clearing.Check(p, r)
		if gap := gap(p, r); (gap.Sign() == 0) != (err == nil) {
			t.Fatalf("the gap is %s, but the check says %v", gap, err)
		}
	})
}

// gap is the bound of the prices minus the worth, by the formula of weak duality.
func gap(p *clearing.Problem, r *clearing.Result) *big.Int {
	total := new(big.Int)
	for i, o := range p.Obligations {
		w := int64(max(o.Weight, 1))
		gain := w + r.Certificate.Members[o.Debtor] - r.Certificate.Members[o.Creditor]
		total.Add(total, new(big.Int).Mul(big.NewInt(o.Amount), big.NewInt(max(gain, 0))))
		total.Sub(total, new(big.Int).Mul(big.NewInt(r.SetOff[i]), big.NewInt(w)))
	}
	return total
}

// Of equal debts between two members none is touched before an older one is
// discharged.
func TestInvariant7TheOldestIsSetOffFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 4, 40, 20, 0)
		r, err := clearing.Solve(t.Context(), p, clearing.Options{OldestFirst: rapid.Bool().Draw(t, "oldest first")})
		if err != nil {
			t.Fatal(err)
		}
		order := p.Order().Obligations
		for k := 1; k < len(order); k++ {
			x, y := p.Obligations[order[k-1]], p.Obligations[order[k]]
			same := x.Debtor == y.Debtor && x.Creditor == y.Creditor && max(x.Weight, 1) == max(y.Weight, 1)
			if same && r.SetOff[order[k]] > 0 && r.SetOff[order[k-1]] < x.Amount {
				t.Fatalf("%+v is set off before %+v is discharged", y, x)
			}
		}
	})
}

// Last round's prices, or any others, change the way and not the worth.
func TestInvariant3WhateverThePricesToBeginWith(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 20, 80, 100, 1)
		cold, err := clearing.Solve(t.Context(), p, clearing.Options{})
		if err != nil {
			t.Fatal(err)
		}
		start := clearing.Certificate{Members: slices.Clone(cold.Certificate.Members), Hubs: cold.Certificate.Hubs}
		if rapid.Bool().Draw(t, "wild") {
			for i := range start.Members {
				start.Members[i] = rapid.Int64Range(-1<<61, 1<<61).Draw(t, "price")
			}
		}
		warm, err := clearing.Solve(t.Context(), p, clearing.Options{Start: &start})
		if err != nil {
			t.Fatal(err)
		}
		if err := clearing.Check(p, warm); err != nil {
			t.Fatal(err)
		}
		if a, b := clearing.Measure(p, cold).Worth, clearing.Measure(p, warm).Worth; a != b {
			t.Fatalf("worth %s, from other prices %s", a, b)
		}
	})
}

// The circles of the figure, put together, are the set-off between each two
// members and the use of each line.
func TestInvariant9CirclesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 12, 60, 50, 2)
		r, err := clearing.Solve(t.Context(), p, clearing.Options{})
		if err != nil {
			t.Fatal(err)
		}
		left := map[[2]int32]int64{}
		for i, o := range p.Obligations {
			left[[2]int32{o.Debtor, o.Creditor}] += r.SetOff[i]
		}
		for i, l := range p.Lines {
			hub := int32(len(p.Members)) + l.Hub
			left[[2]int32{hub, l.Member}] += r.Credit[i].Paid + r.Credit[i].Drawn
			left[[2]int32{l.Member, hub}] += r.Credit[i].Received
		}
		for c := range clearing.Circles(p, r) {
			if c.Amount <= 0 || len(c.Nodes) < 2 {
				t.Fatalf("no circle: %+v", c)
			}
			for i, u := range c.Nodes {
				left[[2]int32{u, c.Nodes[(i+1)%len(c.Nodes)]}] -= c.Amount
			}
		}
		for ends, amount := range left {
			if amount != 0 {
				t.Fatalf("%d is left from %d to %d", amount, ends[0], ends[1])
			}
		}
	})
}

// Whoever does not look ahead clears no more: pairs no more than circles as
// they come, and those no more than the optimum.
func TestInvariant3NoYardstickIsLonger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t, 12, 60, 30, 0)
		for i := range p.Obligations {
			p.Obligations[i].Weight = 1
		}
		pairs, err1 := clearing.Bilateral(p)
		greedy, err2 := clearing.Greedy(p)
		best, err3 := clearing.Solve(t.Context(), p, clearing.Options{})
		if err1 != nil || err2 != nil || err3 != nil {
			t.Fatal(err1, err2, err3)
		}
		var totals []clearing.Totals
		for _, set := range [][]int64{pairs, greedy, best.SetOff} {
			totals = append(totals, clearing.Measure(p, &clearing.Result{SetOff: set}))
			if last := totals[len(totals)-1]; last.NetDebt != last.Needed {
				t.Fatalf("net debt %s became %s", last.NetDebt, last.Needed)
			}
		}
		if totals[0].Cleared.Cmp(totals[1].Cleared) > 0 || totals[1].Cleared.Cmp(totals[2].Cleared) > 0 {
			t.Fatalf("pairs clear %s, circles %s, the optimum %s", totals[0].Cleared, totals[1].Cleared, totals[2].Cleared)
		}
	})
}
