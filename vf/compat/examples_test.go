package compat

import (
	"strings"
	"testing"
)

// quantities are what records have now.
func (d *desk) quantity(resource string) string {
	d.T.Helper()
	return d.Must("economicResource.accountingQuantity.hasNumericalValue", `query($id: ID!) { economicResource(id: $id) { accountingQuantity { hasNumericalValue } } }`, "id", resource)
}

func (d *desk) process(p in) string {
	d.T.Helper()
	return d.Must("createProcess.process.id", `mutation($p: ProcessCreateParams!) { createProcess(process: $p) { process { id } } }`, "p", p)
}

// One process makes a desk of plywood: 127 sheets and 9 desks are left, the
// machine and the design are as before.
func TestPlywoodDesk(t *testing.T) {
	each(t, func(d *desk) {
		me := string(d.Steward.Agent)
		shop := d.Must("createOrganization.agent.id", `mutation { createOrganization(organization: {name: "Shop"}) { agent { id } } }`)
		plywood, desks, machines, designs := d.spec("Plywood"), d.spec("Desk"), d.spec("CNC machine"), d.spec("Design")
		sheets, stock := d.stock("raise", "Sheets", "130", "one", plywood, shop), d.stock("raise", "Desks", "8", "one", desks, shop)
		machine, design := d.stock("raise", "Router", "1", "one", machines, shop), d.stock("raise", "Desk 3", "1", "one", designs, shop)
		p := d.process(in{"name": "Cut and join", "inScopeOf": []string{shop}})
		d.event(in{"action": "consume", "provider": shop, "receiver": shop, "inputOf": p, "resourceInventoriedAs": sheets, "resourceQuantity": measure{"3", "one"}})
		d.event(in{"action": "use", "provider": shop, "receiver": shop, "inputOf": p, "resourceInventoriedAs": machine, "effortQuantity": measure{"3.5", "hour"}})
		d.event(in{"action": "cite", "provider": shop, "receiver": shop, "inputOf": p, "resourceInventoriedAs": design, "resourceQuantity": measure{"1", "one"}})
		d.event(in{"action": "work", "provider": me, "receiver": shop, "inputOf": p, "effortQuantity": measure{"7", "hour"}})
		made := d.event(in{"action": "produce", "provider": shop, "receiver": shop, "outputOf": p, "resourceInventoriedAs": stock, "resourceQuantity": measure{"1", "one"}})
		for resource, want := range map[string]string{sheets: "127", stock: "9", machine: "1", design: "1"} {
			if got := d.quantity(resource); got != want {
				t.Errorf("%s has %s, not %s", resource, got, want)
			}
		}
		d.Gets(`{"process":{"inScopeOf":[{"name":"Shop"}],"working":{"edges":[{"node":{"name":"Ann"}}]},"next":[{"id":"`+made+`"}],"used":[{"effortQuantity":{"hasNumericalValue":"3.5","hasUnit":{"label":"hour"}}}]}}`,
			`query($p: ID!) { process(id: $p) { inScopeOf { ... on Organization { name } } working: workingAgents { edges { node { name } } } next { id }
				used: observedInputs(filter: {action: "use"}) { effortQuantity { hasNumericalValue hasUnit { label } } } } }`, "p", p)
		_, text := d.Ask(d.Steward, `query($e: ID!) { economicEvent(id: $e) { trace { __typename ... on Process { name } ... on EconomicResource { stock: name } ... on EconomicEvent { action { id } } } } }`, "e", made)
		for _, part := range []string{`"name":"Cut and join"`, `"action":{"id":"consume"}`, `"action":{"id":"work"}`} {
			if !strings.Contains(text, part) {
				t.Errorf("the trace lacks %s: %s", part, text)
			}
		}
	})
}

