package main

import (
	"encoding/json"
	"strings"
	"testing"

	"commonweal/books"
	"commonweal/books/ledger"
	"commonweal/quantity"
)

// The API tells the same numbers as the pages, entry by entry: pages of entries
// hold each once, in every order of asking, and their postings come to the balances.
func TestBooksOverTheAPI(t *testing.T) {
	d := newDesk(t)
	var want []ledger.Balance
	var entries []ledger.Entry
	d.must(d.h.Books.Read(t.Context(), d.commons.ID, func(v *books.View) (err error) {
		f, err := v.Pin(ledger.Filter{})
		d.must(err)
		want, err = v.Ledger.Balances(f)
		d.must(err)
		entries, _, err = v.Ledger.Latest(f, 0, 10_000)
		return err
	}))
	var balances struct {
		Data struct {
			BooksBalances []struct {
				Account string
				Closing struct{ HasNumericalValue string }
			}
		}
	}
	d.must(json.Unmarshal([]byte(d.ask("member", `{ booksBalances { account holder { name } closing { hasNumericalValue } } }`, nil)), &balances))
	if len(want) == 0 || len(balances.Data.BooksBalances) != len(want) {
		t.Fatalf("%d balances, want %d", len(balances.Data.BooksBalances), len(want))
	}
	for i, b := range want {
		got := balances.Data.BooksBalances[i]
		if got.Account != string(b.Account) || got.Closing.HasNumericalValue != quantity.Micros(b.Closing, b.Unit).Decimal() {
			t.Errorf("%+v, want %+v", got, b)
		}
	}
	var codes []string
	for after := ""; ; {
		var page struct {
			Data struct {
				BooksEntries struct {
					Nodes    []struct{ Code string }
					PageInfo struct {
						HasNextPage bool
						EndCursor   string
					}
				}
			}
		}
		d.must(json.Unmarshal([]byte(d.ask("member", `query($after: String) { booksEntries(first: 2, after: $after) { nodes { code day kind postings { account amount { hasNumericalValue } } } pageInfo { hasNextPage endCursor } } }`, map[string]any{"after": after})), &page))
		for _, n := range page.Data.BooksEntries.Nodes {
			codes = append(codes, n.Code)
		}
		if after = page.Data.BooksEntries.PageInfo.EndCursor; !page.Data.BooksEntries.PageInfo.HasNextPage {
			break
		}
	}
	if len(codes) != len(entries) {
		t.Fatalf("%d entries on the pages, want %d", len(codes), len(entries))
	}
	for i, e := range entries {
		if codes[i] != e.Code() {
			t.Errorf("entry %d is %s, want %s", i, codes[i], e.Code())
		}
	}
	for query, part := range map[string]string{
		`{ booksReceipt(logEntry: "0") }`:                    "c2sp.org/tlog-proof",
		`{ booksReceipt(logEntry: "x") }`:                    "journal.no_entry",
		`{ booksBalances(filter: {from: "x"}) { account } }`: "invalid",
		`{ booksEntries(after: "x") { nodes { code } } }`:    "vf.cursor",
	} {
		if got := d.ask("outsider", query, nil); !strings.Contains(got, part) {
			t.Errorf("%s: %s", query, got)
		}
	}
}
