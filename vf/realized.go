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
	of, err := AgreementsEvents(r, []store.ID{agreement})
	return of[agreement], err
}

// AgreementsEvents is AgreementEvents for many agreements, in as many
// questions as for one.
func AgreementsEvents(r store.Reader, agreements []store.ID) (map[store.ID][]Realized, error) {
	direct, err := store.AllOf(r, scanEvent, agreementEvents, agreements)
	if err != nil {
		return nil, err
	}
	inReturn, err := store.AllOf(r, scanEvent, reciprocalEvents, agreements)
	if err != nil {
		return nil, err
	}
	clauses, err := Linked[Commitment](r, "clauseOf", agreements)
	if err != nil {
		return nil, err
	}
	reciprocal, err := Linked[Commitment](r, "reciprocalClauseOf", agreements)
	if err != nil {
		return nil, err
	}
	var promised []store.ID
	for _, of := range [...]map[store.ID][]Commitment{clauses, reciprocal} {
		for _, list := range of {
			promised = append(promised, ids(list)...)
		}
	}
	fulfilling, err := store.AllOf(r, scanEvent, fulfillingEvents, promised)
	out := make(map[store.ID][]Realized, len(agreements))
	for _, a := range agreements {
		var g gathered
		g.add(those(direct, func(e Event) store.ID { return e.RealizationOf }, a), false)
		g.add(those(inReturn, func(e Event) store.ID { return e.ReciprocalRealizationOf }, a), true)
		out[a] = g.fulfilling(fulfilling, clauses[a], reciprocal[a])
	}
	return out, err
}

func ids(list []Commitment) (out []store.ID) {
	for _, c := range list {
		out = append(out, c.ID)
	}
	return out
}

// those returns the events that name an agreement.
func those(events []Event, of func(Event) store.ID, agreement store.ID) (out []Event) {
	for _, e := range events {
		if of(e) == agreement {
			out = append(out, e)
		}
	}
	return out
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
	promised := slices.Concat(inputs[process], outputs[process])
	fulfilling, err := store.AllOf(r, scanEvent, fulfillingEvents, ids(promised))
	var g gathered
	g.add(direct, false)
	return g.fulfilling(fulfilling, promised, nil), err
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

// fulfilling adds those of the events that fulfill the commitments and returns
// all in order.
func (g *gathered) fulfilling(events []Event, clauses, reciprocal []Commitment) []Realized {
	inReturn, promised := map[store.ID]bool{}, map[store.ID]bool{}
	for _, c := range clauses {
		promised[c.ID] = true
	}
	for _, c := range reciprocal {
		promised[c.ID], inReturn[c.ID] = true, true
	}
	for _, e := range events {
		for _, f := range e.Fulfills {
			if !promised[f.Target] {
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
	return g.list
}
