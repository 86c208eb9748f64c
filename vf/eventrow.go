package vf

import (
	"database/sql"
	"encoding/json"
	"time"

	"commonweal/platform/store"
	"commonweal/quantity"
)

var insertEvent = store.Into("vf_event", "id", "at", "begins", "ends", "created", "action", "provider", "receiver", "input_of", "output_of", "scope",
	"resource_id", "to_resource_id", "specification_id", "quantity", "unit", "effort", "effort_unit",
	"agreement", "corrects", "previous", "position", "to_previous", "to_position", "more")

// reciprocalRealization is the link from an event to the agreement that it
// realizes in return; the other side of an agreement has a column.
const reciprocalRealization = "EconomicEvent.reciprocalRealizationOf"

// actedUnder is the link from an event to the relationship by which somebody
// recorded it for the provider.
const actedUnder = "EconomicEvent.actsUnder"

var insertNote = store.Into("vf_note", "event_id", "note")

// rest is what few events carry; it shares one column.
type rest struct {
	ClassifiedAs []string     `json:"classifiedAs,omitempty"`
	ToLocation   store.ID     `json:"toLocation,omitempty"`
	State        string       `json:"state,omitempty"`
	Stage        store.ID     `json:"stage,omitempty"`
	PairOf       store.ID     `json:"pairOf,omitempty"`
	Queued       bool         `json:"queued,omitempty"`
	ActsUnder    store.ID     `json:"actsUnder,omitempty"`
	Image        string       `json:"image,omitempty"`
	Reciprocal   store.ID     `json:"reciprocalRealizationOf,omitempty"`
	Fulfills     []Allocation `json:"fulfills,omitempty"`
	Satisfies    []Allocation `json:"satisfies,omitempty"`
	Settles      []Allocation `json:"settles,omitempty"`
}

func (e *Event) more() any {
	if len(e.ClassifiedAs) == 0 && e.ToLocation == "" && e.State == "" && e.Stage == "" && e.PairOf == "" &&
		!e.Queued && e.ActsUnder == "" && e.Image == "" && e.ReciprocalRealizationOf == "" && !e.allocates() {
		return nil
	}
	r := rest{e.ClassifiedAs, e.ToLocation, e.State, e.Stage, e.PairOf, e.Queued, e.ActsUnder, e.Image, e.ReciprocalRealizationOf, e.Fulfills, e.Satisfies, e.Settles}
	b, _ := json.Marshal(r) // texts always marshal
	return string(b)
}

func appendEvent(tx *store.Tx, e *Event) error {
	err := tx.Append(insertEvent, e.ID, store.Micros(e.Time()), micros(e.HasBeginning), micros(e.HasEnd), store.Micros(e.Created),
		string(e.Action), e.Provider, e.Receiver, e.InputOf, e.OutputOf, e.InScopeOf,
		e.ResourceInventoriedAs, e.ToResourceInventoriedAs, e.ResourceConformsTo,
		number(e.ResourceQuantity), unit(e.ResourceQuantity), number(e.EffortQuantity), unit(e.EffortQuantity),
		e.RealizationOf, e.Corrects, e.PreviousEvent, position(e.ChainPosition), e.ToPreviousEvent, position(e.ToChainPosition), e.more())
	if err == nil && e.Note != "" {
		err = tx.Append(insertNote, e.ID, e.Note)
	}
	if err == nil && e.ReciprocalRealizationOf != "" {
		err = tx.Append(insertLink, reciprocalRealization, e.ReciprocalRealizationOf, e.ID)
	}
	if err == nil && e.ActsUnder != "" {
		err = tx.Append(insertLink, actedUnder, e.ActsUnder, e.ID)
	}
	origin := cmpID(e.Corrects, e.ID)
	for _, l := range e.allocations() {
		if err == nil {
			err = appendAllocations(tx, e.ID, origin, l.property, *l.list)
		}
	}
	return err
}

func number(a *Amount) any {
	if a == nil {
		return nil
	}
	return a.Micros
}

func unit(a *Amount) any {
	if a == nil {
		return nil
	}
	return string(a.Unit)
}

func position(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

const eventColumns = `e.id, e.at, e.begins, e.ends, e.created, e.action, e.provider, e.receiver, e.input_of, e.output_of, e.scope,
	e.resource_id, e.to_resource_id, e.specification_id, e.quantity, e.unit, e.effort, e.effort_unit,
	e.agreement, e.corrects, e.previous, e.position, e.to_previous, e.to_position, e.more, n.note`

// eventFrom is where events are read from: with their notes beside them.
const eventFrom = ` FROM vf_event e LEFT JOIN vf_note n ON n.commons_id = e.commons_id AND n.event_id = e.id `

func scanEvent(r store.Scanner) (e Event, err error) {
	var quantityN, effortN, position, toPosition sql.NullInt64
	var quantityUnit, effortUnit, more, note sql.NullString
	err = r.Scan(id{&e.ID}, moment{&e.HasPointInTime}, moment{&e.HasBeginning}, moment{&e.HasEnd}, moment{&e.Created},
		&e.Action, id{&e.Provider}, id{&e.Receiver}, id{&e.InputOf}, id{&e.OutputOf}, id{&e.InScopeOf},
		id{&e.ResourceInventoriedAs}, id{&e.ToResourceInventoriedAs}, id{&e.ResourceConformsTo}, &quantityN, &quantityUnit, &effortN, &effortUnit,
		id{&e.RealizationOf}, id{&e.Corrects}, id{&e.PreviousEvent}, &position, id{&e.ToPreviousEvent}, &toPosition, &more, &note)
	if err != nil {
		return e, err
	}
	if !e.HasBeginning.IsZero() || !e.HasEnd.IsZero() {
		e.HasPointInTime = time.Time{} // an interval; "at" was only for sorting
	}
	e.ResourceQuantity, e.EffortQuantity = amount(quantityN, quantityUnit), amount(effortN, effortUnit)
	e.ChainPosition, e.ToChainPosition, e.Note = position.Int64, toPosition.Int64, note.String
	if !more.Valid {
		return e, nil
	}
	var m rest
	err = json.Unmarshal([]byte(more.String), &m)
	e.ClassifiedAs, e.ToLocation, e.State, e.Stage, e.PairOf = m.ClassifiedAs, m.ToLocation, m.State, m.Stage, m.PairOf
	e.Queued, e.ActsUnder = m.Queued, m.ActsUnder
	e.Image, e.ReciprocalRealizationOf, e.Fulfills, e.Satisfies, e.Settles = m.Image, m.Reciprocal, m.Fulfills, m.Satisfies, m.Settles
	return e, err
}

func amount(n sql.NullInt64, unit sql.NullString) *Amount {
	if !n.Valid {
		return nil
	}
	return &Amount{Micros: n.Int64, Unit: quantity.Unit(unit.String)}
}
