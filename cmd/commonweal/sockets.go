package main

import (
	"slices"

	"commonweal/contribution"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/store"
	"commonweal/vf"
)

// The sockets: what one room does inside the act of another. Whoever joins a
// commons becomes a person in its ledger, and the commons itself an
// organization, in the same act.

// foundAgent makes the organization that stands for a commons in its events.
func foundAgent(tx *store.Tx, c commons.Commons, trace *auth.Trace) error {
	ledger := vf.Open(tx)
	_, err := ledger.AddAgent(vf.Agent{ID: c.Agent, Kind: vf.Organization, Name: c.Name})
	return traced(trace, ledger, err)
}

// admitAgent makes a member a person of the ledger.
func admitAgent(tx *store.Tx, m auth.Membership, trace *auth.Trace) error {
	if m.Again { // they are one already
		return nil
	}
	ledger := vf.Open(tx)
	_, err := ledger.AddAgent(vf.Agent{ID: m.Agent, Kind: vf.Person, Name: m.Name})
	return traced(trace, ledger, err)
}

// renameAgent follows a member who changed their name.
func renameAgent(tx *store.Tx, m auth.Membership, trace *auth.Trace) error {
	ledger := vf.Open(tx)
	return traced(trace, ledger, ledger.Describe("agent", vf.Description{ID: m.Agent, Name: m.Name}))
}

// forgetAgent takes the name off somebody whose personal data is erased: their
// events stay, as those of somebody without a name.
func forgetAgent(tx *store.Tx, m auth.Membership, trace *auth.Trace) error {
	if !m.Erased {
		return nil
	}
	ledger := vf.Open(tx)
	return traced(trace, ledger, ledger.Describe("agent", vf.Description{ID: m.Agent, Name: "erased"}))
}

// switchOn prepares a practice when it is first switched on.
func switchOn(tx *store.Tx, c commons.Commons, trace *auth.Trace) error {
	if !slices.Contains(c.Practices, "contribution") {
		return nil
	}
	kinds, err := contribution.SwitchOn(tx, c.Currency)
	if err == nil && len(kinds) > 0 {
		if trace.Public == nil {
			trace.Public = map[string]any{}
		}
		trace.Public["kinds"] = kinds
	}
	return err
}

// traced puts what an act did to the ledger into the journal record of the act.
func traced(trace *auth.Trace, ledger *vf.Ledger, err error) error {
	if err != nil {
		return err
	}
	if trace.Public == nil {
		trace.Public = map[string]any{}
	}
	trace.Public["vf"] = ledger.Changes()
	for name, text := range ledger.Sealed() {
		if trace.Sealed == nil {
			trace.Sealed = map[string]string{}
		}
		trace.Sealed[name] = text
	}
	return nil
}
