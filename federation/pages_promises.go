package federation

import (
	"time"

	"commonweal/federation/workplan"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// promiseRow is a promise with what was told of it, as a page shows it.
type promiseRow struct {
	Promise
	With    string // the other side
	What    string // what is given, where the page does not say it already
	Stands  bool   // in our books
	Done    bool   // something of it was done already
	Open    bool   // more of it may be recorded
	Reports []reportRow
	Untold  []doneRow // in our books, and unknown to the other side
	Form    *web.Form
}

// Of is how much was promised.
func (p promiseRow) Of() quantity.Amount { return first(p.Amounts) }

// reportRow is something that was told.
type reportRow struct {
	Report
	Same []web.Option // a new event, or one in our books that may be the same; empty: there is none
}

// Of is how much was done, as it was told.
func (x reportRow) Of() quantity.Amount { return first(x.Said.Amounts) }

// doneRow is an event of ours that was not told.
type doneRow struct {
	Event store.ID
	Of    quantity.Amount
	At    time.Time
}

// first is the amount that a list shows: the effort, where there is one.
func first(a workplan.Amounts) quantity.Amount {
	switch {
	case a.Effort != nil:
		return *a.Effort
	case a.Quantity != nil:
		return *a.Quantity
	}
	return quantity.Amount{}
}

// promiseRows reads what was promised by an agreement or in a plan, and what became of
// it: as many questions for many promises as for one.
func promiseRows(q *web.Request, r store.Reader, about store.ID, with Peer, form *web.Form) ([]promiseRow, error) {
	promises, err := promisesOf(r, about)
	if err != nil {
		return nil, err
	}
	ids := make([]store.ID, len(promises))
	for i, p := range promises {
		ids[i] = p.ID
	}
	stands, err := vf.Get[vf.Commitment](r, ids)
	if err != nil {
		return nil, err
	}
	done, err := doneOf(r, ids)
	if err != nil {
		return nil, err
	}
	reports, err := Reports(r, ids...)
	if err != nil {
		return nil, err
	}
	rows := make([]promiseRow, len(promises))
	for i, p := range promises {
		c, there := stands[p.ID]
		rows[i] = promiseRow{Promise: p, With: with.Name, Stands: there, Done: len(done[p.ID]) > 0, Open: there && !c.Finished && p.Gone == "", Form: form}
		rows[i].tell(q, reports, done[p.ID])
		form.Default("day_"+string(p.ID), r.Now().In(q.Zone).Format(time.DateOnly))
	}
	return rows, nil
}

// doneOf returns the events that fulfill commitments, without corrections.
func doneOf(r store.Reader, commitments []store.ID) (map[store.ID][]doneRow, error) {
	sources, err := vf.SourcesOf(r, commitments)
	if err != nil {
		return nil, err
	}
	var ids []store.ID
	for _, list := range sources {
		for _, s := range list {
			ids = append(ids, s.ID)
		}
	}
	events, err := vf.GetEvents(r, ids)
	out := map[store.ID][]doneRow{}
	for commitment, list := range sources {
		for _, s := range list {
			e, known := events[s.ID]
			if known && e.Corrects == "" {
				out[commitment] = append(out[commitment], doneRow{e.ID, first(workplan.Amounts{Quantity: e.ResourceQuantity, Effort: e.EffortQuantity}), e.Time()})
			}
		}
	}
	return out, err
}

// tell sorts out what each side knows of a promise.
func (p *promiseRow) tell(q *web.Request, reports []Report, done []doneRow) {
	known := map[store.ID]bool{}
	for _, x := range reports {
		if x.Promise == p.ID {
			p.Reports = append(p.Reports, reportRow{Report: x})
			known[x.Event] = true
		}
	}
	for _, d := range done {
		if !known[d.Event] {
			p.Untold = append(p.Untold, d)
		}
	}
	for i, x := range p.Reports {
		for _, d := range p.Untold {
			if !x.Ours && x.State == Open && d.Of == x.Of() {
				if len(p.Reports[i].Same) == 0 {
					p.Reports[i].Same = []web.Option{{Label: q.T("federation.report.anew")}}
				}
				p.Reports[i].Same = append(p.Reports[i].Same, web.Option{Value: string(d.Event), Label: q.T("federation.report.same_as", "amount", q.Quantity(d.Of), "day", q.Day(d.At))})
			}
		}
	}
}

// answerPromise does what the reader chose about a promise or about what was told of
// one; taken says that it was one of these.
func (f *Federation) answerPromise(q *web.Request, form *web.Form, done string) (taken bool, err error) {
	ctx, key := q.R.Context(), q.Idempotency()
	switch done {
	case "record":
		err = f.recordPromise(q, form)
	case "tell":
		if event := form.ID("event", web.Required); form.OK() {
			err = f.Tell(ctx, q.Who, key, event)
		}
	case "so":
		if report, same := form.ID("report", web.Required), form.ID("same"); form.OK() {
			err = f.ConfirmReport(ctx, q.Who, key, report, same)
		}
	case "not_so":
		report := form.ID("report", web.Required)
		if reason := form.Text("reason_"+string(report), web.Required, web.Max(maxReason)); form.OK() {
			err = f.DisputeReport(ctx, q.Who, key, report, reason)
		}
	case "let_go":
		promise := form.ID("promise", web.Required)
		if reason := form.Text("reason_"+string(promise), web.Max(maxReason)); form.OK() {
			err = f.LetGo(ctx, q.Who, key, promise, reason)
		}
	default:
		return false, nil
	}
	return true, err
}

// recordPromise records what was done of a promise, on a day, and tells the other side.
func (f *Federation) recordPromise(q *web.Request, form *web.Form) error {
	promise := form.ID("promise", web.Required)
	if !form.OK() {
		return nil
	}
	var p Promise
	err := f.read(q, func(r *store.Snapshot) (err error) { p, _, err = readPromise(r, promise); return err })
	if err != nil {
		return err
	}
	row, name := promiseRow{Promise: p}, "amount_"+string(promise)
	amount := form.Amount(name, row.Of().Unit, web.Required)
	if form.OK() && amount.Micros <= 0 {
		form.Fail(name, "federation.quantity", "%.60q is no amount above zero with at most six decimals", form.Raw(name))
	}
	day := form.Date("day_"+string(promise), web.Required)
	if !form.OK() {
		return nil
	}
	told := workplan.Amounts{Quantity: &amount}
	if p.Amounts.Effort != nil {
		told = workplan.Amounts{Effort: &amount}
	}
	_, err = f.RecordAndTell(q.R.Context(), q.Who, q.Idempotency(), promise, told, noonOf(q, day, f.Store.Now()))
	return err
}

// noonOf is noon of a day where the reader is, or now where that is still to come.
func noonOf(q *web.Request, day string, now time.Time) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, day, q.Zone)
	if err != nil {
		return now
	}
	if noon := at.Add(12 * time.Hour); noon.Before(now) || at.After(now) {
		return noon
	}
	return now
}

// settle answers a form: by the page it leads to, with a word, or by the same page again
// with what was wrong.
func settle(q *web.Request, form *web.Form, err error, path, word string, again func(*web.Request) error) error {
	switch {
	case err == nil && form.OK():
		return q.Redirect(path, word)
	case err != nil && (fault.KindOf(err) == fault.Internal || !blame(form, err)):
		return err
	}
	return again(q)
}
