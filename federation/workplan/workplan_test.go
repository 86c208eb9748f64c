package workplan

import (
	"strings"
	"testing"

	"commonweal/platform/activitypub"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// cider is shaped like the example of FEP-3264.
const cider = `{"type":"Plan","id":"https://project.example/plans/1","attributedTo":"https://project.example/actors/alice","name":"Making Apple Cider",
"content":"<p>Annual weekend</p>","to":"https://project.example/actors/gleaners","planIncludes":[
{"type":"Process","id":"https://project.example/p#pick","name":"Pick Apples","hasBeginning":"2024-10-18T09:00:00.000000Z","hasEnd":"2024-10-18T18:00:00Z",
"hasInput":[{"type":"Commitment","id":"https://project.example/i#1","action":"work","effortQuantity":{"hasUnit":"hour","hasNumericalValue":"6"},"provider":"https://project.example/actors/bob"}],
"hasOutput":{"type":"Commitment","id":"https://project.example/o#1","action":"vf:produce","resourceQuantity":{"hasUnit":"om2:pound-Avoirdupois","hasNumericalValue":500}}},
{"type":"Process","id":"https://project.example/p#press","name":"Press"}]}`

func read(t *testing.T, text string) (Plan, error) {
	t.Helper()
	o, err := activitypub.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return ReadPlan(o)
}

func TestExampleOfTheProposal(t *testing.T) {
	p, err := read(t, cider)
	if err != nil {
		t.Fatal(err)
	}
	pick := p.Processes[0]
	work, apples := pick.Tasks[0], pick.Tasks[1]
	if p.Name != "Making Apple Cider" || p.Content != "Annual weekend" || len(p.Processes) != 2 || pick.HasBeginning.IsZero() || !work.Input || apples.Input {
		t.Errorf("%+v", p)
	}
	if *work.Effort != quantity.Of(6, "hour") || work.Provider != "https://project.example/actors/bob" || work.Receiver != p.To[0] || apples.Provider != p.Actor || apples.Quantity.Micros != 500_000_000 {
		t.Errorf("%+v %+v", work, apples)
	}
}

func TestPlansThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ old, new, code string }{
		"no name":                  {`"name":"Making Apple Cider"`, `"name":""`, "federation.plan"},
		"for nobody":               {`"to":"https://project.example/actors/gleaners"`, `"to":[]`, "federation.plan"},
		"of another host":          {`"attributedTo":"https://project`, `"attributedTo":"https://other`, "federation.plan"},
		"a process elsewhere":      {"https://project.example/p#press", "https://other.example/p", "federation.foreign_part"},
		"a task elsewhere":         {"https://project.example/i#1", "https://other.example/i", "federation.foreign_part"},
		"one twice":                {"https://project.example/o#1", "https://project.example/i#1", "federation.plan_twice"},
		"an output that goes in":   {"vf:produce", "consume", "federation.plan_action"},
		"an input that comes out":  {`"action":"work"`, `"action":"produce"`, "federation.plan_action"},
		"no amount":                {`"hasNumericalValue":"6"`, `"hasNumericalValue":"-6"`, "federation.quantity"},
		"a process without a name": {`"name":"Press"`, `"name":""`, "federation.plan"},
	} {
		if _, err := read(t, strings.Replace(cider, c.old, c.new, 1)); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	many := strings.Repeat(`{"type":"Process","id":"https://project.example/p#NUMBER","name":"x"},`, maxProcesses+1)
	for i := range maxProcesses + 1 {
		many = strings.Replace(many, "NUMBER", strings.Repeat("x", i+1), 1)
	}
	if _, err := read(t, strings.Replace(cider, `"planIncludes":[`, `"planIncludes":[`+many, 1)); fault.CodeOf(err) != "federation.plan_too_large" {
		t.Errorf("too many: %v", err)
	}
}

// A plan that comes again keeps what was promised in it, as it was promised.
func TestKeep(t *testing.T) {
	before, err := read(t, cider)
	if err != nil {
		t.Fatal(err)
	}
	before.Processes[0].Tasks[0].State = Accepted
	after, err := read(t, strings.Replace(cider, `"hasNumericalValue":"6"`, `"hasNumericalValue":"60"`, 1))
	if err != nil {
		t.Fatal(err)
	}
	after.Keep(before)
	if task := after.Processes[0].Tasks[0]; task.State != Accepted || *task.Effort != quantity.Of(6, "hour") {
		t.Errorf("%+v", task)
	}
}

func FuzzReadPlan(f *testing.F) {
	f.Add([]byte(cider))
	f.Fuzz(func(t *testing.T, raw []byte) {
		o, err := activitypub.Decode(raw)
		if err != nil {
			return
		}
		p, err := ReadPlan(o)
		if err != nil {
			return
		}
		seen := map[string]bool{} // invariants 1 and 2
		for _, q := range p.Processes {
			for _, uri := range q.uris() {
				if seen[uri] || !activitypub.SameHost(uri, p.URI) {
					t.Fatalf("%q", uri)
				}
				seen[uri] = true
			}
		}
	})
}
