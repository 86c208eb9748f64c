package quantity

import (
	"math"
	"testing"

	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

func TestParseLocal(t *testing.T) {
	tests := []struct {
		lang, text string
		unit       Unit
		want, code string
	}{
		// each language's own way
		{"nl", "1.234,56", "EUR", "1234.56", ""},
		{"de", "1.234.567,5", "one", "1234567.5", ""},
		{"en", "1,234.56", "EUR", "1234.56", ""},
		{"fr", "1 234,56", "EUR", "1234.56", ""},
		{"fr", "1\u00a0234,56", "EUR", "1234.56", ""},
		{"fr", "1\u202f234\u202f567", "EUR", "1234567", ""},
		{"de-CH", "1’234.50", "CHF", "1234.5", ""},
		{"de-CH", "1'234.50", "CHF", "1234.5", ""},
		{"en-IN", "12,34,567.8", "INR", "1234567.8", ""},
		{"ar", "١٬٢٣٤٫٥", "one", "1234.5", ""},
		{"sv", "−12,5", "SEK", "-12.5", ""},
		{"nl", "-5", "one", "-5", ""},
		{"en", ".5", "hour", "0.5", ""},
		{"en", "1.234", "hour", "1.234", ""},
		// the unit beside the number
		{"nl", "€ 12,50", "EUR", "12.5", ""},
		{"nl", "-€ 12,50", "EUR", "-12.5", ""},
		{"nl", "€ -12,50", "EUR", "-12.5", ""},
		{"de", "12,50 €", "EUR", "12.5", ""},
		{"en", "12.50 EUR", "EUR", "12.5", ""},
		{"en", "$3", "USD", "3", ""},
		{"en", "2.5 kg", "kilogram", "2.5", ""},
		{"en", "2.5 kilogram", "kilogram", "2.5", ""},
		{"en", "3 €", "USD", "", "quantity.not_a_number"},
		// the other decimal sign, where it can mean nothing else
		{"nl", "1.5", "hour", "1.5", ""},
		{"en", "1,5", "hour", "1.5", ""},
		{"nl", "12.50", "EUR", "12.5", ""},
		{"fr", "0.234", "kilogram", "0.234", ""},
		{"nl", "1,234.56", "EUR", "1234.56", ""},
		{"nl", "1234.567", "one", "1234.567", ""},
		// a fraction of a cent is nothing anybody types
		{"nl", "1.234", "EUR", "1234", ""},
		{"en", "1,234", "EUR", "1234", ""},
		// what could mean two things
		{"nl", "1.234", "hour", "", "quantity.ambiguous"},
		{"en", "1,234", "one", "", "quantity.ambiguous"},
		{"fr", "12.345", "kilogram", "", "quantity.ambiguous"},
		{"nl", "1.234", "BHD", "", "quantity.ambiguous"}, // has three digits
		// what means nothing
		{"nl", "1,234,567", "one", "", "quantity.not_a_number"},
		{"en", "1.234.567", "one", "", "quantity.not_a_number"},
		{"nl", "1.23.456", "one", "", "quantity.not_a_number"},
		{"en", "1..234", "one", "", "quantity.not_a_number"},
		{"en", "1,234 567", "one", "", "quantity.not_a_number"},
		{"en", "0,123,456", "one", "", "quantity.not_a_number"},
		{"en", "12,3456", "EUR", "", "quantity.not_a_number"},
		{"en", "1e5", "one", "", "quantity.not_a_number"},
		{"en", "", "one", "", "quantity.not_a_number"},
		{"en", "-", "one", "", "quantity.not_a_number"},
		{"en", "--5", "one", "", "quantity.not_a_number"},
		{"en", "five", "one", "", "quantity.not_a_number"},
		{"en", "0.0000001", "one", "", "quantity.too_fine"},
		{"en", "99999999999999", "one", "", "quantity.overflow"},
		// time
		{"en", "1:30", "hour", "1.5", ""},
		{"nl", "2,5 uur", "hour", "2.5", ""},
		{"en", "2 care h", "careHour", "2", ""},
		{"en", "1:30", "kilogram", "", "quantity.not_a_number"},
	}
	for _, tt := range tests {
		got, err := ParseLocal(language.MustParse(tt.lang), tt.text, tt.unit)
		if fault.CodeOf(err) != tt.code && (err != nil || tt.code != "") || err == nil && got != MustParse(tt.want, tt.unit) {
			t.Errorf("%s %q = %v, %v; want %s %s", tt.lang, tt.text, got, err, tt.want, tt.code)
		}
	}
}

func TestAmbiguityNamesBothReadings(t *testing.T) {
	_, err := ParseLocal(language.Dutch, "1.234", "hour")
	if want := `"1.234" can mean 1234 or 1,234; write one of these`; fault.As(err) == nil || fault.As(err).Message != want {
		t.Errorf("the message is %v, want %s", err, want)
	}
}

func TestParseDuration(t *testing.T) {
	tests := []struct {
		lang, text string
		unit       Unit
		want, code string
	}{
		{"en", "1:30", "hour", "1.5", ""},
		{"en", "0:20", "hour", "0.333333", ""},
		{"en", "1:30:36", "hour", "1.51", ""},
		{"en", "26:00", "hour", "26", ""},
		{"en", "1:30 h", "loveHour", "1.5", ""},
		{"en", "-1:30", "hour", "-1.5", ""},
		{"en", "1h30", "hour", "1.5", ""},
		{"en", "1h 30m", "hour", "1.5", ""},
		{"en", "1 h 30 min", "hour", "1.5", ""},
		{"en", "1.5h", "hour", "1.5", ""},
		{"en", "2.5", "hour", "2.5", ""},
		{"nl", "1,5 h", "hour", "1.5", ""},
		{"nl", "2 uur", "hour", "2", ""},
		{"de", "2 Std. 15 Minuten", "hour", "2.25", ""},
		{"fr", "2 heures", "careHour", "2", ""},
		{"es", "1 hora 30 minutos", "hour", "1.5", ""},
		{"en", "90 min", "hour", "1.5", ""},
		{"en", "90 min", "minute-Time", "90", ""},
		{"en", "1 day 2 h", "hour", "26", ""},
		{"en", "1 week", "day", "7", ""},
		{"en", "1:30", "minute-Time", "90", ""},
		{"en", "0:90", "hour", "", "quantity.not_a_duration"},
		{"en", "1:5", "hour", "", "quantity.not_a_duration"},
		{"en", "1:-5", "hour", "", "quantity.not_a_duration"},
		{"en", "1:2:3:4", "hour", "", "quantity.not_a_duration"},
		{"en", ":30", "hour", "", "quantity.not_a_duration"},
		{"en", "1h90h", "hour", "", "quantity.not_a_duration"},
		{"en", "30 min 1 h", "hour", "", "quantity.not_a_duration"},
		{"en", "1h -30m", "hour", "", "quantity.not_a_duration"},
		{"en", "1h300", "hour", "", "quantity.not_a_duration"},
		{"en", "2 moons", "hour", "", "quantity.not_a_duration"},
		{"en", "h", "minute-Time", "", "quantity.not_a_number"},
		{"en", "99999999999:00", "hour", "", "quantity.not_a_duration"},
		{"en", "1 week", "month", "", "quantity.not_a_time"},
		{"en", "1:30", "kilogram", "", "quantity.not_a_time"},
	}
	for _, tt := range tests {
		got, err := ParseDuration(language.MustParse(tt.lang), tt.text, tt.unit)
		if fault.CodeOf(err) != tt.code && (err != nil || tt.code != "") || err == nil && got != MustParse(tt.want, tt.unit) {
			t.Errorf("%s %q = %v, %v; want %s %s", tt.lang, tt.text, got, err, tt.want, tt.code)
		}
	}
}

func TestFormat(t *testing.T) {
	unit := FormatOptions{Unit: true}
	tests := []struct {
		lang   string
		amount Amount
		opts   FormatOptions
		want   string
	}{
		{"nl", MustParse("1234.5", "EUR"), FormatOptions{}, "1.234,50"},
		{"nl", MustParse("1234.5", "EUR"), unit, "€\u00a01.234,50"},
		{"en", MustParse("1234.5", "EUR"), unit, "€1,234.50"},
		{"de", MustParse("-1234.5", "EUR"), unit, "-1.234,50\u00a0€"},
		{"en", MustParse("-3", "CHF"), unit, "-CHF\u00a03.00"},
		{"fr", MustParse("1234567", "EUR"), FormatOptions{}, "1\u00a0234\u00a0567,00"},
		{"en-IN", MustParse("1234567", "INR"), FormatOptions{}, "12,34,567.00"},
		{"ar", MustParse("1234.5", "one"), FormatOptions{}, "١٬٢٣٤٫٥"},
		{"en", MustParse("0.0125", "EUR"), FormatOptions{}, "0.0125"}, // no digit is hidden
		{"en", MustParse("1234", "JPY"), FormatOptions{}, "1,234"},
		{"en", MustParse("2.5", "hour"), unit, "2.5\u00a0h"},
		{"nl", MustParse("2.500001", "hour"), FormatOptions{}, "2,500001"},
		{"nl", MustParse("1234.5", "hour"), FormatOptions{Plain: true}, "1234,5"},
		{"nl", MustParse("2.5", "hour"), FormatOptions{Decimals: 2}, "2,50"},
		{"nl", MustParse("0.125", "hour"), FormatOptions{Decimals: 2}, "0,12"},
		{"nl", MustParse("-0.001", "hour"), FormatOptions{Decimals: 2}, "0,00"},
		{"en", MustParse("3", "one"), unit, "3"},
		{"en", MustParse("3", "crate"), unit, "3\u00a0crate"},
		{"en", Micros(math.MinInt64, "one"), FormatOptions{}, "-9,223,372,036,854.775808"},
	}
	for _, tt := range tests {
		if got := Format(language.MustParse(tt.lang), tt.amount, tt.opts); got != tt.want {
			t.Errorf("%s %s = %q, want %q", tt.lang, tt.amount, got, tt.want)
		}
	}
}

var languages = []string{"en", "nl", "de", "fr", "es", "de-CH", "en-IN", "pl", "sv", "ar", "fa", "hi", "he", "pt-PT", "my", "und"}

func TestInvariant13FormatAndParseLocalAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lang := language.MustParse(rapid.SampledFrom(languages).Draw(t, "language"))
		unit := rapid.SampledFrom([]Unit{"EUR", "JPY", "BHD", "hour", "careHour", "kilogram", "one", "crate"}).Draw(t, "unit")
		micros := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-9999, 9999), rapid.Map(rapid.Int64Range(-9_999_999, 9_999_999),
			func(n int64) int64 { return n * 1000 })).Draw(t, "micros")
		a := Micros(micros, unit)
		opts := FormatOptions{Plain: rapid.Bool().Draw(t, "plain"), Unit: rapid.Bool().Draw(t, "unit shown")}
		text := Format(lang, a, opts)
		back, err := ParseLocal(lang, text, unit)
		if !opts.Plain && fault.CodeOf(err) == "quantity.ambiguous" {
			return
		}
		if must(t, back, err) != a {
			t.Fatalf("%s was written %q and read as %s", a, text, back)
		}
	})
}

