package books

import (
	"cmp"
	"strconv"

	"commonweal/books/ledger"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/naming"
)

// postingRow is a posting with its account in words.
type postingRow struct {
	Label, Name, Href string
	Amount            quantity.Amount
}

// Credit is what a credit comes to, above zero.
func (p postingRow) Credit() quantity.Amount { return quantity.Micros(-p.Amount.Micros, p.Amount.Unit) }

// entryRow is an entry of the accounts with its postings.
type entryRow struct {
	ledger.Entry
	What, Who, Href string
	Rows            []postingRow
}

type eventPage struct {
	Tabs                                 []web.Tab
	Event                                vf.Event
	What                                 string
	Entry                                *entryRow
	Provider, Receiver, Project, Process string
	Amounts                              []quantity.Amount
	Note                                 string
	Corrects                             string
	Corrections                          []registerRow
	Log, Receipt                         string
	LogNo                                int64
	Behind                               []Lead
}

// event shows one economic event: what it says, what it does to the accounts,
// and the entry of the log that holds it.
func (b *Books) event(q *web.Request) error {
	id, ok := store.ParseID(q.R.PathValue("event"))
	if !ok {
		return fault.NotFoundf("books.unknown_event", "event", "there is no such event in this commons")
	}
	return b.show(q, func(v *View, called func(store.ID) string) error {
		e, found, err := vf.GetEvent(v.Snapshot, id)
		if err != nil {
			return err
		}
		if !found {
			return fault.NotFoundf("books.unknown_event", "event", "there is no such event in this commons")
		}
		page := eventPage{Tabs: tabs(q, ""), Event: e, What: string(e.Action), Provider: called(e.Provider), Receiver: called(e.Receiver), LogNo: -1}
		for _, a := range []*quantity.Amount{e.ResourceQuantity, e.EffortQuantity} {
			if a != nil {
				page.Amounts = append(page.Amounts, *a)
			}
		}
		if naming.IsMember(q) {
			page.Note = e.Note
		}
		if err := page.fill(q, v, called); err != nil {
			return err
		}
		if page.Behind, err = b.behind(q, v.Snapshot, &e); err != nil {
			return err
		}
		if q.WantsJSON() {
			if !naming.IsMember(q) {
				e.Note = ""
			}
			return q.JSON(map[string]any{"event": e, "entry": page.Entry, "log": page.LogNo})
		}
		return q.Render(web.Page{Template: "books/event.html", Title: page.What, Active: atBooks, Data: page,
			Crumbs: []web.Crumb{{Label: q.T("books.nav.books"), Path: q.Path("books")}, {Label: page.What}}})
	})
}

// behind is what led to an event: the agreement that it realizes, and what the
// other rooms know.
func (b *Books) behind(q *web.Request, r store.Reader, e *vf.Event) (out []Lead, err error) {
	agreements, err := vf.Get[vf.Agreement](r, keep(e.RealizationOf, e.ReciprocalRealizationOf))
	if err != nil {
		return nil, err
	}
	for id, a := range agreements { // an event realizes one, on either side
		out = append(out, Lead{cmp.Or(a.Name, q.T("books.event.agreement")), q.Path("agreements", string(id))})
	}
	for _, tell := range b.Behind {
		more, err := tell(q, r, e)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// fill adds what the accounts and the core say about the event.
func (p *eventPage) fill(q *web.Request, v *View, called func(store.ID) string) error {
	e := p.Event
	if entry, booked := v.Ledger.Entry(e.ID); booked {
		row := rowOf(q, v, called, entry)
		p.Entry, p.What = &row, row.What
		p.LogNo, p.Log = entry.Log, q.Path("books", "log", strconv.FormatInt(entry.Log, 10))
		p.Receipt = p.Log + "/receipt"
	}
	if e.Corrects != "" {
		p.Corrects = q.Path("books", "events", string(e.Corrects))
	}
	processes, err := vf.GetProcesses(v.Snapshot, keep(e.InputOf, e.OutputOf))
	if err != nil {
		return err
	}
	p.Project = called(e.InScopeOf)
	for _, id := range keep(e.InputOf, e.OutputOf) {
		p.Process = processes[id].Name
	}
	corrections, err := vf.Corrections(v.Snapshot, e.ID)
	for _, c := range corrections {
		row := registerRow{Href: q.Path("books", "events", string(c.ID))}
		row.Entry, _ = v.Ledger.Entry(c.ID)
		if c.ResourceQuantity != nil {
			row.Amount = *c.ResourceQuantity
		} else if c.EffortQuantity != nil {
			row.Amount = *c.EffortQuantity
		}
		p.Corrections = append(p.Corrections, row)
	}
	return err
}

// keep returns the identifiers that are there.
func keep(ids ...store.ID) (out []store.ID) {
	for _, id := range ids {
		if id != "" {
			out = append(out, id)
		}
	}
	return out
}

// rowOf puts an entry into words.
func rowOf(q *web.Request, v *View, called func(store.ID) string, e ledger.Entry) entryRow {
	row := entryRow{Entry: e, What: KindName(q, e), Who: called(e.Payee), Href: q.Path("books", "events", string(e.Event))}
	for _, p := range e.Postings {
		row.Rows = append(row.Rows, postingRow{accountName(q, v, called, p.Account), string(p.Account),
			q.Path("books", "accounts", string(p.Account)) + "?unit=" + string(p.Amount.Unit), p.Amount})
	}
	return row
}
