package formula

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// euros, plain and condition draw well-typed formulas.
func euros(t *rapid.T, depth int) string {
	if depth == 0 {
		return rapid.SampledFrom([]string{"value", "hours * rate", "amount(12.5, 'EUR')", "0", "quantity * careRate", "seniorityMonths * perMonth"}).Draw(t, "euros")
	}
	sub := func() string { return "(" + euros(t, depth-1) + ")" }
	switch rapid.IntRange(0, 10).Draw(t, "shape") {
	case 0:
		return sub() + " + " + sub()
	case 1:
		return sub() + " - " + sub()
	case 2:
		return sub() + " * (" + plain(t, depth-1) + ")"
	case 3:
		return sub() + " / (" + plain(t, depth-1) + ")"
	case 4:
		return fmt.Sprintf("min(%s, %s)", sub(), sub())
	case 5:
		return fmt.Sprintf("max(%s, %s, %s)", sub(), sub(), sub())
	case 6:
		return fmt.Sprintf("clamp(%s, %s, %s)", sub(), sub(), sub())
	case 7:
		return fmt.Sprintf("(%s) ? %s : %s", condition(t, depth-1), sub(), sub())
	case 8:
		return fmt.Sprintf("default(%s, %s)", sub(), sub())
	case 9:
		mode := rapid.SampledFrom([]string{"half_even", "half_up", "down", "up", "floor"}).Draw(t, "mode")
		return fmt.Sprintf("round(%s, %s, '%s')", sub(), rapid.SampledFrom([]string{"amount(0.05, 'EUR')", "amount(1, 'EUR')", sub()}).Draw(t, "step"), mode)
	}
	name := fmt.Sprintf("x%d", depth)
	return fmt.Sprintf("cel.bind(%s, %s, %s + %s)", name, euros(t, depth-1), name, sub())
}

func plain(t *rapid.T, depth int) string {
	if depth == 0 {
		return rapid.SampledFrom([]string{"rating", "karma", "karma['design']", "1.2", "0.1", "3", "importance", "third", "123456789012", "-0.000001",
			"{'care': 1.5, 'love': rating}[stream]", "{'lead': 2}[role]"}).Draw(t, "plain")
	}
	switch rapid.IntRange(0, 3).Draw(t, "shape") {
	case 0:
		return "(" + plain(t, depth-1) + ") * (" + plain(t, depth-1) + ")"
	case 1:
		return "(" + plain(t, depth-1) + ") / (" + plain(t, depth-1) + ")"
	case 2:
		return "-(" + plain(t, depth-1) + ")"
	}
	return "clamp(" + plain(t, depth-1) + ", 0.5, 1.5)"
}

func condition(t *rapid.T, depth int) string {
	if depth == 0 {
		return rapid.SampledFrom([]string{"true", "stream == 'care'", "'lead' != role", "rating > 2", "hours <= amount(40, 'hour')"}).Draw(t, "condition")
	}
	switch rapid.IntRange(0, 3).Draw(t, "shape") {
	case 0:
		return "(" + condition(t, depth-1) + ") && (" + condition(t, depth-1) + ") && (" + condition(t, depth-1) + ")"
	case 1:
		return "(" + condition(t, depth-1) + ") || (" + condition(t, depth-1) + ")"
	case 2:
		return "!(" + condition(t, depth-1) + ")"
	}
	return "(" + euros(t, depth-1) + ") >= (" + euros(t, depth-1) + ")"
}

func TestInvariant1ParseReadsWhatPrintWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, err := Parse(euros(t, rapid.IntRange(0, 3).Draw(t, "depth")))
		if err != nil {
			t.Skip(err)
		}
		text := Print(n)
		again, err := Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !again.Equal(n) || Print(again) != text {
			t.Fatalf("%s came back as %s", text, Print(again))
		}
	})
}

// row draws the figures of a contribution, some absent, some huge.
func row(t *rapid.T) map[string]string {
	m := map[string]string{}
	for _, name := range []string{"hours", "quantity", "rate", "value", "rating", "karma", "karma.design", "seniorityMonths", "importance"} {
		n := rapid.OneOf(rapid.Int64Range(-3_000_000, 50_000_000), rapid.Int64Range(-1<<62, 1<<62), rapid.Just(int64(0))).Draw(t, name)
		d := rapid.SampledFrom([]int64{1_000_000, 3, 1}).Draw(t, "denominator")
		if name == "rating" && d == 1_000_000 {
			d = 7
		}
		m[name] = fmt.Sprintf("%d/%d", n, d)
		if rapid.IntRange(0, 7).Draw(t, "present") == 0 {
			delete(m, name)
		}
	}
	m["stream"] = rapid.SampledFrom([]string{"livelihood", "love", "care"}).Draw(t, "stream")
	if rapid.Bool().Draw(t, "role known") {
		m["role"] = rapid.SampledFrom([]string{"lead", "guest"}).Draw(t, "role")
	}
	return m
}

