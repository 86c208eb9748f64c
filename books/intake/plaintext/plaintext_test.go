package plaintext_test

import (
	"bytes"
	"fmt"
	"math/big"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"commonweal/books/intake"
	"commonweal/books/intake/plaintext"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

func read(t *testing.T, name string) *intake.Journal {
	t.Helper()
	j, err := plaintext.Read(os.DirFS("testdata"), name, plaintext.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func micros(text string, unit quantity.Unit) quantity.Amount { return quantity.MustParse(text, unit) }

func TestHledgerEntry(t *testing.T) {
	j := read(t, "shop.journal")
	want := intake.Entry{
		Day: "2026-01-05", OtherDay: "2026-01-07", Status: intake.Cleared, Code: "INV-118", Payee: "Zoë Fictief", Note: "two stools", From: 20, To: 26,
		Tags: []intake.Tag{{Name: "project", Value: "stools"}, {Name: "paid", Value: ""}, {Name: "channel", Value: "web"}},
		Postings: []intake.Posting{
			{Account: "assets:bank", Amount: micros("250.5", "EUR"), Tags: []intake.Tag{{Name: "ref", Value: "77"}}, Line: 22},
			{Account: "income:sales", Amount: micros("-250.5", "EUR"), Inferred: true, Line: 23},
			{Account: "budget:tools", Amount: micros("-10", "EUR"), Virtual: true, Line: 24},
			{Account: "budget:saved", Amount: micros("10", "EUR"), Virtual: true, Line: 25},
			{Account: "memo:count", Amount: micros("2", "stool"), Virtual: true, Line: 26},
		},
	}
	if !reflect.DeepEqual(j.Entries[1], want) {
		t.Errorf("got  %+v\nwant %+v", j.Entries[1], want)
	}
	if j.Checked != 6 || len(j.Entries) != 15 || len(j.Prices) != 2 || j.Prices[1].Unit != "Acme 5" || j.Prices[1].Rate.Value.Cmp(big.NewRat(10, 1)) != 0 {
		t.Errorf("%d checked, %d entries, prices %+v", j.Checked, len(j.Entries), j.Prices)
	}
	var declared []string
	for _, d := range append(append(j.Accounts, j.Payees...), j.Commodities...) {
		declared = append(declared, d.Name)
	}
	if got := strings.Join(declared, ","); got != "assets:bank,expenses:food,Zoë Fictief,EUR,$" {
		t.Errorf("declared %s", got)
	}
	exchange := j.Entries[2].Postings[0]
	if exchange.Price == nil || exchange.Price.Unit != "EUR" || exchange.Price.Value.Cmp(big.NewRat(92, 100)) != 0 {
		t.Errorf("exchanged at %+v", exchange.Price)
	}
}

func TestBeancountEntry(t *testing.T) {
	j := read(t, "shop.beancount")
	want := intake.Entry{
		Day: "2026-01-05", Status: "*", Payee: "Zoë Fictief", Note: `two stools; and "a table"`, From: 22, To: 27, Links: []string{"inv-118"},
		Tags: []intake.Tag{{Name: "shop", Value: ""}, {Name: "paid", Value: ""}, {Name: "project", Value: "stools"}},
		Postings: []intake.Posting{
			{Account: "Assets:Bank", Amount: micros("250.5", "EUR"), Tags: []intake.Tag{{Name: "ref", Value: "77"}}, Line: 25},
			{Account: "Income:Sales", Amount: micros("-250.5", "EUR"), Inferred: true, Line: 27},
		},
	}
	if !reflect.DeepEqual(j.Entries[1], want) {
		t.Errorf("got  %+v\nwant %+v", j.Entries[1], want)
	}
	sold := j.Entries[3].Postings[0]
	if sold.Cost.Value.Cmp(big.NewRat(20, 1)) != 0 || sold.Price.Value.Cmp(big.NewRat(25, 1)) != 0 {
		t.Errorf("sold at %+v", sold)
	}
	if w, unit := sold.Weight(); w.Cmp(big.NewRat(-60, 1)) != 0 || unit != "USD" {
		t.Errorf("weighs %s %s", w, unit)
	}
	var ignored []string
	for _, d := range j.Ignored {
		ignored = append(ignored, d.Directive)
	}
	if got := strings.Join(ignored, " "); got != "option option plugin note event custom query" || j.Checked != 3 {
		t.Errorf("ignored %s, %d checked", got, j.Checked)
	}
	if last := j.Entries[len(j.Entries)-1]; last.File != "more/2026-02.beancount" || last.From != 1 {
		t.Errorf("last is %+v", last)
	}
}

// What is refused, with its code, its line and its words.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		d          plaintext.Dialect
		text       string
		code, word string
		line       int
	}{
		"periodic":            {"hledger", "\n~ monthly\n  a  1\n", "unsupported", "periodic transaction (~)", 2},
		"automated":           {"ledger", "= /x/\n", "unsupported", "automated transaction (=)", 1},
		"expression":          {"ledger", "2026-01-01 x\n  a  ($1 * 2)\n  b\n", "unsupported", "value expression", 2},
		"time clock":          {"hledger", "i 2026-01-01 09:00 x\n", "unsupported", "time clock", 1},
		"alias pattern":       {"hledger", "alias /a/ = b\n", "unsupported", "pattern", 1},
		"deferred":            {"ledger", "2026-01-01 x\n  <a>  $1\n", "unsupported", "deferred", 2},
		"python":              {"ledger", "python\n", "unsupported", "python", 1},
		"csv":                 {"hledger", "include bank.csv\n", "unsupported", "bank.csv", 1},
		"timedot":             {"hledger", "include timedot:x\n", "unsupported", "timedot", 1},
		"lots to be found":    {"beancount", "2026-01-01 * \"x\"\n  Assets:A  1 XX {}\n", "unsupported", "bean-report", 2},
		"lots by star":        {"beancount", "2026-01-01 * \"x\"\n  Assets:A  1 XX {*}\n", "unsupported", "bean-report", 2},
		"include alone":       {"hledger", "include other.journal\n", "include", "other.journal", 1},
		"bean include alone":  {"beancount", "include \"other.beancount\"\n", "include", "other.beancount", 1},
		"unbalanced":          {"hledger", "2026-01-01 x\n  a  1 EUR\n  b  -3 EUR\n", "unbalanced", "-2 EUR", 1},
		"no amount":           {"hledger", "2026-01-01 x\n  a  EUR\n", "syntax", "EUR", 2},
		"words behind":        {"hledger", "2026-01-01 x\n  a  1 EUR what\n  b\n", "syntax", "what", 2},
		"open lot":            {"ledger", "2026-01-01 x\n  a  1 A {2 B\n  b\n", "syntax", "not closed", 2},
		"too fine":            {"hledger", "2026-01-01 x\n  a  1.0000001 EUR\n  b\n", "too_fine", "millionth", 2},
		"too fine, inferred":  {"hledger", "2026-01-01 x\n  a  3 A @ 0.3333333 EUR\n  b\n", "too_fine", "0.9999999", 3},
		"assertion":           {"hledger", "2026-01-01 x\n  a  1 EUR = 3 EUR\n  b\n", "assertion", "-2 more", 2},
		"bean assertion":      {"beancount", "2026-01-01 open Assets:A\n2026-01-02 balance Assets:A 1 EUR\n", "assertion", "Assets:A should hold 1 EUR, but holds 0", 2},
		"bad account":         {"hledger", "2026-01-01 x\n  :a  1 EUR\n", "account", ":a", 2},
		"bean account":        {"beancount", "2026-01-01 open assets:a\n", "syntax", "assets", 1},
		"bean arithmetic":     {"beancount", "2026-01-01 *\n  Assets:A  1/0 EUR\n", "syntax", "divides by nothing", 2},
		"bean brackets":       {"beancount", "2026-01-01 *\n  Assets:A  " + strings.Repeat("(", 5000) + "1 EUR\n", "syntax", "brackets", 2},
		"bean huge":           {"beancount", "2026-01-01 *\n  Assets:A  1" + strings.Repeat(" * 99999999999999999999", 500) + " EUR\n", "syntax", "digits", 2},
		"a number of letters": {"hledger", "2026-01-01 x\n  a  " + strings.Repeat("9", 50) + "\n", "syntax", "not a number", 2},
		"text without end":    {"beancount", "2026-01-01 * \"x\n" + strings.Repeat("y\n", 500), "syntax", "not closed", 1},
		"third text":          {"beancount", "2026-01-01 * \"a\" \"b\" \"c\"\n", "syntax", "third", 1},
		"no journal":          {"hledger", "\x00", "", "", 1},
		"no dialect":          {"gnucash", "", "unsupported", "gnucash", 0},
	} {
		_, err := plaintext.Parse(strings.NewReader(c.text), plaintext.Options{Dialect: c.d})
		code := "books.journal_" + c.code
		if c.code == "" {
			code = "books.not_text"
		}
		if e := fault.As(err); e == nil || e.Code != code || e.Line != c.line || !strings.Contains(e.Message, c.word) {
			t.Errorf("%s: %v (%s), want %s with %q at line %d", name, err, fault.CodeOf(err), code, c.word, c.line)
		}
	}
}

func TestEveryFaultIsTold(t *testing.T) {
	text := "2026-01-01 a\n  x  1 EUR\n  y  1 EUR\n\n2026-13-01 b\n\nwhat\n"
	_, err := plaintext.Parse(strings.NewReader(text), plaintext.Options{})
	if list, ok := err.(fault.List); !ok || len(list) != 2 || list[0].Line != 5 || list[1].Line != 7 {
		t.Errorf("told %v", err)
	}
	_, err = plaintext.Parse(strings.NewReader(strings.Repeat("what\n", 1000)), plaintext.Options{})
	if list, ok := err.(fault.List); !ok || len(list) != 100 {
		t.Errorf("told %d", len(list))
	}
}

func TestInvariant5Includes(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	fsys := fstest.MapFS{
		"main.journal":    file("include sub/a.journal\ninclude sub/*.inc\n2026-01-03 last\n  a  1 EUR\n  b\n"),
		"sub/a.journal":   file("2026-01-01 first\n  a  1 EUR\n  b\n"),
		"sub/1.inc":       file("2026-01-02 second\n  a  1 EUR\n  b\n"),
		"sub/2.inc":       file("include 3.journal\n"),
		"sub/3.journal":   file("2026-01-02 third\n  a  1 EUR\n  b\n"),
		"loop.journal":    file("include loop2.journal\n"),
		"loop2.journal":   file("include loop.journal\n"),
		"bad.journal":     file("\n\ninclude sub/bad.journal\n"),
		"sub/bad.journal": file("\nwhat is this\n"),
	}
	j, err := plaintext.Read(fsys, "main.journal", plaintext.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, e := range j.Entries {
		order = append(order, e.Payee+" "+e.File)
	}
	if got := strings.Join(order, ","); got != "first sub/a.journal,second sub/1.inc,third sub/3.journal,last " {
		t.Errorf("read %s", got)
	}
	_, err = plaintext.Read(fsys, "bad.journal", plaintext.Options{})
	if e := fault.As(err); e == nil || e.Line != 2 || !strings.HasPrefix(e.Message, "sub/bad.journal: ") {
		t.Errorf("a fault of an included file: %v", err)
	}
	for name, text := range map[string]string{
		"missing": "include nothing.journal\n", "no match": "include x/*.journal\n", "outside": "include ../main.journal\n", "the machine": "include /etc/passwd\n", "home": "include ~/x\n",
		"a bad pattern": "include sub/[.journal\n", "a folder": "include sub\n", "backslash": "include sub\\a.journal\n",
	} {
		fsys["x.journal"] = file(text)
		if _, err := plaintext.Read(fsys, "x.journal", plaintext.Options{}); err == nil || fault.As(err) != nil && fault.CodeOf(err) != "books.journal_include" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := plaintext.Read(fsys, "loop.journal", plaintext.Options{}); fault.CodeOf(err) != "books.journal_include" {
		t.Errorf("a loop: %v", err)
	}
	wide := fstest.MapFS{"empty.journal": file(""), "main.journal": file(strings.Repeat("include empty.journal\n", 2000))}
	if _, err := plaintext.Read(wide, "main.journal", plaintext.Options{}); fault.CodeOf(err) != "books.journal_include" {
		t.Errorf("too many files: %v", err)
	}
	deep := fstest.MapFS{}
	for i := range 30 {
		deep[fmt.Sprintf("%d.journal", i)] = file(fmt.Sprintf("include %d.journal\n", i+1))
	}
	if _, err := plaintext.Read(deep, "0.journal", plaintext.Options{}); fault.CodeOf(err) != "books.journal_include" {
		t.Errorf("too deep: %v", err)
	}
	if _, err := plaintext.Read(fsys, "none.journal", plaintext.Options{}); fault.CodeOf(err) != "books.journal_include" {
		t.Errorf("no main file: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"shop.journal", "shop.ledger", "shop.beancount", "commodities.journal"} {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		text := strings.ReplaceAll(string(b), "include", "; include")
		for i := range 3 {
			f.Add(byte(i), []byte(text))
		}
	}
	dialects := []plaintext.Dialect{plaintext.Hledger, plaintext.Ledger, plaintext.Beancount}
	f.Fuzz(func(t *testing.T, d byte, data []byte) {
		j, err := plaintext.Parse(bytes.NewReader(data), plaintext.Options{Dialect: dialects[int(d)%3]})
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("no fault: %v", err)
			}
			return
		}
		for _, e := range j.Entries {
			if _, err := intake.ParseDay(e.Day); err != nil {
				t.Fatalf("%+v: %v", e, err)
			}
		}
	})
}

// One hundred thousand entries, each with an assertion by day.
func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&text, "2026-01-01 * (%d) someone | something  ; a: b\n    assets:bank  1.50 EUR = %d.%d EUR\n    income:sales\n\n", i, (i+1)*3/2, (i+1)%2*5)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := plaintext.Parse(strings.NewReader(text.String()), plaintext.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
