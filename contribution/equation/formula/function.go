package formula

import (
	"cel.dev/cel-go/common/ast"
)

// functions gives the least and the greatest number of arguments.
var functions = map[string]struct {
	op       Op
	min, max int
	usage    string
}{
	"min":     {Min, 2, 20, "min(a, b, ...)"},
	"max":     {Max, 2, 20, "max(a, b, ...)"},
	"clamp":   {Clamp, 3, 3, "clamp(x, low, high)"},
	"round":   {Round, 3, 3, `round(x, 0.05, "half_even")`},
	"default": {Default, 2, 2, "default(rating, 1)"},
	"amount":  {Amount, 2, 2, `amount(40, "hour")`},
}

// IsFunction reports whether a name is a function of the language, which a
// constant may therefore not have.
func IsFunction(name string) bool {
	_, ok := functions[name]
	return ok || name == "cel" || name == "karma"
}

func (r *reader) function(e ast.Expr, name string, args func() []*Node) *Node {
	f, ok := functions[name]
	if !ok {
		return r.fail(e, "unknown_function", "%s is not a function; there are min, max, clamp, round, default, amount and cel.bind", firstLine(name))
	}
	if n := len(e.AsCall().Args()); n < f.min || n > f.max {
		return r.fail(e, "arguments", "%s has %d arguments; write %s", name, n, f.usage)
	}
	n := &Node{Op: f.op, Args: args()}
	if r.err != nil {
		return n
	}
	switch f.op {
	case Round:
		mode := n.Args[2]
		if mode.Op != Text || !roundingModes[mode.Name] {
			return r.fail(e, "rounding_mode", `the mode of round is one of "half_even", "half_up", "down", "up", "floor"`)
		}
		n.Name, n.Args = mode.Name, n.Args[:2]
	case Amount:
		if n.Args[0].Op != Number || n.Args[1].Op != Text {
			return r.fail(e, "amount", `amount takes a number and a unit in quotes: %s`, f.usage)
		}
		if _, err := ParseUnit(n.Args[1].Name); err != nil {
			return r.fail(e, "unit", "%q is not a unit", n.Args[1].Name)
		}
		n.Value, n.Name, n.Args = n.Args[0].Value, n.Args[1].Name, nil
	}
	return n
}
