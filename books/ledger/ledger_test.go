package ledger

import (
	"bytes"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/books/ledger/ledgertest"
	"commonweal/quantity"
)

// Each entry sums to exactly zero in each unit.
func TestInvariant1EntriesSumToZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		entries, _ := w.ledger.Entries(Filter{})
		for e := range entries {
			sums := map[quantity.Unit]int64{}
			for _, p := range e.Postings {
				sums[p.Amount.Unit] += p.Amount.Micros
			}
			for unit, sum := range sums {
				if sum != 0 {
					t.Fatalf("entry %s leaves %d %s: %v", e.Code(), sum, unit, e)
				}
			}
		}
	})
}

// Whoever reads the entries reads those of the moment, however many acts are
// added between one and the next.
func TestEntriesWhileActsAreAdded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		f := Filter{Size: w.ledger.Size()}
		entries, err := w.ledger.Entries(f)
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Collect(entries)
		if entries, err = w.ledger.Entries(f); err != nil {
			t.Fatal(err)
		}
		var got []Entry
		for e := range entries {
			got = append(got, e)
			w.event()
			w.act()
			w.ledger.Sort()
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("read %v, want %v", got, want)
		}
	})
}

// What is in the bank is the sum of all resources that are money.
func TestInvariant2BankIsTheSumOfResources(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		want := map[quantity.Unit]int64{}
		for at, id := range w.accounts {
			want[at.unit] += w.held[id]
		}
		balances, _ := w.ledger.Balances(Filter{})
		for _, b := range balances {
			if b.Account == Bank {
				if b.Closing != want[b.Unit] {
					t.Fatalf("%s in the bank are %d, the resources hold %d", b.Unit, b.Closing, want[b.Unit])
				}
				delete(want, b.Unit)
			}
		}
		for unit, sum := range want {
			if sum != 0 {
				t.Fatalf("%d %s are missing", sum, unit)
			}
		}
	})
}

// Correcting everything away returns every balance to nothing, whatever records
// changed hands with all they held in the meantime.
func TestInvariant3CorrectionsReturnBalances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		left := map[string]int64{}
		for _, e := range w.events {
			q := e.ResourceQuantity
			if e.EffortQuantity != nil {
				q = e.EffortQuantity
			}
			if e.Corrects == "" {
				left[string(e.ID)] += q.Micros
			} else {
				left[string(e.Corrects)] += q.Micros
			}
		}
		for _, e := range slices.Clone(w.events) {
			if n := left[string(e.ID)]; e.Corrects == "" && n != 0 {
				c := e
				q := quantity.Micros(-n, "")
				if c.EffortQuantity != nil {
					q.Unit = c.EffortQuantity.Unit
					c.EffortQuantity = &q
				} else {
					q.Unit = c.ResourceQuantity.Unit
					c.ResourceQuantity = &q
				}
				c.Corrects, c.ClassifiedAs = e.ID, nil
				w.record(c)
			}
		}
		w.act()
		w.ledger.Sort()
		balances, _ := w.ledger.Balances(Filter{})
		for _, b := range balances {
			if b.Closing != 0 {
				t.Fatalf("%s still holds %d %s", b.Account, b.Closing, b.Unit)
			}
		}
	})
}

// Opening plus movements is closing for any cut, and the closing of one period
// is the opening of the next.
func TestInvariant4PeriodsJoin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		f := w.filter()
		s := w.statement(f)
		sums := map[holding]int64{}
		for e := range s.all() {
			for _, p := range e.Postings {
				sums[holding{p.Account, p.Amount.Unit}] += p.Amount.Micros
			}
		}
		for _, b := range s.Closing {
			at := holding{b.Account, b.Unit}
			if b.Opening+b.Debits-b.Credits != b.Closing || sums[at] != b.Closing {
				t.Fatalf("%+v, postings %d", b, sums[at])
			}
			delete(sums, at)
		}
		if len(sums) > 0 {
			t.Fatalf("no closing balance for %v", sums)
		}
		if f.To == "" {
			return
		}
		after := f
		after.From, after.To = dayAfter(f.To), ""
		next := w.statement(after)
		opened := map[holding]int64{}
		for _, p := range next.Opening {
			opened[holding{p.Account, p.Amount.Unit}] = p.Amount.Micros
		}
		for _, b := range s.Closing {
			if root := b.Account.Root(); root != Income && root != Expenses && b.Account != Opening && opened[holding{b.Account, b.Unit}] != b.Closing {
				t.Fatalf("%s closes at %d, opens at %d %s", b.Account, b.Closing, opened[holding{b.Account, b.Unit}], b.Unit)
			}
		}
	})
}

