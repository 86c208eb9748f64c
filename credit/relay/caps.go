package relay

import "commonweal/quantity"

// Holding is where the account of a neighbor stands in our ledger, in millionths
// of our unit. Above zero we owe them, below zero they owe us.
type Holding struct {
	Balance  int64
	Outgoing int64 // reserved to leave it, zero or more
	Incoming int64 // reserved to arrive, zero or more
}

// Caps bound what all neighbors together owe us and we owe them. They protect a
// commons from a slow drain through many small neighbors.
type Caps struct {
	Trust int64 `json:"trust,string"` // the most that they owe us, zero or more
	Debt  int64 `json:"debt,string"`  // the most that we owe them, zero or more
}

// Admits reports whether all neighbors together take a net change of one of them:
// below zero it leaves their accounts. What is reserved counts against the cap it
// moves towards, and helps nowhere. What moves back towards zero is admitted
// whatever the caps are.
func (c Caps) Admits(all []Holding, net int64) bool {
	var low, high int64
	for _, h := range all {
		var err, err2 error
		low, err = quantity.AddMicros(low, h.Balance-h.Outgoing)
		high, err2 = quantity.AddMicros(high, h.Balance+h.Incoming)
		if err != nil || err2 != nil {
			return false
		}
	}
	if net < 0 {
		after, err := quantity.AddMicros(low, net)
		return err == nil && after >= -max(0, c.Trust)
	}
	after, err := quantity.AddMicros(high, net)
	return err == nil && after <= max(0, c.Debt)
}
