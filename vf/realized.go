package vf

import (
	"slices"
	"strings"

	"commonweal/platform/store"
)

// Realized is an event that an agreement or a process is about, once, however
// many ways lead to it.
type Realized struct {
	Event
	// Reciprocal says that the event is what is given in return.
	Reciprocal bool
	// By are the commitments that tie it to the agreement or process; empty
	// when the event names it itself and fulfills none of its commitments.
	By []store.ID
}

var (
	reciprocalEvents = store.ByIDs("SELECT " + eventColumns + ` FROM vf_link l JOIN vf_event e ON e.commons_id = l.commons_id AND e.id = l.source_id
		LEFT JOIN vf_note n ON n.commons_id = e.commons_id AND n.event_id = e.id
		WHERE l.commons_id = $1 AND l.property = 'EconomicEvent.reciprocalRealizationOf' AND l.target_id IN (*) ORDER BY e.id`)
	fulfillingEvents = store.ByIDs("SELECT " + eventColumns + ` FROM vf_allocation a JOIN vf_event e ON e.commons_id = a.commons_id AND e.id = a.source_id
		LEFT JOIN vf_note n ON n.commons_id = e.commons_id AND n.event_id = e.id
		WHERE a.commons_id = $1 AND a.property = 'fulfills' AND a.target_id IN (*) ORDER BY e.id`)
)

// AgreementEvents returns the events of an agreement in the order of
// recording: those that realize it and those that fulfill its commitments.
func AgreementEvents(r store.Reader, agreement store.ID) ([]Realized, error) {
	direct, err := store.AllOf(r, scanEvent, agreementEvents, []store.ID{agreement})
	if err != nil {
		return nil, err
	}
	inReturn, err := store.AllOf(r, scanEvent, reciprocalEvents, []store.ID{agreement})
	if err != nil {
		return nil, err
	}
	clauses, err := Linked[Commitment](r, "clauseOf", []store.ID{agreement})
	if err != nil {
		return nil, err
	}
	reciprocal, err := Linked[Commitment](r, "reciprocalClauseOf", []store.ID{agreement})
	if err != nil {
		return nil, err
	}
	var g gathered
	g.add(direct, false)
	g.add(inReturn, true)
	return g.fulfilling(r, clauses[agreement], reciprocal[agreement])
}

// ProcessRealized returns the events of a process in the order of recording:
// its inputs and outputs, which the caller has from a Register, and those that
// fulfill its commitments without naming it.
func ProcessRealized(r store.Reader, process store.ID, direct []Event) ([]Realized, error) {
	inputs, err := Linked[Commitment](r, "inputOf", []store.ID{process})
	if err != nil {
		return nil, err
	}
	outputs, err := Linked[Commitment](r, "outputOf", []store.ID{process})
	if err != nil {
		return nil, err
	}
	var g gathered
	g.add(direct, false)
	return g.fulfilling(r, slices.Concat(inputs[process], outputs[process]), nil)
}

// gathered collects events, each once.
type gathered struct {
	at   map[store.ID]int
	list []Realized
}

func (g *gathered) add(events []Event, reciprocal bool) {
	if g.at == nil {
		g.at = map[store.ID]int{}
	}
	for _, e := range events {
		if _, there := g.at[e.ID]; !there {
			g.at[e.ID] = len(g.list)
			g.list = append(g.list, Realized{Event: e, Reciprocal: reciprocal})
		}
	}
}

// fulfilling adds the events that fulfill commitments and returns all in order.
func (g *gathered) fulfilling(r store.Reader, clauses, reciprocal []Commitment) ([]Realized, error) {
	inReturn := map[store.ID]bool{}
	var ids []store.ID
	for _, c := range clauses {
		ids = append(ids, c.ID)
	}
	for _, c := range reciprocal {
		ids = append(ids, c.ID)
		inReturn[c.ID] = true
	}
	events, err := store.AllOf(r, scanEvent, fulfillingEvents, ids)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		for _, f := range e.Fulfills {
			if !slices.Contains(ids, f.Target) {
				continue
			}
			g.add([]Event{e}, inReturn[f.Target])
			x := &g.list[g.at[e.ID]]
			if !slices.Contains(x.By, f.Target) {
				x.By = append(x.By, f.Target)
			}
		}
	}
	slices.SortFunc(g.list, func(a, b Realized) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return g.list, nil
}
