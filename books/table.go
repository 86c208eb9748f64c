package books

import (
	"encoding/csv"
	"iter"
	"strconv"
	"time"

	"commonweal/platform/store"
	"commonweal/quantity"
)

// Table is a table of a practice for the CSV export: its name (a file name
// without ".csv"), its columns, and its rows in a fixed order. Rows holds no
// private text; names says what to call an agent.
type Table struct {
	Name    string
	Columns []string
	Rows    func(r *store.Snapshot, names func(store.ID) string) iter.Seq2[[]string, error]
}

// tables writes every table as a CSV file (RFC 4180, LF): the books' own, then
// those of practices, which know no period.
func (x *exporting) tables() error {
	own := []Table{
		{"entries", []string{"day", "entry", "event", "kind", "party", "name", "project", "distribution", "corrects", "recorded", "account", "amount", "unit"}, x.entryRows},
		{"balances", []string{"account", "unit", "opening", "debits", "credits", "closing"}, x.balanceRows},
		{"filter", []string{"from", "to", "log entries", "unit", "hash"}, x.filterRows},
	}
	for _, t := range append(own, x.books.Tables...) {
		if err := x.table(t); err != nil {
			return err
		}
	}
	return nil
}

func (x *exporting) table(t Table) error {
	total := 4 * int64(x.view.Ledger.Len()) // about: postings, and what practices add
	f, err := x.out.create(t.Name + ".csv")
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	w.Write(t.Columns)
	for row, err := range t.Rows(x.view.Snapshot, x.names) {
		if err != nil {
			return err
		}
		if !x.step(total) {
			return x.ctx.Err()
		}
		for i := range row {
			row[i] = cellText(row[i])
		}
		w.Write(row)
	}
	w.Flush()
	return w.Error()
}

// cellText keeps spreadsheets from running a text as a formula.
func cellText(text string) string {
	if text == "" {
		return text
	}
	switch text[0] {
	case '=', '+', '@', '\t', '\r':
		return "'" + text
	case '-':
		if _, err := quantity.Parse(text, ""); err != nil {
			return "'" + text
		}
	}
	return text
}

func (x *exporting) entryRows(_ *store.Snapshot, names func(store.ID) string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		entries, err := x.view.Ledger.Entries(x.Filter)
		if err != nil {
			yield(nil, err)
			return
		}
		for e := range entries {
			for _, p := range e.Postings {
				if !yield([]string{e.Day, e.Code(), string(e.Event), e.Kind, string(e.Payee), names(e.Payee), string(e.Project), string(e.Distribution), string(e.Corrects),
					e.Recorded.UTC().Format(time.RFC3339Nano), string(p.Account), p.Amount.Decimal(), string(p.Amount.Unit)}, nil) {
					return
				}
			}
		}
	}
}

func (x *exporting) balanceRows(*store.Snapshot, func(store.ID) string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		balances, err := x.view.Ledger.Balances(x.Filter)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, b := range balances {
			text := func(micros int64) string { return quantity.Micros(micros, b.Unit).Decimal() }
			if !yield([]string{string(b.Account), string(b.Unit), text(b.Opening), text(b.Debits), text(b.Credits), text(b.Closing)}, nil) {
				return
			}
		}
	}
}

func (x *exporting) filterRows(*store.Snapshot, func(store.ID) string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		f := x.Filter
		yield([]string{f.From, f.To, strconv.FormatInt(f.Size, 10), string(f.Unit), f.Hash()}, nil)
	}
}
