package vf

import (
	"cmp"
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// pair holds the two halves of a pair together: accept with modify, pickup
// with dropoff, and separate with its combine.
func (a *application) pair() error {
	switch {
	case a.listing():
		return a.pairListing()
	case a.row.ContainedEffect == Remove:
		return a.pairSeparate()
	case a.row.PairsWith == "":
		return nil
	case a.row.InputOutput == Input:
		return a.pairInput()
	}
	return a.pairOutput()
}

// held is the record that an input half leaves with the receiver: the
// receiving one if the custody was passed on, else the resource.
func (a *application) held() *Resource {
	if a.row.InputOutput == Input && a.y != nil {
		return a.y
	}
	return a.x
}

// inputHalf returns the flow that an output half gives back, or nil.
func (a *application) inputHalf() *Flow {
	if a.x == nil || a.row.PairsWith == "" || a.row.InputOutput != Output {
		return nil
	}
	if w := a.book.flow(a.e.OutputOf, a.x.ID, a.row.PairsWith); w != nil && w.Micros > 0 {
		return w
	}
	return nil
}

func (a *application) pairInput() error {
	r := a.held()
	if r == nil {
		return nil
	}
	policy := a.book.policy(r).Full()
	if policy.strict() && a.e.Corrects == "" && a.row.PairsWith == Modify && a.mixesWithCombine() {
		return fault.Conflictf("vf.mixed_with_combine", "inputOf", "the process %s combines or separates; the strict profile of %s refuses accept in it", a.e.InputOf, r.ConformsTo)
	}
	if err := a.notTwice(r, a.e.InputOf, policy); err != nil {
		return err
	}
	w := a.addFlow(a.e.InputOf, r.ID, a.quantity())
	if out := a.book.flow(a.e.InputOf, r.ID, a.row.PairsWith); out != nil && policy.Pairing == Required && w.Micros < out.Micros {
		return a.pairQuantity(r, w.Micros, out.Micros)
	}
	return nil
}

func (a *application) mixesWithCombine() bool {
	for k, w := range a.book.flows[a.e.InputOf] {
		if (k.action == Combine || k.action == Separate) && w.Micros > 0 {
			return true
		}
	}
	return false
}

func (a *application) pairOutput() error {
	r := a.x
	if r == nil {
		return nil
	}
	policy := a.book.policy(r).Full()
	in := a.inputHalf()
	switch {
	case in != nil:
		a.e.PairOf = in.Event
	case a.e.Corrects != "" || policy.Pairing == Off:
	case policy.Pairing == Warn:
		a.warn("vf.pair_missing", "outputOf", a.missingHalf(r))
	default:
		return fault.Conflictf("vf.pair_missing", "outputOf", "%s; record the %s first (the policy pairing of %s is %s)", a.missingHalf(r), a.row.PairsWith, orNone(r.ConformsTo), policy.Pairing)
	}
	if err := a.notTwice(r, a.e.OutputOf, policy); err != nil {
		return err
	}
	w := a.addFlow(a.e.OutputOf, r.ID, a.quantity())
	if in != nil && policy.Pairing == Required && w.Micros > in.Micros {
		return a.pairQuantity(r, in.Micros, w.Micros)
	}
	return nil
}

func (a *application) missingHalf(r *Resource) string {
	return "the process " + string(a.e.OutputOf) + " has no " + string(a.row.PairsWith) + " of " + a.name(r) + " to give back"
}

// notTwice refuses a second half of a kind for one record in one process.
func (a *application) notTwice(r *Resource, process store.ID, policy Policy) error {
	before := a.book.flow(process, r.ID, a.row.Action)
	if before == nil || before.Micros <= 0 || a.e.Corrects != "" || policy.Pairing == Off {
		return nil
	}
	if policy.Pairing == Warn {
		a.warn("vf.pair_repeated", "action", "this process already has "+string(a.row.Action)+" of "+a.name(r)+" (event "+string(before.Event)+")")
		return nil
	}
	return fault.Conflictf("vf.pair_repeated", "action", "the process %s already has %s of %s (event %s); correct that one, or use another process",
		process, a.row.Action, a.name(r), before.Event)
}

func (a *application) pairQuantity(r *Resource, in, out int64) error {
	unit := r.Onhand.Unit
	return fault.Conflictf("vf.pair_quantity", "resourceQuantity", "%s would give back %s of %s, but only %s was taken in",
		a.row.Action, Amount{Micros: out, Unit: unit}, a.name(r), Amount{Micros: in, Unit: unit})
}

// pairSeparate holds a separate against the combine that put the record where it lies.
func (a *application) pairSeparate() error {
	r := a.x
	if r == nil {
		return nil
	}
	if a.e.Corrects == "" {
		policy := a.book.policy(r).Full()
		switch {
		case r.ContainedIn != "":
			a.e.PairOf = r.CombinedBy
			if a.quantity() > r.Combined {
				return a.pairQuantity(r, r.Combined, a.quantity())
			}
		case policy.Pairing == Required:
			return fault.Conflictf("vf.pair_missing", "resourceInventoriedAs", "%s lies in no container; combine it first (the policy pairing of %s is required)", a.name(r), orNone(r.ConformsTo))
		case policy.Pairing == Warn:
			a.warn("vf.pair_missing", "resourceInventoriedAs", a.name(r)+" lies in no container")
		}
	}
	return a.keepSeparate(r)
}

// keepSeparate notes what came out and how much had gone in, so that no
// correction makes more come out than that.
func (a *application) keepSeparate(r *Resource) error {
	w := a.addFlow(a.e.OutputOf, r.ID, a.quantity())
	switch {
	case a.e.Corrects == "":
		w.Micros, w.Container, w.Combined = a.quantity(), r.ContainedIn, r.Combined
		return nil
	case w.Event != a.e.Corrects: // an earlier one: it can only become less
		w.Micros -= a.quantity()
		if a.quantity() <= 0 {
			return nil
		}
	case w.Container == "" || w.Micros <= w.Combined:
		return nil
	}
	if a.book.policy(r).Full().Pairing != Required {
		return nil
	}
	return a.pairQuantity(r, w.Combined, max(w.Micros, w.Combined+a.quantity()))
}

// addFlow adds to what the process holds of the record by the event's action
// and returns the working copy.
func (a *application) addFlow(process, resource store.ID, micros int64) *Flow {
	w := Flow{Process: process, Resource: resource, Action: a.row.Action}
	if before := a.book.flow(process, resource, a.row.Action); before != nil {
		w = *before
	}
	w.Micros += micros
	if a.e.Corrects == "" {
		w.Event, w.By = a.e.ID, a.e.Receiver
	}
	a.flows = append(a.flows, &w)
	return &w
}

// sortedFlows returns flows in a stable order, so that effects never depend on
// the order of a map.
func sortedFlows(flows map[flowKey]*Flow) []*Flow {
	list := make([]*Flow, 0, len(flows))
	for _, w := range flows {
		list = append(list, w)
	}
	slices.SortFunc(list, func(a, b *Flow) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Action, b.Action))
	})
	return list
}
