package market

// Context is the JSON-LD context of the documents that this program writes: the
// terms of FEP-0837 and FEP-3264.
func Context() []any {
	terms := map[string]string{"vf": "https://w3id.org/valueflows/ont/vf#", "om2": om, "hasUnit": "om2:hasUnit", "hasNumericalValue": "om2:hasNumericalValue"}
	for _, t := range [...]string{"Proposal", "Intent", "Agreement", "Commitment", "Plan", "Process", "EconomicEvent", "action", "purpose", "unitBased", "publishes", "reciprocal",
		"resourceConformsTo", "resourceQuantity", "effortQuantity", "availableQuantity", "stipulates", "stipulatesReciprocal", "satisfies", "fulfills", "provider", "receiver",
		"planIncludes", "hasBeginning", "hasEnd", "hasPointInTime", "hasInput", "hasOutput", "inputOf", "outputOf", "finished"} {
		terms[t] = "vf:" + t
	}
	return []any{"https://www.w3.org/ns/activitystreams", terms}
}
