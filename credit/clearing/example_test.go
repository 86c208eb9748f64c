package clearing_test

import (
	"context"
	"fmt"

	"commonweal/credit/clearing"
)

// Three debts make a circle; what the smallest of them is goes round.
func ExampleSolve() {
	p := &clearing.Problem{
		Members: []string{"Ada", "Bas", "Cleo"},
		Obligations: []clearing.Obligation{
			{ID: "1", Debtor: 0, Creditor: 1, Amount: 100},
			{ID: "2", Debtor: 1, Creditor: 2, Amount: 80},
			{ID: "3", Debtor: 2, Creditor: 0, Amount: 50},
		},
	}
	r, err := clearing.Solve(context.Background(), p, clearing.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(r.SetOff, r.Certificate.Members, clearing.Check(p, r))
	for c := range clearing.Circles(p, r) {
		fmt.Print(c.Amount)
		for _, n := range c.Nodes {
			fmt.Print(" ", p.Name(n))
		}
		fmt.Println()
	}
	// Output:
	// [50 50 50] [0 1 2] <nil>
	// 50 Ada Bas Cleo
}
