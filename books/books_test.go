package books_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"commonweal/books"
	"commonweal/books/ledger"
	"commonweal/books/ledger/ledgertest"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/job"
	"commonweal/platform/journal"
	"commonweal/platform/journal/neighbors"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/quantity"
	"commonweal/vf"
)

// shop is a commons that sells, shares out and pays, in a fresh database.
type shop struct {
	*books.Books
	id               store.ID
	robin, sam       store.ID
	bakery           store.ID
	euro             store.ID
	pot, ofRobin     store.ID
	sale, share, fee vf.Event
}

// names of people, which no public export may hold.
const robinName, samName = "Robin Secretname", "Sam Hiddenname"

func eachShop(t *testing.T, body func(*testing.T, *shop)) {
	var l *journal.Log
	storetest.Each(t, func() store.Config {
		l = &journal.Log{}
		return store.Config{Schemas: []store.Schema{journal.Schema, neighbors.Schema, auth.Schema, commons.Schema, job.Schema, vf.Schema}, Sealer: l}
	}, func(t *testing.T, db *store.Store) { body(t, newShop(t, db, l)) })
}

func newShop(t testing.TB, db *store.Store, l *journal.Log) *shop {
	key, err := journal.NewKey("river.example")
	must(t, err)
	table := auth.NewTable(slices.Concat(auth.Grants, commons.Grants, vf.Grants, books.Grants)...)
	gate, err := auth.New(auth.Config{Store: db, Table: table, Origin: "http://localhost"})
	must(t, err)
	directory := commons.NewDirectory(commons.Config{Store: db, Gate: gate, Practices: []string{"contribution"}})
	c, err := directory.Found(t.Context(), gate.Operator(store.Host), commons.Ask{Slug: "shop", Currency: "EUR",
		Settings: commons.Settings{Name: `Shop; "the" | one`, Language: "en", Zone: "Europe/Amsterdam", OpenBooks: true}})
	must(t, err)
	s := &shop{Books: books.New(books.Config{Store: db, Log: l, Key: key}), id: c.ID}
	s.open(t, c)
	s.trade(t)
	return s
}

// act does something to the core and journals it, attached when large is set.
func (s *shop) act(t testing.TB, name string, large bool, f func(*vf.Ledger)) {
	t.Helper()
	_, err := store.Write(t.Context(), s.Store, store.Command{Commons: s.id}, func(tx *store.Tx) (int, error) {
		l := vf.Open(tx)
		f(l)
		r := journal.Record{Act: name, Public: map[string]any{"vf": l.Changes()}, Sealed: l.Sealed()}
		if large {
			r.Public, r.Attached = nil, map[string][]byte{"vf": marshal(t, l.Changes())}
		}
		_, err := journal.Append(tx, r)
		return 0, err
	})
	must(t, err)
}

func (s *shop) open(t testing.TB, c commons.Commons) {
	s.act(t, "shop.open", false, func(l *vf.Ledger) {
		agent := func(a vf.Agent) store.ID {
			out, err := l.AddAgent(a)
			must(t, err)
			return out.ID
		}
		agent(vf.Agent{ID: c.Agent, Kind: vf.Organization, Name: c.Name})
		s.robin, s.sam = agent(vf.Agent{Kind: vf.Person, Name: robinName}), agent(vf.Agent{Kind: vf.Person, Name: samName})
		s.bakery = agent(vf.Agent{Kind: vf.Organization, Name: "=Bakery; \"Corner\" | x,y"})
		euro, err := l.AddSpecification(vf.ResourceSpecification{Name: "Euro", MediumOfExchange: true, DefaultUnitOfResource: "EUR"})
		must(t, err)
		s.euro = euro.ID
		account := func(who store.ID) store.ID {
			_, r, err := l.RecordNew(vf.Event{Action: vf.Raise, Provider: who, Receiver: who, ResourceQuantity: &quantity.Amount{Unit: "EUR"}}, vf.Resource{ConformsTo: s.euro})
			must(t, err)
			return r.ID
		}
		s.pot, s.ofRobin = account(c.Agent), account(s.robin)
	})
}

