package banktable_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"commonweal/books/intake"
	"commonweal/books/intake/banktable"
	"commonweal/platform/fault"
	"commonweal/platform/table"
	"commonweal/quantity"
)

func file(t testing.TB, bank string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + bank + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func read(text string, m banktable.Map) ([]intake.Line, error) {
	statements, err := intake.Collect(banktable.Read(strings.NewReader(text), m))
	var out []intake.Line
	for _, s := range statements {
		out = append(out, s.Lines...)
	}
	return out, err
}

func show(l intake.Line) string {
	balance := ""
	if l.Balance != nil {
		balance = l.Balance.Decimal()
	}
	return fmt.Sprintf("%s %s %s %s|%s|%s|%s|%s|%s|%s|%v %t %s %d", l.Account, l.Day, l.ValueDay, l.Amount, l.Party.Name, l.Party.Account, l.Reference, l.Mandate, l.BankReference, l.Description, l.Charges, l.Reversal, balance, l.From)
}

func TestReady(t *testing.T) {
	want := map[string][]string{
		"ing": {
			"NL20INGB0001234567 2026-03-03  -400 EUR|Ada Verzonnen|GB82WEST12345698765432||||Naam: Ada Verzonnen Omschrijving: Payout of March|[] false  2",
			"NL20INGB0001234567 2026-03-02  1250.5 EUR|Zoë Fictief|DE89370400440532013000||||Invoice 118, two stools|[] false  3"},
		"rabobank": {
			"NL39RABO0300065264 2026-03-02 2026-03-01 1250.5 EUR|Zoë Fictief|DE89370400440532013000|INV-2026-118||000000000000000001|Invoice 118, two stools|[] false 2250.5 2",
			"NL39RABO0300065264 2026-03-03 2026-03-03 -400 EUR|Ada Verzonnen|GB82WEST12345698765432|1234567890123456||000000000000000002|Payout of March|[] false 1850.5 3",
			"NL39RABO0300065264 2026-03-04 2026-03-04 12.05 EUR|Nutsbedrijf Nergens|NL20INGB0001234567||M-5|000000000000000003||[] true 1862.55 4"},
		"triodos": {
			"NL70TRIO0123456789 2026-03-02  1250.5 EUR|Zoë Fictief|DE89370400440532013000||||Invoice 118, two stools|[] false 2250.5 1",
			"NL70TRIO0123456789 2026-03-03  -400 EUR|Ada Verzonnen|GB82WEST12345698765432||||Payout of March|[] false 1850.5 2"},
		"gls": {
			"DE13430609671234567890 2026-03-03 2026-03-03 -400 EUR|Ada Verzonnen|GB82WEST12345698765432||||Payout of March|[] false 1850.5 2",
			"DE13430609671234567890 2026-03-02 2026-03-01 1250.5 EUR|Zoë Fictief|DE89370400440532013000||||Invoice 118, two stools|[] false 2250.5 3"},
		"sparkasse": {
			"DE13430609671234567890 2026-03-03 2026-03-03 -400 EUR|Ada Verzonnen|GB82WEST12345698765432||||Payout of March|[] false  3",
			"DE13430609671234567890 2026-03-02 2026-03-01 1250.5 EUR|Zoë Fictief|DE89370400440532013000|INV-2026-118|||Invoice 118, two stools|[] false  4"},
		"n26": {
			"DE75100110012620778899 2026-03-02 2026-03-01 1250.5 EUR|Zoë Fictief|DE89370400440532013000||||Invoice 118, two stools|[] false  2",
			"DE75100110012620778899 2026-03-03 2026-03-03 -400 EUR|Ada Verzonnen|GB82WEST12345698765432||||Payout of March|[] false  3"},
		"paypal": {
			"PayPal 2026-03-13  1250.5 EUR|Zoë Fictief||INV-2026-118||9AB00000000000001|Two stools|[10 EUR] false  2",
			"PayPal 2026-03-15  -400 USD|Ada Verzonnen||||9AB00000000000003|Payout of March|[] false  4"},
		"stripe": {
			"Stripe 2026-03-02 2026-03-09 1250.5 EUR|||ch_1||txn_1|Two stools|[10 EUR] false  2",
			"Stripe 2026-03-03 2026-03-03 -400 EUR|||po_1||txn_2|STRIPE PAYOUT|[] false  3"},
	}
	for _, m := range banktable.Ready {
		text := file(t, m.Name)
		if found, ok := banktable.Guess([]byte(text)); !ok || found.Name != m.Name {
			t.Errorf("%s is found as %q", m.Name, found.Name)
		}
		account := banktable.Map{}
		if m.Name == "n26" {
			account.Account = "DE75100110012620778899"
		}
		lines, err := read(text, account)
		if err != nil {
			t.Errorf("%s: %v", m.Name, err)
		}
		var got []string
		for _, l := range lines {
			got = append(got, show(l))
			if l.Format != "csv/"+m.Name {
				t.Errorf("format %q", l.Format)
			}
		}
		if !reflect.DeepEqual(got, want[m.Name]) {
			t.Errorf("%s reads as\n%s\nwant\n%s", m.Name, strings.Join(got, "\n"), strings.Join(want[m.Name], "\n"))
		}
		if latin, err := charmap.Windows1252.NewEncoder().String(text); err != nil {
			t.Fatal(err)
		} else if again, err := read(latin, account); err != nil || !reflect.DeepEqual(again, lines) {
			t.Errorf("%s in Windows-1252: %v %v", m.Name, again, err)
		}
		if m.Headerless {
			continue
		}
		if below, ok := banktable.Guess([]byte("Account statement\n\nPeriod;March\n" + text)); !ok || below.Name != m.Name {
			t.Errorf("%s below other lines is found as %q", m.Name, below.Name)
		}
		if again, err := read("Account statement\n\nPeriod;March\n"+text, account); err != nil || len(again) != len(lines) {
			t.Errorf("%s below other lines: %v", m.Name, err)
		}
	}
}

// own is a map of the simplest table.
func own(columns map[banktable.Field][]string) banktable.Map {
	return banktable.Map{Name: "own", Decimal: ",", Days: banktable.DayMonthYear, Account: "X", Unit: "EUR", Columns: columns,
		InWords: []string{"C"}, OutWords: []string{"D"}, Booked: []string{"yes"}, Unbooked: []string{"no"}}
}

type cols = map[banktable.Field][]string

var signed = cols{"day": {"Day"}, "amount": {"Amount"}}

func TestSigns(t *testing.T) {
	sides := cols{"day": {"Day"}, "amount": {"Amount"}, "side": {"Side"}}
	both := cols{"day": {"Day"}, "in": {"In"}, "out": {"Out"}}
	for _, c := range []struct {
		columns cols
		row     string
		want    string // amount, or code
	}{
		{signed, "Day;Amount\n1-3-26;-1.234,50", "-1234.5"},
		{signed, "Day;Amount\n1-3-26;1 234,5 ", "1234.5"},
		{signed, "Day;Amount\n1-3-26;12,50-", "-12.5"},
		{signed, "Day;Amount\n1-3-26;−12,50", "-12.5"},
		{signed, "Day;Amount\n1-3-26;12.50", "books.amount"},
		{signed, "Day;Amount\n1-3-26;1.2,50", "books.amount"},
		{signed, "Day;Amount\n1-3-26;1,234,50", "books.amount"},
		{signed, "Day;Amount\n1-3-26;--1", "books.amount"},
		{signed, "Day;Amount\n1-3-26;1e3", "books.amount"},
		{signed, "Day;Amount\n1-3-26;", "books.amount"},
		{signed, "Day;Amount\n1-3-26;0,0000001", "quantity.too_fine"},
		{sides, "Day;Amount;Side\n1-3-26;12,50;c", "12.5"},
		{sides, "Day;Amount;Side\n1-3-26;12,50;D", "-12.5"},
		{sides, "Day;Amount;Side\n1-3-26;12,50;X", "books.side"},
		{sides, "Day;Amount;Side\n1-3-26;-12,50;D", "books.side"},
		{both, "Day;In;Out\n1-3-26;12,50;", "12.5"},
		{both, "Day;In;Out\n1-3-26;0,00;12,50", "-12.5"},
		{both, "Day;In;Out\n1-3-26;;-12,50", "-12.5"},
		{both, "Day;In;Out\n1-3-26;1,00;1,00", "books.side"},
		{both, "Day;In;Out\n1-3-26;-1,00;", "books.side"},
		{both, "Day;In;Out\n1-3-26;;", "books.amount"},
		{both, "Day;In;Out\n1-3-26;0,00;0,00", "0"},
	} {
		lines, err := read(c.row, own(c.columns))
		got := fault.CodeOf(err)
		if err == nil {
			got = lines[0].Amount.Decimal()
		}
		if got != c.want {
			t.Errorf("%q: %s (%v), want %s", c.row, got, err, c.want)
		}
	}
	inverted := own(signed)
	inverted.Inverted = true
	if lines, err := read("Day;Amount\n1-3-26;5,00", inverted); err != nil || lines[0].Amount.Decimal() != "-5" {
		t.Errorf("inverted: %v %v", lines, err)
	}
}

func TestDays(t *testing.T) {
	for _, c := range []struct {
		text  string
		order banktable.Order
		want  string
	}{
		{"2026-03-04", "", "2026-03-04"}, {"20260304", "", "2026-03-04"}, {"2026/03/04 12:00", "", "2026-03-04"}, {"2026-03-04T12:00Z", "", "2026-03-04"},
		{"04.03.2026", "dmy", "2026-03-04"}, {"3/4/26", "mdy", "2026-03-04"}, {"13/03/2026", "", "2026-03-13"}, {"03/13/2026", "", "2026-03-13"}, {"03/03/2026", "", "2026-03-03"},
		{"04/03/2026", "", "books.ambiguous_day"}, {"30.02.2026", "dmy", "books.day"}, {"0.0.0", "dmy", "books.day"}, {"yesterday", "", "books.day"}, {"", "", "books.day"},
		{"2026-03-04-05", "", "books.day"}, {"99999999", "", "books.day"}, {"+4.03.2026", "dmy", "books.day"},
	} {
		m := own(signed)
		m.Days = c.order
		lines, err := read("Day;Amount\n"+c.text+";1,00", m)
		got := fault.CodeOf(err)
		if err == nil {
			got = lines[0].Day
		}
		if got != c.want {
			t.Errorf("%q %s: %s (%v), want %s", c.text, c.order, got, err, c.want)
		}
	}
}

// Columns in any order, with any separator and quotes, give the same lines.
func TestInvariant2FormChangesNothing(t *testing.T) {
	columns := cols{"day": {"Day"}, "amount": {"Amount"}, "name": {"Name"}, "description": {"Text"}}
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [4]string {
			return [4]string{
				fmt.Sprintf("%02d.%02d.2026", rapid.IntRange(1, 28).Draw(t, "day"), rapid.IntRange(1, 12).Draw(t, "month")),
				strings.Replace(quantity.Micros(rapid.Int64Range(-1e15, 1e15).Draw(t, "micros"), "").Decimal(), ".", ",", 1),
				rapid.StringMatching(`[A-Za-zé;",| ]{0,20}`).Draw(t, "name"),
				rapid.StringMatching(`[A-Za-z;",|\n ]{0,40}`).Draw(t, "text"),
			}
		}), 1, 20).Draw(t, "rows")
		write := func(order []int, comma rune) string {
			var b bytes.Buffer
			w := csv.NewWriter(&b)
			w.Comma = comma
			for _, r := range append([][4]string{{"Day", "Amount", "Name", "Text"}}, rows...) {
				w.Write([]string{r[order[0]], r[order[1]], r[order[2]], r[order[3]]})
			}
			w.Flush()
			return b.String()
		}
		parse := func(text string, comma rune) []string {
			m := own(columns)
			m.Format = table.Format{Delimiter: string(comma), Quote: `"`}
			lines, err := read(text, m)
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			var out []string
			for _, l := range lines {
				l.From, l.To = 0, 0
				out = append(out, fmt.Sprintf("%+v", l))
			}
			return out
		}
		plain := parse(write([]int{0, 1, 2, 3}, ','), ',')
		if len(plain) != len(rows) {
			t.Fatalf("%d rows give %d lines", len(rows), len(plain))
		}
		comma := rapid.SampledFrom([]rune{',', ';', '\t', '|'}).Draw(t, "comma")
		if other := parse(write(rapid.Permutation([]int{0, 1, 2, 3}).Draw(t, "order"), comma), comma); !reflect.DeepEqual(plain, other) {
			t.Fatalf("%v\n%v", plain, other)
		}
	})
}

