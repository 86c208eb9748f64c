package vf

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// What may be done with the core, and who may at least.
const (
	See       auth.Capability = "vf.see"    // resources, processes, plans, agreements and offers
	Take      auth.Capability = "vf.record" // record what one did or gave oneself, plan, offer and promise for oneself
	TakeOther auth.Capability = "vf.record_other"
	// SeePrivate is what members read and outsiders of open books do not.
	SeePrivate auth.Capability = "vf.private"
	Arrange    auth.Capability = "vf.configure" // specifications, recipes, policies, organizations, places
)

// Grants is the core's part of the capability table.
var Grants = []auth.Grant{
	{Capability: See, Least: auth.Member, OpenBooks: true, Meaning: "read resources, processes, plans, agreements, offers and requests"},
	{Capability: SeePrivate, Least: auth.Member, Meaning: "read names of people, notes and addresses"},
	{Capability: Take, Least: auth.Member, Meaning: "record events and make plans, offers, promises and claims of one's own"},
	{Capability: TakeOther, Least: auth.Steward, Meaning: "record events and make plans, offers, promises and claims for others"},
	{Capability: Arrange, Least: auth.Steward, Meaning: "set up specifications, recipes, policies, organizations and places"},
}

// Core is the core at work: acts go through it, pages and the API read beside it.
type Core struct {
	Store    *store.Store
	Register *Register
	Tracer   *Tracer
	// Hooks is what other rooms have to say about events.
	Hooks []Hooks
}

// Step is one thing to do in an act: Recording, Correcting, Adding, Revising,
// Deleting, Finishing, Describing or Governing.
type Step interface {
	// act is the word of the step in the journal: "vf.record".
	act() string
	// needs is the capability for the step, for this identity.
	needs(who auth.Identity) auth.Capability
	do(l *Ledger, who auth.Identity) (Done, error)
}

// Done is what a step came to: the thing it made or changed.
type Done struct {
	ID       store.ID `json:"id"`
	Revision int64    `json:"revision,omitempty"` // of an entity
	Resource store.ID `json:"resource,omitempty"` // the record that an event created
}

// Do does the steps in order, all of them or none, as one act. A step may name
// what an earlier one makes, when that was given its identifier beforehand
// (store.NewID). An error names the step by its place, from 1.
func (c *Core) Do(ctx context.Context, who auth.Identity, key string, steps ...Step) ([]Done, error) {
	if len(steps) == 0 {
		return nil, fault.Invalidf("vf.nothing_to_do", "steps", "there is nothing to do")
	}
	ask := make([]labeled, len(steps))
	for i, s := range steps {
		if err := who.Must(s.needs(who)); err != nil {
			return nil, numbered(i, len(steps), err)
		}
		ask[i] = labeled{reflect.TypeOf(s).Name(), s}
	}
	return store.Write(ctx, c.Store, store.Command{Commons: who.Commons, Key: key, Ask: ask}, func(tx *store.Tx) ([]Done, error) {
		if err := who.In(tx); err != nil {
			return nil, err
		}
		return c.Within(tx, who, steps[0].act(), steps...)
	})
}

// Within does the steps of another room's act in its transaction, and journals
// them under the word of that act. The room answers for who may do it: what
// steps need is not asked, but for whose a thing is that stands there already.
func (c *Core) Within(tx *store.Tx, who auth.Identity, word string, steps ...Step) ([]Done, error) {
	l := Open(tx, c.Hooks...)
	done := make([]Done, len(steps))
	for i, s := range steps {
		var err error
		if done[i], err = s.do(l, who); err != nil {
			return nil, numbered(i, len(steps), err)
		}
	}
	return done, Journal(tx, word, who, l)
}

// labeled is a step with its name, so that two kinds of step never look alike.
type labeled struct {
	Kind string
	Step Step
}

func numbered(i, n int, err error) error {
	if n == 1 {
		return err
	}
	return fmt.Errorf("step %d of %d: %w", i+1, n, err)
}

// attachAbove is the size of changes in bytes from which they are attached to
// the entry instead of standing in it.
const attachAbove = journal.MaxEntry / 2

// Journal appends the record of an act that did nothing but change the core.
func Journal(tx *store.Tx, act string, who auth.Identity, l *Ledger) error {
	changes, err := json.Marshal(l.Changes())
	if err != nil {
		return err
	}
	r := journal.Record{Act: act, By: who.Agent, Sealed: l.Sealed()}
	if len(changes) > attachAbove {
		r.Public, r.Attached = map[string]any{}, map[string][]byte{"vf": changes}
	} else {
		r.Public = map[string]any{"vf": json.RawMessage(changes)}
	}
	_, err = journal.Append(tx, r)
	return err
}

// mine returns the capability for something that one of the agents does or
// promises: one's own, or another's.
func mine(who auth.Identity, agents ...store.ID) auth.Capability {
	for _, a := range agents {
		if a != "" && a == who.Agent {
			return Take
		}
	}
	return TakeOther
}
