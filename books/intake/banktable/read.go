package banktable

import (
	"bufio"
	"io"
	"strconv"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/platform/table"
	"commonweal/quantity"
)

// headSize is how much of a file is looked at to find its map.
const headSize = 32 << 10

// Read yields the lines of a table. A Map without columns is looked for among
// the ready ones; its Account, Unit and Days count all the same. Besides the
// faults of packages intake and table it gives books.map (no map, or one that
// cannot be), books.column (a column that is missing), books.status,
// books.side, books.row_account and books.ambiguous_day.
func Read(file io.Reader, m Map) intake.Records {
	in := bufio.NewReaderSize(file, headSize)
	head, err := in.Peek(headSize)
	if err == nil || err == io.EOF || err == bufio.ErrBufferFull {
		m, err = m.find(head)
	}
	return intake.Finish("csv/"+m.Name, func(yield func(intake.Record, error) bool) {
		if err != nil {
			yield(nil, err)
			return
		}
		s, err := open(in, m)
		if err != nil {
			yield(nil, err)
			return
		}
		s.run(yield)
	})
}

// sheet is a table being read.
type sheet struct {
	Map
	rows    *table.Reader
	at      places
	unit    quantity.Unit // of the column of amounts, where its header names one
	account intake.Account
	opened  bool
	last    int // line read last
}

func open(file io.Reader, m Map) (*sheet, error) {
	rows, err := table.Open(file, m.Format)
	if err != nil {
		return nil, err
	}
	header := rows.Header
	if m.Headerless {
		header = make([]string, len(rows.Header))
		for i := range header {
			header[i] = strconv.Itoa(i + 1)
		}
	}
	at, err := m.place(header)
	if err != nil {
		return nil, err
	}
	s := &sheet{Map: m, rows: rows, at: at, unit: m.Unit}
	for _, f := range []Field{Amount, In, Out} {
		for _, i := range at[f] {
			if code := bracketCurrency.FindStringSubmatch(header[i]); code != nil {
				if s.unit, err = intake.Currency(code[1]); err != nil {
					return nil, err
				}
			}
		}
	}
	return s, nil
}

// run yields what the rows say.
func (s *sheet) run(yield func(intake.Record, error) bool) {
	if s.Headerless { // the header is the first row
		row := table.Row{Line: s.Format.Skip + 1, Cells: s.rows.Header}
		if !s.row(row, yield) {
			return
		}
	}
	for {
		row, err := s.rows.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			if !yield(nil, err) || fault.As(err) == nil {
				return
			}
			continue
		}
		if !s.row(row, yield) {
			return
		}
	}
	if s.opened {
		yield(&intake.Closing{At: s.last}, nil)
	}
}

// row yields one row, behind an opening when the account is another one.
func (s *sheet) row(row table.Row, yield func(intake.Record, error) bool) bool {
	s.last = row.Line
	l, err := s.line(row)
	if err != nil {
		return yield(nil, fault.As(err).AtLine(row.Line))
	}
	if l == nil {
		return true // not booked yet
	}
	if !s.opened || l.Account != s.account {
		if s.opened && !yield(&intake.Closing{At: row.Line}, nil) {
			return false
		}
		s.opened, s.account = true, l.Account
		o := &intake.Opening{Account: l.Account, At: row.Line}
		if len(s.at[Currency]) == 0 {
			o.Unit = l.Amount.Unit
		}
		if !yield(o, nil) {
			return false
		}
	}
	return yield(l, nil)
}
