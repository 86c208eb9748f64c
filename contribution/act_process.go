package contribution

import (
	"context"
	"strings"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// ProcessAsk is a stretch of work in a project: a batch, a milestone, an order.
type ProcessAsk struct {
	Project store.ID `json:"project"`
	Name    string   `json:"name"`
}

// AddProcess opens a process in a project.
//
// Faults: contribution.process_name, .unknown_project, .closed_project.
func AddProcess(ctx context.Context, db *store.Store, who auth.Identity, key string, ask ProcessAsk) (vf.Process, error) {
	return auth.Perform(ctx, db, who, key, Log, ask, func(tx *store.Tx, who auth.Identity, ask ProcessAsk) (vf.Process, error) {
		ask.Name = strings.TrimSpace(ask.Name)
		if ask.Name == "" || len(ask.Name) > 120 {
			return vf.Process{}, fault.Invalidf("contribution.process_name", "name", "give the process a name of 1 to 120 characters")
		}
		s, err := settings.Get(tx)
		if err != nil {
			return vf.Process{}, err
		}
		p, err := s.project(ask.Project)
		if err != nil {
			return vf.Process{}, err
		}
		ledger := vf.Open(tx)
		x, err := ledger.AddProcess(vf.Process{Name: ask.Name, InScopeOf: p.ID, HasBeginning: tx.Now()})
		if err != nil {
			return x, err
		}
		return x, journalCore(tx, who, "contribution.add_process", ledger)
	})
}

// FinishProcess says that no more is done in a process; contributions to it
// may still be logged late. The process that a project began with stays open
// as long as the project does.
func FinishProcess(ctx context.Context, db *store.Store, who auth.Identity, key string, id store.ID) (vf.Process, error) {
	return auth.Perform(ctx, db, who, key, Log, id, func(tx *store.Tx, who auth.Identity, id store.ID) (vf.Process, error) {
		if _, err := openProcess(tx, id); err != nil {
			return vf.Process{}, err
		}
		ledger := vf.Open(tx)
		x, err := ledger.FinishProcess(id, tx.Now())
		if err != nil {
			return x, err
		}
		return x, journalCore(tx, who, "contribution.finish_process", ledger)
	})
}

// FlowAsk is a thing that came out of a process, or went into it.
type FlowAsk struct {
	Process store.ID        `json:"process"`
	Quant   quantity.Amount `json:"quantity"`
	// Name of what was made; every output is a stock of its own, so that it can
	// be traced. Resource is the stock that was used up. One of them is given.
	Name     string   `json:"name,omitempty"`
	Resource store.ID `json:"resource,omitempty"`
	// Deliverable is the order or shipment that an output goes to: "order:A-17".
	Deliverable string    `json:"deliverable,omitempty"`
	At          time.Time `json:"at,omitzero"` // zero: now
}

// delivers is the class of an output that goes to an order or shipment.
const delivers = "cw:delivers/"

// RecordFlow records what a process made (a produce event, and a new stock) or
// what it used up of a stock that an earlier one made (a consume event). The
// backward share walk follows these to the contributions behind an order.
//
// Faults: contribution.flow, .quantity, .unknown_process, .deliverable, and
// those of the core, such as a stock that does not hold so much.
func RecordFlow(ctx context.Context, db *store.Store, who auth.Identity, key string, ask FlowAsk) (vf.Event, error) {
	return auth.Perform(ctx, db, who, key, Log, ask, func(tx *store.Tx, who auth.Identity, ask FlowAsk) (vf.Event, error) {
		x, err := openProcess(tx, ask.Process)
		if err != nil {
			return vf.Event{}, err
		}
		if err := ask.check(tx.Now()); err != nil {
			return vf.Event{}, err
		}
		ledger := vf.Open(tx)
		e := vf.Event{Provider: x.InScopeOf, Receiver: x.InScopeOf, InScopeOf: x.InScopeOf, ResourceQuantity: &ask.Quant, HasPointInTime: ask.At.UTC()}
		if ask.At.IsZero() {
			e.HasPointInTime = tx.Now()
		}
		if ask.Resource != "" {
			e.Action, e.InputOf, e.ResourceInventoriedAs = vf.Consume, x.ID, ask.Resource
			e, err = ledger.Record(e)
		} else {
			e, err = ask.produce(tx, ledger, e, x)
		}
		if err != nil {
			return e, err
		}
		return e, journalCore(tx, who, "contribution.flow", ledger)
	})
}

// check refuses what cannot be right for any process.
func (ask FlowAsk) check(now time.Time) error {
	switch {
	case (ask.Name == "") == (ask.Resource == ""):
		return fault.Invalidf("contribution.flow", "name", "say what was made, or choose the stock that was used up")
	case len(ask.Name) > 120:
		return fault.Invalidf("contribution.flow", "name", "the name has %d bytes; at most 120 are kept", len(ask.Name))
	case ask.Quant.Sign() <= 0:
		return fault.Invalidf("contribution.quantity", "quantity", "%s is not more than nothing", ask.Quant)
	case ask.Deliverable != "" && (ask.Resource != "" || !deliverable.MatchString(ask.Deliverable)):
		return fault.Invalidf("contribution.deliverable", "deliverable", "%.60q is not what an output goes to; write order:NUMBER or shipment:NUMBER", ask.Deliverable)
	case ask.At.After(now.Add(24 * time.Hour)):
		return fault.Invalidf("contribution.future", "at", "%s has not happened yet", ask.At.Format(time.DateOnly))
	}
	return nil
}

// produce records an output as a stock of its own, of a specification with its
// name, which is made when there is none.
func (ask FlowAsk) produce(tx *store.Tx, ledger *vf.Ledger, e vf.Event, x vf.Process) (vf.Event, error) {
	spec, err := specificationNamed(tx, ledger, ask.Name, ask.Quant.Unit)
	if err != nil {
		return e, err
	}
	r := vf.Resource{ID: tx.NewID(), Name: ask.Name, ConformsTo: spec}
	e.Action, e.OutputOf, e.ResourceInventoriedAs, e.ResourceConformsTo = vf.Produce, x.ID, r.ID, spec
	if ask.Deliverable != "" {
		e.ClassifiedAs = []string{delivers + ask.Deliverable}
	}
	e, _, err = ledger.RecordNew(e, r)
	return e, err
}

// specificationNamed finds a specification by its name and unit, or adds it.
func specificationNamed(r store.Reader, ledger *vf.Ledger, name string, unit quantity.Unit) (store.ID, error) {
	list, err := vf.Specifications(r, name, vf.After{}, 50)
	if err != nil {
		return "", err
	}
	for _, s := range list {
		if s.Name == name && s.DefaultUnitOfResource == unit && !s.MediumOfExchange {
			return s.ID, nil
		}
	}
	s, err := ledger.AddSpecification(vf.ResourceSpecification{Name: name, DefaultUnitOfResource: unit})
	return s.ID, err
}

// openProcess returns a process of a project here that is not finished.
func openProcess(tx *store.Tx, id store.ID) (vf.Process, error) {
	x, found, err := vf.GetProcess(tx, id)
	if err != nil {
		return x, err
	}
	s, err := settings.Get(tx)
	if err != nil {
		return x, err
	}
	if !found {
		return x, fault.NotFoundf("contribution.unknown_process", "process", "there is no such process in this commons")
	}
	if _, err := s.project(x.InScopeOf); err != nil {
		return x, err
	}
	if x.Finished {
		return x, fault.Conflictf("contribution.finished_process", "process", "%s is finished", x.Name)
	}
	return x, nil
}

// processOf refuses a process that belongs to another project than the entry.
func processOf(r store.Reader, ask LogAsk) error {
	if ask.Process == "" {
		return nil
	}
	x, found, err := vf.GetProcess(r, ask.Process)
	if err == nil && (!found || x.InScopeOf != ask.Project) {
		err = fault.Invalidf("contribution.process", "process", "this process belongs to another project; choose one of the same project")
	}
	return err
}

// journalCore journals what an act did to the core and nothing else.
func journalCore(tx *store.Tx, who auth.Identity, act string, ledger *vf.Ledger) error {
	_, err := journal.Append(tx, journal.Record{Act: act, By: who.Agent, Public: map[string]any{"vf": ledger.Changes()}, Sealed: ledger.Sealed()})
	return err
}
