package recompute

import (
	"fmt"
	"slices"

	"commonweal/contribution/equation"
)

// Difference is one place where a result and its recomputation part.
type Difference struct {
	What   string `json:"what"`   // "line", "residue", "payout", "held", "payment", "equation"
	Where  string `json:"where"`  // which one
	Stated int64  `json:"stated"` // in the result, millionths or a count
	Found  int64  `json:"found"`  // by recomputation
}

// String says the difference in one line.
func (d Difference) String() string {
	return fmt.Sprintf("%s %s: stated %d, recomputed %d", d.What, d.Where, d.Stated, d.Found)
}

// Verify recomputes a distribution and returns where the result differs;
// nothing when all agrees. Payments are compared when given.
func Verify(e equation.Equation, in equation.Input, r *equation.Result, payments *equation.Payments) ([]Difference, error) {
	in.Pot = r.Pot
	out, err := Run(e, in)
	if err != nil {
		return nil, err
	}
	t := tally{}
	if e.Hash() != r.Equation {
		t.stated("equation", r.Equation, 1)
		t.found("equation", e.Hash(), 1)
	}
	for _, line := range r.Lines {
		t.stated("line", lineName(line), line.Amount)
	}
	for _, line := range out.Lines {
		t.found("line", lineName(line), line.Amount)
	}
	for _, x := range r.Residue {
		t.stated("residue", "", x.Amount)
	}
	t.found("residue", "", out.Residue)
	for _, p := range r.Payouts {
		t.stated("payout", p.Receiver, p.Paid)
		t.stated("carry", p.Receiver, p.CarryOut)
	}
	for _, p := range out.Payouts {
		t.found("payout", p.Receiver, p.Paid)
		t.found("carry", p.Receiver, p.CarryOut)
	}
	for _, h := range r.Held {
		t.stated("held", heldName(h), int64(h.Count))
	}
	for _, h := range out.Held {
		t.found("held", heldName(h), int64(h.Count))
	}
	if payments != nil {
		t.payments(payments, out.Payments)
	}
	return t.differences(), nil
}

func lineName(l equation.Line) string {
	return fmt.Sprintf("bucket %d, %s, %s", l.Bucket, l.Receiver, l.Kind)
}

func heldName(h equation.HeldCount) string {
	return fmt.Sprintf("bucket %d, rule %s, %s", h.Bucket, h.Rule, h.Reason)
}

// tally adds up both sides under the same names.
type tally map[[2]string]*[2]int64

func (t tally) at(what, where string) *[2]int64 {
	key := [2]string{what, where}
	if t[key] == nil {
		t[key] = &[2]int64{}
	}
	return t[key]
}

func (t tally) stated(what, where string, n int64) { t.at(what, where)[0] += n }
func (t tally) found(what, where string, n int64)  { t.at(what, where)[1] += n }

func (t tally) payments(stated *equation.Payments, found []Payment) {
	name := func(rule string, contribution int32, what string) string {
		return fmt.Sprintf("rule %s, contribution %d, %s", rule, contribution, what)
	}
	for i := range stated.Rule {
		rule := stated.Rules[stated.Rule[i]]
		t.stated("payment", name(rule, stated.Contribution[i], "paid"), stated.Amount[i])
		t.stated("payment", name(rule, stated.Contribution[i], "value"), stated.Original[i])
		t.stated("payment", name(rule, stated.Contribution[i], "entitled"), stated.Entitled[i])
	}
	for _, p := range found {
		t.found("payment", name(p.Rule, p.Contribution, "paid"), p.Amount)
		t.found("payment", name(p.Rule, p.Contribution, "value"), p.Original)
		t.found("payment", name(p.Rule, p.Contribution, "entitled"), p.Entitled)
	}
}

func (t tally) differences() []Difference {
	var out []Difference
	for key, n := range t {
		if n[0] != n[1] {
			out = append(out, Difference{key[0], key[1], n[0], n[1]})
		}
	}
	slices.SortFunc(out, func(a, b Difference) int { return slices.Compare([]string{a.What, a.Where}, []string{b.What, b.Where}) })
	return out
}
