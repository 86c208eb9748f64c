package sourcecred_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"commonweal/contribution/intake"
	"commonweal/contribution/intake/sourcecred"
	"commonweal/platform/fault"
)

func ledger(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("testdata/ledger.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func transcript(t testing.TB, text string) (out []string) {
	t.Helper()
	instance, err := sourcecred.Scan(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range sourcecred.Read(strings.NewReader(text), "ledger.json", sourcecred.Options{Instance: instance}) {
		if e := fault.As(err); e != nil {
			out = append(out, fmt.Sprintf("%s %d", e.Code, e.Line))
			continue
		}
		p := r.(intake.Payout)
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %s %s %s", p.Day, p.To.Name, p.Amount, p.Remainder, p.Policy, p.From.Name)))
	}
	return out
}

var want = []string{
	"2026-01-02 ada-fiction 7.5 grain  balanced",
	"2026-01-02 bo-made-up 2.5 grain 0.000000000000000001 balanced", // paid to bo-old, which was merged later
	"2026-01-03 bo-made-up 0.5 grain  transfer ada-fiction",
	"intake.budget 9", "intake.grain 10", "intake.backwards 11", "intake.repeated 12", "intake.action 13", "intake.json 14", "intake.version 15",
}

func TestLedgerLineByLine(t *testing.T) {
	if got := transcript(t, ledger(t)); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestLedgerAsArray: the same good events in one array, spread over lines as
// the system writes them or in a single line, read the same.
func TestLedgerAsArray(t *testing.T) {
	good := strings.Split(ledger(t), "\n")[:8]
	for name, text := range map[string]string{
		"one event a line":      "[" + strings.Join(good, ",\n") + "]\n",
		"brackets on their own": "[\n" + strings.Join(good, ",\n") + "\n]\n",
		"commas in front":       "[\n " + strings.Join(good, "\n,") + "\n]",
		"a single line":         "[" + strings.Join(good, ",") + "]",
	} {
		if got := transcript(t, text); !slices.Equal(got, want[:3]) {
			t.Errorf("%s: got %q", name, got)
		}
	}
	if got := transcript(t, "[]"); len(got) != 0 {
		t.Errorf("an empty array gives %q", got)
	}
}

func TestScanFollowsMergesAndNames(t *testing.T) {
	instance, err := sourcecred.Scan(strings.NewReader(ledger(t)))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(instance.List())
	if got := len(instance.List()); got != 2 || instance.Of("B2").Name != "bo-made-up" || !slices.Contains(instance.People["B1"].Aliases, "discourse/bo") {
		t.Errorf("identities = %s", b)
	}
	loop := `{"action":{"base":"A","target":"B","type":"MERGE_IDENTITIES"},"ledgerTimestamp":1,"uuid":"1","version":"1"}
{"action":{"base":"B","target":"A","type":"MERGE_IDENTITIES"},"ledgerTimestamp":2,"uuid":"2","version":"1"}`
	if instance, err = sourcecred.Scan(strings.NewReader(loop)); err != nil || instance.Of("A") != instance.Of("B") {
		t.Errorf("a circle of merges ends in two: %v %v (%v)", instance.Of("A"), instance.Of("B"), err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(ledger(f))
	f.Add("[\n{},{}\n,]")
	f.Fuzz(func(t *testing.T, text string) {
		for _, line := range transcript(t, text) {
			if strings.Contains(line, " -") {
				t.Fatalf("a payout is negative: %s", line)
			}
		}
	})
}
