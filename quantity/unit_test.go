package quantity

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

func TestConversions(t *testing.T) {
	tests := []struct{ from, unit, to, want string }{
		{"1", "inch-International", "millimetre", "25.4"},
		{"1", "mile-Statute", "kilometre", "1.609344"},
		{"1", "hectare", "squareMetre", "10000"},
		{"1", "acre-International", "squareMetre", "4046.856422"}, // exactly …4224
		{"1", "gallon-US", "litre", "3.785412"},
		{"1", "gallon-Imperial", "litre", "4.54609"},
		{"3", "teaspoon-US", "tablespoon-US", "1"},
		{"16", "tablespoon-US", "cup-USCustomary", "1"},
		{"1", "bushel-US", "litre", "35.23907"},
		{"1", "poundAvoirdupois", "kilogram", "0.453592"},
		{"7000", "grain", "poundAvoirdupois", "1"},
		{"1", "tonne", "kilogram", "1000"},
		{"90", "minute-Time", "hour", "1.5"},
		{"2", "week", "day", "14"},
		{"36", "kilometrePerHour", "metrePerSecond-Time", "10"},
		{"1", "kilowattHour", "megajoule", "3.6"},
		{"1", "horsepower-British", "watt", "745.699872"},
		{"1", "horsepower-Metric", "watt", "735.49875"},
		{"1", "poundForcePerSquareInch", "pascal", "6894.757293"},
		{"1", "atmosphere-Standard", "bar", "1.01325"},
		{"180", "degree", "gon", "200"},
		{"1", "gibibyte", "byte", "1073741824"},
		{"2", "dozen", "one", "24"},
		{"9", "degreeRankine", "kelvin", "5"},
		{"80", "gramPerSquareMetre", "kilogramPerSquareMetre", "0.08"},
		{"2", "careHour", "careHour", "2"},
	}
	for _, tt := range tests {
		got, err := Convert(MustParse(tt.from, Unit(tt.unit)), Unit(tt.to), HalfEven)
		if err != nil || got.Decimal() != tt.want || got.Unit != Unit(tt.to) {
			t.Errorf("%s %s = %s, %v; want %s %s", tt.from, tt.unit, got, err, tt.want, tt.to)
		}
	}
}

func TestConversionRefusals(t *testing.T) {
	tests := []struct {
		from, to Unit
		code     string
	}{
		{"hour", "kilogram", "quantity.dimension"},
		{"careHour", "hour", "quantity.dimension"},
		{"loveHour", "careHour", "quantity.dimension"},
		{"EUR", "USD", "quantity.dimension"},
		{"credit", "EUR", "quantity.dimension"},
		{"joule", "newtonMetre", "quantity.dimension"}, // energy is no torque
		{"degreeCelsius", "kelvin", "quantity.affine_unit"},
		{"degreeCelsius", "degreeFahrenheit", "quantity.affine_unit"},
		{"month", "day", "quantity.no_exact_factor"},
		{"day", "year", "quantity.no_exact_factor"},
		{"radian", "degree", "quantity.no_exact_factor"},
		{"crate", "one", "quantity.unknown_unit"},
		{"one", "", "quantity.unknown_unit"},
	}
	for _, tt := range tests {
		if _, err := Convert(Of(1, tt.from), tt.to, HalfEven); fault.CodeOf(err) != tt.code {
			t.Errorf("%s to %s: %v, want %s", tt.from, tt.to, err, tt.code)
		}
	}
	if _, err := Convert(Of(9_000_000_000_000, "terabyte"), "bit", Down); fault.CodeOf(err) != "quantity.overflow" {
		t.Errorf("a conversion beyond the largest amount: %v", err)
	}
}

