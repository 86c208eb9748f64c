package e2e_test

import "path/filepath"

// confirms confirms all that another person logged.
func (v *visitor) confirms(whose *visitor) {
	v.t.Helper()
	v.open("/c/windworks/contribution/validate")
	v.look("to-confirm")
}

// agreesOnRule makes a value equation, tries it on the past and puts it into force.
func (v *visitor) agreesOnRule() {
	v.t.Helper()
	v.open("/c/windworks/contribution/equations")
	v.press("New value equation")
	v.look("equation-starts")
	v.pressIn("Commons fund first, then by value", "Begin with this")
	v.look("equation-editor")
}

// receives records what came in.
func (v *visitor) receives() {
	v.t.Helper()
	v.open("/c/windworks/contribution/income/new")
	v.look("income-form")
}

// sharesOut looks at who would get what, and pays.
func (v *visitor) sharesOut() {
	v.t.Helper()
	v.open("/c/windworks/contribution/distributions/new")
	v.look("preview")
}

// asksWhy follows an amount to the contribution and the log entry behind it.
func (v *visitor) asksWhy() {
	v.t.Helper()
	v.open("/c/windworks/contribution")
	v.look("received")
}

// checksBooks exports the books and checks them where no host is.
func (h *host) checksBooks() {
	h.t.Helper()
	h.stop()
	archive := filepath.Join(h.t.TempDir(), "books.zip")
	h.run("books", "export", "--commons", "windworks", "--format", "log", "--out", archive)
	h.run("verify", archive)
}
