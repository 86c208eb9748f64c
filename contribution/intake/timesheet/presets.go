package timesheet

import (
	"strings"

	"commonweal/quantity"
)

// preset is the export of one time tracker. Columns that not every export has
// stand in Optional; a header with a currency in brackets fits without it.
type preset struct {
	Template
	Optional map[Field]string
}

// presets are the exports that Guess knows by their columns: the detailed
// reports of Toggl Track, Clockify and Harvest, and Kimai's.
var presets = []preset{
	{Template{Name: "Toggl Track", Columns: map[Field]string{Person: "User", Mail: "Email", Project: "Project", Note: "Description",
		Date: "Start date", StartTime: "Start time", EndDate: "End date", EndTime: "End time", Hours: "Duration"}, Dates: YearMonthDay},
		map[Field]string{Task: "Task", Value: "Amount"}},
	{Template{Name: "Clockify", Columns: map[Field]string{Person: "User", Mail: "Email", Project: "Project", Note: "Description",
		Date: "Start Date", StartTime: "Start Time", EndDate: "End Date", EndTime: "End Time", Hours: "Duration (h)"}},
		map[Field]string{Task: "Task", Rate: "Billable Rate", Value: "Billable Amount"}},
	{Template{Name: "Harvest", Columns: map[Field]string{Date: "Date", Project: "Project", Task: "Task", Note: "Notes", Hours: "Hours",
		Person: "First Name", LastName: "Last Name"}, Dates: YearMonthDay},
		map[Field]string{Rate: "Billable Rate", Value: "Billable Amount", Currency: "Currency"}},
	{Template{Name: "Kimai", Columns: map[Field]string{Date: "Date", StartTime: "From", EndTime: "To", Hours: "Duration", Project: "Project",
		Task: "Activity", Note: "Description"}, Dates: YearMonthDay},
		map[Field]string{Person: "User", Rate: "Hourly rate", Value: "Rate", ID: "ID"}},
}

// Presets returns the templates of known time trackers by their names, to
// choose from.
func Presets() []Template {
	out := make([]Template, len(presets))
	for i, p := range presets {
		out[i] = p.Template
	}
	return out
}

// fit returns the preset's template for a header that has all its columns.
func (p preset) fit(header []string) (Template, bool) {
	t := p.Template
	t.Columns = map[Field]string{}
	for f, name := range p.Columns {
		h, _, ok := lookup(header, name)
		if !ok {
			return t, false
		}
		t.Columns[f] = h
	}
	for f, name := range p.Optional {
		if h, unit, ok := lookup(header, name); ok {
			t.Columns[f] = h
			if unit != "" {
				t.Currency = unit
			}
		}
	}
	return t, true
}

// lookup finds a column by its exact name, or its name before a currency.
func lookup(header []string, name string) (string, quantity.Unit, bool) {
	for _, h := range header {
		if bare, unit := unitOf(h); h == name || (unit != "" && strings.EqualFold(bare, name)) {
			return h, unit, true
		}
	}
	return "", "", false
}
