package vfroom

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// planProcess adds a step to a plan.
func (p *pages) planProcess(q *web.Request) error {
	f := q.Form()
	x := vf.Process{Name: f.Text("step", web.Required, web.Max(300)), PlannedWithin: store.ID(q.R.PathValue("id")), InScopeOf: f.ID("project"),
		HasBeginning: startOf(f.Date("begins"), q.Zone, 0), HasEnd: startOf(f.Date("ends"), q.Zone, 1)}
	return p.doAnd(q, back(q, "plans"), "vf.plan.step_added", p.plan, vf.Adding{Thing: x})
}

// planNeed says what a step needs and nobody gives yet.
func (p *pages) planNeed(q *web.Request) error {
	f := q.Form()
	x := &vf.Intent{About: vf.About{Name: f.Text("what", web.Required, web.Max(300))}, PlannedFlow: vf.PlannedFlow{Action: vf.Action(f.Choice("use", needs, web.Required)),
		InputOf: f.ID("process", web.Required), PlannedWithin: store.ID(q.R.PathValue("id")), ResourceConformsTo: f.ID("kind"), Due: startOf(f.Date("due"), q.Zone, 1)}}
	amount := amountOf(q, "amount", unitsFor(q), web.Required)
	if does, _ := x.Action.Row(); does.EventQuantity == vf.ResourceOnly {
		x.ResourceQuantity = amount
	} else {
		x.EffortQuantity = amount
	}
	return p.doAnd(q, back(q, "plans"), "vf.plan.need_added", p.plan, vf.Adding{Thing: x})
}

// takeOn is a member's yes to "who can do this?": a commitment to all of what
// is open, or to the part they say.
func (p *pages) takeOn(q *web.Request) error {
	f := q.Form()
	id := f.ID("intent", web.Required)
	if !f.OK() {
		return p.plan(q)
	}
	var c *vf.Commitment
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		i, found, err := vf.GetOne[vf.Intent](r, id)
		if err != nil {
			return err
		}
		if !found {
			return absent("intent", id)
		}
		met, err := vf.MetOf(r, []store.ID{id})
		c = takes(q, i, met[id])
		return err
	})
	if err != nil {
		return err
	}
	return p.doAnd(q, back(q, "plans"), "vf.plan.taken", p.plan, vf.Adding{Thing: c})
}

// takes returns the reader's commitment to an intent.
func takes(q *web.Request, i vf.Intent, met vf.Met) *vf.Commitment {
	f := q.Form()
	c := &vf.Commitment{About: vf.About{Name: i.Name}, PlannedFlow: i.PlannedFlow, Satisfies: []vf.Allocation{{Target: i.ID}}}
	if c.Provider == "" {
		c.Provider = q.Who.Agent
	} else {
		c.Receiver = q.Who.Agent
	}
	name := "amount_" + string(i.ID)
	for _, part := range [...]struct {
		of  **vf.Amount
		met int64
	}{{&c.ResourceQuantity, met.Quantity}, {&c.EffortQuantity, met.Effort}} {
		if *part.of == nil {
			continue
		}
		open, _, _ := vf.Remaining(*part.of, part.met, i.Finished)
		if open.IsZero() {
			f.Fail("intent", "vf.taken_on", "nothing of it is open any more; somebody has taken it on")
		} else if f.Raw(name) != "" {
			open = *positive(f, name, open.Unit)
		}
		*part.of, name = &open, "effort_"+string(i.ID)
	}
	return c
}

// recordPlanned records what was done of a commitment of the plan.
func (p *pages) recordPlanned(q *web.Request) error { return p.fulfill(q, "plans", p.plan) }
