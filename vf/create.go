package vf

import (
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// create opens the record that the event creates, if it does: it takes
// accountable and custodian from the event, and what the receiving record of
// a transfer, move or copy inherits from the resource it came from.
func (a *application) create() error {
	if !a.newX && !a.newY {
		return nil
	}
	switch {
	case a.newX && a.row.CreateResource != Optional:
		return a.noNewRecord("resourceInventoriedAs", a.x)
	case a.newY && a.row.CreateResource != OptionalTo:
		return a.noNewRecord("toResourceInventoriedAs", a.y)
	}
	if a.newX {
		a.x.PrimaryAccountable, a.x.Custodian = a.e.Receiver, a.e.Receiver
		if a.e.passesOn() && a.y != a.x { // made by the provider, then passed on
			a.x.PrimaryAccountable, a.x.Custodian = a.e.Provider, a.e.Provider
		}
		return a.fill(a.x)
	}
	a.inherit(a.y)
	return a.fill(a.y)
}

func (a *application) noNewRecord(field string, r *Resource) error {
	return fault.Invalidf("vf.no_new_record", field, "%s cannot create the record %s; name one that exists", a.row.Action, r.ID)
}

// inherit gives a receiving record what it takes over from the resource.
func (a *application) inherit(y *Resource) {
	y.PrimaryAccountable, y.Custodian = a.e.Provider, a.e.Provider
	if x := a.x; x != nil {
		y.PrimaryAccountable, y.Custodian = x.PrimaryAccountable, x.Custodian
		y.ConformsTo = cmpID(y.ConformsTo, x.ConformsTo)
		y.ClassifiedAs = set(slices.Concat(y.ClassifiedAs, x.ClassifiedAs))
		if y.TrackingIdentifier == "" {
			y.TrackingIdentifier = x.TrackingIdentifier
		}
		if y.OfBatchLot == "" {
			y.OfBatchLot = x.OfBatchLot
		}
		y.Stage, y.State, y.CurrentLocation = x.Stage, x.State, x.CurrentLocation
	}
	parts, n := a.e.parts()
	for _, p := range parts[:n] {
		if p.to != y.ID {
			continue
		}
		if p.row.AccountableEffect != NoEffect {
			y.PrimaryAccountable = a.e.Receiver
		}
		if p.row.CustodianEffect != NoEffect {
			y.Custodian = a.e.Receiver
		}
	}
}

// fill gives a new record its specification, classifications and unit.
func (a *application) fill(r *Resource) error {
	r.ConformsTo = cmpID(r.ConformsTo, a.e.ResourceConformsTo)
	r.ClassifiedAs = set(slices.Concat(r.ClassifiedAs, a.e.ClassifiedAs))
	if r.ConformsTo == "" && len(r.ClassifiedAs) == 0 {
		return fault.Invalidf("vf.unclassified", "resourceConformsTo",
			"the new record %s says nowhere what it is; give it a specification or a classification", a.name(r))
	}
	if s := a.book.specs[r.ConformsTo]; s != nil {
		r.UnitOfEffort = s.DefaultUnitOfEffort
	}
	unit := a.e.ResourceQuantity.Unit
	r.Accounting.Unit, r.Onhand.Unit = unit, unit
	return nil
}

func cmpID(first, second store.ID) store.ID {
	if first == "" {
		return second
	}
	return first
}

// checkUnits holds the event against the records it names: one unit per
// record for life, one specification for both records and the event.
func (a *application) checkUnits() error {
	for _, r := range [...]struct {
		field  string
		record *Resource
	}{{"resourceInventoriedAs", a.x}, {"toResourceInventoriedAs", a.y}} {
		if r.record == nil || (r.record == a.y && !a.e.movesInto()) {
			continue
		}
		if q := a.e.ResourceQuantity; q != nil && q.Unit != r.record.Accounting.Unit {
			return fault.Invalidf("vf.unit_mismatch", "resourceQuantity", "%s is kept in %s, the event says %s; convert the amount first",
				a.name(r.record), r.record.Accounting.Unit, q)
		}
		if s := a.e.ResourceConformsTo; s != "" && r.record.ConformsTo != "" && s != r.record.ConformsTo {
			return fault.Invalidf("vf.specification_differs", "resourceConformsTo", "%s conforms to %s, the event says %s",
				a.name(r.record), r.record.ConformsTo, s)
		}
	}
	if a.x == nil || a.y == nil || a.x == a.y || !a.e.movesInto() {
		return nil
	}
	if a.x.ConformsTo != a.y.ConformsTo {
		return fault.Invalidf("vf.specification_differs", "toResourceInventoriedAs", "%s conforms to %s, but %s to %s; only like can be added to like",
			a.name(a.y), orNone(a.y.ConformsTo), a.name(a.x), orNone(a.x.ConformsTo))
	}
	if !a.newY && a.x.Stage != a.y.Stage {
		a.warn("vf.stage_differs", "toResourceInventoriedAs", a.name(a.x)+" and "+a.name(a.y)+" are at different stages")
	}
	if !a.newY && a.x.State != a.y.State {
		a.warn("vf.state_differs", "toResourceInventoriedAs", a.name(a.x)+" and "+a.name(a.y)+" are in different states")
	}
	return nil
}

func orNone(id store.ID) store.ID {
	if id == "" {
		return "nothing"
	}
	return id
}

// movesInto reports whether something arrives in the receiving record; the
// container of a combine or separate is named there but receives nothing itself.
func (e *Event) movesInto() bool {
	return e.ToResourceInventoriedAs != "" && e.Action.row().ContainedEffect == NoEffect
}
