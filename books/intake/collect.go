package intake

import (
	"commonweal/platform/fault"
)

// Bounds of Collect: a file beyond them is no statement that somebody looks at.
const (
	mostLines  = 1_000_000
	mostFaults = 100
)

// Collect gathers all statements of a file, or refuses it whole with every
// fault it found (a fault.List, at most 100). An empty file is refused too.
func Collect(records Records) ([]Statement, error) {
	var (
		out    []Statement
		faults fault.List
		lines  int
	)
	for record, err := range records {
		if err != nil {
			e := fault.As(err)
			if e == nil {
				return nil, err
			}
			if faults = append(faults, e); len(faults) == mostFaults {
				return nil, faults
			}
			continue
		}
		if _, opens := record.(*Opening); !opens && len(out) == 0 {
			continue // its opening was at fault
		}
		switch r := record.(type) {
		case *Opening:
			out = append(out, Statement{Opening: *r})
		case *Line:
			if lines++; lines > mostLines {
				return nil, fault.Invalidf("books.too_many_lines", "", "the file has more than %d lines; split it by year", mostLines).AtLine(r.From)
			}
			s := &out[len(out)-1]
			s.Lines = append(s.Lines, *r)
		case *Closing:
			out[len(out)-1].Closing = *r
		}
	}
	if err := faults.OrNil(); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, fault.Invalidf("books.no_statement", "", "the file holds no statement; export it again for a longer period")
	}
	return out, nil
}
