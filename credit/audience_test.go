package credit

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"commonweal/platform/store"
)

var update = flag.Bool("update", false, "write the golden tables anew")

// Who sees what: outsider, member, party and steward against balance, limit,
// payment and description, for every audience of an account, in a currency that
// outsiders see and in one that they do not.
func TestAudiences(t *testing.T) {
	holder, other, maker := store.NewID(), store.NewID(), store.NewID()
	readers := []struct {
		name string
		reader
	}{
		{"outsider", reader{}}, {"member", reader{agent: store.NewID(), member: true}}, {"party", reader{agent: holder, member: true}}, {"author", reader{agent: maker, member: true}},
		{"steward", reader{agent: store.NewID(), member: true, stewards: true}},
	}
	var table strings.Builder
	table.WriteString("| currency | balance is for | reader | balance | limit | payment | description | private description |\n|---|---|---|---|---|---|---|---|\n")
	for _, c := range []Currency{{Fund: store.NewID()}, {Fund: store.NewID(), Public: true}} {
		for _, audience := range []Audience{"", ForHolder, ForStewards, ForMembers, ForWorld} {
			a := Account{ID: store.NewID(), Agent: holder, Role: OfMember, Terms: AccountTerms{Audience: audience}}
			b := Account{ID: store.NewID(), Agent: other, Role: OfMember, Terms: AccountTerms{Audience: ForHolder}}
			account := func(id store.ID) Account { return map[store.ID]Account{a.ID: a, b.ID: b}[id] }
			open := Payment{Author: maker, Legs: []Leg{{From: a.ID, To: b.ID, Amount: 1, Kind: Trade}}}
			private := open
			private.Private = true
			for _, v := range readers {
				fmt.Fprintf(&table, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", either(c.Public, "public", "of members"), either(audience == "", "inherited", string(audience)), v.name,
					sees(v.balance(a, c)), sees(v.limits(a)), sees(v.payment(open, c, account)), sees(v.payment(open, c, account) && v.note(open, account)), sees(v.payment(private, c, account) && v.note(private, account)))
			}
		}
	}
	if *update {
		must(t, os.WriteFile("testdata/audiences.md", []byte(table.String()), 0o644))
	}
	want, err := os.ReadFile("testdata/audiences.md")
	must(t, err)
	if table.String() != string(want) {
		t.Errorf("who sees what has changed; look at it, then run: go test ./credit -run TestAudiences -update\n%s", table.String())
	}
}

func sees(b bool) string { return either(b, "yes", "–") }

func either(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}
