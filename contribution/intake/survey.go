package intake

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Report is what a dry run found. Nothing was changed to find it.
type Report struct {
	Records  map[string]int // how many by kind: "work", "in", "score", ...
	Repeated int            // records whose key is imported already
	Totals   []Total        // of what would be new
	Bad      fault.List     // every bad line, up to Survey's limit
	BadLines int            // how many there are
	Unknown  []Unknown      // identities to be mapped
	LeftOut  int            // records of identities that the mapping leaves out
	FirstDay string
	LastDay  string
	Stopped  error // the source could not be read to its end
}

// Total is a sum over all new records of one kind and unit, in the direction
// that its kind says.
type Total struct {
	Kind   string
	Amount quantity.Amount
	Over   bool // the sum does not fit: Amount is the part before it overflowed
}

// SurveyOptions are what a dry run compares with.
type SurveyOptions struct {
	Mapping Mapping
	People  []Person
	// Seen reports which of the keys are imported already; nil for none. It is
	// asked for at most 1,000 keys at a time.
	Seen func(keys []string) (map[string]bool, error)
	// MostBad limits the list of bad lines that is kept; 0 keeps 100,000. All
	// are counted.
	MostBad int
}

// Ready reports whether the file can be imported as it is.
func (r *Report) Ready() bool { return r.BadLines == 0 && len(r.Unknown) == 0 && r.Stopped == nil }

// Survey is the dry run: it reads all records and says what an import would
// do, without doing it. Its error is that of Seen only.
func Survey(records Records, opts SurveyOptions) (*Report, error) {
	s := survey{opts: opts, report: &Report{Records: map[string]int{}}, totals: map[totalKey]*Total{}}
	if s.opts.MostBad == 0 {
		s.opts.MostBad = 100_000
	}
	for record, err := range records {
		if err != nil {
			s.bad(err)
			continue
		}
		s.batch = append(s.batch, record)
		if len(s.batch) == 1000 {
			if err := s.flush(); err != nil {
				return nil, err
			}
		}
	}
	if err := s.flush(); err != nil {
		return nil, err
	}
	s.report.Unknown = s.census.Unknown(opts.Mapping, opts.People)
	for _, t := range s.totals {
		s.report.Totals = append(s.report.Totals, *t)
	}
	slices.SortFunc(s.report.Totals, func(a, b Total) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Amount.Unit, b.Amount.Unit))
	})
	return s.report, nil
}

type survey struct {
	opts   SurveyOptions
	report *Report
	census Census
	batch  []Record
	totals map[totalKey]*Total
}

type totalKey struct {
	kind string
	unit quantity.Unit
}

// bad notes an error: of a line, or of the whole source.
func (s *survey) bad(err error) {
	e := fault.As(err)
	if e == nil || e.Line == 0 {
		s.report.Stopped = err
		if e == nil && errors.Is(err, io.ErrUnexpectedEOF) {
			s.report.Stopped = fmt.Errorf("the file ends in the middle: %w", err)
		}
		return
	}
	s.report.BadLines++
	if len(s.report.Bad) < s.opts.MostBad {
		s.report.Bad = append(s.report.Bad, e)
	}
}

func (s *survey) flush() error {
	seen := map[string]bool{}
	if s.opts.Seen != nil && len(s.batch) > 0 {
		keys := make([]string, len(s.batch))
		for i, r := range s.batch {
			keys[i] = r.DedupeKey()
		}
		var err error
		if seen, err = s.opts.Seen(keys); err != nil {
			return err
		}
	}
	for _, r := range s.batch {
		s.census.Meet(r)
		switch {
		case seen[r.DedupeKey()]:
			s.report.Repeated++
		case s.leftOut(r):
			s.report.LeftOut++
		default:
			s.count(r)
		}
	}
	s.batch = s.batch[:0]
	return nil
}

// leftOut reports whether the mapping leaves somebody in the record out.
func (s *survey) leftOut(r Record) bool {
	return slices.ContainsFunc(r.Identities(), func(id Identity) bool {
		person, known := s.opts.Mapping[id.ID]
		return known && person == ""
	})
}

func (s *survey) count(r Record) {
	switch r := r.(type) {
	case Draft:
		s.add(string(r.Kind), r.Quantity, r.Day)
	case Money:
		s.add(string(r.Flow), r.Gross, r.Day)
		for _, l := range r.Lines {
			s.sum(l.Kind, l.Amount)
		}
	case Payout:
		s.add("payout", r.Amount, r.Day)
	case Score:
		s.report.Records["score"]++
	}
}

func (s *survey) add(kind string, amount quantity.Amount, day string) {
	s.report.Records[kind]++
	s.sum(kind, amount)
	if s.report.FirstDay == "" || day < s.report.FirstDay {
		s.report.FirstDay = day
	}
	s.report.LastDay = max(s.report.LastDay, day)
}

func (s *survey) sum(kind string, amount quantity.Amount) {
	k := totalKey{kind, amount.Unit}
	t := s.totals[k]
	if t == nil {
		t = &Total{Kind: kind, Amount: quantity.Amount{Unit: amount.Unit}}
		s.totals[k] = t
	}
	sum, err := t.Amount.Add(amount)
	if err != nil {
		t.Over = true
		return
	}
	t.Amount = sum
}
