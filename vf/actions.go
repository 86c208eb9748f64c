package vf

// InputOutput says on which side of a process an action stands.
type InputOutput string

// The sides of a process. OutputInput is an output of one process that may at
// the same time be the input of a second one.
const (
	NoProcess   InputOutput = "notApplicable"
	Input       InputOutput = "input"
	Output      InputOutput = "output"
	OutputInput InputOutput = "outputInput"
)

// CreateResource says whether an event may create an inventoried record, and
// which one: Optional the resource itself, OptionalTo the receiving one.
type CreateResource string

// The values of createResource.
const (
	CreatesNothing CreateResource = "notApplicable"
	Optional       CreateResource = "optional"
	OptionalTo     CreateResource = "optionalTo"
)

// EventQuantity says which quantities an event may carry.
type EventQuantity string

// The values of eventQuantity.
const (
	ResourceOnly EventQuantity = "resource"
	EffortOnly   EventQuantity = "effort"
	BothKinds    EventQuantity = "both"
)

// QuantityEffect is what an event does to an accounting or on-hand quantity.
type QuantityEffect string

// The effects on a quantity. DecrementIncrement takes from the resource and
// adds to the receiving one; IncrementTo only adds to the receiving one.
const (
	NoQuantity         QuantityEffect = "notApplicable"
	Increment          QuantityEffect = "increment"
	Decrement          QuantityEffect = "decrement"
	DecrementIncrement QuantityEffect = "decrementIncrement"
	IncrementTo        QuantityEffect = "incrementTo"
)

// signs returns the sign of the effect on the resource and on the receiving
// resource.
func (q QuantityEffect) signs() (from, to int64) {
	switch q {
	case Increment:
		return +1, 0
	case Decrement:
		return -1, 0
	case DecrementIncrement:
		return -1, +1
	case IncrementTo:
		return 0, +1
	}
	return 0, 0
}

// Effect is what an event does to a place, an agent, a stage or a state that
// a resource carries: New sets it on a record the event creates, Update on
// the resource, UpdateTo on the receiving resource, Remove clears it.
type Effect string

// The effects on what is not a quantity.
const (
	NoEffect Effect = "notApplicable"
	New      Effect = "new"
	Update   Effect = "update"
	UpdateTo Effect = "updateTo"
	Remove   Effect = "remove"
)

// The 19 actions of ValueFlows 1.0.
const (
	Produce           Action = "produce"
	Consume           Action = "consume"
	Use               Action = "use"
	Work              Action = "work"
	Cite              Action = "cite"
	DeliverService    Action = "deliverService"
	Pickup            Action = "pickup"
	Dropoff           Action = "dropoff"
	Accept            Action = "accept"
	Modify            Action = "modify"
	Combine           Action = "combine"
	Separate          Action = "separate"
	TransferAllRights Action = "transferAllRights"
	TransferCustody   Action = "transferCustody"
	Transfer          Action = "transfer"
	Move              Action = "move"
	Copy              Action = "copy"
	Raise             Action = "raise"
	Lower             Action = "lower"
)

// Row is what the vocabulary says about one action. The last two columns are
// our own: the action that the row implies when provider and receiver differ,
// and the effect on the custodian, for which the vocabulary has no property.
type Row struct {
	Action            Action         `json:"action"`
	InputOutput       InputOutput    `json:"inputOutput"`
	PairsWith         Action         `json:"pairsWith,omitempty"`
	CreateResource    CreateResource `json:"createResource"`
	EventQuantity     EventQuantity  `json:"eventQuantity"`
	AccountingEffect  QuantityEffect `json:"accountingEffect"`
	OnhandEffect      QuantityEffect `json:"onhandEffect"`
	LocationEffect    Effect         `json:"locationEffect"`
	ContainedEffect   Effect         `json:"containedEffect"`
	AccountableEffect Effect         `json:"accountableEffect"`
	StageEffect       Effect         `json:"stageEffect"`
	StateEffect       Effect         `json:"stateEffect"`
	Implies           Action         `json:"cw:implies,omitempty"`
	CustodianEffect   Effect         `json:"cw:custodianEffect"`
}