// A transfer between two wallets of two agents and a move between two of one.
func TestFairCoin(t *testing.T) {
	each(t, func(d *desk) {
		ann, ben := string(d.Steward.Agent), string(d.Member.Agent)
		coin := d.spec("FairCoin")
		a, b, own := d.stock("raise", "Ann's", "540", "one", coin, ann), d.stock("raise", "Ben's", "480", "one", coin, ben), d.stock("raise", "Savings", "480", "one", coin, ann)
		pay := func(action, from, to, receiver string) {
			d.event(in{"action": action, "provider": ann, "receiver": receiver, "resourceInventoriedAs": from, "toResourceInventoriedAs": to, "resourceQuantity": measure{"100", "one"}})
		}
		pay("transfer", a, b, ben)
		if got := d.quantity(a) + " " + d.quantity(b); got != "440 580" {
			t.Errorf("after the transfer: %s", got)
		}
		pay("move", a, own, ann)
		if got := d.quantity(a) + " " + d.quantity(own); got != "340 580" {
			t.Errorf("after the move: %s", got)
		}
		if got := d.Must("economicResource.primaryAccountable.name", `query($id: ID!) { economicResource(id: $id) { primaryAccountable { name } } }`, "id", own); got != "Ann" {
			t.Errorf("the savings are %s's", got)
		}
	})
}

// Seven hours of work trigger a claim of 140; a transfer of 70 settles half of it.
func TestClaim(t *testing.T) {
	each(t, func(d *desk) {
		shop := d.Must("createOrganization.agent.id", `mutation { createOrganization(organization: {name: "Shop"}) { agent { id } } }`)
		ben, euro := string(d.Member.Agent), d.spec("Euro")
		till, purse := d.stock("raise", "Till", "500", "one", euro, shop), d.stock("raise", "Purse", "0", "one", euro, ben)
		p := d.process(in{"name": "Bake"})
		work := d.event(in{"action": "work", "provider": ben, "receiver": shop, "inputOf": p, "effortQuantity": measure{"7", "hour"}})
		claim := d.Must("createClaim.claim.id", `mutation($c: ClaimCreateParams!) { createClaim(claim: $c) { claim { id } } }`, "c", in{"action": "transfer", "provider": shop, "receiver": ben,
			"triggeredBy": work, "resourceConformsTo": euro, "resourceQuantity": measure{"140", "one"}, "created": "2026-03-01T09:00:00Z"})
		paid := d.event(in{"action": "transfer", "provider": shop, "receiver": ben, "resourceInventoriedAs": till, "toResourceInventoriedAs": purse, "resourceQuantity": measure{"70", "one"}, "note": "March"})
		settlement := d.Must("createSettlement.settlement.id", `mutation($s: SettlementCreateParams!) { createSettlement(settlement: $s) { settlement { id settledBy { id note } settles { id } } } }`,
			"s", in{"settles": claim, "settledBy": paid})
		if got := d.quantity(till) + " " + d.quantity(purse); got != "430 70" {
			t.Errorf("paid twice, or not at all: %s", got)
		}
		d.Gets(`{"claim":{"finished":false,"resourceQuantity":{"hasNumericalValue":"140"},"settledBy":{"edges":[{"node":{"id":"`+settlement+`","resourceQuantity":{"hasNumericalValue":"70"},"settledBy":{"note":"March"}}}],"pageInfo":{"totalCount":1}}}}`,
			`query($c: ID!) { claim(id: $c) { finished resourceQuantity { hasNumericalValue } settledBy { edges { node { id resourceQuantity { hasNumericalValue } settledBy { note } } } pageInfo { totalCount } } } }`, "c", claim)
		d.Gets(`{"settlement":{"settles":{"triggeredBy":{"id":"`+work+`"}}},"settlements":{"edges":[{"node":{"id":"`+settlement+`"}}]}}`,
			`query($s: ID!) { settlement(id: $s) { settles { triggeredBy { id } } } settlements(first: 10) { edges { node { id } } } }`, "s", settlement)
		d.Refused("vf.over_settled", "open", `mutation($s: SettlementCreateParams!) { createSettlement(settlement: $s) { settlement { id } } }`, "s", in{"settles": claim,
			"settledBy": d.event(in{"action": "transfer", "provider": shop, "receiver": ben, "resourceInventoriedAs": till, "toResourceInventoriedAs": purse, "resourceQuantity": measure{"71", "one"}})})
		if got := d.quantity(till); got != "359" {
			t.Errorf("a refused settlement took the event back: %s", got)
		}
	})
}

