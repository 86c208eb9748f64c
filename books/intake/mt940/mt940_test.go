package mt940_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/books/intake"
	"commonweal/books/intake/mt940"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

func file(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// show writes a line's content in one row of text.
func show(l intake.Line) string {
	return fmt.Sprintf("%s %s %s|%s|%s|%s|%s|%s|%s|%t", l.Day, l.ValueDay, l.Amount.Decimal(), l.Party.Name, l.Party.Account, l.Reference, l.Mandate, l.BankReference, l.Description, l.Reversal)
}

func TestDialects(t *testing.T) {
	for name, want := range map[string]struct {
		account intake.Account
		lines   []string
	}{
		"ing.sta": {"NL20INGB0001234567", []string{
			"2026-03-02 2026-03-02 250.5|Zo Fictief|DE89370400440532013000|INV-2026-118||26061000000001|Invoice 118, two stools and/or a table|false",
			"2026-03-02 2026-03-02 -400|Ada Verzonnen|GB82WEST12345698765432|1234567890123456|M-5|26061000000002||false",
			"2026-03-02 2026-03-02 12.05|Nutsbedrijf Nergens|NL39RABO0300065264|||26061000000003|MS03 Returned|true"}},
		"sparkasse.sta": {"43060967/1234567890", []string{
			"2026-03-02 2026-03-01 250.5|Zoe Fictief|DE89370400440532013000|INV-2026-118|||Invoice 118, two stools and a table|false",
			"2026-03-02 2026-03-02 -400|Ada Verzonnen|GB82WEST12345698765432|PAY-1|M-5||Payout of March|false",
			"2026-03-02 2026-03-02 12.05|Nutsbedrijf Nergens|||||Returned|true",
			"2026-03-03 2026-03-03 -0.55||||||Fee for March|false"}},
		"rabobank.swi": {"NL39RABO0300065264", []string{
			"2026-03-02 2026-03-02 250.5|Zoe Fictief|DE89370400440532013000|INV-2026-118|||Invoice 118, two stools|false",
			"2026-03-02 2026-03-02 -387.95||||||Kosten betaalpakket februari|false"}},
		"abn.sta": {"417164300", []string{
			"2026-03-02 2026-03-02 250.5|Zoe Fictief|DE89370400440532013000|INV-2026-118|||Invoice 118, two stools|false",
			"2026-03-02 2026-03-02 -387.95|Ada Verzonnen|GB82WEST12345698765432|PAY-1|||SEPA OVERBOEKING Payout of March|false"}},
	} {
		statements, err := intake.Collect(mt940.Read(strings.NewReader(file(t, name))))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, s := range statements {
			if s.Opening.Account != want.account {
				t.Errorf("%s is of %s", name, s.Opening.Account)
			}
			for _, l := range s.Lines {
				got = append(got, show(l))
			}
		}
		if !reflect.DeepEqual(got, want.lines) {
			t.Errorf("%s reads as\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want.lines, "\n"))
		}
	}
}

// Texts of one movement, and what is read of them.
func TestTexts(t *testing.T) {
	for name, c := range map[string]struct{ movement, text, want string }{
		"ASN":                    {"260105D65,00NOVBNL39RABO0300065264\nzoe fictief", "NL39RABO0300065264 zoe fictief\n" + strings.Repeat(" ", 65) + "\nTwo stools", "zoe fictief|NL39RABO0300065264||||Two stools"},
		"SNS, national":          {"260105D65,00NIOB0987654321\nzoe fictief", "0987654321 zoe fictief\nTwo stools", "zoe fictief|0987654321||||Two stools"},
		"Triodos":                {"260105D65,00N000NONREF", "000>100987654321\n>20RENT OF THE WORKSHOP FROM M>21ARCH TO APRIL>310390123456", "|0390123456||||RENT OF THE WORKSHOP FROM MARCH TO APRIL"},
		"PostFinance":            {"260105C65,00FMSC01916//NONREF\n20131209007602198765432000000012", "GIRO FROM ZOE", "||01916||NONREF|20131209007602198765432000000012 GIRO FROM ZOE"},
		"a return with message":  {"260105C65,00NTRFNONREF", "159?00RETOURE?20EREF+PAY 40005 00005?21MTLG:Not specifi?22ed?34914", "||PAY 40005 00005|||Not specifi ed"},
		"a reference cut in two": {"260105C65,00NTRFKREF+", "166?00X?20EREF+EndToEndIdTFNR20004000?2101?22SVWZ+Thanks", "||EndToEndIdTFNR2000400001|||Thanks"},
		"words within":           {"260105C65,00NTRFNONREF", "166?00X?20SVWZ+Thanks EREF+E1?21MREF+M1 CRED+DE98", "||E1|M1||Thanks"},
		"payment reference":      {"260105D9,N192NONREF", "GIRO   428428 PHONES         BETALINGSKENM.  000000042188659\n5314606715                       BETREFT INVOICE OF MAY", "||0000000421886595314606715|||GIRO 428428 PHONES BETREFT INVOICE OF MAY"},
		"own end-to-end NONREF":  {"260105D9,N192NONREF", "116?00X?20EREF+NONREF?21SVWZ+fu/r Zoe", "|||||fu/r Zoe"},
		"nothing":                {"260105D1,65NDIV", " ", "|||||"},
	} {
		l, err := first(t, statement(c.movement, ":86:"+c.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_, got, _ := strings.Cut(show(*l), "|")
		if got = strings.TrimSuffix(got, "|false"); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestOneStatement(t *testing.T) {
	s, err := intake.Collect(mt940.Read(strings.NewReader(file(t, "sparkasse.sta"))))
	if err != nil || len(s) != 2 {
		t.Fatal(len(s), err)
	}
	if o := s[0].Opening; o.Number != "00042/001" || o.Unit != "EUR" || o.At != 1 || *o.Balance != (intake.Balance{Day: "2026-03-01", Amount: quantity.MustParse("1000", "EUR")}) {
		t.Errorf("opening %+v", o)
	}
	if l := s[0].Lines[1]; l.From != 9 || l.To != 12 || l.Code != "116 EINZELUEBERWEISUNG" {
		t.Errorf("line %+v", l)
	}
	if c := s[1].Closing; c.Lines != 1 || c.At != 23 {
		t.Errorf("closing %+v", c)
	}
}

// statement writes one with a single movement.
func statement(movement string, more ...string) string {
	return ":20:X\n:25:NL20INGB0001234567\n:28C:1\n:60F:C260101EUR0,00\n:61:" + movement + "\n" + strings.Join(append(more, ":62F:C260131EUR0,00", "-"), "\n")
}

// The first movement of a file that may not add up.
func first(t *testing.T, text string) (*intake.Line, error) {
	t.Helper()
	for record, err := range mt940.Read(strings.NewReader(text)) {
		if err != nil {
			return nil, err
		}
		if l, ok := record.(*intake.Line); ok {
			return l, nil
		}
	}
	t.Fatal("no line")
	return nil, nil
}

func TestMarksAndDays(t *testing.T) {
	for movement, want := range map[string]string{
		"260105C1,50NTRFNONREF":            "2026-01-05 2026-01-05 1.5|||||||false",
		"260105D1,50NTRFNONREF":            "2026-01-05 2026-01-05 -1.5|||||||false",
		"260105RC1,50NTRFNONREF":           "2026-01-05 2026-01-05 -1.5|||||||true",
		"260105RD1,50NTRFNONREF":           "2026-01-05 2026-01-05 1.5|||||||true",
		"260105CR1,NTRFabc//B 1":           "2026-01-05 2026-01-05 1|||abc||B 1||false",
		"2512310102DR,05NMSC":              "2026-01-02 2025-12-31 -0.05|||||||false",
		"2601021231C1.234,5NMSC//":         "2025-12-31 2026-01-02 1234.5|||||||false",
		"2802280229C1,NTRF":                "2028-02-29 2028-02-28 1|||||||false",
		"991231C1,NTRF":                    "1999-12-31 1999-12-31 1|||||||false",
		"260105C1,5S103REF WITH / SLASH":   "2026-01-05 2026-01-05 1.5|||REF WITH / SLASH||||false",
		"260105RDR7,00NTRFNONREF//B\nNote": "2026-01-05 2026-01-05 7|||||B|Note|true",
	} {
		if l, err := first(t, statement(movement)); err != nil || show(*l) != want {
			t.Errorf("%s: %v %v, want %s", movement, l, err, want)
		}
	}
}

// Whatever the text of a movement, its day, amount and sign stay, and each of
// its words stands somewhere.
func TestInvariant2And3TextsChangeNoMovement(t *testing.T) {
	word := rapid.StringMatching(`[a-zA-Z0-9.,:()'+]{1,12}`)
	rapid.Check(t, func(t *rapid.T) {
		a := quantity.Micros(rapid.Int64Range(1, 1_000_000_000).Draw(t, "cents")*10_000, "EUR")
		words := rapid.SliceOfN(word, 1, 12).Draw(t, "words")
		text := strings.Join(words, " ")
		wrapped := text
		if len(wrapped) > 65 {
			wrapped = wrapped[:65] + "\n" + wrapped[65:]
		}
		whole, cents, _ := strings.Cut(a.Decimal(), ".")
		movement := "260105D" + whole + "," + cents + "NTRFNONREF"
		chunks := ""
		for i := 0; i < len(text); i += 27 {
			chunks += fmt.Sprintf("?%02d%s", 20+i/27, text[i:min(i+27, len(text))])
		}
		for _, field := range []string{wrapped, "/REMI/USTD//" + text + "/", "166?00XX" + chunks} {
			for record, err := range mt940.Read(strings.NewReader(statement(movement, ":86:"+field))) {
				l, ok := record.(*intake.Line)
				if !ok {
					continue
				}
				if err != nil || l.Day != "2026-01-05" || l.Amount.Micros != -a.Micros {
					t.Fatalf("%q: %+v %v", field, l, err)
				}
				told := l.Description + l.Reference + l.Party.Name + string(l.Party.Account) + l.Mandate
				if !strings.Contains(squeeze(told), squeeze(text)) {
					t.Fatalf("%q tells %q", field, told)
				}
			}
		}
	})
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func TestRefusals(t *testing.T) {
	ing := file(t, "ing.sta")
	for name, c := range map[string]struct {
		old, new, code string
		line           int
	}{
		"a changed amount":    {"C250,50", "C250,51", "books.statement_balance", 17},
		"a dropped movement":  {":61:2603020302RD12,05NRTI//26061000000003\n", "", "books.statement_balance", 16},
		"no amount":           {"C250,50", "C", "books.mt940_field", 6},
		"two commas":          {"C250,50", "C2,50,50", "books.amount", 6},
		"a mark of its own":   {"0302C250", "0302X250", "books.mt940_field", 6},
		"too large":           {"C250,50", "C99999999999999,50", "quantity.overflow", 6},
		"no day":              {"2603020302C", "2613020302C", "books.day", 6},
		"no day booked":       {"2603020302C", "2603020230C", "books.day", 6},
		"no account":          {":25:NL20INGB0001234567EUR\n", "", "books.mt940_order", 4},
		"no opening":          {":60F:C260301EUR1000,00\n", "", "books.mt940_order", 5},
		"no closing":          {":62F:C260302EUR862,55\n", "", "books.mt940_order", 20},
		"another currency":    {":62F:C260302EUR", ":62F:C260302USD", "books.mt940_field", 17},
		"no currency":         {":60F:C260301EUR", ":60F:C260301XXY", "books.currency", 5},
		"no balance":          {":60F:C260301EUR1000,00", ":60F:C260301", "books.mt940_field", 5},
		"two openings":        {":28C:00042\n", ":60F:C260301EUR1000,00\n", "books.mt940_order", 5},
		"another file":        {ing, "Datum;Bedrag\n", "books.mt940_none", 0},
		"a zero byte":         {"Invoice", "Invo\x00ce", "books.not_text", 9},
		"a line without end":  {"Invoice", strings.Repeat("a", 70_000), "books.line_too_long", 9},
		"a field without end": {"Invoice", strings.Repeat("a\n", 300), "books.mt940_field", 8},
	} {
		_, err := intake.Collect(mt940.Read(strings.NewReader(strings.Replace(ing, c.old, c.new, 1))))
		if e := fault.As(err); e == nil || e.Code != c.code || e.Line != c.line {
			t.Errorf("%s: %v (%s), want %s at line %d", name, err, fault.CodeOf(err), c.code, c.line)
		}
	}
}

// Pages of one statement go on from each other.
func TestPages(t *testing.T) {
	page := func(open, amount, close string) string {
		return ":20:P\n:25:NL20INGB0001234567\n:28C:1/1\n:60" + open + "\n:61:260105C" + amount + "NTRFNONREF\n:62" + close + "\n-\n"
	}
	whole := page("F:C260101EUR0,", "5,", "M:C260105EUR5,") + page("M:C260105EUR5,", "6,", "F:C260105EUR11,")
	if s, err := intake.Collect(mt940.Read(strings.NewReader(whole))); err != nil || len(s) != 2 {
		t.Errorf("pages: %v", err)
	}
	missing := page("F:C260101EUR0,", "5,", "M:C260105EUR5,") + page("M:C260105EUR8,", "6,", "F:C260105EUR14,")
	if _, err := intake.Collect(mt940.Read(strings.NewReader(missing))); fault.CodeOf(err) != "books.page_balance" {
		t.Errorf("a missing page: %v", err)
	}
}

// Bytes that are not UTF-8 are those of a Western European bank.
func TestEncodings(t *testing.T) {
	for _, name := range []string{"Zo\xeb Fictief", "Zoë Fictief"} {
		l, err := first(t, statement("260105C1,NTRFNONREF", ":86:/NAME/"+name+"/REMI/x/"))
		if err != nil || l.Party.Name != "Zoë Fictief" {
			t.Errorf("%q: %+v, %v", name, l, err)
		}
	}
}

type endless struct{ text string }

func (e endless) Read(p []byte) (int, error) { return copy(p, e.text), nil }

// A reader that stops gets no more, from a file without end either.
func TestStreams(t *testing.T) {
	in := io.MultiReader(strings.NewReader(":20:X\n:25:NL20INGB0001234567\n:60F:C260101EUR0,00\n"), endless{":61:260105C1,NTRFNONREF\n"})
	n := 0
	for _, err := range mt940.Read(in) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 10_000 {
			break
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"ing.sta", "sparkasse.sta", "rabobank.swi", "abn.sta"} {
		f.Add([]byte(file(f, name)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := intake.Collect(mt940.Read(bytes.NewReader(data)))
		if err != nil && fault.As(err) == nil {
			t.Fatalf("no fault: %v", err)
		}
		again, _ := intake.Collect(mt940.Read(bytes.NewReader(data)))
		if !reflect.DeepEqual(first, again) {
			t.Fatal("read twice, read otherwise")
		}
	})
}
