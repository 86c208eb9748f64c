package books_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
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
		for _, need := range []string{"datetime", "shortId", "shortGroup", "type", "kind", "isRefund", "isRefunded", "amount", "netAmount", "balance", "currency", "accountSlug", "oppositeAccountName"} {
			if _, there := at[need]; !there {
				t.Fatalf("no column %s in %v", need, rows[0])
			}
		}
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

// Grants and purchases obey what the schema of OCDS 1.1.5 requires of the parts
// that they use; the schema itself is not to be had as a package, so its
// rules are written out here.
func TestOCDS(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		path, _ := s.write(t, books.Export{Format: books.OCDSFormat})
		var p map[string]any
		must(t, json.Unmarshal(read(t, path), &p))
		published := isTime(t, p, "publishedDate")
		text(t, p, "uri")
		if text(t, p, "version") != "1.1" {
			t.Errorf("version %v", p["version"])
		}
		text(t, object(t, p, "publisher"), "name")
		ids := map[string]bool{}
		for _, r := range list(t, p, "releases") {
			id := text(t, r, "ocid") + " " + text(t, r, "id")
			if ids[id] || strings.Contains(id, "#") || !strings.HasPrefix(id, "ocds-") {
				t.Errorf("release %q is there twice, or is no identifier", id)
			}
			ids[id] = true
			if isTime(t, r, "date").After(published) {
				t.Errorf("%s is published before its date", id)
			}
			for _, tag := range r["tag"].([]any) {
				if !slices.Contains([]string{"award", "contract", "implementation", "implementationUpdate"}, tag.(string)) {
					t.Errorf("%s has the tag %v", id, tag)
				}
			}
			checkRelease(t, r)
		}
		if len(ids) < 2 {
			t.Errorf("only %v", ids)
		}
	})
}

// checkRelease holds the parties, awards and contracts of a release against
// the schema, and their references against each other.
func checkRelease(t *testing.T, r map[string]any) {
	t.Helper()
	if text(t, r, "initiationType") != "tender" {
		t.Errorf("initiationType %v", r["initiationType"])
	}
	parties := map[string]bool{}
	for _, p := range list(t, r, "parties") {
		parties[text(t, p, "id")] = true
		text(t, p, "name")
		for _, role := range p["roles"].([]any) {
			if !slices.Contains([]string{"buyer", "supplier", "funder", "payer", "payee"}, role.(string)) {
				t.Errorf("role %v", role)
			}
		}
	}
	party := func(x map[string]any, field string) {
		if id := text(t, object(t, x, field), "id"); !parties[id] {
			t.Errorf("%s %s is none of the parties %v", field, id, parties)
		}
	}
	party(r, "buyer")
	if _, awarded := r["awards"]; awarded {
		for _, a := range list(t, r, "awards") {
			text(t, a, "id")
			value(t, object(t, a, "value"))
			isTime(t, a, "date")
		}
	}
	for _, c := range list(t, r, "contracts") {
		text(t, c, "id")
		text(t, c, "awardID")
		for _, x := range list(t, object(t, c, "implementation"), "transactions") {
			text(t, x, "id")
			isTime(t, x, "date")
			value(t, object(t, x, "value"))
			party(x, "payer")
			party(x, "payee")
		}
	}
}

func value(t *testing.T, v map[string]any) {
	t.Helper()
	if _, is := v["amount"].(float64); !is || len(text(t, v, "currency")) != 3 {
		t.Errorf("%v is no value", v)
	}
}

func object(t *testing.T, x map[string]any, field string) map[string]any {
	t.Helper()
	o, is := x[field].(map[string]any)
	if !is {
		t.Fatalf("%s is %v", field, x[field])
	}
	return o
}

func list(t *testing.T, x map[string]any, field string) (out []map[string]any) {
	t.Helper()
	all, is := x[field].([]any)
	if !is || len(all) == 0 {
		t.Fatalf("%s is %v", field, x[field])
	}
	for _, o := range all {
		out = append(out, o.(map[string]any))
	}
	return out
}

func text(t *testing.T, x map[string]any, field string) string {
	t.Helper()
	s, _ := x[field].(string)
	if s == "" {
		t.Fatalf("%s is %v", field, x[field])
	}
	return s
}

func isTime(t *testing.T, x map[string]any, field string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text(t, x, field))
	must(t, err)
	return at
}
