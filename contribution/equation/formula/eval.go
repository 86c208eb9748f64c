package formula

import (
	"math/big"
)

// Source gives the values of a formula's slots for one contribution. A Rat
// that it returns is not modified.
type Source interface {
	Number(slot int) (*big.Rat, Problem)
	Text(slot int) (string, Problem)
}

// Eval returns the exact value of the formula, or the problem that keeps it
// from having one.
func (f *Formula) Eval(source Source) (*big.Rat, Problem) {
	e := evaluation{f: f, source: source}
	return e.value(f.code)
}

// evaluation is one exact evaluation.
type evaluation struct {
	f      *Formula
	source Source
	locals map[*code]result // values of cel.bind, computed once
	read   func(slot int)   // told of each slot that is read; may be nil
}

type result struct {
	value   *big.Rat // a condition is 0 or 1
	problem Problem
}

var one, zero = big.NewRat(1, 1), new(big.Rat)

func truth(b bool) *big.Rat {
	if b {
		return one
	}
	return zero
}

func (e *evaluation) value(c *code) (*big.Rat, Problem) {
	switch c.op {
	case Number:
		return c.value, NoProblem
	case Bool:
		return truth(c.n == 1), NoProblem
	case Name, Karma:
		return e.name(c)
	case Let:
		return e.let(c)
	case Table:
		return e.table(c)
	case If:
		condition, p := e.value(c.args[0])
		if p != NoProblem {
			return nil, p
		}
		if condition.Sign() != 0 {
			return e.value(c.args[1])
		}
		return e.value(c.args[2])
	case And, Or:
		return e.logic(c)
	case Default:
		v, p := e.value(c.args[0])
		if p.absent() {
			return e.value(c.args[1])
		}
		return v, p
	case Equal, NotEqual:
		if c.args[0].op == Text || c.args[1].op == Text {
			return e.sameText(c)
		}
	}
	return e.operation(c)
}

func (e *evaluation) name(c *code) (*big.Rat, Problem) {
	if c.local != nil {
		r := e.locals[c.local]
		return r.value, r.problem
	}
	if e.read != nil {
		e.read(c.slot)
	}
	return e.source.Number(c.slot)
}

// let computes the bound value first; its problem counts where it is used.
func (e *evaluation) let(c *code) (*big.Rat, Problem) {
	if e.locals == nil {
		e.locals = map[*code]result{}
	}
	v, p := e.value(c.args[0])
	e.locals[c.args[0]] = result{v, p}
	return e.value(c.args[1])
}

func (e *evaluation) text(c *code) (string, Problem) {
	if c.op == Text {
		return e.f.Literals[c.text], NoProblem
	}
	if e.read != nil {
		e.read(c.slot)
	}
	return e.source.Text(c.slot)
}

func (e *evaluation) table(c *code) (*big.Rat, Problem) {
	key, p := e.text(c.args[0])
	if p != NoProblem {
		return nil, p
	}
	for i, k := range c.keys {
		if e.f.Literals[k] == key {
			return e.value(c.args[i+1])
		}
	}
	return nil, NoEntry
}

func (e *evaluation) sameText(c *code) (*big.Rat, Problem) {
	a, p := e.text(c.args[0])
	if p != NoProblem {
		return nil, p
	}
	b, p := e.text(c.args[1])
	return truth((a == b) == (c.op == Equal)), p
}

func (e *evaluation) logic(c *code) (*big.Rat, Problem) {
	for _, a := range c.args {
		v, p := e.value(a)
		if p != NoProblem {
			return nil, p
		}
		if (v.Sign() != 0) == (c.op == Or) {
			return v, NoProblem
		}
	}
	return truth(c.op == And), NoProblem
}

// operation evaluates all operands, then the operator.
func (e *evaluation) operation(c *code) (*big.Rat, Problem) {
	var few [3]*big.Rat
	args := few[:0]
	for _, a := range c.args {
		v, p := e.value(a)
		if p != NoProblem {
			return nil, p
		}
		args = append(args, v)
	}
	v, p := apply(c, args)
	if p == NoProblem && (v.Num().BitLen() > MaxBits || v.Denom().BitLen() > MaxBits) {
		return nil, TooLarge
	}
	return v, p
}

func apply(c *code, args []*big.Rat) (*big.Rat, Problem) {
	a := args[0]
	switch c.op {
	case Neg:
		return new(big.Rat).Neg(a), NoProblem
	case Not:
		return truth(a.Sign() == 0), NoProblem
	case Min, Max:
		return extreme(c.op, args), NoProblem
	case Clamp:
		return clampRat(args)
	}
	b := args[1]
	switch c.op {
	case Add:
		return new(big.Rat).Add(a, b), NoProblem
	case Sub:
		return new(big.Rat).Sub(a, b), NoProblem
	case Mul:
		return new(big.Rat).Mul(a, b), NoProblem
	case Div:
		if b.Sign() == 0 {
			return nil, DivideByZero
		}
		return new(big.Rat).Quo(a, b), NoProblem
	case Round:
		return roundRat(a, b, c.mode)
	}
	return truth(holds(c.op, a.Cmp(b))), NoProblem
}

// holds reports whether a comparison holds, given the sign of a - b.
func holds(op Op, sign int) bool {
	switch op {
	case Equal:
		return sign == 0
	case NotEqual:
		return sign != 0
	case Less:
		return sign < 0
	case LessEqual:
		return sign <= 0
	case Greater:
		return sign > 0
	}
	return sign >= 0
}

func extreme(op Op, args []*big.Rat) *big.Rat {
	best := args[0]
	for _, a := range args[1:] {
		if c := a.Cmp(best); (c < 0 && op == Min) || (c > 0 && op == Max) {
			best = a
		}
	}
	return best
}

func clampRat(args []*big.Rat) (*big.Rat, Problem) {
	x, low, high := args[0], args[1], args[2]
	switch {
	case low.Cmp(high) > 0:
		return nil, BadArgument
	case x.Cmp(low) < 0:
		return low, NoProblem
	case x.Cmp(high) > 0:
		return high, NoProblem
	}
	return x, NoProblem
}

// roundRat rounds x to a multiple of step.
func roundRat(x, step *big.Rat, mode rounding) (*big.Rat, Problem) {
	if step.Sign() <= 0 {
		return nil, BadArgument
	}
	steps := new(big.Rat).Quo(x, step)
	whole := roundToInt(steps, mode)
	return steps.Mul(steps.SetInt(whole), step), NoProblem
}

// roundToInt rounds to a whole number.
func roundToInt(r *big.Rat, mode rounding) *big.Int {
	q, m := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int)) // toward zero
	if m.Sign() == 0 {
		return q
	}
	half := new(big.Int).Abs(m)
	tie := half.Lsh(half, 1).Cmp(r.Denom())
	away := mode == up || (mode == floor && r.Sign() < 0)
	if mode == halfEven || mode == halfUp {
		away = tie > 0 || (tie == 0 && (mode == halfUp || q.Bit(0) == 1))
	}
	if away {
		q.Add(q, big.NewInt(int64(r.Sign())))
	}
	return q
}
