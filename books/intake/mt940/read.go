package mt940

import (
	"errors"
	"io"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Read yields the statements of a file. Besides the faults of package intake it
// gives books.mt940_field (a field that is not written as the standard says),
// books.mt940_order (one that stands where it cannot) and books.mt940_none (no
// statement in the file).
func Read(file io.Reader) intake.Records {
	return intake.Finish("mt940", func(yield func(intake.Record, error) bool) {
		r := reader{yield: yield}
		for f, err := range fields(file) {
			if err == nil {
				err = r.take(f)
			}
			if errors.Is(err, errStopped) {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
		if err := r.end(); err != nil && !errors.Is(err, errStopped) {
			yield(nil, err)
		}
	})
}

var errStopped = errors.New("the caller stopped")

// reader is where in a message the reading is.
type reader struct {
	yield   func(intake.Record, error) bool
	inside  bool // a :20: was read, and no closing balance yet
	any     bool // some :20: was read
	opening intake.Opening
	opened  bool // the opening was handed out
	unit    quantity.Unit
	line    *intake.Line // the movement whose :86: may follow
	last    int          // line of the file read last
}

func (r *reader) emit(record intake.Record, err error) error {
	if !r.yield(record, err) {
		return errStopped
	}
	return nil
}

// take handles one field. An error ends the reading.
func (r *reader) take(f field) error {
	r.last = f.to
	if f.tag != "86" {
		if err := r.flush(); err != nil {
			return err
		}
	}
	if f.tag == "20" {
		if err := r.unfinished(f.from); err != nil {
			return err
		}
		*r = reader{yield: r.yield, inside: true, any: true, opening: intake.Opening{At: f.from}}
		return nil
	}
	if !r.inside {
		return nil // between statements
	}
	switch f.tag {
	case "25", "25P":
		r.opening.Account = intake.FindIBAN(f.first())
	case "28", "28C":
		r.opening.Number = f.first()
	case "60F", "60M":
		return r.open(f)
	case "61":
		return r.movement(f)
	case "86":
		return r.text(f)
	case "62F", "62M":
		return r.close(f)
	case "":
		return r.unfinished(f.from)
	}
	return nil
}

// unfinished refuses a statement that ends before its closing balance.
func (r *reader) unfinished(line int) error {
	if !r.inside {
		return nil
	}
	return fault.Invalidf("books.mt940_order", "62F", "the statement ends without the field :62F:; the file is incomplete").AtLine(line)
}

func (r *reader) end() error {
	if err := r.flush(); err != nil {
		return err
	}
	if !r.any {
		return fault.Invalidf("books.mt940_none", "20", "the file has no field :20:, with which every statement in MT940 begins")
	}
	return r.unfinished(r.last)
}

// open takes the opening balance, which gives the statement its currency.
func (r *reader) open(f field) error {
	switch {
	case r.opened:
		return fault.Invalidf("books.mt940_order", f.tag, "the statement has a second opening balance; look for a missing :62F:").AtLine(f.from)
	case r.opening.Account == "":
		return fault.Invalidf("books.mt940_order", "25", "the opening balance comes before the account; the field :25: is missing").AtLine(f.from)
	}
	b, err := readBalance(f)
	if err != nil {
		return err
	}
	opening := r.opening
	opening.Balance, opening.Unit = b, b.Amount.Unit
	r.unit, r.opened = b.Amount.Unit, true
	return r.emit(&opening, nil)
}

// movement reads a :61:; what is wrong with it does not hide the others.
func (r *reader) movement(f field) error {
	if !r.opened {
		return fault.Invalidf("books.mt940_order", "60F", "a movement comes before the opening balance; the field :60F: is missing").AtLine(f.from)
	}
	l, err := readMovement(f, r.unit)
	if err != nil {
		return r.emit(nil, fault.As(err).AtLine(f.from))
	}
	l.Account, l.From, l.To = r.opening.Account, f.from, f.to
	r.line = l
	return nil
}

// text reads a :86: behind a movement; one elsewhere speaks of the statement.
func (r *reader) text(f field) error {
	if r.line == nil {
		return nil
	}
	r.line.To = f.to
	describe(r.line, f.lines)
	return r.flush()
}

// flush hands the movement out that was read last.
func (r *reader) flush() error {
	l := r.line
	if l == nil {
		return nil
	}
	r.line = nil
	return r.emit(l, nil)
}

func (r *reader) close(f field) error {
	if !r.opened {
		return fault.Invalidf("books.mt940_order", "60F", "the closing balance comes before the opening one; the field :60F: is missing").AtLine(f.from)
	}
	b, err := readBalance(f)
	if err != nil {
		return err
	}
	if b.Amount.Unit != r.unit {
		return fault.Invalidf("books.mt940_field", f.tag, "the statement opens in %s, but closes in %s", r.unit, b.Amount.Unit).AtLine(f.from)
	}
	r.inside = false
	return r.emit(&intake.Closing{Balance: b, At: f.from}, nil)
}
