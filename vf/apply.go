package vf

import (
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// application is one event on its way through the rules. Records are copies:
// the book stays as it is until Keep.
type application struct {
	book       *Book
	e          Event
	row        *Row
	x, y       *Resource // nil when the event names none; the same pointer when it names one record twice
	newX, newY bool
	touched    []*Resource
	flows      []*Flow
	listings   []Listing
	original   *Original
	warnings   []Warning
}

// Apply says what an event does to the records of the book, or which rule it
// breaks. It changes nothing. The checks come in the order: shape, what the
// event names, corrections, who acts for whom, new records, units and specifications, authority,
// containers, pairs, quantities and balances, allocations; then place, hands, stage,
// state, containment, and the chain.
//
// Faults carry the code of the rule ("vf.not_accountable"), the field and the
// value at fault: Invalid when the event could never be recorded, Conflict
// when the records as they stand forbid it.
func Apply(b *Book, e Event) (*Effects, error) {
	if err := e.CheckShape(); err != nil {
		return nil, err
	}
	if err := b.resolve(&e); err != nil {
		return nil, err
	}
	a := &application{book: b, e: e, row: e.Action.row()}
	a.e.PairOf, a.e.Stage, a.e.Queued = "", "", false // what follows from the records is not the recorder's to say
	a.open()
	steps := [...]func() error{a.checkCorrection, a.checkActsUnder, a.create, a.checkUnits, a.checkAuthority, a.checkContainers, a.pair, a.post, a.allocate}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if e.Corrects == "" {
		for _, step := range [...]func() error{a.place, a.hand, a.stageAndState, a.contain} {
			if err := step(); err != nil {
				return nil, err
			}
		}
	} else if err := a.undo(); err != nil {
		return nil, err
	}
	a.link()
	return &Effects{Event: a.e, Records: a.touched, Flows: a.flows, Listings: a.listings, Original: a.original, Warnings: a.warnings}, nil
}

// open takes copies of the records that the event names.
func (a *application) open() {
	if id := a.e.ResourceInventoriedAs; id != "" {
		a.x, a.newX = a.touch(id), a.book.fresh[id]
	}
	if id := a.e.ToResourceInventoriedAs; id != "" {
		a.y, a.newY = a.touch(id), a.book.fresh[id] && id != a.e.ResourceInventoriedAs
	}
}

// touch returns the working copy of a record the book knows.
func (a *application) touch(id store.ID) *Resource {
	for _, r := range a.touched {
		if r.ID == id {
			return r
		}
	}
	r := *a.book.records[id]
	a.touched = append(a.touched, &r)
	return &r
}

// at returns the working copy of a record of a part, or nil.
func (a *application) at(id store.ID) *Resource {
	if id == "" {
		return nil
	}
	return a.touch(id)
}

func (a *application) warn(code, field, message string) {
	a.warnings = append(a.warnings, Warning{a.e.ID, code, field, message})
}

// quantity returns the event's resource quantity in millionths.
func (a *application) quantity() int64 {
	if a.e.ResourceQuantity == nil {
		return 0
	}
	return a.e.ResourceQuantity.Micros
}

// post applies the postings and tests the balances once, at the end.
func (a *application) post() error {
	for _, p := range a.e.Postings() {
		r := a.touch(p.Resource)
		r.Accounting.Micros += p.Accounting
		r.Onhand.Micros += p.Onhand
		if err := a.checkBalance(r, p); err != nil {
			return err
		}
		if a.e.Corrects == "" && (p.Accounting > 0 || p.Onhand > 0) && a.book.policy(r).queues() {
			a.e.Queued = true
		}
	}
	return nil
}

// checkBalance applies the policy negativeBalance to a record that an event
// took from; what adds to a record is never refused for its balance.
func (a *application) checkBalance(r *Resource, p Posting) error {
	for _, q := range [...]Amount{r.Accounting, r.Onhand} {
		if q.Micros > MaxMicros || q.Micros < -MaxMicros {
			return fault.Conflictf("vf.too_large", "resourceQuantity", "%s would hold %s, more than a record may", r.ID, q)
		}
	}
	policy := a.book.policy(r).Full()
	if p.Accounting < 0 && r.Accounting.Micros < 0 && policy.NegativeBalance == Forbid {
		return a.negative(r, "accounting quantity", r.Accounting, p.Accounting, policy)
	}
	if p.Onhand < 0 && r.Onhand.Micros < 0 && policy.NegativeBalance != Allow {
		return a.negative(r, "on-hand quantity", r.Onhand, p.Onhand, policy)
	}
	return nil
}

func (a *application) negative(r *Resource, what string, after Amount, delta int64, policy Policy) error {
	before := quantity.Micros(after.Micros-delta, after.Unit)
	return fault.Conflictf("vf.negative_balance", "resourceQuantity",
		"%s would leave the %s of %s at %s; it is %s. The policy negativeBalance of its specification %s is %s; change it there, or record what came in first",
		a.e.Action, what, a.name(r), after, before, orNone(r.ConformsTo), policy.NegativeBalance)
}

// name is how messages call a record.
func (a *application) name(r *Resource) string {
	if r.Name == "" {
		return string(r.ID)
	}
	return string(r.ID) + " (" + clip(r.Name) + ")"
}

// link puts the event at the head of the chain of each record it names.
func (a *application) link() {
	a.e.PreviousEvent, a.e.ChainPosition, a.e.ToPreviousEvent, a.e.ToChainPosition = "", 0, "", 0
	if a.x != nil {
		a.e.PreviousEvent, a.e.ChainPosition = a.x.PreviousEvent, a.x.ChainPosition+1
		a.x.PreviousEvent, a.x.ChainPosition = a.e.ID, a.e.ChainPosition
	}
	if a.y != nil && a.y != a.x {
		a.e.ToPreviousEvent, a.e.ToChainPosition = a.y.PreviousEvent, a.y.ChainPosition+1
		a.y.PreviousEvent, a.y.ChainPosition = a.e.ID, a.e.ToChainPosition
	}
}
