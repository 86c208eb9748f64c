package equation

import (
	"math"
	"math/big"

	"commonweal/contribution/equation/formula"
	"commonweal/quantity"
)

// values is the original value of each claim of a rule, beside the rule's
// picked contributions.
type values struct {
	original []int64 // millionths, whole minor units; unvalued where held
	paid     []int64 // by earlier distributions, or notStored; nil when no claim of the rule is stored
	held     map[int32]Reason
	left     map[int32]leaving // what exits took off; original is what they leave
}

const (
	unvalued  int64 = -1 // in original: the claim is held
	notStored int64 = -1 // in paid: no earlier distribution made the claim
)

// valuesOf values the claims of rule k of the bucket.
func (s *Session) valuesOf(p *Program, b *bucket, k int, sel *selection) (*values, error) {
	r := &b.rules[k]
	return s.valued.get(b.match+"\n"+r.key, s.run, func() (*values, error) { return s.value(p, r, sel.rules[k].events), nil })
}

// value values claims of a rule on contributions: by its formula, unless they
// are stored, and then by what exits leave of them.
func (s *Session) value(p *Program, r *rule, events []int32) *values {
	v := &values{original: make([]int64, len(events)), held: map[int32]Reason{}}
	ranges := chunks(len(events))
	held := make([]map[int32]Reason, len(ranges))
	parallel(len(ranges), func(i int) {
		e := valuation{feed: newFeed(&s.in, r, r.original, p.eq.Unit), minor: p.minor, held: map[int32]Reason{}}
		e.run(events[ranges[i][0]:ranges[i][1]], v.original[ranges[i][0]:ranges[i][1]])
		held[i] = e.held
	})
	for _, part := range held {
		for event, reason := range part {
			v.held[event] = reason
		}
	}
	v.stored(s.prior[r.ID], events)
	v.leave(s, p, r, events)
	return v
}

// stored puts the value of claims that exist already in place of the
// formula's: a new version of the rules does not change them.
func (v *values) stored(p *priorRule, events []int32) {
	if p == nil {
		return
	}
	v.paid = make([]int64, len(events))
	at := 0
	for i, event := range events {
		for at < len(p.contribution) && p.contribution[at] < event {
			at++
		}
		v.paid[i] = notStored
		if at < len(p.contribution) && p.contribution[at] == event {
			v.original[i], v.paid[i] = p.original[at], p.paid[at]
			delete(v.held, event)
		}
	}
}

// valuation evaluates a rule's formula over contributions.
type valuation struct {
	*feed
	minor int64
	held  map[int32]Reason
}

func (v *valuation) run(events []int32, original []int64) {
	machine, batch := formula.NewMachine(v.f), v.f.NewBatch()
	perUnit := quantity.Scale / v.minor
	for lo := 0; lo < len(events); lo += formula.Lanes {
		hi := min(lo+formula.Lanes, len(events))
		v.fill(batch, events[lo:hi])
		out := machine.Run(batch)
		for lane := range out.N {
			count, reason := v.lane(out, lane, perUnit, events[lo+lane])
			if reason == "" {
				original[lo+lane], reason = v.toMicros(count)
			}
			if reason != "" {
				original[lo+lane] = unvalued
				v.held[events[lo+lane]] = reason
			}
		}
	}
}

// lane returns a claim's value in minor units, rounded half to even.
func (v *valuation) lane(out formula.Values, lane int, perUnit int64, event int32) (int64, Reason) {
	if !out.Unfit(lane) {
		if p := out.Problem[lane]; p != formula.NoProblem {
			return 0, Reason(p.String())
		}
		if count, ok := out.Nearest(lane, perUnit); ok {
			return count, ""
		}
	}
	value, p := v.f.Eval(one{v.feed, event})
	if p != formula.NoProblem {
		return 0, Reason(p.String())
	}
	return nearest(value, perUnit)
}

func nearest(value *big.Rat, perUnit int64) (int64, Reason) {
	count, ok := formula.Nearest(value, perUnit)
	switch {
	case ok:
		return count, ""
	case value.Sign() < 0:
		return 0, HeldNegative
	}
	return 0, HeldTooLarge
}

// toMicros turns minor units into millionths and applies the cap per claim.
func (v *valuation) toMicros(count int64) (int64, Reason) {
	switch {
	case count < 0:
		return 0, HeldNegative
	case count > math.MaxInt64/v.minor:
		return 0, HeldTooLarge
	}
	return min(count*v.minor, v.rule.cap), ""
}
