package relay

import (
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Rate says that Ours of our unit are worth Theirs of a neighbor's. It is a
// fraction, so that both neighbors mean the same by it.
type Rate struct {
	Ours   int64 `json:"ours,string"`
	Theirs int64 `json:"theirs,string"`
}

// rateAtMost bounds both sides of a rate.
const rateAtMost = 1_000_000_000_000

// Check says what is wrong with a rate.
func (r Rate) Check() error {
	if r.Ours < 1 || r.Theirs < 1 || r.Ours > rateAtMost || r.Theirs > rateAtMost {
		return fault.Invalidf("relay.rate", "rate", "%d of ours for %d of theirs is no rate; write two whole numbers from 1 to %d", r.Ours, r.Theirs, int64(rateAtMost))
	}
	return nil
}

// Turned is the rate as the neighbor has it.
func (r Rate) Turned() Rate { return Rate{Ours: r.Theirs, Theirs: r.Ours} }

// Same reports whether two fractions are one rate.
func (r Rate) Same(o Rate) bool {
	a, err := quantity.MulDivMicros(r.Ours, o.Theirs, r.Theirs, quantity.Down)
	b, err2 := quantity.MulDivMicros(r.Ours, o.Theirs, r.Theirs, quantity.Up)
	return err == nil && err2 == nil && a == b && a == o.Ours
}

// Cost is what an amount of the neighbor's unit costs in ours, in millionths of
// both: rounded up, so that who pays it on does not lose.
func (r Rate) Cost(theirs int64) (ours int64, err error) {
	return quantity.MulDivMicros(theirs, r.Ours, r.Theirs, quantity.Up)
}

// Fee is what a commons takes for passing a payment on: Part of In of what it
// passes on. The zero Fee takes nothing.
type Fee struct {
	Part int64 `json:"part,string"`
	In   int64 `json:"in,string"`
}

// Check says what is wrong with a fee: at most a tenth.
func (f Fee) Check() error {
	if f == (Fee{}) {
		return nil
	}
	if f.Part < 0 || f.In < 1 || f.In > 1_000_000 || f.Part > f.In/10 {
		return fault.Invalidf("relay.fee", "fee", "%d in %d is no fee for passing payments on; at most one in ten is", f.Part, f.In)
	}
	return nil
}

// On is the fee on an amount that is passed on, rounded up to whole steps.
func (f Fee) On(amount, step int64) (int64, error) {
	if f.Part == 0 {
		return 0, nil
	}
	fee, err := quantity.MulDivMicros(amount, f.Part, f.In, quantity.Up)
	if err != nil {
		return 0, err
	}
	return RoundUp(fee, step)
}

// RoundUp is an amount in whole steps, none less than it was.
func RoundUp(amount, step int64) (int64, error) {
	if rest := amount % step; rest > 0 {
		return quantity.AddMicros(amount, step-rest)
	}
	return amount, nil
}
