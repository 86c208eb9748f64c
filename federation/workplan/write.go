package workplan

import (
	"html"
	"time"
)

// Object returns the plan as a document.
func (p Plan) Object() map[string]any {
	parts := make([]any, len(p.Processes))
	for i, q := range p.Processes {
		parts[i] = q.object()
	}
	o := map[string]any{"type": "Plan", "id": p.URI, "attributedTo": p.Actor, "name": p.Name, "to": p.To, "planIncludes": parts}
	set(o, "content", html.EscapeString(p.Content))
	return o
}

func (q Process) object() map[string]any {
	o := map[string]any{"type": "Process", "id": q.URI, "name": q.Name}
	set(o, "content", html.EscapeString(q.Content))
	for field, at := range map[string]time.Time{"hasBeginning": q.HasBeginning, "hasEnd": q.HasEnd} {
		if !at.IsZero() {
			o[field] = at.UTC().Format(time.RFC3339)
		}
	}
	var in, out []any
	for _, t := range q.Tasks {
		if t.Input {
			in = append(in, t.object())
		} else {
			out = append(out, t.object())
		}
	}
	if in != nil {
		o["hasInput"] = in
	}
	if out != nil {
		o["hasOutput"] = out
	}
	return o
}

func (t Task) object() map[string]any {
	o := map[string]any{"type": "Commitment", "id": t.URI, "action": t.Action, "provider": t.Provider, "receiver": t.Receiver}
	set(o, "resourceConformsTo", t.ConformsTo)
	set(o, "content", html.EscapeString(t.Content))
	t.Amounts.write(o)
	return o
}

func set(o map[string]any, name, text string) {
	if text != "" {
		o[name] = text
	}
}
