package workplan

import (
	"slices"
	"time"

	"commonweal/platform/activitypub"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Plan is a plan that two sides share: its author, and whom it asks.
type Plan struct {
	URI       string    `json:"uri"`
	Actor     string    `json:"actor"`
	Name      string    `json:"name"`
	Content   string    `json:"content,omitempty"` // plain text
	To        []string  `json:"to"`
	Processes []Process `json:"processes"`
}

// Process is an activity of the plan. ID is what it is called in our books once
// somebody of ours took a task in it.
type Process struct {
	URI          string    `json:"uri"`
	ID           store.ID  `json:"id,omitempty"`
	Entered      bool      `json:"entered,omitempty"`
	Name         string    `json:"name"`
	Content      string    `json:"content,omitempty"`
	HasBeginning time.Time `json:"hasBeginning,omitzero"`
	HasEnd       time.Time `json:"hasEnd,omitzero"`
	Tasks        []Task    `json:"tasks"`
}

// The states of a task.
const (
	Open     = "open"
	Accepted = "accepted"
	Rejected = "rejected"
)

// Task is a commitment of the plan: what somebody is to put in or to get out.
type Task struct {
	Amounts
	URI        string   `json:"uri"`
	ID         store.ID `json:"id,omitempty"`     // in our books, once it is accepted
	Intent     store.ID `json:"intent,omitempty"` // of a plan of ours: the intent it asks about
	State      string   `json:"state"`
	Words      string   `json:"words,omitempty"`   // with which it was answered
	Entered    bool     `json:"entered,omitempty"` // of a plan of ours: the promise stands in our books
	Input      bool     `json:"input,omitempty"`
	Action     string   `json:"action"`
	ConformsTo string   `json:"conformsTo,omitempty"`
	Provider   string   `json:"provider"` // an actor
	Receiver   string   `json:"receiver"`
	Content    string   `json:"content,omitempty"`
}

// inputs and outputs are the actions on either side of a process.
var (
	inputs  = []string{"work", "use", "consume", "cite", "pickup", "accept"}
	outputs = []string{"produce", "deliverService", "dropoff", "modify"}
)

// Takes reports whether FEP-3264 knows an action on a side of a process.
func Takes(action string, input bool) bool {
	if input {
		return slices.Contains(inputs, action)
	}
	return slices.Contains(outputs, action)
}

// Bounds of a plan.
const (
	maxProcesses = 200
	maxTasks     = 1000
	maxName      = 200
	maxContent   = 2000
)

// IsPlan reports whether an object is a plan, be it published as a note.
func IsPlan(o activitypub.Object) bool {
	return o != nil && (o.Is("Plan") || o.Is("Note") && len(o.Objects("planIncludes")) > 0)
}

// ReadPlan reads a plan. Invalid: federation.plan, .plan_twice, .plan_action,
// .foreign_part, .quantity; TooMany: federation.plan_too_large.
func ReadPlan(o activitypub.Object) (Plan, error) {
	p := Plan{URI: o.Text("id"), Actor: o.ID("attributedTo"), Name: o.Plain("name", maxName), Content: o.Plain("content", maxContent), To: o.IDs("to")}
	parts := o.Objects("planIncludes")
	if !IsPlan(o) || p.Name == "" || len(p.To) == 0 || len(parts) == 0 || !activitypub.SameHost(p.URI, p.Actor) {
		return p, fault.Invalidf("federation.plan", "", "the plan %.200q lacks its name, its author, to whom it goes or its processes", p.URI)
	}
	seen, tasks := map[string]bool{}, 0
	for _, x := range parts {
		q, err := p.readProcess(x)
		if err != nil {
			return p, err
		}
		for _, uri := range q.uris() {
			if seen[uri] {
				return p, fault.Invalidf("federation.plan_twice", "", "%.200q stands in the plan twice", uri)
			}
			seen[uri] = true
		}
		if tasks += len(q.Tasks); tasks > maxTasks || len(p.Processes) >= maxProcesses {
			return p, fault.New(fault.TooMany, "federation.plan_too_large", "", "a plan has at most %d processes and %d commitments", maxProcesses, maxTasks)
		}
		p.Processes = append(p.Processes, q)
	}
	return p, nil
}

func (q Process) uris() []string {
	out := []string{q.URI}
	for _, t := range q.Tasks {
		out = append(out, t.URI)
	}
	return out
}

// own refuses a part of a plan that lies on another host.
func (p Plan) own(uri string) error {
	if !activitypub.SameHost(uri, p.URI) {
		return fault.Invalidf("federation.foreign_part", "", "%.200q is not of the host of the plan", uri)
	}
	return nil
}

func (p Plan) readProcess(o activitypub.Object) (Process, error) {
	q := Process{URI: o.Text("id"), Name: o.Plain("name", maxName), Content: o.Plain("content", maxContent), HasBeginning: o.Time("hasBeginning"), HasEnd: o.Time("hasEnd")}
	if !o.Is("Process") || q.Name == "" {
		return q, fault.Invalidf("federation.plan", "planIncludes", "the plan includes %.200q, which is no process with a name", q.URI)
	}
	if q.HasEnd.Before(q.HasBeginning) && !q.HasEnd.IsZero() {
		q.HasBeginning, q.HasEnd = time.Time{}, time.Time{}
	}
	if err := p.own(q.URI); err != nil {
		return q, err
	}
	for _, side := range []string{"hasInput", "hasOutput"} {
		for _, x := range o.Objects(side) {
			t, err := p.ReadTask(x, side == "hasInput")
			if err != nil {
				return q, err
			}
			q.Tasks = append(q.Tasks, t)
		}
	}
	return q, nil
}

// ReadTask reads a commitment of the plan. Who provides is the author of the plan
// unless it says so, who receives is whom the plan is for.
func (p Plan) ReadTask(o activitypub.Object, input bool) (t Task, err error) {
	t = Task{URI: o.Text("id"), State: Open, Input: input, Action: activitypub.Term(o.Text("action")), ConformsTo: o.ID("resourceConformsTo"),
		Provider: o.ID("provider"), Receiver: o.ID("receiver"), Content: o.Plain("content", maxContent)}
	if !o.Is("Commitment") || !Takes(t.Action, input) {
		allowed := outputs
		if input {
			allowed = inputs
		}
		return t, fault.Invalidf("federation.plan_action", "action", "the commitment %.200q is a %.40q; it is one of %v there", t.URI, t.Action, allowed)
	}
	if err := p.own(t.URI); err != nil {
		return t, err
	}
	if t.Provider == "" {
		t.Provider = p.Actor
	}
	if t.Receiver == "" {
		t.Receiver = p.To[0]
	}
	t.Amounts, err = readAmounts(o)
	return t, err
}

// Find returns the process and the task at an address; ok says that it is there.
func (p *Plan) Find(uri string) (q *Process, t *Task, ok bool) {
	for i := range p.Processes {
		for j := range p.Processes[i].Tasks {
			if p.Processes[i].Tasks[j].URI == uri {
				return &p.Processes[i], &p.Processes[i].Tasks[j], true
			}
		}
	}
	return nil, nil, false
}

// Number gives each process and each task that has none the identifier that it is to
// have in our books.
func (p *Plan) Number(fresh func() store.ID) {
	for i := range p.Processes {
		q := &p.Processes[i]
		if q.ID == "" {
			q.ID = fresh()
		}
		for j := range q.Tasks {
			if q.Tasks[j].ID == "" {
				q.Tasks[j].ID = fresh()
			}
		}
	}
}

// ByIntent returns the tasks by the intents that they ask about.
func (p Plan) ByIntent() map[store.ID]Task {
	out := map[store.ID]Task{}
	for _, q := range p.Processes {
		for _, t := range q.Tasks {
			out[t.Intent] = t
		}
	}
	return out
}

// Keep takes over what we decided about the parts of an earlier reading of the plan.
func (p *Plan) Keep(before Plan) {
	known := map[string]Process{}
	for _, q := range before.Processes {
		known[q.URI] = q
	}
	for i := range p.Processes {
		q := &p.Processes[i]
		q.ID, q.Entered = known[q.URI].ID, known[q.URI].Entered
		for j := range q.Tasks {
			if _, t, ok := before.Find(q.Tasks[j].URI); ok && t.State != Open {
				q.Tasks[j] = *t // what was promised stays as it was promised
			}
		}
	}
}

// Add adds a task to a process; false when there is no such process or no room.
func (p *Plan) Add(process string, t Task) bool {
	n := 0
	for _, q := range p.Processes {
		n += len(q.Tasks)
	}
	i := slices.IndexFunc(p.Processes, func(q Process) bool { return q.URI == process })
	if i < 0 || n >= maxTasks {
		return false
	}
	p.Processes[i].Tasks = append(p.Processes[i].Tasks, t)
	return true
}
