package main

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"commonweal/books/ledger"
	"commonweal/books/ledger/ledgertest"
	"commonweal/contribution/intake"
	"commonweal/contribution/intake/opencollective"
	"commonweal/quantity"
)

// Three programs add up the books of the demo: hledger, Beancount and ours, as
// pages show it. They agree on every account and unit, and each unit comes to
// exactly nothing.
func TestThreeProgramsAddUpTheDemo(t *testing.T) {
	v := &village{t: t, data: t.TempDir()}
	v.ok("demo", "--until", "2026-06-30")
	h := v.open()
	defer h.Close()
	shell, err := h.Shell(false)
	v.must(err)
	for _, commons := range []string{"windworks", "garden", "lantern"} {
		t.Run(commons, func(t *testing.T) {
			at := pages{t, shell, "/c/" + commons + "/books/"}
			journal := at.file("downloads/hledger", "books.journal")
			want, symbols := at.totals(journal)
			got, err := ledgertest.Hledger(journal)
			if err != nil || !maps.Equal(got, want) {
				t.Errorf("hledger: %v\npages %v\nhledger %v", err, want, got)
			}
			got, err = ledgertest.Beancount(at.file("downloads/beancount", "books.beancount"))
			if err != nil || !maps.Equal(got, want) {
				t.Errorf("Beancount: %v\npages %v\nBeancount %v", err, want, got)
			}
			if left, err := want.Left(); err != nil || len(left) > 0 {
				t.Errorf("the pages leave %v, %v", left, err)
			}
			at.registers(want, symbols)
			at.reread(want)
		})
	}
}

// pages are those of the books of a commons.
type pages struct {
	t     *testing.T
	shell http.Handler
	below string
}

// file saves a download.
func (p pages) file(path, name string) string {
	p.t.Helper()
	dest := filepath.Join(p.t.TempDir(), name)
	if err := os.WriteFile(dest, []byte(get(p.t, p.shell, p.below+path)), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return dest
}

// accountAnswer is what the page of an account tells programs.
type accountAnswer struct {
	Balances []ledger.Balance
	Lines    []struct{ Balance quantity.Amount }
}

func (p pages) account(path string) (a accountAnswer) {
	p.t.Helper()
	request := httptest.NewRequest("GET", "http://localhost:8080"+p.below+"accounts/"+path, nil)
	request.Header.Set("Accept", "application/json")
	answer := httptest.NewRecorder()
	p.shell.ServeHTTP(answer, request)
	if answer.Code == http.StatusNotFound {
		return a // there is no account of that root
	}
	if err := json.NewDecoder(answer.Body).Decode(&a); err != nil {
		p.t.Fatalf("%s: %d, %v", path, answer.Code, err)
	}
	return a
}

// totals asks the pages of the five roots what all accounts hold, and calls
// units by the symbols that a journal declares.
func (p pages) totals(journal string) (ledgertest.Totals, map[quantity.Unit]string) {
	p.t.Helper()
	f, err := os.Open(journal)
	if err != nil {
		p.t.Fatal(err)
	}
	defer f.Close()
	symbols := declared(p.t, f)
	out := ledgertest.Totals{}
	for _, root := range []string{ledger.Assets, ledger.Liabilities, ledger.Equity, ledger.Income, ledger.Expenses} {
		for _, b := range p.account(root).Balances {
			if b.Closing != 0 {
				out[string(b.Account)+" "+symbols[b.Unit]] = quantity.Micros(b.Closing, "").Decimal()
			}
		}
	}
	if len(out) < 20 {
		p.t.Fatalf("the pages have only %v", out)
	}
	return out, symbols
}

// registers compares the newest line of the page of each account with what the
// account holds.
func (p pages) registers(want ledgertest.Totals, symbols map[quantity.Unit]string) {
	p.t.Helper()
	for at, total := range want {
		account, symbol, _ := strings.Cut(at, " ")
		for unit := range symbols {
			if symbols[unit] != symbol {
				continue
			}
			if lines := p.account(account + "?unit=" + string(unit)).Lines; len(lines) == 0 || lines[0].Balance.Decimal() != total {
				p.t.Errorf("the page of %s ends at %v, not at %s", at, lines, total)
			}
		}
	}
}

// reread reads the file for Open Collective as its import does: what came in less
// what went out, with fees, is what hledger says is in the bank.
func (p pages) reread(want ledgertest.Totals) {
	p.t.Helper()
	text := get(p.t, p.shell, p.below+"downloads/opencollective")
	bank := ledgertest.Totals{}
	sums := map[quantity.Unit]int64{}
	for record, err := range opencollective.Read(strings.NewReader(text), "export.csv", opencollective.Options{}) {
		if err != nil {
			p.t.Fatal(err)
		}
		m := record.(intake.Money)
		sum := m.Gross.Micros
		if m.Flow == intake.Out {
			sum = -sum
		}
		for _, fee := range m.Lines {
			sum -= fee.Amount.Micros
		}
		sums[m.Gross.Unit] += sum
	}
	for unit, sum := range sums {
		bank[string(ledger.Bank)+" "+string(unit)] = quantity.Micros(sum, unit).Decimal()
	}
	for at, total := range bank {
		if want[at] != total {
			p.t.Errorf("read back from the file for Open Collective, %s is %s, not %s", at, total, want[at])
		}
	}
	if len(bank) == 0 {
		p.t.Error("the file for Open Collective moves no money")
	}
}

// declared reads which symbol stands for which unit.
func declared(t *testing.T, journal io.Reader) map[quantity.Unit]string {
	t.Helper()
	text, err := io.ReadAll(journal)
	if err != nil {
		t.Fatal(err)
	}
	symbols := map[quantity.Unit]string{}
	for line := range strings.Lines(string(text)) {
		before, unit, is := strings.Cut(strings.TrimSpace(line), "  ; unit: ")
		if words := strings.Fields(before); is && words[0] == "commodity" {
			symbols[quantity.Unit(unit)] = strings.Trim(words[2], `"`)
		}
	}
	return symbols
}
