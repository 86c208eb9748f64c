package jsonld

import "strings"

// The namespaces of terms.
const (
	VF   = "https://w3id.org/valueflows/ont/vf#"
	OM   = "http://www.ontology-of-units-of-measure.org/resource/om-2/"
	Own  = "urn:commonweal:ns:" // cw: what ValueFlows leaves to others
	geo  = "http://www.w3.org/2003/01/geo/wgs84_pos#"
	xsd  = "http://www.w3.org/2001/XMLSchema#"
	http = "http://w3id.org/valueflows/ont/vf#" // as older examples write it
	// units of a commons and currencies, which OM does not have
	ownUnit = Own + "unit:"
)

// shape is how the value of a property is written.
type shape int

const (
	text       shape = iota
	texts            // any number, in order
	ref              // the identifier of something
	refs             // any number
	containers       // any number: what a record lies in, and what it is listed in
	measure          // an amount with its unit
	degrees          // a decimal, in degrees
	meters           // a decimal, in meters
	unit             // a unit of measure
	moment           // a time with its zone
	truth            // true or false
	whole            // a whole number
	action           // one of the 19 actions
	shares           // allocations: ids, and what each gets
	settings         // texts by name
)

// term is how a property is written.
type term struct {
	name  string // in documents, and in its namespace
	space string
	shape shape
}

// properties are the members of the JSON of the core's types. Those that mean
// something else in one class stand there as "Class.member".
var properties = declare()

func declare() map[string]term {
	properties := map[string]term{}
	add := func(space string, s shape, names string) {
		for _, name := range strings.Fields(names) {
			key, as, renamed := strings.Cut(name, "=")
			if !renamed {
				_, as, _ = strings.Cut("."+key, ".")
			}
			properties[key] = term{as, space, s}
		}
	}
	add(VF, text, "name note image trackingIdentifier state currentVirtualLocation currentCurrencyLocation batchLotCode purpose mappableAddress")
	add(VF, texts, "classifiedAs resourceClassifiedAs processClassifiedAs imageList hasDetailedGeometry ResourceSpecification.classifiedAs=resourceClassifiedAs")
	add(VF, ref, `provider receiver inputOf outputOf resourceInventoriedAs toResourceInventoriedAs resourceConformsTo conformsTo ofBatchLot
		primaryAccountable currentLocation stage previousEvent toLocation realizationOf reciprocalRealizationOf corrects basedOn
		plannedWithin primaryLocation independentDemandOf clauseOf reciprocalClauseOf bundledIn eligibleLocation primaryOutput processConformsTo
		recipeInputOf recipeOutputOf recipeClauseOf recipeReciprocalClauseOf triggeredBy inScopeOf`)
	add(VF, containers, "containedIn")
	add(VF, refs, "publishes reciprocal proposedTo listedIn recipeIncludes")
	add(VF, measure, "accountingQuantity onhandQuantity resourceQuantity effortQuantity availableQuantity minimumQuantity hasDuration")
	add(VF, unit, "defaultUnitOfResource defaultUnitOfEffort unitOfEffort")
	add(VF, moment, "hasBeginning hasEnd hasPointInTime created due expirationDate")
	add(VF, truth, "substitutable mediumOfExchange finished unitBased")
	add(VF, action, "action")
	add(VF, shares, "fulfills satisfies settles")
	add(geo, degrees, "lat long")
	add(geo, meters, "alt")
	add(Own, ref, `custodian toPreviousEvent pairOf combinedBy claimUnder actsUnder subject object relationship
		EconomicEvent.inScopeOf=scope AgentRelationship.inScopeOf=scope`)
	add(Own, whole, "revision chainPosition toChainPosition contains combined")
	add(Own, refs, "listedIn listedBy")
	add(Own, truth, "private queued actsFor")
	add(Own, text, "inverseRoleLabel")
	add(Own, settings, "policy")
	return properties
}

// ours are the classes and members of nested nodes that are not in the vocabulary.
var ours = map[string]bool{"AgentRelationship": true, "AgentRelationshipRole": true, "Allocation": true}

// termOf returns the term of a member of a class.
func termOf(class, member string) (term, bool) {
	if t, special := properties[class+"."+member]; special {
		return t, true
	}
	t, known := properties[member]
	return t, known
}

// classIRI is the name of a class in full.
func classIRI(class string) string {
	switch {
	case class == "SpatialThing":
		return geo + class
	case ours[class]:
		return Own + class
	}
	return VF + class
}
