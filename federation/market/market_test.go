package market

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/activitypub"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

func decode(t testing.TB, v any) activitypub.Object {
	t.Helper()
	o, err := activitypub.Decode(activitypub.Marshal(v))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// bike is the full example of FEP-0837.
const bike = `{"@context":["https://www.w3.org/ns/activitystreams",{"vf":"https://w3id.org/valueflows/ont/vf#","Proposal":"vf:Proposal"}],
"type":"Proposal","id":"https://market.example/proposals/1","purpose":"offer","attributedTo":"https://market.example/users/alice","name":"Offering used bike",
"content":"Blue one-speed bike, 15 years old, some rust","published":"2023-06-18T19:22:03.918737Z","location":{"type":"Place","longitude":-71.0,"latitude":25.0},
"publishes":{"type":"Intent","id":"https://market.example/proposals/1#primary","action":"transfer","resourceConformsTo":"https://www.wikidata.org/wiki/Q11442",
"resourceQuantity":{"hasUnit":"one","hasNumericalValue":"1"},"availableQuantity":{"hasUnit":"one","hasNumericalValue":"1"}},
"reciprocal":{"type":"Intent","id":"https://market.example/proposals/1#reciprocal","action":"transfer","resourceConformsTo":"https://www.wikidata.org/wiki/Q4917",
"resourceQuantity":{"hasUnit":"one","hasNumericalValue":"30"}},"unitBased":false,"to":"https://www.w3.org/ns/activitystreams#Public"}`

// accepted is the result of the Accept example, with its misspelling.
const accepted = `{"type":"Agreement","id":"https://market.example/agreements/2",
"stiplulates":{"id":"https://market.example/agreements/2#primary","type":"Commitment","satisfies":"https://market.example/proposals/1#primary","resourceQuantity":{"hasUnit":"one","hasNumericalValue":"1"}},
"stipulatesReciprocal":{"id":"https://market.example/agreements/2#reciprocal","type":"Commitment","satisfies":"https://market.example/proposals/1#reciprocal","resourceQuantity":{"hasUnit":"one","hasNumericalValue":"30"}},
"url":{"type":"Link","href":"https://pay.example/invoices/7","rel":"payment"}}`

func TestExamplesOfTheProposal(t *testing.T) {
	o, err := activitypub.Decode([]byte(bike))
	if err != nil {
		t.Fatal(err)
	}
	p, err := ReadProposal(o)
	if err != nil || p.Name != "Offering used bike" || p.Reciprocal == nil || p.Reciprocal.Quantity != quantity.Of(30, "one") || p.UnitBased {
		t.Fatalf("%+v %v", p, err)
	}
	asked, err := p.Take(1)
	if err != nil {
		t.Fatal(err)
	}
	if o, err = activitypub.Decode([]byte(accepted)); err != nil {
		t.Fatal(err)
	}
	final, err := ReadAgreement(o, true)
	if err != nil || final.Finalizes(asked) != nil || final.Payment != "https://pay.example/invoices/7" {
		t.Errorf("%+v %v", final, err)
	}
	if _, err := p.Take(2); fault.CodeOf(err) != "federation.factor" {
		t.Errorf("a bike twice: %v", err)
	}
}

func amounts(unit quantity.Unit) *rapid.Generator[quantity.Amount] {
	return rapid.Map(rapid.Int64Range(1, 1_000_000_000), func(n int64) quantity.Amount { return quantity.Micros(n, unit) })
}

func proposals() *rapid.Generator[Proposal] {
	return rapid.Custom(func(t *rapid.T) Proposal {
		id := "https://a.example/p/" + rapid.StringMatching(`[a-z0-9]{1,8}`).Draw(t, "id")
		p := Proposal{ID: id, Actor: "https://a.example/u", Purpose: rapid.SampledFrom([]string{Offer, Request}).Draw(t, "purpose"), Name: rapid.StringMatching(`([a-zé&]{1,8} ){0,2}[a-z]`).Draw(t, "name"),
			Published: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 0).UTC(), UnitBased: rapid.Bool().Draw(t, "unitBased"), To: []string{activitypub.Public}}
		p.Primary = Intent{ID: id + "#primary", Action: "transfer", Quantity: amounts("one").Draw(t, "primary")}
		p.Payment = rapid.SampledFrom([]string{"", "https://pay.example/a?b=c", "payto://iban/DE75512108001245126199?amount=EUR:30"}).Draw(t, "payment")
		if rapid.Bool().Draw(t, "reciprocal") {
			p.Reciprocal = &Intent{ID: id + "#reciprocal", Action: "deliverService", ConformsTo: "urn:x", Quantity: amounts("hour").Draw(t, "hours")}
		}
		return p
	})
}

func TestInvariant1ReadsBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := proposals().Draw(rt, "proposal")
		got, err := ReadProposal(decode(t, p.Object()))
		if err != nil || !reflect.DeepEqual(got, p) {
			rt.Fatalf("%+v reads as %+v: %v", p, got, err)
		}
		a, err := p.Take(1)
		if err != nil {
			rt.Fatal(err)
		}
		a = a.Finalize("https://a.example/agreements/1")
		a.Payment = p.Payment
		back, err := ReadAgreement(decode(t, a.Object()), true)
		if err != nil || !reflect.DeepEqual(back, a) {
			rt.Fatalf("%+v reads as %+v: %v", a, back, err)
		}
	})
}

func TestInvariant2WholeMultiplesOfBothSides(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := proposals().Draw(rt, "proposal")
		p.UnitBased = true
		n, m := rapid.Int64Range(1, 1000).Draw(rt, "n"), rapid.Int64Range(1, 1000).Draw(rt, "m")
		a, err := p.Take(n)
		if err != nil {
			rt.Fatal(err)
		}
		if k, err := p.Fits(a); err != nil || k != n {
			rt.Fatalf("%d fits as %d: %v", n, k, err)
		}
		p.UnitBased = false
		if _, err := p.Fits(a); (err == nil) != (n == 1) {
			rt.Fatalf("%d times what is not unit based: %v", n, err)
		}
		p.UnitBased = true
		if a.Reciprocal != nil && n != m {
			other, _ := p.Take(m)
			a.Reciprocal = other.Reciprocal
			if _, err := p.Fits(a); fault.CodeOf(err) != "federation.sides_differ" {
				rt.Fatalf("%d for %d: %v", n, m, err)
			}
		}
		a.Primary.Quantity.Micros++
		if _, err := p.Fits(a); err == nil && p.Primary.Quantity.Micros > 1 {
			rt.Fatalf("%s fits %s", a.Primary.Quantity, p.Primary.Quantity)
		}
	})
}

func FuzzMarket(f *testing.F) {
	f.Add([]byte(bike), []byte(accepted))
	f.Fuzz(func(t *testing.T, proposal, agreement []byte) {
		po, err := activitypub.Decode(proposal)
		if err != nil {
			return
		}
		ao, err := activitypub.Decode(agreement)
		if err != nil {
			return
		}
		p, err := ReadProposal(po)
		if err != nil {
			return
		}
		if again, err := ReadProposal(decode(t, p.Object())); err != nil || again.Primary != p.Primary && p.Primary.Available == nil {
			t.Fatalf("%+v reads back as %+v: %v", p, again, err)
		}
		if a, err := ReadAgreement(ao, false); err == nil {
			if n, err := p.Fits(a); err == nil && (n < 1 || !p.UnitBased && n != 1) {
				t.Fatalf("fits %d times", n)
			}
		}
	})
}
