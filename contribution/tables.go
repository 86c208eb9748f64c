package contribution

import (
	"errors"
	"iter"
	"strconv"
	"time"

	"commonweal/platform/store"
	"commonweal/quantity"
)

// Table is a table of the practice, for exports: its rows in the order of the
// log, as they stand now. It holds no private text; names says what to call an
// agent.
type Table struct {
	Name    string
	Columns []string
	Rows    func(r *store.Snapshot, names func(store.ID) string) iter.Seq2[[]string, error]
}

// Tables lists the tables of the practice.
func (p *Practice) Tables() []Table {
	return []Table{
		{"contributions", []string{"number", "state", "kind", "stream", "person", "name", "project", "process", "happened", "quantity", "unit", "rate", "value", "currency", "deliverable", "logged by", "corrects", "event"}, p.tableOfEntries},
		{"income", []string{"id", "kind", "happened", "project", "payer", "name", "reference", "gross", "net", "used", "unit", "taken back by entry", "event"}, tableOfIncome},
		{"deductions", []string{"income", "kind", "to", "name", "amount", "unit", "event"}, tableOfDeductions},
		{"distributions", []string{"number", "id", "state", "opened", "project", "equation", "version", "hash", "deliverable", "pot", "paid", "residue", "unit", "ran in entry", "reversed in entry"}, tableOfDistributions},
		{"distribution-lines", []string{"distribution", "bucket", "receiver", "name", "kind", "amount", "unit"}, tableOfLines},
		{"equations", []string{"id", "version", "state", "name", "unit", "hash", "changed"}, tableOfVersions},
	}
}

type yieldRow = func([]string, error) bool

// tableOfEntries reads contributions a page at a time.
func (p *Practice) tableOfEntries(r *store.Snapshot, names func(store.ID) string) iter.Seq2[[]string, error] {
	return func(yield yieldRow) {
		after := EntryNo{-1, 0}
		for {
			page, err := store.All(r, scanEntry, entriesAfter, after.Seq, after.N, loadPage)
			for i := range page {
				err = priced(r, err, &page[i])
			}
			if err == nil {
				err = p.Columns(r, func(c *Columns) error {
					for i := range page {
						page[i].State = c.State(c.Row(page[i].No))
					}
					return nil
				})
			}
			if err != nil {
				yield(nil, err)
				return
			}
			s, err := settings.Get(r)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, e := range page {
				e.Stream = s.Kinds[e.Kind].Stream
				if !yield(entryCells(e, names), nil) {
					return
				}
				after = e.No
			}
			if len(page) < loadPage {
				return
			}
		}
	}
}

func entryCells(e Entry, names func(store.ID) string) []string {
	corrects := ""
	if e.Corrects != nil {
		corrects = e.Corrects.String()
	}
	currency := e.Value.Unit
	if currency == "" {
		currency = e.Rate.Unit
	}
	return []string{e.No.String(), e.State.String(), e.Kind, string(e.Stream), string(e.Person), names(e.Person), string(e.Project), string(e.Process),
		instant(e.At), e.Quantity.Decimal(), string(e.Quantity.Unit), orBlank(e.Rate), orBlank(e.Value), string(currency), e.Deliverable, string(e.LoggedBy), corrects, string(e.Event)}
}