// What is read from daily sums is what the rows add up to: the same filter on a
// log that then grew goes through the rows.
func TestDailySumsAreTheRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		f := w.filter()
		f = Filter{From: f.From, To: f.To, Size: w.ledger.Size(), Unit: "EUR", Account: f.Account}
		type answer struct {
			balances []Balance
			months   []string
			sums     [][]int64
			lines    []Line
			total    int
		}
		ask := func() (a answer) {
			a.balances, _ = w.ledger.Balances(f)
			a.months, a.sums, _ = w.ledger.Months(f, Bank, Income)
			on := f
			on.Account = Bank
			a.lines, a.total, _ = w.ledger.Register(on, 1, 3)
			return a
		}
		fast := ask()
		w.act()
		w.ledger.Sort()
		if slow := ask(); !reflect.DeepEqual(fast, slow) {
			t.Fatalf("from sums %+v\nfrom rows %+v", fast, slow)
		}
		checkRegister(t, w.ledger, f)
	})
}

// checkRegister compares the balances of a register with the closing balance.
func checkRegister(t *rapid.T, l *Ledger, f Filter) {
	f.Account = Bank
	lines, total, _ := l.Register(f, 0, 1<<30)
	if len(lines) != total {
		t.Fatalf("%d lines of %d", len(lines), total)
	}
	balances, _ := l.Balances(f)
	for _, b := range balances {
		if b.Account != Bank || total == 0 {
			continue
		}
		if lines[0].Balance.Micros != b.Closing {
			t.Fatalf("the register ends at %s, the account at %d", lines[0].Balance, b.Closing)
		}
		last := lines[total-1]
		if last.Balance.Micros-last.Amount.Micros != b.Opening {
			t.Fatalf("the register begins at %d, the account at %d", last.Balance.Micros-last.Amount.Micros, b.Opening)
		}
	}
}

// Whatever asks by a filter gets one number: balances, the register, the
// months, the entries, and the statement that exports are written from.
func TestInvariant7OneFilterOneNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		f := w.filter()
		f.Unit = "EUR"
		f.Account = rapid.SampledFrom(append(w.ledger.Accounts(""), "Assets", "Liabilities:Members", Income)).Draw(t, "of")
		balances, err := w.ledger.Balances(f)
		if err != nil {
			t.Fatal(err)
		}
		var want int64 // what the period adds
		for _, b := range balances {
			if !b.Account.In(f.Account) || b.Unit != f.Unit {
				t.Fatalf("%+v is not asked for by %+v", b, f)
			}
			want += b.Change()
		}
		same := func(what string, got int64) {
			if got != want {
				t.Fatalf("%+v: %s say %d, balances %d", f, what, got, want)
			}
		}
		entries, _ := w.ledger.Entries(f)
		same("entries", added(entries, f))
		same("a statement's entries", added(w.statement(f).Entries, f))
		_, months, _ := w.ledger.Months(f, f.Account)
		same("months", sum(months))
		for _, b := range balances {
			on := f
			on.Account = b.Account
			lines, total, _ := w.ledger.Register(on, 0, 1<<30)
			if len(lines) != total || total > 0 && lines[0].Balance.Micros != b.Closing {
				t.Fatalf("%+v: %d of %d lines, the last %v; the balance is %+v", on, len(lines), total, lines, b)
			}
		}
	})
}

// added is what entries put on the accounts of a filter, in its unit.
func added(entries iter.Seq[Entry], f Filter) (sum int64) {
	for e := range entries {
		for _, p := range e.Postings {
			if p.Account.In(f.Account) && p.Amount.Unit == f.Unit {
				sum += p.Amount.Micros
			}
		}
	}
	return sum
}

func sum(months [][]int64) (sum int64) {
	for _, list := range months {
		for _, n := range list {
			sum += n
		}
	}
	return sum
}

