package rollup

import (
	"time"

	"commonweal/quantity"
)

// Flows is the graph as the ledger knows it. The order of its lists never
// matters: what needs an order takes (time, identifier).
type Flows struct {
	// Unit is the one unit in which value is counted. An event whose value is in
	// another unit is refused: convert it first, at a rate that somebody decided.
	Unit      quantity.Unit
	Events    []Event
	Processes []Process
	Exchanges []Exchange
	// ParentOf gives the project above a project.
	ParentOf map[string]string
}

// Role is what an event does to the value of what it touches.
type Role uint8

// The roles. Contribution, Receipt and Produce are sources of a resource;
// Work, Use, Consume and Cite are inputs of a process; Payment, Expense and
// ExchangeWork are the cost of an exchange.
const (
	Contribution Role = iota + 1 // goods, equipment or cash given: raise, transfer without return
	Receipt                      // what an exchange brought in
	Produce                      // an output of a process: produce, modify, dropoff, separate, deliverService
	Work                         // an input: work
	Use                          // an input: use; the equipment stays with its owner
	Consume                      // an input: consume, accept, pickup, combine; taken at its rolled-up value
	Cite                         // an input: cite
	Payment                      // what was paid for the receipts of an exchange
	Expense                      // a further cost of an exchange: freight, duty
	ExchangeWork                 // contributed work inside an exchange: fetching, negotiating
)

// Event is one economic event as the roll-up needs it.
type Event struct {
	ID       string
	Role     Role
	Process  string // the process it is an input or output of
	Exchange string // the exchange it belongs to
	// Resource is what was made, taken, used, cited or received; for a Payment
	// the account it was paid from, if it has one. An output without a resource
	// (a service) is its own resource under the event's identifier.
	Resource string
	// Stage of the resource: after the process for outputs, before it for inputs.
	Stage    string
	Quantity quantity.Amount
	// Value is the worth of the whole event: hours × rate, price, face amount,
	// agreed bonus. PerUnit is the worth of one unit, where Value is nil. An
	// event with neither is reported and counts as zero; Consume needs neither.
	Value   *quantity.Amount
	PerUnit *quantity.Amount
	// Percent, for Cite only, is that many millionths of a percent of the sum of
	// the process's inputs that are not cites; it goes before Value.
	Percent int64
	// Weight is this output's or receipt's part of the cost when there are
	// several; zero everywhere means: receipts by value, outputs and the rest by
	// quantity when their units agree, equally otherwise.
	Weight int64
	// Provider is who earns the share: the worker, owner, author, giver, payer.
	Provider string
	// Class is the kind of cost for the open-book vector: "work:welding".
	Class string
	At    time.Time // when it ended
	// Passive says that no rule pays this cash contribution, so that whoever paid
	// from the account is credited instead.
	Passive bool
}

// Process is an activity with its events.
type Process struct {
	ID      string
	Name    string
	Project string
	End     time.Time
	// Designs are the works the process is known to follow; Expects what its
	// recipe wants logged. Both serve the completeness report only.
	Designs []string
	Expects []Expected
}

// Expected is an input that a recipe or a booking promises.
type Expected struct {
	Role     Role
	Resource string // empty: any
	Why      string // "recipe Bread", "booking 12 May 14:00"
}

// Exchange ties payments to what was received for them.
type Exchange struct {
	ID   string
	Name string
}

// Node is a resource at a stage.
type Node struct{ Resource, Stage string }

// String is the word for a role: "work", "consume".
func (r Role) String() string {
	if int(r) < len(roleWords) {
		return roleWords[r]
	}
	return "unknown"
}

var roleWords = [...]string{"unknown", "contribution", "receipt", "produce", "work", "use", "consume", "cite", "payment", "expense", "exchange-work"}
