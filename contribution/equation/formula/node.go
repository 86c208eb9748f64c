package formula

import "math/big"

// The limits of a formula.
const (
	MaxLength = 2000 // characters of text
	MaxDepth  = 40   // nesting of the syntax tree
	MaxNodes  = 400  // nodes of the syntax tree, hence steps of an evaluation
	MaxBits   = 512  // bits of a numerator or denominator
)

// Op is the kind of a Node.
type Op string

// The kinds of node. Operators and functions are named by their own text.
const (
	Number Op = "number" // Value
	Text   Op = "text"   // Name holds the text
	Bool   Op = "bool"   // Name is "true" or "false"
	Name   Op = "name"   // an input, a constant, or a name bound by Let
	Karma  Op = "karma"  // karma in the domain Name ("" for all)
	Amount Op = "amount" // Value with the unit Name
	Table  Op = "table"  // Args[0] is the key, Args[1:] the values of Keys
	Let    Op = "let"    // Name bound to Args[0] in Args[1]
	If     Op = "?:"     // Args: condition, then, else

	Add Op = "+"
	Sub Op = "-"
	Mul Op = "*"
	Div Op = "/"
	Neg Op = "neg"
	Not Op = "!"
	And Op = "&&" // two or more Args
	Or  Op = "||" // two or more Args

	Equal        Op = "=="
	NotEqual     Op = "!="
	Less         Op = "<"
	LessEqual    Op = "<="
	Greater      Op = ">"
	GreaterEqual Op = ">="

	Min     Op = "min"
	Max     Op = "max"
	Clamp   Op = "clamp"
	Round   Op = "round" // Args: x, step; Name is the mode
	Default Op = "default"
)

// Node is a node of a formula's syntax tree. Trees are read-only once parsed.
type Node struct {
	Op    Op
	Name  string
	Value *big.Rat
	Keys  []string // of a Table
	Args  []*Node
	Pos   int // first character in the text, from 0
}

// Equal reports whether two trees are the same, positions aside.
func (n *Node) Equal(m *Node) bool {
	if n.Op != m.Op || n.Name != m.Name || len(n.Args) != len(m.Args) || len(n.Keys) != len(m.Keys) {
		return false
	}
	if (n.Value == nil) != (m.Value == nil) || (n.Value != nil && n.Value.Cmp(m.Value) != 0) {
		return false
	}
	for i := range n.Keys {
		if n.Keys[i] != m.Keys[i] {
			return false
		}
	}
	for i := range n.Args {
		if !n.Args[i].Equal(m.Args[i]) {
			return false
		}
	}
	return true
}

// roundingModes are the names that round accepts.
var roundingModes = map[string]bool{"half_even": true, "half_up": true, "down": true, "up": true, "floor": true}
