package e2e_test

import (
	"os"
	"path/filepath"
	"strings"
)

// confirms confirms what a colleague logged.
func (v *visitor) confirms(notes ...string) {
	v.t.Helper()
	v.open("/c/windworks/contribution/validate")
	v.look("to-confirm")
	for _, note := range notes {
		v.tapIn(note, "Confirm")
		v.misses(note)
	}
}

// agreesOnRule makes a value equation, tries it on the past and puts it into force.
func (v *visitor) agreesOnRule() {
	v.t.Helper()
	v.open("/c/windworks/contribution/equations")
	v.look("no-equations")
	v.press("New value equation")
	v.look("equation-starts")
	v.pressIn("Commons fund first, then by value", "Begin with this")
	v.fill("name", "Those who make it")
	v.look("equation-editor")
	v.press("Save as a draft")
	v.sees("Saved as a draft: Those who make it, version 1.")
	v.look("equation")
	v.press("Try it out")
	v.fill("pot", "120")
	if v.scripts {
		v.sees("€120.00")
	}
	v.look("try-it-out")
	v.press("I have tried it, mark it so")
	v.sees("Marked as tried out.")
	v.press("Put into force")
	v.sees("Those who make it, version 1, is in force now.")
}

// receives records a sale, and what a payment service kept of it.
func (v *visitor) receives() {
	v.t.Helper()
	v.open("/c/windworks/contribution/income")
	v.look("no-income")
	v.press("Record income")
	v.press("Add a line")
	v.tick("kind", "sale")
	v.fill("gross", "125")
	v.fill("payer_name", "Village of Exampledorp")
	v.fill("reference", "INV-0001")
	v.fill("off_kind0", "Payment fee")
	v.fill("off_amount0", "5")
	v.fill("off_to0", "Example Payments")
	v.look("income-form")
	v.press("Record income")
	v.sees("Recorded. €120.00 can be shared out.")
	v.look("income")
}

// sharesOut looks at who would get what, and pays.
//
// Of 120.00 a tenth goes to the fund: 12.00. Owed are 6 h × 12.00 = 72.00 to
// Noor and 6.5 h × 12.00 = 78.00 to Joris, 150.00 together; the remaining
// 108.00 pay 108/150 = 72 % of that: 51.84 and 56.16.
func (v *visitor) sharesOut() {
	v.t.Helper()
	v.open("/c/windworks/contribution/distributions")
	v.look("nothing-shared")
	v.open("/c/windworks/contribution/distributions/new")
	v.sees("51.84", "56.16", "12.00")
	v.look("preview")
	v.press("Share out €120.00")
	v.sees("Shared out.", "51.84", "56.16")
	v.look("distribution")
}

// asksWhy follows an amount to the contributions and the log entries behind it.
func (v *visitor) asksWhy() {
	v.t.Helper()
	v.open("/c/windworks/contribution")
	v.sees("€56.16")
	v.look("received")
	v.press("Why? €56.16")
	v.sees("€78.00 of €150.00 makes €56.16")
	v.look("why")
	v.press("Work no…")
	entry := v.address()
	v.sees("winding the stator", "Confirmed")
	if !v.scripts {
		v.press("Show what distributions paid on it")
	}
	v.sees("€34.56") // 4 h × €12.00 × 72 %
	v.look("entry-paid")
	v.open(entry)
	v.press("Entry…")
	v.sees("Proven")
	v.look("log-entry")
}

// readsBooks looks at what everybody may see, and takes it away.
func (v *visitor) readsBooks() {
	v.t.Helper()
	v.open("/c/windworks/books")
	v.sees("56.16", "51.84")
	v.look("books")
	v.press("Check it yourself")
	v.look("verify")
	v.press("Downloads")
	v.look("downloads")
}

// checksBooks takes the books away and checks them where no host is.
func (h *host) checksBooks() {
	h.t.Helper()
	outsider := h.caller(h.t)
	archive := filepath.Join(h.t.TempDir(), "books.zip")
	page := outsider.get("/c/windworks/books/downloads/log")
	if err := os.WriteFile(archive, []byte(page.body), 0o600); err != nil {
		h.t.Fatal(err)
	}
	h.stop()
	h.run("verify", archive)
	if again := h.run("contribution", "recompute", archive, "last"); !strings.Contains(again, "56.16") {
		h.t.Errorf("computed again, the distribution is\n%s", again)
	}
}