// An offer is made empty, gets its intents and agents, and loses one again.
func TestProposal(t *testing.T) {
	each(t, func(d *desk) {
		bread := d.spec("Bread")
		me := string(d.Steward.Agent)
		intent := func(i in) string {
			return d.Must("createIntent.intent.id", `mutation($i: IntentCreateParams!) { createIntent(intent: $i) { intent { id } } }`, "i", i)
		}
		wanted := intent(in{"action": "transfer", "receiver": me, "resourceConformsTo": bread, "resourceQuantity": measure{"2", "one"}, "due": "2026-05-01T00:00:00Z"})
		given := intent(in{"action": "work", "provider": me, "resourceConformsTo": bread, "effortQuantity": measure{"1", "hour"}})
		p := d.Must("createProposal.proposal.id", `mutation { createProposal(proposal: {name: "Bread for a week", unitBased: true}) { proposal { id } } }`)
		propose := `mutation($p: ID!, $i: ID!, $r: Boolean) { proposeIntent(publishedIn: $p, publishes: $i, reciprocal: $r) { proposedIntent { id revisionId publishedIn { name } publishes { id } } } }`
		d.Must("proposeIntent.proposedIntent.id", propose, "p", p, "i", wanted)
		rev := d.Must("proposeIntent.proposedIntent.revisionId", propose, "p", p, "i", given, "r", true)
		d.Must("proposeTo.proposedTo.id", `mutation($p: ID!, $a: ID!) { proposeTo(proposed: $p, proposedTo: $a) { proposedTo { id proposedTo { name } } } }`, "p", p, "a", d.Member.Agent)
		d.Gets(`{"requests":{"edges":[{"node":{"id":"`+p+`","primaryIntents":[{"id":"`+wanted+`"}],"publishes":[{"reciprocal":false},{"reciprocal":true}],"publishedTo":[{"proposedTo":{"name":"Ben"}}]}}]},"offers":{"edges":[]}}`,
			`{ requests { edges { node { id primaryIntents { id } publishes { reciprocal } publishedTo { proposedTo { name } } } } } offers { edges { node { id } } } }`)
		d.Gets(`{"intent":{"publishedIn":[{"reciprocal":true,"publishedIn":{"unitBased":true}}]}}`, `query($i: ID!) { intent(id: $i) { publishedIn { reciprocal publishedIn { unitBased } } } }`, "i", given)
		d.Refused("vf.revision", "read it again", `mutation($r: ID!) { deleteProposedIntent(revisionId: $r) }`, "r", rev)
		rev = d.Must("proposal.revisionId", `query($p: ID!) { proposal(id: $p) { revisionId } }`, "p", p)
		now := rev[strings.LastIndexByte(rev, ':'):]
		d.Gets(`{"deleteProposedIntent":true}`, `mutation($r: ID!) { deleteProposedIntent(revisionId: $r) }`, "r", p+"_"+given+now)
		d.Gets(`{"proposal":{"reciprocalIntents":[],"revisionId":"`+p+`:5"}}`, `query($p: ID!) { proposal(id: $p) { reciprocalIntents { id } revisionId } }`, "p", p)
	})
}

