package formula

// binary evaluates an operator with two operands.
func (m *Machine) binary(c *code, r *register, b *Batch) {
	x, y := m.eval(c.args[0], b), m.eval(c.args[1], b)
	for i := range b.Rows {
		if p := x.p[i]; p != NoProblem {
			r.p[i] = p
			continue
		}
		if p := y.p[i]; p != NoProblem {
			r.p[i] = p
			continue
		}
		r.n[i], r.d[i], r.p[i] = combine(c, x.n[i], x.d[i], y.n[i], y.d[i])
	}
}

func combine(c *code, a, b, x, y int64) (n, d int64, p Problem) {
	ok := true
	switch c.op {
	case Mul:
		n, d, ok = multiply(a, b, x, y)
	case Add:
		n, d, ok = add(a, b, x, y)
	case Sub:
		n, d, ok = add(a, b, -x, y)
	case Div:
		if x == 0 {
			return 0, 1, DivideByZero
		}
		n, d, ok = divide(a, b, x, y)
	case Round:
		if x <= 0 {
			return 0, 1, BadArgument
		}
		n, d, ok = roundSteps(a, b, x, y, c.mode)
	default:
		if holds(c.op, compare(a, b, x, y)) {
			return 1, 1, NoProblem
		}
		return 0, 1, NoProblem
	}
	if !ok {
		return 0, 1, unfit
	}
	return n, d, NoProblem
}

// fold evaluates the functions that pass one of their operands on.
func (m *Machine) fold(c *code, r *register, b *Batch) {
	args := make([]*register, len(c.args))
	for k, a := range c.args {
		args[k] = m.eval(a, b)
	}
	for i := range b.Rows {
		if p := firstProblem(c.op, args, i); p != NoProblem {
			r.p[i] = p
			continue
		}
		r.p[i] = NoProblem
		m.pick(c.op, r, args, i)
	}
}

// firstProblem returns the problem of the first operand that has one; default
// looks at its first operand only.
func firstProblem(op Op, args []*register, i int) Problem {
	if op == Default {
		return NoProblem
	}
	for _, a := range args {
		if a.p[i] != NoProblem {
			return a.p[i]
		}
	}
	return NoProblem
}

func (m *Machine) pick(op Op, r *register, args []*register, i int) {
	best := args[0]
	above := func(x, y *register) int { return compare(x.n[i], x.d[i], y.n[i], y.d[i]) }
	switch op {
	case Neg:
		r.n[i], r.d[i] = -best.n[i], best.d[i]
		return
	case Not:
		r.n[i], r.d[i] = 1-best.n[i], 1
		return
	case Default:
		if best.p[i].absent() {
			best = args[1]
		}
	case Clamp:
		switch low, high := args[1], args[2]; {
		case above(low, high) > 0:
			r.p[i] = BadArgument
			return
		case above(best, low) < 0:
			best = low
		case above(best, high) > 0:
			best = high
		}
	default: // Min, Max
		for _, a := range args[1:] {
			if s := above(a, best); (s < 0 && op == Min) || (s > 0 && op == Max) {
				best = a
			}
		}
	}
	r.n[i], r.d[i], r.p[i] = best.n[i], best.d[i], best.p[i]
}