func (s *shop) trade(t testing.TB) {
	record := func(l *vf.Ledger, value string, e vf.Event) vf.Event {
		q := quantity.MustParse(value, "EUR")
		e.ResourceQuantity, e.HasPointInTime = &q, time.Date(2026, 3, 31, 22, 30, 0, 0, time.UTC) // 1 April in Amsterdam
		out, err := l.Record(e)
		must(t, err)
		return out
	}
	s.act(t, "shop.sell", false, func(l *vf.Ledger) {
		s.sale = record(l, "100", vf.Event{Action: vf.Transfer, Provider: s.bakery, Receiver: s.id, ToResourceInventoriedAs: s.pot, ClassifiedAs: []string{"cw:income/sale"}, Note: "for " + samName})
		s.fee = record(l, "2.5", vf.Event{Action: vf.Transfer, Provider: s.id, Receiver: s.bakery, ResourceInventoriedAs: s.pot, ClassifiedAs: []string{"cw:deduction/processor"}})
	})
	s.act(t, "shop.share", true, func(l *vf.Ledger) {
		s.share = record(l, "40", vf.Event{Action: vf.Transfer, Provider: s.id, Receiver: s.robin, ResourceInventoriedAs: s.pot, ToResourceInventoriedAs: s.ofRobin,
			ClassifiedAs: []string{"cw:distribution-number/7", "cw:distribution/" + string(store.NewID())}})
	})
	s.act(t, "shop.pay", false, func(l *vf.Ledger) {
		record(l, "15", vf.Event{Action: vf.Lower, Provider: s.robin, Receiver: s.robin, ResourceInventoriedAs: s.ofRobin, ClassifiedAs: []string{"cw:payout"}})
		hours := quantity.MustParse("2.25", "hour")
		_, err := l.Record(vf.Event{Action: vf.Work, Provider: s.sam, Receiver: s.id, EffortQuantity: &hours, InScopeOf: s.id, ClassifiedAs: []string{"cw:contribution/work"}})
		must(t, err)
	})
	s.act(t, "shop.refund", false, func(l *vf.Ledger) {
		_, err := l.Reverse(s.fee.ID, "")
		must(t, err)
	})
}

func (s *shop) write(t testing.TB, x books.Export) (string, ledger.Filter) {
	t.Helper()
	x.Commons = s.id
	dest := filepath.Join(t.TempDir(), "export."+x.Format.Extension())
	f, err := s.Export(t.Context(), x, dest)
	must(t, err)
	return dest, f
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return b
}

// What the shop did, on the accounts it must stand on.
func TestAccountsOfAShop(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		must(t, s.Read(t.Context(), s.id, func(v *books.View) error {
			balances, err := v.Ledger.Balances(ledger.Filter{})
			must(t, err)
			got := map[ledger.Account]string{}
			for _, b := range balances {
				got[b.Account] = quantity.Micros(b.Closing, b.Unit).String()
			}
			for account, want := range map[ledger.Account]string{"Assets:Bank": "85 EUR", "Income:Sales": "-100 EUR", "Expenses:Fees:Processor": "0 EUR",
				"Expenses:Distribution:D7": "40 EUR", "Assets:Hours": "2.25 hour", v.Ledger.Owed(s.robin): "-25 EUR"} {
				if got[account] != want {
					t.Errorf("%s holds %s, want %s", account, got[account], want)
				}
			}
			e, found := v.Ledger.Entry(s.sale.ID)
			if !found || e.Day != "2026-04-01" || e.Payee != s.bakery || e.Kind != "income/sale" {
				t.Errorf("the sale is %+v", e)
			}
			return nil
		}))
	})
}

// The same state gives the same bytes, from the books in memory and from books
// that have just read the log; hledger and Beancount accept them, and we read
// them back.
func TestExportsAreTheSameAndAccepted(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		fresh := &shop{Books: books.New(s.Config), id: s.id}
		for _, format := range []books.Format{books.HledgerFormat, books.BeancountFormat, books.CSVFormat, books.JSONLFormat, books.YearsFormat, books.OCFormat, books.OCDSFormat, books.LogFormat} {
			for _, f := range []ledger.Filter{{}, {From: "2026-04-01", To: "2026-04-30"}, {Unit: "EUR"}, {To: "2020-01-01"}} {
				a, filter := s.write(t, books.Export{Format: format, Filter: f})
				b, _ := fresh.write(t, books.Export{Format: format, Filter: filter})
				if !bytes.Equal(read(t, a), read(t, b)) {
					t.Errorf("two exports as %s of %+v differ", format, f)
				}
				accepted(t, format, a)
			}
		}
	})
}

// accepted has the program of bookkeepers that reads a format accept a file.
func accepted(t *testing.T, format books.Format, path string) {
	t.Helper()
	var err error
	switch format {
	case books.HledgerFormat:
		_, err = ledgertest.Hledger(path)
		if _, broken := ledger.ParseHledger(bytes.NewReader(read(t, path))); broken != nil {
			t.Error(broken)
		}
	case books.BeancountFormat:
		_, err = ledgertest.Beancount(path)
	}
	if err != nil {
		t.Errorf("%v\n%s", err, read(t, path))
	}
}

// No export without the request for private fields holds a name or a note of
// a person; one with it does.
func TestInvariant4NothingPrivateInExports(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		for _, format := range []books.Format{books.HledgerFormat, books.BeancountFormat, books.CSVFormat, books.JSONLFormat, books.YearsFormat, books.OCFormat, books.OCDSFormat, books.LogFormat} {
			for _, private := range []bool{false, true} {
				path, _ := s.write(t, books.Export{Format: format, Private: private})
				text := plainText(t, path)
				named := strings.Contains(text, robinName) || strings.Contains(text, samName)
				if named != (private && format != books.JSONLFormat && format != books.OCDSFormat) { // events name nobody, and only organizations were traded with
					t.Errorf("%s, private %v: names are there: %v", format, private, named)
				}
			}
		}
	})
}

