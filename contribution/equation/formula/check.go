package formula

import (
	"math"
	"math/big"
	"slices"
	"strings"

	"commonweal/platform/fault"
)

// Kind is the kind of value that a formula or a part of it has.
type Kind int

// The kinds of value.
const (
	IsNumber Kind = iota
	IsText
	IsBool
)

// Type is the static type of a value. Values, when not empty, are all the
// texts that an input can have.
type Type struct {
	Kind   Kind
	Unit   Unit
	Values []string
	zero   bool // the literal 0, which fits every unit
}

// NumberType returns the type of numbers with the unit.
func NumberType(u Unit) Type { return Type{Unit: u} }

// TextType returns the type of an input that has one of the values; any text
// when none is listed.
func TextType(values ...string) Type { return Type{Kind: IsText, Values: values} }

// Constant is a number with a name.
type Constant struct {
	Value *big.Rat
	Unit  Unit
}

// Scope is the names that a formula may use.
type Scope struct {
	Inputs    map[string]Type
	Constants map[string]Constant
	// Unavailable says, for a name that exists elsewhere, why it does not here.
	Unavailable map[string]string
}

// Slot is an input that a formula reads: a name, or karma in a domain.
type Slot struct {
	Name   string
	Domain string // of karma
	Type   Type
}

// Formula is a checked formula, ready to be evaluated. It is immutable and
// safe for concurrent use.
type Formula struct {
	Root      *Node
	Canonical string
	Unit      Unit
	Slots     []Slot // in order of first use
	// Literals are the texts that the formula compares with; text columns hold
	// indexes into it (see Batch).
	Literals []string

	scope Scope
	code  *code
	size  int // number of code nodes
	used  []string
}

// Settings returns the constants that the formula reads with their values, as
// one text: formulas with the same canonical text and settings are the same.
func (f *Formula) Settings() string {
	var b strings.Builder
	for _, name := range f.used {
		c := f.scope.Constants[name]
		b.WriteString(name + "=" + c.Value.RatString() + " " + c.Unit.String() + ";")
	}
	return b.String()
}

// Check types a formula and gives every name its meaning. The result must be
// a number with the unit want.
func Check(root *Node, scope Scope, want Unit) (*Formula, error) {
	f := &Formula{Root: root, Canonical: Print(root), Unit: want, scope: scope}
	c := checker{f: f, locals: map[string]local{}}
	code, t := c.node(root)
	if c.err == nil {
		c.wantUnit(root, t, want)
	}
	if c.err != nil {
		return nil, c.err
	}
	f.code, f.size = code, c.size
	return f, nil
}

// Reads reports whether the formula reads the input.
func (f *Formula) Reads(name string) bool {
	return slices.ContainsFunc(f.Slots, func(s Slot) bool { return s.Name == name })
}

// code is a node with its names resolved.
type code struct {
	op    Op
	id    int // of its register
	value *big.Rat
	slot  int      // of Name and Karma, -1 for a local
	local *code    // the value that a local name stands for
	keys  []int32  // of Table: indexes of Literals
	text  int32    // of Text: index of Literals
	mode  rounding // of Round
	args  []*code
	small bool // the value fits two 64-bit integers
	n, d  int64
}

type local struct {
	code *code
	typ  Type
}

type checker struct {
	f      *Formula
	locals map[string]local
	size   int
	err    error
}

func (c *checker) fail(n *Node, code, format string, args ...any) (*code, Type) {
	if c.err == nil {
		c.err = fault.Invalidf("formula."+code, "", format, args...).Within("character %d", n.Pos+1)
	}
	return nil, Type{}
}

func (c *checker) make(n *Node, args ...*code) *code {
	c.size++
	return &code{op: n.Op, id: c.size - 1, slot: -1, args: args}
}

func (c *checker) number(n *Node, value *big.Rat) *code {
	k := c.make(n)
	k.op, k.value = Number, value
	if value.Num().IsInt64() && value.Denom().IsInt64() && value.Num().Int64() != math.MinInt64 {
		k.small, k.n, k.d = true, value.Num().Int64(), value.Denom().Int64()
	}
	return k
}

func (c *checker) node(n *Node) (*code, Type) {
	if c.err != nil {
		return nil, Type{}
	}
	switch n.Op {
	case Number:
		return c.number(n, n.Value), Type{zero: n.Value.Sign() == 0}
	case Amount:
		u, err := ParseUnit(n.Name)
		if err != nil {
			return c.fail(n, "unit", "%q is not a unit", n.Name)
		}
		return c.number(n, n.Value), NumberType(u)
	case Text:
		k := c.make(n)
		k.text = c.literal(n.Name)
		return k, Type{Kind: IsText, Values: []string{n.Name}}
	case Bool:
		k := c.make(n)
		k.n = map[string]int64{"true": 1}[n.Name]
		return k, Type{Kind: IsBool}
	case Name, Karma:
		return c.name(n)
	case Let:
		return c.let(n)
	case Table:
		return c.table(n)
	case If:
		return c.conditional(n)
	}
	return c.operation(n)
}

func (c *checker) literal(text string) int32 {
	i := slices.Index(c.f.Literals, text)
	if i < 0 {
		i = len(c.f.Literals)
		c.f.Literals = append(c.f.Literals, text)
	}
	return int32(i)
}

