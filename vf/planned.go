package vf

import (
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// The classes of the planning layer in this file.
const (
	KindPlan       Kind = "Plan"
	KindIntent     Kind = "Intent"
	KindCommitment Kind = "Commitment"
	KindClaim      Kind = "Claim"
)

// Plan is a schedule of processes, commitments and intents that belong
// together, with the day by which all of it is due. What it includes names it
// in plannedWithin.
type Plan struct {
	About
	Due time.Time `json:"due,omitzero"`
}

// Kind implements Entity.
func (*Plan) Kind() Kind { return KindPlan }

// Refs implements Entity.
func (*Plan) Refs() []Ref { return nil }

func (p *Plan) check(*Book) error {
	if p.Name == "" {
		return fault.Invalidf("vf.missing_name", "name", "the plan has no name")
	}
	return nil
}

func (p *Plan) when() time.Time { return p.Due }

// PlannedFlow is what an intent and a commitment say of the event to come.
type PlannedFlow struct {
	Action                Action    `json:"action"`
	Provider              store.ID  `json:"provider,omitempty"`
	Receiver              store.ID  `json:"receiver,omitempty"`
	InputOf               store.ID  `json:"inputOf,omitempty"`
	OutputOf              store.ID  `json:"outputOf,omitempty"`
	PlannedWithin         store.ID  `json:"plannedWithin,omitempty"`
	ResourceInventoriedAs store.ID  `json:"resourceInventoriedAs,omitempty"`
	ResourceConformsTo    store.ID  `json:"resourceConformsTo,omitempty"`
	ResourceClassifiedAs  []string  `json:"resourceClassifiedAs,omitempty"`
	ResourceQuantity      *Amount   `json:"resourceQuantity,omitempty"`
	EffortQuantity        *Amount   `json:"effortQuantity,omitempty"`
	HasBeginning          time.Time `json:"hasBeginning,omitzero"`
	HasEnd                time.Time `json:"hasEnd,omitzero"`
	HasPointInTime        time.Time `json:"hasPointInTime,omitzero"`
	Due                   time.Time `json:"due,omitzero"`
	Finished              bool      `json:"finished,omitempty"` // closed, whatever is still open is waived
	Stage                 store.ID  `json:"stage,omitempty"`
	State                 string    `json:"state,omitempty"`
}

func (p *PlannedFlow) refs() (out refs) {
	out.add("provider", KindAgent, p.Provider)
	out.add("receiver", KindAgent, p.Receiver)
	out.add("inputOf", KindProcess, p.InputOf)
	out.add("outputOf", KindProcess, p.OutputOf)
	out.add("plannedWithin", KindPlan, p.PlannedWithin)
	out.add("resourceInventoriedAs", KindResource, p.ResourceInventoriedAs)
	out.add("resourceConformsTo", KindResourceSpecification, p.ResourceConformsTo)
	out.add("stage", KindProcessSpecification, p.Stage)
	return out
}

func (p *PlannedFlow) when() time.Time {
	for _, t := range [...]time.Time{p.Due, p.HasPointInTime, p.HasBeginning, p.HasEnd} {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

func (p *PlannedFlow) done() bool { return p.Finished }

// check applies the action table to a flow that is only planned: sides of a
// process, which quantities it may carry and their units, and times.
func (p *PlannedFlow) check() error {
	row := p.Action.row()
	if row == nil {
		return unknownAction(p.Action)
	}
	e := p.event()
	if err := checkPlannedSide(&e, row); err != nil {
		return err
	}
	if p.ResourceInventoriedAs != "" && !row.TakesResource() {
		return fault.Invalidf("vf.resource_not_allowed", "resourceInventoriedAs", "%s has no inventoried resource; say what it is in resourceConformsTo", row.Action)
	}
	if e.EffortQuantity != nil && row.EventQuantity == ResourceOnly {
		return fault.Invalidf("vf.effort_not_allowed", "effortQuantity", "%s carries a resource quantity only; %s is an effort", row.Action, e.EffortQuantity)
	}
	if e.ResourceQuantity != nil && row.EventQuantity == EffortOnly {
		return fault.Invalidf("vf.resource_quantity_not_allowed", "resourceQuantity", "%s carries an effort only; %s is a resource quantity", row.Action, e.ResourceQuantity)
	}
	for _, check := range [...]error{checkAmount(&e, p.ResourceQuantity, "resourceQuantity"), checkAmount(&e, p.EffortQuantity, "effortQuantity"),
		checkTime(&e, row), checkTexts(&e, row)} {
		if check != nil {
			return check
		}
	}
	return nil
}

// event returns the flow as the event that would fulfill it exactly.
func (p *PlannedFlow) event() Event {
	return Event{Action: p.Action, Provider: p.Provider, Receiver: p.Receiver, InputOf: p.InputOf, OutputOf: p.OutputOf,
		ResourceInventoriedAs: p.ResourceInventoriedAs, ResourceConformsTo: p.ResourceConformsTo, ClassifiedAs: p.ResourceClassifiedAs,
		ResourceQuantity: p.ResourceQuantity, EffortQuantity: p.EffortQuantity,
		HasBeginning: p.HasBeginning, HasEnd: p.HasEnd, HasPointInTime: p.HasPointInTime, State: p.State}
}

// checkPlannedSide applies the column inputOutput. A plan may still lack the process.
func checkPlannedSide(e *Event, row *Row) error {
	e2 := *e
	e2.ResourceInventoriedAs, e2.ToResourceInventoriedAs = "", "" // the process may come later
	return checkProcess(&e2, row)
}

// Intent is a planned flow that only one side has expressed so far: an offer
// lacks the receiver, a request the provider. Plans may leave both open.
type Intent struct {
	About
	PlannedFlow
	AvailableQuantity *Amount  `json:"availableQuantity,omitempty"` // the stock on offer
	MinimumQuantity   *Amount  `json:"minimumQuantity,omitempty"`   // the least that is accepted
	Image             string   `json:"image,omitempty"`
	ImageList         []string `json:"imageList,omitempty"`
}

// Kind implements Entity.
func (*Intent) Kind() Kind { return KindIntent }

// Refs implements Entity.
func (i *Intent) Refs() []Ref { return i.refs() }

func (i *Intent) when() time.Time { return i.PlannedFlow.when() }

func (i *Intent) done() bool { return i.PlannedFlow.done() }

func (i *Intent) check(*Book) error {
	if i.Provider != "" && i.Receiver != "" {
		return fault.Invalidf("vf.intent_two_sided", "receiver", "an intent has a provider or a receiver, not both; what both sides agreed to is a commitment")
	}
	for _, q := range [...]struct {
		field string
		value *Amount
	}{{"availableQuantity", i.AvailableQuantity}, {"minimumQuantity", i.MinimumQuantity}} {
		if err := checkAmount(&Event{}, q.value, q.field); err != nil {
			return err
		}
		if q.value != nil && i.ResourceQuantity != nil && q.value.Unit != i.ResourceQuantity.Unit {
			return fault.Invalidf("vf.unit_mismatch", q.field, "%s is in another unit than the resource quantity %s", q.value, i.ResourceQuantity)
		}
	}
	if err := checkImages(i.Image, i.ImageList); err != nil {
		return err
	}
	return i.PlannedFlow.check()
}

// Commitment is a planned flow that an agent has promised to another. While a
// plan is drafted one of them may be missing.
type Commitment struct {
	About
	PlannedFlow
	IndependentDemandOf store.ID     `json:"independentDemandOf,omitempty"` // the plan that exists because of it
	ClauseOf            store.ID     `json:"clauseOf,omitempty"`            // the agreement
	ReciprocalClauseOf  store.ID     `json:"reciprocalClauseOf,omitempty"`  // the agreement, as what is given in return
	Satisfies           []Allocation `json:"satisfies,omitempty"`           // intents
}

// Kind implements Entity.
func (*Commitment) Kind() Kind { return KindCommitment }

// Refs implements Entity.
func (c *Commitment) Refs() []Ref {
	out := c.refs()
	out.add("independentDemandOf", KindPlan, c.IndependentDemandOf)
	out.add("clauseOf", KindAgreement, c.ClauseOf)
	out.add("reciprocalClauseOf", KindAgreement, c.ReciprocalClauseOf)
	for _, s := range c.Satisfies {
		out.add("satisfies", KindIntent, s.Target)
	}
	return out
}

func (c *Commitment) when() time.Time { return c.PlannedFlow.when() }

func (c *Commitment) done() bool { return c.PlannedFlow.done() }

func (c *Commitment) check(b *Book) error {
	if c.Provider == "" && c.Receiver == "" {
		return fault.Invalidf("vf.missing_agent", "provider", "a commitment is somebody's: name its provider, its receiver, or both")
	}
	if c.ClauseOf != "" && c.ClauseOf == c.ReciprocalClauseOf {
		return fault.Invalidf("vf.both_clauses", "reciprocalClauseOf", "a commitment is a clause of the agreement or what is given in return, not both")
	}
	if (c.ClauseOf != "" || c.ReciprocalClauseOf != "") && c.Provider != "" && c.Provider == c.Receiver {
		return fault.Invalidf("vf.same_agent", "receiver", "%s promises it to itself; a clause of an agreement is between two agents", c.Provider)
	}
	if err := c.PlannedFlow.check(); err != nil {
		return err
	}
	e := c.event()
	return checkAllocations(b, &e, "satisfies", KindIntent, c.Satisfies, nil)
}

// Claim is what its receiver expects because of an event: work that was done
// and is not paid yet. Events settle it; what is open is claimed less settled.
type Claim struct {
	About
	Action               Action    `json:"action"`
	Provider             store.ID  `json:"provider"`
	Receiver             store.ID  `json:"receiver"`
	TriggeredBy          store.ID  `json:"triggeredBy"` // the event
	ResourceConformsTo   store.ID  `json:"resourceConformsTo,omitempty"`
	ResourceClassifiedAs []string  `json:"resourceClassifiedAs,omitempty"`
	ResourceQuantity     *Amount   `json:"resourceQuantity,omitempty"`
	EffortQuantity       *Amount   `json:"effortQuantity,omitempty"`
	Due                  time.Time `json:"due,omitzero"`
	Finished             bool      `json:"finished,omitempty"`   // closed, whatever is still open is waived
	ClaimUnder           store.ID  `json:"claimUnder,omitempty"` // cw:claimUnder, the agreement
}

// Kind implements Entity.
func (*Claim) Kind() Kind { return KindClaim }

// Refs implements Entity.
func (c *Claim) Refs() []Ref {
	var out refs
	out.add("provider", KindAgent, c.Provider)
	out.add("receiver", KindAgent, c.Receiver)
	out.add("triggeredBy", KindEvent, c.TriggeredBy)
	out.add("resourceConformsTo", KindResourceSpecification, c.ResourceConformsTo)
	out.add("claimUnder", KindAgreement, c.ClaimUnder)
	return out
}

func (c *Claim) when() time.Time { return c.Due }

func (c *Claim) done() bool { return c.Finished }

func (c *Claim) check(*Book) error {
	if c.TriggeredBy == "" {
		return fault.Invalidf("vf.claim_without_event", "triggeredBy", "a claim comes from an event; name the one that triggered it")
	}
	if c.Provider == "" || c.Receiver == "" {
		return fault.Invalidf("vf.missing_agent", "provider", "a claim says who is to give and who is to receive")
	}
	if c.ResourceQuantity == nil && c.EffortQuantity == nil {
		return fault.Invalidf("vf.missing_quantity", "resourceQuantity", "a claim says how much is claimed")
	}
	p := PlannedFlow{Action: c.Action, Provider: c.Provider, Receiver: c.Receiver, ResourceConformsTo: c.ResourceConformsTo,
		ResourceClassifiedAs: c.ResourceClassifiedAs, ResourceQuantity: c.ResourceQuantity, EffortQuantity: c.EffortQuantity, Due: c.Due}
	return p.check()
}
