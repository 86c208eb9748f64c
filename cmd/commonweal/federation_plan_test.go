package main

import (
	"fmt"
	"strings"
	"testing"

	"commonweal/federation"
	"commonweal/federation/workplan"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// A plan of somebody else enters our books task by task, as we promise them, and
// only what we promise; its author hears of each answer.
func TestPlanOfSomebodyElse(t *testing.T) {
	us, m := newStall(t, "orchard", "The Orchard"), newStranger(t)
	f, ctx := us.h.Federation, t.Context()
	here, there := us.origin+"/federation/"+string(us.c.ID), m.server.URL
	task := func(n int, action, provider string) map[string]any {
		return map[string]any{"type": "Commitment", "id": fmt.Sprintf("%s/tasks/%d", there, n), "action": action, "provider": provider, "receiver": m.actor,
			"effortQuantity": map[string]any{"hasUnit": "hour", "hasNumericalValue": "6"}}
	}
	plan := map[string]any{"type": "Plan", "id": there + "/plans/1", "attributedTo": m.actor, "name": "Cider", "to": here, "planIncludes": []any{
		map[string]any{"type": "Process", "id": there + "/processes/1", "name": "Pick", "hasInput": []any{task(1, "work", here), task(2, "work", here), task(3, "work", m.actor+"/other")}}}}
	n := 0
	send := func(kind string, object any) (int, string) {
		n++
		return m.send(us, sending{body: map[string]any{"id": fmt.Sprintf("%s/plan/%d", there, n), "type": kind, "actor": m.actor, "object": object}})
	}
	plans := func() (list []federation.WorkPlan) {
		us.read(func(r *store.Snapshot) (err error) { list, err = federation.Plans(r, false, 10); return err })
		return list
	}
	send("Create", plan)
	if len(plans()) != 0 {
		t.Error("a plan of somebody we do not follow is kept")
	}
	_, err := f.FollowActor(ctx, us.steward, "", m.actor)
	us.must(err)
	us.deliver()
	follow := <-m.heard
	send("Accept", follow.Text("id"))
	if status, code := send("Create", plan); status != 202 || len(plans()) != 1 {
		t.Fatalf("%d %s, %d plans", status, code, len(plans()))
	}
	p := plans()[0]
	us.restart()
	f = us.h.Federation
	us.must(f.AnswerTask(ctx, us.steward, "", p.ID, there+"/tasks/1", true, "gladly"))
	us.must(f.AnswerTask(ctx, us.steward, "", p.ID, there+"/tasks/2", false, "too far"))
	for id, code := range map[string]string{"/tasks/1": "federation.task_closed", "/tasks/3": "federation.not_our_task", "/tasks/9": "federation.unknown_task"} {
		if err := f.AnswerTask(ctx, us.steward, "", p.ID, there+id, true, ""); fault.CodeOf(err) != code {
			t.Errorf("%s: %v, want %s", id, err, code)
		}
	}
	us.deliver()
	for _, want := range []string{"Accept 1 gladly", "Reject 2 too far"} {
		o := <-m.heard
		if got := o.Kind() + " " + strings.TrimPrefix(o.ID("object"), there+"/tasks/") + " " + o.Text("content"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	mine := plans()[0].Content.Processes[0]
	us.read(func(r *store.Snapshot) error {
		known, err := vf.Get[vf.Commitment](r, []store.ID{mine.Tasks[0].ID, mine.Tasks[1].ID, mine.Tasks[2].ID})
		c := known[mine.Tasks[0].ID]
		if err != nil || len(known) != 1 || c.Provider != us.c.Agent || c.Receiver != p.Peer || c.InputOf != mine.ID || c.PlannedWithin != p.ID || *c.EffortQuantity != quantity.Of(6, "hour") {
			t.Errorf("the books hold %+v: %v", known, err)
		}
		return err
	})
	plan["name"] = "Cider again"
	send("Update", plan)
	added := task(4, "work", here)
	added["inputOf"], added["context"] = there+"/processes/1", there+"/plans/1"
	send("Create", added)
	got := plans()[0]
	if tasks := got.Content.Processes[0].Tasks; got.Content.Name != "Cider again" || len(tasks) != 4 || tasks[0].State != workplan.Accepted || tasks[1].State != workplan.Rejected || tasks[3].State != workplan.Open {
		t.Errorf("%+v", got)
	}
	us.must(f.AnswerTask(ctx, us.steward, "", p.ID, there+"/tasks/4", true, ""))
	if status, code := send("Create", added); status != 422 || code != "federation.plan_twice" {
		t.Errorf("a task twice: %d %s", status, code)
	}
	stolen := map[string]any{"type": "Plan", "id": there + "/plans/2", "attributedTo": m.actor + "/other", "name": "Cider", "to": here, "planIncludes": plan["planIncludes"]}
	if status, code := send("Create", stolen); status != 403 || code != "federation.not_theirs" {
		t.Errorf("a plan of another: %d %s", status, code)
	}
	event := map[string]any{"type": "EconomicEvent", "id": there + "/events/1", "action": "work", "fulfills": there + "/tasks/1", "effortQuantity": map[string]any{"hasUnit": "hour", "hasNumericalValue": "6"}}
	if status, _ := send("Create", event); status != 202 { // taken, and moves nothing of ours
		t.Errorf("an event: %d", status)
	}
	if said := us.reports(mine.Tasks[0].ID); len(said) != 1 || said[0].State != federation.Open {
		t.Errorf("what they say: %+v", said)
	}
	us.read(func(r *store.Snapshot) error {
		met, err := vf.MetOf(r, []store.ID{mine.Tasks[0].ID})
		if len(met) != 0 && met[mine.Tasks[0].ID] != (vf.Met{}) {
			t.Errorf("somebody else's event fulfilled our promise: %+v", met)
		}
		return err
	})
}