// A plan with a commitment that an event fulfills, and an intent that the
// commitment satisfies; revisions and their history.
func TestPlanning(t *testing.T) {
	each(t, func(d *desk) {
		ann, ben, bread := string(d.Steward.Agent), string(d.Member.Agent), d.spec("Bread")
		plan := d.Must("createPlan.plan.id", `mutation { createPlan(plan: {name: "Week 12", due: "2026-03-20T00:00:00Z"}) { plan { id } } }`)
		p := d.process(in{"name": "Bake", "plannedWithin": plan})
		intent := d.Must("createIntent.intent.id", `mutation($i: IntentCreateParams!) { createIntent(intent: $i) { intent { id } } }`, "i", in{"action": "work", "receiver": ann, "inputOf": p,
			"resourceConformsTo": bread, "effortQuantity": measure{"8", "hour"}})
		c := d.Must("createCommitment.commitment.id", `mutation($c: CommitmentCreateParams!) { createCommitment(commitment: $c) { commitment { id revisionId } } }`, "c", in{"action": "work", "provider": ben,
			"receiver": ann, "inputOf": p, "plannedWithin": plan, "independentDemandOf": plan, "resourceConformsTo": bread, "effortQuantity": measure{"5", "hour"}, "due": "2026-03-19T00:00:00Z"})
		d.Must("createSatisfaction.satisfaction.id", `mutation($s: SatisfactionCreateParams!) { createSatisfaction(satisfaction: $s) { satisfaction { id satisfiedBy { __typename ... on Commitment { id } } } } }`,
			"s", in{"satisfies": intent, "satisfiedBy": c})
		work := d.event(in{"action": "work", "provider": ben, "receiver": ann, "inputOf": p, "resourceConformsTo": bread, "effortQuantity": measure{"3", "hour"}})
		f := d.Must("createFulfillment.fulfillment.id", `mutation($f: FulfillmentCreateParams!) { createFulfillment(fulfillment: $f) { fulfillment { id } } }`, "f", in{"fulfills": c, "fulfilledBy": work})
		d.Gets(`{"commitment":{"revisionId":"`+c+`:2","meta":{"previousRevisionsCount":1,"previousRevision":{"id":"`+c+`:1"},"retrievedRevision":{"id":"`+c+`:2"}},"involvedAgents":[{"name":"Ben"},{"name":"Ann"}],`+
			`"fulfilledBy":[{"id":"`+f+`","effortQuantity":{"hasNumericalValue":"3"}}],"satisfies":[{"satisfies":{"id":"`+intent+`"}}]},"plan":{"processes":[{"id":"`+p+`"}],"independentDemands":[{"id":"`+c+`"}],"nonProcessCommitments":[]}}`,
			`query($c: ID!, $p: ID!) { commitment(id: $c) { revisionId meta { previousRevisionsCount previousRevision { id } retrievedRevision { id } } involvedAgents { name }
				fulfilledBy { id effortQuantity { hasNumericalValue } } satisfies { satisfies { id } } } plan(id: $p) { processes { id } independentDemands { id } nonProcessCommitments { id } } }`, "c", c, "p", plan)
		d.Gets(`{"fulfillments":{"edges":[{"node":{"id":"`+f+`"}}]},"satisfactions":{"edges":[{"node":{"satisfiedBy":{"__typename":"Commitment"}}}]},"commitments":{"edges":[{"node":{"id":"`+c+`"}}]},"none":{"edges":[]}}`,
			`query($c: [ID!], $a: [ID!]) { fulfillments(filter: {fulfills: $c}) { edges { node { id } } } satisfactions { edges { node { satisfiedBy { __typename } } } }
				commitments(filter: {providerId: $a, action: ["work"], finished: false, endDate: "2026-04-01T00:00:00Z"}) { edges { node { id } } } none: commitments(filter: {receiverId: $a}) { edges { node { id } } } }`,
			"c", []string{c}, "a", []string{ben})
		if got := d.Must("updateCommitment.commitment.finished", `mutation($c: CommitmentUpdateParams!) { updateCommitment(commitment: $c) { commitment { finished } } }`, "c", in{"revisionId": c + ":2", "finished": true}); got != "true" {
			t.Errorf("finished: %s", got)
		}
		d.Refused("vf.revision", "read it again", `mutation($c: CommitmentUpdateParams!) { updateCommitment(commitment: $c) { commitment { id } } }`, "c", in{"revisionId": c + ":2", "note": "late"})
		d.Refused("vf.in_use", "", `mutation($r: ID!) { deletePlan(revisionId: $r) }`, "r", plan+":1")
		empty := d.Must("createPlan.plan.revisionId", `mutation { createPlan(plan: {name: "Week 13"}) { plan { revisionId } } }`)
		d.Gets(`{"deletePlan":true}`, `mutation($r: ID!) { deletePlan(revisionId: $r) }`, "r", empty)
	})
}
