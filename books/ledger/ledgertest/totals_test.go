package ledgertest_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"commonweal/books/ledger/ledgertest"
)

const journal = `decimal-mark .
commodity 1000.00 EUR
commodity 1000. "X-2"
account Assets:Bank  ; type: A
account Income:Sales  ; type: R
payee shop

2026-01-05 * shop | sale
    Assets:Bank     1118.50 EUR
    Income:Sales   -1118.50 EUR
    Assets:Bank     3 "X-2"
    Income:Sales   -3 "X-2"
`

const beancount = `option "inferred_tolerance_multiplier" "0"
2026-01-01 open Assets:Bank
2026-01-01 open Income:Sales
2026-01-05 * "shop" "sale"
  Assets:Bank     1118.50 EUR
  Income:Sales   -1118.50 EUR
  Assets:Bank     3 X-2
  Income:Sales   -3 X-2
`

func TestTotals(t *testing.T) {
	want := ledgertest.Totals{"Assets:Bank EUR": "1118.5", "Income:Sales EUR": "-1118.5", "Assets:Bank X-2": "3", "Income:Sales X-2": "-3"}
	for name, tool := range tools {
		got, err := tool.totals(file(t, name, tool.text))
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		if left, err := got.Left(); err != nil || len(left) > 0 {
			t.Errorf("%s leaves %v, %v", name, left, err)
		}
	}
	if left, err := (ledgertest.Totals{"Assets:Bank EUR": "1", "Income:Sales EUR": "-0.999999"}).Left(); err != nil || left["EUR"] != "0.000001" {
		t.Error(left, err)
	}
}

// A file that does not add up is refused by both, and what hledger would let
// pass without its strict mode.
func TestInvariant1ToolsRefuse(t *testing.T) {
	for name, tool := range tools {
		if _, err := tool.totals(file(t, name, strings.Replace(tool.text, "-1118.50", "-1118.49", 1))); err == nil {
			t.Errorf("%s accepts what does not add up", name)
		}
		if _, err := tool.totals(filepath.Join(t.TempDir(), name)); err == nil {
			t.Errorf("%s accepts no file at all", name)
		}
	}
	if _, err := ledgertest.Hledger(file(t, "books.journal", strings.Replace(journal, "payee shop\n", "", 1))); err == nil {
		t.Error("hledger accepts a payee that was not declared")
	}
}

var tools = map[string]struct {
	text   string
	totals func(string) (ledgertest.Totals, error)
}{"books.journal": {journal, ledgertest.Hledger}, "books.beancount": {beancount, ledgertest.Beancount}}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
