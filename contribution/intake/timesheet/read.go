package timesheet

import (
	"io"
	"math/big"
	"strings"
	"time"

	"golang.org/x/text/language"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
	"commonweal/platform/table"
	"commonweal/quantity"
)

// longest is the most that one row may say: more than a month of hours is a
// slip of the decimal sign.
const longest = 744 * quantity.Scale

// Read yields a Draft of work for each row of a timesheet. name is the file's,
// for the provenance. Empty lines are skipped.
func Read(file io.Reader, name string, t Template) intake.Records {
	return func(yield func(intake.Record, error) bool) {
		s, err := open(file, name, t)
		if err != nil {
			yield(nil, err)
			return
		}
		for {
			row, err := s.rows.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				if !yield(nil, err) || fault.As(err) == nil {
					return
				}
				continue
			}
			draft, err := s.draft(row)
			if err != nil {
				if !yield(nil, atLine(err, row.Line)) {
					return
				}
				continue
			}
			if !yield(draft, nil) {
				return
			}
		}
	}
}

// sheet is a file being read.
type sheet struct {
	Template
	name    string
	rows    *table.Reader
	at      map[Field]int
	zone    *time.Location
	repeats intake.Repeats
	// durations are texts read before: people work the same hours every day.
	durations map[string]quantity.Amount
}

const mostDurations = 4096

func open(file io.Reader, name string, t Template) (*sheet, error) {
	zone, err := t.check()
	if err != nil {
		return nil, err
	}
	if t.Lang == language.Und {
		t.Lang = language.English
	}
	if t.Unit == "" {
		t.Unit = quantity.Hour
	}
	rows, err := table.Open(file, t.Format)
	if err != nil {
		return nil, err
	}
	at, err := t.place(rows.Header)
	if err != nil {
		return nil, err
	}
	return &sheet{Template: t, name: name, rows: rows, at: at, zone: zone, durations: map[string]quantity.Amount{}}, nil
}

// atLine adds the line to an error of a row.
func atLine(err error, line int) error {
	if e := fault.As(err); e != nil {
		return e.AtLine(line)
	}
	return err
}

// inField names the column in an error that knows nothing of columns.
func inField(err error, f Field) error {
	if e := fault.As(err); e != nil {
		return e.InField(string(f))
	}
	return err
}

// cell returns the cell of a field, or nothing where it has no column.
func (s *sheet) cell(row table.Row, f Field) string {
	i, ok := s.at[f]
	if !ok {
		return ""
	}
	return strings.TrimSpace(row.Cells[i])
}

