package creditcommons

import (
	"slices"
	"strings"

	"commonweal/platform/fault"
)

// State is where a transaction stands, in the one letter of version 0.9.
type State byte

// The states.
const (
	Pending   State = 'P'
	Validated State = 'V' // seen by its author alone
	Completed State = 'C'
	Erased    State = 'E'
	Canceled  State = 'X'
)

// Actor is who may move a transaction on.
type Actor byte

// The actors of workflows.
const (
	Payer  Actor = '-'
	Payee  Actor = '+'
	Either Actor = '='
	Nobody Actor = '0' // the operator of the node alone
)

// Workflow is how a transaction of a type comes about.
type Workflow struct {
	// Confirm: the author sees it validated before it takes effect.
	Confirm bool
	First   State
	By      Actor // who creates it
	Moves   []Move
}

// Move is a change of state and who may make it.
type Move struct {
	From, To State
	By       Actor
}

// maxMoves bounds a workflow.
const maxMoves = 20

// ParseWorkflow reads the compact form: "_" or "|", the first state and who
// creates, then triples of from, to and who. What is not understood is refused,
// and so is what lets anybody but the payer turn a request into a debit.
//
// Faults: creditcommons.workflow.
func ParseWorkflow(text string) (w Workflow, err error) {
	bad := func(why string) (Workflow, error) {
		return Workflow{}, fault.Invalidf("creditcommons.workflow", "type", "%.80q is no workflow: %s", text, why)
	}
	if len(text) < 3 || len(text)%3 != 0 || len(text) > 3*(maxMoves+1) {
		return bad("it has a mark, a state and an actor, then triples")
	}
	if text[0] != '_' && text[0] != '|' {
		return bad("it begins with _ or |")
	}
	w = Workflow{Confirm: text[0] == '|', First: State(text[1]), By: Actor(text[2])}
	if w.First != Pending && w.First != Completed || !known(w.By) {
		return bad("it begins pending or completed, by - + = or 0")
	}
	for i := 3; i < len(text); i += 3 {
		m := Move{From: State(text[i]), To: State(text[i+1]), By: Actor(text[i+2])}
		if !strings.ContainsRune("PC", rune(m.From)) || !strings.ContainsRune("CEX", rune(m.To)) || m.From == m.To || !known(m.By) {
			return bad("a move goes from P or C to C, E or X, by - + = or 0")
		}
		if slices.ContainsFunc(w.Moves, func(o Move) bool { return o.From == m.From && o.To == m.To }) {
			return bad("a move stands there twice")
		}
		w.Moves = append(w.Moves, m)
	}
	return w, w.check(text)
}

func known(a Actor) bool { return strings.IndexByte("-+=0", byte(a)) >= 0 }

// check holds the one rule that no workflow may break.
func (w Workflow) check(text string) error {
	taken := w.First == Completed && w.By != Payer && w.By != Nobody
	for _, m := range w.Moves {
		taken = taken || w.First == Pending && w.By != Payer && m.From == Pending && m.To == Completed && m.By != Payer && m.By != Nobody
	}
	if taken {
		return fault.Invalidf("creditcommons.workflow", "type", "%.80q is no workflow: %s", text, "only the payer turns a request into a debit")
	}
	return nil
}

// String is the compact form.
func (w Workflow) String() string {
	b := []byte{'_', byte(w.First), byte(w.By)}
	if w.Confirm {
		b[0] = '|'
	}
	for _, m := range w.Moves {
		b = append(b, byte(m.From), byte(m.To), byte(m.By))
	}
	return string(b)
}

// May reports whether an actor, the payer or the payee, moves a transaction.
func (w Workflow) May(from, to State, a Actor) bool {
	return slices.ContainsFunc(w.Moves, func(m Move) bool { return m.From == from && m.To == to && (m.By == a || m.By == Either) })
}