func (c *checker) name(n *Node) (*code, Type) {
	name := n.Name
	domain := ""
	if n.Op == Karma {
		name, domain = "karma", n.Name
	} else if l, ok := c.locals[name]; ok {
		k := c.make(n)
		k.local = l.code
		return k, l.typ
	}
	if constant, ok := c.f.scope.Constants[name]; ok {
		if !slices.Contains(c.f.used, name) {
			c.f.used = append(c.f.used, name)
		}
		return c.number(n, constant.Value), NumberType(constant.Unit)
	}
	t, ok := c.f.scope.Inputs[name]
	if why, known := c.f.scope.Unavailable[name]; known {
		return c.fail(n, "unavailable_input", "%s cannot be used here: %s", name, why)
	}
	if !ok {
		return c.fail(n, "unknown_name", "%q is neither an input nor a constant; there are %s", firstLine(name), c.known())
	}
	k := c.make(n)
	k.slot = c.slot(Slot{name, domain, t})
	return k, t
}

func (c *checker) slot(s Slot) int {
	for i, t := range c.f.Slots {
		if t.Name == s.Name && t.Domain == s.Domain {
			return i
		}
	}
	c.f.Slots = append(c.f.Slots, s)
	return len(c.f.Slots) - 1
}

func (c *checker) known() string {
	var names []string
	for name := range c.f.scope.Inputs {
		names = append(names, name)
	}
	for name := range c.f.scope.Constants {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func (c *checker) let(n *Node) (*code, Type) {
	_, input := c.f.scope.Inputs[n.Name]
	_, constant := c.f.scope.Constants[n.Name]
	_, bound := c.locals[n.Name]
	if input || constant || bound || IsFunction(n.Name) {
		return c.fail(n, "name_taken", "cel.bind cannot bind %s: the name has a meaning already", n.Name)
	}
	value, t := c.node(n.Args[0])
	if t.Kind == IsText {
		return c.fail(n, "bind_text", "cel.bind binds numbers and conditions, not texts")
	}
	c.locals[n.Name] = local{value, t}
	body, result := c.node(n.Args[1])
	delete(c.locals, n.Name)
	return c.make(n, value, body), result
}

func (c *checker) table(n *Node) (*code, Type) {
	key, t := c.node(n.Args[0])
	if c.err == nil && (t.Kind != IsText || key.op == Text) {
		return c.fail(n, "table_key", `a table is looked up by a text input, such as {"care": 1.5}[stream]`)
	}
	k := c.make(n, key)
	var result Type
	for i, name := range n.Keys {
		c.knownValue(n, t, name)
		k.keys = append(k.keys, c.literal(name))
		value, vt := c.node(n.Args[i+1])
		k.args = append(k.args, value)
		if i == 0 {
			result = vt
		}
		result = c.unify(n, result, vt)
	}
	return k, result
}

// knownValue refuses a text that an input can never have.
func (c *checker) knownValue(n *Node, t Type, text string) {
	if len(t.Values) > 0 && !slices.Contains(t.Values, text) {
		c.fail(n, "unknown_value", "%q never occurs here; there are %s", text, strings.Join(t.Values, ", "))
	}
}

func (c *checker) conditional(n *Node) (*code, Type) {
	condition, ct := c.node(n.Args[0])
	yes, yt := c.node(n.Args[1])
	no, nt := c.node(n.Args[2])
	if c.err == nil && ct.Kind != IsBool {
		return c.fail(n, "type", "the part before ? must be a condition, such as hours > 40")
	}
	if c.err == nil && yt.Kind == IsBool && nt.Kind == IsBool {
		return c.make(n, condition, yes, no), yt
	}
	return c.make(n, condition, yes, no), c.unify(n, yt, nt)
}

// unify returns the one type of two numbers that stand for each other.
func (c *checker) unify(n *Node, a, b Type) Type {
	switch {
	case c.err != nil:
		return Type{}
	case a.Kind != IsNumber || b.Kind != IsNumber:
		c.fail(n, "type", "%s needs numbers on both sides", n.Op)
		return Type{}
	case a.zero:
		return b
	case !b.zero && !a.Unit.Same(b.Unit):
		c.fail(n, "unit_mismatch", "%s of %s and %s: the units differ; convert with a voted rate first", verb(n.Op), a.Unit.describe(), b.Unit.describe())
		return Type{}
	}
	return a
}

// verb names an operation in a message.
func verb(op Op) string {
	switch op {
	case Add:
		return "the sum"
	case Sub:
		return "the difference"
	case If, Table:
		return "a choice"
	case Min, Max, Clamp, Round, Default:
		return string(op)
	}
	return "the comparison"
}

func (c *checker) wantUnit(n *Node, t Type, want Unit) {
	if t.Kind != IsNumber {
		c.fail(n, "type", "the formula must give a number of %s, not a condition or a text", want.describe())
		return
	}
	if !t.zero && !t.Unit.Same(want) {
		c.fail(n, "result_unit", "the formula gives %s, but a claim is in %s; multiply by a rate or a constant in the missing unit", t.Unit.describe(), want.describe())
	}
}
