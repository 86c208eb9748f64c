package vf

import (
	"maps"
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

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
	if locked && (a.row.changesQuantity() || a.row.EventQuantity == BothKinds) {
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
	if !a.row.movesAway() {
		return nil
	}
	q, held := a.quantity(), x.Onhand
	if a.row.OnhandEffect == NoQuantity {
		held = x.Accounting
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
	uses := r.EventQuantity == BothKinds && r.takesResource()
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
	if a.x == nil || a.e.Corrects != "" || a.quantity() == a.x.Onhand.Micros {
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

// contain applies the column containedEffect, notes the outputs that waiting
// combines may lie in, and lets contents follow a container.
func (a *application) contain() error {
	switch {
	case a.x == nil:
		return nil
	case a.row.ContainedEffect == Update:
		return a.combine()
	case a.row.ContainedEffect == Remove:
		a.takeOut(a.x)
		return nil
	case a.row.Action == Produce || a.row.Action == Modify:
		if err := a.fillWaiting(); err != nil {
			return err
		}
	case a.row.Action == Consume && a.x.Contains > 0:
		if a.book.processes[a.e.InputOf].Finished && a.whole(a.x) {
			return a.book.stillInside(a.e.InputOf, a.x)
		}
		a.addFlow(a.e.InputOf, a.x.ID, a.quantity())
	}
	a.contentsFollow()
	return nil
}

// combine puts the resource into the container the event names, else into the
// single output of the process, else lets it wait for one.
func (a *application) combine() error {
	into := a.e.ToResourceInventoriedAs
	if into == "" {
		outputs := a.book.outputs(a.e.InputOf)
		if len(outputs) > 1 {
			return fault.Conflictf("vf.container_ambiguous", "toResourceInventoriedAs", "the process %s has %d outputs; name the one that %s goes into", a.e.InputOf, len(outputs), a.name(a.x))
		}
		if len(outputs) == 1 {
			into = outputs[0]
		}
	}
	w := a.addFlow(a.e.InputOf, a.x.ID, a.quantity())
	w.Container = ""
	a.x.CombinedBy, a.x.Combined = a.e.ID, a.quantity()
	if into == "" {
		if a.book.processes[a.e.InputOf].Finished {
			return waitsForever(a.e.InputOf, a.x.ID)
		}
		return nil
	}
	w.Container = into
	return a.putIn(a.x, into)
}

// outputs returns the records that a process has put out so far.
func (b *Book) outputs(process store.ID) []store.ID {
	var ids []store.ID
	for k := range b.flows[process] {
		if (k.action == Produce || k.action == Modify) && !slices.Contains(ids, k.resource) {
			ids = append(ids, k.resource)
		}
	}
	return ids
}

// touchedBy returns the records that events of a process may touch without
// naming them: what waits for a container, a single output that may become
// one, and the containers that were consumed.
func (b *Book) touchedBy(process store.ID) []store.ID {
	var ids []store.ID
	if outputs := b.outputs(process); len(outputs) == 1 {
		ids = outputs
	}
	for k, w := range b.flows[process] {
		if k.action == Consume || (k.action == Combine && w.Container == "") {
			ids = append(ids, k.resource)
		}
	}
	return ids
}

// fillWaiting puts what was combined without a container into this output of
// the same process.
func (a *application) fillWaiting() error {
	if a.row.Action == Produce {
		a.addFlow(a.e.OutputOf, a.x.ID, a.quantity())
	}
	for _, w := range sortedFlows(a.book.flows[a.e.OutputOf]) {
		if w.Action != Combine || w.Container != "" || w.Micros == 0 || w.Resource == a.x.ID {
			continue
		}
		filled := *w
		filled.Container = a.x.ID
		a.flows = append(a.flows, &filled)
		if err := a.putIn(a.touch(w.Resource), a.x.ID); err != nil {
			return err
		}
	}
	return nil
}

// putIn sets containedIn; a container never ends up inside itself.
func (a *application) putIn(r *Resource, into store.ID) error {
	for c := into; c != ""; {
		if c == r.ID {
			return fault.Conflictf("vf.container_cycle", "toResourceInventoriedAs", "%s lies in %s already; a container cannot lie in itself", into, a.name(r))
		}
		c = a.touchless(c).ContainedIn
	}
	r.ContainedIn = into
	a.touch(into).Contains++
	return nil
}

// touchless returns the working copy of a record if there is one, else the
// record as the book has it.
func (a *application) touchless(id store.ID) *Resource {
	for _, r := range a.touched {
		if r.ID == id {
			return r
		}
	}
	return a.book.records[id]
}

// takeOut clears containedIn.
func (a *application) takeOut(r *Resource) {
	if r.ContainedIn != "" {
		a.touch(r.ContainedIn).Contains--
	}
	r.ContainedIn, r.CombinedBy, r.Combined = "", "", 0
}

// contentsFollow lets what lies in a container that moves entire follow its
// custody and place, and into the record that the container became.
func (a *application) contentsFollow() {
	x, y := a.x, a.y
	if !a.whole(x) {
		return
	}
	into, was := x, a.book.records[x.ID]
	if y != nil && y != x && a.newY && y.Onhand.Micros != 0 {
		into = y
		into.Contains, x.Contains = x.Contains, 0
	}
	if into != x || x.Custodian != was.Custodian || x.CurrentLocation != was.CurrentLocation {
		a.follow(x.ID, into)
	}
}

func (a *application) follow(container store.ID, into *Resource) {
	for _, i := range slices.Sorted(maps.Keys(a.book.inside[container])) {
		r := a.touch(i)
		r.ContainedIn, r.Custodian, r.CurrentLocation = into.ID, into.Custodian, into.CurrentLocation
		a.follow(i, r)
	}
}

// Finish marks a process as finished, or says what it still owes: a container
// for what was combined without one, and the contents of a container it consumed.
func (b *Book) Finish(f ProcessFinished) error {
	p := b.processes[f.Process]
	if p == nil {
		return unknown("process", "process", f.Process)
	}
	for _, w := range sortedFlows(b.flows[f.Process]) {
		if w.Action == Combine && w.Container == "" && w.Micros > 0 {
			return waitsForever(f.Process, w.Resource)
		}
		if r := b.records[w.Resource]; w.Action == Consume && r.Contains > 0 && b.policy(r).wholeContainer() {
			return b.stillInside(f.Process, r)
		}
	}
	p.Finished = true
	if p.HasEnd.IsZero() {
		p.HasEnd = f.At
	}
	return nil
}

func waitsForever(process, resource store.ID) error {
	return fault.Conflictf("vf.container_missing", "toResourceInventoriedAs",
		"%s was combined in the process %s, which has no output for it to lie in; name the container", resource, process)
}

func (b *Book) stillInside(process store.ID, container *Resource) error {
	return fault.Conflictf("vf.container_resource", "resourceInventoriedAs",
		"the process %s consumes the container %s, which still holds %d other records; separate them first", process, container.ID, container.Contains)
}
