package bank

import (
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"commonweal/books"
	"commonweal/books/ledger"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// A year of an invented workshop, with what journals of real people have: an
// opening, several accounts of money, what members and suppliers are owed, what a
// customer owes, an exchange, a split, a refund, an entry without money.
const workshopJournal = `decimal-mark .
2025-01-01 * opening
    Assets:Bank:Checking        1500.00 EUR
    Assets:Cash                   80.00 EUR
    Liabilities:Tool Shed        -200.00 EUR
    Equity:Opening

2025-01-07 * Acme Fictions | invoice 1
    Assets:Receivable:Acme       600.00 EUR
    Income:Sales                -500.00 EUR
    Liabilities:VAT             -100.00 EUR
2025-01-20 * Acme Fictions | paid invoice 1
    Assets:Bank:Checking         600.00 EUR
    Assets:Receivable:Acme
2025-02-01 * Landlord | rent
    Expenses:Rent                450.00 EUR
    Assets:Bank:Checking
2025-02-03 * Tool Shed | saw, on account
    Expenses:Tools               120.50 EUR
    Liabilities:Tool Shed
2025-02-10 * Tool Shed | paid
    Liabilities:Tool Shed        320.50 EUR
    Assets:Bank:Checking
2025-03-01 * Robin Fictief | bought nails, not paid back yet
    Expenses:Materials            30.00 EUR
    Liabilities:Robin            -30.00 EUR
2025-03-02 * to cash
    Assets:Cash                   50.00 EUR
    Assets:Bank:Checking
2025-03-03 * Bank | dollars for a fair
    Assets:Bank:Dollars          110.00 USD @ 0.9 EUR
    Assets:Bank:Checking         -99.00 EUR
2025-03-05 * Fair | a table, and a gift for the landlord
    Expenses:Fair                 60.00 USD
    Assets:Bank:Dollars
2025-03-06 * Acme Fictions | refund
    Income:Sales                  25.00 EUR
    Assets:Bank:Checking
2025-03-07 * split
    Assets:Cash                  -20.00 EUR
    Expenses:Materials            15.00 EUR
    Expenses:Rent                  5.00 EUR
2025-03-08 * VAT is owed to Robin
    Liabilities:VAT              100.00 EUR
    Liabilities:Robin
2025-03-09 * twice the same
    Expenses:Materials             1.00 EUR
    Assets:Cash
2025-03-09 * twice the same
    Expenses:Materials             1.00 EUR
    Assets:Cash
`

// hledgerTotals asks hledger what each account of a journal holds, in cents.
func hledgerTotals(t *testing.T, journal string) map[string]map[quantity.Unit]int64 {
	t.Helper()
	file := filepath.Join(t.TempDir(), "year.journal")
	must(t, os.WriteFile(file, []byte(journal), 0o600))
	out, err := exec.Command("hledger", "-f", file, "bal", "--flat", "--no-total", "--layout=bare", "-O", "csv", "-c", "1000.00 EUR", "-c", "1000.00 USD").CombinedOutput()
	if err != nil {
		t.Fatalf("hledger: %v\n%s", err, out)
	}
	rows, err := csv.NewReader(strings.NewReader(string(out))).ReadAll()
	must(t, err)
	totals := map[string]map[quantity.Unit]int64{}
	for _, r := range rows[1:] {
		a, err := quantity.Parse(r[2], quantity.Unit(r[1]))
		must(t, err)
		if totals[r[0]] == nil {
			totals[r[0]] = map[quantity.Unit]int64{}
		}
		totals[r[0]][a.Unit] += a.Micros / 10_000
	}
	return totals
}

// carried brings a journal as its accounts suggest.
func (d *desk) carried(journal string) (Result, Mapping) {
	d.t.Helper()
	how := Reading{Format: Hledger}
	j, err := how.Journal(strings.NewReader(journal))
	must(d.t, err)
	how.Mapping, err = Suggest(j)
	must(d.t, err)
	out, err := d.Run(ctx, d.ada, Batch{ID: store.NewID(), Format: Hledger, File: "year.journal"}, how, strings.NewReader(journal), nil)
	must(d.t, err)
	return out, how.Mapping
}

// mapped is the account of our books that an account of a journal became.
func (d *desk) mapped(v *books.View, m Mapped) string {
	switch m.Role {
	case AsOwed:
		all, err := agents(v.Snapshot)
		must(d.t, err)
		return string(v.Ledger.Owed(byName(all)[fold(m.Name)]))
	case AsIncome:
		if m.Kind == "sale" {
			return "Income:Sales"
		}
		return "Income:" + strings.ToUpper(m.Kind[:1]) + m.Kind[1:]
	case AsExpense:
		return "Expenses:" + strings.ToUpper(m.Kind[:1]) + m.Kind[1:]
	case AsEquity:
		return "Equity:" + strings.ToUpper(m.Kind[:1]) + m.Kind[1:]
	}
	return string(ledger.Bank)
}

// compare holds the books against the totals of hledger, account by account.
func (d *desk) compare(journal string, m Mapping) {
	d.t.Helper()
	want := map[string]int64{}
	got := map[string]int64{}
	must(d.t, d.Books.Read(ctx, d.commons.ID, func(v *books.View) error {
		for account, held := range hledgerTotals(d.t, journal) {
			for unit, cents := range held {
				want[d.mapped(v, m.Accounts[account])+" "+string(unit)] += cents
			}
		}
		list, err := v.Ledger.Balances(ledger.Filter{Size: v.Head.Size})
		for _, b := range list {
			if !strings.HasPrefix(string(b.Account), "Equity:Conversion") {
				got[fmt.Sprintf("%s %s", b.Account, b.Unit)] += b.Closing / 10_000
			}
		}
		return err
	}))
	nothing := func(_ string, cents int64) bool { return cents == 0 }
	maps.DeleteFunc(want, nothing)
	maps.DeleteFunc(got, nothing)
	if !maps.Equal(want, got) {
		d.t.Errorf("hledger has\n%v, the books have\n%v", slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)))
		for k := range want {
			if want[k] != got[k] {
				d.t.Errorf("%s: %d in hledger, %d here", k, want[k], got[k])
			}
		}
	}
}

