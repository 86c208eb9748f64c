package formula

// rounding is a rounding mode by number, for the inner loops.
type rounding int

const (
	halfEven rounding = iota
	halfUp            // ties away from zero
	down              // toward zero
	up                // away from zero
	floor             // toward minus infinity
)

var roundings = map[string]rounding{"half_even": halfEven, "half_up": halfUp, "down": down, "up": up, "floor": floor}

// operation types the operators and functions whose operands are all values.
func (c *checker) operation(n *Node) (*code, Type) {
	args := make([]*code, len(n.Args))
	types := make([]Type, len(n.Args))
	for i, a := range n.Args {
		args[i], types[i] = c.node(a)
	}
	if c.err != nil {
		return nil, Type{}
	}
	k := c.make(n, args...)
	switch n.Op {
	case Mul, Div:
		return k, c.product(n, types[0], types[1])
	case Not, And, Or:
		return k, c.logic(n, types)
	case Equal, NotEqual:
		if types[0].Kind == IsText || types[1].Kind == IsText {
			return k, c.sameText(n, k, types)
		}
		c.unify(n, types[0], types[1])
		return k, Type{Kind: IsBool}
	case Less, LessEqual, Greater, GreaterEqual:
		c.unify(n, types[0], types[1])
		return k, Type{Kind: IsBool}
	case Round:
		k.mode = roundings[n.Name]
	}
	t := types[0]
	for _, u := range types { // also refuses -condition and -text
		t = c.unify(n, t, u)
	}
	return k, t
}

func (c *checker) product(n *Node, a, b Type) Type {
	if a.Kind != IsNumber || b.Kind != IsNumber {
		c.fail(n, "type", "%s needs numbers on both sides", n.Op)
		return Type{}
	}
	if a.zero || (b.zero && n.Op == Mul) {
		return Type{zero: true}
	}
	u := a.Unit.Over(b.Unit)
	if n.Op == Mul {
		u = a.Unit.Times(b.Unit)
	}
	for _, p := range u.powers {
		if p.exponent > 9 || p.exponent < -9 {
			c.fail(n, "unit", "the unit %s^%d has lost its meaning", p.name, p.exponent)
		}
	}
	return NumberType(u)
}

func (c *checker) logic(n *Node, types []Type) Type {
	for _, t := range types {
		if t.Kind != IsBool {
			c.fail(n, "type", "%s needs conditions, such as hours > 40", n.Op)
		}
	}
	return Type{Kind: IsBool}
}

// sameText types the comparison of a text input with a literal.
func (c *checker) sameText(n *Node, k *code, types []Type) Type {
	if types[0].Kind != types[1].Kind || (k.args[0].op == Text) == (k.args[1].op == Text) {
		c.fail(n, "type", `a text is compared with a text in quotes: stream == "care"`)
		return Type{}
	}
	for i, a := range k.args {
		if a.op == Text {
			c.knownValue(n, types[1-i], n.Args[i].Name)
		}
	}
	return Type{Kind: IsBool}
}
