package formula

// Lanes is the largest number of contributions in a Batch.
const Lanes = 1024

// Batch is the slots of a formula for up to Lanes contributions, in columns.
type Batch struct {
	Rows    int
	Columns []Column // one for each slot
}

// Column is a slot's values: a number is N[i]/D[i] with D[i] > 0 and N[i]
// greater than the smallest integer; a text is the index Code[i] in the
// formula's Literals, or -1 for any other text. Where Problem[i] is set the
// value does not count.
type Column struct {
	N, D    []int64
	Code    []int32
	Problem []Problem
}

// Machine evaluates a formula over batches. It is for one goroutine.
type Machine struct {
	f         *Formula
	registers []register
	locals    map[*code]*register // values of cel.bind
}

// register holds the value of one part of the formula for each lane; a
// condition is n = 0 or 1.
type register struct {
	n, d []int64
	p    []Problem
}

// NewMachine returns a machine for the formula.
func NewMachine(f *Formula) *Machine {
	return &Machine{f, make([]register, f.size), map[*code]*register{}}
}

// NewBatch returns an empty batch for the formula, with room for Lanes rows.
func (f *Formula) NewBatch() *Batch {
	b := &Batch{Columns: make([]Column, len(f.Slots))}
	for i, s := range f.Slots {
		b.Columns[i].Problem = make([]Problem, Lanes)
		if s.Type.Kind == IsText {
			b.Columns[i].Code = make([]int32, Lanes)
			continue
		}
		b.Columns[i].N, b.Columns[i].D = make([]int64, Lanes), make([]int64, Lanes)
	}
	return b
}

// Values is what Run returns: lane i is N[i]/D[i], or Problem[i]. Where Unfit
// reports true, 64 bits did not suffice: ask Eval. The slices are valid until
// the next Run and are not modified.
type Values struct {
	N, D    []int64
	Problem []Problem
}

// Unfit reports whether a lane must be evaluated with Eval.
func (v Values) Unfit(lane int) bool { return v.Problem[lane] == unfit }

// Run evaluates the formula for every row of the batch.
func (m *Machine) Run(b *Batch) Values {
	r := m.eval(m.f.code, b)
	return Values{r.n[:b.Rows], r.d[:b.Rows], r.p[:b.Rows]}
}

func (m *Machine) register(c *code) *register {
	r := &m.registers[c.id]
	if r.n == nil {
		*r = register{make([]int64, Lanes), make([]int64, Lanes), make([]Problem, Lanes)}
	}
	return r
}

func (m *Machine) eval(c *code, b *Batch) *register {
	switch c.op {
	case Name, Karma:
		if c.local != nil {
			return m.locals[c.local]
		}
		column := &b.Columns[c.slot]
		return &register{column.N, column.D, column.Problem}
	case Let:
		m.locals[c.args[0]] = m.eval(c.args[0], b)
		return m.eval(c.args[1], b)
	}
	r := m.register(c)
	rows := b.Rows
	switch c.op {
	case Number, Bool:
		m.constant(c, r, rows)
	case If:
		m.choose(c, r, b)
	case Table:
		m.table(c, r, b)
	case And, Or:
		m.logic(c, r, b)
	case Equal, NotEqual:
		if c.args[0].op == Text || c.args[1].op == Text {
			m.sameText(c, r, b)
			return r
		}
		m.binary(c, r, b)
	case Add, Sub, Mul, Div, Less, LessEqual, Greater, GreaterEqual, Round:
		m.binary(c, r, b)
	default:
		m.fold(c, r, b)
	}
	return r
}

// constant fills every lane, once for all batches: nothing else writes there.
func (m *Machine) constant(c *code, r *register, rows int) {
	if r.d[0] != 0 {
		return
	}
	n, d, p := c.n, c.d, NoProblem
	if c.op == Bool {
		d = 1
	} else if !c.small {
		d, p = 1, unfit
	}
	for i := range Lanes {
		r.n[i], r.d[i], r.p[i] = n, d, p
	}
}

func (m *Machine) choose(c *code, r *register, b *Batch) {
	condition, yes, no := m.eval(c.args[0], b), m.eval(c.args[1], b), m.eval(c.args[2], b)
	for i := range b.Rows {
		taken := no
		if condition.n[i] != 0 {
			taken = yes
		}
		if condition.p[i] != NoProblem {
			taken = condition
		}
		r.n[i], r.d[i], r.p[i] = taken.n[i], taken.d[i], taken.p[i]
	}
}

func (m *Machine) table(c *code, r *register, b *Batch) {
	key := &b.Columns[c.args[0].slot]
	values := make([]*register, len(c.keys))
	for k := range c.keys {
		values[k] = m.eval(c.args[k+1], b)
	}
	for i := range b.Rows {
		r.p[i] = NoEntry
		if key.Problem[i] != NoProblem {
			r.p[i] = key.Problem[i]
			continue
		}
		for k, code := range c.keys {
			if code == key.Code[i] {
				r.n[i], r.d[i], r.p[i] = values[k].n[i], values[k].d[i], values[k].p[i]
			}
		}
	}
}

func (m *Machine) sameText(c *code, r *register, b *Batch) {
	input, literal := c.args[0], c.args[1]
	if input.op == Text {
		input, literal = literal, input
	}
	column := &b.Columns[input.slot]
	for i := range b.Rows {
		r.n[i], r.d[i], r.p[i] = 0, 1, column.Problem[i]
		if (column.Code[i] == literal.text) == (c.op == Equal) {
			r.n[i] = 1
		}
	}
}

// logic stops a lane at the first operand that decides or has a problem.
func (m *Machine) logic(c *code, r *register, b *Batch) {
	decides := int64(0)
	if c.op == Or {
		decides = 1
	}
	for k, a := range c.args {
		v := m.eval(a, b)
		for i := range b.Rows {
			if k == 0 || (r.p[i] == NoProblem && r.n[i] != decides) {
				r.n[i], r.d[i], r.p[i] = v.n[i], 1, v.p[i]
			}
		}
	}
}
