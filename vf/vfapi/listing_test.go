package vfapi

import (
	"fmt"
	"strings"
	"testing"
)

const measure = `resourceQuantity: {hasNumericalValue: "%s", hasUnit: "one"}`

// What is digital is contained in many, and what comes in first goes out
// first, where the policy says so.
func TestListsAndQueuesOverTheAPI(t *testing.T) {
	each(t, func(d *desk) {
		me := string(d.Steward.Agent)
		drawing := d.Must("createResourceSpecification.id", `mutation { createResourceSpecification(resourceSpecification: {name: "Drawing"}) { id } }`)
		d.Must("setPolicy.policy.containers", `mutation { setPolicy(resourceSpecification: "`+drawing+`", policy: {containers: "many", withdrawal: "fifo"}) { policy { containers withdrawal } } }`)
		process := d.Must("createProcess.id", `mutation { createProcess(process: {name: "Collect"}) { id } }`)
		record := func(path, action, more string) string {
			return d.Must("createEconomicEvent."+path, fmt.Sprintf(`mutation { createEconomicEvent(event: {provider: %q, receiver: %q, action: %s, %s) { economicEvent { queued } economicResource { id } } }`, me, me, action, more))
		}
		made := map[string]string{}
		for _, name := range []string{"Plan", "Kit", "Catalog"} {
			made[name] = record("economicResource.id", "raise", fmt.Sprintf(measure+`, resourceConformsTo: %q}, newInventoriedResource: {name: %q}`, "1", drawing, name))
		}
		for _, list := range []string{"Kit", "Catalog"} {
			record("economicEvent.queued", "combine", fmt.Sprintf(measure+`, inputOf: %q, resourceInventoriedAs: %q, toResourceInventoriedAs: %q}`, "0", process, made["Plan"], made[list]))
		}
		if queued := record("economicEvent.queued", "raise", fmt.Sprintf(measure+`, resourceInventoriedAs: %q}`, "1", made["Plan"])); queued != "true" {
			t.Error("what came in is not queued")
		}
		_, text := d.Ask(d.Reader, fmt.Sprintf(`{ plan: economicResource(id: %q) { containedIn { name } } kit: economicResource(id: %q) { contains { name } } trace(resource: %q) { queued { name } } }`, made["Plan"], made["Kit"], made["Plan"]))
		for _, want := range []string{`"containedIn":[{"name":"Kit"},{"name":"Catalog"}]`, `"contains":[{"name":"Plan"}]`, `"queued":[{"name":"Plan"}]`} {
			if !strings.Contains(text, want) {
				t.Errorf("%s is not in %s", want, text)
			}
		}
	})
}

// A member records for a shop by a role that acts for it, and by no other way.
func TestActingForOthersOverTheAPI(t *testing.T) {
	each(t, func(d *desk) {
		bread := d.Must("createResourceSpecification.id", `mutation { createResourceSpecification(resourceSpecification: {name: "Bread"}) { id } }`)
		shop := d.Must("createAgent.id", `mutation { createAgent(agent: {name: "Shop", kind: Organization}) { id } }`)
		role := d.Must("createAgentRelationshipRole.id", `mutation { createAgentRelationshipRole(agentRelationshipRole: {name: "buyer", actsFor: true}) { id actsFor } }`)
		under := d.Must("createAgentRelationship.id", fmt.Sprintf(`mutation { createAgentRelationship(agentRelationship: {subject: %q, object: %q, relationship: %q}) { id } }`, d.Member.Agent, shop, role))
		give := func(more string) string {
			_, text := d.Ask(d.Member, fmt.Sprintf(`mutation { createEconomicEvent(event: {action: transfer, provider: %q, receiver: %q, resourceConformsTo: %q, `+measure+`%s}) { economicEvent { actsUnder { relationship { name actsFor } } } } }`,
				shop, d.Steward.Agent, bread, "1", more))
			return text
		}
		if text := give(""); !strings.Contains(text, `"errors"`) {
			t.Error("recorded for the shop without saying by what right: " + text)
		}
		if text := give(`, actsUnder: "` + under + `"`); !strings.Contains(text, `"actsUnder":{"relationship":{"name":"buyer","actsFor":true}}`) {
			t.Error(text)
		}
	})
}