// plainText is everything in a file, unpacked.
func plainText(t testing.TB, path string) string {
	t.Helper()
	if filepath.Ext(path) != ".zip" {
		return string(read(t, path))
	}
	z, err := zip.OpenReader(path)
	must(t, err)
	defer z.Close()
	var b strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		_, err = io.Copy(&b, r)
		must(t, err)
		r.Close()
	}
	return b.String()
}

// The tables are CSV that adds up, and no cell runs in a spreadsheet.
func TestTables(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		path, _ := s.write(t, books.Export{Format: books.CSVFormat})
		z, err := zip.OpenReader(path)
		must(t, err)
		defer z.Close()
		f, err := z.Open("entries.csv")
		must(t, err)
		rows, err := csv.NewReader(f).ReadAll()
		must(t, err)
		sums := map[string]int64{}
		for _, row := range rows[1:] {
			sums[row[1]+row[12]] += quantity.MustParse(row[11], "EUR").Micros
			for _, cell := range row {
				if strings.HasPrefix(cell, "=") {
					t.Errorf("the cell %q runs as a formula", cell)
				}
			}
		}
		for entry, sum := range sums {
			if sum != 0 {
				t.Errorf("entry %s does not sum to zero", entry)
			}
		}
		if len(rows) != 1+6*2 { // sale, fee, share, payout, work, correction
			t.Errorf("%d rows", len(rows))
		}
	})
}

// Every event is a line of canonical JSON, in the order of the log, and reads
// back as the event that the log holds, to the last field.
func TestEventLines(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		path, f := s.write(t, books.Export{Format: books.JSONLFormat})
		lines := strings.Split(strings.TrimSuffix(string(read(t, path)), "\n"), "\n")
		if len(lines) != 8 { // two accounts, sale, fee, share, payout, work, correction
			t.Fatalf("%d lines", len(lines))
		}
		var got []loggedEvent
		for _, line := range lines {
			must(t, journal.CheckCanonical([]byte(line)))
			var e loggedEvent
			d := json.NewDecoder(strings.NewReader(line))
			d.DisallowUnknownFields()
			must(t, d.Decode(&e))
			got = append(got, e)
		}
		if want := s.logged(t, f.Size); !reflect.DeepEqual(got, want) {
			t.Errorf("the lines read back as\n%+v\nthe log holds\n%+v", got, want)
		}
		if _, sealed := got[2].Sealed[fmt.Sprintf("event/%s/note", s.sale.ID)]; !sealed {
			t.Errorf("the commitment to the note is missing: %s", lines[2])
		}
	})
}

// loggedEvent is a line of the export, and what the log holds of an event.
type loggedEvent struct {
	Act      string
	By       store.ID
	Event    vf.Event
	Log      int64
	Recorded string
	Sealed   map[string]string
}

// logged reads the events of the log itself, attached ones too.
func (s *shop) logged(t *testing.T, size int64) (out []loggedEvent) {
	t.Helper()
	must(t, s.Store.Read(t.Context(), s.id, func(r *store.Snapshot) error {
		for line, err := range journal.Lines(r, 0, size) {
			must(t, err)
			e, err := journal.Parse(line.Record)
			must(t, err)
			var body struct{ VF vf.Changes }
			must(t, json.Unmarshal(e.Body, &body))
			if digest := e.Attached["vf"]; digest != "" {
				data, err := journal.Blob(r, digest)
				must(t, err)
				must(t, json.Unmarshal(data, &body.VF))
			}
			for _, event := range body.VF.Events {
				of := loggedEvent{e.Act, e.By, event, line.Seq, e.At, nil}
				if c, sealed := e.Sealed[fmt.Sprintf("event/%s/note", event.ID)]; sealed {
					of.Sealed = map[string]string{fmt.Sprintf("event/%s/note", event.ID): c}
				}
				out = append(out, of)
			}
		}
		return nil
	}))
	return out
}

// Wrong questions are refused and leave nothing behind.
func TestExportRefusals(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		for code, x := range map[string]books.Export{
			"books.day":    {Format: books.HledgerFormat, Filter: ledger.Filter{From: "2026-02-30"}},
			"books.period": {Format: books.HledgerFormat, Filter: ledger.Filter{From: "2026-02-03", To: "2026-02-01"}},
			"books.size":   {Format: books.HledgerFormat, Filter: ledger.Filter{Size: 1 << 40}},
			"books.format": {Format: "docx"},
		} {
			x.Commons = s.id
			folder := t.TempDir()
			if _, err := s.Export(t.Context(), x, filepath.Join(folder, "x")); fault.CodeOf(err) != code {
				t.Errorf("%+v: %v, want %s", x, err, code)
			}
			if left, _ := os.ReadDir(folder); len(left) > 0 {
				t.Errorf("%s left %v behind", code, left)
			}
		}
	})
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	must(t, err)
	return b
}