// The log as it stood on a day is the log up to its last entry of that day.
func TestSizeAtADay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		day := time.Date(2026, 1, rapid.IntRange(-5, 40).Draw(t, "day"), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		size := w.ledger.SizeAt(day)
		entries, _ := w.ledger.Entries(Filter{By: Recorded})
		for e := range entries {
			if (e.Day <= day) != (e.Log < size) {
				t.Fatalf("on %s the log had %d entries; entry %d was recorded on %s", day, size, e.Log, e.Day)
			}
		}
	})
}

// The same log, read in one go or in steps, gives the same bytes, and what comes
// later never renames anything.
func TestInvariant5SameLogSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		f := Filter{Size: w.ledger.Size()}
		before := written(t, func(b *bytes.Buffer) error { return WriteHledger(b, w.statement(f), w.head()) })
		head := w.head()
		for range 5 {
			w.event()
			w.act()
			w.ledger.Sort()
		}
		after := written(t, func(b *bytes.Buffer) error { return WriteHledger(b, w.statement(f), head) })
		if !bytes.Equal(before, after) {
			t.Fatalf("before\n%s\nafter\n%s", before, after)
		}
	})
}

// Whatever the texts, the export is read back as the same entries.
func TestInvariant6RoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		f := w.filter()
		s := w.statement(f)
		text := written(t, func(b *bytes.Buffer) error { return WriteHledger(b, s, w.head()) })
		p, err := ParseHledger(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		want := slices.Collect(s.Entries)
		if len(want) != len(p.Entries) || len(want) > 0 && !reflect.DeepEqual(want, p.Entries) {
			t.Fatalf("wrote %v\nread %v", want, p.Entries)
		}
		if len(s.Opening) != len(p.Opening) || len(s.Opening) > 0 && !reflect.DeepEqual(s.Opening, p.Opening) {
			t.Fatalf("opened with %v, read %v", s.Opening, p.Opening)
		}
		if prices := worthWriting(s.Prices); len(prices) != len(p.Prices) || len(prices) > 0 && !reflect.DeepEqual(prices, p.Prices) {
			t.Fatalf("priced %v, read %v", prices, p.Prices)
		}
		for _, b := range s.Closing {
			if got := p.Closing[b.Account][b.Unit]; got.Micros != b.Closing {
				t.Fatalf("%s closes at %d, asserted %v", b.Account, b.Closing, got)
			}
		}
	})
}

// hledger and Beancount accept every statement, and add it up as we do.
func TestRealToolsAgree(t *testing.T) {
	drawn := rapid.Custom(func(t *rapid.T) drawnStatement {
		w := newWorld(t)
		return drawnStatement{w.statement(w.filter()), w.head()}
	})
	for seed := range 20 { // two programs start each time
		d := drawn.Example(seed)
		checkTools(t, t.TempDir(), d.s, d.h)
	}
}

type drawnStatement struct {
	s *Statement
	h Head
}

// checkTools compares the totals of both tools with those of the statement;
// all three come to exactly nothing in each unit.
func checkTools(t fataler, dir string, s *Statement, h Head) {
	want := totalsOf(s)
	for _, tool := range []struct {
		file   string
		write  func(*bytes.Buffer) error
		totals func(path string) (ledgertest.Totals, error)
	}{
		{"books.journal", func(b *bytes.Buffer) error { return WriteHledger(b, s, h) }, ledgertest.Hledger},
		{"books.beancount", func(b *bytes.Buffer) error { return WriteBeancount(b, s, h) }, ledgertest.Beancount},
	} {
		text, path := written(t, tool.write), filepath.Join(dir, tool.file)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := tool.totals(path)
		if err != nil {
			t.Fatal(err, string(text))
		}
		if !maps.Equal(want, got) {
			t.Fatal(fmt.Sprintf("ours %v\n%s %v", want, tool.file, got))
		}
	}
	if left, err := want.Left(); err != nil || len(left) > 0 {
		t.Fatal("the books leave", left, err)
	}
}

// totalsOf is what a statement says its accounts hold at its end.
func totalsOf(s *Statement) ledgertest.Totals {
	symbols := map[quantity.Unit]string{}
	for _, u := range s.Symbols {
		symbols[u.Unit] = u.Text
	}
	out := ledgertest.Totals{}
	for _, b := range s.Closing {
		if b.Closing != 0 {
			out[string(b.Account)+" "+symbols[b.Unit]] = quantity.Micros(b.Closing, "").Decimal()
		}
	}
	return out
}
