package federation

import (
	"context"
	"encoding/json"
	"time"

	"commonweal/federation/workplan"
	"commonweal/platform/activitypub"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// WorkPlan is a plan of somebody else that we were sent, or one of ours as a neighbor
// knows it.
type WorkPlan struct {
	ID      store.ID
	Ours    bool
	Peer    store.ID // its author, or to whom it goes
	Plan    store.ID // in our books
	Content workplan.Plan
	Entered bool // it stands in our books
	At      time.Time
}

const planColumns = "id, ours, peer, plan, content, entered, at"

var (
	upsertPlan = store.SQL(`INSERT INTO federation_plan (commons_id, id, ours, uri, peer, plan, content, entered, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (commons_id, uri) DO UPDATE SET content = excluded.content, entered = excluded.entered, at = excluded.at`)
	selectPlan    = store.SQL(`SELECT ` + planColumns + ` FROM federation_plan WHERE commons_id = $1 AND id = $2`)
	selectPlanURI = store.SQL(`SELECT ` + planColumns + ` FROM federation_plan WHERE commons_id = $1 AND uri = $2`)
	selectPlans   = store.SQL(`SELECT ` + planColumns + ` FROM federation_plan WHERE commons_id = $1 AND ours = $2 ORDER BY at DESC, id LIMIT $3`)
	selectShared  = store.SQL(`SELECT ` + planColumns + ` FROM federation_plan WHERE commons_id = $1 AND plan = $2 AND peer = $3 AND ours = $4`)
	countPlans    = store.SQL(`SELECT count(*) FROM federation_plan WHERE commons_id = $1 AND peer = $2 AND ours = $3`)
)

func scanPlan(s store.Scanner) (p WorkPlan, err error) {
	var content string
	var at int64
	if err = s.Scan(&p.ID, &p.Ours, &p.Peer, &p.Plan, &content, &p.Entered, &at); err != nil {
		return p, err
	}
	p.At = store.Time(at)
	return p, json.Unmarshal([]byte(content), &p.Content)
}

// Plans returns the plans of others, or those of ours that neighbors know, newest first.
func Plans(r store.Reader, ours bool, limit int) ([]WorkPlan, error) {
	return store.All(r, scanPlan, selectPlans, ours, limit)
}

// write writes a plan.
func (p WorkPlan) write(tx *store.Tx) error {
	_, err := tx.Exec(upsertPlan, p.ID, p.Ours, p.Content.URI, p.Peer, p.Plan, text(p.Content), p.Entered, store.Micros(tx.Now()))
	return err
}

// maxPlans is how many plans of one peer are kept.
const maxPlans = 200

// planned takes a plan of somebody we follow. It enters no books: members decide what
// of it they take on.
func (f *Federation) planned(tx *store.Tx, m message, object activitypub.Object) error {
	follow, follows, err := store.One(tx, scanFollow, selectFollow, m.from.ID, true)
	if err != nil || !follows || follow.State != Accepted {
		return err
	}
	content, err := workplan.ReadPlan(object)
	if err != nil {
		return err
	}
	if content.Actor != m.from.URI {
		return fault.Forbiddenf("federation.not_theirs", "the plan %.200q is not of %.200q", content.URI, m.from.URI)
	}
	before, known, err := store.One(tx, scanPlan, selectPlanURI, content.URI)
	if err != nil {
		return err
	}
	id := tx.NewID()
	p := WorkPlan{ID: id, Plan: id, Peer: m.from.ID, Content: content}
	if known {
		p.ID, p.Plan, p.Entered = before.ID, before.Plan, before.Entered
		p.Content.Keep(before.Content)
	} else if n, err := one(tx, countPlans, m.from.ID, false); err != nil || n >= maxPlans {
		if err == nil {
			err = fault.New(fault.TooMany, "federation.too_many_plans", "", "%d plans of %.200s are known here", n, m.from.Handle)
		}
		return err
	}
	p.Content.Number(tx.NewID)
	if err := p.write(tx); err != nil {
		return err
	}
	return note(tx, nobody, "federation.receive_plan", map[string]any{"plan": p.ID}, map[string]string{"uri": content.URI})
}

// Ours reports whether a task is for us to accept or to decline: we are its
// provider, or its receiver when the peer provides.
func (f *Federation) Ours(c store.ID, t workplan.Task) bool {
	return t.Provider == f.actor(c) || t.Receiver == f.actor(c)
}

// readPlan returns a plan with its peer. NotFound: federation.unknown_plan.
func readPlan(r store.Reader, id store.ID) (p WorkPlan, peer Peer, err error) {
	p, found, err := store.One(r, scanPlan, selectPlan, id)
	if err == nil && !found {
		err = fault.NotFoundf("federation.unknown_plan", "", "there is no such plan")
	}
	if err != nil {
		return p, peer, err
	}
	peers, err := getPeers(r, p.Peer)
	return p, peers[p.Peer], err
}

// AnswerTask accepts or declines a task of a plan, with words for its author. What is
// accepted enters our books as a commitment, with its process and plan where these are
// not there yet. Faults: federation.unknown_plan, .unknown_task, .not_our_task, .task_closed.
func (f *Federation) AnswerTask(ctx context.Context, who auth.Identity, key string, plan store.ID, task string, accept bool, words string) error {
	if err := who.Must(Trade); err != nil {
		return err
	}
	return f.perform(ctx, who, key, []any{plan, task, accept, words}, func(tx *store.Tx) error {
		if _, err := mustTakePart(tx); err != nil {
			return err
		}
		p, peer, err := readPlan(tx, plan)
		if err != nil {
			return err
		}
		q, t, err := f.openTask(tx, &p, task)
		if err != nil {
			return err
		}
		kind := "Reject"
		if t.State, t.Words = workplan.Rejected, words; accept {
			kind, t.State = "Accept", workplan.Accepted
			err = f.promiseTask(tx, who, &p, peer, q, t)
		} else {
			err = note(tx, who, "federation.reject_task", map[string]any{"plan": plan}, map[string]string{"task": task})
		}
		if err != nil {
			return err
		}
		var more map[string]any
		if words != "" {
			more = map[string]any{"content": words}
		}
		if _, err := f.send(tx, outgoing{kind: kind, about: "Commitment", object: task, to: &peer, more: more}); err != nil {
			return err
		}
		return p.write(tx)
	})
}

// openTask returns a task that is for us to answer.
func (f *Federation) openTask(r store.Reader, p *WorkPlan, task string) (*workplan.Process, *workplan.Task, error) {
	q, t, ok := p.Content.Find(task)
	switch {
	case !ok || p.Ours:
		return nil, nil, fault.NotFoundf("federation.unknown_task", "", "there is no such task in this plan")
	case !f.Ours(r.Commons(), *t):
		return nil, nil, fault.Forbiddenf("federation.not_our_task", "this task is not for this commons")
	case t.State != workplan.Open:
		return nil, nil, fault.Conflictf("federation.task_closed", "", "this task is %s already", t.State)
	}
	return q, t, nil
}

// promiseTask enters into our books what of a plan a task needs there, and the promise.
func (f *Federation) promiseTask(tx *store.Tx, who auth.Identity, p *WorkPlan, peer Peer, q *workplan.Process, t *workplan.Task) error {
	steps, err := f.stepsOf(tx, p, peer, q, t)
	if err != nil {
		return err
	}
	if _, err := f.Core.Within(tx, who, "federation.accept_task", steps...); err != nil {
		return err
	}
	q.Entered, p.Entered = true, true
	if err := setAgentOf(tx, peer); err != nil {
		return err
	}
	return keepPromises(tx, f.promiseOf(tx.Commons(), *p, *t))
}

// promiseOf returns a task as a promise between us and the peer.
func (f *Federation) promiseOf(c store.ID, p WorkPlan, t workplan.Task) Promise {
	return Promise{ID: t.ID, URI: t.URI, Peer: p.Peer, About: p.ID, InPlan: true, WeGive: t.Provider == f.actor(c), Amounts: t.Amounts}
}

// stepsOf returns what of a plan enters our books with a task.
func (f *Federation) stepsOf(r store.Reader, p *WorkPlan, peer Peer, q *workplan.Process, t *workplan.Task) (out []vf.Step, err error) {
	self, err := commons.Self(r)
	if err != nil {
		return nil, err
	}
	if peer.Agent == "" {
		out = append(out, vf.Adding{Thing: agentOf(peer)})
	}
	if !p.Entered {
		out = append(out, vf.Adding{Thing: &vf.Plan{About: vf.About{ID: p.Plan, Name: p.Content.Name}}})
	}
	if !q.Entered {
		out = append(out, vf.Adding{Thing: vf.Process{ID: q.ID, Name: q.Name, PlannedWithin: p.Plan, HasBeginning: q.HasBeginning, HasEnd: q.HasEnd}})
	}
	c := f.commitmentOf(r.Commons(), self.Agent, *p, *t)
	if t.Input {
		c.InputOf = q.ID
	} else {
		c.OutputOf = q.ID
	}
	return append(out, vf.Adding{Thing: &c}), nil
}

// commitmentOf returns a task as a commitment between the commons and the peer.
func (f *Federation) commitmentOf(c, self store.ID, p WorkPlan, t workplan.Task) vf.Commitment {
	v := vf.Commitment{About: vf.About{ID: t.ID}, PlannedFlow: vf.PlannedFlow{Action: vf.Action(t.Action), Provider: p.Peer, Receiver: p.Peer,
		PlannedWithin: p.Plan, ResourceQuantity: t.Quantity, EffortQuantity: t.Effort}}
	if t.Provider == f.actor(c) {
		v.Provider = self
	}
	if t.Receiver == f.actor(c) {
		v.Receiver = self
	}
	if activitypub.HostOf(t.ConformsTo) != "" {
		v.ResourceClassifiedAs = []string{t.ConformsTo}
	}
	return v
}

// taskAdded takes a commitment that the author adds to a plan that we know.
func (f *Federation) taskAdded(tx *store.Tx, m message, object activitypub.Object) error {
	process, input := object.ID("inputOf"), true
	if process == "" {
		process, input = object.ID("outputOf"), false
	}
	p, known, err := store.One(tx, scanPlan, selectPlanURI, object.ID("context"))
	if err != nil || !known || p.Ours || p.Peer != m.from.ID {
		return err
	}
	t, err := p.Content.ReadTask(object, input)
	if err != nil {
		return err
	}
	if _, _, there := p.Content.Find(t.URI); there {
		return fault.Invalidf("federation.plan_twice", "", "%.200q stands in the plan twice", t.URI)
	}
	t.ID = tx.NewID()
	if !p.Content.Add(process, t) {
		return fault.Invalidf("federation.plan", "inputOf", "the plan %.200q has no process %.200q, or no room for another task", p.Content.URI, process)
	}
	return p.write(tx)
}
