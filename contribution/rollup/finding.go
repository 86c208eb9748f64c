package rollup

import "math/big"

// Finding is one thing that looks missing or wrong in the flows.
type Finding struct {
	Code    string // stable: "rollup.no_work"
	Subject string // identifier of the process, event, exchange or resource
	Reason  string // what is missing, in plain words
	Fix     string // what would mend it
	// Estimate is the value that is unpaid or uncertain because of it, in whole
	// units of value; nil where nothing can be said.
	Estimate *big.Rat

	quantity bool // about the event's quantity, not its value
}
