package vf

import (
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// checkCorrection holds a correction against the event it corrects: everything
// but the quantities, the dates and the note stays, and what is left of the
// original never changes sign. It points to the original, not to another correction.
func (a *application) checkCorrection() error {
	if a.e.Corrects == "" {
		return nil
	}
	o := *a.book.original(a.e.Corrects)
	if o.Event.Corrects != "" {
		return fault.Invalidf("vf.correction_of_correction", "corrects", "%s corrects %s itself; correct that one", o.Event.ID, o.Event.Corrects)
	}
	for _, f := range kept(&a.e, &o.Event) {
		if f.now != f.was {
			return fault.Invalidf("vf.correction_differs", f.field, "a correction keeps everything but the quantity: %s was %q, not %q", f.field, f.was, f.now)
		}
	}
	var err error
	if o.Quantity, err = a.left(o.Quantity, a.e.ResourceQuantity, o.Event.ResourceQuantity, "resourceQuantity"); err != nil {
		return err
	}
	if o.Effort, err = a.left(o.Effort, a.e.EffortQuantity, o.Event.EffortQuantity, "effortQuantity"); err != nil {
		return err
	}
	a.original = &o
	return nil
}

type keptField struct {
	field    string
	was, now store.ID
}

// kept lists the fields that a correction repeats.
func kept(c, o *Event) [13]keptField {
	return [13]keptField{
		{"action", store.ID(o.Action), store.ID(c.Action)},
		{"provider", o.Provider, c.Provider},
		{"receiver", o.Receiver, c.Receiver},
		{"inputOf", o.InputOf, c.InputOf},
		{"outputOf", o.OutputOf, c.OutputOf},
		{"resourceInventoriedAs", o.ResourceInventoriedAs, c.ResourceInventoriedAs},
		{"toResourceInventoriedAs", o.ToResourceInventoriedAs, c.ToResourceInventoriedAs},
		{"resourceConformsTo", o.ResourceConformsTo, c.ResourceConformsTo},
		{"realizationOf", o.RealizationOf, c.RealizationOf},
		{"reciprocalRealizationOf", o.ReciprocalRealizationOf, c.ReciprocalRealizationOf},
		{"inScopeOf", o.InScopeOf, c.InScopeOf},
		{"toLocation", "", c.ToLocation},
		{"state", "", store.ID(c.State)},
	}
}

// left returns what a correction leaves of one quantity of the original.
func (a *application) left(before int64, change, original *Amount, field string) (int64, error) {
	switch {
	case change == nil:
		return before, nil
	case original == nil:
		return 0, fault.Invalidf("vf.correction_differs", field, "the original event %s has no %s to correct", a.e.Corrects, field)
	case change.Unit != original.Unit:
		return 0, fault.Invalidf("vf.unit_mismatch", field, "the original event %s is in %s, its correction in %s", a.e.Corrects, original.Unit, change.Unit)
	}
	after := before + change.Micros
	if after < 0 || after > MaxMicros {
		return 0, fault.Conflictf("vf.correction_excess", field, "%s is left of the original event %s; a correction of %s would turn its sign or exceed the largest amount",
			Amount{Micros: before, Unit: original.Unit}, a.e.Corrects, change)
	}
	return after, nil
}

// undo restores, when a correction leaves nothing of the original, what the
// original did besides quantities: whether the record lies in a container, and
// whose hands it is in. Place, stage and state stay: they may be older news.
func (a *application) undo() error {
	if a.x == nil {
		return nil
	}
	if a.original.Quantity != 0 {
		return a.keepWhole()
	}
	switch {
	case a.listing():
		return a.undoListing()
	case a.row.ContainedEffect == Update:
		if err := a.undoCombine(); err != nil {
			return err
		}
	case a.row.ContainedEffect == Remove && a.x.ContainedIn == "":
		return a.putBack()
	}
	a.handBack()
	a.contentsFollow()
	return nil
}

// undoCombine takes the record out of the container again, if it is still
// there; what was separated since has come back already.
func (a *application) undoCombine() error {
	if a.x.CombinedBy == a.e.Corrects {
		a.takeOut(a.x)
		a.addFlow(a.e.InputOf, a.x.ID, a.quantity()).Container = ""
		return nil
	}
	if a.book.policy(a.x).Full().Pairing != Required {
		return nil
	}
	return fault.Conflictf("vf.pair_quantity", "corrects", "%s was separated again since event %s combined it; correct the separate first", a.name(a.x), a.e.Corrects)
}

// handBack returns a record that changed hands in place to the provider, if the
// original did change them by the columns accountableEffect and custodianEffect
// of what it says or implies: not what it created (New sets them for good), and
// not what went straight into a record of the receiver.
func (a *application) handBack() {
	if a.original.Event.ChainPosition == 1 || a.receiverKeeps() {
		return
	}
	shared := a.x == a.y
	if (a.handsOverInPlace() || (shared && a.row.CustodianEffect == UpdateTo)) && a.x.Custodian == a.e.Receiver {
		a.x.Custodian = a.e.Provider
	}
	owned := shared && (a.row.AccountableEffect == UpdateTo || (a.e.implies() && a.row.Implies == Transfer))
	if owned && a.x.PrimaryAccountable == a.e.Receiver {
		a.x.PrimaryAccountable = a.e.Provider
	}
}

// keepWhole refuses to correct part of a combine: it takes a record whole.
func (a *application) keepWhole() error {
	if a.row.ContainedEffect != Update {
		return nil
	}
	return fault.Conflictf("vf.partial_not_allowed", "resourceQuantity", "combine takes all of %s; correct all of it or nothing", a.name(a.x))
}

// putBack undoes a separate: the record lies where it lay.
func (a *application) putBack() error {
	w := a.book.flow(a.e.OutputOf, a.x.ID, Separate)
	pair := a.original.Event.PairOf
	if w == nil || w.Container == "" || w.Event != a.e.Corrects || pair == "" {
		return nil
	}
	a.x.CombinedBy, a.x.Combined = pair, w.Combined
	return a.putIn(a.x, w.Container)
}
