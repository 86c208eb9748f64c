package vf

import (
	"maps"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// Allocation is the part of an event that fulfills a commitment, satisfies an
// intent or settles a claim, or the part of a commitment that satisfies an
// intent (cw:allocation: the vocabulary says which, not how much). With one
// target and no quantities, all of the event goes there.
type Allocation struct {
	Target           store.ID `json:"target"`
	ResourceQuantity *Amount  `json:"resourceQuantity,omitempty"`
	EffortQuantity   *Amount  `json:"effortQuantity,omitempty"`
}

// Met is how much of a commitment, an intent or a claim others have fulfilled,
// satisfied or settled, in millionths of its units.
type Met struct{ Quantity, Effort int64 }

// allocations returns the three lists of an event with their properties.
func (e *Event) allocations() [3]allotted {
	return [3]allotted{{"fulfills", KindCommitment, &e.Fulfills}, {"satisfies", KindIntent, &e.Satisfies}, {"settles", KindClaim, &e.Settles}}
}

type allotted struct {
	property string
	kind     Kind
	list     *[]Allocation
}

// entities lists the place and the agreements that the event names.
func (e *Event) entities() [4]Ref {
	return [4]Ref{{"toLocation", KindSpatialThing, e.ToLocation}, {"realizationOf", KindAgreement, e.RealizationOf},
		{"reciprocalRealizationOf", KindAgreement, e.ReciprocalRealizationOf}, {"actsUnder", KindAgentRelationship, e.ActsUnder}}
}

// allocates reports whether the event has any allocation.
func (e *Event) allocates() bool {
	return len(e.Fulfills)+len(e.Satisfies)+len(e.Settles) > 0
}

// allocate holds the allocations of the event against its quantities and their
// targets, and fills in what a single target leaves unsaid. A correction
// without allocations takes back what its original gave: all of it when
// nothing is left of the original, else from its single target.
func (a *application) allocate() error {
	for _, l := range a.e.allocations() {
		if a.original != nil && len(*l.list) == 0 {
			if err := a.takeBack(l); err != nil {
				return err
			}
		}
		if len(*l.list) == 0 {
			continue
		}
		*l.list = implied(*l.list, a.e.ResourceQuantity, a.e.EffortQuantity)
		if err := checkAllocations(a.book, &a.e, l.property, l.kind, *l.list, a); err != nil {
			return err
		}
		if err := a.leave(l.property, *l.list); err != nil {
			return err
		}
	}
	return nil
}

// leave notes what a correction leaves of the allocations of its original, and
// refuses to take more from a target than the original gave it.
func (a *application) leave(property string, list []Allocation) error {
	if a.original == nil {
		return nil
	}
	left := maps.Clone(a.original.Allocated)
	for _, x := range list {
		k := metKey{property, x.Target}
		m, given := left[k]
		m.Quantity += micros64(x.ResourceQuantity)
		m.Effort += micros64(x.EffortQuantity)
		if !given || m.Quantity < 0 || m.Effort < 0 {
			return fault.Conflictf("vf.allocation_excess", property, "the original event %s gave %s to %s; a correction cannot take more from there", a.e.Corrects, a.original.given(k), x.Target)
		}
		left[k] = m
	}
	a.original.Allocated = left
	return nil
}

// given says how much of an event is allocated to a target, in words.
func (o *Original) given(k metKey) string {
	m, ok := o.Allocated[k]
	if !ok {
		return "nothing"
	}
	var parts []string
	if q := o.Event.ResourceQuantity; q != nil && m.Quantity != 0 {
		parts = append(parts, Amount{Micros: m.Quantity, Unit: q.Unit}.String())
	}
	if q := o.Event.EffortQuantity; q != nil && m.Effort != 0 {
		parts = append(parts, Amount{Micros: m.Effort, Unit: q.Unit}.String())
	}
	if len(parts) == 0 {
		return "nothing more"
	}
	return strings.Join(parts, " and ")
}

// allocated sums the allocations of an event by target.
func (e *Event) allocated() map[metKey]Met {
	if !e.allocates() {
		return nil
	}
	out := map[metKey]Met{}
	for _, l := range e.allocations() {
		for _, x := range *l.list {
			out[metKey{l.property, x.Target}] = Met{micros64(x.ResourceQuantity), micros64(x.EffortQuantity)}
		}
	}
	return out
}

// takeBack gives a correction the allocation of its original, when there is one.
func (a *application) takeBack(l allotted) error {
	var of []Allocation
	for _, o := range a.original.Event.allocations() {
		if o.property == l.property {
			of = *o.list
		}
	}
	switch whole := a.original.Quantity == 0 && a.original.Effort == 0; {
	case len(of) == 0:
		return nil
	case whole:
		for _, x := range of {
			m := a.original.Allocated[metKey{l.property, x.Target}]
			*l.list = append(*l.list, Allocation{x.Target, minus(x.ResourceQuantity, m.Quantity), minus(x.EffortQuantity, m.Effort)})
		}
		return nil
	case len(of) == 1:
		*l.list = []Allocation{{Target: of[0].Target}}
		return nil
	}
	return fault.Invalidf("vf.allocation_missing", l.property, "the original event %s is divided among %d targets; say which of them the correction takes from", a.e.Corrects, len(of))
}

// implied fills in the quantities of a single allocation that has none.
func implied(list []Allocation, q, effort *Amount) []Allocation {
	if len(list) == 1 && list[0].ResourceQuantity == nil && list[0].EffortQuantity == nil {
		return []Allocation{{Target: list[0].Target, ResourceQuantity: own(q), EffortQuantity: own(effort)}}
	}
	return list
}

// checkAllocations holds a list of allocations against the flow that is
// divided, and each against its target. Warnings go to a, when there is one.
func checkAllocations(b *Book, e *Event, property string, kind Kind, list []Allocation, a *application) error {
	var sum Met
	seen := map[store.ID]bool{}
	for _, x := range list {
		if seen[x.Target] {
			return fault.Invalidf("vf.allocation_twice", property, "%s is named twice; add the two parts up", x.Target)
		}
		seen[x.Target] = true
		if !b.has(kind, x.Target) {
			return unknown(words[kind], property, x.Target)
		}
		if len(list) > 1 && x.ResourceQuantity == nil && x.EffortQuantity == nil {
			return fault.Invalidf("vf.allocation_missing", property, "with several targets every one says how much goes to it; %s says nothing", x.Target)
		}
		if err := sum.add(x, property, e); err != nil {
			return err
		}
		if err := checkTarget(b, e, property, x, a); err != nil {
			return err
		}
	}
	for _, q := range [...]struct {
		whole *Amount
		sum   int64
	}{{e.ResourceQuantity, sum.Quantity}, {e.EffortQuantity, sum.Effort}} {
		if whole := micros64(q.whole); abs(q.sum) > abs(whole) {
			return fault.Invalidf("vf.allocation_excess", property, "%s are divided, but the flow has only %s", Amount{Micros: q.sum, Unit: unitOf(q.whole)}, Amount{Micros: whole, Unit: unitOf(q.whole)})
		}
	}
	return nil
}

// add adds a part, which must be in the units of the whole and of its sign.
func (m *Met) add(x Allocation, property string, e *Event) error {
	for _, q := range [...]struct {
		part, whole *Amount
		sum         *int64
	}{{x.ResourceQuantity, e.ResourceQuantity, &m.Quantity}, {x.EffortQuantity, e.EffortQuantity, &m.Effort}} {
		if q.part == nil {
			continue
		}
		if q.whole == nil || q.whole.Unit != q.part.Unit {
			return fault.Invalidf("vf.unit_mismatch", property, "the part %s is not in the unit of what is divided", q.part)
		}
		if q.part.Micros != 0 && (q.part.Micros < 0) != (q.whole.Micros < 0) {
			return fault.Invalidf("vf.negative_quantity", property, "the part %s has another sign than the whole, %s", q.part, q.whole)
		}
		if abs(q.part.Micros) > MaxMicros {
			return fault.Invalidf("vf.too_large", property, "%s is more than an event may carry", q.part)
		}
		if *q.sum += q.part.Micros; abs(*q.sum) > MaxMicros {
			return fault.Invalidf("vf.too_large", property, "the parts add up to more than an event may carry")
		}
	}
	return nil
}

// checkTarget holds one part against what it goes to: the same action, the
// same kind of thing or a substitute, the same units, and for a claim the same
// agents and no more than is open.
func checkTarget(b *Book, e *Event, property string, x Allocation, a *application) error {
	t := targetOf(b.entities[x.Target])
	if t.action != e.Action {
		return fault.Invalidf("vf.action_differs", property, "%s is about %s, not %s", x.Target, t.action, e.Action)
	}
	spec := e.ResourceConformsTo
	if r := b.records[cmpID(e.ResourceInventoriedAs, e.ToResourceInventoriedAs)]; spec == "" && r != nil {
		spec = r.ConformsTo
	}
	if t.spec != "" && spec != "" && t.spec != spec {
		if s := b.specs[t.spec]; s == nil || !s.Substitutable {
			return fault.Invalidf("vf.specification_differs", property, "%s is about %s, not %s, and the specification allows no substitute", x.Target, t.spec, spec)
		}
		if a != nil {
			a.warn("vf.substituted", property, string(x.Target)+" is about "+string(t.spec)+"; "+string(spec)+" stands in for it")
		}
	}
	for _, q := range [...]struct {
		part  *Amount
		whole *Amount
	}{{x.ResourceQuantity, t.quantity}, {x.EffortQuantity, t.effort}} {
		if q.part != nil && q.whole != nil && q.part.Unit != q.whole.Unit {
			return fault.Invalidf("vf.unit_mismatch", property, "%s is about %s, the part is in %s; convert it first", x.Target, q.whole, q.part.Unit)
		}
	}
	if t.done && a != nil && e.Corrects == "" {
		a.warn("vf.target_finished", property, string(x.Target)+" is finished; this is recorded late")
	}
	return checkMet(b, e, property, x, t)
}

// checkMet refuses to settle more than is claimed, and to take back more than
// was allocated.
func checkMet(b *Book, e *Event, property string, x Allocation, t target) error {
	if t.claim {
		if e.Provider != t.provider || e.Receiver != t.receiver {
			return fault.Invalidf("vf.claim_agents", property, "the claim %s is of %s against %s; the event is between %s and %s", x.Target, t.receiver, t.provider, e.Provider, e.Receiver)
		}
	}
	m := b.met[metKey{property, x.Target}]
	for _, q := range [...]struct {
		field       string
		part, whole *Amount
		met         int64
	}{{"resourceQuantity", x.ResourceQuantity, t.quantity, m.Quantity}, {"effortQuantity", x.EffortQuantity, t.effort, m.Effort}} {
		if q.part == nil {
			continue
		}
		after := q.met + q.part.Micros
		if t.claim && q.part.Micros > 0 && (q.whole == nil || after > q.whole.Micros) {
			return fault.Conflictf("vf.over_settled", property, "the claim %s has %s open; allocate that much and what is left of the event is a gift", x.Target,
				Amount{Micros: max(0, micros64(q.whole)-q.met), Unit: q.part.Unit})
		}
	}
	return nil
}

// target is what a commitment, an intent and a claim have in common.
type target struct {
	action             Action
	spec               store.ID
	provider, receiver store.ID
	quantity, effort   *Amount
	done, claim        bool
}

func targetOf(e Entity) target {
	switch x := e.(type) {
	case *Intent:
		return x.PlannedFlow.target()
	case *Commitment:
		return x.PlannedFlow.target()
	case *Claim:
		return target{x.Action, x.ResourceConformsTo, x.Provider, x.Receiver, x.ResourceQuantity, x.EffortQuantity, x.Finished, true}
	}
	return target{}
}

func (p *PlannedFlow) target() target {
	return target{p.Action, p.ResourceConformsTo, p.Provider, p.Receiver, p.ResourceQuantity, p.EffortQuantity, p.Finished, false}
}

type metKey struct {
	property string
	target   store.ID
}

// meet adds what an event or a commitment allocates to what is met; sign -1
// takes it back.
func (b *Book) meet(property string, list []Allocation, sign int64) {
	for _, x := range list {
		k := metKey{property, x.Target}
		m := b.met[k]
		m.Quantity += sign * micros64(x.ResourceQuantity)
		m.Effort += sign * micros64(x.EffortQuantity)
		b.met[k] = m
	}
}

// Remaining returns what is left of a whole after what is met of it, never
// less than zero, and what was met beyond it. Finished things leave nothing
// open: the rest is waived.
func Remaining(whole *Amount, met int64, finished bool) (open, over, waived Amount) {
	if whole == nil {
		return Amount{}, Amount{}, Amount{}
	}
	rest := quantity.Micros(whole.Micros-met, whole.Unit)
	none := quantity.Micros(0, whole.Unit)
	switch {
	case rest.Micros < 0:
		return none, quantity.Micros(-rest.Micros, whole.Unit), none
	case finished:
		return none, none, rest
	}
	return rest, none, none
}

func micros64(a *Amount) int64 {
	if a == nil {
		return 0
	}
	return a.Micros
}

func unitOf(a *Amount) quantity.Unit {
	if a == nil {
		return ""
	}
	return a.Unit
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}
