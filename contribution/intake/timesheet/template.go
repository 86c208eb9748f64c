package timesheet

import (
	"strings"
	"time"

	"golang.org/x/text/language"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
	"commonweal/platform/table"
	"commonweal/quantity"
)

// Field is what a column can mean.
type Field string

// The fields.
const (
	ID        Field = "id" // the tracker's identifier of the row
	Person    Field = "person"
	LastName  Field = "last_name" // where Person is only the first name
	Mail      Field = "mail"
	Date      Field = "date"
	StartTime Field = "start_time"
	EndDate   Field = "end_date"
	EndTime   Field = "end_time"
	Hours     Field = "hours"
	Project   Field = "project"
	Task      Field = "task"
	Note      Field = "note"
	Rate      Field = "rate"  // value per hour
	Value     Field = "value" // value of the row
	Currency  Field = "currency"
	Stream    Field = "stream"
)

// Fields lists all fields in the order of a form.
var Fields = []Field{Person, LastName, Mail, Date, StartTime, EndDate, EndTime, Hours, Project, Task, Note, Rate, Value, Currency, Stream, ID}

// Order is how a date is written.
type Order string

// The orders. Unsaid accepts year first, and others only where no second
// reading is possible.
const (
	Unsaid       Order = ""
	YearMonthDay Order = "ymd"
	DayMonthYear Order = "dmy"
	MonthDayYear Order = "mdy"
)

// Template says how to read a file. It is saved as JSON.
type Template struct {
	Name   string       `json:"name"`
	Format table.Format `json:"format,omitzero"`
	// Columns gives the header of the column for each field that has one.
	Columns map[Field]string `json:"columns"`
	Dates   Order            `json:"dates,omitempty"`
	// Lang is how numbers are written; undefined is English.
	Lang language.Tag `json:"lang,omitzero"`
	// Unit is what a bare number of Hours counts; empty is hour.
	Unit quantity.Unit `json:"unit,omitempty"`
	// Zone of start and end times; empty is UTC.
	Zone string `json:"zone,omitempty"`
	// What holds for every row that has no cell for it.
	Person   string        `json:"person,omitempty"`
	Project  string        `json:"project,omitempty"`
	Stream   intake.Stream `json:"stream,omitempty"`
	Currency quantity.Unit `json:"currency,omitempty"` // of Rate and Value
}

// check refuses a template that cannot read anything, and returns its zone.
func (t *Template) check() (*time.Location, error) {
	has := func(f Field) bool { return t.Columns[f] != "" }
	switch {
	case !has(Person) && !has(Mail) && t.Person == "":
		return nil, fault.Invalidf("intake.no_person", "person", "no column says whose hours these are; choose one, or name one person for the whole file")
	case !has(Date):
		return nil, fault.Invalidf("intake.no_date", "date", "no column holds the date; choose one")
	case !has(Hours) && (!has(StartTime) || !has(EndTime)):
		return nil, fault.Invalidf("intake.no_hours", "hours", "no column holds the hours; choose one, or one for the start and one for the end")
	case t.Dates != Unsaid && t.Dates != YearMonthDay && t.Dates != DayMonthYear && t.Dates != MonthDayYear:
		return nil, fault.Invalidf("intake.order", "dates", "%q is no order of a date; choose ymd, dmy or mdy", t.Dates)
	}
	zone, err := time.LoadLocation(t.Zone)
	if err != nil {
		return nil, fault.Invalidf("intake.zone", "zone", "%q is not a time zone; write it like Europe/Amsterdam", t.Zone)
	}
	return zone, nil
}

// place finds the columns in a header.
func (t *Template) place(header []string) (map[Field]int, error) {
	at := map[Field]int{}
	for field, name := range t.Columns {
		if name == "" {
			continue
		}
		found := -1
		for i, h := range header {
			if strings.EqualFold(h, name) {
				if found >= 0 {
					return nil, fault.Invalidf("intake.column_twice", string(field), "the header has two columns %q; rename one", name)
				}
				found = i
			}
		}
		if found < 0 {
			return nil, fault.Invalidf("intake.column", string(field), "the header has no column %q; it has %s", name, intake.Show(strings.Join(header, ", ")))
		}
		at[field] = found
	}
	return at, nil
}
