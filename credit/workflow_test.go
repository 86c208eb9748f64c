package credit

import (
	"slices"
	"testing"

	"commonweal/platform/fault"
)

// Every workflow of the house holds the rules for workflows.
func TestInvariant7WorkflowsOfTheHouse(t *testing.T) {
	for _, w := range Workflows() {
		if err := w.Check(); err != nil {
			t.Errorf("%s: %v", w.Name, err)
		}
	}
}

// A bill becomes a debit by who pays alone, whatever somebody writes down.
func TestInvariant7ABillIsForThePayer(t *testing.T) {
	w, err := workflow("request")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []Actor{Payee, Author, Steward, Clock} {
		if err := w.may(Pending, Completed, []Actor{a}); fault.As(err) == nil {
			t.Errorf("the %s completes a request", a)
		}
	}
	if err := w.may(Pending, Completed, []Actor{Payer}); err != nil {
		t.Errorf("who pays cannot: %v", err)
	}
	w.Moves = slices.Clone(w.Moves)
	w.Moves[0].By = []Actor{Payer, Payee}
	if w.Check() == nil {
		t.Error("a workflow passes by which the payee takes what they asked for")
	}
}

// What has ended does not begin again.
func TestWhatHasEnded(t *testing.T) {
	w, _ := workflow("confirm")
	for _, from := range []State{Completed, Rejected, Canceled, Expired, Failed} {
		for _, to := range []State{Pending, Completed, Rejected, Canceled} {
			if w.may(from, to, []Actor{Payer, Payee, Steward, Clock}) == nil {
				t.Errorf("a payment that is %s becomes %s", from, to)
			}
		}
	}
}
