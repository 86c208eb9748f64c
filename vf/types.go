package vf

import (
	"time"

	"commonweal/platform/store"
	"commonweal/quantity"
)

// Amount is a Measure of the vocabulary: a number with its unit.
type Amount = quantity.Amount

// AgentKind is the subclass of an agent.
type AgentKind string

// The kinds of agent.
const (
	Person       AgentKind = "Person"
	Organization AgentKind = "Organization"
	Ecological   AgentKind = "EcologicalAgent"
)

// ClassProject marks an organization that is a project: the scope of processes
// and the receiver of contributions.
const ClassProject = "cw:project"

// Agent is somebody who takes part in events. The name of a Person is private:
// the journal holds a commitment to it only.
type Agent struct {
	ID           store.ID  `json:"id"`
	Kind         AgentKind `json:"kind"`
	Name         string    `json:"name,omitempty"`
	Note         string    `json:"note,omitempty"`
	ClassifiedAs []string  `json:"classifiedAs,omitempty"`
	Image        string    `json:"image,omitempty"`
	// PrimaryLocation is a SpatialThing; a person's should be a private one.
	PrimaryLocation store.ID `json:"primaryLocation,omitempty"`
}

// ResourceSpecification is a kind of thing, service, skill or currency.
type ResourceSpecification struct {
	ID                    store.ID      `json:"id"`
	Name                  string        `json:"name"`
	Note                  string        `json:"note,omitempty"`
	ClassifiedAs          []string      `json:"classifiedAs,omitempty"`
	Image                 string        `json:"image,omitempty"`
	ImageList             []string      `json:"imageList,omitempty"`
	Substitutable         bool          `json:"substitutable,omitempty"` // something else may stand in for it
	MediumOfExchange      bool          `json:"mediumOfExchange,omitempty"`
	DefaultUnitOfResource quantity.Unit `json:"defaultUnitOfResource,omitempty"`
	DefaultUnitOfEffort   quantity.Unit `json:"defaultUnitOfEffort,omitempty"`
	Policy                Policy        `json:"policy"` // cw:policy
}

// ProcessSpecification is a kind of process; it is also a stage of a resource.
type ProcessSpecification struct {
	ID    store.ID `json:"id"`
	Name  string   `json:"name"`
	Note  string   `json:"note,omitempty"`
	Image string   `json:"image,omitempty"`
}

// Process is an activity that turns inputs into outputs.
type Process struct {
	ID           store.ID `json:"id"`
	Name         string   `json:"name"`
	Note         string   `json:"note,omitempty"`
	BasedOn      store.ID `json:"basedOn,omitempty"`
	ClassifiedAs []string `json:"classifiedAs,omitempty"`
	InScopeOf    store.ID `json:"inScopeOf,omitempty"` // the project
	// PlannedWithin is the Plan that the process is part of.
	PlannedWithin store.ID  `json:"plannedWithin,omitempty"`
	HasBeginning  time.Time `json:"hasBeginning,omitzero"`
	HasEnd        time.Time `json:"hasEnd,omitzero"`
	Finished      bool      `json:"finished,omitempty"`
}

// Resource is an inventoried record: a thing, a stock, an account.
type Resource struct {
	ID                 store.ID `json:"id"`
	Name               string   `json:"name,omitempty"`
	Note               string   `json:"note,omitempty"`
	ConformsTo         store.ID `json:"conformsTo,omitempty"`
	ClassifiedAs       []string `json:"classifiedAs,omitempty"`
	TrackingIdentifier string   `json:"trackingIdentifier,omitempty"`
	OfBatchLot         store.ID `json:"ofBatchLot,omitempty"` // a BatchLotRecord
	Image              string   `json:"image,omitempty"`
	ImageList          []string `json:"imageList,omitempty"`
	// Where something digital is: a URI, or the address of an account of a currency.
	CurrentVirtualLocation  string        `json:"currentVirtualLocation,omitempty"`
	CurrentCurrencyLocation string        `json:"currentCurrencyLocation,omitempty"`
	UnitOfEffort            quantity.Unit `json:"unitOfEffort,omitempty"` // from the specification
	PrimaryAccountable      store.ID      `json:"primaryAccountable,omitempty"`
	Custodian               store.ID      `json:"custodian,omitempty"` // cw:custodian
	Accounting              Amount        `json:"accountingQuantity"`
	Onhand                  Amount        `json:"onhandQuantity"`
	CurrentLocation         store.ID      `json:"currentLocation,omitempty"` // a SpatialThing
	Stage                   store.ID      `json:"stage,omitempty"`
	State                   string        `json:"state,omitempty"`
	ContainedIn             store.ID      `json:"containedIn,omitempty"`
	// ListedIn is what else contains the record where the policy containers is
	// many: something digital takes no place, so it may be in any number of
	// collections. ListedBy holds the combine events that put it there, in the
	// same order. Neither locks anything, and Contains does not count it.
	ListedIn []store.ID `json:"listedIn,omitempty"` // cw:listedIn; containedIn of the vocabulary too
	ListedBy []store.ID `json:"listedBy,omitempty"` // cw:listedBy
	// The chain of events on this record, newest first (cw:chainPosition counts from 1).
	PreviousEvent store.ID `json:"previousEvent,omitempty"`
	ChainPosition int64    `json:"chainPosition,omitempty"`
	// Contains counts the records that lie directly in this one (cw:contains).
	Contains int64 `json:"contains,omitempty"`
	// CombinedBy is the combine event that put the record where it lies, and
	// Combined how much of it went in; both are empty outside a container.
	CombinedBy store.ID `json:"combinedBy,omitempty"`
	Combined   int64    `json:"combined,omitempty"` // millionths of the record's unit
}

