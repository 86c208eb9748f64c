package e2e_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A recipe is written, and mended, by somebody who has no mouse.
func TestRecipeByKeyboard(t *testing.T) {
	h := serving(t)
	noor := h.visit(t, desktop, "noor")
	noor.begin("Noor Example", "noor")
	noor.found("windworks", "Windworks")
	noor.addsKind("Birch plywood")

	noor.open("/c/windworks/recipes")
	noor.keysTo("New recipe", kb.Enter)
	noor.typesInto("name", "A shelf")
	noor.choosesIn("makes", "Birch")
	noor.keysTo("New recipe", kb.Enter)
	noor.sees("The recipe is there. Add its first step.", "A shelf")
	noor.typesInto("step", "Saw the boards")
	noor.keysTo("Add a step", kb.Enter)
	noor.sees("Saw the boards")
	noor.keysTo("Add what comes out", kb.Enter)
	noor.choosesIn("out_…_kind", "Birch")
	noor.typesInto("out_…_amount", "2")
	noor.keysTo("Add what comes out", kb.Enter)
	noor.sees("makes Birch plywood · 2 at a time", "Make a plan from it")
	noor.keysTo("Remove", kb.Enter)
	noor.sees("It is removed.", "To plan from this recipe")
}

// keysTo moves by the tabulator to a field, link or button, at most once around
// the page, and then presses keys there. A … in the name stands for any text.
func (v *visitor) keysTo(name, keys string) {
	v.t.Helper()
	before, after, any := strings.Cut(name, "…")
	at := ""
	for range 200 {
		v.do(chromedp.KeyEvent(kb.Tab))
		at = ask[string](v, "focused")
		if at == name || any && strings.HasPrefix(at, before) && strings.HasSuffix(at, after) {
			v.do(chromedp.KeyEvent(keys))
			return
		}
	}
	v.picture("stuck")
	v.t.Fatalf("the tabulator never comes to %q, only to %q in the end", name, at)
}

// typesInto types into a field.
func (v *visitor) typesInto(name, text string) {
	v.t.Helper()
	v.keysTo(name, "")
	v.do(step(input.InsertText, input.InsertTextParams{Text: text}))
}

// choosesIn chooses from a list by the first letters of what it offers.
func (v *visitor) choosesIn(name, letters string) {
	v.t.Helper()
	v.keysTo(name, letters)
}
