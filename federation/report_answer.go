package federation

import (
	"context"

	"commonweal/federation/workplan"
	"commonweal/platform/activitypub"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// ConfirmReport says that what a peer tells is so. Our own event records it, or an event
// that we had recorded already is its pair; each side then knows what the other calls it.
// Faults: federation.unknown_report, .report_closed, .not_entered, .not_the_same, .told.
func (f *Federation) ConfirmReport(ctx context.Context, who auth.Identity, key string, report, recorded store.ID) error {
	if err := who.Must(Trade); err != nil {
		return err
	}
	return f.perform(ctx, who, key, []any{report, recorded}, func(tx *store.Tx) error {
		x, p, peer, err := openReport(tx, report)
		if err != nil {
			return err
		}
		var e vf.Event
		if recorded == "" {
			e, err = f.record(tx, who, "federation.confirm_report", p, x.Said)
		} else if e, err = sameAs(tx, x, recorded); err == nil {
			err = note(tx, who, "federation.confirm_report", map[string]any{"event": recorded}, nil)
		}
		if err != nil {
			return err
		}
		if _, err := f.send(tx, outgoing{kind: "Accept", about: "EconomicEvent", object: x.URI, to: &peer, more: map[string]any{"result": f.said(tx.Commons(), p, e).Object()}}); err != nil {
			return err
		}
		x.State, x.Event, x.Other = Confirmed, e.ID, x.URI
		return x.change(tx)
	})
}

// sameAs returns an event of ours that says what a report says.
func sameAs(r store.Reader, x Report, recorded store.ID) (vf.Event, error) {
	e, p, err := fulfilling(r, recorded)
	if err != nil {
		return e, err
	}
	amounts, err := x.Said.Amounts.Of(workplan.Amounts{Quantity: e.ResourceQuantity, Effort: e.EffortQuantity})
	if p.ID != x.Promise || err != nil || text(amounts) != text(workplan.Amounts{Quantity: e.ResourceQuantity, Effort: e.EffortQuantity}) {
		err = fault.Conflictf("federation.not_the_same", "recorded", "your event is not the same: it is of another promise or of another amount")
	}
	return e, err
}

// DisputeReport says that what a peer tells is not so, and why. Nothing is recorded.
func (f *Federation) DisputeReport(ctx context.Context, who auth.Identity, key string, report store.ID, reason string) error {
	if err := who.Must(Trade); err != nil {
		return err
	}
	return f.perform(ctx, who, key, []any{report, reason}, func(tx *store.Tx) error {
		x, _, peer, err := openReport(tx, report)
		if err != nil {
			return err
		}
		if _, err := f.send(tx, outgoing{kind: "Reject", about: "EconomicEvent", object: x.URI, to: &peer, more: map[string]any{"content": reason}}); err != nil {
			return err
		}
		x.State, x.Reason = Disputed, reason
		if err := x.change(tx); err != nil {
			return err
		}
		return note(tx, who, "federation.dispute_report", map[string]any{"report": report}, map[string]string{"reason": reason})
	})
}

// openReport returns a report of a peer's that waits for our answer.
func openReport(r store.Reader, id store.ID) (x Report, p Promise, peer Peer, err error) {
	x, found, err := store.One(r, scanReport, selectReport, id)
	switch {
	case err != nil:
	case !found || x.Ours:
		err = fault.NotFoundf("federation.unknown_report", "", "nobody elsewhere told of this")
	case x.State != Open:
		err = fault.Conflictf("federation.report_closed", "", "this was answered already: it is %s", x.State)
	}
	if err != nil {
		return x, p, peer, err
	}
	p, peer, err = readPromise(r, x.Promise)
	return x, p, peer, err
}

// reported takes that a peer says that something of a promise was done. It moves nothing:
// it waits for somebody of ours.
func (f *Federation) reported(tx *store.Tx, m message, object activitypub.Object) error {
	said, err := workplan.ReadEvent(object, tx.Now())
	if err != nil {
		return err
	}
	if !activitypub.SameHost(said.URI, m.from.URI) {
		return fault.Forbiddenf("federation.not_theirs", "the event %.200q is not of %.200q", said.URI, m.from.URI)
	}
	p, known, err := store.One(tx, scanPromise, selectPromiseURI, m.from.ID, said.Fulfills)
	if err != nil {
		return err
	}
	if !known {
		return unknownPromise(tx, m.from.ID, said.Fulfills)
	}
	if said.Amounts, err = said.Amounts.Of(p.Amounts); err != nil {
		return err
	}
	before, told, err := store.One(tx, scanReport, selectReportURI, m.from.ID, said.URI)
	if err != nil || told {
		if err == nil && text(before.Said) != text(said) {
			err = fault.Conflictf("federation.changed_activity", "id", "the event %.200q was another when it was first told of", said.URI)
		}
		return err
	}
	if n, err := one(tx, countReports, m.from.ID, false); err != nil || n >= maxOpen {
		if err == nil {
			err = fault.New(fault.TooMany, "federation.too_many_reports", "", "%d events that %.200s told of wait for an answer", n, m.from.Handle)
		}
		return err
	}
	x := Report{ID: tx.NewID(), URI: said.URI, Peer: m.from.ID, Promise: p.ID, Said: said}
	if err := x.add(tx); err != nil {
		return err
	}
	return note(tx, nobody, "federation.receive_report", map[string]any{"report": x.ID, "promise": p.ID}, map[string]string{"event": said.URI})
}

// unknownPromise refuses an event that fulfills nothing we know of; while an offer of
// ours waits for its answer it is to be sent again later.
func unknownPromise(r store.Reader, peer store.ID, address string) error {
	waiting, err := one(r, countOpen, peer, true)
	switch {
	case err != nil:
		return err
	case waiting > 0:
		return fault.Conflictf("federation.not_yet", "fulfills", "no promise %.200q is known here yet; send it again later", address)
	}
	return fault.NotFoundf("federation.unknown_promise", "fulfills", "nothing that was promised between you and this commons is called %.200q", address)
}

// reportAnswered takes a peer's answer to what we told; taken says that it is about that.
func (f *Federation) reportAnswered(tx *store.Tx, m message, about string, accepted bool) (taken bool, err error) {
	x, known, err := store.One(tx, scanReport, selectReportURI, m.from.ID, about)
	switch {
	case err != nil || !known || !x.Ours:
		return false, err
	case x.State != Open:
		return true, fault.Conflictf("federation.report_closed", "", "this was answered already: it is %s", x.State)
	case accepted:
		if x.State = Confirmed; activitypub.SameHost(m.activity.Object("result").Text("id"), m.from.URI) {
			x.Other = m.activity.Object("result").Text("id")
		}
	default:
		x.State, x.Reason = Disputed, m.activity.Plain("content", maxReason)
	}
	if err := x.change(tx); err != nil {
		return true, err
	}
	return true, note(tx, nobody, "federation.receive_report_answer", map[string]any{"event": x.Event, "state": x.State}, map[string]string{"activity": m.id})
}
