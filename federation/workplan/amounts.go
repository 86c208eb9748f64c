package workplan

import (
	"commonweal/federation/market"
	"commonweal/platform/activitypub"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Amounts is how much a commitment or an event is about: of a resource, of an effort, or both.
type Amounts struct {
	Quantity *quantity.Amount `json:"quantity,omitempty"`
	Effort   *quantity.Amount `json:"effort,omitempty"`
}

// readAmounts reads what is there. Invalid: federation.quantity.
func readAmounts(o activitypub.Object) (a Amounts, err error) {
	for _, side := range []struct {
		field string
		into  **quantity.Amount
	}{{"resourceQuantity", &a.Quantity}, {"effortQuantity", &a.Effort}} {
		if o[side.field] == nil {
			continue
		}
		q, err := market.ReadQuantity(o, side.field)
		if err != nil {
			return a, err
		}
		*side.into = &q
	}
	return a, nil
}

func (a Amounts) write(o map[string]any) {
	if a.Quantity != nil {
		o["resourceQuantity"] = market.WriteQuantity(*a.Quantity)
	}
	if a.Effort != nil {
		o["effortQuantity"] = market.WriteQuantity(*a.Effort)
	}
}

// Of returns the amounts of an event in the units of what was promised: a quantity of
// a service that is promised by effort counts as that effort. Invalid: federation.unit.
func (a Amounts) Of(promised Amounts) (Amounts, error) {
	if promised.Quantity == nil && promised.Effort != nil && a.Effort == nil {
		a.Quantity, a.Effort = nil, a.Quantity
	}
	for _, side := range []struct{ told, promised *quantity.Amount }{{a.Quantity, promised.Quantity}, {a.Effort, promised.Effort}} {
		if side.told != nil && (side.promised == nil || side.told.Unit != side.promised.Unit) {
			return a, fault.Invalidf("federation.unit", "resourceQuantity", "%s is told of, and that is not the unit of what was promised", side.told)
		}
	}
	if a.Quantity == nil && a.Effort == nil {
		return a, fault.Invalidf("federation.event", "resourceQuantity", "the event does not say how much")
	}
	return a, nil
}