func TestInvariant7TotalsAreThoseOfHledger(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		out, m := d.carried(workshopJournal)
		if out.Brought != 15 {
			t.Fatalf("%+v", out)
		}
		d.compare(workshopJournal, m)
		if again, _ := d.carried(workshopJournal); again.Brought != 0 || again.Known != 15 {
			t.Errorf("the same file again: %+v", again)
		}
		longer := workshopJournal + "2025-04-01 * Baker | bread\n    Expenses:Food  3.10 EUR\n    Assets:Cash\n"
		if more, m := d.carried(longer); more.Brought != 1 || more.Known != 15 {
			t.Errorf("a longer file: %+v", more)
		} else {
			d.compare(longer, m)
		}
		_, err := d.TakeBack(ctx, d.ada, TakeBackAsk{out.Batch, "the wrong year"}, nil)
		must(t, err)
		if got := d.balances(); got["Assets:Bank"] != -310 || len(got) != 2 {
			t.Errorf("after it was taken back the books have %v", got)
		}
	})
}

func TestJournalsThatAreNotMapped(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for code, how := range map[string]Mapping{
			"bank.journal_unit":    {},
			"bank.journal_account": {Units: map[string]quantity.Unit{"EUR": "EUR"}},
			"bank.journal_owed":    {Units: map[string]quantity.Unit{"EUR": "EUR"}, Accounts: map[string]Mapped{"Assets:Bank:Checking": {Role: AsOwed}}},
			"bank.journal_kind":    {Units: map[string]quantity.Unit{"EUR": "EUR"}, Accounts: map[string]Mapped{"Assets:Bank:Checking": {Role: AsIncome, Kind: "A B"}}},
		} {
			_, err := d.Run(ctx, d.ada, Batch{ID: store.NewID(), Format: Hledger}, Reading{Format: Hledger, Mapping: how}, strings.NewReader(workshopJournal), nil)
			if e := fault.As(err); e == nil || e.Code != code || e.Line == 0 {
				t.Errorf("%v, not %s with a line", err, code)
			}
		}
		report, err := d.Survey(ctx, d.ada, Reading{Format: Hledger}, strings.NewReader(strings.Replace(workshopJournal, "450.00 EUR", "450.00 EUR\n    Assets:Cash   1.00 EUR", 1)+"2025-13-01 x\n  a  1 EUR\n  b\n"))
		must(t, err)
		if len(report.Bad) != 1 || report.Bad[0].Line == 0 {
			t.Errorf("the dry run says %v", report.Bad)
		}
		if got := d.balances(); len(got) != 0 {
			t.Errorf("the books have %v", got)
		}
	})
}
