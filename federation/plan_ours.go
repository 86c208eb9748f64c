package federation

import (
	"cmp"
	"context"
	"strings"

	"commonweal/federation/workplan"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// SharePlan sends a plan of ours to a neighbor who follows us: its steps, and in them what
// nobody has taken on yet, for the neighbor to promise or to decline. A second time it sends
// what changed; what was answered stays as it was answered. It returns the plan as the
// neighbor knows it. Faults: federation.unknown_plan, .not_following, .nothing_to_ask.
func (f *Federation) SharePlan(ctx context.Context, who auth.Identity, key string, plan, peer store.ID) (store.ID, error) {
	if err := who.Must(Trade); err != nil {
		return "", err
	}
	return performed(ctx, f, who, key, []any{plan, peer}, func(tx *store.Tx) (store.ID, error) {
		if _, err := mustTakePart(tx); err != nil {
			return "", err
		}
		to, err := mustFollowUs(tx, peer)
		if err != nil {
			return "", err
		}
		p, again, err := store.One(tx, scanPlan, selectShared, plan, peer, true)
		if err != nil {
			return "", err
		}
		kind := "Update"
		if !again {
			kind, p = "Create", WorkPlan{ID: tx.NewID(), Ours: true, Peer: peer, Plan: plan, Entered: true}
		}
		if err := f.writePlan(tx, &p, to); err != nil {
			return "", err
		}
		if _, err := f.send(tx, outgoing{kind: kind, about: "Plan", object: p.Content.Object(), to: &to}); err != nil {
			return "", err
		}
		if err := p.write(tx); err != nil {
			return "", err
		}
		return p.ID, note(tx, who, "federation.share_plan", map[string]any{"plan": plan, "peer": peer}, nil)
	})
}

// mustFollowUs returns a peer that follows us: nobody else would read what we send.
// Conflict: federation.not_following.
func mustFollowUs(r store.Reader, peer store.ID) (p Peer, err error) {
	peers, err := getPeers(r, peer)
	if err != nil {
		return p, err
	}
	follow, follows, err := store.One(r, scanFollow, selectFollow, orHost(peer), false)
	if err == nil && (!follows || follow.State != Accepted) {
		err = fault.Conflictf("federation.not_following", "peer", "they do not follow this commons, so the plan would not reach them")
	}
	return peers[peer], err
}

// writePlan writes a plan of the books as FEP-3264 has it, for one neighbor. Notes and
// the names of people stay here.
func (f *Federation) writePlan(r *store.Tx, p *WorkPlan, to Peer) error {
	plan, found, err := vf.GetOne[vf.Plan](r, p.Plan)
	if err == nil && !found {
		err = fault.NotFoundf("federation.unknown_plan", "plan", "there is no such plan")
	}
	if err != nil {
		return err
	}
	of, err := vf.Linked[vf.Intent](r, "plannedWithin", []store.ID{p.Plan})
	if err != nil {
		return err
	}
	c := r.Commons()
	before := p.Content
	p.Content = workplan.Plan{URI: f.at(c, "plans", p.ID), Actor: f.actor(c), Name: shorten(plan.Name, 200), To: []string{to.URI}}
	if err := f.askFor(r, p, of[p.Plan], before, to); err != nil {
		return err
	}
	if len(p.Content.Processes) == 0 {
		return fault.Conflictf("federation.nothing_to_ask", "plan", "no step of this plan looks for somebody, so there is nothing to ask a neighbor for")
	}
	return nil
}

// askFor adds the steps of the plan in which something is wanted, with a task for each
// intent that is open, and for each that the neighbor answered before.
func (f *Federation) askFor(r *store.Tx, p *WorkPlan, intents []vf.Intent, before workplan.Plan, to Peer) error {
	ids := make([]store.ID, len(intents))
	var processes []store.ID
	for n, i := range intents {
		ids[n] = i.ID
		processes = append(processes, stepOf(i))
	}
	met, err := vf.MetOf(r, ids)
	if err != nil {
		return err
	}
	steps, err := vf.GetProcesses(r, processes)
	if err != nil {
		return err
	}
	kinds, err := kindsOf(r, intents)
	if err != nil {
		return err
	}
	asked := before.ByIntent()
	at := map[store.ID]int{}
	for _, i := range intents {
		t, ok := asked[i.ID]
		if !ok {
			t.ID = r.NewID()
			t.URI = p.Content.URI + "#" + string(t.ID)
		}
		if ok = ok && t.State != workplan.Open; !ok {
			ok = askRest(&t, p.Content, i, kinds[i.ResourceConformsTo], met[i.ID], to)
		}
		step, known := steps[stepOf(i)]
		if !ok || !known || step.Finished {
			continue
		}
		n, there := at[step.ID]
		if !there {
			n = len(p.Content.Processes)
			at[step.ID] = n
			p.Content.Processes = append(p.Content.Processes, workplan.Process{URI: p.Content.URI + "#" + string(step.ID), ID: step.ID, Entered: true,
				Name: shorten(step.Name, 200), HasBeginning: step.HasBeginning, HasEnd: step.HasEnd})
		}
		p.Content.Processes[n].Tasks = append(p.Content.Processes[n].Tasks, t)
	}
	return nil
}

// kindsOf returns what kinds of things intents are about.
func kindsOf(r store.Reader, intents []vf.Intent) (map[store.ID]vf.ResourceSpecification, error) {
	var ids []store.ID
	for _, i := range intents {
		ids = append(ids, i.ResourceConformsTo)
	}
	return vf.GetSpecifications(r, ids)
}

// stepOf returns the process that an intent is about.
func stepOf(i vf.Intent) store.ID {
	if i.InputOf != "" {
		return i.InputOf
	}
	return i.OutputOf
}

// askRest makes a task ask a neighbor for what is open of an intent; false when nothing
// is, or when FEP-3264 does not know such a thing.
func askRest(t *workplan.Task, p workplan.Plan, i vf.Intent, kind vf.ResourceSpecification, met vf.Met, to Peer) bool {
	t.State, t.Intent, t.Input, t.Action, t.Content = workplan.Open, i.ID, i.InputOf != "", string(i.Action), cmp.Or(i.Name, kind.Name)
	t.Provider, t.Receiver, t.Amounts = to.URI, p.Actor, workplan.Amounts{}
	if i.Provider != "" {
		t.Provider, t.Receiver = p.Actor, to.URI
	}
	if kind.ID != "" {
		t.ConformsTo = uriOf(kind)
	}
	open := false
	for _, side := range []struct {
		whole, into **vf.Amount
		met         int64
	}{{&i.ResourceQuantity, &t.Quantity, met.Quantity}, {&i.EffortQuantity, &t.Effort, met.Effort}} {
		if rest, _, _ := vf.Remaining(*side.whole, side.met, i.Finished); *side.whole != nil && rest.Micros > 0 {
			*side.into, open = &rest, true
		}
	}
	return open && workplan.Takes(t.Action, t.Input)
}

// taskAnswered takes that a neighbor promises or declines a task of a plan of ours;
// taken says that the address is that of one. A promise enters our books when somebody
// of ours enters it.
func (f *Federation) taskAnswered(tx *store.Tx, m message, about string, accepted bool) (taken bool, err error) {
	address, _, isPart := strings.Cut(about, "#")
	p, known, err := store.One(tx, scanPlan, selectPlanURI, address)
	if err != nil || !isPart || !known || !p.Ours || p.Peer != m.from.ID {
		return false, err
	}
	_, t, ok := p.Content.Find(about)
	switch {
	case !ok:
		return true, fault.NotFoundf("federation.unknown_task", "object", "there is no such task in this plan")
	case t.State != workplan.Open:
		return true, fault.Conflictf("federation.task_closed", "object", "this task is %s already", t.State)
	}
	t.State, t.Words = workplan.Rejected, m.activity.Plain("content", maxReason)
	if accepted {
		t.State = workplan.Accepted
		if err := keepPromises(tx, f.promiseOf(tx.Commons(), p, *t)); err != nil {
			return true, err
		}
	}
	if err := p.write(tx); err != nil {
		return true, err
	}
	return true, note(tx, nobody, "federation.receive_task_answer", map[string]any{"plan": p.Plan, "task": t.ID, "state": t.State}, map[string]string{"activity": m.id})
}

// EnterTask enters into our books what a neighbor promised in a plan of ours. Faults:
// federation.unknown_task, .not_promised, .entered, and vf.intent_taken when somebody else
// has taken it on meanwhile.
func (f *Federation) EnterTask(ctx context.Context, who auth.Identity, key string, plan, task store.ID) error {
	if err := who.Must(Trade); err != nil {
		return err
	}
	return f.perform(ctx, who, key, []any{plan, task}, func(tx *store.Tx) error {
		p, peer, err := readPlan(tx, plan)
		if err != nil {
			return err
		}
		q, t, ok := p.Content.Find(p.Content.URI + "#" + string(task))
		switch {
		case !ok || !p.Ours:
			return fault.NotFoundf("federation.unknown_task", "", "there is no such task in this plan")
		case t.State != workplan.Accepted:
			return fault.Conflictf("federation.not_promised", "", "nobody promised this task: it is %s", t.State)
		case t.Entered:
			return fault.Conflictf("federation.entered", "", "this promise stands in the books already")
		}
		if err := stillPromised(tx, task); err != nil {
			return err
		}
		steps, err := f.promised(tx, p, peer, *q, *t)
		if err != nil {
			return err
		}
		if _, err := f.Core.Within(tx, who, "federation.enter_task", steps...); err != nil {
			return err
		}
		if err := setAgentOf(tx, peer); err != nil {
			return err
		}
		t.Entered = true
		return p.write(tx)
	})
}

// stillPromised refuses what somebody has let go since.
func stillPromised(r store.Reader, id store.ID) error {
	p, _, err := readPromise(r, id)
	if err == nil && p.Gone != "" {
		err = fault.Conflictf("federation.let_go", "", "this was let go already")
	}
	return err
}

// promised returns what enters our books with a neighbor's promise: it answers the
// intent, whatever that is about.
func (f *Federation) promised(r store.Reader, p WorkPlan, peer Peer, q workplan.Process, t workplan.Task) (out []vf.Step, err error) {
	self, err := commons.Self(r)
	if err != nil {
		return nil, err
	}
	i, found, err := vf.GetOne[vf.Intent](r, t.Intent)
	if err == nil && !found {
		err = fault.Conflictf("federation.not_asked", "", "the plan does not ask for this any more")
	}
	if err != nil {
		return nil, err
	}
	c := f.commitmentOf(r.Commons(), self.Agent, p, t)
	c.Name, c.ResourceConformsTo, c.ResourceClassifiedAs, c.Due = i.Name, i.ResourceConformsTo, i.ResourceClassifiedAs, i.Due
	c.InputOf, c.OutputOf, c.Satisfies = i.InputOf, i.OutputOf, []vf.Allocation{{Target: i.ID}}
	if own := i.Provider + i.Receiver; own != "" { // an intent names one of them at most
		if t.Provider == f.actor(r.Commons()) {
			c.Provider = own
		} else {
			c.Receiver = own
		}
	}
	if peer.Agent == "" {
		out = append(out, vf.Adding{Thing: agentOf(peer)})
	}
	return append(out, vf.Adding{Thing: &c}), nil
}
