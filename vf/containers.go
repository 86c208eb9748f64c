package vf

import "commonweal/platform/fault"

// checkContainers applies the policies wholeContainer and partialAccept.
func (a *application) checkContainers() error {
	for _, check := range [...]func() error{a.contained, a.containerMoves, a.containerReceives, a.wholeOnly} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// whole reports whether the record is a container that may only be handled entire.
func (a *application) whole(r *Resource) bool {
	return r != nil && r.Contains > 0 && a.book.policy(r).wholeContainer()
}

// locked reports whether the record lies in a container that may only be
// handled entire, and which.
func (a *application) locked(r *Resource) (*Resource, bool) {
	if r == nil || r.ContainedIn == "" {
		return nil, false
	}
	c := a.book.records[r.ContainedIn]
	return c, a.book.policy(c).wholeContainer()
}

// contained refuses to touch on its own what lies in a container.
func (a *application) contained() error {
	if a.row.ContainedEffect == Remove || (a.e.Corrects != "" && a.row.ContainedEffect == Update) {
		return nil
	}
	c, locked := a.locked(a.x)
	if a.x != nil && a.x.ContainedIn != "" && a.row.ContainedEffect == Update {
		return a.inContainer("resourceInventoriedAs", a.x, a.book.records[a.x.ContainedIn])
	}
	if locked && (a.row.ChangesQuantity() || a.row.EventQuantity == BothKinds) {
		return a.inContainer("resourceInventoriedAs", a.x, c)
	}
	if c, locked := a.locked(a.y); locked && a.e.movesInto() {
		return a.inContainer("toResourceInventoriedAs", a.y, c)
	}
	return nil
}

func (a *application) inContainer(field string, r, c *Resource) error {
	return fault.Conflictf("vf.contained_resource", field,
		"%s lies in %s; separate it first (the policy wholeContainer of %s is whole)", a.name(r), a.name(c), orNone(c.ConformsTo))
}

// containerMoves refuses to move part of a container, or to pour one into an
// existing record. Consuming one is held against its contents when the
// process finishes.
func (a *application) containerMoves() error {
	x := a.x
	if !a.whole(x) || a.e.Corrects != "" {
		return nil
	}
	if a.book.policy(x).strict() && a.row.strictOnContainer() {
		return fault.Conflictf("vf.container_resource", "resourceInventoriedAs", "%s holds %d other records; the strict profile of %s refuses %s of a container",
			a.name(x), x.Contains, orNone(x.ConformsTo), a.row.Action)
	}
	passesOn := a.e.passesOn() && a.y != x
	if !a.row.movesAway() && !passesOn {
		return nil
	}
	q, held := a.quantity(), x.Onhand
	if a.row.OnhandEffect == NoQuantity {
		held = x.Accounting
	}
	if passesOn && a.row.InputOutput == Output { // first put out, then passed on
		held.Micros += q
	}
	switch {
	case held.Micros <= 0 || q <= 0:
		return fault.Conflictf("vf.container_not_positive", "resourceQuantity", "%s holds %d other records and moves with a positive quantity only; it has %s", a.name(x), x.Contains, held)
	case q != held.Micros:
		return fault.Conflictf("vf.partial_not_allowed", "resourceQuantity", "%s holds %d other records and moves entire: %s, not %s", a.name(x), x.Contains, held, a.e.ResourceQuantity)
	case a.y != nil && !a.newY && a.y != x:
		return fault.Conflictf("vf.container_into_existing", "toResourceInventoriedAs", "%s holds %d other records and moves into a new record only, not into %s", a.name(x), x.Contains, a.name(a.y))
	}
	return nil
}

// movesAway reports whether the action takes something from where it is to
// somewhere else: pickup, accept, the transfers and move.
func (r *Row) movesAway() bool {
	acc, _ := r.AccountingEffect.signs()
	onh, _ := r.OnhandEffect.signs()
	return r.CreateResource == OptionalTo && (acc < 0 || onh < 0)
}

// strictOnContainer reports whether only the strict profile refuses the action
// on a container: raise, lower, produce and use.
func (r *Row) strictOnContainer() bool {
	makes := r.CreateResource == Optional
	uses := r.EventQuantity == BothKinds && r.TakesResource()
	return makes || uses
}

// containerReceives refuses to add to a container as if it were a stock.
func (a *application) containerReceives() error {
	if a.e.movesInto() && a.y != a.x && a.whole(a.y) {
		return fault.Conflictf("vf.container_resource", "toResourceInventoriedAs", "%s holds %d other records; nothing can be moved into it but by combine", a.name(a.y), a.y.Contains)
	}
	return nil
}

// wholeOnly refuses part of a record where all of it is asked for: accept and
// pickup under the policy partialAccept whole, and combine always.
func (a *application) wholeOnly() error {
	if a.x == nil || a.e.Corrects != "" || a.quantity() == a.x.Onhand.Micros || a.listing() {
		return nil
	}
	if a.row.ContainedEffect == Update {
		return fault.Conflictf("vf.partial_not_allowed", "resourceQuantity", "combine takes all of %s, %s, not %s; move the part into a record of its own first",
			a.name(a.x), a.x.Onhand, a.e.ResourceQuantity)
	}
	half := a.row.InputOutput == Input && a.row.PairsWith != ""
	if half && a.book.policy(a.x).wholeAccept() {
		return fault.Conflictf("vf.partial_not_allowed", "resourceQuantity", "%s takes all of %s, %s, not %s (the policy partialAccept of %s is whole)",
			a.row.Action, a.name(a.x), a.x.Onhand, a.e.ResourceQuantity, a.x.ConformsTo)
	}
	return nil
}
