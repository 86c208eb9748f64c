package vf

import (
	"cmp"
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// open refuses a commitment to more of an intent than others have left of it. An
// intent is there once, unless whoever expressed it says that more is available,
// or publishes it by the unit. Conflict: vf.intent_taken.
func (l *Ledger) open(c *Commitment) error {
	targets := make([]store.ID, len(c.Satisfies))
	for n, x := range c.Satisfies {
		targets[n] = x.Target
	}
	if err := l.loadEntities(targets); err != nil {
		return err
	}
	for _, x := range implied(slices.Clone(c.Satisfies), c.ResourceQuantity, c.EffortQuantity) {
		i, known := l.book.entities[x.Target].(*Intent)
		if !known {
			continue // what the commitment names is held against its rules later
		}
		breach := i.open(x, l.book.met[metKey{"satisfies", x.Target}])
		if breach == nil {
			continue
		}
		if repeats, err := l.repeats(i); err != nil || !repeats {
			return cmp.Or(err, breach)
		}
	}
	return nil
}

// open returns why so much of the intent cannot be promised any more.
func (i *Intent) open(x Allocation, met Met) error {
	if i.Finished {
		return fault.Conflictf("vf.intent_taken", "satisfies", "nothing more of this is wanted: it is closed")
	}
	stock := i.ResourceQuantity
	if i.AvailableQuantity != nil {
		stock = i.AvailableQuantity
	}
	for _, side := range [...]struct {
		whole, part *Amount
		met         int64
	}{{stock, x.ResourceQuantity, met.Quantity}, {i.EffortQuantity, x.EffortQuantity, met.Effort}} {
		if side.whole == nil || side.part == nil || side.whole.Unit != side.part.Unit || side.part.Micros <= side.whole.Micros-side.met {
			continue
		}
		left := quantity.Micros(max(0, side.whole.Micros-side.met), side.whole.Unit)
		return fault.Conflictf("vf.intent_taken", "satisfies", "%s is promised, and %s is still open: others have taken the rest", side.part, left)
	}
	return nil
}

// repeats reports whether the amounts of an open intent are those of one unit of
// many, with no bound on how many: by the unit, or in return for each of them.
func (l *Ledger) repeats(i *Intent) (bool, error) {
	if i.Finished || i.AvailableQuantity != nil {
		return false, nil
	}
	for _, property := range [...]string{"publishes", "reciprocal"} {
		of, err := Linked[Proposal](l.tx, property, []store.ID{i.ID})
		if err != nil {
			return false, err
		}
		for _, p := range of[i.ID] {
			if p.UnitBased || property == "reciprocal" {
				return true, nil
			}
		}
	}
	return false, nil
}
