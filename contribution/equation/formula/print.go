package formula

import (
	"math/big"
	"strconv"
	"strings"
)

// Print returns the canonical text of a formula: one spelling for each tree,
// which Parse reads back.
func Print(n *Node) string {
	p := printer{}
	p.node(n, 0)
	return p.String()
}

// printer writes a tree; leaf, when set, may write a leaf in its own way.
type printer struct {
	strings.Builder
	leaf  func(n *Node) (text string, ok bool)
	times string // "*" unless set
}

// The precedences of CEL, loosest first.
const (
	looseTernary = iota
	looseOr
	looseAnd
	looseRelation
	looseSum
	looseProduct
	tightUnary
	tightPrimary
)

func precedence(op Op) int {
	switch op {
	case If:
		return looseTernary
	case Or:
		return looseOr
	case And:
		return looseAnd
	case Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual:
		return looseRelation
	case Add, Sub:
		return looseSum
	case Mul, Div:
		return looseProduct
	case Neg, Not:
		return tightUnary
	}
	return tightPrimary
}

// node writes n where the context binds at least as tightly as least.
func (p *printer) node(n *Node, least int) {
	if p.leaf != nil {
		if text, ok := p.leaf(n); ok {
			p.WriteString(text)
			return
		}
	}
	own := precedence(n.Op)
	if own < least {
		p.WriteByte('(')
		defer p.WriteByte(')')
	}
	switch n.Op {
	case If:
		p.node(n.Args[0], looseOr)
		p.WriteString(" ? ")
		p.node(n.Args[1], looseOr)
		p.WriteString(" : ")
		p.node(n.Args[2], looseTernary)
	case And, Or:
		p.list(n.Args, " "+string(n.Op)+" ", own+1)
	case Neg, Not:
		p.unary(n)
	case Add, Sub, Mul, Div, Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual:
		p.node(n.Args[0], own)
		p.WriteString(" " + p.sign(n.Op) + " ")
		p.node(n.Args[1], own+1)
	default:
		p.primary(n)
	}
}

func (p *printer) sign(op Op) string {
	if op == Mul && p.times != "" {
		return p.times
	}
	return string(op)
}

// unary keeps a sign from running into the next one.
func (p *printer) unary(n *Node) {
	p.WriteString(map[Op]string{Neg: "-", Not: "!"}[n.Op])
	if n.Args[0].Op == Number {
		p.WriteByte('(')
		p.node(n.Args[0], looseTernary)
		p.WriteByte(')')
		return
	}
	p.node(n.Args[0], tightPrimary)
}

func (p *printer) list(args []*Node, between string, least int) {
	for i, a := range args {
		if i > 0 {
			p.WriteString(between)
		}
		p.node(a, least)
	}
}

func (p *printer) primary(n *Node) {
	switch n.Op {
	case Number:
		p.WriteString(numberText(n.Value))
	case Text:
		p.WriteString(quote(n.Name))
	case Bool, Name:
		p.WriteString(n.Name)
	case Karma:
		p.WriteString("karma")
		if n.Name != "" {
			p.WriteString("[" + quote(n.Name) + "]")
		}
	case Amount:
		p.WriteString("amount(" + numberText(n.Value) + ", " + quote(n.Name) + ")")
	case Table:
		p.table(n)
	case Let:
		p.WriteString("cel.bind(" + n.Name + ", ")
		p.list(n.Args, ", ", looseTernary)
		p.WriteByte(')')
	case Round:
		p.WriteString("round(")
		p.list(n.Args, ", ", looseTernary)
		p.WriteString(", " + quote(n.Name) + ")")
	default: // a function
		p.WriteString(string(n.Op) + "(")
		p.list(n.Args, ", ", looseTernary)
		p.WriteByte(')')
	}
}

func (p *printer) table(n *Node) {
	p.WriteByte('{')
	for i, k := range n.Keys {
		if i > 0 {
			p.WriteString(", ")
		}
		p.WriteString(quote(k) + ": ")
		p.node(n.Args[i+1], looseTernary)
	}
	p.WriteString("}[")
	p.node(n.Args[0], looseTernary)
	p.WriteByte(']')
}

// quote writes a text as CEL reads it back; textNode let no control character in.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// numberText writes a number of a formula, which is always a finite decimal.
// CEL reads whole numbers as 64-bit integers, so larger ones get a point.
func numberText(r *big.Rat) string {
	text := DecimalText(r)
	if r.IsInt() {
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return text + ".0"
		}
	}
	return text
}

// DecimalText writes a rational exactly: as a decimal if it has a finite one
// of reasonable length, otherwise as a reduced fraction "10/3".
func DecimalText(r *big.Rat) string {
	if digits, finite := r.FloatPrec(); finite && digits <= 2*maxDigits {
		return r.FloatString(digits)
	}
	return r.RatString()
}