func (s *sheet) draft(row table.Row) (intake.Draft, error) {
	d := intake.Draft{Kind: intake.Work, Source: intake.Provenance{Source: "timesheet", File: s.name, Line: row.Line}}
	var err error
	if d.Person, err = s.person(row); err != nil {
		return d, err
	}
	if err = s.when(row, &d); err != nil {
		return d, err
	}
	d.Project = orElse(intake.Clean(s.cell(row, Project), 200), s.Project)
	d.Process = intake.Clean(s.cell(row, Task), 200)
	d.Note = intake.Clean(s.cell(row, Note), 2000)
	if d.Stream, err = s.stream(row); err != nil {
		return d, err
	}
	if d.Rate, err = s.money(row, Rate); err != nil {
		return d, err
	}
	if d.Value, err = s.money(row, Value); err != nil {
		return d, err
	}
	if id := s.cell(row, ID); id != "" {
		d.Source.Ref = intake.Clean(id, 100)
		d.Key = s.repeats.Key("timesheet", "id", s.Name, id)
		return d, nil
	}
	d.Key = s.repeats.Key("timesheet", d.Person.ID, d.Day, instant(d.From), instant(d.To), d.Quantity.Decimal(), string(d.Quantity.Unit), d.Project, d.Process, d.Note)
	return d, nil
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (s *sheet) person(row table.Row) (intake.Identity, error) {
	name := strings.TrimSpace(s.cell(row, Person) + " " + s.cell(row, LastName))
	who := intake.ByMail(s.cell(row, Mail), orElse(name, s.Template.Person))
	if who.IsZero() {
		return who, fault.Invalidf("intake.no_person", string(Person), "the cell is empty; write whose hours these are")
	}
	return who, nil
}

// when reads the day, the times and the hours of a row.
func (s *sheet) when(row table.Row, d *intake.Draft) error {
	day, err := readDate(s.cell(row, Date), s.Dates)
	if err != nil {
		return err
	}
	d.Day = day.Format(time.DateOnly)
	from, to := s.cell(row, StartTime), s.cell(row, EndTime)
	if from != "" && to != "" {
		if err := s.interval(row, d, day, from, to); err != nil {
			return err
		}
	}
	if text := s.cell(row, Hours); text != "" {
		if d.Quantity, err = s.hours(text); err != nil {
			return inField(err, Hours)
		}
	}
	switch {
	case d.Quantity.Unit == "":
		return fault.Invalidf("intake.no_hours", string(Hours), "the row has neither hours nor a start and an end; write one of them")
	case d.Quantity.Sign() <= 0:
		return fault.Invalidf("intake.hours", string(Hours), "%s is no time worked; write more than zero, and leave a correction for after the import", d.Quantity)
	case d.Quantity.Micros > longest:
		return fault.Invalidf("intake.hours", string(Hours), "%s is more than a month has; look at the decimal sign, or at the unit of the column", d.Quantity)
	}
	return nil
}

// hours reads a duration. Care and love hours keep their unit; other units of
// time become hours.
func (s *sheet) hours(text string) (quantity.Amount, error) {
	if a, ok := s.durations[text]; ok {
		return a, nil
	}
	a, err := quantity.ParseDuration(s.Lang, text, s.Unit)
	if err == nil && s.Unit != quantity.Hour && s.Unit != quantity.CareHour && s.Unit != quantity.LoveHour {
		a, err = quantity.Convert(a, quantity.Hour, quantity.HalfEven)
	}
	if err == nil && len(s.durations) < mostDurations {
		s.durations[text] = a
	}
	return a, err
}

// interval reads start and end on the zone's clock. An end at or before the
// start, without a date of its own, is on the next day.
func (s *sheet) interval(row table.Row, d *intake.Draft, day time.Time, from, to string) error {
	start, err := readClock(from)
	if err != nil {
		return inField(err, StartTime)
	}
	end, err := readClock(to)
	if err != nil {
		return inField(err, EndTime)
	}
	last := day
	if text := s.cell(row, EndDate); text != "" {
		if last, err = readDate(text, s.Dates); err != nil {
			return inField(err, EndDate)
		}
	} else if end <= start {
		last = day.AddDate(0, 0, 1)
	}
	d.From, d.To = on(day, start, s.zone), on(last, end, s.zone)
	if !d.To.After(d.From) {
		return fault.Invalidf("intake.interval", string(EndTime), "the end %s is not after the start %s", d.To.Format("2006-01-02 15:04"), d.From.Format("2006-01-02 15:04"))
	}
	worked := big.NewRat(int64(d.To.Sub(d.From)/time.Second), 3600)
	d.Quantity, err = quantity.FromRat(worked, quantity.Hour, quantity.HalfEven)
	return err
}

// stream reads the stream's English word, or takes the template's.
func (s *sheet) stream(row table.Row) (intake.Stream, error) {
	switch text := intake.Stream(strings.ToLower(s.cell(row, Stream))); text {
	case "":
		return s.Template.Stream, nil
	case intake.Livelihood, intake.Love, intake.Care:
		return text, nil
	default:
		return "", fault.Invalidf("intake.stream", string(Stream), "%q is not a stream; write livelihood, love or care", intake.Show(string(text)))
	}
}

// money reads a rate or value in the row's or the template's currency.
func (s *sheet) money(row table.Row, f Field) (*quantity.Amount, error) {
	text := s.cell(row, f)
	if text == "" {
		return nil, nil
	}
	unit := s.Template.Currency
	if words := strings.Fields(s.cell(row, Currency)); len(words) > 0 { // "EUR", "Euro - EUR"
		unit = quantity.Unit(strings.ToUpper(words[len(words)-1]))
	}
	if _, known := quantity.Lookup(unit); !known {
		return nil, fault.Invalidf("intake.currency", string(Currency), "%q is not a unit of account; name the currency of the column, such as EUR", unit)
	}
	a, err := quantity.ParseLocal(s.Lang, text, unit)
	switch {
	case err != nil:
		return nil, inField(err, f)
	case a.Sign() < 0:
		return nil, fault.Invalidf("intake.negative", string(f), "%s is below zero; write what the work is worth", a)
	case a.IsZero():
		return nil, nil // trackers write zero where nothing was agreed
	}
	return &a, nil
}
