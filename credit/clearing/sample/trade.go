package sample

import (
	"math"
	"math/rand/v2"
)

// Trade is the shape of a register.
type Trade struct {
	Members int // two or more
	Debts   int
	// Skew is how unequal members are: 0 is not at all; at 1 the largest of n
	// has one in the square root of n of all debts.
	Skew float64
	// Upstream is the share of debts that go up the chain of supply only, and
	// so seldom come round: 0 clears a fifth, 0.97 a fiftieth.
	Upstream float64
	Seed     uint64
}

// Debt is a debt between members, counted from 0.
type Debt struct {
	Amount           int64 // in cents, more than zero
	Debtor, Creditor int32
}

// Register draws the debts.
func (t Trade) Register() []Debt {
	r := rand.New(rand.NewPCG(t.Seed, uint64(t.Members)))
	place := r.Perm(t.Members) // large members stand anywhere in the chain
	debts := make([]Debt, 0, t.Debts)
	for len(debts) < t.Debts {
		debtor, creditor := t.member(r), t.member(r)
		if r.IntN(3) > 0 { // who owes much is mostly not who is owed much
			creditor = (creditor + t.Members/2) % t.Members
		}
		u, v := place[debtor], place[creditor]
		if u == v {
			continue
		}
		if u > v && r.Float64() < t.Upstream {
			u, v = v, u
		}
		debts = append(debts, Debt{amount(r), int32(u), int32(v)})
	}
	return debts
}

// member draws a member, the large ones more often.
func (t Trade) member(r *rand.Rand) int {
	return min(int(float64(t.Members)*math.Pow(r.Float64(), 1+t.Skew)), t.Members-1)
}

// amount draws an invoice: Pareto, from one euro to a hundred million.
func amount(r *rand.Rand) int64 {
	const tail, most = 0.9, 1e10
	return int64(min(100*math.Pow(1-r.Float64(), -tail), most))
}
