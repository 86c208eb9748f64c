package jsonld

import (
	"encoding/json"
	"slices"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// Ledger puts the things of a whole commons into the order in which an empty
// one can take them: vf.Replay then comes to the same ledger. Records are
// brought back to what they were before their first event, because events say
// the rest. Conflict: jsonld.cycle, when entities name each other in a circle.
func Ledger(things []Thing) (vf.Changes, error) {
	var c vf.Changes
	o := &order{entities: map[store.ID]vf.Entity{}, events: map[store.ID]int{}, state: map[store.ID]int{}, after: map[store.ID]int{}}
	var ids []store.ID
	for _, t := range things {
		switch x := t.Value.(type) {
		case vf.Agent:
			c.Agents = append(c.Agents, x)
		case vf.ResourceSpecification:
			c.ResourceSpecifications = append(c.ResourceSpecifications, x)
		case vf.ProcessSpecification:
			c.ProcessSpecifications = append(c.ProcessSpecifications, x)
		case vf.Process:
			if x.Finished {
				c.Finished = append(c.Finished, vf.ProcessFinished{Process: x.ID, At: x.HasEnd})
				x.Finished = false
			}
			c.Processes = append(c.Processes, x)
		case vf.Resource:
			c.Resources = append(c.Resources, unborn(x))
		case vf.Event:
			c.Events = append(c.Events, x)
		case vf.Entity:
			o.entities[vf.Head(x).ID] = x
			ids = append(ids, vf.Head(x).ID)
		}
	}
	recorded(c.Events)
	for i, e := range slices.Backward(c.Events) { // the first event that names a record creates it
		o.events[e.ID], o.events[e.ResourceInventoriedAs], o.events[e.ToResourceInventoriedAs] = i, i, i
	}
	for _, id := range ids {
		if err := o.visit(id); err != nil {
			return c, err
		}
	}
	slices.SortStableFunc(o.written, func(a, b vf.Written) int { return a.After - b.After })
	c.Written = o.written
	return c, nil
}

// recorded brings events into the order of recording: that of our
// identifiers; of others that of when they say they were made, else happened.
func recorded(events []vf.Event) {
	ours, made := true, true
	for _, e := range events {
		ours, made = ours && e.ID[14] == '7', made && !e.Created.IsZero()
	}
	slices.SortStableFunc(events, func(a, b vf.Event) int {
		switch {
		case ours:
			return strings.Compare(string(a.ID), string(b.ID))
		case made:
			return a.Created.Compare(b.Created)
		}
		return a.Time().Compare(b.Time())
	})
}

// unborn is a record before its first event; its unit of effort comes from its specification.
func unborn(x vf.Resource) vf.Resource {
	return vf.Resource{ID: x.ID, Name: x.Name, Note: x.Note, ConformsTo: x.ConformsTo, ClassifiedAs: x.ClassifiedAs, TrackingIdentifier: x.TrackingIdentifier,
		OfBatchLot: x.OfBatchLot, Image: x.Image, ImageList: x.ImageList, CurrentVirtualLocation: x.CurrentVirtualLocation,
		CurrentCurrencyLocation: x.CurrentCurrencyLocation}
}

// order sorts entities behind what they name.
type order struct {
	entities map[store.ID]vf.Entity
	events   map[store.ID]int // their places, and those of the events that create records
	state    map[store.ID]int // 1: being visited, 2: written
	after    map[store.ID]int // how many events come before
	written  []vf.Written
}

func (o *order) visit(id store.ID) error {
	e := o.entities[id]
	if e == nil || o.state[id] == 2 {
		return nil
	}
	if o.state[id] == 1 {
		return fault.Conflictf("jsonld.cycle", "", "%s %s names itself by way of others", e.Kind(), id)
	}
	o.state[id] = 1
	for _, r := range e.Refs() {
		if place, is := o.events[r.ID]; is {
			o.after[id] = max(o.after[id], place+1)
		}
		if err := o.visit(r.ID); err != nil {
			return err
		}
		o.after[id] = max(o.after[id], o.after[r.ID])
	}
	o.state[id] = 2
	value, err := json.Marshal(e)
	o.written = append(o.written, vf.Written{Type: e.Kind(), After: o.after[id], Value: value})
	return err
}
