package sourcecred_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"commonweal/contribution/intake"
	"commonweal/contribution/intake/sourcecred"
	"commonweal/platform/fault"
)

const plain = `[{"type":"sourcecred/graph","version":"0.8.0"},{"edges":[
{"address":["sourcecred","github","AUTHORS","x"],"dstIndex":1,"srcIndex":0,"timestampMs":1767225600000},
{"address":["sourcecred","github","REACTS","x"],"dstIndex":1,"srcIndex":2,"timestampMs":1767225600000},
{"address":["sourcecred","initiatives","champions","y"],"dstIndex":1,"srcIndex":2,"timestampMs":1767312000000},
{"address":["sourcecred","github","AUTHORS","z"],"dstIndex":9,"srcIndex":0,"timestampMs":1767225600000},
{"address":["sourcecred","github","AUTHORS","z"],"dstIndex":1,"srcIndex":0,"timestampMs":-5}],
"nodes":[{"index":1,"description":"A [saw](https://example.org) that folds","timestampMs":1767225600000}],
"sortedNodeAddresses":[["x"],["sourcecred","github","PULL","7"],["sourcecred","github","USERLIKE","USER","cy"]]}]`

func TestGraphDraftsAuthorship(t *testing.T) {
	instance, err := sourcecred.Scan(strings.NewReader(ledger(t)))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"ada-fiction 2026-01-01 A [saw](https://example.org) that folds [sourcecred/github/PULL/7]", // the ledger's alias is N\0x\0
		"cy 2026-01-02 A [saw](https://example.org) that folds [sourcecred/github/PULL/7]",
		"intake.edge 4", "intake.date 5",
	}
	weighted := `[{"type":"sourcecred/weightedGraph","version":"0.1.0"},{"graphJSON":` + plain + `,"weightsJSON":[]}]`
	for name, text := range map[string]string{"plain": plain, "weighted": weighted} {
		var got []string
		for r, err := range sourcecred.Graph(strings.NewReader(text), "graph.json", sourcecred.Options{Instance: instance}) {
			if e := fault.As(err); e != nil {
				got = append(got, fmt.Sprintf("%s %d", e.Code, e.Line))
				continue
			}
			d := r.(intake.Draft)
			got = append(got, fmt.Sprint(d.Person.Name, " ", d.Day, " ", d.Note, " ", d.Evidence))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func FuzzGraph(f *testing.F) {
	f.Add(plain)
	f.Add(`[{"type":"sourcecred/graph"},{"edges":[{"address":["a","b","AUTHORS"],"timestampMs":1}],"sortedNodeAddresses":[[]]}]`)
	f.Fuzz(func(t *testing.T, text string) {
		for r, err := range sourcecred.Graph(strings.NewReader(text), "", sourcecred.Options{}) {
			if err == nil && r.(intake.Draft).Key == "" {
				t.Fatal("a draft without a key")
			}
		}
	})
}
