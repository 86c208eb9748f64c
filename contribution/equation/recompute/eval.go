package recompute

import (
	"math/big"
	"strings"

	"commonweal/contribution/equation/formula"
)

// value is what a part of a formula comes to; problem is empty when it has one.
type value struct {
	number  *big.Rat
	text    string
	truth   bool
	problem string
}

func fails(problem string) value { return value{problem: problem} }
func number(r *big.Rat) value    { return value{number: r} }
func truth(b bool) value         { return value{truth: b} }
func (v value) absent() bool     { return v.problem == "missing_input" || v.problem == "no_table_entry" }
func (v value) tooLarge() bool {
	return v.number != nil && (v.number.Num().BitLen() > formula.MaxBits || v.number.Denom().BitLen() > formula.MaxBits)
}

// env gives names their values.
type env func(name, domain string) value

// eval computes a formula by the rules of the language, operand by operand.
func eval(n *formula.Node, names env) value {
	switch n.Op {
	case formula.Number, formula.Amount:
		return number(n.Value)
	case formula.Text:
		return value{text: n.Name}
	case formula.Bool:
		return truth(n.Name == "true")
	case formula.Name:
		return names(n.Name, "")
	case formula.Karma:
		return names("karma", n.Name)
	case formula.Let:
		bound := eval(n.Args[0], names)
		return eval(n.Args[1], func(name, domain string) value {
			if name == n.Name && domain == "" {
				return bound
			}
			return names(name, domain)
		})
	case formula.If:
		condition := eval(n.Args[0], names)
		if condition.problem != "" {
			return condition
		}
		if condition.truth {
			return eval(n.Args[1], names)
		}
		return eval(n.Args[2], names)
	case formula.And, formula.Or:
		for _, a := range n.Args {
			v := eval(a, names)
			if v.problem != "" || v.truth == (n.Op == formula.Or) {
				return v
			}
		}
		return truth(n.Op == formula.And)
	case formula.Default:
		v := eval(n.Args[0], names)
		if v.absent() {
			return eval(n.Args[1], names)
		}
		return v
	case formula.Table:
		key := eval(n.Args[0], names)
		if key.problem != "" {
			return key
		}
		for i, k := range n.Keys {
			if k == key.text {
				return eval(n.Args[i+1], names)
			}
		}
		return fails("no_table_entry")
	}
	args := make([]value, len(n.Args))
	for i, a := range n.Args {
		if args[i] = eval(a, names); args[i].problem != "" {
			return args[i]
		}
	}
	v := operate(n, args)
	if v.tooLarge() {
		return fails("too_large")
	}
	return v
}

func operate(n *formula.Node, args []value) value {
	a := args[0]
	switch n.Op {
	case formula.Neg:
		return number(new(big.Rat).Neg(a.number))
	case formula.Not:
		return truth(!a.truth)
	case formula.Min, formula.Max:
		best := a.number
		for _, b := range args {
			if c := b.number.Cmp(best); (n.Op == formula.Min && c < 0) || (n.Op == formula.Max && c > 0) {
				best = b.number
			}
		}
		return number(best)
	case formula.Clamp:
		low, high := args[1].number, args[2].number
		if low.Cmp(high) > 0 {
			return fails("bad_argument")
		}
		if a.number.Cmp(low) < 0 {
			return number(low)
		}
		if a.number.Cmp(high) > 0 {
			return number(high)
		}
		return a
	}
	b := args[1]
	switch n.Op {
	case formula.Add:
		return number(new(big.Rat).Add(a.number, b.number))
	case formula.Sub:
		return number(new(big.Rat).Sub(a.number, b.number))
	case formula.Mul:
		return number(new(big.Rat).Mul(a.number, b.number))
	case formula.Div:
		if b.number.Sign() == 0 {
			return fails("divide_by_zero")
		}
		return number(new(big.Rat).Quo(a.number, b.number))
	case formula.Round:
		if b.number.Sign() <= 0 {
			return fails("bad_argument")
		}
		steps := round(new(big.Rat).Quo(a.number, b.number), n.Name)
		return number(steps.Mul(steps, b.number))
	}
	return compare(n.Op, a, b)
}

func compare(op formula.Op, a, b value) value {
	c := strings.Compare(a.text, b.text)
	if a.number != nil {
		c = a.number.Cmp(b.number)
	}
	switch op {
	case formula.Equal:
		return truth(c == 0)
	case formula.NotEqual:
		return truth(c != 0)
	case formula.Less:
		return truth(c < 0)
	case formula.LessEqual:
		return truth(c <= 0)
	case formula.Greater:
		return truth(c > 0)
	}
	return truth(c >= 0)
}

// round returns r as a whole number. Every mode is the floor of something:
// half_up of |r| is floor(|r| + 1/2), and so on.
func round(r *big.Rat, mode string) *big.Rat {
	magnitude := new(big.Rat).Abs(r)
	half := big.NewRat(1, 2)
	var n *big.Int
	switch mode {
	case "floor":
		return new(big.Rat).SetInt(floor(r))
	case "down":
		n = floor(magnitude)
	case "up":
		n = floor(new(big.Rat).Neg(magnitude))
		n.Neg(n)
	default:
		n = floor(new(big.Rat).Add(magnitude, half))
		exact := new(big.Rat).Sub(new(big.Rat).SetInt(n), magnitude)
		if mode == "half_even" && exact.Cmp(half) == 0 && n.Bit(0) == 1 {
			n.Sub(n, big.NewInt(1))
		}
	}
	if r.Sign() < 0 {
		n.Neg(n)
	}
	return new(big.Rat).SetInt(n)
}

// floor returns the largest whole number that is not above r.
func floor(r *big.Rat) *big.Int {
	return new(big.Int).Div(r.Num(), r.Denom()) // Euclidean: the divisor is positive
}
