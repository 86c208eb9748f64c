package formula

import (
	"math/big"
	"strings"
	"testing"

	"commonweal/platform/fault"
)

func unit(t testing.TB, text string) Unit {
	t.Helper()
	u, err := ParseUnit(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// workshop is the scope of the tests: hourly work paid in euros.
func workshop(t testing.TB) Scope {
	return Scope{
		Inputs: map[string]Type{
			"hours": NumberType(unit(t, "hour")), "quantity": NumberType(unit(t, "hour")), "rate": NumberType(unit(t, "EUR/hour")),
			"value": NumberType(unit(t, "EUR")), "rating": NumberType(Unit{}), "karma": NumberType(Unit{}),
			"seniorityMonths": NumberType(unit(t, "month")), "importance": NumberType(Unit{}),
			"stream": TextType("livelihood", "love", "care"), "role": TextType(),
		},
		Constants: map[string]Constant{
			"careRate": {big.NewRat(15, 1), unit(t, "EUR/hour")}, "perMonth": {big.NewRat(1, 2), unit(t, "EUR/month")}, "third": {big.NewRat(1, 3), Unit{}},
		},
		Unavailable: map[string]string{"riskFactor": "the rule has no risk multipliers"},
	}
}

// figures is a Source by name.
type figures struct {
	f *Formula
	m map[string]string
}

func (s figures) Number(slot int) (*big.Rat, Problem) {
	name := s.f.Slots[slot].Name
	if d := s.f.Slots[slot].Domain; d != "" {
		name += "." + d
	}
	text, ok := s.m[name]
	if !ok {
		return nil, Missing
	}
	if text == "currency" {
		return nil, WrongCurrency
	}
	v, _ := new(big.Rat).SetString(text)
	return v, NoProblem
}

func (s figures) Text(slot int) (string, Problem) {
	text, ok := s.m[s.f.Slots[slot].Name]
	if !ok {
		return "", Missing
	}
	return text, NoProblem
}

func checked(t testing.TB, text, want string) *Formula {
	t.Helper()
	n, err := Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	f, err := Check(n, workshop(t), unit(t, want))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return f
}

var eve = map[string]string{
	"hours": "2.5", "quantity": "2.5", "rate": "12", "value": "10", "rating": "43/3", "karma": "7", "karma.design": "3",
	"seniorityMonths": "18", "importance": "2", "stream": "care",
}

func TestValues(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"hours * rate * 1.2", "36"},
		{"(hours * (rate + importance * amount(1, 'EUR/hour') + karma * amount(0.5, 'EUR/hour'))) + seniorityMonths * perMonth", "52.75"},
		{"value * 0.1 + value * 0.2", "3"},
		{"value * 0.1 * 0.1", "0.1"},
		{"value / 3", "10/3"},
		{"value * third", "10/3"},
		{"value * 1e-3 + value * 25E+1", "2500.01"},
		{"value * rating", "430/3"},
		{"value * clamp(rating, 0.5, 1.5)", "15"},
		{"min(value, hours * rate, amount(7, \"EUR\"))", "7"},
		{"max(value - amount(99, 'EUR'), 0)", "0"},
		{"round(value / 3, amount(0.05, 'EUR'), 'half_even')", "3.35"},
		{"round(-value / 4, amount(1, 'EUR'), 'half_even')", "-2"},
		{"round(-value / 4, amount(1, 'EUR'), 'half_up')", "-3"},
		{"round(-value / 4, amount(1, 'EUR'), 'floor')", "-3"},
		{"round(-value / 4, amount(1, 'EUR'), 'down')", "-2"},
		{"round(value / 40, amount(1, 'EUR'), 'up')", "1"},
		{"value * default(karma['welding'], 1)", "10"},
		{"value * karma.design", "30"},
		{"value * {'livelihood': 1, 'care': 1.5}[stream]", "15"},
		{"value * default({'livelihood': 1}[stream], 3)", "30"},
		{"value * default({'lead': 2}[role], 1)", "10"},
		{"stream == 'care' && hours > amount(2, 'hour') ? value : 0", "10"},
		{"stream != 'care' || !(hours <= amount(2, 'hour')) ? value : 0", "10"},
		{"cel.bind(pay, hours * rate, min(pay, amount(20, 'EUR')) + pay)", "50"},
		{"stream == 'care' ? value : value / 0", "10"},
		{"false && value / 0 > value ? 0 : value", "10"},
		{"value * -2 - -value", "-10"},
		{"value * 0.1000000000000000055511151231257827", "1.000000000000000055511151231257827"},
	} {
		f := checked(t, c.text, "EUR")
		v, p := f.Eval(figures{f, eve})
		if p != NoProblem || DecimalText(v) != c.want {
			t.Errorf("%s = %v %v, want %s", c.text, v, p, c.want)
		}
	}
}

