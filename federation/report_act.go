package federation

import (
	"context"
	"time"

	"commonweal/federation/workplan"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// Tell tells the other side of an event in our books that fulfills a promise between us.
// Faults: federation.unknown_event, .no_promise, .told.
func (f *Federation) Tell(ctx context.Context, who auth.Identity, key string, event store.ID) error {
	if err := who.Must(Trade); err != nil {
		return err
	}
	return f.perform(ctx, who, key, event, func(tx *store.Tx) error {
		e, p, err := fulfilling(tx, event)
		if err != nil {
			return err
		}
		if err := f.tell(tx, p, e); err != nil {
			return err
		}
		return note(tx, who, "federation.tell", map[string]any{"event": event}, nil)
	})
}

// RecordAndTell records what was done of a promise and tells the other side of it: so
// much, at a moment. It returns the event. Faults: those of Tell, federation.not_entered, .unit.
func (f *Federation) RecordAndTell(ctx context.Context, who auth.Identity, key string, promise store.ID, done workplan.Amounts, at time.Time) (event store.ID, err error) {
	if err := who.Must(Trade); err != nil {
		return "", err
	}
	return performed(ctx, f, who, key, []any{promise, done, at}, func(tx *store.Tx) (store.ID, error) {
		p, _, err := readPromise(tx, promise)
		if err != nil {
			return "", err
		}
		e, err := f.record(tx, who, "federation.record_and_tell", p, workplan.Event{Amounts: done, At: at})
		if err != nil {
			return "", err
		}
		return e.ID, f.tell(tx, p, e)
	})
}

// fulfilling returns an event with the promise that it fulfills.
func fulfilling(r store.Reader, event store.ID) (vf.Event, Promise, error) {
	e, found, err := vf.GetEvent(r, event)
	if err == nil && !found {
		err = fault.NotFoundf("federation.unknown_event", "", "there is no such event")
	}
	if err != nil {
		return e, Promise{}, err
	}
	var targets []store.ID
	for _, x := range e.Fulfills {
		targets = append(targets, x.Target)
	}
	list, err := store.AllOf(r, scanPromise, promisesByID, targets)
	if err == nil && (len(list) != 1 || len(targets) != 1 || e.Corrects != "") {
		err = fault.Conflictf("federation.no_promise", "", "this event is not just the fulfilling of one promise between you and somebody elsewhere")
	}
	if err != nil {
		return e, Promise{}, err
	}
	return e, list[0], untold(r, event)
}

// untold refuses an event that the other side knows already: Conflict, federation.told.
func untold(r store.Reader, event store.ID) error {
	_, told, err := store.One(r, scanReport, selectReportEvent, string(event))
	if err == nil && told {
		err = fault.Conflictf("federation.told", "", "the other side knows of this event already")
	}
	return err
}

// tell sends an event of ours.
func (f *Federation) tell(tx *store.Tx, p Promise, e vf.Event) error {
	if _, err := mustTakePart(tx); err != nil {
		return err
	}
	peers, err := getPeers(tx, p.Peer)
	if err != nil {
		return err
	}
	peer := peers[p.Peer]
	said := f.said(tx.Commons(), p, e)
	if _, err := f.send(tx, outgoing{kind: "Create", about: "EconomicEvent", object: said.Object(), to: &peer}); err != nil {
		return err
	}
	return Report{ID: e.ID, Ours: true, URI: said.URI, Peer: p.Peer, Promise: p.ID, Said: said, Event: e.ID}.add(tx)
}

// said is an event of ours as the other side reads it: how much of what was promised,
// and when; nothing of whom and why.
func (f *Federation) said(c store.ID, p Promise, e vf.Event) workplan.Event {
	out := workplan.Event{URI: f.at(c, "events", e.ID), Action: string(e.Action), Fulfills: p.URI, At: e.Time(), Amounts: workplan.Amounts{Quantity: e.ResourceQuantity, Effort: e.EffortQuantity}}
	if !p.InPlan && out.Quantity == nil { // FEP-0837 knows one quantity, also of services
		out.Quantity, out.Effort = out.Effort, nil
	}
	return out
}

// record records what was done of a promise, as its commitment in our books says it, in
// the amounts and at the moment that were told. Conflict: federation.not_entered.
func (f *Federation) record(tx *store.Tx, who auth.Identity, word string, p Promise, told workplan.Event) (e vf.Event, err error) {
	c, there, err := vf.GetOne[vf.Commitment](tx, p.ID)
	if err == nil && !there {
		err = fault.Conflictf("federation.not_entered", "", "this promise does not stand in your books yet; enter it first")
	}
	if err != nil {
		return e, err
	}
	amounts, err := told.Amounts.Of(workplan.Amounts{Quantity: c.ResourceQuantity, Effort: c.EffortQuantity})
	if err != nil {
		return e, err
	}
	e = vf.Event{Action: c.Action, Provider: c.Provider, Receiver: c.Receiver, InputOf: c.InputOf, OutputOf: c.OutputOf,
		ResourceConformsTo: c.ResourceConformsTo, ClassifiedAs: c.ResourceClassifiedAs, ResourceQuantity: amounts.Quantity, EffortQuantity: amounts.Effort,
		RealizationOf: c.ClauseOf, ReciprocalRealizationOf: c.ReciprocalClauseOf, Fulfills: []vf.Allocation{{Target: c.ID}}, HasPointInTime: told.At}
	steps := []vf.Step{vf.Recording{Event: e}}
	if told.Finished && !c.Finished { // finished of an event of FEP-3264 is about its commitment
		c.Finished = true
		steps = append(steps, vf.Revising{Entity: &c})
	}
	made, err := f.Core.Within(tx, who, word, steps...)
	if err == nil {
		e.ID = made[0].ID
	}
	return e, err
}
