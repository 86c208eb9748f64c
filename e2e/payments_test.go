package e2e_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
)

// TestInvariant3KilledWhilePaying kills the process again and again while
// payments come in, all from one account to one other. Every acknowledged payment is
// there once, none that was not, and the books verify: every currency adds up to zero.
func TestInvariant3KilledWhilePaying(t *testing.T) {
	for name, database := range engines(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, database(t))
			h.serve()
			shop := h.begin(t, "windworks")
			from, to := shop.currency()
			token := shop.issueFor("credit.pay", "credit.see")
			l := shop.startWith(t, clients, func(c *caller, note string) (answer, error) {
				body := fmt.Sprintf(`{"legs":[{"from":%q,"to":%q,"amount":{"unit":"hour","value":"0.01"}}],"note":%q}`, from, to, note)
				return c.send("POST", "/c/windworks/credit/payments", "application/json", body, http.Header{"Authorization": {"Bearer " + token}, "Idempotency-Key": {note}})
			}, h)
			for range 4 {
				l.reaches(l.acts.Load() + 1 + rand.Int64N(400))
				h.kill()
				h.serve()
			}
			l.end()
			shop.verifies(t)
			shop.paid(l)
		})
	}
}

// currency founds one of hours, and returns the steward's account and the fund.
func (w workshop) currency() (account, fund string) {
	h := w.steward.host
	h.t.Helper()
	h.stop()
	h.run("settings", "set", "practices", "contribution", "credit")
	h.run("credit", "currency", "found", "Hours", "--unit", "hour", "--month", "1000000", "--for-all")
	var currencies []struct{ Fund string }
	var accounts []struct{ ID string }
	h.told(&currencies, "credit", "currency")
	h.told(&accounts, "credit", "accounts", "--as", "noor")
	h.serve()
	return accounts[0].ID, currencies[0].Fund
}

// told runs a command of the host and reads its answer.
func (h *host) told(into any, command ...string) {
	h.t.Helper()
	if err := json.Unmarshal([]byte(h.run(append([]string{"--json"}, command...)...)), into); err != nil {
		h.t.Fatal(err)
	}
}

// paid fails unless the statement of the stopped host has what was acknowledged,
// once each and nothing else.
func (w workshop) paid(l *load) {
	l.t.Helper()
	var statements []struct {
		Lines []struct{ Payment string }
	}
	w.steward.host.told(&statements, "credit", "statement", "--as", "noor", "--limit", "1000000")
	there := map[string]bool{}
	for _, line := range statements[0].Lines {
		if there[line.Payment] {
			l.t.Errorf("payment %s is there twice", line.Payment)
		}
		there[line.Payment] = true
	}
	for note, payment := range l.acked {
		if !there[payment] {
			l.t.Errorf("%s was acknowledged as %s and is not there", note, payment)
		}
	}
	if len(there) != len(l.acked) {
		l.t.Errorf("%d payments are there and %d were acknowledged", len(there), len(l.acked))
	}
	l.t.Logf("%d payments acknowledged", len(l.acked))
}
