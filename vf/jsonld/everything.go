package jsonld

import (
	"commonweal/platform/store"
	"commonweal/vf"
)

// page is how many things are read at a time.
const page = 500

// Everything yields all that a commons holds, class by class, events in the
// order of recording. Unless private is set, it leaves out names of people,
// notes, addresses and private places.
func Everything(r *store.Snapshot, register *vf.Register, private bool, yield func(Thing) error) error {
	e := &everything{r, register, private, yield}
	for _, f := range []func() error{e.agents, e.specifications, e.stages, e.processes, e.entities, e.resources, e.events} {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

type everything struct {
	r        *store.Snapshot
	register *vf.Register
	private  bool
	yield    func(Thing) error
}

// all yields the pages of a list; next asks for the page behind the last one.
func all[T any](e *everything, next func(last *T) ([]T, error)) error {
	for last := (*T)(nil); ; {
		list, err := next(last)
		if err != nil {
			return err
		}
		for i := range list {
			t, shown := Shown(Thing{Value: list[i]}, e.private)
			if !shown {
				continue
			}
			if err := e.yield(t); err != nil {
				return err
			}
		}
		if len(list) < page {
			return nil
		}
		last = &list[len(list)-1]
	}
}

func (e *everything) agents() error {
	return all(e, func(last *vf.Agent) ([]vf.Agent, error) {
		f := vf.AgentFilter{Limit: page}
		if last != nil {
			f.After = vf.After{Name: last.Name, ID: last.ID}
		}
		return vf.Agents(e.r, f)
	})
}

func (e *everything) specifications() error {
	return byName(e, vf.Specifications, func(x *vf.ResourceSpecification) vf.After { return vf.After{Name: x.Name, ID: x.ID} })
}

func (e *everything) stages() error {
	return byName(e, vf.ProcessSpecifications, func(x *vf.ProcessSpecification) vf.After { return vf.After{Name: x.Name, ID: x.ID} })
}

// byName yields all of a list that goes by name; at is the place of one in it.
func byName[T any](e *everything, list func(r store.Reader, search string, after vf.After, limit int) ([]T, error), at func(*T) vf.After) error {
	return all(e, func(last *T) ([]T, error) {
		var after vf.After
		if last != nil {
			after = at(last)
		}
		return list(e.r, "", after, page)
	})
}

func (e *everything) processes() error {
	return all(e, func(last *vf.Process) ([]vf.Process, error) {
		f := vf.ProcessFilter{Limit: page}
		if last != nil {
			f.Before = last.ID
		}
		return vf.Processes(e.r, f)
	})
}

func (e *everything) resources() error {
	return all(e, func(last *vf.Resource) ([]vf.Resource, error) {
		f := vf.ResourceFilter{Limit: page}
		if last != nil {
			f.Before = last.ID
		}
		return vf.Resources(e.r, f)
	})
}

func (e *everything) entities() error {
	for _, kind := range vf.Kinds() {
		err := all(e, func(last *vf.Entity) ([]vf.Entity, error) {
			f := vf.ListFilter{Limit: page}
			if last != nil {
				f.Before = vf.CursorOfEntity(*last)
			}
			return vf.ListEntities(e.r, kind, f, e.private, nil)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (e *everything) events() error {
	return all(e, func(last *vf.Event) ([]vf.Event, error) {
		var after store.ID
		if last != nil {
			after = last.ID
		}
		ids, err := e.register.Recorded(e.r, vf.EventFilter{Limit: page}, after)
		if err != nil {
			return nil, err
		}
		found, err := vf.GetEvents(e.r, ids)
		list := make([]vf.Event, 0, len(ids))
		for _, id := range ids {
			if x, there := found[id]; there {
				list = append(list, x)
			}
		}
		return list, err
	})
}

// Shown returns a thing as a reader sees it: members all of it, others none of
// the names, pictures and homes of people, notes, addresses and private places;
// false for what they do not see at all.
func Shown(t Thing, member bool) (Thing, bool) {
	if member {
		return t, true
	}
	switch x := t.Value.(type) {
	case vf.Agent:
		if x.Note = ""; x.Kind == vf.Person {
			x.Name, x.Image, x.PrimaryLocation = "", "", ""
		}
		t.Value = x
	case vf.ResourceSpecification:
		x.Note = ""
		t.Value = x
	case vf.ProcessSpecification:
		x.Note = ""
		t.Value = x
	case vf.Process:
		x.Note = ""
		t.Value = x
	case vf.Resource:
		x.Note = ""
		t.Value = x
	case vf.Event:
		x.Note = ""
		t.Value = x
	case vf.Entity:
		e := vf.Shown(x, member)
		return Thing{Value: e, Unknown: t.Unknown}, e != nil
	}
	return t, true
}