// batchOf lays rows into columns.
func batchOf(f *Formula, rows []map[string]string) *Batch {
	b := f.NewBatch()
	b.Rows = len(rows)
	for i, m := range rows {
		for s := range f.Slots {
			c := &b.Columns[s]
			if c.Code != nil {
				text, p := figures{f, m}.Text(s)
				c.Code[i], c.Problem[i] = -1, p
				for k, l := range f.Literals {
					if l == text {
						c.Code[i] = int32(k)
					}
				}
				continue
			}
			v, p := figures{f, m}.Number(s)
			if c.Problem[i] = p; p == NoProblem {
				c.N[i], c.D[i] = v.Num().Int64(), v.Denom().Int64()
			}
		}
	}
	return b
}

func TestInvariant3ColumnsAgreeWithEval(tt *testing.T) {
	fits, lanes := 0, 0
	rapid.Check(tt, func(t *rapid.T) {
		n, err := Parse(euros(t, rapid.IntRange(0, 3).Draw(t, "depth")))
		if err != nil {
			t.Skip(err)
		}
		f, err := Check(n, workshop(tt), UnitOf("EUR"))
		if err != nil {
			t.Fatal(err)
		}
		rows := make([]map[string]string, 5)
		for i := range rows {
			rows[i] = row(t)
		}
		m, b := NewMachine(f), batchOf(f, rows)
		for range 2 { // a machine is used again
			got := m.Run(b)
			for i := range rows {
				lanes++
				if got.Unfit(i) {
					continue
				}
				fits++
				v, p := f.Eval(figures{f, rows[i]})
				if p != got.Problem[i] || (p == NoProblem && v.Cmp(big.NewRat(got.N[i], got.D[i])) != 0) {
					t.Fatalf("%s on %v: Columns gives %d/%d %v, Eval %v %v", f.Canonical, rows[i], got.N[i], got.D[i], got.Problem[i], v, p)
				}
			}
		}
	})
	if fits*2 < lanes {
		tt.Errorf("only %d of %d lanes fitted: the fast path is not tested", fits, lanes)
	}
}

func TestInvariant5NumbersAreReadDigitByDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[0-9]{1,20}\.[0-9]{1,20}`).Draw(t, "number")
		space := rapid.SampledFrom([]string{"", " ", "-", "- ", "\n"}).Draw(t, "before")
		n, err := Parse(space + digits)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := new(big.Rat).SetString(strings.TrimSpace(strings.ReplaceAll(space, " ", "")) + digits)
		if n.Value.Cmp(want) != 0 {
			t.Fatalf("%q is read as %v", space+digits, n.Value)
		}
	})
}

func TestUnitText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := Unit{}
		for range rapid.IntRange(0, 5).Draw(t, "factors") {
			v := UnitOf(rapid.SampledFrom([]string{"EUR", "hour", "kilogram", "careHour"}).Draw(t, "name"))
			if rapid.Bool().Draw(t, "above") {
				u = u.Times(v)
			} else {
				u = u.Over(v)
			}
		}
		if back, err := ParseUnit(u.String()); err == nil && !back.Same(u) {
			t.Fatalf("%s came back as %s", u, back)
		}
		if !u.Over(u).IsNumber() || !u.Times(u).Over(u).Same(u) {
			t.Fatalf("%s: not a group", u)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"hours * rate * 1.2", "cel.bind(x, value, x + x)", "{'care': 1.5}[stream] * value", "-(-2) - -3 == 1 ? value : 0",
		"round(value, amount(0.05, 'EUR'), 'up')", "karma['a'] > 0.1 && !(role == 'x') || true ? value : 0", "1e-40*value", "((((", "9223372036854775808.0"} {
		f.Add(text)
	}
	scope := workshop(f)
	f.Fuzz(func(t *testing.T, text string) {
		n, err := Parse(text)
		if err != nil {
			return
		}
		canonical := Print(n)
		again, err := Parse(canonical)
		if len(canonical) > MaxLength/2 {
			return // spelled out, it may pass the limit on length
		}
		if err != nil || !again.Equal(n) {
			t.Fatalf("%q printed as %q: %v", text, canonical, err)
		}
		checked, err := Check(n, scope, UnitOf("EUR"))
		if err != nil {
			return
		}
		v, p := checked.Eval(figures{checked, eve})
		got := NewMachine(checked).Run(batchOf(checked, []map[string]string{eve}))
		if !got.Unfit(0) && (got.Problem[0] != p || (p == NoProblem && v.Cmp(big.NewRat(got.N[0], got.D[0])) != 0)) {
			t.Fatalf("%q: %v %v against %v", text, v, p, got)
		}
		checked.Explain(figures{checked, eve}, "hour")
	})
}

func BenchmarkColumns(b *testing.B) {
	f := checked(b, "hours * rate * clamp(rating, 0.5, 1.5)", "EUR")
	rows := make([]map[string]string, Lanes)
	for i := range rows {
		rows[i] = map[string]string{"hours": fmt.Sprintf("%d/100", i+25), "rate": "12", "rating": fmt.Sprintf("%d/3", i%7)}
	}
	m, batch := NewMachine(f), batchOf(f, rows)
	for b.Loop() {
		m.Run(batch)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*Lanes), "ns/contribution")
}
