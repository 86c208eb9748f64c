package rollup

// Place is where an event of the vocabulary stands.
type Place uint8

// The places.
const (
	Alone      Place = iota // neither in a process nor in an exchange
	InputOf                 // an input of a process
	OutputOf                // an output of a process
	InExchange              // one side of an exchange, or a cost of it
)

// roles says what the actions of ValueFlows are here, by where they stand. In
// an exchange, what moves money is told from what moves goods by RoleOf.
var roles = map[Place]map[string]Role{
	Alone: {"raise": Contribution, "transfer": Contribution, "transferAllRights": Contribution, "produce": Contribution},
	InputOf: {"work": Work, "use": Use, "cite": Cite, "consume": Consume, "accept": Consume, "pickup": Consume, "combine": Consume,
		"deliverService": Consume},
	OutputOf: {"produce": Produce, "modify": Produce, "dropoff": Produce, "separate": Produce, "deliverService": Produce},
	InExchange: {"work": ExchangeWork, "transfer": Receipt, "transferAllRights": Receipt, "raise": Receipt, "produce": Receipt,
		"deliverService": Expense},
}

// RoleOf returns the role of an action of ValueFlows at a place. money says
// that the resource is a medium of exchange: in an exchange that makes a
// transfer a Payment. False means that the event moves no value here: a move
// between a project's own places, a loan, a copy, a correction downwards.
func RoleOf(action string, place Place, money bool) (Role, bool) {
	r, ok := roles[place][action]
	if ok && money && r == Receipt {
		r = Payment
	}
	return r, ok
}
