package vfapi

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"commonweal/platform/store"
	"commonweal/vf"
)

// stock gives every list seven entries, some at one time and of one name.
func (d *desk) stock() (spec, resource store.ID) {
	spec, resource = store.NewID(), store.NewID()
	process := store.NewID()
	steps := []vf.Step{vf.Adding{Thing: vf.Process{ID: process, Name: "Bake"}}, vf.Adding{Thing: vf.ResourceSpecification{ID: spec, Name: "Bread"}}}
	amount := &vf.Amount{Micros: 1e6, Unit: "one"}
	for i := range 7 {
		loaf := resource
		if i > 0 {
			loaf = store.NewID()
		}
		steps = append(steps,
			vf.Adding{Thing: &vf.Plan{About: vf.About{Name: "Plan"}}},
			vf.Adding{Thing: vf.Agent{Kind: vf.Organization, Name: fmt.Sprint("Shop ", i%3)}},
			vf.Adding{Thing: vf.ResourceSpecification{Name: fmt.Sprint("Kind ", i%3)}},
			vf.Adding{Thing: vf.ProcessSpecification{Name: fmt.Sprint("Stage ", i%3)}},
			vf.Adding{Thing: vf.Process{Name: "Bake"}},
			vf.Recording{Event: vf.Event{Action: vf.Raise, Provider: d.Steward.Agent, Receiver: d.Steward.Agent, ResourceConformsTo: spec, ResourceQuantity: amount}, New: &vf.Resource{ID: loaf, Name: "Loaf"}},
			vf.Recording{Event: vf.Event{Action: vf.Raise, Provider: d.Steward.Agent, Receiver: d.Steward.Agent, ResourceInventoriedAs: resource, ResourceQuantity: amount}},
		)
	}
	if _, err := d.Core.Do(d.T.Context(), d.Steward, "", steps...); err != nil {
		d.T.Fatal(err)
	}
	return spec, resource
}

// pageOf is one page as the API gives it.
type pageOf struct {
	ids                []string
	more, less         bool
	startCursor, endAt string
}

// page asks for a page of a list, whose field stands in around where %s is.
func (d *desk) page(around, field, args string) pageOf {
	d.T.Helper()
	name, own, _ := strings.Cut(field, "(")
	if own = strings.TrimSuffix(own, ")"); own != "" {
		args += ", " + own
	}
	answer, text := d.Ask(d.Steward, fmt.Sprintf(around, "list: "+name+"("+args+") { nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"))
	if answer["errors"] != nil {
		d.T.Fatal(text)
	}
	at := answer["data"].(map[string]any)
	if in, nested := at["of"].(map[string]any); nested {
		at = in
	}
	list := at["list"].(map[string]any)
	info := list["pageInfo"].(map[string]any)
	p := pageOf{more: info["hasNextPage"].(bool), less: info["hasPreviousPage"].(bool)}
	p.startCursor, _ = info["startCursor"].(string)
	p.endAt, _ = info["endCursor"].(string)
	for i, e := range list["edges"].([]any) {
		id := e.(map[string]any)["node"].(map[string]any)["id"].(string)
		if id != list["nodes"].([]any)[i].(map[string]any)["id"] {
			d.T.Errorf("%s: edges and nodes disagree", field)
		}
		p.ids = append(p.ids, id)
	}
	return p
}

// Pages lead on to the end and back to the beginning, without a gap or a
// repetition, and say truly whether there is more.
func TestPagesLeadOnAndBack(t *testing.T) {
	each(t, func(d *desk) {
		spec, resource := d.stock()
		root := "{ %s }"
		for field, around := range map[string]string{
			"economicEvents": root, "plans": root, "agents": root, "agents(classifiedAs: \"none\")": root, "resourceSpecifications": root, "processSpecifications": root,
			"processes": root, "economicResources": root, "economicResources(conformsTo: \"" + string(spec) + "\")": root,
			"conformingResources":             `{ of: resourceSpecification(id: "` + string(spec) + `") { %s } }`,
			"inventoriedEconomicResources":    `{ of: agent(id: "` + string(d.Steward.Agent) + `") { %s } }`,
			"economicEvents(action: [raise])": `{ of: agent(id: "` + string(d.Steward.Agent) + `") { %s } }`,
			"economicEvents ":                 `{ of: economicResource(id: "` + string(resource) + `") { %s } }`,
		} {
			var forth []string
			for after, n := "", 0; ; n++ {
				p := d.page(around, field, fmt.Sprintf("first: 3, after: %q", after))
				forth = append(forth, p.ids...)
				if p.less != (after != "") || n > 10 {
					t.Fatalf("%s: hasPreviousPage is %v on page %d", field, p.less, n)
				}
				if after = p.endAt; !p.more {
					break
				}
			}
			if distinct := slices.Compact(slices.Sorted(slices.Values(forth))); len(distinct) != len(forth) || len(forth) < 7 && !strings.Contains(field, "none") {
				t.Errorf("%s: %d entries, %d of them distinct", field, len(forth), len(distinct))
			}
			var back []string
			for before, n := "", 0; ; n++ {
				p := d.page(around, field, fmt.Sprintf("last: 3, before: %q", before))
				back = append(slices.Clone(p.ids), back...)
				if p.more != (before != "") || n > 10 {
					t.Fatalf("%s: hasNextPage is %v on page %d from the end", field, p.more, n)
				}
				if before = p.startCursor; !p.less {
					break
				}
			}
			if !slices.Equal(forth, back) {
				t.Errorf("%s\nforth %v\nback  %v", field, forth, back)
			}
		}
	})
}

func TestWindowsThatAreNone(t *testing.T) {
	each(t, func(d *desk) {
		for args, code := range map[string]string{
			"first: 501": "vf.page_size", "last: 0": "vf.page_size", `after: "x"`: "vf.cursor", `before: "x"`: "vf.cursor", "first: 1, last: 1": "vf.page_both", `last: 1, after: "x"`: "vf.page_both",
		} {
			for _, list := range []string{"economicEvents", "plans", "agents", "processes"} {
				if _, text := d.Ask(d.Steward, "{ "+list+"("+args+") { nodes { id } } }"); !strings.Contains(text, code) {
					t.Errorf("%s(%s): %s", list, args, text)
				}
			}
		}
		field := map[string]string{"last: 0": "last", `before: "x"`: "before"}
		for args, want := range field {
			if _, text := d.Ask(d.Steward, "{ plans("+args+") { nodes { id } } }"); !strings.Contains(text, `"field":"`+want+`"`) {
				t.Errorf("%s: %s", args, text)
			}
		}
	})
}
