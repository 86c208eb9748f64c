package vf

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// columns prints a row cell by cell.
func columns(r Row) []string {
	cell := func(s any) string {
		if fmt.Sprint(s) == "" || fmt.Sprint(s) == "notApplicable" {
			return "-"
		}
		return fmt.Sprint(s)
	}
	return []string{cell(r.Action), cell(r.InputOutput), cell(r.PairsWith), cell(r.CreateResource), cell(r.EventQuantity), cell(r.AccountingEffect), cell(r.OnhandEffect),
		cell(r.LocationEffect), cell(r.ContainedEffect), cell(r.AccountableEffect), cell(r.StageEffect), cell(r.StateEffect), cell(r.Implies), cell(r.CustodianEffect)}
}

// TestActionTable pins every cell of the table; a change of one is a change of the vocabulary.
func TestActionTable(t *testing.T) {
	var b strings.Builder
	b.WriteString("action | inputOutput | pairsWith | createResource | eventQuantity | accountingEffect | onhandEffect | locationEffect | containedEffect | accountableEffect | stageEffect | stateEffect | cw:implies | cw:custodianEffect\n")
	for _, r := range Actions() {
		b.WriteString(strings.Join(columns(r), " | ") + "\n")
	}
	b.WriteString("\nwhere the Turtle file differs\n")
	for _, v := range TurtleVariants() {
		fmt.Fprintf(&b, "%s | %s | %s\n", v.Action, v.Column, v.Turtle)
	}
	const golden = "testdata/actions.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the action table changed:\n%s", b.String())
	}
}

func TestActionTableIsWhole(t *testing.T) {
	if len(Actions()) != 19 {
		t.Errorf("%d actions, want 19", len(Actions()))
	}
	for _, r := range Actions() {
		if got, known := r.Action.Row(); !known || got != r {
			t.Errorf("%s is not found by its name", r.Action)
		}
		if r.PairsWith != "" && r.PairsWith.row().PairsWith != r.Action {
			t.Errorf("%s pairs with %s, but not the other way round", r.Action, r.PairsWith)
		}
	}
	if _, known := Action("transform").Row(); known {
		t.Error("transform is no action")
	}
}
