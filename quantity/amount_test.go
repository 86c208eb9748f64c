package quantity

import (
	"encoding/json"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

func TestParse(t *testing.T) {
	tests := []struct {
		text string
		want int64
		code string
	}{
		{"2.5", 2_500_000, ""},
		{"-0.000001", -1, ""},
		{"-0", 0, ""},
		{"007", 7_000_000, ""},
		{"1.5000000000", 1_500_000, ""},
		{"9223372036854.775807", math.MaxInt64, ""},
		{"-9223372036854.775808", math.MinInt64, ""},
		{"9223372036854.775808", 0, "quantity.overflow"},
		{"99999999999999999999999999999999", 0, "quantity.overflow"},
		{"0.0000001", 0, "quantity.too_fine"},
		{"", 0, "quantity.not_a_number"},
		{"-", 0, "quantity.not_a_number"},
		{"--1", 0, "quantity.not_a_number"},
		{"+1", 0, "quantity.not_a_number"},
		{".5", 0, "quantity.not_a_number"},
		{"5.", 0, "quantity.not_a_number"},
		{"1e3", 0, "quantity.not_a_number"},
		{"1,5", 0, "quantity.not_a_number"},
		{"0x10", 0, "quantity.not_a_number"},
		{"NaN", 0, "quantity.not_a_number"},
		{"١", 0, "quantity.not_a_number"},
		{" 1", 0, "quantity.not_a_number"},
	}
	for _, tt := range tests {
		got, err := Parse(tt.text, "hour")
		if tt.code == "" && (err != nil || got != Micros(tt.want, "hour")) || tt.code != "" && fault.CodeOf(err) != tt.code {
			t.Errorf("Parse(%q) = %v, %v; want %d %s", tt.text, got, err, tt.want, tt.code)
		}
	}
}

// reference is arithmetic on big integers, refused outside int64.
func reference(n *big.Int) (int64, bool) { return n.Int64(), n.IsInt64() }

func TestInvariant14Arithmetic(t *testing.T) {
	number := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-20, 20), rapid.SampledFrom([]int64{math.MinInt64, math.MinInt64 + 1, math.MaxInt64}))
	rapid.Check(t, func(t *rapid.T) {
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		for _, op := range []struct {
			name string
			fast func(a, b int64) (int64, error)
			slow func(z, a, b *big.Int) *big.Int
		}{{"+", AddMicros, (*big.Int).Add}, {"-", SubMicros, (*big.Int).Sub}} {
			want, fits := reference(op.slow(new(big.Int), big.NewInt(a), big.NewInt(b)))
			if got, err := op.fast(a, b); (err == nil) != fits || (fits && got != want) {
				t.Fatalf("%d %s %d = %d, %v; want %d", a, op.name, b, got, err, want)
			}
		}
	})
}

func TestMulDivAtTheEdges(t *testing.T) {
	const overflow = "quantity.overflow"
	tests := []struct {
		a, num, den int64
		r           Rounding
		want        int64
		code        string
	}{
		{5, 1, 2, HalfEven, 2, ""}, {7, 1, 2, HalfEven, 4, ""}, {5, 1, 2, HalfUp, 3, ""}, {-5, 1, 2, HalfUp, -3, ""},
		{5, 1, 2, Down, 2, ""}, {5, 1, 2, Up, 3, ""}, {-5, 1, 2, Floor, -3, ""}, {5, -1, -2, HalfEven, 2, ""},
		{math.MinInt64, 1, 1, Down, math.MinInt64, ""},
		{math.MinInt64, -1, 1, Down, 0, overflow},
		{math.MaxInt64, math.MaxInt64, math.MaxInt64, HalfEven, math.MaxInt64, ""},
		{math.MaxInt64, 3, 2, Up, 0, overflow},
		{145295143558111, 253921, 2, Up, 0, overflow}, // the quotient is 2^64 - 1 and a half
		{math.MaxInt64, math.MaxInt64, 1, Down, 0, overflow},
		{1, 1, 0, Down, 0, "quantity.divide_by_zero"},
	}
	for _, tt := range tests {
		got, err := MulDivMicros(tt.a, tt.num, tt.den, tt.r)
		if got != tt.want || (err == nil) != (tt.code == "") || (err != nil && fault.CodeOf(err) != tt.code) {
			t.Errorf("%d · %d / %d = %d, %v; want %d %s", tt.a, tt.num, tt.den, got, err, tt.want, tt.code)
		}
	}
}

