package e2e_test

import "testing"

// TestInvariant1Journey goes the whole way, as the manual tells it: from the
// first link of a host to a payout that its receivers understand and anybody
// can check.
func TestInvariant1Journey(t *testing.T) {
	for _, s := range []screen{desktop, phone, plain} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			h := serving(t)
			noor, joris := h.visit(t, s, "noor"), h.visit(t, s, "joris")
			noor.begin("Noor Example", "noor")
			noor.found("windworks", "Windworks")
			noor.opensProject("Turbine 3 kW")
			joris.join(noor.invite("windworks"), "Joris Example", "joris")
			joris.logs()
			noor.logsForm("6", "carving blades")
			noor.confirms("sanding the frame", "winding the stator")
			joris.confirms("carving blades")
			noor.opensRound()
			joris.evaluates("5")
			noor.evaluates("4", "3")
			noor.closesRound()
			noor.agreesOnRule()
			noor.receives()
			noor.sharesOut()
			joris.asksWhy()
			joris.readsBooks()
			h.checksBooks()
		})
	}
}

// opensProject opens a project that contributions can go to.
func (v *visitor) opensProject(name string) {
	v.t.Helper()
	v.open("/c/windworks/contribution")
	v.look("nothing-yet")
	v.press("Open a project")
	v.look("projects")
	v.fill("name", name)
	v.press("Open a project")
	v.sees(name + " is open.")
	v.look("project")
}

// logs writes down half a day and a bit, in one line and then in a form.
func (v *visitor) logs() {
	v.t.Helper()
	v.open("/c/windworks/contribution")
	v.look("my-work")
	v.fill("line", "2.5h sanding the frame yesterday")
	if !v.scripts {
		v.press("Check")
		v.sees("Nothing is logged yet")
	}
	v.sees("worth €30.00 once confirmed")
	v.press("Log it")
	v.sees("Logged 2.5 h for Turbine 3 kW.", "sanding the frame")
	v.look("logged")
	v.logsForm("4", "winding the stator")
}

// logsForm writes down hours of work with their details.
func (v *visitor) logsForm(hours, note string) {
	v.t.Helper()
	v.open("/c/windworks/contribution")
	v.press("Log with details")
	v.fill("quantity", hours)
	v.fill("note", note)
	v.look("log-form")
	v.press("Log it")
	v.sees("Logged", note)
	v.look("entry")
}
