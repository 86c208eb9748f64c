package credit

import "math"

// Band is how far a balance may go either way, in millionths of the unit.
type Band struct {
	Floor Micros `json:"floor"` // zero or less
	// Ceiling is zero or more; nil means that there is none, which is not the same as zero.
	Ceiling *Micros `json:"ceiling,omitempty"`
}

// Position is where an account stands, in millionths of the unit.
type Position struct {
	Balance  Micros // what was posted
	Outgoing Micros // reserved to leave, zero or more
	Incoming Micros // reserved to arrive, zero or more
	Band
}

// Spendable is what may still leave the account: what lies above the floor
// once everything reserved has left. Nothing of what is about to arrive counts.
// It is below zero when the account stands under its floor.
func (p Position) Spendable() Micros { return saturated(p.Balance, -p.Outgoing, -p.Floor) }

// Room is what may still arrive: what lies below the ceiling once everything
// reserved has arrived. bounded is false where there is no ceiling.
func (p Position) Room() (room Micros, bounded bool) {
	if p.Ceiling == nil {
		return math.MaxInt64, false
	}
	return saturated(*p.Ceiling, -p.Balance, -p.Incoming), true
}

// Admits reports whether the account takes a net change: below zero it leaves,
// above zero it arrives.
func (p Position) Admits(net Micros) bool {
	if net < 0 {
		return net != math.MinInt64 && -net <= p.Spendable()
	}
	room, _ := p.Room()
	return net <= room
}

// Credit is the part of the spendable amount that is not the holder's own
// balance but trust of the others: what may be drawn below zero.
func (p Position) Credit() Micros {
	own := max(0, saturated(p.Balance, -p.Outgoing))
	return max(0, p.Spendable()-own)
}