func TestInvariant14MulDiv(t *testing.T) {
	small := rapid.Int64Range(-20, 20)
	large := rapid.OneOf(rapid.Int64(), small, rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64}))
	rapid.Check(t, func(t *rapid.T) {
		number := large
		if rapid.Bool().Draw(t, "small") { // where ties are frequent
			number = small
		}
		a, num, den := number.Draw(t, "a"), number.Draw(t, "num"), number.Draw(t, "den")
		r := rapid.SampledFrom([]Rounding{HalfEven, HalfUp, Down, Up, Floor}).Draw(t, "rounding")
		got, err := MulDivMicros(a, num, den, r)
		if den == 0 {
			if fault.CodeOf(err) != "quantity.divide_by_zero" {
				t.Fatalf("division by zero: %v", err)
			}
			return
		}
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(a), big.NewInt(num)), big.NewInt(den))
		want, fits := reference(roundRat(exact, r))
		if (err == nil) != fits || (fits && got != want) {
			t.Fatalf("%d · %d / %d = %d, %v; want %d", a, num, den, got, err, want)
		}
	})
}

// roundRat rounds by the definition of each rounding: of the whole numbers
// around the value it takes the one the definition names.
func roundRat(v *big.Rat, r Rounding) *big.Int {
	low := new(big.Int).Div(v.Num(), v.Denom())
	high := new(big.Int).Add(low, big.NewInt(1))
	fraction := new(big.Rat).Sub(v, new(big.Rat).SetInt(low))
	toward, away := low, high // of zero, for positive values
	if v.Sign() < 0 {
		toward, away = high, low
	}
	switch half := fraction.Cmp(big.NewRat(1, 2)); {
	case fraction.Sign() == 0 || r == Floor:
		return low
	case r == Up || (r == HalfUp && half == 0):
		return away
	case r == Down:
		return toward
	case half < 0 || (half == 0 && low.Bit(0) == 0):
		return low
	}
	return high
}

func TestRoundTo(t *testing.T) {
	tests := []struct {
		amount string
		step   int64
		r      Rounding
		want   string
	}{
		{"0.125", 10_000, HalfEven, "0.12"},
		{"0.135", 10_000, HalfEven, "0.14"},
		{"0.125", 10_000, HalfUp, "0.13"},
		{"-0.125", 10_000, HalfUp, "-0.13"},
		{"-0.121", 10_000, Floor, "-0.13"},
		{"-0.129", 10_000, Down, "-0.12"},
		{"0.121", 10_000, Up, "0.13"},
		{"1234", 50_000_000, HalfEven, "1250"},
		{"7", 1_000_000, HalfEven, "7"},
	}
	for _, tt := range tests {
		got, err := MustParse(tt.amount, "EUR").RoundTo(tt.step, tt.r)
		if err != nil || got.Decimal() != tt.want {
			t.Errorf("%s to steps of %d: %s, %v; want %s", tt.amount, tt.step, got, err, tt.want)
		}
	}
	if _, err := Of(1, "EUR").RoundTo(0, Down); fault.CodeOf(err) != "quantity.bad_step" {
		t.Errorf("a step of zero: %v", err)
	}
	if _, err := Micros(math.MaxInt64, "EUR").RoundTo(1_000_000, Up); fault.CodeOf(err) != "quantity.overflow" {
		t.Errorf("rounding beyond the largest amount: %v", err)
	}
}

func TestUnitsNeverMix(t *testing.T) {
	hour, euro := Of(1, "hour"), Of(1, "EUR")
	_, add := hour.Add(euro)
	_, sub := hour.Sub(euro)
	_, cmp := hour.Cmp(euro)
	for _, err := range []error{add, sub, cmp} {
		if fault.CodeOf(err) != "quantity.unit_mismatch" {
			t.Errorf("hours met euros: %v", err)
		}
	}
	if got, err := Micros(-1, "hour").Sub(Micros(math.MinInt64, "hour")); err != nil || got.Micros != math.MaxInt64 {
		t.Errorf("-1 minus the smallest amount = %v, %v", got, err)
	}
}

func TestJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Micros(rapid.Int64().Draw(t, "micros"), "EUR")
		if back := restore(t, a); back != a {
			t.Fatalf("%v came back as %v", a, back)
		}
	})
	for _, bad := range []string{`{"unit":"EUR","value":1.5}`, `{"unit":"EUR","value":"x"}`, `{"unit":"EUR"}`, `[]`} {
		var a Amount
		if err := json.Unmarshal([]byte(bad), &a); err == nil {
			t.Errorf("%s was read as %v", bad, a)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"2.5", "-0.000001", "9223372036854.775807", "-9223372036854.775808", "1e9", "0.0000000", "", "٣"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := Parse(text, "hour")
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		exact, ok := new(big.Rat).SetString(text)
		if !ok || exact.Cmp(a.Rat()) != 0 {
			t.Fatalf("%q was read as %s", text, a)
		}
		if again := MustParse(a.Decimal(), "hour"); again != a {
			t.Fatalf("%s was read back as %s", a, again)
		}
	})
}
