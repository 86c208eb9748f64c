package main

import (
	"slices"

	"commonweal/books/bank"
	"commonweal/contribution"
	"commonweal/credit"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/job"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/upload"
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
	if _, err := ledger.AddAgent(vf.Agent{ID: m.Agent, Kind: vf.Person, Name: m.Name}); err != nil {
		return err
	}
	admitted, err := credit.Admit(tx, ledger, m.Agent)
	if len(admitted.Accounts) > 0 {
		trace.Say("credit", admitted)
	}
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
	if err := ledger.Forget(m.Agent); err != nil {
		return err
	}
	if err := ledger.EraseOrigin(m.Agent); err != nil {
		return err
	}
	return traced(trace, ledger, ledger.Describe("agent", vf.Description{ID: m.Agent, Name: "erased"}))
}

// forgetWords destroys what somebody whose personal data is erased wrote, and
// what was written about their contributions, wherever it is kept.
func forgetWords(tx *store.Tx, m auth.Membership, _ *auth.Trace) error {
	if !m.Erased {
		return nil
	}
	open, err := job.Open(tx)
	if err != nil {
		return err
	}
	running := make([]store.ID, len(open))
	for i, run := range open {
		running[i] = run.ID
	}
	if err := upload.Forget(tx, m.Agent, running); err != nil {
		return err
	}
	for _, forget := range []func(*store.Tx, store.ID) error{contribution.Forget, credit.Forget, bank.Forget, journal.EraseNaming} {
		if err := forget(tx, m.Agent); err != nil {
			return err
		}
	}
	if err := job.Forget(tx, m.Account, m.Was); err != nil {
		return err
	}
	return tx.EraseResults(m.Agent)
}

// forgetFiles takes the large private downloads of the commons away, which tell
// of everybody. The books are furnished after the gate, so they are asked late.
func (h *House) forgetFiles(tx *store.Tx, m auth.Membership, _ *auth.Trace) error {
	if !m.Erased {
		return nil
	}
	return h.Books.ForgetDownloads(tx)
}

// aboutBank tells which lines of bank statements were payments with a member.
func aboutBank(r *store.Snapshot, m auth.Membership, add func(string, any) error) error {
	lines, err := bank.LinesWith(r, m.Agent)
	if err != nil || len(lines) == 0 {
		return err
	}
	return add("bank.json", lines)
}

// aboutEvents tells what the core keeps about a member: every event in which
// they gave or received.
func aboutEvents(r *store.Snapshot, m auth.Membership, add func(string, any) error) error {
	events, err := vf.EventsOf(r, m.Agent)
	if err != nil {
		return err
	}
	return add("events.json", events)
}

// aboutContributions tells what the practice keeps about a member.
func aboutContributions(r *store.Snapshot, m auth.Membership, add func(string, any) error) error {
	return contribution.About(r, m.Agent, add)
}

// aboutCredit does the same for mutual credit.
func aboutCredit(r *store.Snapshot, m auth.Membership, add func(string, any) error) error {
	return credit.AboutPerson(r, m.Agent, add)
}

// switchOn prepares a practice when it is first switched on.
func switchOn(tx *store.Tx, c commons.Commons, trace *auth.Trace) error {
	if !slices.Contains(c.Practices, "contribution") {
		return nil
	}
	kinds, err := contribution.SwitchOn(tx, c.Currency)
	if err == nil && len(kinds) > 0 {
		trace.Say("kinds", kinds)
	}
	return err
}

// traced puts what an act did to the ledger into the journal record of the act.
func traced(trace *auth.Trace, ledger *vf.Ledger, err error) error {
	if err != nil {
		return err
	}
	trace.Say("vf", ledger.Changes())
	for name, text := range ledger.Sealed() {
		if trace.Sealed == nil {
			trace.Sealed = map[string]string{}
		}
		trace.Sealed[name] = text
	}
	return nil
}