func TestRefusals(t *testing.T) {
	rabobank := file(t, "rabobank")
	for name, c := range map[string]struct {
		text, code, field string
		line              int
		m                 banktable.Map
	}{
		"a dropped row":         {strings.Join(append(strings.Split(rabobank, "\n")[:2], strings.Split(rabobank, "\n")[3:]...), "\n"), "books.line_balance", "balance", 3, banktable.Map{}},
		"a changed amount":      {strings.Replace(rabobank, "-400,00", "-401,00", 1), "books.line_balance", "balance", 3, banktable.Map{}},
		"another currency":      {strings.Replace(rabobank, `"EUR"`, `"EUX"`, 1), "books.currency", "currency", 2, banktable.Map{}},
		"an unknown table":      {"a,b\n1,2\n", "books.map", "", 0, banktable.Map{}},
		"nothing":               {"", "books.map", "", 0, banktable.Map{}},
		"no account":            {file(t, "n26"), "books.row_account", "account", 2, banktable.Map{}},
		"a missing column":      {"Day;Sum\n1-3-26;1,00", "books.column", "amount", 0, own(signed)},
		"a missing cell":        {"Day;Amount\n1-3-26", "intake.cells", "", 2, own(signed)},
		"a status of its own":   {"Day;Amount;S\n1-3-26;1,00;perhaps", "books.status", "status", 2, own(cols{"day": {"Day"}, "amount": {"Amount"}, "status": {"S"}})},
		"no day column":         {"Day;Amount\n", "books.map", "day", 0, own(cols{"amount": {"Amount"}})},
		"both ways of amounts":  {"Day;Amount\n", "books.map", "amount", 0, own(cols{"day": {"Day"}, "amount": {"Amount"}, "in": {"In"}})},
		"no way of amounts":     {"Day;Amount\n", "books.map", "amount", 0, own(cols{"day": {"Day"}})},
		"a side without amount": {"Day;Amount\n", "books.map", "side", 0, own(cols{"day": {"Day"}, "in": {"In"}, "side": {"S"}})},
	} {
		_, err := read(c.text, c.m)
		if e := fault.As(err); e == nil || e.Code != c.code || e.Field != c.field || e.Line != c.line {
			t.Errorf("%s: %v (%s), want %s of %q at line %d", name, err, fault.CodeOf(err), c.code, c.field, c.line)
		}
	}
	m := own(signed)
	m.Decimal = ""
	if _, err := read("Day;Amount\n", m); fault.CodeOf(err) != "books.map" {
		t.Errorf("no decimal mark: %v", err)
	}
}

