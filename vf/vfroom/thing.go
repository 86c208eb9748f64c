package vfroom

import (
	"encoding/json"

	"commonweal/platform/store"
	"commonweal/vf"
)

// pagesOf is where things of each class have their page, as the path below the
// commons that comes before the identifier.
var pagesOf = map[vf.Kind]string{
	vf.KindBatchLotRecord: "lots", vf.KindSpatialThing: "places",
	vf.KindProposal: "proposals", vf.KindAgreement: "agreements", vf.KindAgreementBundle: "bundles", vf.KindPlan: "plans", vf.KindClaim: "claims", vf.KindRecipe: "recipes", vf.KindRecipeExchange: "exchanges",
}

// thing leads from an act in the log to the page of what it was about: the
// first thing it wrote that has a page.
func thing(_ string, _ int64, body json.RawMessage) []string {
	var about struct {
		VF vf.Changes `json:"vf"`
	}
	if json.Unmarshal(body, &about) != nil {
		return nil
	}
	for _, w := range about.VF.Written {
		var named struct {
			ID store.ID `json:"id"`
		}
		if path := pagesOf[w.Type]; path != "" && w.Deleted == "" && json.Unmarshal(w.Value, &named) == nil {
			return []string{path, string(named.ID)}
		}
	}
	switch v := about.VF; {
	case len(v.Processes) > 0:
		return []string{"processes", string(v.Processes[0].ID)}
	case len(v.ResourceSpecifications) > 0:
		return []string{"specifications", string(v.ResourceSpecifications[0].ID)}
	case len(v.Policies) > 0:
		return []string{"specifications", string(v.Policies[0].Specification)}
	case len(v.Finished) > 0:
		return []string{"processes", string(v.Finished[0].Process)}
	case len(v.Events) > 0:
		return []string{"books", "events", string(v.Events[0].ID)}
	case len(v.Agents) > 0:
		return []string{"agents", string(v.Agents[0].ID)}
	}
	return nil
}
