package vfroom

import (
	"bufio"
	"encoding/json"
	"slices"
	"strconv"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/trace"
)

func (p *pages) traceRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/trace", Needs: vf.See, Handle: p.trace},
		{Pattern: "GET /c/{commons}/trace.ndjson", Needs: vf.See, Handle: p.traceLines},
	}
}

// tracePage is what something came from or what came of it.
type tracePage struct {
	Form                                   *web.Form
	Start, StartKind, Summary              string
	On, Reach                              bool
	Tabs                                   []web.Tab
	Graph                                  web.Graph
	Rows                                   []traceRow
	More                                   int // events that are not in the table
	Within                                 int // events within reach, where the trace was cut off
	Truncated, Loops, Uneven, Unattributed bool
	Queued                                 []string      // the things of which what came first was drawn first
	Mixed                                  bool          // others were mixed
	Now                                    []resourceRow // of what came of it, what is there now
	All                                    string        // the address of everything, as lines of JSON
}

// traceRow is one event of a trace.
type traceRow struct {
	Depth                  int
	What, Who, Thing, Href string
	ThingHref              string
	Event                  vf.Event
	Amount                 *quantity.Amount // of the event
	Part                   *quantity.Amount // what of it belongs to the answer; nil when nobody can say
}

// traced rows are shown this far; the rest is in the download.
const (
	rowsShown  = 200
	nodesDrawn = 60
	maxNodes   = 1_000_000 // that a question may ask for
)

// asked reads the question of a trace from the address.
func (p *pages) asked(q *web.Request) (ask vf.TraceAsk, err error) {
	f := q.Form()
	ask.On = f.Raw("direction") == "on"
	ask.Reach = f.Raw("mode") == "reach"
	starts := 0
	for name, to := range map[string]*[]store.ID{"resource": &ask.Resources, "event": &ask.Events, "process": &ask.Processes} {
		if f.Raw(name) != "" {
			*to = []store.ID{store.ID(f.Raw(name))}
			starts++
		}
	}
	if ask.Lot = store.ID(f.Raw("lot")); ask.Lot != "" {
		starts++
	}
	if starts != 1 {
		return ask, fault.Invalidf("vf.trace_start", "resource", "a trace starts from one thing: a resource, an event, a process or a lot")
	}
	for name, to := range map[string]*int{"depth": &ask.MaxDepth, "nodes": &ask.MaxNodes} {
		if f.Raw(name) == "" {
			continue
		}
		n, err := strconv.Atoi(f.Raw(name))
		if err != nil || n < 1 || n > maxNodes {
			return ask, fault.Invalidf("vf.trace_bound", name, "%.20q is no bound; write a number from 1 to 1,000,000", f.Raw(name))
		}
		*to = n
	}
	return ask, nil
}

func (p *pages) trace(q *web.Request) error {
	ask, err := p.asked(q)
	if err != nil {
		return err
	}
	page := tracePage{Form: q.Form(), On: ask.On, Reach: ask.Reach}
	page.All = q.Path("trace.ndjson") + "?" + q.R.URL.RawQuery
	err = q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		a, err := p.core.Tracer.Trace(q.R.Context(), r, ask)
		if err != nil {
			return err
		}
		if a.Truncated {
			within, err := p.core.Tracer.Reach(q.R.Context(), r, ask)
			if err != nil {
				return err
			}
			page.Within = within.Events
			page.All = q.Path("trace.ndjson") + "?" + with(q, "nodes", strconv.Itoa(min(within.Nodes(), maxNodes)))
		}
		return page.fill(q, r, ask, a)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page)
	}
	return q.Render(web.Page{Template: "vf/trace.html", Title: q.T("vf.trace.title", "thing", page.Start), Data: page,
		Crumbs: []web.Crumb{{Label: page.Start, Path: page.StartKind}, {Label: q.T("vf.trace.crumb")}}})
}

// fill names what was found and draws it.
func (page *tracePage) fill(q *web.Request, r *store.Snapshot, ask vf.TraceAsk, a *trace.Answer) error {
	page.Truncated, page.Uneven = a.Truncated, len(a.Uneven) > 0
	for _, e := range a.Edges {
		page.Loops = page.Loops || e.Loop
	}
	n, err := found(q, r, a, ask)
	if err != nil {
		return err
	}
	page.Start, page.StartKind = n.start(ask)
	if page.On {
		if err := page.whereNow(q, r, a); err != nil {
			return err
		}
	}
	for _, i := range queued(a) {
		page.Queued = append(page.Queued, n.resource(i))
	}
	page.Mixed = slices.ContainsFunc(a.Nodes, func(x trace.Node) bool { return x.Kind == trace.StockNode && !slices.Contains(a.Queued, x.ID) })
	for _, x := range a.Nodes {
		page.Unattributed = page.Unattributed || x.Unattributed
		if x.Kind != trace.EventNode {
			continue
		}
		if len(page.Rows) == rowsShown {
			page.More++
			continue
		}
		page.Rows = append(page.Rows, n.row(x))
	}
	page.Summary = q.T("vf.trace.summary_back", "n", len(page.Rows)+page.More, "thing", page.Start)
	if page.On {
		page.Summary = q.T("vf.trace.summary_on", "n", len(page.Rows)+page.More, "thing", page.Start)
	}
	page.Graph = n.draw(page.Rows, page.On)
	page.Graph.Title, page.Graph.Summary = q.T("vf.trace.figure"), page.Summary
	page.Tabs = []web.Tab{
		{Label: q.T("vf.trace.back"), Href: address(q, "direction", ""), Current: !page.On},
		{Label: q.T("vf.trace.on"), Href: address(q, "direction", "on"), Current: page.On},
	}
	return nil
}

