package credit

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// What nobody can mean is refused by its name, and changes nothing.
func TestAmountsThatCannotBe(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		for value, code := range map[string]string{
			"0": "credit.amount", "-1": "credit.amount", "-0.01": "credit.amount", "0.001": "credit.amount_step", "0.000001": "credit.amount_step",
			"4611686018427.387904": "credit.amount_too_large", "4503599627.38": "credit.amount_too_large", "4503599627.37": "credit.spendable",
		} {
			refused(t, v.pays(v.cleo, v.bas, value), code)
		}
		for _, text := range []string{`"0.0000001"`, `"NaN"`, `"Inf"`, `"1e3"`, `"1e999999999"`, `"99999999999999999999"`, `"0x10"`, `"1,5"`, `""`, `1.5`, `null`, `"１"`} {
			var ask PayAsk
			err := json.Unmarshal(fmt.Appendf(nil, `{"legs":[{"from":"%s","to":"%s","amount":{"unit":"hour","value":%s}}]}`, v.cleo.Agent, v.bas.Agent, text), &ask)
			if err == nil {
				_, err = MakePayment(ctx, v.db, v.cleo, "", ask)
			}
			if err == nil {
				t.Errorf("%s was paid", text)
			}
		}
		v.stands(v.cleo, "0")
		v.stands(v.bas, "0")
	})
}

// Who is not there, who is oneself, whose account is not one's own, and
// accounts that do not take part.
func TestAccountsThatCannotPay(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		pay := func(from, to store.ID) error {
			_, err := MakePayment(ctx, v.db, v.cleo, "", PayAsk{Legs: []AskedLeg{{From: from, To: to, Amount: h("1")}}})
			return err
		}
		refused(t, pay(v.cleo.Agent, v.cleo.Agent), "credit.self_payment")
		refused(t, pay(v.cleo.Agent, store.NewID()), "credit.unknown_account")
		refused(t, pay(v.cleo.Agent, "'; DROP TABLE credit_account; --"), "credit.unknown_account")
		refused(t, pay(v.bas.Agent, v.cleo.Agent), "credit.not_your_account")
		stand := func(s Standing) {
			a, _ := v.account(v.cleo)
			_, err := SetStanding(ctx, v.db, v.ada, "", StandingAsk{Account: a.ID, Standing: s, Reason: "we decided so"})
			must(t, err)
		}
		stand(Frozen)
		refused(t, pay(v.cleo.Agent, v.bas.Agent), "credit.account_frozen")
		must(t, v.pays(v.bas, v.cleo, "1"))
		stand(Open)
		must(t, pay(v.cleo.Agent, v.bas.Agent))
		closed, _ := v.account(v.cleo)
		stand(Closed)
		refused(t, pay(closed.ID, v.bas.Agent), "credit.account_closed")
		refused(t, v.pays(v.bas, v.cleo, "1"), "credit.unknown_account")
		v.replayed()
	})
}

// However often and however many at once say the same with one key, it is paid
// once; the same key for something else is refused.
func TestOneKeyPaysOnce(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		ask := PayAsk{Legs: []AskedLeg{{From: v.cleo.Agent, To: v.bas.Agent, Amount: h("3")}}}
		var all sync.WaitGroup
		ids := make([]store.ID, 20)
		for i := range ids {
			all.Go(func() {
				p, err := MakePayment(ctx, v.db, v.cleo, "once", ask)
				if err != nil {
					t.Error(err)
				}
				ids[i] = p.ID
			})
		}
		all.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Errorf("two payments were made, %s and %s", ids[0], id)
			}
		}
		ask.Legs = []AskedLeg{{From: v.cleo.Agent, To: v.bas.Agent, Amount: h("4")}}
		_, err := MakePayment(ctx, v.db, v.cleo, "once", ask)
		refused(t, err, "store.key_reused")
		v.stands(v.bas, "3")
	})
}

// FuzzRows reads lists that anybody could bring: a row is good or is refused
// with its line, and reading ends.
func FuzzRows(f *testing.F) {
	f.Add("csv", "from,to,amount\na,b,1.5\n")
	f.Add("csv", "to;amount;private\nb;\"1\";yes\nb;1e3;maybe\n")
	f.Add("ndjson", `{"to":"b","amount":{"unit":"hour","value":"1"}}`+"\n{}\n[]\n{\"to\":\"b\"} x")
	f.Fuzz(func(t *testing.T, format, text string) {
		for r, err := range Rows(strings.NewReader(text), Reading{Format: BulkFormat(format), Unit: quantity.Hour}) {
			if err != nil && fault.As(err) == nil {
				t.Fatalf("%v is no refusal", err)
			}
			if f := fault.As(err); err == nil && r.Line < 1 || f != nil && f.Line > 0 && f.Line != r.Line {
				t.Fatalf("row %+v, %v", r, err)
			}
		}
	})
}
