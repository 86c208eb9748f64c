package main

import (
	"testing"
	"time"

	"commonweal/federation"
	"commonweal/federation/workplan"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// cider is a plan in the books of an orchard, which looks for hands and for a press.
type cider struct {
	plan, pick, press store.ID
	hands, machine    *vf.Intent
}

func (s *stall) cider() (p cider) {
	s.t.Helper()
	p = cider{plan: store.NewID(), pick: store.NewID(), press: store.NewID()}
	six, two, member := quantity.Of(6, "hour"), quantity.Of(2, "hour"), quantity.Of(3, "hour")
	wish := func(name string, action vf.Action, process store.ID, effort quantity.Amount) *vf.Intent {
		return &vf.Intent{About: vf.About{ID: store.NewID(), Name: name, Note: "private"}, PlannedFlow: vf.PlannedFlow{Action: action, InputOf: process, PlannedWithin: p.plan, EffortQuantity: &effort}}
	}
	p.hands, p.machine = wish("Hands", vf.Work, p.pick, six), wish("A press", vf.Use, p.press, two)
	_, err := s.h.Core.Do(s.t.Context(), s.steward, "", vf.Adding{Thing: &vf.Plan{About: vf.About{ID: p.plan, Name: "Cider & cake", Note: "private"}}},
		vf.Adding{Thing: vf.Process{ID: p.pick, Name: "Pick", PlannedWithin: p.plan}}, vf.Adding{Thing: vf.Process{ID: p.press, Name: "Press", PlannedWithin: p.plan}},
		vf.Adding{Thing: p.hands}, vf.Adding{Thing: p.machine},
		vf.Adding{Thing: &vf.Commitment{PlannedFlow: vf.PlannedFlow{Action: vf.Work, InputOf: p.press, PlannedWithin: p.plan, Provider: s.c.Agent, Receiver: s.c.Agent, EffortQuantity: &member}}})
	s.must(err)
	return p
}

func (s *stall) plans(ours bool) (list []federation.WorkPlan) {
	s.t.Helper()
	s.read(func(r *store.Snapshot) (err error) { list, err = federation.Plans(r, ours, 10); return err })
	return list
}

// A plan of ours goes to a neighbor, who promises a task and declines another; we enter
// the promise, they do the work and say so, we confirm: two plans, two events, one pair.
func TestTwoServersPlan(t *testing.T) {
	eachWay(t, func(t *testing.T, orchard, gleaners *stall) {
		ctx, c := t.Context(), orchard.cider()
		neighbor := orchard.follower()
		shared, err := orchard.h.Federation.SharePlan(ctx, orchard.steward, "", c.plan, neighbor)
		orchard.must(err)
		orchard.deliver()
		got := gleaners.plans(false)
		if len(got) != 1 || got[0].Content.Name != "Cider & cake" || len(got[0].Content.Processes) != 2 || got[0].Entered {
			t.Fatalf("the gleaners read %+v", got)
		}
		hands, press := got[0].Content.Processes[0].Tasks[0], got[0].Content.Processes[1].Tasks
		if *hands.Effort != quantity.Of(6, "hour") || hands.Content != "Hands" || len(press) != 1 {
			t.Errorf("%+v %+v", hands, press)
		}
		there := gleaners.h.Federation
		gleaners.must(there.AnswerTask(ctx, gleaners.steward, "", got[0].ID, hands.URI, true, "gladly"))
		gleaners.must(there.AnswerTask(ctx, gleaners.steward, "", got[0].ID, press[0].URI, false, "ours is broken"))
		gleaners.deliver()
		mine := orchard.plans(true)[0]
		_, promised, _ := mine.Content.Find(hands.URI)
		_, declined, _ := mine.Content.Find(press[0].URI)
		if promised.State != workplan.Accepted || promised.Words != "gladly" || declined.State != workplan.Rejected || declined.Words != "ours is broken" {
			t.Fatalf("%+v %+v", promised, declined)
		}
		if n := orchard.met(c.hands.ID); n != 0 {
			t.Error("a promise entered the books by itself")
		}
		here := orchard.h.Federation
		wants(t, "what was declined", here.EnterTask(ctx, orchard.steward, "", shared, declined.ID), "federation.not_promised")
		orchard.must(here.EnterTask(ctx, orchard.steward, "", shared, promised.ID))
		wants(t, "entered twice", here.EnterTask(ctx, orchard.steward, "", shared, promised.ID), "federation.entered")
		orchard.read(func(r *store.Snapshot) error {
			known, err := vf.Get[vf.Commitment](r, []store.ID{promised.ID})
			if v := known[promised.ID]; v.Provider != neighbor || v.Receiver != orchard.c.Agent || v.InputOf != c.pick || v.PlannedWithin != c.plan || len(v.Satisfies) != 1 {
				t.Errorf("the books hold %+v", v)
			}
			return err
		})
		five := quantity.Of(5, "hour")
		event, err := there.RecordAndTell(ctx, gleaners.steward, "", hands.ID, workplan.Amounts{Effort: &five}, time.Now())
		gleaners.must(err)
		gleaners.deliver()
		said := orchard.reports(promised.ID)
		if len(said) != 1 || *said[0].Said.Effort != five || orchard.met(promised.ID) != 0 {
			t.Fatalf("the orchard heard %+v", said)
		}
		orchard.must(here.ConfirmReport(ctx, orchard.steward, "", said[0].ID, ""))
		orchard.deliver()
		if x := gleaners.reports(hands.ID)[0]; x.State != federation.Confirmed || x.Event != event || orchard.met(promised.ID) != five.Micros {
			t.Errorf("%+v; the orchard has %d", x, orchard.met(promised.ID))
		}
		again, err := here.SharePlan(ctx, orchard.steward, "", c.plan, neighbor)
		orchard.must(err)
		orchard.deliver()
		after := gleaners.plans(false)
		if _, x, ok := after[0].Content.Find(hands.URI); again != shared || len(after) != 1 || !ok || x.State != workplan.Accepted {
			t.Errorf("shared again: %+v", after)
		}
	})
}

// follower is the peer that follows the stall.
func (s *stall) follower() (id store.ID) {
	s.t.Helper()
	s.read(func(r *store.Snapshot) error {
		list, err := federation.Follows(r, 10)
		id = list[0].Peer
		return err
	})
	return id
}

// What a member took on meanwhile is not promised twice: the neighbor's promise is let
// go, and they hear of it. Who does not follow is not sent a plan.
func TestPromiseOfANeighborThatComesTooLate(t *testing.T) {
	orchard, gleaners := newStall(t, "joinery", "The Joinery"), newStall(t, "kitchen", "The Kitchen")
	befriend(gleaners, orchard)
	ctx, c, here := t.Context(), orchard.cider(), orchard.h.Federation
	if _, err := here.SharePlan(ctx, orchard.steward, "", c.plan, store.NewID()); err == nil {
		t.Error("a plan goes to nobody")
	}
	wants(t, "to somebody who does not follow", second(gleaners.h.Federation.SharePlan(ctx, gleaners.steward, "", gleaners.cider().plan, gleaners.follower())), "federation.not_following")
	wants(t, "no plan", second(here.SharePlan(ctx, orchard.steward, "", store.NewID(), orchard.follower())), "federation.unknown_plan")
	shared, err := here.SharePlan(ctx, orchard.steward, "", c.plan, orchard.follower())
	orchard.must(err)
	orchard.deliver()
	got := gleaners.plans(false)[0]
	task := got.Content.Processes[0].Tasks[0]
	gleaners.must(gleaners.h.Federation.AnswerTask(ctx, gleaners.steward, "", got.ID, task.URI, true, ""))
	gleaners.deliver()
	taken := &vf.Commitment{PlannedFlow: c.hands.PlannedFlow, Satisfies: []vf.Allocation{{Target: c.hands.ID}}}
	taken.Provider, taken.Receiver = orchard.c.Agent, orchard.c.Agent
	_, err = orchard.h.Core.Do(ctx, orchard.steward, "", vf.Adding{Thing: taken})
	orchard.must(err)
	_, mine, _ := orchard.plans(true)[0].Content.Find(task.URI)
	wants(t, "what a member does already", here.EnterTask(ctx, orchard.steward, "", shared, mine.ID), "vf.intent_taken")
	orchard.must(here.LetGo(ctx, orchard.steward, "", mine.ID, "Ann does it"))
	orchard.deliver()
	wants(t, "what was let go", here.EnterTask(ctx, orchard.steward, "", shared, mine.ID), "federation.let_go")
	gleaners.must(gleaners.h.Federation.LetGo(ctx, gleaners.steward, "", task.ID, ""))
	gleaners.read(func(r *store.Snapshot) error {
		v, _, err := vf.GetOne[vf.Commitment](r, task.ID)
		if !v.Finished {
			t.Errorf("%+v", v)
		}
		return err
	})
	nothing := store.NewID()
	_, err = orchard.h.Core.Do(ctx, orchard.steward, "", vf.Adding{Thing: &vf.Plan{About: vf.About{ID: nothing, Name: "Rest"}}})
	orchard.must(err)
	wants(t, "a plan that asks for nothing", second(here.SharePlan(ctx, orchard.steward, "", nothing, orchard.follower())), "federation.nothing_to_ask")
}
