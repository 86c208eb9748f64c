package formula

import "math/big"

// OwnUnit stands in units for the unit of the contribution's own quantity,
// where a rule covers contributions in different units.
const OwnUnit = "unit"

// Trace is an evaluation with its numbers.
type Trace struct {
	Text    string  // "2.5 hour × 12 EUR/hour × 1.2 = 36 EUR"
	Inputs  []Input // the slots of the formula, in their order
	Value   *big.Rat
	Problem Problem
}

// Input is a slot with the value it had.
type Input struct {
	Slot  Slot
	Value string // exact decimal or fraction, or text; empty when there is a problem
	Unit  string
	Used  bool // read on the way to the result
}

// Explain evaluates the formula and writes it with the numbers in it. own is
// the unit of the contribution's quantity, for formulas that leave it open.
func (f *Formula) Explain(source Source, own string) Trace {
	t := Trace{Inputs: make([]Input, len(f.Slots))}
	e := evaluation{f: f, source: source, read: func(slot int) { t.Inputs[slot].Used = true }}
	t.Value, t.Problem = e.value(f.code)
	for i, s := range f.Slots {
		t.Inputs[i].Slot, t.Inputs[i].Unit = s, s.Type.Unit.Replace(OwnUnit, own).String()
		t.Inputs[i].Value = slotText(source, i, s)
	}
	t.Text = f.withNumbers(t.Inputs, own) + " = "
	if t.Problem != NoProblem {
		t.Text += "? (" + t.Problem.String() + ")"
		return t
	}
	t.Text += DecimalText(t.Value) + withUnit(f.Unit.String())
	return t
}

// is reports whether the node reads the slot.
func (s Slot) is(n *Node) bool {
	if n.Op == Karma {
		return s.Name == "karma" && s.Domain == n.Name
	}
	return s.Name == n.Name
}

func slotText(source Source, slot int, s Slot) string {
	if s.Type.Kind == IsText {
		text, _ := source.Text(slot)
		return text
	}
	v, p := source.Number(slot)
	if p != NoProblem {
		return ""
	}
	return DecimalText(v)
}

func withUnit(unit string) string {
	if unit == "" {
		return ""
	}
	return " " + unit
}

// withNumbers prints the formula with inputs and constants replaced.
func (f *Formula) withNumbers(inputs []Input, own string) string {
	p := printer{times: "×"}
	p.leaf = func(n *Node) (string, bool) {
		switch n.Op {
		case Amount:
			return DecimalText(n.Value) + withUnit(n.Name), true
		case Name, Karma:
		default:
			return "", false
		}
		if k, ok := f.scope.Constants[n.Name]; ok && n.Op == Name {
			return DecimalText(k.Value) + withUnit(k.Unit.Replace(OwnUnit, own).String()), true
		}
		for _, in := range inputs {
			if !in.Slot.is(n) {
				continue
			}
			if in.Value == "" {
				return in.Slot.Name + "?", true
			}
			return in.Value + withUnit(in.Unit), true
		}
		return "", false // a name bound in the formula
	}
	p.node(f.Root, looseTernary)
	return p.String()
}
