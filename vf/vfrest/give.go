package vfrest

import (
	"encoding/json"
	"strconv"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// giveEvents writes the events that a filter finds in the order of recording,
// one a line: a program that keeps the last identifier goes on behind it.
func (a *rest) giveEvents(q *web.Request) error {
	f, after, left, err := filter(q)
	if err != nil {
		return err
	}
	var stream *web.Stream
	for {
		events, err := a.page(q, f, after, left)
		if err != nil && stream == nil {
			return err
		}
		if stream == nil {
			stream = q.Stream("application/x-ndjson", patience)
		}
		if err != nil {
			text, _ := json.Marshal(map[string]any{"error": q.Refusal(err)}) // texts only
			_ = stream.Send(append(text, '\n'))
			return nil
		}
		if err := stream.Send(lines(events, q.Who.Can(vf.SeePrivate))); err != nil {
			return nil // the reader left
		}
		if left -= len(events); len(events) == 0 || left <= 0 {
			return nil
		}
		after = events[len(events)-1].ID
	}
}

// page reads the next events; none at the end.
func (a *rest) page(q *web.Request, f vf.EventFilter, after store.ID, left int) (events []vf.Event, err error) {
	f.Limit = min(left, 500)
	err = q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		ids, err := a.core.Register.Recorded(r, f, after)
		if err != nil {
			return err
		}
		found, err := vf.GetEvents(r, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if e, there := found[id]; there { // an older snapshot does not see the newest
				events = append(events, e)
			}
		}
		return nil
	})
	return events, err
}

// lines writes events one a line; notes are for members.
func lines(events []vf.Event, private bool) (out []byte) {
	for i := range events {
		if !private {
			events[i].Note = ""
		}
		text, err := json.Marshal(events[i])
		if err != nil { // it came out of the database whole
			panic("vfrest: " + err.Error())
		}
		out = append(append(out, text...), '\n')
	}
	return out
}

// everything is more than there are events.
const everything = 1 << 60

// filter reads what is asked for: agent, provider, receiver, process, project,
// action (any number of times), from, until (a day or a time), after, limit.
func filter(q *web.Request) (f vf.EventFilter, after store.ID, limit int, err error) {
	v := q.R.URL.Query()
	for name, to := range map[string]*store.ID{"agent": &f.Agent, "provider": &f.Provider, "receiver": &f.Receiver, "process": &f.Process, "project": &f.Project, "after": &after} {
		if text := v.Get(name); text != "" {
			id, ok := store.ParseID(text)
			if !ok {
				return f, "", 0, fault.Invalidf("vfrest.identifier", name, "%.60q is no identifier", text)
			}
			*to = id
		}
	}
	for _, text := range v["action"] {
		if _, known := vf.Action(text).Row(); !known {
			return f, "", 0, fault.Invalidf("vfrest.action", "action", "%.60q is no action of ValueFlows, such as transfer", text)
		}
		f.Actions = append(f.Actions, vf.Action(text))
	}
	for name, to := range map[string]*time.Time{"from": &f.From, "until": &f.Until} {
		if *to, err = moment(q, name, v.Get(name)); err != nil {
			return f, "", 0, err
		}
	}
	limit = everything
	if text := v.Get("limit"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 {
			return f, "", 0, fault.Invalidf("vfrest.limit", "limit", "%.60q is no number of events from 1", text)
		}
	}
	return f, after, limit, nil
}

// moment reads a day of the commons or a time.
func moment(q *web.Request, field, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, q.Zone); err == nil {
		return day, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fault.Invalidf("vfrest.time", field, "%.60q is no day such as 2026-03-01 and no time such as 2026-03-01T10:00:00Z", text)
	}
	return at, nil
}
