package bank

import (
	"context"
	"errors"
	"io"
	"slices"

	"commonweal/books/intake"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Report is what a dry run found in a file.
type Report struct {
	Records  int           `json:"records"`         // lines of statements, or entries of a journal
	Known    int           `json:"known"`           // of them, those that are here already
	Bad      fault.List    `json:"bad,omitempty"`   // every line that cannot be read, at most 100
	FirstDay string        `json:"from,omitempty"`  // YYYY-MM-DD
	LastDay  string        `json:"until,omitempty"` // YYYY-MM-DD
	Sheets   []Sheet       `json:"sheets,omitempty"`
	Openings []Opening     `json:"openings,omitempty"` // what was there before, that the books lack
	Sample   []SurveyLine  `json:"sample,omitempty"`   // the first lines
	Journal  *JournalSheet `json:"journal,omitempty"`  // of a journal
}

// New is how many records would come in.
func (r *Report) New() int { return r.Records - r.Known }

// Sheet is one statement of a file.
type Sheet struct {
	Account intake.Account  `json:"account"`
	Holder  string          `json:"holder,omitempty"`
	Opening *intake.Balance `json:"opening,omitempty"`
	Closing *intake.Balance `json:"closing,omitempty"`
	Lines   int             `json:"lines"`
	Known   int             `json:"known"`
}

// SurveyLine is a line of a file, and why it is known.
type SurveyLine struct {
	intake.Line
	Here   store.ID `json:"here,omitempty"` // the line that it is
	Reason string   `json:"reason,omitempty"`
}

// mostSampled is how many lines a dry run shows.
const mostSampled = 200

// Survey is the dry run: it reads the whole file and changes nothing. What is
// wrong with the file is in the report.
func (b *Bank) Survey(ctx context.Context, who auth.Identity, how Reading, file io.Reader) (*Report, error) {
	if err := who.Must(Reconcile); err != nil {
		return nil, err
	}
	if how.Format.IsJournal() {
		return b.surveyJournal(ctx, who, how, file)
	}
	statements, err := how.Statements(file)
	if err != nil {
		return refused(err)
	}
	report := &Report{}
	if report.Openings, err = b.openings(ctx, who.Commons, statements); err != nil {
		return nil, err
	}
	err = b.Store.Read(ctx, who.Commons, func(r *store.Snapshot) error { return report.fill(r, statements) })
	return report, err
}

// refused is the report about a file with faults; another error is one.
func refused(err error) (*Report, error) {
	var list fault.List
	if errors.As(err, &list) {
		return &Report{Bad: list}, nil
	}
	if e := fault.As(err); e != nil {
		return &Report{Bad: fault.List{e}}, nil
	}
	return nil, err
}

func (r *Report) fill(s *store.Snapshot, statements []intake.Statement) error {
	lines := linesOf(statements)
	here, recognized, err := recognize(s, lines)
	if err != nil {
		return err
	}
	at := 0
	for _, st := range statements {
		sheet := Sheet{Account: st.Opening.Account, Holder: st.Opening.Holder, Opening: st.Opening.Balance, Closing: st.Closing.Balance, Lines: len(st.Lines)}
		for _, l := range st.Lines {
			line := SurveyLine{Line: l, Reason: recognized[at].Reason}
			if known := recognized[at].Known; known >= 0 {
				line.Here = here[known].ID
				sheet.Known++
			}
			if at++; len(r.Sample) < mostSampled {
				r.Sample = append(r.Sample, line)
			}
		}
		r.Records, r.Known = r.Records+sheet.Lines, r.Known+sheet.Known
		r.Sheets = append(r.Sheets, sheet)
	}
	days := make([]string, len(lines))
	for i, l := range lines {
		days[i] = l.Day
	}
	if len(days) > 0 {
		r.FirstDay, r.LastDay = slices.Min(days), slices.Max(days)
	}
	return nil
}
