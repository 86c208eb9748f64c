package vf

import (
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Kind is the name of a class of the vocabulary, as JSON-LD and GraphQL write
// it. Classes of our own are marked where they are declared.
type Kind string

// The classes that events, processes and records are of.
const (
	KindAgent                 Kind = "Agent"
	KindResourceSpecification Kind = "ResourceSpecification"
	KindProcessSpecification  Kind = "ProcessSpecification"
	KindProcess               Kind = "Process"
	KindResource              Kind = "EconomicResource"
	KindEvent                 Kind = "EconomicEvent"
)

// Entity is a thing of the knowledge or planning layer: a recipe, a plan, a
// commitment, an agreement, an offer, a claim, a place. Other than an event it
// may be revised, each time under the next revision number, and deleted as
// long as nothing refers to it.
//
// Add, Revise and Delete write entities; Get, List and Linked read them.
type Entity interface {
	// Kind is the class of the entity.
	Kind() Kind
	// Refs lists everything the entity names, property by property.
	Refs() []Ref
	head() *About
	// check holds the entity against the rules; what it names is in the book.
	check(b *Book) error
	// seal passes every private text to put and clears it.
	seal(put func(field, text string))
	// when is the time by which lists are sorted; zero means when it was made.
	when() time.Time
	// done reports whether the entity is closed: lists can leave it out.
	done() bool
}

// entity is a type whose pointer is an Entity.
type entity[T any] interface {
	*T
	Entity
}

// About is what every entity has.
type About struct {
	ID       store.ID  `json:"id"`
	Revision int64     `json:"revision,omitempty"` // 1 when it was added; every change makes it one more
	Created  time.Time `json:"created,omitzero"`   // the server's clock
	Name     string    `json:"name,omitempty"`
	Note     string    `json:"note,omitempty"` // private: the journal holds a commitment
}

func (a *About) head() *About { return a }

func (a *About) seal(put func(field, text string)) {
	put("note", a.Note)
	a.Note = ""
}

func (a *About) when() time.Time { return time.Time{} }

func (a *About) done() bool { return false }

// Ref is one thing that an entity names, by the property of the vocabulary.
type Ref struct {
	Property string
	Kind     Kind
	ID       store.ID
}

// refs collects what an entity names and leaves out what is empty.
type refs []Ref

func (r *refs) add(property string, kind Kind, ids ...store.ID) {
	for _, i := range ids {
		if i != "" {
			*r = append(*r, Ref{property, kind, i})
		}
	}
}

// kinds makes an empty entity of every class; its keys are all there are.
var kinds = map[Kind]func() Entity{
	KindSpatialThing:          func() Entity { return new(SpatialThing) },
	KindBatchLotRecord:        func() Entity { return new(BatchLotRecord) },
	KindAgentRelationshipRole: func() Entity { return new(AgentRelationshipRole) },
	KindAgentRelationship:     func() Entity { return new(AgentRelationship) },
	KindRecipe:                func() Entity { return new(Recipe) },
	KindRecipeProcess:         func() Entity { return new(RecipeProcess) },
	KindRecipeExchange:        func() Entity { return new(RecipeExchange) },
	KindRecipeFlow:            func() Entity { return new(RecipeFlow) },
	KindPlan:                  func() Entity { return new(Plan) },
	KindIntent:                func() Entity { return new(Intent) },
	KindCommitment:            func() Entity { return new(Commitment) },
	KindAgreement:             func() Entity { return new(Agreement) },
	KindAgreementBundle:       func() Entity { return new(AgreementBundle) },
	KindProposal:              func() Entity { return new(Proposal) },
	KindProposalList:          func() Entity { return new(ProposalList) },
	KindClaim:                 func() Entity { return new(Claim) },
}

// decodeEntity reads an entity of a class from JSON, whole or not at all.
func decodeEntity(kind Kind, raw []byte) (Entity, error) {
	empty := kinds[kind]
	if empty == nil {
		return nil, fault.Invalidf("vf.kind", "type", "%q is no class that can be written", clip(string(kind)))
	}
	e := empty()
	return e, decodeStrict(raw, e)
}

// kindOf returns the class of a type.
func kindOf[T any, P entity[T]]() Kind { return P(new(T)).Kind() }

// checkEntity applies the rules that hold for every entity, then its own.
func checkEntity(b *Book, e Entity) error {
	h := e.head()
	if err := checkText("name", h.Name, maxName); err != nil {
		return err
	}
	if err := checkText("note", h.Note, maxText); err != nil {
		return err
	}
	for _, r := range e.Refs() {
		if !b.has(r.Kind, r.ID) {
			return unknown(words[r.Kind], r.Property, r.ID)
		}
	}
	return e.check(b)
}

// words is how refusals call the classes: vf.unknown_place.
var words = map[Kind]string{
	KindAgent: "agent", KindResourceSpecification: "specification", KindProcessSpecification: "process_specification",
	KindProcess: "process", KindResource: "resource", KindEvent: "event", KindSpatialThing: "place", KindBatchLotRecord: "lot",
	KindAgentRelationshipRole: "role", KindAgentRelationship: "relationship", KindRecipe: "recipe", KindRecipeProcess: "recipe_process",
	KindRecipeExchange: "recipe_exchange", KindRecipeFlow: "recipe_flow", KindPlan: "plan", KindIntent: "intent", KindCommitment: "commitment",
	KindAgreement: "agreement", KindAgreementBundle: "agreement_bundle", KindProposal: "proposal", KindProposalList: "proposal_list", KindClaim: "claim",
}
