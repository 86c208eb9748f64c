package e2e_test

import "testing"

// What a workshop counts, by a steward: a kind of thing, how much there is of
// it, and a process that works it up; then where it went.
func TestFlowsJourney(t *testing.T) {
	for _, s := range []screen{desktop, phone, plain} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			h := serving(t)
			noor := h.visit(t, s, "noor")
			noor.begin("Noor Example", "noor")
			noor.found("windworks", "Windworks")
			noor.addsKind("Birch plywood")
			noor.countsIn("Birch plywood", "24")
			noor.usesUp("Saw the sheets", "6.5", "17.5")
		})
	}
}

// addsKind adds a kind of thing.
func (v *visitor) addsKind(name string) {
	v.t.Helper()
	v.open("/c/windworks/resources")
	v.sees("Nothing is counted yet")
	v.look("resources-empty")
	v.open("/c/windworks/specifications")
	v.tap("Add a kind of thing")
	v.fill("name", name)
	v.pressIn("Name", "Add a kind of thing")
	v.sees("Added.", name)
	v.look("specification")
}

// countsIn counts something that is there.
func (v *visitor) countsIn(kind, amount string) {
	v.t.Helper()
	v.open("/c/windworks/record")
	v.look("record")
	v.open("/c/windworks/record?action=raise")
	v.fill("resourceInventoriedAs", "Something new")
	v.fill("name", "Sheets in the rack")
	v.fill("resourceConformsTo", kind)
	v.fill("resourceQuantity", amount)
	v.look("record-raise")
	v.press("Record")
	v.sees("Recorded.", "Sheets in the rack", amount)
	v.look("resource")
}

// usesUp begins a process that uses some of it up, and sees what is left.
func (v *visitor) usesUp(process, amount, left string) {
	v.t.Helper()
	v.open("/c/windworks/processes/new")
	v.fill("name", process)
	v.look("process-new")
	v.press("Begin a process")
	v.sees("Begun.", process, "Nothing yet.")
	v.press("Something went in")
	v.fill("resourceInventoriedAs", "Sheets in the rack: 24, Noor Example")
	v.fill("resourceQuantity", amount)
	v.press("Record")
	v.sees("Recorded.", left, process)
	v.press(process)
	v.sees("What went in", "Sheets in the rack", amount)
	v.look("process")
}
