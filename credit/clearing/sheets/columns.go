package sheets

import (
	"errors"
	"io"
	"slices"
	"strings"

	"commonweal/credit/clearing"
	"commonweal/platform/fault"
	"commonweal/platform/table"
	"commonweal/quantity"
)

// MaxFaults is how many bad lines a refusal names; it counts the rest.
const MaxFaults = 100

// The formats of files: a register is as its program wrote it, which is found
// out from its start; what belongs to a round is as we write it.
var (
	foreign = table.Format{}
	own     = table.Format{Encoding: table.UTF8, Delimiter: ",", Quote: `"`}
)

// rows reads the named columns of a file.
type rows struct {
	in     *table.Reader
	place  map[string]int // by column: which cell
	row    table.Row
	faults fault.List
	more   int
}

// open reads the header and finds the columns; those in needed must be there.
// A column may go by several names, parted by bars: the first is ours.
func open(file io.Reader, f table.Format, needed []string, optional ...string) (*rows, error) {
	in, err := table.Open(file, f)
	if err != nil {
		return nil, err
	}
	r := &rows{in: in, place: map[string]int{}}
	for i, names := range slices.Concat(needed, optional) {
		list := strings.Split(names, "|")
		at := slices.IndexFunc(in.Header, func(h string) bool { return slices.Contains(list, strings.ToLower(h)) })
		if at < 0 && i < len(needed) {
			return nil, fault.Invalidf("clearing.column", list[0], "there is no column %q; the header names %.200q", list[0], in.Header)
		}
		r.place[list[0]] = at
	}
	return r, nil
}

// next goes to the next row that has the cells of the header. Others are
// noted; io.EOF ends the file.
func (r *rows) next() error {
	for {
		row, err := r.in.Next()
		if f := fault.As(err); f != nil && f.Line > 0 {
			r.refuse(f)
			continue
		}
		r.row = row
		return err
	}
}

// cell is the text of a column; empty when the file has no such column.
func (r *rows) cell(column string) string {
	at := r.place[column]
	if at < 0 {
		return ""
	}
	return strings.TrimSpace(r.row.Cells[at])
}

func (r *rows) has(column string) bool { return r.place[column] >= 0 }

// amount reads a cell as millionths of the unit.
func (r *rows) amount(column string) int64 {
	a, err := quantity.Parse(r.cell(column), "")
	if f := fault.As(err); f != nil {
		r.refuse(f.InField(column).AtLine(r.row.Line))
	}
	return a.Micros
}

// wrong notes what is wrong with a cell of this row.
func (r *rows) wrong(code, column, format string, args ...any) {
	r.refuse(fault.Invalidf(code, column, format, args...).AtLine(r.row.Line))
}

// check notes a name that cannot be one.
func (r *rows) check(column, name string) {
	if f := fault.As(clearing.CheckName(column, name)); f != nil {
		r.refuse(f.AtLine(r.row.Line))
	}
}

func (r *rows) refuse(f *fault.Error) {
	if len(r.faults) >= MaxFaults {
		r.more++
		return
	}
	r.faults = append(r.faults, f)
}

// err is the refusal of the file: its bad lines in order, or the error that
// ended the reading.
func (r *rows) err(end error) error {
	if end != nil && !errors.Is(end, io.EOF) {
		return end
	}
	slices.SortStableFunc(r.faults, func(a, b *fault.Error) int { return a.Line - b.Line })
	if r.more > 0 {
		r.faults = append(r.faults, fault.Invalidf("clearing.more_faults", "", "and %d more; mend these first", r.more))
	}
	return r.faults.OrNil()
}
