package vf

import (
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// checkAuthority asks whether the agents of the event may change the records:
// what takes from or adds to an accounting quantity needs the primary
// accountable, what changes an on-hand quantity needs the custodian. A
// correction repeats agents that were asked when the original was recorded.
func (a *application) checkAuthority() error {
	if a.e.Corrects != "" {
		return nil
	}
	if a.row.Action == Move && a.e.Provider != a.e.Receiver {
		return fault.Invalidf("vf.move_between_agents", "receiver", "move stays with one agent, but provider is %s and receiver %s; use transfer or transferCustody", a.e.Provider, a.e.Receiver)
	}
	if a.row.CustodianEffect == UpdateTo || a.row.AccountableEffect == UpdateTo {
		if a.e.Provider == a.e.Receiver {
			a.warn("vf.transfer_to_oneself", "receiver", "provider and receiver are the same agent; use move")
		}
	}
	parts, n := a.e.parts()
	if err := a.mayTake(parts[0]); err != nil {
		return err
	}
	for _, p := range parts[:n] {
		if err := a.mayReceive(p); err != nil {
			return err
		}
	}
	return a.wholeChangesHands()
}

// mayTake checks the resource of the first part; what follows works on a
// record that the first part has just passed on.
func (a *application) mayTake(p part) error {
	x := a.x
	if x == nil || a.newX || p.from != x.ID {
		return nil
	}
	acc, _ := p.row.AccountingEffect.signs()
	onh, _ := p.row.OnhandEffect.signs()
	who, field := a.e.Provider, "provider"
	if a.receiverKeeps() {
		who, field = a.e.Receiver, "receiver"
	}
	if acc != 0 && x.PrimaryAccountable != who {
		return a.notAccountable(field, who, x)
	}
	if onh == 0 {
		return nil
	}
	if in := a.inputHalf(); in != nil {
		if in.By != who {
			return fault.Conflictf("vf.not_custodian", field, "%s was taken over by %s (event %s); only that agent can give it back, not %s", a.name(x), in.By, in.Event, who)
		}
		return nil
	}
	if x.Custodian != who && !(a.receiverKeeps() && x.Onhand.Micros == 0) {
		return a.notCustodian(field, who, x)
	}
	return nil
}

// receiverKeeps reports whether the output goes straight into the receiver's
// record: produced for another agent without a record in between.
func (a *application) receiverKeeps() bool {
	return a.row.InputOutput == Output && a.row.Implies == Transfer && a.e.implies() && a.y == nil
}

// mayReceive checks an existing receiving record: it must be the receiver's,
// or be empty when the row hands it over; otherwise what it already holds
// would change hands too.
func (a *application) mayReceive(p part) error {
	y := a.y
	if y == nil || a.newY || y == a.x || p.to != y.ID {
		return nil
	}
	_, acc := p.row.AccountingEffect.signs()
	_, onh := p.row.OnhandEffect.signs()
	empty := func(e Effect, held Amount) bool { return e == UpdateTo && held.IsZero() }
	if acc != 0 && y.PrimaryAccountable != a.e.Receiver && !empty(p.row.AccountableEffect, y.Accounting) {
		return a.notAccountable("toResourceInventoriedAs", a.e.Receiver, y)
	}
	if onh != 0 && y.Custodian != a.e.Receiver && !empty(p.row.CustodianEffect, y.Onhand) {
		return a.notCustodian("toResourceInventoriedAs", a.e.Receiver, y)
	}
	return nil
}

// wholeChangesHands refuses to hand over part of a record that stays one
// record: with no receiving record, or with the same one, the rest would
// change hands with it.
func (a *application) wholeChangesHands() error {
	x, q := a.x, a.quantity()
	if x == nil || a.newX || a.e.Provider == a.e.Receiver {
		return nil
	}
	shared := a.y == a.x
	if shared && a.row.AccountableEffect == UpdateTo && x.Accounting.Micros != q {
		return a.needsTarget("accounting quantity", x.Accounting)
	}
	if shared && a.row.CustodianEffect == UpdateTo && x.Onhand.Micros != q {
		return a.needsTarget("on-hand quantity", x.Onhand)
	}
	if !a.handsOverInPlace() {
		return nil
	}
	acc, _ := a.row.AccountingEffect.signs()
	if rest := x.Accounting.Micros + min(acc, 0)*q; shared && acc != 0 && rest != 0 && x.PrimaryAccountable != a.e.Receiver {
		return a.needsTarget("accounting quantity", x.Accounting)
	}
	if a.rest(x) != 0 && x.Custodian != a.e.Receiver {
		return a.needsTarget("on-hand quantity", x.Onhand)
	}
	return nil
}

// handsOverInPlace reports whether an implied transfer changes who holds the
// resource without a second record. What was consumed is gone: nobody holds it.
func (a *application) handsOverInPlace() bool {
	if !a.e.implies() || a.x == nil || !(a.y == nil || a.y == a.x) {
		return false
	}
	return a.y == a.x || a.row.Implies == TransferCustody || a.row.InputOutput == Output
}

// rest returns what the record holds on hand besides the event's quantity,
// before a quantity is taken from it or added to it.
func (a *application) rest(r *Resource) int64 {
	onh, _ := a.row.OnhandEffect.signs()
	return r.Onhand.Micros + min(onh, 0)*a.quantity()
}

func (a *application) needsTarget(what string, held Amount) error {
	return fault.Conflictf("vf.to_resource_missing", "toResourceInventoriedAs",
		"%s of %s would hand over all of %s, whose %s is %s; name a receiving record for the part", a.row.Action, a.e.ResourceQuantity, a.name(a.x), what, held)
}

func (a *application) notAccountable(field string, who store.ID, r *Resource) error {
	return fault.Conflictf("vf.not_accountable", field, "%s needs the agent accountable for %s, %s; %s is not", a.row.Action, a.name(r), orNone(r.PrimaryAccountable), who)
}

func (a *application) notCustodian(field string, who store.ID, r *Resource) error {
	return fault.Conflictf("vf.not_custodian", field, "%s needs the custodian of %s, %s; %s is not", a.row.Action, a.name(r), orNone(r.Custodian), who)
}
