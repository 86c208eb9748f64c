package vf

import (
	"maps"
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// contain applies the column containedEffect, notes the outputs that waiting
// combines may lie in, and lets contents follow a container.
func (a *application) contain() error {
	switch {
	case a.x == nil:
		return nil
	case a.listing():
		return a.list()
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
		if a.e.passesOn() && a.y != a.x {
			return fault.Conflictf("vf.container_into_existing", "toResourceInventoriedAs",
				"%s waits to lie in %s, which would be emptied into %s at once; put it out first, then transfer it", w.Resource, a.name(a.x), a.name(a.y))
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
	if err := a.checkCycle(r, into); err != nil {
		return err
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
	if a.newY && a.goesOver() {
		into = y
		into.Contains, x.Contains = x.Contains, 0
	}
	if into != x || x.Custodian != was.Custodian || x.CurrentLocation != was.CurrentLocation {
		a.follow(x.ID, into)
	}
}

// goesOver reports whether what is on hand goes from the resource into the
// receiving record; of a copy, for one, it does not.
func (a *application) goesOver() bool {
	parts, n := a.e.parts()
	for _, p := range parts[:n] {
		if from, to := p.row.OnhandEffect.signs(); from < 0 && to > 0 && p.from == a.x.ID && a.quantity() != 0 {
			return true
		}
	}
	return false
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