func FuzzParseLocal(f *testing.F) {
	for _, seed := range []string{"1.234,56", "1,234.56", "1 234,5", "1'234", "1:30", "1h30", "90 min", "€ 5", "-€5", "١٬٢", "1..2", ",", "h", "1:", "−1"} {
		f.Add(seed, uint8(0), uint8(0))
		f.Add(seed, uint8(1), uint8(3))
	}
	units := []Unit{"EUR", "hour", "one", "careHour", "crate", "month", ""}
	f.Fuzz(func(t *testing.T, text string, lang, unit uint8) {
		tag, u := language.MustParse(languages[int(lang)%len(languages)]), units[int(unit)%len(units)]
		a, err := ParseLocal(tag, text, u)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		back, err := ParseLocal(tag, Format(tag, a, FormatOptions{Plain: true}), u)
		if err != nil || back != a {
			t.Fatalf("%q was read as %s, then as %v, %v", text, a, back, err)
		}
	})
}

func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{"1:30", "1:30:15", "1h30", "1 h 30 min", "2 days", "-1:30", "0:90", "1h -3", "1,5 uur", "h", ":::"} {
		f.Add(seed, uint8(0))
		f.Add(seed, uint8(1))
	}
	f.Fuzz(func(t *testing.T, text string, lang uint8) {
		tag := language.MustParse(languages[int(lang)%len(languages)])
		hours, err := ParseDuration(tag, text, "hour")
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		// Where the text is one in care hours too, it says the same, and an hour
		// has sixty minutes.
		care, err := ParseDuration(tag, text, "careHour")
		if err == nil && care.Micros != hours.Micros {
			t.Fatalf("%q is %s and %s", text, hours, care)
		}
		back, err := ParseDuration(tag, Format(tag, hours, FormatOptions{Plain: true}), "hour")
		if err != nil || back != hours {
			t.Fatalf("%q is %s, read back as %v, %v", text, hours, back, err)
		}
	})
}
