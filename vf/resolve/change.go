package resolve

import (
	"encoding/json"

	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
)

// Back reads a thing that an act has made or is to change: on a snapshot of
// its own, because an act has none.
func Back(q *graphql.Query, find Loader, i store.ID) (out any, err error) {
	err = q.Store.Read(q.Context, q.Commons.ID, func(r *store.Snapshot) error {
		q.Reader = r
		q.Forget()
		out, err = OneOf(q, find, i)
		return err
	})
	return out, err
}

// Changed lays what is given, by the names of the core's JSON, over what an
// entity says now; null takes away. The revision is the one that was read.
func Changed(q *graphql.Query, kind vf.Kind, id store.ID, revision int64, changes map[string]any) (vf.Entity, error) {
	now, err := Back(q, Entities, id)
	if err != nil {
		return nil, err
	}
	e, is := now.(vf.Entity)
	if !is || e.Kind() != kind {
		return nil, fault.NotFoundf("vf.unknown_entity", "id", "there is no %s %.60q in this commons", kind, id)
	}
	raw, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	var says map[string]any
	if err := json.Unmarshal(raw, &says); err != nil {
		return nil, err
	}
	for name, v := range changes {
		if says[name] = v; v == nil {
			delete(says, name)
		}
	}
	says["revision"] = revision
	if raw, err = json.Marshal(says); err != nil {
		return nil, err
	}
	return vf.DecodeEntity(kind, raw)
}
