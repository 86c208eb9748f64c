package e2e_test

import "testing"

func TestJourney(t *testing.T) {
	h := serving(t)
	noor := h.visit(t, desktop, "noor")
	noor.begin("Noor Example", "noor")
	noor.found("windworks", "Windworks")
	link := noor.invite("windworks")
	joris := h.visit(t, phone, "joris")
	joris.join(link, "Joris Example", "joris")
	joris.look("home")
}