func TestSuggest(t *testing.T) {
	m := banktable.Suggest([]string{"Datum", "Bedrag", "Omschrijving-1", "Whatever", "Naam tegenpartij"})
	want := cols{"day": {"Datum"}, "amount": {"Bedrag"}, "description": {"Omschrijving-1"}, "name": {"Naam tegenpartij"}}
	if !reflect.DeepEqual(m.Columns, want) {
		t.Errorf("suggested %v", m.Columns)
	}
}

// Rows of several accounts are statements of several accounts.
func TestAccounts(t *testing.T) {
	m := own(cols{"day": {"Day"}, "amount": {"Amount"}, "account": {"A"}})
	s, err := intake.Collect(banktable.Read(strings.NewReader("Day;Amount;A\n1-3-26;1,00;a\n1-3-26;2,00;a\n1-3-26;3,00;b\n"), m))
	if err != nil || len(s) != 2 || len(s[0].Lines) != 2 || s[1].Opening.Account != "b" || s[1].Closing.Lines != 1 {
		t.Errorf("%+v, %v", s, err)
	}
}

func FuzzRead(f *testing.F) {
	for _, m := range banktable.Ready {
		f.Add([]byte(file(f, m.Name)))
	}
	f.Add([]byte("Day;Amount\n1-3-26;1,00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, m := range []banktable.Map{{Account: "X"}, own(signed)} {
			_, err := intake.Collect(banktable.Read(bytes.NewReader(data), m))
			if err != nil && fault.As(err) == nil {
				t.Fatalf("no fault: %v", err)
			}
		}
	})
}
