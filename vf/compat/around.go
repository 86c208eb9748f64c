package compat

import (
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// mostEvents is how much of the history of one record is looked at for what
// lies around it.
const mostEvents = 500

// across answers the processes on the other side of records: of what events of
// the parents put out or took in, those that further events name.
func (t *table) across(events string, other func(*vf.Event) store.ID) graphql.Field {
	own := t.nativeField(events)
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		lists, err := own.Batch(q, parents, graphql.Args{})
		if err != nil {
			return nil, err
		}
		var records []store.ID
		for _, list := range lists {
			for _, v := range list.([]any) {
				records = append(records, recordsOf(v.(*vf.Event))...)
			}
		}
		history, err := t.histories(q, records, false)
		if err != nil {
			return nil, err
		}
		for i, list := range lists {
			around := []any{}
			for _, v := range list.([]any) {
				for _, record := range recordsOf(v.(*vf.Event)) {
					around = append(around, history[record]...)
				}
			}
			lists[i] = around
		}
		found, err := t.through(q, lists, resolve.Processes, func(v any) []store.ID { return []store.ID{other(v.(*vf.Event))} })
		for i, p := range parents {
			found[i] = without(found[i].([]any), recordOf(p).id)
		}
		return found, err
	}}
}

func recordsOf(e *vf.Event) (ids []store.ID) {
	for _, id := range [...]store.ID{e.ResourceInventoriedAs, e.ToResourceInventoriedAs} {
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// without leaves a record out of a list.
func without(list []any, id store.ID) []any {
	out := []any{}
	for _, v := range list {
		if recordOf(v).id != id {
			out = append(out, v)
		}
	}
	return out
}

// histories are the events of records, the newest first, or the oldest.
func (t *table) histories(q *graphql.Query, records []store.ID, oldest bool) (map[store.ID][]any, error) {
	chains, err := t.core.Tracer.Histories(q.Reader, records, "", mostEvents, oldest)
	if err != nil {
		return nil, err
	}
	var all []store.ID
	for _, chain := range chains {
		all = append(all, chain...)
	}
	events, err := resolve.ByID(q, resolve.Events, all)
	out := map[store.ID][]any{}
	for record, chain := range chains {
		for _, id := range chain {
			if e := events[id]; e != nil {
				out[record] = append(out[record], e)
			}
		}
	}
	return out, err
}

// produced answers when lots were first produced; null for one that never was.
func (t *table) produced(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
	records, err := vf.ResourcesOfLots(q.Reader, ids(parents))
	if err != nil {
		return nil, err
	}
	all := make([]store.ID, len(records))
	for i, r := range records {
		all[i] = r.ID
	}
	history, err := t.histories(q, all, true)
	first := map[store.ID]*vf.Event{}
	for _, r := range records {
		for _, v := range history[r.ID] {
			before := first[r.OfBatchLot]
			if e := v.(*vf.Event); e.Action == vf.Produce && (before == nil || e.Time().Before(before.Time())) {
				first[r.OfBatchLot] = e
			}
		}
	}
	out := make([]any, len(parents))
	for i, lot := range ids(parents) {
		if e := first[lot]; e != nil {
			out[i] = e.Time()
		}
	}
	return out, err
}

// agentsAt answers who is at places: only those whose place the asker may read.
func agentsAt(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
	there, err := vf.AgentsAt(q.Reader, ids(parents))
	if err != nil {
		return nil, err
	}
	agents, err := resolve.Agents(q, there)
	of := map[store.ID][]any{}
	for _, v := range resolve.There(agents) {
		if a := v.(*vf.Agent); a.PrimaryLocation != "" {
			of[a.PrimaryLocation] = append(of[a.PrimaryLocation], a)
		}
	}
	return resolve.Lists(ids(parents), of), err
}

// plansOf answers the plans in which agents promise or look for something.
func (t *table) plansOf(typ string) graphql.Field {
	commitments, intents := t.both(typ, "commitments"), t.both(typ, "intents")
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		flows, err := commitments.Batch(q, parents, graphql.Args{})
		if err != nil {
			return nil, err
		}
		more, err := intents.Batch(q, parents, graphql.Args{})
		if err != nil {
			return nil, err
		}
		for i := range flows {
			flows[i] = append(flows[i].([]any), more[i].([]any)...)
		}
		return t.through(q, flows, resolve.Entities, func(v any) []store.ID {
			switch x := v.(type) {
			case *vf.Commitment:
				return []store.ID{x.PlannedWithin}
			case *vf.Intent:
				return []store.ID{x.PlannedWithin}
			}
			return nil
		})
	}}
}

// proposalsOf answers the proposals that publish what agents offer or ask for.
func (t *table) proposalsOf(typ string) graphql.Field {
	intents, publish := t.both(typ, "intents"), linked(vf.KindProposal, "publishes")
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		lists, err := intents.Batch(q, parents, graphql.Args{})
		if err != nil {
			return nil, err
		}
		var all []any
		for _, list := range lists {
			all = append(all, list.([]any)...)
		}
		found, err := publish.Batch(q, all, graphql.Args{})
		if err != nil {
			return nil, err
		}
		for i, list := range lists {
			n, out := len(list.([]any)), []any{}
			for _, proposals := range found[:n] {
				out = append(out, proposals.([]any)...)
			}
			lists[i], found = distinct(out), found[n:]
		}
		return lists, nil
	}}
}
