package books

import (
	"bytes"
	"encoding/csv"

	"commonweal/quantity"
)

// sheet is a table of a statement. The page, its CSV and its JSON are written
// from the same sheets, so that they cannot differ.
type sheet struct {
	Title   string   `json:"title"`
	Text    string   `json:"-"`
	None    string   `json:"-"` // what to say when it has no rows
	Columns []column `json:"columns"`
	Rows    [][]cell `json:"rows"`
	More    string   `json:"-"` // the address of further rows
	MoreTo  string   `json:"-"` // what that link says
	Newer   string   `json:"-"`
	Older   string   `json:"-"`
}

// column heads a column of a sheet.
type column struct {
	Label  string `json:"label"`
	Amount bool   `json:"amount,omitempty"`
	Quiet  bool   `json:"-"`
}

// cell is one place in a sheet: a text or an amount.
type cell struct {
	Text   string           `json:"text,omitempty"`
	Amount *quantity.Amount `json:"amount,omitempty"`
	Day    string           `json:"day,omitempty"`
	Href   string           `json:"-"`
	Tone   string           `json:"-"` // of a badge; empty for plain text
	Strong bool             `json:"-"`
}

// row adds a row.
func (s *sheet) row(cells ...cell) { s.Rows = append(s.Rows, cells) }

func text(t, href string) cell { return cell{Text: t, Href: href} }

func amount(a quantity.Amount) cell { return cell{Amount: &a} }

func (c cell) strong() cell {
	c.Strong = true
	return c
}

// plain is a cell as CSV has it.
func (c cell) plain() string {
	switch {
	case c.Amount != nil:
		return c.Amount.Decimal()
	case c.Day != "":
		return c.Day
	}
	return cellText(c.Text)
}

// tableOf writes sheets as one CSV table (RFC 4180, LF): the sheet, its
// columns, the unit of the row.
func tableOf(sheets []sheet, unit string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for i, s := range sheets {
		if i > 0 {
			w.Write([]string{""})
		}
		head := []string{s.Title}
		for _, c := range s.Columns {
			head = append(head, c.Label)
		}
		w.Write(append(head, unit))
		for _, row := range s.Rows {
			line, in := []string{s.Title}, ""
			for _, c := range row {
				line = append(line, c.plain())
				if c.Amount != nil {
					in = string(c.Amount.Unit)
				}
			}
			w.Write(append(line, in))
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
