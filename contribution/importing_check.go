package contribution

import (
	"context"
	"time"

	"commonweal/contribution/intake"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Checked is what the dry run of an uploaded file found, kept with the file so
// that its pages need not read it again.
type Checked struct {
	At       time.Time      `json:"at"`
	Rows     int            `json:"rows"`
	Repeated int            `json:"repeated,omitempty"`
	LeftOut  int            `json:"leftOut,omitempty"`
	BadLines int            `json:"badLines,omitempty"`
	Bad      []*fault.Error `json:"bad,omitempty"` // lines that cannot be imported, the first mostListed
	Unknown  []Stranger     `json:"unknown,omitempty"`
	Projects []string       `json:"projects,omitempty"`
	Kinds    []string       `json:"kinds,omitempty"`
	Totals   []intake.Total `json:"totals,omitempty"`
	FirstDay string         `json:"firstDay,omitempty"`
	LastDay  string         `json:"lastDay,omitempty"`
	Stopped  string         `json:"stopped,omitempty"` // why the file cannot be read to its end
	Stop     *fault.Error   `json:"stop,omitempty"`    // the same, for the reader's language
	Sample   []SampleRow    `json:"sample,omitempty"`
}

// mostListed bounds the bad lines that are kept for their download.
const mostListed = 20_000

// Stranger is an identity that nobody has said anything about.
type Stranger struct {
	intake.Identity
	Records int    `json:"records"`
	Suggest string `json:"suggest,omitempty"` // the member of the same name
}

// SampleRow is one of the first records, as it was understood.
type SampleRow struct {
	Line     int             `json:"line"`
	Who      string          `json:"who"`
	Day      string          `json:"day"`
	Quantity quantity.Amount `json:"quantity"`
	Project  string          `json:"project,omitempty"`
	Note     string          `json:"note,omitempty"`
}

// mostSample is how many of the first records are shown.
const mostSample = 5

// Check runs the dry run of an upload and keeps what it found with the upload.
func (m *Importer) Check(ctx context.Context, who auth.Identity, u Upload) (Upload, error) {
	u.Checked = &Checked{At: m.DB.Now()}
	src, done, err := m.Source(ctx, who, u)
	if err == nil {
		defer done()
		var report *ImportReport
		if report, err = m.Survey(ctx, who, src, u.Plan); err == nil {
			u.Checked.fill(report)
		}
	}
	if err != nil {
		if fault.As(err) == nil || ctx.Err() != nil {
			return u, err
		}
		u.Checked.Stopped, u.Checked.Stop = err.Error(), fault.As(err)
	}
	return u, m.SaveUpload(ctx, who, u)
}

// startable refuses a file of which nothing can be imported.
func (u *Upload) startable() error {
	switch {
	case u.Checked == nil || u.Checked.Stopped != "":
		return fault.Invalidf("contribution.import_check", "", "check the file first")
	case u.Checked.Rows == 0:
		return fault.Invalidf("contribution.import_nothing", "", "nothing in this file is new: there is nothing to import")
	}
	return nil
}

// undecided lists what the plan leaves open of what the dry run found.
func (u *Upload) undecided() (open fault.List) {
	if u.Checked.BadLines > 0 && !u.Plan.SkipBad {
		open = append(open, fault.Invalidf("contribution.import_bad", "skip", "%d lines cannot be read; mend the file, or tick that they are left out", u.Checked.BadLines))
	}
	unsaid := 0
	for _, s := range u.Checked.Unknown {
		if _, said := u.Plan.People[s.ID]; !said {
			unsaid++
		}
	}
	if unsaid > 0 && !u.Plan.MakePeople {
		open = append(open, fault.Invalidf("contribution.import_people", "others", "say what becomes of the %d people who are not listed", unsaid))
	}
	return open
}

func (c *Checked) fill(r *ImportReport) {
	c.Rows, c.Repeated, c.LeftOut, c.BadLines, c.Projects, c.Totals, c.FirstDay, c.LastDay, c.Sample = r.Rows, r.Repeated, r.LeftOut, r.BadLines, r.Projects, r.Totals, r.FirstDay, r.LastDay, r.Sample
	c.Bad = r.Bad[:min(len(r.Bad), mostListed)]
	for _, s := range r.Unknown {
		c.Unknown = append(c.Unknown, Stranger{s.Identity, s.Records, s.Suggest})
	}
	for _, k := range r.Kinds {
		c.Kinds = append(c.Kinds, k.Name)
	}
	if r.Stopped != nil {
		c.Stopped, c.Stop = r.Stopped.Error(), fault.As(r.Stopped)
	}
}

// sampleOf shows how a record was understood.
func sampleOf(r intake.Record) SampleRow {
	row := SampleRow{Line: r.Origin().Line}
	name := func(id intake.Identity) string {
		if id.Name == "" {
			return bare(id.ID)
		}
		return id.Name
	}
	switch r := r.(type) {
	case intake.Draft:
		row.Who, row.Day, row.Quantity, row.Project, row.Note = name(r.Person), r.Day, r.Quantity, r.Project, note(&r)
	case intake.Money:
		row.Who, row.Day, row.Quantity, row.Project, row.Note = name(r.Party), r.Day, r.Gross, r.Project, r.Note
	case intake.Payout:
		row.Who, row.Day, row.Quantity, row.Note = name(r.To), r.Day, r.Amount, r.Note
	case intake.Score:
		row.Who = name(r.Rater)
		if r.Mark != nil {
			row.Quantity = quantity.Of(*r.Mark, "one")
		}
	}
	row.Note = intake.Clean(row.Note, 120)
	return row
}
