package e2e_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// A visitor checks a receipt in the browser, takes everything about themself along,
// and is told when the log is not the one that the browser saw before.
func TestProofsInTheBrowser(t *testing.T) {
	for _, s := range []screen{desktop, phone} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			h := serving(t)
			noor := h.visit(t, s, "proofs")
			noor.begin("Noor Example", "noor")
			noor.found("windworks", "Windworks")
			noor.open("/c/windworks/books/log/1")
			noor.sees("This browser remembers the log as it is now")
			noor.tap("Check it in this browser")
			noor.sees("The receipt is right in itself", "It is about entry", "The log was signed by this key", "No neighbor's signature was checked")
			noor.look("receipt")
			noor.open("/c/windworks/books/verify")
			noor.sees("This is the log that this browser saw before")
			noor.chooses("a letter, no receipt")
			noor.sees("The receipt proves nothing", "This is not a receipt of a log")
			noor.misses("cannot check signatures") // nothing else was checked
			noor.opensProject("Turbine 3 kW")
			noor.open("/c/windworks/books/verify")
			noor.sees("It has only grown since")
			noor.remembers(`signed.replace(/\n\d+\n/, "\n999999\n")`)
			noor.open("/c/windworks/books/log")
			noor.sees("Entries were cut off")
			noor.look("log-cut-off")
			noor.remembers(`signed.replace(/\n999999\n/, "\n2\n")`)
			noor.open("/c/windworks/books/log")
			noor.sees("This log does not continue the one this browser saw before")
			noor.open("/c/windworks/books/verify")
			noor.sees("This log does not continue the one this browser saw before") // what was seen is not forgotten
			noor.open("/c/windworks/books/neighbors")
			noor.sees("No neighbor signs this log yet")
			noor.look("neighbors")
			noor.open("/witness")
			noor.sees("What your host needs")
			noor.look("witness")
		})
	}
}

// chooses gives the page a file of the text to check.
func (v *visitor) chooses(text string) {
	v.t.Helper()
	path := filepath.Join(v.t.TempDir(), "letter.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		v.t.Fatal(err)
	}
	v.do(chromedp.SetUploadFiles(chromedp.CSS("[data-receipt] input[type=file]"), []string{path}))
}

// remembers changes the head that this browser keeps, by a script about its text.
func (v *visitor) remembers(change string) {
	v.t.Helper()
	ok, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool](`(() => {
		const slot = Object.keys(localStorage).find((key) => key.startsWith("head:"));
		const kept = JSON.parse(localStorage.getItem(slot)), signed = kept.signed;
		localStorage.setItem(slot, JSON.stringify({...kept, signed: `+change+`}));
		return true;
	})()`))
	if err != nil || !ok {
		v.t.Fatalf("the browser keeps no head: %v", err)
	}
}
