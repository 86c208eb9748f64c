package sheets_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/credit/clearing"
	"commonweal/credit/clearing/sheets"
	"commonweal/platform/fault"
)

const triangle = "id,debtor,creditor,amount,due,unit\n1,Ada,Bas,100,,EUR\n2,Bas,Cleo,80.25,2026-03-31,EUR\n3,Cleo,Ada,50,,EUR\n"

// read reads a register that is right.
func read(t testing.TB, text string) *sheets.Register {
	t.Helper()
	r, err := sheets.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// round clears a register and writes it to a folder.
func round(t testing.TB, r *sheets.Register) (folder string) {
	t.Helper()
	result, err := clearing.Solve(context.Background(), &r.Problem, clearing.Options{})
	if err != nil {
		t.Fatal(err)
	}
	folder = filepath.Join(t.TempDir(), "round")
	if _, err := r.WriteRound(folder, result, clearing.Options{}); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestReadingARegister(t *testing.T) {
	r := read(t, triangle)
	want := []clearing.Obligation{{ID: "1", Amount: 100e6, Debtor: 0, Creditor: 1}, {ID: "2", Amount: 80.25e6, Debtor: 1, Creditor: 2, Due: 20260331}, {ID: "3", Amount: 50e6, Debtor: 2, Creditor: 0}}
	if !slices.Equal(r.Obligations, want) || !slices.Equal(r.Members, []string{"Ada", "Bas", "Cleo"}) || r.Unit != "EUR" {
		t.Errorf("read %+v", r)
	}
	// As another program wrote it: semicolons, a mark before the header, other columns, another order.
	other := read(t, "\ufeffCurrency;Amount;Creditor;Debtor;ID;Due_date;Memo\nEUR;100;Bas;Ada;1;;x\nEUR;80.25;Cleo;Bas;2;2026-03-31;\nEUR;50;Ada;Cleo;3;;\n")
	if other.Digest() != r.Digest() {
		t.Errorf("the same obligations are read as %+v", other)
	}
}

func TestBadLines(t *testing.T) {
	for _, c := range []struct{ code, line string }{
		{"quantity.not_a_number", "4,Ada,Bas,many,,EUR"}, {"quantity.too_fine", "4,Ada,Bas,1.2345678,,EUR"}, {"quantity.overflow", "4,Ada,Bas,9223372036855,,EUR"},
		{"clearing.amount", "4,Ada,Bas,0,,EUR"}, {"clearing.amount", "4,Ada,Bas,-3,,EUR"}, {"clearing.self", "4,Ada,Ada,1,,EUR"},
		{"clearing.nobody", "4,,Ada,1,,EUR"}, {"clearing.name", ",Bas,Ada,1,,EUR"}, {"clearing.obligation_twice", "1,Bas,Ada,1,,EUR"},
		{"clearing.unit", "4,Bas,Ada,1,,USD"}, {"clearing.unit", "4,Bas,Ada,1,,"}, {"clearing.due_cell", "4,Bas,Ada,1,31-03-2026,EUR"},
		{"intake.cells", "4,Bas,Ada"}, {"intake.quotes", `4,"Bas"x,Ada,1,,EUR`}, {"clearing.name", "4,Bas\x07,Ada,1,,EUR"}, {"clearing.name", strings.Repeat("9", 201) + ",Bas,Ada,1,,EUR"},
	} {
		_, err := sheets.Read(strings.NewReader(triangle + c.line + "\n5,Bas,Ada,1,,EUR\n"))
		if f := fault.As(err); f == nil || f.Code != c.code || f.Line != 5 {
			t.Errorf("%s: %v, want %s at line 5", c.line, err, c.code)
		}
	}
	for code, text := range map[string]string{"clearing.column": "id,debtor,amount\n", "intake.empty": "", "clearing.weight_cell": "id,debtor,creditor,amount,weight\n1,a,b,1,-2\n"} {
		if _, err := sheets.Read(strings.NewReader(text)); fault.CodeOf(err) != code {
			t.Errorf("%q: %v, want %s", text, err, code)
		}
	}
}

// A hundred thousand lines with one bad: the line is named, in a moment.
func TestInvariant1OneBadLineAmongMany(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,debtor,creditor,amount\n")
	for i := range 100_000 {
		amount := "10.50"
		if i == 77_777 {
			amount = "10,50 EUR"
		}
		fmt.Fprintf(&b, "%d,m%d,m%d,%q\n", i, i%1000, i%1000+1, amount)
	}
	_, err := sheets.Read(strings.NewReader(b.String()))
	if f := fault.As(err); f == nil || f.Line != 77_779 || f.Field != "amount" {
		t.Errorf("the bad line is answered by %v", err)
	}
}

// More bad lines than anybody reads: the first hundred, and how many more.
func TestInvariant1ManyBadLines(t *testing.T) {
	_, err := sheets.Read(strings.NewReader("id,debtor,creditor,amount\n" + strings.Repeat("x,a,a,0\n", 500)))
	list, _ := err.(fault.List)
	if len(list) != sheets.MaxFaults+1 || list[sheets.MaxFaults].Code != "clearing.more_faults" {
		t.Errorf("%d faults, the last %v", len(list), list[len(list)-1])
	}
}

func TestBadLinesOfCredit(t *testing.T) {
	for code, line := range map[string]string{"clearing.line_cell": "Ada,-1,0,0", "clearing.line_twice": "Bas,1,1,1", "quantity.not_a_number": "Ada,1,1,", "clearing.nobody": ",1,1,1"} {
		r := read(t, triangle)
		err := r.ReadLines(strings.NewReader("member,balance,overdraft,room\nBas,0,10,10\n" + line + "\n"))
		if f := fault.As(err); f == nil || f.Code != code || f.Line != 3 {
			t.Errorf("%s: %v, want %s at line 3", line, err, code)
		}
	}
}

// What was written is the same round again, and the next round's register.
func TestInvariant2WhatIsWrittenIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRegister(t)
		result, err := clearing.Solve(t.Context(), &r.Problem, clearing.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var setOffs, credit, certificate, remainders bytes.Buffer
		for _, err := range []error{r.WriteSetOffs(&setOffs, result), r.WriteCredit(&credit, result), r.WriteCertificate(&certificate, result.Certificate), r.WriteRemainders(&remainders, result)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		set, err1 := r.ReadSetOffs(&setOffs)
		uses, err2 := r.ReadCredit(&credit)
		prices, err3 := r.ReadCertificate(&certificate)
		if err1 != nil || err2 != nil || err3 != nil || !slices.Equal(set, result.SetOff) || !slices.Equal(uses, result.Credit) ||
			!slices.Equal(prices.Members, result.Certificate.Members) || !slices.Equal(prices.Hubs, result.Certificate.Hubs) {
			t.Fatalf("the round is read again as %v %v %v: %v %v %v", set, uses, prices, err1, err2, err3)
		}
		next, err := sheets.Read(&remainders)
		if err != nil {
			t.Fatal(err)
		}
		again, err := clearing.Solve(t.Context(), &next.Problem, clearing.Options{})
		if err != nil || !clearing.Measure(&next.Problem, again).Cleared.IsZero() {
			t.Fatalf("what remained clears again: %v", err)
		}
	})
}

// drawRegister draws a register as text and reads it.
func drawRegister(t *rapid.T) *sheets.Register {
	names := []string{"Ada", "Bas, baker", `Cleo "C"`, "Dé", "=E"}
	text := "id,debtor,creditor,amount,due\n"
	for i := range rapid.IntRange(0, 20).Draw(t, "obligations") {
		debtor := rapid.IntRange(0, 4).Draw(t, "debtor")
		creditor := (debtor + rapid.IntRange(1, 4).Draw(t, "creditor")) % 5
		text += fmt.Sprintf("%d,%s,%s,%d.%02d,%s\n", i, quoted(names[debtor]), quoted(names[creditor]), rapid.IntRange(1, 99).Draw(t, "euros"), rapid.IntRange(0, 99).Draw(t, "cents"),
			rapid.SampledFrom([]string{"", "2026-01-31", "2025-12-01"}).Draw(t, "due"))
	}
	r, err := sheets.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	lines := "hub,member,balance,overdraft,room\n"
	for _, name := range names[:rapid.IntRange(0, 5).Draw(t, "lines")] {
		lines += fmt.Sprintf("local,%s,%d,10,30\n", quoted(name), rapid.IntRange(0, 9).Draw(t, "balance"))
	}
	if err := r.ReadLines(strings.NewReader(lines)); err != nil {
		t.Fatal(err)
	}
	return r
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// Whatever digit or letter is changed in whatever file of a round: refused.
func TestInvariant3EveryChangeIsFound(t *testing.T) {
	r := read(t, triangle)
	if err := r.ReadLines(strings.NewReader("member,balance,overdraft,room\nAda,5,10,0\nCleo,0,0,500\n")); err != nil {
		t.Fatal(err)
	}
	folder := round(t, r)
	if _, err := r.CheckRound(folder, nil); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{sheets.SetOffsFile, sheets.RemaindersFile, sheets.CreditFile, sheets.CertificateFile, sheets.SummaryFile} {
		path := filepath.Join(folder, name)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		proof := len(good)
		if name == sheets.SummaryFile { // how a round was found proves nothing
			proof = bytes.Index(good, []byte(`"parts"`))
		}
		for at := range proof {
			if c := good[at]; c < '0' || c > '9' && c < 'A' {
				continue
			}
			bad := slices.Clone(good)
			if bad[at]++; name == sheets.CertificateFile && bad[at] >= '0' && bad[at] <= ':' {
				continue // other prices may prove it as well
			}
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := r.CheckRound(folder, nil); fault.As(err) == nil {
				t.Errorf("%s: byte %d changed from %q to %q, and the answer is %v", name, at, good[at], bad[at], err)
			}
		}
		for _, cut := range [][]byte{good[:len(good)/2], append(slices.Clone(good), "more,more,more,1,1,1\n"...), nil} {
			if err := os.WriteFile(path, cut, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := r.CheckRound(folder, nil); fault.As(err) == nil {
				t.Errorf("%s of %d bytes is accepted: %v", name, len(cut), err)
			}
		}
		if err := os.WriteFile(path, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Any text is a register that Check accepts, or refused with words.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{triangle, "id;debtor;creditor;amount\n1;a;b;1\n", "id,debtor,creditor,amount,weight\n1,a,b,4611686018427.387904,7\n", "id,debtor,creditor,amount\n\"1,a,b,1\n", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := sheets.Read(strings.NewReader(text))
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("refused without words: %v", err)
			}
			return
		}
		if err := r.Check(); err != nil {
			t.Fatalf("read, but has no meaning: %v", err)
		}
	})
}

// Any text gives lines of credit that Check accepts, or is refused with words.
func FuzzReadLines(f *testing.F) {
	for _, seed := range []string{"member,balance,overdraft,room\nAda,1,2,3\n", "hub,member,balance,overdraft,room\nlocal,Dirk,0,9.5,0\nother,Dirk,0,0,1\n", "member;balance;overdraft;room\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := read(t, triangle)
		if err := r.ReadLines(strings.NewReader(text)); err != nil {
			if fault.As(err) == nil {
				t.Fatalf("refused without words: %v", err)
			}
			return
		}
		if err := r.Check(); err != nil && fault.CodeOf(err) != "clearing.hubs" {
			t.Fatalf("read, but has no meaning: %v", err)
		}
	})
}

// No text passes for the certificate or the set-offs of a register, unless
// Check proves it.
func FuzzCertificate(f *testing.F) {
	r := read(f, triangle)
	result, err := clearing.Solve(f.Context(), &r.Problem, clearing.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("kind,name,price\nmember,Ada,0\nmember,Bas,1\nmember,Cleo,2\n")
	f.Add("kind,name,price\nmember,Ada,9223372036854775807\nmember,Bas,-9223372036854775808\nmember,Cleo,2\n")
	f.Fuzz(func(t *testing.T, text string) {
		prices, err := r.ReadCertificate(strings.NewReader(text))
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("refused without words: %v", err)
			}
			return
		}
		claim := clearing.Result{SetOff: result.SetOff, Certificate: prices}
		if err := clearing.Check(&r.Problem, &claim); err != nil && fault.As(err) == nil {
			t.Fatalf("refused without words: %v", err)
		}
	})
}
