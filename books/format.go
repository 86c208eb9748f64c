package books

import (
	"bufio"
	"context"
	"io"
	"strings"
	"time"

	"commonweal/books/ledger"
	"commonweal/platform/fault"
	"commonweal/platform/journal/neighbors"
	"commonweal/platform/store"
)

// Format is a form in which the books leave the house.
type Format string

// The formats.
const (
	LogFormat       Format = "log"            // the whole log, to be verified: a folder or a zip file
	HledgerFormat   Format = "hledger"        // a journal for hledger
	BeancountFormat Format = "beancount"      // a file for Beancount
	CSVFormat       Format = "csv"            // a table a file: a folder or a zip file
	JSONLFormat     Format = "jsonl"          // economic events, one a line
	YearsFormat     Format = "years"          // a journal and a Beancount file a year: a folder or a zip file
	OCFormat        Format = "opencollective" // movements of money, in the columns of Open Collective
	OCDSFormat      Format = "ocds"           // grants and purchases, as a release package of OCDS 1.1
	PieChartFormat  Format = "pie-chart"      // pie-chart.json of a project
)

// Formats lists them all.
var Formats = []Format{LogFormat, HledgerFormat, BeancountFormat, CSVFormat, JSONLFormat, YearsFormat, OCFormat, OCDSFormat, PieChartFormat}

// Extension is what files of the format end in.
func (f Format) Extension() string {
	return map[Format]string{LogFormat: "zip", HledgerFormat: "journal", BeancountFormat: "beancount", CSVFormat: "zip", JSONLFormat: "jsonl", YearsFormat: "zip", OCFormat: "csv", OCDSFormat: "json", PieChartFormat: "json"}[f]
}

// MediaType is what a browser is told about the file.
func (f Format) MediaType() string {
	switch f {
	case LogFormat, CSVFormat, YearsFormat:
		return "application/zip"
	case JSONLFormat:
		return "application/jsonl"
	case OCFormat:
		return "text/csv; charset=utf-8"
	case PieChartFormat, OCDSFormat:
		return "application/json"
	}
	return "text/plain; charset=utf-8"
}

// Export says what to write.
type Export struct {
	Commons store.ID
	Format  Format
	Filter  ledger.Filter // its project is that of a pie chart too
	// Private adds names of people and, to a log, what opens its sealed fields.
	// The caller checks that who asks may see them.
	Private bool
	// Progress is told now and then how far it is; nil for silence.
	Progress func(done, total int64)
}

// Export writes to dest, where nothing may be yet (books.destination_exists):
// a folder or zip file for the formats log, csv and years, else a file. It is there
// whole or not at all. It returns the filter, pinned to the log as it stood.
//
// Faults: books.format, books.destination, those of ledger.Filter.Check.
func (b *Books) Export(ctx context.Context, x Export, dest string) (ledger.Filter, error) {
	if err := x.Filter.Check(); err != nil {
		return x.Filter, err
	}
	if x.Format == LogFormat {
		done, err := ExportLog(ctx, LogExport{Store: b.Store, Log: b.Log, Key: b.Key, Commons: x.Commons, Private: x.Private, Progress: x.Progress, Cosigned: neighbors.Cosigned}, dest)
		return ledger.Filter{Size: done.Size}, err
	}
	write, known := writers[x.Format]
	if !known {
		return x.Filter, fault.Invalidf("books.format", "format", "%.40q is not a format; choose %s", string(x.Format), formatNames())
	}
	newOut := newFile
	if x.Format == CSVFormat || x.Format == YearsFormat {
		newOut = newArchive
	}
	out, err := newOut(dest, x.Private)
	if err != nil {
		return x.Filter, err
	}
	defer out.abandon()
	err = b.Read(ctx, x.Commons, func(v *View) error {
		if x.Filter, err = v.Pin(x.Filter); err != nil {
			return err
		}
		e := exporting{Export: x, ctx: ctx, books: b, view: v, out: out}
		names, err := v.Names(x.Private)
		if err != nil {
			return err
		}
		e.names = once(names)
		if err := write(&e); err != nil {
			return err
		}
		return ctx.Err()
	})
	if err != nil {
		return x.Filter, err
	}
	return x.Filter, out.commit()
}