// orBlank writes an amount, or nothing for one that is not there.
func orBlank(a quantity.Amount) string {
	if a.Unit == "" {
		return ""
	}
	return a.Decimal()
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

var allIncome = store.SQL(`SELECT content, used FROM contribution_income WHERE commons_id = $1 ORDER BY at, id`)

func tableOfIncome(r *store.Snapshot, names func(store.ID) string) iter.Seq2[[]string, error] {
	return tableOf(func() ([]Income, error) { return store.All(r, scanIncome, allIncome) }, func(in Income) [][]string {
		reversed := ""
		if in.ReversedAt > 0 {
			reversed = strconv.FormatInt(in.ReversedAt, 10)
		}
		return [][]string{{string(in.ID), string(in.Kind), instant(in.At), string(in.Project), string(in.Payer), names(in.Payer), in.Reference,
			in.Gross.Decimal(), in.Net.Decimal(), in.Used.Decimal(), string(in.Gross.Unit), reversed, string(in.Event)}}
	})
}

func tableOfDeductions(r *store.Snapshot, names func(store.ID) string) iter.Seq2[[]string, error] {
	return tableOf(func() ([]Income, error) { return store.All(r, scanIncome, allIncome) }, func(in Income) (out [][]string) {
		for _, d := range in.Deductions {
			out = append(out, []string{string(in.ID), d.Kind, string(d.To), names(d.To), d.Amount.Decimal(), string(d.Amount.Unit), string(d.Event)})
		}
		return out
	})
}

func tableOfDistributions(r *store.Snapshot, _ func(store.ID) string) iter.Seq2[[]string, error] {
	seq := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	return tableOf(func() ([]Distribution, error) { return Distributions(r) }, func(d Distribution) [][]string {
		return [][]string{{strconv.FormatInt(d.No, 10), string(d.ID), string(d.State), instant(d.At), string(d.Project), string(d.Equation), strconv.FormatInt(d.Version, 10), d.Hash,
			d.Deliverable, d.Pot.Decimal(), d.Paid.Decimal(), d.Residue.Decimal(), string(d.Pot.Unit), seq(d.RanAt), seq(d.ReversedAt)}}
	})
}

var everyLine = store.SQL(`SELECT d.seq, l.bucket, l.receiver, l.kind, l.amount FROM contribution_line l
	JOIN contribution_distribution d ON d.commons_id = l.commons_id AND d.id = l.distribution
	WHERE l.commons_id = $1 ORDER BY d.seq, l.bucket, l.receiver, l.kind`)

// errEnough ends a scan whose rows nobody wants any more.
var errEnough = errors.New("enough rows")

// tableOfLines reads the lines one by one: there may be millions.
func tableOfLines(r *store.Snapshot, names func(store.ID) string) iter.Seq2[[]string, error] {
	return func(yield yieldRow) {
		all, err := Distributions(r)
		if err != nil {
			yield(nil, err)
			return
		}
		byNo := map[int64]Distribution{}
		for _, d := range all {
			byNo[d.No] = d
		}
		err = r.Scan(everyLine, func(v store.Values) error {
			if !yield(lineCells(byNo[v.Int(0)], v, names), nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, err)
		}
	}
}

// lineCells is a row of everyLine.
func lineCells(d Distribution, v store.Values, names func(store.ID) string) []string {
	bucket, receiver := strconv.FormatInt(v.Int(1), 10), store.ID(v.Text(2))
	if n := int(v.Int(1)); n < len(d.BucketKeys) {
		bucket = d.BucketKeys[n]
	}
	return []string{strconv.FormatInt(d.No, 10), bucket, string(receiver), names(receiver), v.Text(3), quantity.Micros(v.Int(4), d.Pot.Unit).Decimal(), string(d.Pot.Unit)}
}

func tableOfVersions(r *store.Snapshot, _ func(store.ID) string) iter.Seq2[[]string, error] {
	return tableOf(func() ([]Version, error) { return Versions(r) }, func(v Version) [][]string {
		return [][]string{{string(v.ID), strconv.FormatInt(v.Version, 10), string(v.State), v.Text.Name, string(v.Text.Unit), v.Hash, instant(v.At)}}
	})
}

// tableOf turns a list into rows.
func tableOf[T any](load func() ([]T, error), rows func(T) [][]string) iter.Seq2[[]string, error] {
	return func(yield yieldRow) {
		list, err := load()
		if err != nil {
			yield(nil, err)
			return
		}
		for _, v := range list {
			for _, row := range rows(v) {
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}
