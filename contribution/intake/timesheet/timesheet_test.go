package timesheet_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/text/language"

	"commonweal/contribution/intake"
	"commonweal/contribution/intake/timesheet"
	"commonweal/platform/fault"
	"commonweal/platform/table"
	"commonweal/quantity"
)

// transcript writes what a source yields, one line a record or error.
func transcript(records intake.Records) string {
	var b strings.Builder
	for r, err := range records {
		if e := fault.As(err); e != nil {
			if strings.HasPrefix(e.Code, "intake.") {
				fmt.Fprintf(&b, "error %s at %v\n", e.Code, e)
			} else { // worded by quantity, which may word it better one day
				fmt.Fprintf(&b, "error %s at line %d: %s\n", e.Code, e.Line, e.Field)
			}
			continue
		}
		d := r.(intake.Draft)
		fmt.Fprintf(&b, "%d %s %s %s %s/%s %q", d.Source.Line, d.Person.ID, d.Day, d.Quantity, d.Project, d.Process, d.Note)
		if d.Rate != nil {
			fmt.Fprintf(&b, " rate %s", d.Rate)
		}
		if d.Value != nil {
			fmt.Fprintf(&b, " value %s", d.Value)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestGoldenDutchTimesheet(t *testing.T) {
	file, err := os.ReadFile("testdata/hours-nl.csv")
	if err != nil {
		t.Fatal(err)
	}
	golden, err := os.ReadFile("testdata/hours-nl.golden")
	if err != nil {
		t.Fatal(err)
	}
	template := guess(t, string(file))
	template.Lang, template.Currency = language.Dutch, "EUR"
	if got := transcript(timesheet.Read(strings.NewReader(string(file)), "hours-nl.csv", template)); got != string(golden) {
		t.Errorf("got\n%s\nwant\n%s", got, golden)
	}
}

func guess(t testing.TB, file string) timesheet.Template {
	t.Helper()
	r, err := table.Open(strings.NewReader(file), table.Format{})
	if err != nil {
		t.Fatal(err)
	}
	template, _ := timesheet.Guess(r.Header)
	return template
}

func TestPresetsOfTimeTrackers(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"Toggl Track": {"User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount (EUR)\n" +
			"Noor Voorbeeld,noor@example.org,,Cargo bike,,sanding,No,2026-03-02,23:30:00,2026-03-03,00:45:00,01:15:00,,18.75\n",
			"2 mailto:noor@example.org 2026-03-02 1.25 hour Cargo bike/ \"sanding\" value 18.75 EUR\n"},
		"Clockify": {"Project,Client,Description,Task,User,Group,Email,Tags,Billable,Start Date,Start Time,End Date,End Time,Duration (h),Duration (decimal),Billable Rate (USD),Billable Amount (USD)\n" +
			"Cargo bike,,sanding,Frame,Noor Voorbeeld,,noor@example.org,,No,03/14/2026,2:00:00 PM,03/14/2026,4:30:00 PM,02:30:00,2.50,0.00,0.00\n",
			"2 mailto:noor@example.org 2026-03-14 2.5 hour Cargo bike/Frame \"sanding\"\n"},
		"Harvest": {"Date,Client,Project,Project Code,Task,Notes,Hours,Billable?,First Name,Last Name,Roles,Employee?,Billable Rate,Billable Amount,Currency\n" +
			"2026-03-02,,Cargo bike,,Frame,sanding,1.75,No,Noor,Voorbeeld,,Yes,20,35,Euro - EUR\n",
			"2 name:noor voorbeeld 2026-03-02 1.75 hour Cargo bike/Frame \"sanding\" rate 20 EUR value 35 EUR\n"},
		"Kimai": {"Date,From,To,Duration,Rate,User,Customer,Project,Activity,Description,Exported,Tags\n" +
			"2026-03-02,09:00,10:30,1:30,0,Noor,Example,Cargo bike,Frame,sanding,No,\n",
			"2 name:noor 2026-03-02 1.5 hour Cargo bike/Frame \"sanding\"\n"},
	} {
		template := guess(t, c.file)
		if template.Name != name {
			t.Errorf("the header of %s is taken for %q", name, template.Name)
		}
		template.Currency = orElse(template.Currency, "EUR")
		if got := transcript(timesheet.Read(strings.NewReader(c.file), name, template)); got != c.want {
			t.Errorf("%s:\ngot  %swant %s", name, got, c.want)
		}
	}
}

func orElse(u, other quantity.Unit) quantity.Unit {
	if u == "" {
		return other
	}
	return u
}

func TestGuessKnowsFiveLanguages(t *testing.T) {
	for _, header := range []string{"Name,Date,Hours,Project,Task,Description", "Naam,Datum,Uren,Project,Taak,Omschrijving",
		"Mitarbeiter,Tag,Stunden,Projekt,Tätigkeit,Beschreibung", "Nom,Jour,Heures,Projet,Tâche,Remarque", "Nombre,Fecha,Horas,Proyecto,Tarea,Descripción"} {
		columns := strings.Split(header, ",")
		template, remarks := timesheet.Guess(columns)
		for i, f := range []timesheet.Field{timesheet.Person, timesheet.Date, timesheet.Hours, timesheet.Project, timesheet.Task, timesheet.Note} {
			if template.Columns[f] != columns[i] {
				t.Errorf("%s: %s is %q, want %q", header, f, template.Columns[f], columns[i])
			}
		}
		if len(remarks) > 0 {
			t.Errorf("%s: remarks %+v", header, remarks)
		}
	}
	if _, remarks := timesheet.Guess([]string{"a", "b"}); len(remarks) == 0 {
		t.Error("a header without any known column earns no remark")
	}
}

func TestTemplateTravelsAsJSON(t *testing.T) {
	want := timesheet.Presets()[1]
	want.Lang, want.Format = language.German, table.Format{Delimiter: ";"}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got timesheet.Template
	if err := json.Unmarshal(b, &got); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s comes back as %+v (%v)", b, got, err)
	}
}

func TestClockChangesCountRealHours(t *testing.T) {
	const file = "who,date,start,end\nAnn,2026-03-28,22:00,06:00\nAnn,2026-10-24,22:00,06:00\nAnn,2026-06-01,22:00,06:00\n"
	template := guess(t, file)
	template.Zone = "Europe/Amsterdam"
	want := []string{"7 hour", "9 hour", "8 hour"} // the nights on which clocks go forward, back, and neither
	i := 0
	for r, err := range timesheet.Read(strings.NewReader(file), "", template) {
		if err != nil {
			t.Fatal(err)
		}
		if got := r.(intake.Draft).Quantity.String(); got != want[i] {
			t.Errorf("night %d counts %s, want %s", i, got, want[i])
		}
		i++
	}
}

// TestInvariant1SameFileSameKeys: another encoding, order of columns or rows
// gives the same keys, and equal rows of one file have keys of their own.
func TestInvariant1SameFileSameKeys(t *testing.T) {
	a := "who,date,hours,note\nAnn,2026-03-02,1,x\nAnn,2026-03-02,1,x\nBo,2026-03-02,2,\n"
	b := "\ufeffhours;note;date;who\r\n2;;2026-03-02;Bo\r\n1;x;2026-03-02;Ann\r\n1;x;2026-03-02;Ann\r\n"
	keys := func(file string) map[string]bool {
		out := map[string]bool{}
		for r, err := range timesheet.Read(strings.NewReader(file), "", guess(t, file)) {
			if err != nil {
				t.Fatal(err)
			}
			out[r.DedupeKey()] = true
		}
		return out
	}
	first, second := keys(a), keys(b)
	if len(first) != 3 {
		t.Errorf("%d keys for 3 rows", len(first))
	}
	for k := range second {
		if !first[k] {
			t.Errorf("key %s is new though the row is not", k)
		}
	}
}

func TestTemplateThatCannotReadIsRefused(t *testing.T) {
	const file = "who,when,hours,hours\nAnn,2026-03-02,1,1\n"
	cols := func(m map[timesheet.Field]string) timesheet.Template { return timesheet.Template{Columns: m} }
	for code, template := range map[string]timesheet.Template{
		"intake.no_person":    cols(map[timesheet.Field]string{timesheet.Date: "when", timesheet.Hours: "hours"}),
		"intake.no_date":      cols(map[timesheet.Field]string{timesheet.Person: "who"}),
		"intake.no_hours":     cols(map[timesheet.Field]string{timesheet.Person: "who", timesheet.Date: "when"}),
		"intake.column":       cols(map[timesheet.Field]string{timesheet.Person: "who", timesheet.Date: "day", timesheet.Hours: "when"}),
		"intake.column_twice": cols(map[timesheet.Field]string{timesheet.Person: "who", timesheet.Date: "when", timesheet.Hours: "hours"}),
		"intake.zone":         {Zone: "Nowhere/Land", Columns: map[timesheet.Field]string{timesheet.Person: "who", timesheet.Date: "when", timesheet.Hours: "hours"}},
		"intake.order":        {Dates: "ydm", Columns: map[timesheet.Field]string{timesheet.Person: "who", timesheet.Date: "when", timesheet.Hours: "hours"}},
	} {
		for _, err := range timesheet.Read(strings.NewReader(file), "", template) {
			if fault.CodeOf(err) != code {
				t.Errorf("error = %v, want %s", err, code)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("who,date,hours,start,end\nAnn,2026-03-02,1:30,9:00,10:00\nBo,3/4/26,1h,,\n", byte(0))
	f.Add("who\tdate\thours\n\"\n\x00\xff\xfe", byte(1))
	f.Fuzz(func(t *testing.T, file string, order byte) {
		template := timesheet.Template{Dates: []timesheet.Order{"", "ymd", "dmy", "mdy"}[order%4],
			Columns: map[timesheet.Field]string{timesheet.Person: "who", timesheet.Date: "date", timesheet.Hours: "hours", timesheet.StartTime: "start", timesheet.EndTime: "end"}}
		for r, err := range timesheet.Read(strings.NewReader(file), "", template) {
			if err != nil {
				continue
			}
			if d := r.(intake.Draft); d.Quantity.Sign() <= 0 || d.Day == "" || d.Key == "" || d.Person.IsZero() {
				t.Fatalf("draft %+v is not whole", d)
			}
		}
	})
}

// rows writes n rows without holding them.
type rows struct {
	n, at int
	left  []byte
}

func (r *rows) Read(p []byte) (int, error) {
	for len(r.left) == 0 {
		if r.at > r.n {
			return 0, io.EOF
		}
		if r.at == 0 {
			r.left = []byte("who,date,hours,project,task,note\n")
		} else {
			r.left = fmt.Appendf(nil, "person %d,2026-%02d-%02d,%d:%02d,project %d,task,what was done %d\n", r.at%10_000, 1+r.at%12, 1+r.at%28, r.at%8, 1+r.at%59, r.at%50, r.at)
		}
		r.at++
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

func BenchmarkMillionRows(b *testing.B) {
	template := guess(b, "who,date,hours,project,task,note\n")
	for b.Loop() {
		seen := 0
		for _, err := range timesheet.Read(&rows{n: 1_000_000}, "", template) {
			if err != nil {
				b.Fatal(err)
			}
			seen++
		}
		b.SetBytes(60_000_000)
		b.ReportMetric(float64(seen), "rows")
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MB-held")
	}
}
