package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"commonweal/contribution"
	"commonweal/contribution/intake"
	"commonweal/contribution/intake/timesheet"
	"commonweal/platform/store"
)

// importDay is the day from the start on which the hours that were kept on
// paper before are brought in.
const importDay = 33

// paper is the note of hours that were kept on paper.
const paper = "from the paper sheet in the shed"

// bringPaper brings in a timesheet of the weeks before the commons had a ledger.
func (l *demoLife) bringPaper(ctx context.Context, today demoDay) error {
	if !l.sheet || today.n != importDay {
		return nil
	}
	src, err := contribution.ReadSource(contribution.FormatTimesheet, "founding-weeks.csv", l.paperSheet(today.at), contribution.ReadOptions{
		Template: &timesheet.Template{Columns: map[timesheet.Field]string{timesheet.Person: "Who", timesheet.Date: "Day", timesheet.Hours: "Hours", timesheet.Project: "Project", timesheet.Note: "What"}}})
	if err != nil {
		return err
	}
	plan := contribution.ImportPlan{People: map[string]store.ID{}}
	for _, who := range l.cast {
		plan.People[intake.ByName(who.Name).ID] = who.Agent
	}
	batch := contribution.ImportSource{Batch: contribution.Batch{ID: store.NewID(), Source: "timesheet", File: "founding-weeks.csv"}, Records: src}
	if _, err = l.h.Contribution.Imports.Run(ctx, l.steward(), batch, plan, nil); err != nil {
		return err
	}
	return l.h.Store.Read(ctx, l.commons.ID, func(r *store.Snapshot) error {
		list, err := l.h.Contribution.List(r, contribution.Filter{State: contribution.Logged, Limit: 500})
		for _, e := range list {
			if e.Note == paper {
				l.await(demoClaim{entry: e, due: today.n + 3}, today)
			}
		}
		return err
	})
}

// paperSheet is the sheet: five weeks of people of the first project.
func (l *demoLife) paperSheet(at time.Time) contribution.Opener {
	var b strings.Builder
	b.WriteString("Who,Day,Hours,Project,What\n")
	for week := range 5 {
		for i, n := range l.tasks[0].who {
			day := at.AddDate(0, 0, -importDay-3-7*week-i)
			fmt.Fprintf(&b, "%s,%s,%d.%d,%s,%s\n", l.cast[n].Name, day.Format(time.DateOnly), 2+(week+i)%4, 5*((week+n)%2), l.projects[0].Name, paper)
		}
	}
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(b.String())), nil }
}
