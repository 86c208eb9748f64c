package camt_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"commonweal/books/intake"
	"commonweal/books/intake/camt"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

func read(t *testing.T, text string) []intake.Statement {
	t.Helper()
	s, err := intake.Collect(camt.Read(strings.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func file(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func eur(text string) quantity.Amount { return quantity.MustParse(text, "EUR") }

func TestStatement(t *testing.T) {
	s := read(t, file(t, "v02.xml"))[0]
	open := s.Opening
	if open.Account != "NL91ABNA0417164300" || open.Number != "42" || open.Holder != "Commons De Lantaarn" || *open.Balance != (intake.Balance{Day: "2026-03-01", Amount: eur("1000")}) {
		t.Errorf("opening %+v %+v", open, open.Balance)
	}
	if s.Closing.Lines != 4 || s.Closing.Balance.Amount != eur("842.55") {
		t.Errorf("closing %+v %+v", s.Closing, s.Closing.Balance)
	}
	for i, want := range []intake.Line{
		{Day: "2026-03-02", ValueDay: "2026-03-01", Amount: eur("250.50"), BankReference: "BANK-77", Code: "PMNT/RCDT/ESCT",
			Detail: intake.Detail{Party: intake.Party{Name: "Zoë Fictief", Account: "DE89370400440532013000"}, Reference: "INV-2026-118", Description: "Invoice 118, two stools"}},
		{Day: "2026-03-02", ValueDay: "2026-03-02", Amount: eur("-400"), BankReference: "BANK-78", Code: "9001", Detail: intake.Detail{Description: "Payouts of March"},
			Parts: []intake.Part{
				{Amount: eur("-150"), Detail: intake.Detail{Party: intake.Party{Name: "Ada Verzonnen", Account: "GB82WEST12345698765432"}, Reference: "RF18539007547034"}},
				{Amount: eur("-250"), Detail: intake.Detail{Party: intake.Party{Name: "Bas Bedacht", Account: "123456"}}}}},
		{Day: "2026-03-02", ValueDay: "2026-03-02", Amount: eur("12.05"), BankReference: "BANK-79", Code: "RTRN", Reversal: true,
			Detail: intake.Detail{Party: intake.Party{Name: "Nutsbedrijf Nergens", Account: "NL20INGB0001234567"}, Mandate: "M-5"}},
		{Day: "2026-03-02", ValueDay: "2026-03-02", Amount: eur("-20"), Code: "FEE", Charges: []quantity.Amount{eur("0.50")}, Detail: intake.Detail{Description: "Card payment abroad"}},
	} {
		got := s.Lines[i]
		want.Account, want.Format, want.Nth = "NL91ABNA0417164300", "camt", 1
		want.From, want.To, want.Fingerprint = got.From, got.To, got.Fingerprint
		if !reflect.DeepEqual(got, want) {
			t.Errorf("line %d is\n%+v, want\n%+v", i, got, want)
		}
	}
	if l := s.Lines[0]; l.From != 13 || l.To != 27 {
		t.Errorf("the first entry stands on lines %d to %d", l.From, l.To)
	}
}

func TestInvariant1VersionsReadTheSame(t *testing.T) {
	old := read(t, file(t, "v02.xml"))
	if new := read(t, file(t, "v08.xml")); !reflect.DeepEqual(old, new) {
		t.Errorf("version 8 reads as\n%+v, version 2 as\n%+v", new, old)
	}
	for version := 2; version <= 13; version++ {
		text := strings.Replace(file(t, "v08.xml"), "053.001.08", fmt.Sprintf("053.001.%02d", version), 1)
		if got := read(t, text); !reflect.DeepEqual(old, got) {
			t.Errorf("version %d reads as %+v", version, got)
		}
	}
	if got := read(t, strings.Replace(file(t, "v02.xml"), ` xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"`, "", 1)); !reflect.DeepEqual(old, got) {
		t.Error("without a namespace it reads otherwise")
	}
}

func TestEncodings(t *testing.T) {
	text := file(t, "v02.xml")
	want := read(t, text)
	utf16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	for label, encode := range map[string]func(string) (string, error){
		"ISO-8859-1":   charmap.ISO8859_1.NewEncoder().String,
		"windows-1252": charmap.Windows1252.NewEncoder().String,
		"ISO-8859-15":  charmap.ISO8859_15.NewEncoder().String,
		"UTF-16":       utf16.NewEncoder().String,
		"utf-8":        func(s string) (string, error) { return "\ufeff" + s, nil },
	} {
		encoded, err := encode(strings.Replace(text, `encoding="UTF-8"`, `encoding="`+label+`"`, 1))
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, encoded); !reflect.DeepEqual(got, want) {
			t.Errorf("%s reads as %+v", label, got)
		}
	}
}

// What is wrong is refused with its line and code.
func TestRefusals(t *testing.T) {
	text := file(t, "v02.xml")
	for name, c := range map[string]struct {
		old, new string
		code     string
		line     int
	}{
		"a changed amount":         {"250.50", "250.51", "books.statement_balance", 70},
		"a dropped reversal":       {"<Sts>BOOK</Sts>\n        <BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-02</Dt></ValDt>\n        <AcctSvcrRef>BANK-79", "<Sts>INFO</Sts><AcctSvcrRef>BANK-79", "books.statement_balance", 68},
		"a part that is no amount": {"150.00", "15O.00", "books.amount", 28},
		"a comma":                  {"250.50", "250,50", "books.amount", 13},
		"too fine":                 {"250.50", "250.5000001", "quantity.too_fine", 13},
		"too large":                {"250.50", "99999999999999999999", "quantity.overflow", 13},
		"a negative amount":        {"250.50", "-250.50", "books.camt_element", 13},
		"no currency of ours":      {`<Amt Ccy="EUR">250.50`, `<Amt Ccy="EURO">250.50`, "books.currency", 13},
		"another currency":         {`<Amt Ccy="EUR">250.50`, `<Amt Ccy="USD">250.50`, "books.camt_element", 13},
		"a side of its own":        {"250.50</Amt><CdtDbtInd>CRDT", "250.50</Amt><CdtDbtInd>C", "books.camt_element", 13},
		"a day of no calendar":     {"<BookgDt><Dt>2026-03-02", "<BookgDt><Dt>2026-02-30", "books.day", 13},
		"a status of its own":      {"<Sts>BOOK", "<Sts>DONE", "books.camt_element", 13},
		"a wrong own IBAN":         {"<Acct><Id><IBAN>NL91", "<Acct><Id><IBAN>NL92", "books.iban", 13},
		"a wrong IBAN":             {"DE89370400440532013000", "DE89370400440532013001", "books.iban", 13},
		"an intraday report":       {"camt.053.001.02", "camt.052.001.02", "books.camt_message", 2},
		"a notification":           {"BkToCstmrStmt>", "BkToCstmrDbtCdtNtfctn>", "books.camt_message", 3},
		"not closed":               {"</BkToCstmrStmt>", "", "books.xml", 72},
		"an unknown entity":        {"Invoice 118", "&invoice;", "books.xml", 25},
		"a document type":          {"<Document ", "<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>\n<Document ", "books.xml", 2},
		"an unknown encoding":      {"UTF-8", "klingon", "books.xml", 1},
		"nested without end":       {"<GrpHdr>", strings.Repeat("<a>", 100_000), "books.xml", 4},
	} {
		broken := strings.Replace(text, c.old, c.new, 1)
		if name == "a notification" {
			broken = strings.ReplaceAll(text, c.old, c.new)
		}
		_, err := intake.Collect(camt.Read(strings.NewReader(broken)))
		e := fault.As(err)
		if e == nil || e.Code != c.code || e.Line != c.line {
			t.Errorf("%s: %v (%s), want %s at line %d", name, err, fault.CodeOf(err), c.code, c.line)
		}
	}
	for name, text := range map[string]string{"empty": "", "text": "hello", "json": "{}", "html": "<html></html>"} {
		if _, err := intake.Collect(camt.Read(strings.NewReader(text))); fault.As(err) == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A batch whose payments are others than what was booked stays one movement.
func TestBatchThatDoesNotAddUp(t *testing.T) {
	for _, change := range [][2]string{{"150.00", "151.00"}, {`<AmtDtls><TxAmt><Amt Ccy="EUR">150.00</Amt></TxAmt></AmtDtls>`, ""}, {`<Amt Ccy="EUR">150.00`, `<Amt Ccy="USD">150.00`}} {
		l := read(t, strings.Replace(file(t, "v02.xml"), change[0], change[1], 1))[0].Lines[1]
		if len(l.Parts) != 0 || l.Amount != eur("-400") || l.Description != "Payouts of March" {
			t.Errorf("%s: %+v", change, l)
		}
	}
}

// A bad entry does not hide the others.
func TestEveryFaultIsTold(t *testing.T) {
	text := strings.ReplaceAll(file(t, "v02.xml"), "<BookgDt><Dt>2026-03-02", "<BookgDt><Dt>2026-13-02")
	_, err := intake.Collect(camt.Read(strings.NewReader(text)))
	if list, ok := err.(fault.List); !ok || len(list) != 3 {
		t.Errorf("told %v", err)
	}
}

// Pages of one statement open and close with interim balances.
func TestPages(t *testing.T) {
	text := file(t, "v02.xml")
	first := strings.Replace(text, "CLBD", "ITBD", 1)
	later := strings.Replace(strings.Replace(text, "OPBD", "ITBD", 1), "1000.00", "842.55", 1)
	later = strings.Replace(later, ">842.55</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02", ">685.10</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02", 1)
	join := func(a, b string) string {
		head, _, _ := strings.Cut(a, "</BkToCstmrStmt>")
		_, stmt, _ := strings.Cut(b, "</GrpHdr>")
		return head + stmt
	}
	s := read(t, join(first, later))
	if len(s) != 2 || !s[0].Closing.Balance.Interim || !s[1].Opening.Balance.Interim || s[1].Closing.Balance.Amount != eur("685.10") {
		t.Errorf("%+v", s)
	}
	missing := strings.ReplaceAll(strings.ReplaceAll(later, "842.55", "900.00"), "685.10", "742.55")
	if _, err := intake.Collect(camt.Read(strings.NewReader(join(first, missing)))); fault.CodeOf(err) != "books.page_balance" {
		t.Errorf("a missing page: %v", err)
	}
}

// repeated writes a text for ever.
type repeated struct {
	text string
	at   int
}

func (r *repeated) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.text[r.at]
		r.at = (r.at + 1) % len(r.text)
	}
	return len(p), nil
}

func TestInvariant2NothingExpands(t *testing.T) {
	head, _, _ := strings.Cut(file(t, "v02.xml"), "<Ntry>")
	for name, endless := range map[string]string{"text": "a", "elements in an entry": "<NtryDtls/>", "an attribute": `b="`} {
		before := head + "<Ntry>"
		if name == "an attribute" {
			before = head + `<Ntry a="`
			endless = "b"
		}
		_, err := intake.Collect(camt.Read(io.MultiReader(strings.NewReader(before), &repeated{text: endless})))
		if fault.CodeOf(err) != "books.element_too_long" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A statement far larger than what is held of it is read in passing.
func TestStreams(t *testing.T) {
	head, rest, _ := strings.Cut(file(t, "v02.xml"), "<Ntry>")
	entry, _, _ := strings.Cut(rest, "</Ntry>")
	head = strings.Replace(head, "CLBD", "FWAV", 1)
	const entries = 20_000
	in := io.MultiReader(strings.NewReader(head), io.LimitReader(&repeated{text: "<Ntry>" + entry + "</Ntry>"}, entries*int64(len(entry)+13)), strings.NewReader("</Stmt></BkToCstmrStmt></Document>"))
	lines := 0
	for record, err := range camt.Read(in) {
		if err != nil {
			t.Fatal(err)
		}
		if l, ok := record.(*intake.Line); ok {
			if lines++; l.Nth != lines {
				t.Fatalf("line %d is the %dth of its kind", lines, l.Nth)
			}
		}
	}
	if lines != entries {
		t.Errorf("%d lines", lines)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(file(f, "v02.xml")))
	f.Add([]byte(file(f, "v08.xml")))
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := intake.Collect(camt.Read(bytes.NewReader(data)))
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("no fault: %v", err)
			}
			return
		}
		again, err := intake.Collect(camt.Read(bytes.NewReader(data)))
		if err != nil || !reflect.DeepEqual(first, again) {
			t.Fatalf("read twice, read otherwise: %v", err)
		}
	})
}
