package vfroom

import (
	"cmp"
	"strings"
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/naming"
)

// flowRow is something that is promised or looked for, in words, with how much
// of it is still open.
type flowRow struct {
	ID                   store.ID
	What                 string // "give", "work"
	Thing, ThingHref     string
	From, To             string // who gives, who receives; "" where nobody is named yet
	Process, ProcessHref string
	Parts                []flowPart // by quantity and by effort
	Due                  time.Time
	Late, Done           bool   // Done: nothing is open
	State, Tone          string // in words
	Note                 string // members only
	Act                  bool   // the reader may record what is done of it
	Stock                []web.Option
	flow                 vf.PlannedFlow
}

// flowPart is one amount of a flow and what became of it.
type flowPart struct{ Whole, Met, Open, Over, Waived vf.Amount }

// want adds what flows name to what a page is about to name.
func (w *wanted) want(flows ...vf.PlannedFlow) {
	for _, f := range flows {
		w.agents = append(w.agents, f.Provider, f.Receiver)
		w.specs, w.stages = append(w.specs, f.ResourceConformsTo), append(w.stages, f.Stage)
		w.resources, w.processes = append(w.resources, f.ResourceInventoriedAs), append(w.processes, f.InputOf, f.OutputOf)
	}
}

// flow words a promise or a wish.
func (n *names) flow(head vf.About, f vf.PlannedFlow, met vf.Met, now time.Time) flowRow {
	row := flowRow{ID: head.ID, What: n.q.T("vf.deed." + string(f.Action)), Thing: n.flows(head, f), From: n.agents.Of(f.Provider), To: n.agents.Of(f.Receiver), Due: f.Due, Done: true, flow: f}
	row.ThingHref = n.thingHref(vf.Event{ResourceInventoriedAs: f.ResourceInventoriedAs, ResourceConformsTo: f.ResourceConformsTo})
	if p := first(f.InputOf, f.OutputOf); p != "" {
		row.Process, row.ProcessHref = n.processes[p].Name, n.q.Path("processes", string(p))
	}
	if naming.IsMember(n.q) {
		row.Note = head.Note
	}
	var some, over, waived bool
	for _, part := range [...]struct {
		whole *vf.Amount
		met   int64
	}{{f.ResourceQuantity, met.Quantity}, {f.EffortQuantity, met.Effort}} {
		if part.whole == nil {
			continue
		}
		x := flowPart{Whole: *part.whole, Met: quantity.Micros(part.met, part.whole.Unit)}
		x.Open, x.Over, x.Waived = vf.Remaining(part.whole, part.met, f.Finished)
		row.Parts = append(row.Parts, x)
		row.Done, some, over, waived = row.Done && x.Open.IsZero(), some || part.met != 0, over || !x.Over.IsZero(), waived || !x.Waived.IsZero()
	}
	if len(row.Parts) == 0 {
		row.Done = f.Finished
	}
	row.Late = !row.Done && !f.Due.IsZero() && f.Due.Before(now)
	state, tone := "open", ""
	switch {
	case over:
		state, tone = "over", "accent"
	case waived:
		state = "waived"
	case row.Done:
		state, tone = "done", "good"
	case row.Late:
		state, tone = "late", "warn"
	case some:
		state, tone = "part", "accent"
	}
	row.State, row.Tone = n.q.T("vf.flow."+state), tone
	return row
}

// flows is what a flow is about: what it is called, else the record, the kind
// of thing or the words that classify it.
func (n *names) flows(head vf.About, f vf.PlannedFlow) string {
	if head.Name != "" {
		return head.Name
	}
	if thing := n.thing(vf.Event{ResourceInventoriedAs: f.ResourceInventoriedAs, ResourceConformsTo: f.ResourceConformsTo}); thing != "" {
		return thing
	}
	return strings.Join(f.ResourceClassifiedAs, ", ")
}

// says is a flow in one line: its amounts and what it is about.
func (row *flowRow) says(q *web.Request) string {
	var words []string
	for _, p := range row.Parts {
		words = append(words, q.Quantity(p.Whole))
	}
	if row.Thing != "" {
		words = append(words, row.Thing)
	}
	return strings.Join(words, " ")
}

// open returns how much of the flow is open, or all of it when nothing is.
func (row *flowRow) open() (amounts []vf.Amount) {
	for _, p := range row.Parts {
		if row.Done {
			amounts = append(amounts, p.Whole)
		} else {
			amounts = append(amounts, p.Open)
		}
	}
	return amounts
}

// defaults fills the form that records what is done of the flow: all of what
// is open, today.
func (row *flowRow) defaults(q *web.Request, f *web.Form, now time.Time) {
	for i, open := range row.open() {
		f.Default([...]string{"amount_", "effort_"}[min(i, 1)]+string(row.ID), q.Plain(open))
	}
	f.Default("day_"+string(row.ID), now.In(q.Zone).Format(web.DayFormat))
}

// stocks gives each flow the records it may be taken from: of its kind, which
// its provider answers for.
func (n *names) stocks(r store.Reader, rows []*flowRow) error {
	var specs []store.ID
	for _, row := range rows {
		if does, _ := row.flow.Action.Row(); row.Act && does.TakesResource() {
			specs = append(specs, row.flow.ResourceConformsTo)
		}
	}
	records, err := vf.ResourcesConforming(r, specs)
	if err != nil {
		return err
	}
	for _, row := range rows {
		for _, x := range records[row.flow.ResourceConformsTo] {
			if x.PrimaryAccountable == row.flow.Provider && row.Act && x.Onhand.Micros > 0 {
				if len(row.Stock) == 0 {
					row.Stock = []web.Option{{Label: n.q.T("vf.flow.no_stock")}}
				}
				row.Stock = append(row.Stock, web.Option{Value: string(x.ID), Label: n.q.T("vf.flow.stock", "what", cmp.Or(x.Name, row.Thing), "amount", n.q.Quantity(x.Onhand))})
			}
		}
	}
	return nil
}

// amountOf reads an amount and its unit: two fields, NAME and NAME_unit.
func amountOf(q *web.Request, name string, units []quantity.Unit, rs ...web.Rule) *vf.Amount {
	f := q.Form()
	if f.Raw(name) == "" && len(rs) == 0 {
		return nil
	}
	unit := quantity.Unit(f.Choice(name+"_unit", wordsOf(units), web.Required))
	if unit == "" {
		return nil
	}
	return positive(f, name, unit, rs...)
}

// positive reads an amount of more than zero.
func positive(f *web.Form, name string, unit quantity.Unit, rs ...web.Rule) *vf.Amount {
	a := f.Amount(name, unit, rs...)
	if f.Error(name) == "" && a.Micros <= 0 {
		f.Fail(name, "vf.amount_missing", "write an amount of more than zero")
	}
	return &a
}

// doAnd does the steps and leads on, or shows the form again with what was wrong.
func (p *pages) doAnd(q *web.Request, to func([]vf.Done) string, key string, again func(*web.Request) error, steps ...vf.Step) error {
	if q.Form().OK() {
		done, err := p.core.Do(q.R.Context(), q.Who, q.Idempotency(), steps...)
		if err == nil {
			return q.Redirect(to(done), key)
		}
		if !q.Form().Blame(err) {
			return err
		}
	}
	return again(q)
}

// back leads to a thing of this address.
func back(q *web.Request, word string) func([]vf.Done) string {
	return func([]vf.Done) string { return q.Path(word, q.R.PathValue("id")) }
}
