package formula

import (
	"math/big"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/parser"

	"commonweal/platform/fault"
)

// celParser reads CEL syntax with all macros switched off: they are loops.
var celParser = sync.OnceValue(func() *parser.Parser {
	p, err := parser.NewParser(
		parser.MaxRecursionDepth(4*MaxDepth),
		parser.ExpressionSizeCodePointLimit(MaxLength),
		parser.MaxExpressionNodeCount(4*MaxNodes),
		parser.EnableIdentEscapeSyntax(false),
		parser.ErrorRecoveryLimit(1),
		parser.ErrorReportingLimit(1),
		parser.EnablePrattParser(true),
	)
	if err != nil {
		panic(err) // constant options
	}
	return p
})

// Parse reads a formula. The error is a fault whose message names the place
// and what would be right.
func Parse(text string) (*Node, error) {
	if n := utf8.RuneCountInString(text); n > MaxLength {
		return nil, fault.Invalidf("formula.too_long", "", "the formula has %d characters; at most %d are allowed", n, MaxLength)
	}
	if !utf8.ValidString(text) {
		return nil, fault.Invalidf("formula.syntax", "", "the formula is not valid UTF-8 text")
	}
	if strings.Contains(text, "//") {
		return nil, fault.Invalidf("formula.comment", "", "a formula holds no comments (//); put the remark into the rule's label")
	}
	parsed, errs := celParser().Parse(common.NewTextSource(text))
	if len(errs.GetErrors()) > 0 {
		e := errs.GetErrors()[0]
		return nil, fault.Invalidf("formula.syntax", "", "line %d, character %d: %s", e.Location.Line(), e.Location.Column()+1, firstLine(e.Message))
	}
	r := reader{text: []rune(text), info: parsed.SourceInfo()}
	root := r.node(parsed.Expr(), 1)
	if r.err != nil {
		return nil, r.err
	}
	return root, nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	if len(line) > 160 {
		line = strings.ToValidUTF8(line[:160], "") + "…"
	}
	return line
}

// reader turns CEL's tree into ours; the first error stops it.
type reader struct {
	text  []rune
	info  *ast.SourceInfo
	count int
	err   error
}

func (r *reader) fail(e ast.Expr, code, format string, args ...any) *Node {
	if r.err == nil {
		loc := r.info.GetStartLocation(e.ID())
		r.err = fault.Invalidf("formula."+code, "", format, args...).Within("line %d, character %d", loc.Line(), loc.Column()+1)
	}
	return &Node{Op: Number, Value: new(big.Rat)}
}

func (r *reader) node(e ast.Expr, depth int) *Node {
	if r.count++; r.err != nil {
		return &Node{Op: Number, Value: new(big.Rat)}
	}
	if r.count > MaxNodes {
		return r.fail(e, "too_complex", "the formula has more than %d parts", MaxNodes)
	}
	if depth > MaxDepth {
		return r.fail(e, "too_deep", "the formula is nested more than %d levels deep", MaxDepth)
	}
	var n *Node
	switch e.Kind() {
	case ast.LiteralKind:
		n = r.literal(e)
	case ast.IdentKind:
		n = r.ident(e)
	case ast.SelectKind:
		n = r.selection(e)
	case ast.CallKind:
		n = r.call(e, depth)
	case ast.MapKind:
		return r.fail(e, "table_key", `a table is looked up at once: {"care": 1.5, "love": 1}[stream]`)
	default:
		return r.fail(e, "syntax", "lists, messages and loops are not part of the language")
	}
	n.Pos = r.pos(e)
	return n
}

func (r *reader) pos(e ast.Expr) int {
	o, _ := r.info.GetOffsetRange(e.ID())
	return int(o.Start)
}

func (r *reader) ident(e ast.Expr) *Node {
	if e.AsIdent() == "karma" {
		return &Node{Op: Karma}
	}
	return &Node{Op: Name, Name: e.AsIdent()}
}

// selection reads karma.design as karma["design"].
func (r *reader) selection(e ast.Expr) *Node {
	s := e.AsSelect()
	if s.IsTestOnly() || s.Operand().Kind() != ast.IdentKind || s.Operand().AsIdent() != "karma" {
		return r.fail(e, "syntax", "only karma has parts: karma[%q]", s.FieldName())
	}
	return &Node{Op: Karma, Name: s.FieldName()}
}

func (r *reader) literal(e ast.Expr) *Node {
	switch v := e.AsLiteral().(type) {
	case types.String:
		return r.textNode(e, string(v))
	case types.Bool:
		return &Node{Op: Bool, Name: map[types.Bool]string{true: "true", false: "false"}[v]}
	case types.Int:
		return &Node{Op: Number, Value: new(big.Rat).SetInt64(int64(v))}
	case types.Double:
		return r.decimal(e, float64(v) < 0)
	}
	return r.fail(e, "syntax", "write a plain decimal number, a text in quotes, true or false")
}

// textNode refuses text that could hide in an explanation.
func (r *reader) textNode(e ast.Expr, s string) *Node {
	if len(s) > 200 || strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f || c == utf8.RuneError }) {
		return r.fail(e, "text", "a text has at most 200 bytes and no control characters")
	}
	return &Node{Op: Text, Name: s}
}

// numeral is a decimal number in CEL's syntax, sign and blanks before it aside.
var numeral = regexp.MustCompile(`^[-\s]*([0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,3}))?`)

// decimal reads the digits of a number from the text itself: CEL's own value
// is a binary float and has already lost some.
func (r *reader) decimal(e ast.Expr, negative bool) *Node {
	m := numeral.FindStringSubmatch(string(r.text[r.pos(e):]))
	value, ok := exactDecimal(m)
	if !ok || len(numberText(value)) > maxDigits {
		return r.fail(e, "number", "the number is too large or too fine; use at most %d digits", maxDigits)
	}
	if negative {
		value.Neg(value)
	}
	return &Node{Op: Number, Value: value}
}

