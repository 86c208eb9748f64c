package match_test

import (
	"fmt"
	"strings"

	"commonweal/books/intake"
	"commonweal/books/intake/match"
	"commonweal/books/intake/mt940"
	"commonweal/quantity"
)

// A bank file becomes lines; those not known from an earlier file are matched
// with what is open.
func Example() {
	file := strings.NewReader(`:20:MARCH
:25:NL20INGB0001234567
:28C:3
:60F:C260301EUR100,00
:61:2603020302C250,50NTRFEREF//B77
:86:/EREF/INV-2026-118//CNTP/DE89370400440532013000/COBADEFFXXX/Zoe Fictief///
:62F:C260302EUR350,50
`)
	statements, err := intake.Collect(mt940.Read(file))
	if err != nil {
		fmt.Println(err) // every bad line, each with its number
		return
	}
	lines := statements[0].Lines
	var known []intake.Line // of earlier files, those with the same fingerprints
	for i, r := range intake.Recognize(known, lines) {
		fmt.Println(lines[i].Day, lines[i].Amount, "is new:", r.Known < 0)
	}
	items := []match.Item{{ID: "claim-118", Amount: quantity.MustParse("250.50", "EUR"), Day: "2026-02-28", Names: []string{"Zoë Fictief"}, References: []string{"INV-2026-118"}}}
	for _, p := range match.Propose(lines, items, match.Options{}) {
		best := p.Candidates[p.Chosen]
		fmt.Println(items[best.Items[0]].ID, "has", best.Score, "points:")
		for _, r := range best.Reasons {
			fmt.Println(r.Points, r.Text)
		}
	}
	// Output:
	// 2026-03-02 250.5 EUR is new: true
	// claim-118 has 100 points:
	// 40 the same amount
	// 40 names its reference
	// 20 the name is 100% like Zoë Fictief
}
