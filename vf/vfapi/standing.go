package vfapi

import (
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// standing is how much of something promised, intended or claimed is met.
type standing struct{ resource, effort part }

type part struct{ met, open, over, waived *quantity.Amount }

func partOf(whole *quantity.Amount, met int64, finished bool) part {
	if whole == nil {
		return part{}
	}
	open, over, waived := vf.Remaining(whole, met, finished)
	m := quantity.Micros(met, whole.Unit)
	return part{&m, &open, &over, &waived}
}

// standings answers what is met of commitments, intents and claims, and by what.
func (a *api) standings() graphql.Fields {
	out := graphql.Fields{
		"Commitment.fulfilledBy": metBy(false), "Claim.settledBy": metBy(false), "Intent.satisfiedBy": metBy(true),
		"Agreement.economicEvents":     {Batch: realized(func(vf.Realized) bool { return true })},
		"Agreement.realizes":           {Batch: realized(func(x vf.Realized) bool { return !x.Reciprocal })},
		"Agreement.realizesReciprocal": {Batch: realized(func(x vf.Realized) bool { return x.Reciprocal })},
		"Plan.processes":               {Batch: planned}, "BatchLotRecord.resources": {Batch: ofLots},
	}
	for _, typ := range []string{"Commitment", "Intent", "Claim"} {
		out[typ+".standing"] = graphql.Field{Batch: standings}
	}
	for name, of := range map[string]func(part) *quantity.Amount{"Met": func(p part) *quantity.Amount { return p.met }, "Open": func(p part) *quantity.Amount { return p.open },
		"Over": func(p part) *quantity.Amount { return p.over }, "Waived": func(p part) *quantity.Amount { return p.waived }} {
		out["Standing.resource"+name] = graphql.Field{Read: func(p any) any { return of(p.(*standing).resource) }}
		out["Standing.effort"+name] = graphql.Field{Read: func(p any) any { return of(p.(*standing).effort) }}
	}
	return out
}

func standings(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
	ids := make([]store.ID, len(parents))
	for i, p := range parents {
		ids[i] = resolve.IDOf(p)
	}
	met, err := vf.MetOf(q.Reader, ids)
	out := make([]any, len(parents))
	for i, p := range parents {
		quantity, effort, finished := vf.Asked(p.(vf.Entity))
		m := met[ids[i]]
		out[i] = &standing{partOf(quantity, m.Quantity, finished), partOf(effort, m.Effort, finished)}
	}
	return out, err
}

// metBy answers the events (and for intents the commitments) that meet something.
func metBy(commitments bool) graphql.Field {
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		ids := make([]store.ID, len(parents))
		for i, p := range parents {
			ids[i] = resolve.IDOf(p)
		}
		sources, err := vf.SourcesOf(q.Reader, ids)
		if err != nil {
			return nil, err
		}
		var all []store.ID
		for _, id := range ids {
			for _, s := range sources[id] {
				all = append(all, s.ID)
			}
		}
		found, err := resolve.Events(q, all)
		if err == nil && commitments {
			err = fillIn(q, found, all)
		}
		if err != nil {
			return nil, err
		}
		out := make([]any, len(ids))
		for i, id := range ids {
			n := len(sources[id])
			out[i], found = resolve.There(found[:n]), found[n:]
		}
		return out, nil
	}}
}

// fillIn finds among the entities what is no event.
func fillIn(q *graphql.Query, found []any, ids []store.ID) error {
	entities, err := resolve.Entities(q, ids)
	if err != nil {
		return err
	}
	for i, v := range entities {
		if found[i] == nil {
			found[i] = v
		}
	}
	return nil
}

// realized answers the events of agreements, direct and through commitments.
func realized(want func(vf.Realized) bool) func(*graphql.Query, []any, graphql.Args) ([]any, error) {
	return func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		ids := make([]store.ID, len(parents))
		for i, p := range parents {
			ids[i] = resolve.IDOf(p)
		}
		found, err := vf.AgreementsEvents(q.Reader, ids)
		of := map[store.ID][]any{}
		for id, list := range found {
			for i := range list {
				if want(list[i]) {
					of[id] = append(of[id], &list[i].Event)
				}
			}
		}
		return resolve.Lists(ids, of), err
	}
}

func planned(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
	ids := make([]store.ID, len(parents))
	for i, p := range parents {
		ids[i] = resolve.IDOf(p)
	}
	list, err := vf.ProcessesOfPlans(q.Reader, ids)
	of := map[store.ID][]any{}
	for i := range list {
		of[list[i].PlannedWithin] = append(of[list[i].PlannedWithin], &list[i])
	}
	return resolve.Lists(ids, of), err
}

func ofLots(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
	ids := make([]store.ID, len(parents))
	for i, p := range parents {
		ids[i] = resolve.IDOf(p)
	}
	list, err := vf.ResourcesOfLots(q.Reader, ids)
	of := map[store.ID][]any{}
	for i := range list {
		of[list[i].OfBatchLot] = append(of[list[i].OfBatchLot], &list[i])
	}
	return resolve.Lists(ids, of), err
}