func TestInvariant12ConversionThereAndBack(t *testing.T) {
	var exact []Info
	for _, i := range Units() {
		if i.Factor != nil {
			exact = append(exact, i)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.SampledFrom(exact).Draw(t, "from")
		var peers []Info
		for _, i := range exact {
			if i.Dimension == from.Dimension {
				peers = append(peers, i)
			}
		}
		to, third := rapid.SampledFrom(peers).Draw(t, "to"), rapid.SampledFrom(peers).Draw(t, "third")
		direct, err := ConversionFactor(from.Unit, third.Unit)
		must(t, direct, err)
		first, err := ConversionFactor(from.Unit, to.Unit)
		must(t, first, err)
		second, err := ConversionFactor(to.Unit, third.Unit)
		must(t, second, err)
		if new(big.Rat).Mul(first, second).Cmp(direct) != 0 {
			t.Fatalf("%s to %s to %s differs from the direct factor", from.Unit, to.Unit, third.Unit)
		}
		a := Micros(rapid.Int64Range(-1e12, 1e12).Draw(t, "micros"), from.Unit)
		there, err := Convert(a, to.Unit, HalfEven)
		if fault.CodeOf(err) == "quantity.overflow" {
			return
		}
		back := new(big.Rat).Quo(must(t, there, err).Rat(), first)
		step := new(big.Rat).Quo(big.NewRat(1, Scale), first)
		if off := back.Sub(back, a.Rat()); off.Abs(off).Cmp(step) > 0 {
			t.Fatalf("%s became %s, off by %s", a, there, off.FloatString(9))
		}
	})
}

func TestTable(t *testing.T) {
	coherent, measures, active := map[Dimension]int{}, 0, 0
	for _, i := range Units() {
		if i.Label == "" || i.Dimension == "" || i.LabelKey != "unit."+string(i.Unit) || strings.ContainsAny(string(i.Unit), " \t") {
			t.Errorf("%+v is incomplete", i)
		}
		if i.Factor != nil && i.Factor.Cmp(big.NewRat(1, 1)) == 0 {
			coherent[i.Dimension]++
		}
		switch {
		case i.Currency == nil:
			measures++
		case i.Currency.Withdrawn == "":
			active++
		}
	}
	if measures < 120 || active < 170 {
		t.Errorf("%d measures and %d active currencies", measures, active)
	}
	for _, i := range Units() {
		if coherent[i.Dimension] == 0 && !i.Affine && i.Factor != nil && i.Dimension != "ratio" {
			t.Errorf("%s has no coherent unit of %s", i.Unit, i.Dimension)
		}
	}
}

func TestLookup(t *testing.T) {
	kg, ok := Lookup("kilogram")
	if !ok || kg.OM != "http://www.ontology-of-units-of-measure.org/resource/om-2/kilogram" || kg.Symbol != "kg" {
		t.Errorf("kilogram is %+v", kg)
	}
	for _, id := range []string{kg.OM, "om:kilogram", "om2:kilogram"} {
		if got, ok := LookupOM(id); !ok || got.Unit != "kilogram" {
			t.Errorf("LookupOM(%q) = %+v", id, got)
		}
	}
	for _, id := range []string{"om:careHour", "om:EUR", "kilogram", "om:flurb", ""} {
		if got, ok := LookupOM(id); ok {
			t.Errorf("LookupOM(%q) = %+v", id, got)
		}
	}
	if _, ok := Lookup("crate"); ok {
		t.Error("a crate is no unit of the table")
	}
}

func TestSteps(t *testing.T) {
	for unit, want := range map[Unit]int64{
		"EUR": 10_000, "JPY": 1_000_000, "BHD": 1_000, "CLF": 100, "XAU": 1, "hour": 1, "crate": 1,
	} {
		if got := unit.Step(); got != want {
			t.Errorf("%s has the step %d, want %d", unit, got, want)
		}
	}
	if lev, ok := Lookup("BGN"); !ok || lev.Currency.Withdrawn != "2026-01-01" {
		t.Errorf("the lev is %+v", lev.Currency)
	}
}