// Event is an economic event: something that was observed to happen. It is
// never edited or deleted. Note is private: the journal holds a commitment.
type Event struct {
	ID                      store.ID     `json:"id"`
	Action                  Action       `json:"action"`
	Provider                store.ID     `json:"provider,omitempty"`
	Receiver                store.ID     `json:"receiver,omitempty"`
	InputOf                 store.ID     `json:"inputOf,omitempty"`
	OutputOf                store.ID     `json:"outputOf,omitempty"`
	ResourceInventoriedAs   store.ID     `json:"resourceInventoriedAs,omitempty"`
	ToResourceInventoriedAs store.ID     `json:"toResourceInventoriedAs,omitempty"`
	ResourceConformsTo      store.ID     `json:"resourceConformsTo,omitempty"`
	ClassifiedAs            []string     `json:"resourceClassifiedAs,omitempty"`
	ResourceQuantity        *Amount      `json:"resourceQuantity,omitempty"`
	EffortQuantity          *Amount      `json:"effortQuantity,omitempty"`
	ToLocation              store.ID     `json:"toLocation,omitempty"` // a SpatialThing
	HasBeginning            time.Time    `json:"hasBeginning,omitzero"`
	HasEnd                  time.Time    `json:"hasEnd,omitzero"`
	HasPointInTime          time.Time    `json:"hasPointInTime,omitzero"`
	Created                 time.Time    `json:"created,omitzero"` // the server's clock
	State                   string       `json:"state,omitempty"`
	Stage                   store.ID     `json:"stage,omitempty"`
	Note                    string       `json:"note,omitempty"`
	Image                   string       `json:"image,omitempty"`
	RealizationOf           store.ID     `json:"realizationOf,omitempty"`           // an Agreement
	ReciprocalRealizationOf store.ID     `json:"reciprocalRealizationOf,omitempty"` // an Agreement, as what is given in return
	Fulfills                []Allocation `json:"fulfills,omitempty"`                // commitments
	Satisfies               []Allocation `json:"satisfies,omitempty"`               // intents
	Settles                 []Allocation `json:"settles,omitempty"`                 // claims
	Corrects                store.ID     `json:"corrects,omitempty"`
	InScopeOf               store.ID     `json:"inScopeOf,omitempty"` // cw: the project, where there is no process
	// ActsUnder is the AgentRelationship by which a person recorded the event
	// for the provider (cw:actsUnder).
	ActsUnder store.ID `json:"actsUnder,omitempty"`
	// Set when the event is recorded.
	PreviousEvent   store.ID `json:"previousEvent,omitempty"`   // on ResourceInventoriedAs
	ToPreviousEvent store.ID `json:"toPreviousEvent,omitempty"` // cw: on ToResourceInventoriedAs
	PairOf          store.ID `json:"pairOf,omitempty"`          // cw: modify→accept, dropoff→pickup, separate→combine
	Queued          bool     `json:"queued,omitempty"`          // cw: what came in lies behind what was there (the policy withdrawal was fifo)
	ChainPosition   int64    `json:"chainPosition,omitempty"`   // cw: in the chain of ResourceInventoriedAs
	ToChainPosition int64    `json:"toChainPosition,omitempty"` // cw: in the chain of ToResourceInventoriedAs
}

// Changes is everything an act did to the core. It goes into the journal
// record under "vf", and the verifier replays it.
type Changes struct {
	Agents                 []Agent                 `json:"agents,omitempty"`
	ResourceSpecifications []ResourceSpecification `json:"resourceSpecifications,omitempty"`
	ProcessSpecifications  []ProcessSpecification  `json:"processSpecifications,omitempty"`
	Processes              []Process               `json:"processes,omitempty"`
	Policies               []PolicyChange          `json:"policies,omitempty"`  // before the events of the act
	Written                []Written               `json:"written,omitempty"`   // plans, agreements and the like, in order
	Resources              []Resource              `json:"resources,omitempty"` // as created, quantities zero
	Events                 []Event                 `json:"events,omitempty"`
	Finished               []ProcessFinished       `json:"finished,omitempty"` // after the events of the act
	Described              []Description           `json:"described,omitempty"`
}

// PolicyChange replaces the policy of a specification from its moment on;
// events before it stand as they are.
type PolicyChange struct {
	Specification store.ID  `json:"specification"`
	Policy        Policy    `json:"policy"`
	By            store.ID  `json:"by,omitempty"` // the agent who changed it
	At            time.Time `json:"at"`
}

// ProcessFinished says that no more will be done in a process. What was done
// may still be recorded late.
type ProcessFinished struct {
	Process store.ID  `json:"process"`
	At      time.Time `json:"at"`
}

// Description replaces the name and the note of something: fields that carry
// no economic fact. The name of a person and every note are private and left
// out of the journal.
type Description struct {
	ID   store.ID `json:"id"`
	Name string   `json:"name,omitempty"`
	Note string   `json:"note,omitempty"`
}

// Action is the name of one of the 19 actions of ValueFlows.
type Action string
