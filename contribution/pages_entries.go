package contribution

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
)

func (p *Practice) entriesRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution/entries", Needs: See, Handle: p.entries},
		{Pattern: "GET /c/{commons}/contribution/entries.csv", Needs: See, Handle: p.entriesCSV},
	}
}

// entriesPage is all contributions of the commons, filtered.
type entriesPage struct {
	Tabs     []web.Tab
	Form     *web.Form
	Rows     []entryRow
	Next     string
	First    string // the first page, when this is a later one
	CSV      string
	Filtered bool
	Projects []web.Option
	Kinds    []web.Option
	States   []web.Option
	People   []web.Option
	Who      string // the person the list is of
}

// entriesShown is how many contributions a page lists.
const entriesShown = 50

// entriesFilter reads the filters of the address.
func entriesFilter(f *web.Form) Filter {
	out := Filter{Person: f.ID("person"), Project: f.ID("project"), Kind: f.Text("kind", web.Max(40)), Deliverable: f.Text("deliverable", web.Max(100)),
		From: dayNumber(f.Date("from")), Until: dayNumber(f.Date("until"))}
	if text := f.Raw("state"); text != "" {
		f.Blame(out.State.UnmarshalText([]byte(text)))
	}
	return out
}

// dayNumber is a day as days since 1970-01-01; 0 for no day.
func dayNumber(day string) int32 {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0
	}
	return dayIn(at, utc)
}

func (p *Practice) entries(q *web.Request) error {
	page := entriesPage{Tabs: roomTabs(q, "entries"), Form: q.Form()}
	f := entriesFilter(page.Form)
	page.Filtered = f != (Filter{})
	f.Limit = entriesShown + 1
	if text := page.Form.Raw("after"); text != "" {
		if page.Form.Blame(f.Before.UnmarshalText([]byte(text))) {
			f.Before = EntryNo{}
		}
		page.First = addressWith(q, "after", "")
	}
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		list, err := p.List(r, f)
		if err != nil {
			return err
		}
		if len(list) > entriesShown {
			list = list[:entriesShown]
			page.Next = addressWith(q, "after", list[entriesShown-1].No.String())
		}
		if page.Rows, err = rowsOf(q, r, s, list); err != nil {
			return err
		}
		return page.choices(q, r, s)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		entries := make([]Entry, len(page.Rows))
		for i, row := range page.Rows {
			entries[i] = row.Entry
		}
		return q.JSON(map[string]any{"entries": entries, "next": page.Next})
	}
	page.CSV = q.Path("contribution", "entries.csv")
	if raw := q.R.URL.Query(); len(raw) > 0 {
		raw.Del("after")
		page.CSV += "?" + raw.Encode()
	}
	return q.Render(web.Page{Template: "contribution/entries.html", Title: q.T("contribution.entries.title"), Active: "/contribution", Data: page})
}

// choices fills in what may be chosen in the filters.
func (page *entriesPage) choices(q *web.Request, r store.Reader, s *Settings) (err error) {
	page.Projects = anyOption(q, "contribution.filter.any_project")
	page.Projects = append(page.Projects, projectOptions(sortedBy(s.Projects, func(p Project) (string, bool) { return p.Name, true }))...)
	page.Kinds = kindOptions(q, s)
	page.States = anyOption(q, "contribution.filter.any_state")
	for _, state := range []State{Logged, Validated, Disputed, Rejected, Amended} {
		page.States = append(page.States, web.Option{Value: state.String(), Label: q.T("contribution.state." + state.String())})
	}
	page.People, err = personOptions(q, r, page.Form)
	if id, ok := store.ParseID(page.Form.Raw("person")); ok && err == nil {
		var called names
		called, err = loadNames(q, r, id)
		page.Who = called.of(id)
	}
	return err
}

// addressWith is the address of this page with one query value changed.
func addressWith(q *web.Request, name, value string) string {
	v := q.R.URL.Query()
	v.Set(name, value)
	if value == "" {
		v.Del(name)
	}
	if len(v) == 0 {
		return q.R.URL.Path
	}
	return q.R.URL.Path + "?" + v.Encode()
}

// csvRows bounds one CSV file; the full export of the books has everything.
const csvRows = 20_000

// entriesCSV is the list as a table, as filtered.
func (p *Practice) entriesCSV(q *web.Request) error {
	f := entriesFilter(q.Form())
	if err := q.Form().Err(); err != nil {
		return err
	}
	f.Limit = csvRows + 1
	name := "contributions-" + q.Commons.Slug
	var out bytes.Buffer
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		list, err := p.List(r, f)
		if err != nil {
			return err
		}
		if len(list) > csvRows { // the name says that there is more
			list, name = list[:csvRows], name+fmt.Sprintf("-newest-%d", csvRows)
		}
		rows, err := rowsOf(q, r, s, list)
		if err != nil {
			return err
		}
		return writeCSV(&out, s, rows)
	})
	if err != nil {
		return err
	}
	return q.Download(name+".csv", "text/csv; charset=utf-8", out.Bytes())
}

// writeCSV writes rows with canonical numbers: a point, no separators.
func writeCSV(out *bytes.Buffer, s *Settings, rows []entryRow) error {
	w := csv.NewWriter(out)
	w.Write([]string{"number", "day", "person", "project", "kind", "stream", "quantity", "unit", "value", "currency", "state", "deliverable", "note"})
	for _, e := range rows {
		value, currency := "", ""
		if e.Value.Unit != "" {
			value, currency = e.Value.Decimal(), string(e.Value.Unit)
		}
		w.Write([]string{e.No.String(), e.At.In(s.Zone).Format(time.DateOnly), inert(e.Who), inert(e.Where), e.Kind, string(s.Kinds[e.Kind].Stream), e.Quantity.Decimal(), string(e.Quantity.Unit),
			value, currency, e.Entry.State.String(), inert(e.Deliverable), inert(e.Note)})
	}
	w.Flush()
	return w.Error()
}

// inert keeps a text from being run as a formula by a spreadsheet.
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