// maxDigits limits the digits of a number, before and after the point, as
// written and spelled out.
const maxDigits = 60

func exactDecimal(m []string) (*big.Rat, bool) {
	if m == nil || len(m[1])+len(m[2]) == 0 || len(m[1])+len(m[2]) > maxDigits {
		return nil, false
	}
	digits, _ := new(big.Int).SetString(m[1]+m[2], 10)
	exponent := -len(m[2])
	if m[3] != "" {
		var shift big.Int
		if _, ok := shift.SetString(strings.TrimPrefix(m[3], "+"), 10); !ok {
			return nil, false
		}
		exponent += int(shift.Int64())
	}
	if exponent < -maxDigits || exponent > maxDigits {
		return nil, false
	}
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(exponent, -exponent))), nil)
	if exponent < 0 {
		return new(big.Rat).SetFrac(digits, power), true
	}
	return new(big.Rat).SetInt(digits.Mul(digits, power)), true
}

// binary maps CEL's operators with two operands to ours.
var binary = map[string]Op{
	operators.Add: Add, operators.Subtract: Sub, operators.Multiply: Mul, operators.Divide: Div,
	operators.Equals: Equal, operators.NotEquals: NotEqual, operators.Less: Less, operators.LessEquals: LessEqual,
	operators.Greater: Greater, operators.GreaterEquals: GreaterEqual,
}

func (r *reader) call(e ast.Expr, depth int) *Node {
	c := e.AsCall()
	if c.IsMemberFunction() {
		return r.bind(e, depth)
	}
	args := func() []*Node {
		nodes := make([]*Node, len(c.Args()))
		for i, a := range c.Args() {
			nodes[i] = r.node(a, depth+1)
		}
		return nodes
	}
	name := c.FunctionName()
	if op, ok := binary[name]; ok {
		return &Node{Op: op, Args: args()}
	}
	switch name {
	case operators.LogicalAnd:
		return &Node{Op: And, Args: flatten(And, args())}
	case operators.LogicalOr:
		return &Node{Op: Or, Args: flatten(Or, args())}
	case operators.LogicalNot:
		return &Node{Op: Not, Args: args()}
	case operators.Negate:
		return negate(args()[0])
	case operators.Conditional:
		return &Node{Op: If, Args: args()}
	case operators.Index:
		return r.index(e, depth)
	}
	return r.function(e, name, args)
}

// flatten makes a && (b && c) and (a && b) && c the same node.
func flatten(op Op, args []*Node) []*Node {
	var flat []*Node
	for _, a := range args {
		if a.Op == op {
			flat = append(flat, a.Args...)
		} else {
			flat = append(flat, a)
		}
	}
	return flat
}

func negate(n *Node) *Node {
	if n.Op == Number {
		return &Node{Op: Number, Value: new(big.Rat).Neg(n.Value)}
	}
	return &Node{Op: Neg, Args: []*Node{n}}
}

// bind reads cel.bind(name, value, body), the only member function.
func (r *reader) bind(e ast.Expr, depth int) *Node {
	c := e.AsCall()
	if c.FunctionName() != "bind" || c.Target().Kind() != ast.IdentKind || c.Target().AsIdent() != "cel" || len(c.Args()) != 3 {
		return r.fail(e, "unknown_function", "%s is not a function; the only one written with a point is cel.bind(name, value, formula)", c.FunctionName())
	}
	if c.Args()[0].Kind() != ast.IdentKind {
		return r.fail(e, "bind_name", "cel.bind starts with a name: cel.bind(pay, hours * rate, min(pay, limit))")
	}
	return &Node{Op: Let, Name: c.Args()[0].AsIdent(), Args: []*Node{r.node(c.Args()[1], depth+1), r.node(c.Args()[2], depth+1)}}
}

// index reads karma["domain"] and {"key": value}[text].
func (r *reader) index(e ast.Expr, depth int) *Node {
	args := e.AsCall().Args()
	if args[0].Kind() == ast.IdentKind && args[0].AsIdent() == "karma" {
		domain, ok := literalText(args[1])
		if !ok || domain == "" {
			return r.fail(e, "karma_domain", `karma takes the name of a domain: karma["design"]`)
		}
		n := r.textNode(args[1], domain)
		return &Node{Op: Karma, Name: n.Name}
	}
	if args[0].Kind() != ast.MapKind {
		return r.fail(e, "syntax", `only a table or karma is looked up with brackets: {"care": 1.5, "love": 1}[stream]`)
	}
	n := &Node{Op: Table, Args: []*Node{r.node(args[1], depth+1)}}
	for _, entry := range args[0].AsMap().Entries() {
		key, ok := literalText(entry.AsMapEntry().Key())
		if !ok || entry.AsMapEntry().IsOptional() {
			return r.fail(e, "table_key", `the keys of a table are texts in quotes: {"care": 1.5}`)
		}
		for _, k := range n.Keys {
			if k == key {
				return r.fail(e, "table_key", "the table has the key %q twice", key)
			}
		}
		r.textNode(entry.AsMapEntry().Key(), key)
		n.Keys = append(n.Keys, key)
		n.Args = append(n.Args, r.node(entry.AsMapEntry().Value(), depth+1))
	}
	if len(n.Keys) == 0 {
		return r.fail(e, "table_key", "the table is empty")
	}
	return n
}

func literalText(e ast.Expr) (string, bool) {
	if e.Kind() != ast.LiteralKind {
		return "", false
	}
	s, ok := e.AsLiteral().(types.String)
	return string(s), ok
}
