package e2e_test

import (
	"regexp"
	"testing"
)

// TestPayingByCode goes the way of two members at a market: one shows the code of
// an account, the other scans it with a phone, sees what it comes to, and pays.
func TestPayingByCode(t *testing.T) {
	for _, s := range []screen{phone, plain} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			h := serving(t)
			noor, joris := h.visit(t, desktop, "noor"), h.visit(t, s, "joris")
			noor.begin("Noor Example", "noor")
			noor.found("garden", "Garden", "credit")
			joris.join(noor.invite("garden"), "Joris Example", "joris")
			noor.foundsCurrency()
			joris.pays(noor.showsCode())
			noor.open("/c/garden/credit")
			noor.sees("2 h", "22 h")
			noor.asks()
			joris.answers()
		})
	}
}

// foundsCurrency founds a currency in which every member gets an account.
func (v *visitor) foundsCurrency() {
	v.t.Helper()
	v.open("/c/garden/credit")
	v.look("no-currency")
	v.press("Found a currency")
	v.fill("name", "Garden hours")
	v.look("currency-form")
	v.press("Found the currency")
	v.sees("Garden hours is founded.")
	v.look("my-accounts")
}

// codeLink is the link that a code holds.
var codeLink = regexp.MustCompile(`/c/garden/credit/pay\?\S+`)

// showsCode shows the code of an account with an amount, and returns its link.
func (v *visitor) showsCode() (path string) {
	v.t.Helper()
	v.press("QR code")
	v.fill("amount", "2")
	v.fill("note", "eggs")
	v.press("Draw it anew")
	v.sees("eggs")
	v.look("code")
	return codeLink.FindString(v.text())
}

// pays pays by a link that fills the form in, after a look at what it comes to.
func (v *visitor) pays(link string) {
	v.t.Helper()
	v.open(link)
	v.sees("You pay Noor Example", "You may then still spend", "18 h")
	v.look("pay")
	v.press("Pay")
	v.sees("Payment of 2 h", "Done", "eggs")
	v.look("payment")
	v.open("/c/garden/credit")
	v.sees("-2 h")
}

// asks asks a colleague for payment.
func (v *visitor) asks() {
	v.t.Helper()
	v.press("Ask for payment")
	v.fill("who", "Joris")
	v.fill("amount", "0.5")
	v.fill("note", "jam")
	v.sees("You ask Joris Example")
	v.press("Ask")
	v.sees("Waiting", "jam")
}

// answers finds on the home of the commons that somebody asks, and pays.
func (v *visitor) answers() {
	v.t.Helper()
	v.open("/c/garden")
	v.press("Noor Example asks you…")
	v.look("asked")
	v.press("Pay")
	v.sees("Done.", "Payment of 0.5 h")
}