func TestProblems(t *testing.T) {
	for _, c := range []struct {
		text string
		want Problem
	}{
		{"value * karma['welding']", Missing},
		{"value / (hours - hours) * hours", DivideByZero},
		{"default(value / 0, value)", DivideByZero},
		{"value * {'livelihood': 1}[stream]", NoEntry},
		{"value * {'lead': 2}[role]", Missing},
		{"value * clamp(rating, 2, 1)", BadArgument},
		{"round(value, amount(-1, 'EUR'), 'up')", BadArgument},
		{"value" + strings.Repeat(" * 123456789012345678901234567890.5", 6), TooLarge},
		{"cel.bind(a, karma * karma, cel.bind(b, a * a, cel.bind(c, b * b, cel.bind(d, c * c, value * d * d * d * d * d * d * d * d * d * d * d * d))))", TooLarge},
	} {
		f := checked(t, c.text, "EUR")
		if v, p := f.Eval(figures{f, eve}); p != c.want {
			t.Errorf("%s = %v %v, want %v", c.text, v, p, c.want)
		}
	}
	f := checked(t, "default(value, 0)", "EUR")
	if _, p := f.Eval(figures{f, map[string]string{"value": "currency"}}); p != WrongCurrency {
		t.Errorf("another currency is not a missing value: %v", p)
	}
}

func TestInvariant4UnitsAreCheckedWhenSaved(t *testing.T) {
	for _, c := range []struct{ text, code string }{
		{"value + hours", "formula.unit_mismatch"},
		{"hours", "formula.result_unit"},
		{"hours * rate * rate", "formula.result_unit"},
		{"hours > value ? value : 0", "formula.unit_mismatch"},
		{"min(value, hours)", "formula.unit_mismatch"},
		{"stream == 'sleep' ? value : 0", "formula.unknown_value"},
		{"value * {'sleep': 1}[stream]", "formula.unknown_value"},
		{"value * nothing", "formula.unknown_name"},
		{"value * riskFactor", "formula.unavailable_input"},
		{"stream", "formula.type"},
		{"value > 0", "formula.unit_mismatch_is_fine_for_zero"},
		{"value && value", "formula.type"},
		{"-stream", "formula.type"},
		{"cel.bind(value, 1, value)", "formula.name_taken"},
		{"cel.bind(x, stream, value)", "formula.bind_text"},
		{"role == stream ? value : 0", "formula.type"},
	} {
		n, err := Parse(c.text)
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		_, err = Check(n, workshop(t), unit(t, "EUR"))
		if c.code == "formula.unit_mismatch_is_fine_for_zero" {
			c.code = "formula.type" // a condition is no amount, but 0 compares with euros
		}
		if fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v (%s), want %s", c.text, err, fault.CodeOf(err), c.code)
		}
	}
}

func TestRefusedText(t *testing.T) {
	for _, c := range []struct{ text, code string }{
		{"", "formula.syntax"},
		{"1 +", "formula.syntax"},
		{"[1, 2]", "formula.syntax"},
		{"[1].map(x, x)", "formula.unknown_function"},
		{"value.exists(x, x)", "formula.unknown_function"},
		{"now()", "formula.unknown_function"},
		{"value % 2", "formula.unknown_function"},
		{"value // note", "formula.comment"},
		{"min(1)", "formula.arguments"},
		{"round(1, 1, 'sideways')", "formula.rounding_mode"},
		{"amount(1, 'E U R')", "formula.unit"},
		{"1u", "formula.syntax"},
		{"null", "formula.syntax"},
		{"1e200 * 1.0", "formula.number"},
		{"1e-60 * 1.0", "formula.number"},
		{strings.Repeat("(", 200) + "1" + strings.Repeat(")", 200), "formula.syntax"},
		{strings.Repeat("1+", 300) + "1", "formula.syntax"},
		{strings.Repeat("1+", MaxDepth) + "1", "formula.too_deep"},
		{"min(" + strings.Repeat("1,", 21) + "1)", "formula.arguments"},
		{wide(), "formula.too_complex"},
		{strings.Repeat(" ", 3000), "formula.too_long"},
		{"'a\\u0007' == role ? 1 : 0", "formula.text"},
		{"\xff", "formula.syntax"},
	} {
		_, err := Parse(c.text)
		if fault.CodeOf(err) != c.code {
			t.Errorf("%.40q: %v (%s), want %s", c.text, err, fault.CodeOf(err), c.code)
		}
	}
}

// wide is a formula of many parts and little depth.
func wide() string {
	row := "min(" + strings.TrimSuffix(strings.Repeat("1,", 20), ",") + ")"
	rows := "max(" + strings.TrimSuffix(strings.Repeat(row+",", 10), ",") + ")"
	return rows + "+" + rows
}

func TestExplain(t *testing.T) {
	f := checked(t, "hours*rate * 1.20", "EUR")
	got := f.Explain(figures{f, eve}, "hour").Text
	if want := "2.5 hour × 12 EUR/hour × 1.2 = 36 EUR"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	f = checked(t, "value * karma['welding']", "EUR")
	if got, want := f.Explain(figures{f, eve}, "hour").Text, "10 EUR × karma? = ? (missing_input)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
