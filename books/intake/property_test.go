package intake_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/books/intake"
	"commonweal/books/intake/banktable"
	"commonweal/books/intake/camt"
	"commonweal/books/intake/mt940"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// stated is a statement as a bank might tell it: movements with the balances
// around them.
type stated struct {
	opening   int64 // cents
	movements []told
}

type told struct {
	day   int // of March 2026
	cents int64
	name  string
}

const iban = "NL20INGB0001234567"

func drawStated(t *rapid.T) stated {
	return stated{
		opening: rapid.Int64Range(-1e12, 1e12).Draw(t, "opening"),
		movements: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) told {
			cents := rapid.Int64Range(1, 1e12).Draw(t, "cents")
			if rapid.Bool().Draw(t, "out") {
				cents = -cents
			}
			return told{rapid.IntRange(1, 31).Draw(t, "day"), cents, rapid.StringMatching(`[A-Z][a-z]{1,8} [A-Z][a-z]{1,8}`).Draw(t, "name")}
		}), 1, 20).Draw(t, "movements"),
	}
}

func (s stated) closing() int64 {
	sum := s.opening
	for _, m := range s.movements {
		sum += m.cents
	}
	return sum
}

// side splits an amount in a mark and its size, with a decimal mark.
func side(cents int64, in, out, mark string) (string, string) {
	text := out
	if cents >= 0 {
		text = in
	} else {
		cents = -cents
	}
	return text, fmt.Sprintf("%d%s%02d", cents/100, mark, cents%100)
}

func (s stated) camt() string {
	balance := func(code string, cents int64) string {
		mark, size := side(cents, "CRDT", "DBIT", ".")
		return fmt.Sprintf(`<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Dt><Dt>2026-03-01</Dt></Dt></Bal>`, code, size, mark)
	}
	var b strings.Builder
	b.WriteString(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>` + iban + `</IBAN></Id></Acct>` + balance("OPBD", s.opening) + balance("CLBD", s.closing()))
	for _, m := range s.movements {
		mark, size := side(m.cents, "CRDT", "DBIT", ".")
		fmt.Fprintf(&b, `<Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-%02d</Dt></BookgDt>`, size, mark, m.day)
		fmt.Fprintf(&b, `<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>%s</Nm></Pty></Dbtr><Cdtr><Pty><Nm>%[1]s</Nm></Pty></Cdtr></RltdPties></TxDtls></NtryDtls></Ntry>`, m.name)
	}
	return b.String() + `</Stmt></BkToCstmrStmt></Document>`
}

func (s stated) mt940() string {
	var b strings.Builder
	mark, size := side(s.opening, "C", "D", ",")
	fmt.Fprintf(&b, ":20:X\r\n:25:%s\r\n:28C:1\r\n:60F:%s260301EUR%s\r\n", iban, mark, size)
	for _, m := range s.movements {
		mark, size := side(m.cents, "C", "D", ",")
		fmt.Fprintf(&b, ":61:2603%02d%s%sNTRFNONREF\r\n:86:/NAME/%s/\r\n", m.day, mark, size, m.name)
	}
	mark, size = side(s.closing(), "C", "D", ",")
	fmt.Fprintf(&b, ":62F:%s260331EUR%s\r\n-\r\n", mark, size)
	return b.String()
}

func (s stated) csv() string {
	b := strings.Builder{}
	b.WriteString("Datum;Naam / Omschrijving;Rekening;Tegenrekening;Code;Af Bij;Bedrag (EUR);Mutatiesoort;Mededelingen;Saldo na mutatie\n")
	balance := s.opening
	for _, m := range s.movements {
		balance += m.cents
		mark, size := side(m.cents, "Bij", "Af", ",")
		sign, after := side(balance, "", "-", ",")
		fmt.Fprintf(&b, "202603%02d;%s;%s;;OV;%s;%s;Overschrijving;;%s%s\n", m.day, m.name, iban, mark, size, sign, after)
	}
	return b.String()
}

// read reads the statement in each format.
func (s stated) read() map[string]func() ([]intake.Statement, error) {
	return map[string]func() ([]intake.Statement, error){
		"camt":  func() ([]intake.Statement, error) { return intake.Collect(camt.Read(strings.NewReader(s.camt()))) },
		"mt940": func() ([]intake.Statement, error) { return intake.Collect(mt940.Read(strings.NewReader(s.mt940()))) },
		"csv": func() ([]intake.Statement, error) {
			return intake.Collect(banktable.Read(strings.NewReader(s.csv()), banktable.Map{}))
		},
	}
}

// Every format gives back what was told, with the same fingerprints.
func TestInvariant1And4AnyStatementInAnyFormat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawStated(t)
		var first []string
		for format, read := range s.read() {
			statements, err := read()
			if err != nil || len(statements) != 1 || len(statements[0].Lines) != len(s.movements) {
				t.Fatalf("%s: %v, %d statements", format, err, len(statements))
			}
			for i, l := range statements[0].Lines {
				m := s.movements[i]
				if l.Day != fmt.Sprintf("2026-03-%02d", m.day) || l.Amount != quantity.Micros(m.cents*10_000, "EUR") || l.Party.Name != m.name || l.Account != iban {
					t.Fatalf("%s: %+v is read as %+v", format, m, l)
				}
			}
			if first == nil {
				first = keys(statements[0].Lines)
			}
			if again := keys(statements[0].Lines); !slices.Equal(first, again) {
				t.Fatalf("%s has other fingerprints", format)
			}
		}
	})
}

// A movement that is dropped, or changed by a cent, behind the bank's back never passes.
func TestInvariant3NothingIsDroppedOrChanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawStated(t)
		at := rapid.IntRange(0, len(s.movements)-1).Draw(t, "at")
		m := s.movements[at]
		mark, size := side(m.cents, "CRDT", "DBIT", ".")
		text := s.camt()
		entry := fmt.Sprintf(`<Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd>`, size, mark)
		_, more := side(m.cents+m.cents/max(m.cents, -m.cents), "", "", ".")
		changed := strings.Replace(text, entry, strings.Replace(entry, size, more, 1), 1)
		if _, err := intake.Collect(camt.Read(strings.NewReader(changed))); fault.CodeOf(err) != "books.statement_balance" {
			t.Fatalf("a cent more: %v", err)
		}
		mark, size = side(m.cents, "C", "D", ",")
		dropped := strings.Replace(s.mt940(), fmt.Sprintf(":61:2603%02d%s%sNTRFNONREF\r\n", m.day, mark, size), "", 1)
		if _, err := intake.Collect(mt940.Read(strings.NewReader(dropped))); fault.CodeOf(err) != "books.statement_balance" {
			t.Fatalf("one dropped: %v", err)
		}
	})
}