// Short names keep the table readable as a table.
const (
	nop = NoProcess
	no0 = CreatesNothing
	res = ResourceOnly
	nq  = NoQuantity
	inc = Increment
	dec = Decrement
	dui = DecrementIncrement
	ne  = NoEffect
	upd = Update
	upT = UpdateTo
)

// table is the action table in the documentation variant of ValueFlows 1.0.
// The five cells in which the Turtle variant differs are in turtle.
var table = [...]Row{
	//                 io           pairs    create      quantity  acc          onh          loc  cont    own  stg  sta  implies          custodian
	{Produce, Output, "", Optional, res, inc, inc, New, ne, New, upd, upd, Transfer, New},
	{Consume, Input, "", no0, res, dec, dec, ne, ne, ne, ne, upd, Transfer, ne},
	{Use, Input, "", no0, BothKinds, nq, nq, ne, ne, ne, ne, upd, "", ne},
	{Work, Input, "", no0, BothKinds, nq, nq, ne, ne, ne, ne, ne, "", ne},
	{Cite, Input, "", no0, res, nq, nq, ne, ne, ne, ne, upd, "", ne},
	{DeliverService, OutputInput, "", no0, res, nq, nq, ne, ne, ne, ne, ne, Transfer, ne},
	{Pickup, Input, Dropoff, OptionalTo, res, nq, dec, upd, ne, ne, ne, upd, TransferCustody, ne},
	{Dropoff, Output, Pickup, OptionalTo, res, nq, inc, upd, ne, ne, upd, upd, TransferCustody, ne},
	{Accept, Input, Modify, OptionalTo, res, nq, dec, upd, ne, ne, ne, upd, TransferCustody, ne},
	{Modify, Output, Accept, OptionalTo, res, nq, inc, upd, ne, ne, upd, upd, TransferCustody, ne},
	{Combine, Input, "", no0, res, nq, dec, ne, upd, ne, ne, upd, "", ne},
	{Separate, Output, "", no0, res, nq, inc, ne, Remove, ne, upd, upd, "", ne},
	{TransferAllRights, nop, "", OptionalTo, res, dui, nq, ne, ne, upT, ne, upT, "", ne},
	{TransferCustody, nop, "", OptionalTo, res, nq, dui, upT, ne, ne, ne, upT, "", upT},
	{Transfer, nop, "", OptionalTo, res, dui, dui, upT, ne, upT, ne, upT, "", upT},
	{Move, nop, "", OptionalTo, res, dui, dui, upT, ne, ne, ne, upT, "", ne},
	{Copy, nop, "", OptionalTo, res, IncrementTo, IncrementTo, New, ne, New, ne, upT, "", New},
	{Raise, nop, "", Optional, res, inc, inc, ne, ne, New, ne, upd, "", New},
	{Lower, nop, "", Optional, res, dec, dec, ne, ne, New, ne, upd, "", New},
}

// Variant is a cell in which the vocabulary's Turtle file says something else
// than its documentation, whose value we follow: implied custody transfers
// need new receiving records, and a work entry may count several people.
type Variant struct {
	Action Action
	Column string
	Turtle string // the value in the machine-readable file
}

var turtle = [...]Variant{
	{Work, "eventQuantity", string(EffortOnly)},
	{Pickup, "createResource", string(CreatesNothing)},
	{Dropoff, "createResource", string(CreatesNothing)},
	{Accept, "createResource", string(CreatesNothing)},
	{Modify, "createResource", string(CreatesNothing)},
}

// Actions returns the action table, one row per action.
func Actions() []Row { return append([]Row(nil), table[:]...) }

// TurtleVariants returns the cells in which the vocabulary's Turtle file
// differs from the table, so that an export can state which variant it uses.
func TurtleVariants() []Variant { return append([]Variant(nil), turtle[:]...) }

// Row returns the table's row of the action; known is false for any other word.
func (a Action) Row() (row Row, known bool) {
	if r := a.row(); r != nil {
		return *r, true
	}
	return Row{}, false
}

var rows = func() map[Action]*Row {
	m := make(map[Action]*Row, len(table))
	for i := range table {
		m[table[i].Action] = &table[i]
	}
	return m
}()

func (a Action) row() *Row { return rows[a] }