func formatNames() string {
	names := make([]string, len(Formats))
	for i, f := range Formats {
		names[i] = string(f)
	}
	return strings.Join(names, ", ")
}

// exporting is an export on its way.
type exporting struct {
	Export
	ctx   context.Context
	steps int64
	books *Books
	view  *View
	out   archive
	names func(store.ID) string
}

// stepsEvery is how many steps an export makes before it lets others at the
// books, tells how far it is, and hears whether it is still wanted.
const stepsEvery = 1000

// step counts a step of a long export, out of about total; false when nobody
// wants it any more.
func (x *exporting) step(total int64) bool {
	if x.steps++; x.steps%stepsEvery != 0 {
		return true
	}
	if x.Progress != nil {
		x.Progress(x.steps, max(x.steps, total))
	}
	x.view.breathe()
	return x.ctx.Err() == nil
}

// once calls everybody by the name they had when they were first named, so
// that a file agrees with itself.
func once(names func(store.ID) string) func(store.ID) string {
	called := map[store.ID]string{}
	return func(id store.ID) string {
		name, known := called[id]
		if !known {
			name = names(id)
			called[id] = name
		}
		return name
	}
}

var writers = map[Format]func(*exporting) error{
	HledgerFormat:   func(x *exporting) error { return x.statement("", x.Filter, ledger.WriteHledger) },
	BeancountFormat: func(x *exporting) error { return x.statement("", x.Filter, ledger.WriteBeancount) },
	YearsFormat:     (*exporting).years,
	CSVFormat:       (*exporting).tables,
	JSONLFormat:     (*exporting).events,
	OCFormat:        (*exporting).collective,
	OCDSFormat:      (*exporting).contracts,
	PieChartFormat:  (*exporting).pieChart,
}

// statement writes the statement of a filter into a file of the export, by one
// of the ledger's writers.
func (x *exporting) statement(name string, f ledger.Filter, write func(io.Writer, *ledger.Statement, ledger.Head) error) error {
	s, err := x.view.Ledger.Statement(f)
	if err != nil {
		return err
	}
	total := 2 * int64(x.view.Ledger.Len()) // a writer reads the entries twice
	entries := s.Entries
	s.Entries = func(yield func(ledger.Entry) bool) {
		entries(func(e ledger.Entry) bool { return x.step(total) && yield(e) })
	}
	root, err := x.books.Log.Root(x.view.Snapshot, x.Filter.Size)
	if err != nil {
		return err
	}
	w, err := x.out.create(name)
	if err != nil {
		return err
	}
	return write(w, s, ledger.Head{Commons: x.view.Commons.Name, Origin: x.books.Key.Origin(x.Commons), Size: x.Filter.Size, Root: root.String(), Names: x.names})
}

// years writes a journal and a Beancount file for each year of the period that
// the books reach. What one year closes with, the next opens with; both assert it.
func (x *exporting) years() error {
	first, last := x.view.Ledger.DaysOf(x.Filter)
	for year := first; year != "" && year[:4] <= last[:4]; year = nextYear(year) {
		f := x.Filter
		f.From, f.To = max(f.From, year[:4]+"-01-01"), year[:4]+"-12-31"
		if x.Filter.To != "" {
			f.To = min(f.To, x.Filter.To)
		}
		for _, file := range []struct {
			format Format
			write  func(io.Writer, *ledger.Statement, ledger.Head) error
		}{{HledgerFormat, ledger.WriteHledger}, {BeancountFormat, ledger.WriteBeancount}} {
			if err := x.statement(year[:4]+"."+file.format.Extension(), f, file.write); err != nil {
				return err
			}
		}
	}
	return nil
}

func nextYear(day string) string {
	t, _ := time.Parse(time.DateOnly, day)
	return time.Date(t.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// pieChart writes the shares of a project.
func (x *exporting) pieChart() error {
	if x.books.Shares == nil {
		return fault.Invalidf("books.format", "format", "this commons has nothing that shares could follow from")
	}
	data, err := x.books.Shares(x.view, x.Filter.Project, x.names)
	if err != nil {
		return err
	}
	w, err := x.out.create("")
	if err != nil {
		return err
	}
	buffer := bufio.NewWriter(w)
	buffer.Write(data)
	return buffer.Flush()
}
