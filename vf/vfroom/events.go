package vfroom

import (
	"fmt"
	"strings"
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

func (p *pages) eventRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/history", Needs: vf.See, Handle: p.events},
		{Pattern: "GET /c/{commons}/record", Needs: vf.Take, Handle: p.newEvent},
		{Pattern: "POST /c/{commons}/record", Needs: vf.Take, Handle: p.recordEvent},
		{Pattern: "GET /c/{commons}/record/{id}", Needs: vf.Take, Handle: p.correction},
		{Pattern: "POST /c/{commons}/record/{id}", Needs: vf.Take, Handle: p.correct},
	}
}

// eventsPage is what happened, newest first.
type eventsPage struct {
	Tabs     []web.Tab
	Form     *web.Form
	Rows     []eventRow
	Actions  []web.Option
	Of       string // the process or agent the list is about
	First    string
	Next     string
	Filtered bool
}

func (p *pages) events(q *web.Request) error {
	page := eventsPage{Tabs: tabs(q, "history"), Form: q.Form()}
	f := vf.EventFilter{Agent: page.Form.ID("agent"), Process: page.Form.ID("process"), Limit: shown + 1,
		From: startOf(page.Form.Date("from"), q.Zone, 0), Until: startOf(page.Form.Date("until"), q.Zone, 1)}
	if a := vf.Action(page.Form.Choice("action", actionWords())); a != "" {
		f.Actions = []vf.Action{a}
	}
	page.Filtered = f.Agent != "" || f.Process != "" || len(f.Actions) > 0 || !f.From.IsZero() || !f.Until.IsZero()
	if after := page.Form.Raw("after"); after != "" {
		var ok bool
		if f.Before, ok = cursorOf(after); !ok {
			page.Form.Fail("after", "vf.cursor", "%.60q is no place in this list; begin at its first page", after)
		}
	}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, err := p.core.Register.Events(r, f)
		if err != nil {
			return err
		}
		list, page.First, page.Next = paged(q, list, func(e vf.Event) string { return cursorText(vf.CursorOf(e)) })
		n, err := load(q, r, wanted{events: list, agents: []store.ID{f.Agent}, processes: []store.ID{f.Process}})
		if err != nil {
			return err
		}
		page.Rows = n.rows(list)
		if page.Of = n.agents.Of(f.Agent); page.Of == "" {
			page.Of = n.processes[f.Process].Name
		}
		return nil
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"events": page.Rows, "next": page.Next})
	}
	page.Actions = []web.Option{{Label: q.T("vf.event.any")}}
	for _, word := range actionWords() {
		page.Actions = append(page.Actions, web.Option{Value: word, Label: q.T("vf.action." + word)})
	}
	return q.Render(web.Page{Template: "vf/events.html", Title: q.T("vf.tab.history"), Active: active("history"), Data: page})
}

func actionWords() (words []string) {
	for _, row := range vf.Actions() {
		words = append(words, string(row.Action))
	}
	return words
}

// startOf is when a day begins in a zone, some days later; zero for no day.
func startOf(day string, zone *time.Location, later int) time.Time {
	t, err := time.ParseInLocation(web.DayFormat, day, zone)
	if err != nil {
		return time.Time{}
	}
	return t.AddDate(0, 0, later)
}

// cursorText writes a place in a list by time: microseconds and identifier.
func cursorText(c vf.Cursor) string { return fmt.Sprintf("%d.%s", c.At, c.ID) }

func cursorOf(text string) (c vf.Cursor, ok bool) {
	at, id, found := strings.Cut(text, ".")
	if !found {
		return c, false
	}
	if c.ID, ok = store.ParseID(id); !ok {
		return c, false
	}
	_, err := fmt.Sscanf(at, "%d", &c.At)
	return c, err == nil
}
