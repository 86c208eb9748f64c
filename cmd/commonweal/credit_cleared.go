package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"commonweal/credit/clearing"
	"commonweal/credit/clearing/sheets"
	"commonweal/quantity"
)

// cleared is the answer of the command.
type cleared struct {
	Folder string `json:"folder"`
	sheets.Summary
	Pairs  string `json:"pairs,omitempty"`  // what would be cleared between pairs alone
	Greedy string `json:"greedy,omitempty"` // and in circles as they come

	Circles []circle `json:"circles,omitempty"` // the largest that were asked for
}

// circle is an amount that goes round: each owes the next, and the last the first.
type circle struct {
	Amount  string   `json:"amount"`
	Members []string `json:"members"` // or circuits of mutual credit
}

// circles takes the set-off apart and keeps the largest circles.
func (c *cleared) circles(register *sheets.Register, result *clearing.Result, most int) {
	var largest []clearing.Circle
	for found := range clearing.Circles(&register.Problem, result) {
		at, _ := slices.BinarySearchFunc(largest, found, func(a, b clearing.Circle) int {
			return cmp.Or(cmp.Compare(b.Amount, a.Amount), -1) // of equal ones the first stays first
		})
		if at < most {
			largest = slices.Insert(largest, at, found)
			largest = largest[:min(len(largest), most)]
		}
	}
	for _, l := range largest {
		shown := circle{Amount: quantity.Micros(l.Amount, "").Decimal()}
		for _, n := range l.Nodes {
			shown.Members = append(shown.Members, register.Name(n))
		}
		c.Circles = append(c.Circles, shown)
	}
}

// compare works out what would be cleared without looking ahead.
func (c *cleared) compare(p *clearing.Problem) error {
	for into, way := range map[*string]func(*clearing.Problem) ([]int64, error){&c.Pairs: clearing.Bilateral, &c.Greedy: clearing.Greedy} {
		set, err := way(p)
		if err != nil {
			return err
		}
		sum := clearing.Sum{}
		for _, amount := range set {
			sum.Add(amount)
		}
		*into = sheets.Decimal(sum)
	}
	return nil
}

// String is the answer for people.
func (c cleared) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Cleared %s of %s %s (%s %%) of %d obligations between %d members.\n", c.Cleared, c.Gross, c.Unit, c.Percent, c.Obligations, c.Members)
	fmt.Fprintf(&b, "  %d discharged, %d reduced; %d members touched\n", c.Discharged, c.Reduced, c.Touched)
	fmt.Fprintf(&b, "  net debt %s before, %s after\n", c.NetDebt, c.Needed)
	if c.Moved != "0" {
		fmt.Fprintf(&b, "  credit paid %s, of it %s of overdraft\n", c.Moved, c.Drawn)
	}
	if c.Pairs != "" {
		fmt.Fprintf(&b, "  without looking ahead: %s between pairs alone, %s in circles as they come\n", c.Pairs, c.Greedy)
	}
	for _, l := range c.Circles {
		fmt.Fprintf(&b, "  %s goes round: %s → %s\n", l.Amount, strings.Join(l.Members, " → "), l.Members[0])
	}
	fmt.Fprintf(&b, "Written to %s.", c.Folder)
	return b.String()
}
