package compat

import (
	"strconv"
	"strings"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// record is what every record of the published schema has: an identifier and
// a revision, which together are the revisionId.
type record struct {
	id       store.ID
	revision int64
	created  time.Time
}

// recordOf returns what a value is as a record. Entities are revised under
// numbers, a resource with every event on its chain; all else stays at the
// first revision: events never change, and of agents, specifications and
// processes at most the words do.
func recordOf(v any) record {
	switch x := v.(type) {
	case vf.Entity:
		h := vf.Head(x)
		return record{h.ID, h.Revision, h.Created}
	case *vf.Agent:
		return record{id: x.ID, revision: 1}
	case *vf.ResourceSpecification:
		return record{id: x.ID, revision: 1}
	case *vf.ProcessSpecification:
		return record{id: x.ID, revision: 1}
	case *vf.Process:
		return record{id: x.ID, revision: 1}
	case *vf.Resource:
		return record{id: x.ID, revision: max(1, x.ChainPosition)}
	case *vf.Event:
		return record{x.ID, 1, x.Created}
	case *quantity.Info:
		return record{id: store.ID(x.Unit), revision: 1}
	case derived:
		return x.record()
	}
	panic("compat: no record")
}

// revisionID writes a revision, and parseRevision reads it.
func (r record) revisionID(revision int64) string {
	return string(r.id) + ":" + strconv.FormatInt(revision, 10)
}

func parseRevision(args graphql.Args) (record, error) {
	text := args.Text("revisionId")
	at := strings.LastIndexByte(text, ':')
	if at > 0 {
		if n, err := strconv.ParseInt(text[at+1:], 10, 64); err == nil && n > 0 {
			return record{id: store.ID(text[:at]), revision: n}, nil
		}
	}
	return record{}, fault.Invalidf("vf.revision_id", "revisionId", "%.80q is no revision; take the revisionId of an answer", text)
}

// revision is one revision of a record.
type revision struct {
	of     record
	number int64
}

// recordTypes are the types that have a revision.
func (t *table) recordTypes() (out []string) {
	for name := range t.all() {
		if typ, field, _ := strings.Cut(name, "."); field == "revisionId" {
			out = append(out, typ)
		}
	}
	return out
}

// records answers what all records have, and the history module.
func (t *table) records() {
	for _, typ := range t.recordTypes() {
		if typ == "Scenario" || typ == "ScenarioDefinition" || typ == "Appreciation" {
			continue
		}
		t.by(typ+".id", "the identifier", graphql.Field{Read: func(p any) any { return recordOf(p).id }})
		t.by(typ+".revisionId", "the identifier with the number of the revision", graphql.Field{Read: func(p any) any { r := recordOf(p); return r.revisionID(r.revision) }})
		t.by(typ+".meta", "the number of the revision", graphql.Field{Read: func(p any) any { r := recordOf(p); return &r }})
		t.by(typ+".revision", "the record itself, when it is at that revision", graphql.Field{Batch: func(_ *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
			asked, err := parseRevision(args)
			if err != nil {
				return nil, err
			}
			out := make([]any, len(parents))
			for i, p := range parents {
				if r := recordOf(p); r.id != asked.id || r.revision != asked.revision {
					out[i] = graphql.Unimplemented(typ+".revision", "what a record said before is in the journal only")
					continue
				}
				out[i] = p
			}
			return out, nil
		}})
	}
	read := func(f func(*record) any) graphql.Field {
		return graphql.Field{Read: func(p any) any { return f(p.(*record)) }}
	}
	t.by("RecordMeta.retrievedRevision", "the revision that was read", read(func(r *record) any { return &revision{*r, r.revision} }))
	t.by("RecordMeta.latestRevision", "the revision that was read: older ones are not", read(func(r *record) any { return &revision{*r, r.revision} }))
	t.by("RecordMeta.previousRevisionsCount", "the number of the revision less one", read(func(r *record) any { return r.revision - 1 }))
	t.by("RecordMeta.futureRevisionsCount", "always 0", read(func(*record) any { return 0 }))
	t.by("RecordMeta.previousRevision", "the revision before, by its identifier", read(func(r *record) any {
		if r.revision == 1 {
			return nil
		}
		return &revision{*r, r.revision - 1}
	}))
	t.by("Revision.id", "the identifier with the number of the revision", graphql.Field{Read: func(p any) any { r := p.(*revision); return r.of.revisionID(r.number) }})
	t.by("Revision.time", "`created`, of the first revision; unknown of others, whose time is in the journal", graphql.Field{Read: func(p any) any {
		if r := p.(*revision); r.number == 1 && !r.of.created.IsZero() {
			return r.of.created
		}
		return nil
	}})
}
