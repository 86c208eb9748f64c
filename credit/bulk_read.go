package credit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	delimited "commonweal/platform/table"
	"commonweal/quantity"
)

// BulkFormat is how a list of payments is written.
type BulkFormat string

// The formats. A table has a header that names its columns: to and amount, and
// where they are wanted from, unit, note, category, private and gift.
const (
	BulkTable BulkFormat = "csv"
	BulkLines BulkFormat = "ndjson" // one BulkRow a line
)

// Reading says what a list leaves open.
type Reading struct {
	Format BulkFormat    `json:"format"`
	Unit   quantity.Unit `json:"unit,omitempty"` // of rows that name none
	From   store.ID      `json:"from,omitempty"` // who pays where a row does not say
	// Names are the people of the commons by what they are called, in lower case.
	Names map[string]store.ID `json:"-"`
}

// maxRowLine bounds a row in bytes.
const maxRowLine = 16 << 10

// Rows reads a list of payments, row by row. An error with a line is about that
// line alone; any other ends the list.
//
// Faults: credit.bulk_format, .bulk_columns, .bulk_row, .bulk_amount, intake.….
func Rows(in io.Reader, how Reading) iter.Seq2[BulkRow, error] {
	switch how.Format {
	case BulkLines:
		return how.lines(in)
	case BulkTable:
		return how.table(in)
	}
	return func(yield func(BulkRow, error) bool) {
		yield(BulkRow{}, fault.Invalidf("credit.bulk_format", "format", "%.40q is no way to write payments; they are read as csv or ndjson", how.Format))
	}
}

// lines reads one JSON object a line.
func (how Reading) lines(in io.Reader) iter.Seq2[BulkRow, error] {
	return func(yield func(BulkRow, error) bool) {
		lines := bufio.NewScanner(in)
		lines.Buffer(make([]byte, 64<<10), maxRowLine)
		for n := 1; lines.Scan(); n++ {
			text := bytes.TrimSpace(lines.Bytes())
			if len(text) == 0 {
				continue
			}
			r, err := how.parse(text)
			r.Line = n
			if !yield(how.fill(r), atLine(err, n)) {
				return
			}
		}
		if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
			yield(BulkRow{}, fault.Invalidf("credit.bulk_row", "", "a row has more than %d bytes; reading stops there", maxRowLine))
		} else if err != nil {
			yield(BulkRow{}, err)
		}
	}
}

func (how Reading) parse(text []byte) (r BulkRow, err error) {
	if !utf8.Valid(text) {
		return r, fault.Invalidf("credit.bulk_row", "", "the row is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err = d.Decode(&r)
	if err == nil && d.More() {
		err = errors.New("something follows the first JSON value")
	}
	if err != nil && fault.As(err) == nil {
		err = fault.Invalidf("credit.bulk_row", "", "the row cannot be read: %v", err)
	}
	return r, err
}

// atLine gives a refusal its line; other errors pass.
func atLine(err error, line int) error {
	if f := fault.As(err); f != nil {
		return f.AtLine(line)
	}
	return err
}

// fill puts in what a row leaves open, and who is meant by a name.
func (how Reading) fill(r BulkRow) BulkRow {
	if r.From == "" {
		r.From = how.From
	}
	if r.Amount.Unit == "" {
		r.Amount.Unit = how.Unit
	}
	for _, end := range []*store.ID{&r.From, &r.To} {
		if id, known := how.Names[strings.ToLower(string(*end))]; known {
			*end = id
		}
	}
	return r
}

// columnNames are the columns that a table may have.
var columnNames = []string{"from", "to", "amount", "unit", "note", "category", "private", "gift"}

// table reads a table with a header.
func (how Reading) table(in io.Reader) iter.Seq2[BulkRow, error] {
	return func(yield func(BulkRow, error) bool) {
		rows, err := delimited.Open(in, delimited.Format{})
		if err != nil {
			yield(BulkRow{}, atLine(err, 0)) // without a header no line can be read
			return
		}
		at, err := columns(rows.Header)
		if err != nil {
			yield(BulkRow{}, err)
			return
		}
		for {
			row, err := rows.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if f := fault.As(err); err != nil && (f == nil || f.Line == 0) {
				yield(BulkRow{}, err)
				return
			}
			var r BulkRow
			if err == nil {
				r, err = how.cells(at, row.Cells)
				err = atLine(err, row.Line)
			}
			r.Line = row.Line
			if !yield(r, err) {
				return
			}
		}
	}
}

// columns says which column stands where; -1 for one that is not there.
func columns(header []string) (map[string]int, error) {
	at := map[string]int{}
	for i, h := range header {
		name := strings.ToLower(strings.TrimSpace(h))
		if _, twice := at[name]; twice || !slices.Contains(columnNames, name) {
			return nil, fault.Invalidf("credit.bulk_columns", "file", "the column %.40q is not known, or there twice; the columns are %s", h, strings.Join(columnNames, ", "))
		}
		at[name] = i
	}
	for _, needed := range []string{"to", "amount"} {
		if _, there := at[needed]; !there {
			return nil, fault.Invalidf("credit.bulk_columns", "file", "there is no column %s; the first line names the columns, at least to and amount", needed)
		}
	}
	return at, nil
}

func (how Reading) cells(at map[string]int, cells []string) (r BulkRow, err error) {
	cell := func(name string) string {
		if i, there := at[name]; there {
			return strings.TrimSpace(cells[i])
		}
		return ""
	}
	r = how.fill(BulkRow{From: store.ID(cell("from")), To: store.ID(cell("to")), Note: strings.Clone(cell("note")), Category: strings.Clone(cell("category")),
		Amount: quantity.Amount{Unit: quantity.Unit(cell("unit"))}})
	r.From, r.To, r.Amount.Unit = store.ID(strings.Clone(string(r.From))), store.ID(strings.Clone(string(r.To))), quantity.Unit(strings.Clone(string(r.Amount.Unit)))
	if r.Amount, err = quantity.Parse(cell("amount"), r.Amount.Unit); err != nil {
		return r, fault.Invalidf("credit.bulk_amount", "amount", "%.60q is no amount; write it like 12.50", cell("amount"))
	}
	if r.Private, err = yes(cell("private")); err == nil {
		r.Gift, err = yes(cell("gift"))
	}
	return r, err
}

// yes reads a cell that says yes or no.
func yes(cell string) (bool, error) {
	switch strings.ToLower(cell) {
	case "", "no", "false", "0":
		return false, nil
	case "yes", "true", "1":
		return true, nil
	}
	return false, fault.Invalidf("credit.bulk_row", "", "%.40q is neither yes nor no", cell)
}
