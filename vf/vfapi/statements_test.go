package vfapi

import (
	"fmt"
	"strings"
	"testing"

	"commonweal/platform/store"
	"commonweal/vf"
)

// crowd makes a plan with n promises between n organizations, n records of n
// kinds, and what was done about them.
func (d *desk) crowd(n int) {
	d.T.Helper()
	plan, process := store.NewID(), store.NewID()
	steps := []vf.Step{vf.Adding{Thing: &vf.Plan{About: vf.About{ID: plan, Name: "Winter"}}}, vf.Adding{Thing: vf.Process{ID: process, Name: "Bake", PlannedWithin: plan}}}
	one := &vf.Amount{Micros: 1e6, Unit: "one"}
	for i := range n {
		shop, spec, promise, agreement := store.NewID(), store.NewID(), store.NewID(), store.NewID()
		steps = append(steps,
			vf.Adding{Thing: vf.Agent{ID: shop, Kind: vf.Organization, Name: fmt.Sprint("Shop ", i)}},
			vf.Adding{Thing: vf.ResourceSpecification{ID: spec, Name: fmt.Sprint("Bread ", i)}},
			vf.Adding{Thing: &vf.Agreement{About: vf.About{ID: agreement, Name: fmt.Sprint("Deal ", i)}}},
			vf.Adding{Thing: &vf.Commitment{About: vf.About{ID: promise}, PlannedFlow: vf.PlannedFlow{Action: vf.Produce, Provider: d.Steward.Agent, Receiver: shop, OutputOf: process, PlannedWithin: plan, ResourceConformsTo: spec, ResourceQuantity: one}, ClauseOf: agreement}},
			vf.Recording{Event: vf.Event{Action: vf.Produce, Provider: d.Steward.Agent, Receiver: d.Steward.Agent, OutputOf: process, ResourceConformsTo: spec, ResourceQuantity: one, Note: "hot", Fulfills: []vf.Allocation{{Target: promise}}}, New: &vf.Resource{Name: fmt.Sprint("Loaf ", i)}},
		)
	}
	for len(steps) > 0 {
		k := min(len(steps), 1000)
		if _, err := d.Core.Do(d.T.Context(), d.Steward, "", steps[:k]...); err != nil {
			d.T.Fatal(err)
		}
		steps = steps[k:]
	}
}

// What clients ask: lists with what they name, and what is found from the other side.
var representative = []string{
	`{ economicEvents(first: 400) { nodes { note provider { id } receiver { id name } resourceInventoriedAs { name accountingQuantity { hasNumericalValue } } resourceConformsTo { name policy { pairing } } outputOf { name basedOn { name } } correctedBy { id } fulfills { target { finished clauseOf { name } } } triggers { id } } totalCount } }`,
	`{ economicResources(first: 400) { nodes { name conformsTo { name } custodian { id } primaryAccountable { id } currentLocation { name } containedIn { id } contains { id } previousEvent { action } economicEvents(first: 1) { nodes { action } } } } }`,
	`{ agents(first: 400) { nodes { name primaryLocation { name } economicEvents(first: 1) { nodes { id } } inventoriedEconomicResources(first: 1) { nodes { id } } commitmentsAsReceiver { action } relationshipsAsSubject { id } } } }`,
	`{ commitments(first: 400) { nodes { standing { resourceMet { hasNumericalValue } } fulfilledBy { action provider { id } } receiver { name } outputOf { name } plannedWithin { name } clauseOf { name stipulates { id } economicEvents { id } } } } }`,
	`{ agreements(first: 400) { nodes { name stipulates { receiver { name } resourceConformsTo { name } } realizes { id } claims { id } } } }`,
	`{ plans { nodes { name commitments { receiver { name } } processes { name hasOutput { id resourceInventoriedAs { name } } committedOutputs { id } } } } }`,
	`{ resourceSpecifications(first: 400) { nodes { name conformingResources(first: 1) { nodes { name } } } } }`,
}

// A query asks the database as often for one object as for four hundred.
func TestInvariant2StatementsDependOnTheText(t *testing.T) {
	asked := map[string][]int64{} // by engine and query: of each size
	for _, n := range []int{1, 400} {
		each(t, func(d *desk) {
			d.crowd(n)
			for _, query := range representative {
				before := d.Core.Store.Stats().Asked
				answer, text := d.Ask(d.Steward, query)
				if answer["errors"] != nil {
					d.T.Fatalf("%s: %.500s", query, text)
				}
				if strings.Count(text, `"id"`)+strings.Count(text, `"name"`) < n {
					d.T.Fatalf("%s: only %d things", query, strings.Count(text, `"name"`))
				}
				key := string(d.Core.Store.Engine()) + " " + query
				asked[key] = append(asked[key], d.Core.Store.Stats().Asked-before)
			}
		})
	}
	for query, counts := range asked {
		if len(counts) != 2 || counts[0] != counts[1] || counts[0] == 0 {
			t.Errorf("%s: asked %v times for 1 and for 400", query, counts)
		}
	}
}
