package vfroom

import (
	"slices"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// processPage is the board of a process: what went in, who worked, what came
// out, each with what was planned beside what was done.
type processPage struct {
	Form              *web.Form
	Tabs              []web.Tab
	Row               processRow
	In, Work, Out     boardColumn
	History           []eventRow
	More              string // all of its events, when there are more than the board was made of
	RecordIn          string
	RecordOut, Worked string
	Trace             string
}

// boardColumn is one side of the board.
type boardColumn struct {
	Lines []boardLine
}

// boardLine is one kind of thing, or one person's work, by one action.
type boardLine struct {
	What, Thing, Href string
	Done              *vf.Amount // nil for nothing yet
	Planned           *vf.Amount // nil where nothing was planned
	Met               *vf.Amount // of what was planned
	Who               string
	Times             int
	Late              bool
	key               string
}

// boardEvents is how many events of a process its board adds up.
const boardEvents = 500

func (p *pages) process(q *web.Request) error {
	id := store.ID(q.R.PathValue("id"))
	page := processPage{Form: q.Form(), Tabs: tabs(q, "processes"), Trace: q.Path("trace") + "?process=" + string(id)}
	record := q.Path("record") + "?"
	page.RecordIn, page.RecordOut, page.Worked = record+"action=consume&inputOf="+string(id), record+"action=produce&outputOf="+string(id), record+"action=work&inputOf="+string(id)
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		x, found, err := vf.GetProcess(r, id)
		if err != nil {
			return err
		}
		if !found {
			return absent("process", id)
		}
		return p.board(q, r, x, &page)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page)
	}
	return q.Render(web.Page{Template: "vf/process.html", Title: page.Row.Name, Active: active("processes"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.processes"), Path: q.Path("processes")}, {Label: page.Row.Name}}})
}

// board adds up a process: its events, and the promises they keep.
func (p *pages) board(q *web.Request, r *store.Snapshot, x vf.Process, page *processPage) error {
	rows, err := processRows(q, r, []vf.Process{x})
	if err != nil {
		return err
	}
	page.Row = rows[0]
	direct, err := p.core.Register.ProcessEvents(r, x.ID, vf.Cursor{}, boardEvents)
	if err != nil {
		return err
	}
	if len(direct) == boardEvents {
		page.More = q.Path("history") + "?process=" + string(x.ID)
	}
	realized, err := vf.ProcessRealized(r, x.ID, direct)
	if err != nil {
		return err
	}
	events := make([]vf.Event, len(realized))
	for i, e := range realized {
		events[i] = e.Event
	}
	planned, met, err := plannedIn(r, x.ID)
	if err != nil {
		return err
	}
	w := wanted{events: events}
	for _, c := range planned {
		w.agents, w.specs, w.resources = append(w.agents, c.Provider, c.Receiver), append(w.specs, c.ResourceConformsTo), append(w.resources, c.ResourceInventoriedAs)
	}
	n, err := load(q, r, w)
	if err != nil {
		return err
	}
	for _, e := range events {
		page.add(n, e, x.ID)
	}
	for _, c := range planned {
		page.plan(n, r, c, met, x.ID)
	}
	slices.Reverse(events)
	page.History = n.rows(events[:min(len(events), shown)])
	if len(events) > shown {
		page.More = q.Path("history") + "?process=" + string(x.ID)
	}
	return nil
}

// plannedFlow is a promise or an open wish on one side of a process.
type plannedFlow struct {
	vf.PlannedFlow
	id store.ID
}

// plannedIn returns the commitments and open intents of a process, and how
// much of each is met.
func plannedIn(r store.Reader, process store.ID) (out []plannedFlow, met map[store.ID]vf.Met, err error) {
	ids := []store.ID{process}
	for _, side := range [...]string{"inputOf", "outputOf"} {
		promised, err := vf.Linked[vf.Commitment](r, side, ids)
		if err != nil {
			return nil, nil, err
		}
		for _, c := range promised[process] {
			out = append(out, plannedFlow{c.PlannedFlow, c.ID})
		}
		wished, err := vf.Linked[vf.Intent](r, side, ids)
		if err != nil {
			return nil, nil, err
		}
		for _, i := range wished[process] {
			out = append(out, plannedFlow{i.PlannedFlow, i.ID})
		}
	}
	targets := make([]store.ID, len(out))
	for i, c := range out {
		targets[i] = c.id
	}
	met, err = vf.MetOf(r, targets)
	return out, met, err
}

// column is where a flow stands: work and use of things are in the middle.
func (page *processPage) column(a vf.Action, into, process store.ID) *boardColumn {
	switch {
	case into != process:
		return &page.Out
	case a == vf.Work || a == vf.DeliverService:
		return &page.Work
	}
	return &page.In
}

// line finds or begins the line of a flow.
func (c *boardColumn) line(key string, begin func() boardLine) *boardLine {
	for i := range c.Lines {
		if c.Lines[i].key == key {
			return &c.Lines[i]
		}
	}
	line := begin()
	line.key = key
	c.Lines = append(c.Lines, line)
	return &c.Lines[len(c.Lines)-1]
}

// add counts an event in its column: by person where somebody worked, else by thing.
func (page *processPage) add(n *names, e vf.Event, process store.ID) {
	amount := e.EffortQuantity
	if amount == nil || e.Action != vf.Work && e.ResourceQuantity != nil {
		amount = e.ResourceQuantity
	}
	if amount == nil {
		return
	}
	column := page.column(e.Action, e.InputOf, process)
	thing := string(first(e.ResourceInventoriedAs, e.ToResourceInventoriedAs, e.ResourceConformsTo))
	if column == &page.Work {
		thing = string(e.Provider)
	}
	line := column.line(string(e.Action)+thing+string(amount.Unit), func() boardLine {
		b := boardLine{What: n.what(e), Thing: n.thing(e), Href: n.thingHref(e), Done: &vf.Amount{Unit: amount.Unit}}
		if column == &page.Work {
			b.Thing, b.Href = n.agents.Of(e.Provider), n.q.Path("agents", string(e.Provider))
		}
		return b
	})
	sum := quantity.Micros(line.Done.Micros+amount.Micros, amount.Unit)
	line.Done = &sum
	line.Times++
}

// plan puts a promise on the board, with how much of it is met.
func (page *processPage) plan(n *names, r *store.Snapshot, c plannedFlow, met map[store.ID]vf.Met, process store.ID) {
	amount, done := c.ResourceQuantity, met[c.id].Quantity
	if amount == nil {
		amount, done = c.EffortQuantity, met[c.id].Effort
	}
	if amount == nil {
		return
	}
	column := page.column(c.Action, c.InputOf, process)
	so := quantity.Micros(done, amount.Unit)
	e := vf.Event{Action: c.Action, ResourceInventoriedAs: c.ResourceInventoriedAs, ResourceConformsTo: c.ResourceConformsTo}
	line := boardLine{What: n.what(e), Thing: n.thing(e), Href: n.thingHref(e), Planned: amount, Met: &so, Who: n.agents.Of(first(c.Provider, c.Receiver)), key: string(c.id)}
	if column == &page.Work {
		line.Thing, line.Href, line.Who = n.agents.Of(c.Provider), n.q.Path("agents", string(c.Provider)), ""
		if c.Provider == "" { // nobody has taken it on yet
			line.Thing, line.Href = n.q.T("vf.process.nobody"), ""
		}
	}
	line.Late = !c.Finished && done < amount.Micros && !c.Due.IsZero() && c.Due.Before(r.Now())
	column.Lines = append(column.Lines, line)
}
