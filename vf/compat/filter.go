package compat

import (
	"slices"
	"strings"
	"time"

	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// flow is what events, commitments, intents and claims have in common.
type flow struct {
	provider, receiver, specification store.ID
	action                            vf.Action
	classes                           []string
	finished                          bool
	name                              string
	at                                time.Time
}

func flowOf(v any) flow {
	planned := func(p *vf.PlannedFlow, about vf.About) flow {
		return flow{p.Provider, p.Receiver, p.ResourceConformsTo, p.Action, p.ResourceClassifiedAs, p.Finished, about.Name, at(about, p.Due, p.HasPointInTime, p.HasBeginning, p.HasEnd)}
	}
	switch x := v.(type) {
	case *vf.Event:
		return flow{x.Provider, x.Receiver, x.ResourceConformsTo, x.Action, x.ClassifiedAs, true, "", x.Time()}
	case *vf.Commitment:
		return planned(&x.PlannedFlow, x.About)
	case *vf.Intent:
		return planned(&x.PlannedFlow, x.About)
	case *vf.Claim:
		return flow{x.Provider, x.Receiver, x.ResourceConformsTo, x.Action, x.ResourceClassifiedAs, x.Finished, x.Name, at(x.About, x.Due)}
	}
	return flow{}
}

// at is the first time that is known, else when the entity was made.
func at(about vf.About, times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return about.Created
}

// wanting makes of a filter what is asked of each entry. A part of a filter
// that has no meaning here is refused, not ignored.
type wanting func(filter graphql.Args) (func(v any) bool, error)

// filtered leaves of each list what the filter of the field wants.
func filtered(f graphql.Field, wants wanting) graphql.Field {
	return graphql.Field{Needs: f.Needs, Batch: func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
		want, err := wants(args.In("filter"))
		if err != nil {
			return nil, err
		}
		return kept(f, want).Batch(q, parents, args)
	}}
}

// refusedFilters are the parts of filters that have no home, with the reason.
var refusedFilters = map[string]string{
	"inScopeOf": "flows and plans have no scope in ValueFlows 1.0", "tagIds": "there are no tags in ValueFlows 1.0",
	"atLocation": "ValueFlows 1.0 says where something goes (toLocation), not where a flow happens", "status": "an intent is finished or not; filter by finished",
	"page": "pages are asked by first and after", "classifiedAs": "intents have resourceClassifiedAs",
}

func refuseParts(filter graphql.Args, known ...string) error {
	for name, v := range filter {
		if v != nil && !slices.Contains(known, name) {
			return graphql.Unimplemented("filter."+name, refusedFilters[name])
		}
	}
	return nil
}

// flowWanted reads the filters of flows.
func flowWanted(filter graphql.Args) (func(v any) bool, error) {
	if err := refuseParts(filter, "searchString", "providerId", "receiverId", "provider", "receiver", "agent", "resourceClassifiedAs", "resourceConformsTo", "finished", "action",
		"startDate", "endDate"); err != nil {
		return nil, err
	}
	from, err := resolve.When(filter, "startDate")
	if err != nil {
		return nil, err
	}
	until, err := resolve.When(filter, "endDate")
	if err != nil {
		return nil, err
	}
	search := strings.ToLower(filter.Text("searchString"))
	providers, receivers := union(filter, "providerId", "provider"), union(filter, "receiverId", "receiver")
	agents, specifications, classes, actions := texts(filter, "agent"), texts(filter, "resourceConformsTo"), texts(filter, "resourceClassifiedAs"), texts(filter, "action")
	return func(v any) bool {
		f := flowOf(v)
		return among(providers, string(f.provider)) && among(receivers, string(f.receiver)) && among(specifications, string(f.specification)) &&
			among(actions, string(f.action)) && among(agents, string(f.provider), string(f.receiver)) && among(classes, f.classes...) &&
			(!filter.Has("finished") || f.finished == filter.Flag("finished")) &&
			(from.IsZero() || !f.at.Before(from)) && (until.IsZero() || f.at.Before(until)) &&
			strings.Contains(strings.ToLower(f.name), search)
	}, nil
}

// texts reads one text or a list of them.
func texts(filter graphql.Args, name string) []string {
	if one := filter.Text(name); one != "" {
		return []string{one}
	}
	return filter.Texts(name)
}

func union(filter graphql.Args, one, other string) []string {
	return append(texts(filter, one), texts(filter, other)...)
}

// among reports whether one of the values is in the list; an empty list takes all.
func among(list []string, values ...string) bool {
	return len(list) == 0 || slices.ContainsFunc(values, func(v string) bool { return slices.Contains(list, v) })
}

// related reads the filter of relationships.
func related(filter graphql.Args) (func(v any) bool, error) {
	roles, scopes := filter.Texts("roleId"), filter.Texts("inScopeOf")
	return func(v any) bool {
		r := v.(*vf.AgentRelationship)
		return among(roles, string(r.Relationship)) && among(scopes, string(r.InScopeOf))
	}, nil
}

// processWanted reads the filter of the processes of a plan and of all processes.
func processWanted(filter graphql.Args) (func(v any) bool, error) {
	from, until := "startDate", "endDate"
	if filter.Has("after") || filter.Has("before") { // of a plan
		from, until = "after", "before"
	}
	begin, err := resolve.When(filter, from)
	if err != nil {
		return nil, err
	}
	end, err := resolve.When(filter, until)
	if err != nil {
		return nil, err
	}
	search, scopes, classes := strings.ToLower(filter.Text("searchString")), filter.Texts("inScopeOf"), filter.Texts("classifiedAs")
	return func(v any) bool {
		p := v.(*vf.Process)
		return (!filter.Has("finished") || p.Finished == filter.Flag("finished")) && strings.Contains(strings.ToLower(p.Name), search) &&
			among(scopes, string(p.InScopeOf)) && among(classes, p.ClassifiedAs...) &&
			(begin.IsZero() || !p.HasBeginning.Before(begin)) && (end.IsZero() || (!p.HasEnd.IsZero() && p.HasEnd.Before(end)))
	}, nil
}
