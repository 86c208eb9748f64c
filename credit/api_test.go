package credit

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/graphql"
	"commonweal/vf"
	"commonweal/vf/vfapi"
)

// asksAPI asks the API as somebody, with names and values as variables.
func (v *village) asksAPI(who auth.Identity, query string, vars ...any) string {
	v.t.Helper()
	core := &vf.Core{Store: v.db, Register: vf.NewRegister(), Tracer: vf.NewTracer()}
	s, err := graphql.New("test", graphql.Limits{}, vfapi.Part(core), Part(New(v.db)))
	must(v.t, err)
	r := graphql.Request{Query: query, Variables: map[string]any{}}
	for i := 0; i < len(vars); i += 2 {
		r.Variables[vars[i].(string)] = fmt.Sprint(vars[i+1])
	}
	who = auth.NewTable(append(append([]auth.Grant{}, vf.Grants...), Grants...)...).As(who)
	a := s.Do(ctx, graphql.Asker{Store: v.db, Who: who, Commons: v.commons}, r, true)
	if !json.Valid(a.JSON) {
		v.t.Fatalf("no JSON: %s", a.JSON)
	}
	return strings.TrimSpace(string(a.JSON))
}

// Cleo pays Bas over the API, sees her account and her statement, and hands a
// part back; others see what they see on pages.
func TestPayingOverTheAPI(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		const pay = `mutation($f: ID!, $t: ID!, $n: Decimal!, $k: String!) { payCredit(idempotencyKey: $k, payment: {legs: [{from: $f, to: $t, amount: {hasNumericalValue: $n, hasUnit: "hour"}}], note: "a secret", private: true})
			{ id state note legs { amount { hasNumericalValue } from { agent { name } } } } }`
		paid := v.asksAPI(v.cleo, pay, "f", v.cleo.Agent, "t", v.bas.Agent, "n", "2.5", "k", "once")
		for _, part := range []string{`"state":"completed"`, `"note":"a secret"`, `"hasNumericalValue":"2.5"`} {
			if !strings.Contains(paid, part) {
				t.Errorf("%s lacks %s", paid, part)
			}
		}
		var made struct {
			Data struct{ PayCredit struct{ ID string } }
		}
		must(t, json.Unmarshal([]byte(paid), &made))
		if again := v.asksAPI(v.cleo, pay, "f", v.cleo.Agent, "t", v.bas.Agent, "n", "2.5", "k", "once"); !strings.Contains(again, made.Data.PayCredit.ID) {
			t.Errorf("a repeat paid again: %s", again)
		}
		if text := v.asksAPI(v.bas, pay, "f", v.cleo.Agent, "t", v.bas.Agent, "n", "1", "k", "other"); !strings.Contains(text, "credit.not_your_account") {
			t.Errorf("from another's account: %s", text)
		}
		const mine = `{ creditAccounts { balance { hasNumericalValue } spendable { hasNumericalValue } ceiling { hasNumericalValue } lines { amount { hasNumericalValue } kind payment { note } } } }`
		if text := v.asksAPI(v.cleo, mine); text != `{"data":{"creditAccounts":[{"balance":{"hasNumericalValue":"-2.5"},"spendable":{"hasNumericalValue":"17.5"},"ceiling":{"hasNumericalValue":"40"},"lines":[{"amount":{"hasNumericalValue":"-2.5"},"kind":"trade","payment":{"note":"a secret"}}]}]}}` {
			t.Errorf("Cleo sees %s", text)
		}
		const theirs = `query($a: ID!) { creditAccounts(agent: $a) { balance { hasNumericalValue } spendable { hasNumericalValue } lines { payment { note } } } }`
		if text := v.asksAPI(v.dirk, theirs, "a", v.cleo.Agent); text != `{"data":{"creditAccounts":[{"balance":{"hasNumericalValue":"-2.5"},"spendable":null,"lines":[{"payment":{"note":null}}]}]}}` {
			t.Errorf("Dirk sees %s", text)
		}
		a, _ := v.account(v.cleo)
		_, err := SetTerms(ctx, v.db, v.cleo, "", TermsAsk{Account: a.ID, Terms: AccountTerms{Audience: ForHolder}})
		must(t, err)
		if text := v.asksAPI(v.dirk, theirs, "a", v.cleo.Agent); text != `{"data":{"creditAccounts":[{"balance":null,"spendable":null,"lines":null}]}}` {
			t.Errorf("Dirk sees what is hidden: %s", text)
		}
		const back = `mutation($p: ID!) { refundCredit(payment: $p, amount: {hasNumericalValue: "1", hasUnit: "hour"}) { reverses { id } legs { amount { hasNumericalValue } } } }`
		if text := v.asksAPI(v.bas, back, "p", made.Data.PayCredit.ID); !strings.Contains(text, `"hasNumericalValue":"1"`) || !strings.Contains(text, made.Data.PayCredit.ID) {
			t.Errorf("handed back: %s", text)
		}
		if text := v.asksAPI(v.cleo, `{ creditCurrencies { name decimals unit { id } } }`); !strings.Contains(text, `"decimals":2`) {
			t.Errorf("currencies: %s", text)
		}
		v.stands(v.bas, "1.5")
	})
}