// whereNow lists what a recall has to fetch: the things reached that are not
// used up, with who has them and where.
func (page *tracePage) whereNow(q *web.Request, r *store.Snapshot, a *trace.Answer) error {
	var ids []store.ID
	for _, x := range a.Nodes {
		if id := vf.TraceID(x.ID); x.Kind == trace.StockNode && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
		if len(ids) == rowsShown {
			break
		}
	}
	found, err := vf.GetResources(r, ids)
	if err != nil {
		return err
	}
	var list []vf.Resource
	for _, id := range ids {
		if x, there := found[id]; there && (x.Onhand.Micros > 0 || x.ContainedIn != "") {
			list = append(list, x)
		}
	}
	n, err := load(q, r, wanted{records: list})
	if err != nil {
		return err
	}
	page.Now = n.resourceRows(list)
	return nil
}

// address is this address with one parameter changed.
func address(q *web.Request, name, value string) string {
	return q.R.URL.Path + "?" + with(q, name, value)
}

// with is the query of this address with one parameter changed, or left out.
func with(q *web.Request, name, value string) string {
	v := q.R.URL.Query()
	if v.Set(name, value); value == "" {
		v.Del(name)
	}
	return v.Encode()
}

// traceLine is one line of the download: a node as it is found, or at the end
// an edge, and last what bounds were reached.
type traceLine struct {
	Node         string `json:"node,omitempty"` // event, process, stock
	N            *int   `json:"n,omitempty"`
	ID           string `json:"id,omitempty"`
	Place        int    `json:"place,omitempty"`
	Depth        int    `json:"depth,omitempty"`
	Amount       string `json:"amount,omitempty"` // in the unit of the event
	Unattributed bool   `json:"unattributed,omitempty"`
	Edge         string `json:"edge,omitempty"`
	From         *int   `json:"from,omitempty"`
	To           *int   `json:"to,omitempty"`
	Loop         bool   `json:"loop,omitempty"`
	Truncated    *bool  `json:"truncated,omitempty"`
	Frontier     []int  `json:"frontier,omitempty"`
	// Queued are the records in which what came first was drawn first.
	Queued []store.ID `json:"queued,omitempty"`
}

var nodeWords = [...]string{trace.EventNode: "event", trace.ProcessNode: "process", trace.StockNode: "stock"}

// traceLines streams the whole answer as lines of JSON, nodes in the order in
// which the walk came to them.
func (p *pages) traceLines(q *web.Request) error {
	ask, err := p.asked(q)
	if err != nil {
		return err
	}
	return q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		a, err := p.core.Tracer.Trace(q.R.Context(), r, ask)
		if err != nil {
			return err
		}
		q.W.Header().Set("Content-Type", "application/x-ndjson")
		out := bufio.NewWriterSize(q.W, 64<<10)
		lines := json.NewEncoder(out)
		for i, x := range a.Nodes {
			line := traceLine{Node: nodeWords[x.Kind], N: &i, ID: string(vf.TraceID(x.ID)), Place: x.Place, Depth: x.Depth, Amount: decimal(x.Amount), Unattributed: x.Unattributed}
			if err := lines.Encode(line); err != nil {
				return err
			}
		}
		for _, e := range a.Edges {
			if err := lines.Encode(traceLine{Edge: e.Kind.String(), From: &e.From, To: &e.To, Amount: decimal(e.Amount), Loop: e.Loop}); err != nil {
				return err
			}
		}
		if err := lines.Encode(traceLine{Truncated: &a.Truncated, Frontier: a.Frontier, Queued: queued(a)}); err != nil {
			return err
		}
		return out.Flush()
	})
}

// queued are the records of which what came first was drawn first.
func queued(a *trace.Answer) []store.ID {
	out := make([]store.ID, len(a.Queued))
	for i, id := range a.Queued {
		out[i] = vf.TraceID(id)
	}
	return out
}

// decimal is an amount in millionths as a decimal number, rounded to the
// nearest millionth; nothing for nil.
func decimal(v *trace.Amount) string {
	if v == nil {
		return ""
	}
	return quantity.Micros(v.Micros(), "").Decimal()
}
