package books_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"commonweal/books"
	"commonweal/books/ledger"
	"commonweal/quantity"
	"commonweal/vf"
)

// A file for each year: both tools accept every one, and what one closes with
// the next opens with.
func TestYears(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		s.act(t, "shop.sell", false, func(l *vf.Ledger) {
			q := quantity.Of(40, "EUR")
			_, err := l.Record(vf.Event{Action: vf.Transfer, Provider: s.bakery, Receiver: s.id, ToResourceInventoriedAs: s.pot, ClassifiedAs: []string{"cw:income/grant"},
				ResourceQuantity: &q, HasPointInTime: time.Date(2028, 2, 1, 12, 0, 0, 0, time.UTC)})
			must(t, err)
		})
		path, _ := s.write(t, books.Export{Format: books.YearsFormat})
		z, err := zip.OpenReader(path)
		must(t, err)
		defer z.Close()
		closed := map[ledger.Account]map[quantity.Unit]quantity.Amount{}
		var names []string
		for _, f := range z.File {
			names = append(names, f.Name)
			r, err := f.Open()
			must(t, err)
			data, err := io.ReadAll(r)
			must(t, err)
			file := filepath.Join(t.TempDir(), f.Name)
			must(t, os.WriteFile(file, data, 0o600))
			if strings.HasSuffix(f.Name, ".beancount") {
				accepted(t, books.BeancountFormat, file)
				continue
			}
			accepted(t, books.HledgerFormat, file)
			year, err := ledger.ParseHledger(bytes.NewReader(data))
			must(t, err)
			for _, p := range year.Opening {
				if was := closed[p.Account][p.Amount.Unit]; p.Account != ledger.Opening && was.Micros != p.Amount.Micros {
					t.Errorf("%s opens %s with %s, the year before closed with %s", f.Name, p.Account, p.Amount, was)
				}
			}
			closed = year.Closing
		}
		if want := []string{"2026.journal", "2026.beancount", "2027.journal", "2027.beancount", "2028.journal", "2028.beancount"}; !slices.Equal(names, want) {
			t.Errorf("the archive holds %v, not %v", names, want)
		}
	})
}

// The file for Open Collective has its columns, a row for every movement of the
// bank, and ends with what the books say is there.
func TestOpenCollective(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		path, f := s.write(t, books.Export{Format: books.OCFormat})
		rows, err := csv.NewReader(bytes.NewReader(read(t, path))).ReadAll()
		must(t, err)
		at := map[string]int{}
		for i, name := range rows[0] {
			at[name] = i
		}
		if want := strings.Fields(collectiveHeads); !slices.Equal(rows[0], want) {
			t.Fatalf("the columns are %v, not %v", rows[0], want)
		}
		checkRefunds(t, rows[1:], at)
		kinds, sum := map[string]int{}, quantity.Of(0, "")
		for _, row := range rows[1:] {
			kinds[row[at["kind"]]+" "+row[at["type"]]+" "+row[at["isRefund"]]]++
			a, err := quantity.Parse(row[at["amount"]], "")
			must(t, err)
			sum.Micros += a.Micros
			if row[at["balance"]] != sum.Decimal() || (a.Micros < 0) != (row[at["type"]] == "DEBIT") {
				t.Errorf("%v: balance %s, the amounts come to %s", row, row[at["balance"]], sum.Decimal())
			}
		}
		for _, kind := range []string{"ADDED_FUNDS CREDIT false", "PAYMENT_PROCESSOR_FEE DEBIT false", "EXPENSE DEBIT false"} {
			if kinds[kind] == 0 {
				t.Errorf("no row is %s: %v", kind, kinds)
			}
		}
		must(t, s.Read(t.Context(), s.id, func(v *books.View) error {
			f.Account, f.Unit = ledger.Bank, "EUR"
			balances, err := v.Ledger.Balances(f)
			if len(balances) != 1 || balances[0].Closing != sum.Micros {
				t.Errorf("the rows come to %s, the books to %v", sum.Decimal(), balances)
			}
			return err
		}))
	})
}

// collectiveHeads are the columns of a transactions file as Open Collective
// exports them by default (docs.opencollective.com, transactions CSV).
const collectiveHeads = `datetime shortId shortGroup description type kind isRefund isRefunded shortRefundId displayAmount amount
	paymentProcessorFee hostFee netAmount balance currency accountSlug accountName oppositeAccountSlug oppositeAccountName
	paymentMethodService paymentMethodType expenseType expenseTags payoutMethodType merchantId orderMemo orderProcessedDate refundKind`

// checkRefunds holds that every row has an identifier of its own, and that a
// refund names a row that is marked as refunded, of the same kind and the other way.
func checkRefunds(t *testing.T, rows [][]string, at map[string]int) {
	t.Helper()
	byID := map[string][]string{}
	for _, row := range rows {
		if id := row[at["shortId"]]; id == "" || byID[id] != nil {
			t.Errorf("the identifier %q is there twice", id)
		}
		byID[row[at["shortId"]]] = row
	}
	refunds := 0
	for _, row := range rows {
		if row[at["isRefund"]] != "true" {
			continue
		}
		refunds++
		of := byID[row[at["shortRefundId"]]]
		if of == nil || of[at["isRefunded"]] != "true" || of[at["kind"]] != row[at["kind"]] || of[at["type"]] == row[at["type"]] {
			t.Errorf("%v refunds %v", row, of)
		}
	}
	if refunds == 0 {
		t.Error("nothing was refunded")
	}
}
