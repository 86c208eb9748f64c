package market

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/activitypub"
	"commonweal/platform/fault"
)

// Two stools at most for each, of the kitchen alone, while there are any; others are turned away.
func TestRuleDecides(t *testing.T) {
	kitchen := Rule{Accept: Named, From: []string{"https://kitchen.example/a"}, Most: 2, Otherwise: Reject}
	ask := Rule{Accept: Accept, Most: 2}
	short := fault.As(fault.Conflictf("federation.not_available", "", "none is left"))
	for name, c := range map[string]struct {
		rule Rule
		a    Asking
		want string
		says string
	}{
		"no rule":               {Rule{}, Asking{Actor: "https://kitchen.example/a", Times: 1}, Ask, ""},
		"always asked":          {Rule{Accept: Ask, Otherwise: Reject}, Asking{Times: 1}, Ask, ""},
		"a neighbor":            {kitchen, Asking{Actor: "https://kitchen.example/a", Times: 2}, Accept, ""},
		"somebody else":         {kitchen, Asking{Actor: "https://other.example/a", Times: 1}, Reject, "certain neighbors"},
		"three of two":          {kitchen, Asking{Actor: "https://kitchen.example/a", Times: 3}, Reject, "each may take 2, and 0 were taken already"},
		"the third":             {kitchen, Asking{Actor: "https://kitchen.example/a", Times: 1, Taken: 2}, Reject, "2 were taken already"},
		"nothing left":          {kitchen, Asking{Actor: "https://kitchen.example/a", Times: 1, Short: short}, Reject, "none is left"},
		"anybody":               {ask, Asking{Actor: "https://other.example/a", Times: 1, Taken: 1}, Accept, ""},
		"too many, and we look": {ask, Asking{Times: 2, Taken: 1}, Ask, ""},
	} {
		got, why := c.rule.Decide(c.a)
		if got != c.want || (why != nil) != (c.want == Reject) || why != nil && !strings.Contains(why.Message, c.says) {
			t.Errorf("%s: %s %v, want %s %q", name, got, why, c.want, c.says)
		}
	}
}

func TestRulesThatSayNothing(t *testing.T) {
	for _, r := range []Rule{{Accept: "always"}, {Otherwise: Accept}, {Accept: Accept, Most: -1}, {Accept: Accept, Most: maxFactor + 1}, {Accept: Named}} {
		if err := r.Check(); fault.CodeOf(err) != "federation.rule" {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

// However many offers come, in whatever order: by a rule no actor gets more than its
// bound, nobody who is not named gets anything, and no more is promised than there is.
func TestInvariant4NoMoreThanTheRuleSays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		actors := []string{"https://a.example/1", "https://b.example/2", "https://c.example/3"}
		r := Rule{Accept: rapid.SampledFrom([]string{"", Ask, Accept, Named}).Draw(rt, "accept"), From: actors[:2], Most: rapid.Int64Range(0, 6).Draw(rt, "most"),
			Otherwise: rapid.SampledFrom([]string{"", Ask, Reject}).Draw(rt, "otherwise")}
		left, taken := rapid.Int64Range(0, 20).Draw(rt, "left"), map[string]int64{}
		for range rapid.IntRange(1, 20).Draw(rt, "offers") {
			a := Asking{Actor: rapid.SampledFrom(actors).Draw(rt, "actor"), Times: rapid.Int64Range(1, 9).Draw(rt, "times")}
			a.Taken = taken[a.Actor]
			if a.Times > left {
				a.Short = fault.As(fault.Conflictf("federation.not_available", "", "%d are left", left))
			}
			decision, _ := r.Decide(a)
			if decision != Accept {
				continue
			}
			left -= a.Times
			if taken[a.Actor] += a.Times; left < 0 || r.Most > 0 && taken[a.Actor] > r.Most {
				rt.Fatalf("%+v: %v taken, %d left", r, taken, left)
			}
			if r.Accept != Accept && (r.Accept != Named || !slices.Contains(r.From, a.Actor)) {
				rt.Fatalf("%+v accepts %+v", r, a)
			}
		}
	})
}

// A payment link is a page or an account, whoever wrote it and wherever it stands.
func TestInvariant5PaymentLinks(t *testing.T) {
	for _, link := range []string{"https://pay.example/7", "payto://iban/DE75512108001245126199"} {
		if err := CheckPayment(link); err != nil {
			t.Error(err)
		}
	}
	for _, link := range []string{"javascript:alert(1)", "JAVASCRIPT://x/%0aalert(1)", "data:text/html,x", "http://pay.example", "https://", "https://me:pw@pay.example/", "https://pay.example/a b", "ftp://pay.example", "payto:iban", "pay", "https://pay.example/\u202ex"} {
		if err := CheckPayment(link); fault.CodeOf(err) != "federation.payment" {
			t.Errorf("%q: %v", link, err)
		}
		for _, o := range []map[string]any{{"url": link}, {"url": map[string]any{"type": "Link", "href": link, "rel": "payment"}}} {
			if got := readPayment(decode(t, o), "url"); got != "" {
				t.Errorf("%v reads as %q", o, got)
			}
		}
	}
	o, err := activitypub.Decode([]byte(`{"attachment":[{"type":"Link","href":"https://a.example/","rel":"me"},{"type":"Link","name":"Buy","href":"payto://iban/DE1","rel":["payment","https://b.example/#buy"]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := readPayment(o, "attachment"); got != "payto://iban/DE1" {
		t.Errorf("the example of FEP-0ea0 reads as %q", got)
	}
}
