package credit

import (
	"slices"

	"commonweal/platform/fault"
)

// State is where a payment stands.
type State string

// The states of a payment. A payment that is completed changes no more: what
// takes it back is a payment of its own.
const (
	Pending   State = "pending"   // waits for somebody's answer
	Completed State = "completed" // it has taken effect
	Rejected  State = "rejected"  // who was asked said no
	Canceled  State = "canceled"  // who asked took it back
	Expired   State = "expired"   // nobody answered in time
	Failed    State = "failed"    // it could not take effect when its time came
)

// Actor is in which quality somebody has to do with a payment.
type Actor string

// The actors of workflows.
const (
	Payer   Actor = "payer"   // holds, or acts for, the account that pays
	Payee   Actor = "payee"   // holds, or acts for, the account that is paid
	Author  Actor = "author"  // made the payment
	Steward Actor = "steward" // may pay for others
	Clock   Actor = "clock"   // time itself
)

// Move is one change of state and who may make it.
type Move struct {
	From State   `json:"from"`
	To   State   `json:"to"`
	By   []Actor `json:"by"`
}

// Workflow says, as data, how a payment comes about: who may make it, in which
// state it begins, whether its amount is reserved while it waits, and who may
// move it on.
type Workflow struct {
	Name     string  `json:"name"`
	By       []Actor `json:"by"`       // who may make one
	First    State   `json:"first"`    // the state it begins in
	Reserves bool    `json:"reserves"` // while pending, its amount is reserved
	Moves    []Move  `json:"moves"`
}

// The workflows that every commons has.
var workflows = []Workflow{
	{Name: "pay", By: []Actor{Payer}, First: Completed},
	{Name: "confirm", By: []Actor{Payer}, First: Pending, Reserves: true, Moves: []Move{
		{Pending, Completed, []Actor{Payee}}, {Pending, Rejected, []Actor{Payee}}, {Pending, Canceled, []Actor{Payer, Steward}}, {Pending, Expired, []Actor{Clock}}}},
	{Name: "request", By: []Actor{Payee}, First: Pending, Moves: []Move{
		{Pending, Completed, []Actor{Payer}}, {Pending, Rejected, []Actor{Payer}}, {Pending, Canceled, []Actor{Payee, Steward}},
		{Pending, Expired, []Actor{Clock}}, {Pending, Failed, []Actor{Clock}}}},
	{Name: "third_party", By: []Actor{Steward}, First: Completed},
	{Name: "reserve", By: []Actor{Payer, Steward}, First: Pending, Reserves: true, Moves: []Move{
		{Pending, Completed, []Actor{Payer, Steward}}, {Pending, Canceled, []Actor{Payee, Steward}}, {Pending, Expired, []Actor{Clock}}}},
	// between communities: what becomes of it is what neighbors tell each other
	{Name: exchange, By: []Actor{Clock}, First: Pending, Reserves: true, Moves: []Move{{Pending, Completed, []Actor{Clock}}, {Pending, Canceled, []Actor{Clock}}}},
}

const exchange = "exchange"

// Workflows returns the workflows by name, in the order in which people meet them.
func Workflows() []Workflow { return slices.Clone(workflows) }

// workflow finds a workflow by its name.
func workflow(name string) (Workflow, error) {
	if i := slices.IndexFunc(workflows, func(w Workflow) bool { return w.Name == name }); i >= 0 {
		return workflows[i], nil
	}
	return Workflow{}, fault.Invalidf("credit.unknown_workflow", "workflow", "%.40q is no way to pay here; there are pay, confirm, request, third_party and reserve", name)
}

// Check says what is wrong with a workflow: nobody else than the side that pays
// may turn a request into a debit (a steward only where they make the payment
// themselves), a payment that has ended moves no more, and every waiting one can end.
func (w Workflow) Check() error {
	for _, m := range w.Moves {
		switch {
		case m.From != Pending:
			return fault.Invalidf("credit.workflow", "moves", "a payment that is %s has ended; it cannot become %s", m.From, m.To)
		case m.To == Completed && !w.Reserves && !slices.Equal(m.By, []Actor{Payer}):
			return fault.Invalidf("credit.workflow", "moves", "only who pays may complete a payment that reserved nothing, not %v", m.By)
		case len(m.By) == 0:
			return fault.Invalidf("credit.workflow", "moves", "nobody may make the payment %s", m.To)
		}
	}
	if w.First == Completed && !slices.Contains(w.By, Payer) && !slices.Equal(w.By, []Actor{Steward}) {
		return fault.Invalidf("credit.workflow", "by", "a payment that is completed at once is made by who pays, not by %v", w.By)
	}
	if w.First == Pending && !slices.ContainsFunc(w.Moves, func(m Move) bool { return slices.Contains(m.By, Clock) }) {
		return fault.Invalidf("credit.workflow", "moves", "a payment that waits would wait for ever: let the clock end it")
	}
	return nil
}

// may returns whether somebody in one of these qualities may move the payment.
func (w Workflow) may(from, to State, as []Actor) error {
	known := false
	for _, m := range w.Moves {
		if m.From != from || m.To != to {
			continue
		}
		known = true
		for _, a := range as {
			if slices.Contains(m.By, a) {
				return nil
			}
		}
	}
	if !known {
		return fault.Conflictf("credit.no_such_move", "state", "a payment that is %s cannot become %s", from, to)
	}
	return fault.Forbiddenf("credit.not_yours_to_move", "that a payment becomes %s is not for you to decide", to)
}
