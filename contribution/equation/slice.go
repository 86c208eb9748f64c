package equation

import (
	"slices"

	"commonweal/platform/fault"
)

// Slice is a claim of somebody under a rule with risk multipliers, as it
// stands. Amounts are millionths of the equation's unit.
type Slice struct {
	Bucket       string `json:"bucket"` // key
	Rule         string `json:"rule"`
	Contribution int32  `json:"contribution"` // index in the Ledger
	Kind         string `json:"kind"`
	Cash         bool   `json:"cash"`
	Original     int64  `json:"original"` // at creation, with its multiplier
	Kept         int64  `json:"kept"`     // what exits leave of it
	Paid         int64  `json:"paid"`     // by earlier distributions
	// Counts is what may still be paid on it, or for a claim that does not
	// shrink, what it still weighs.
	Counts int64  `json:"counts"`
	Reason Reason `json:"reason,omitempty"` // why less is kept than there was
}

// Slices lists the slices of a person, by bucket, then rule, then
// contribution, whatever deliverable they went into. Claims that cannot be
// valued are not among them. It refuses a person without contributions.
func (s *Session) Slices(p *Program, person string) ([]Slice, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	who := slices.Index(s.in.Ledger.People, person)
	if who < 0 {
		return nil, fault.NotFoundf("equation.no_contribution", "person", "%q has no contribution in this ledger", clip(person))
	}
	var all []Slice
	for i := range p.buckets {
		all = append(all, s.slicesIn(p, &p.buckets[i], int32(who))...)
	}
	return all, nil
}

func (s *Session) slicesIn(p *Program, b *bucket, who int32) (list []Slice) {
	l, m := s.in.Ledger, newMatcher(&s.in, p, b)
	byRule := make([][]int32, len(b.rules))
	for event := range int32(l.Len()) {
		if l.Person[event] != who {
			continue
		}
		if k, why := m.match(event); why == chosen && len(b.rules[k].RiskMultipliers) > 0 {
			byRule[k] = append(byRule[k], event)
		}
	}
	for k, events := range byRule {
		if len(events) == 0 {
			continue
		}
		r := &b.rules[k]
		v := s.value(p, r, events)
		for i, event := range events {
			if v.original[i] == unvalued {
				continue
			}
			kind := l.Kinds[l.Kind[event]]
			x := Slice{Bucket: b.Key, Rule: r.ID, Contribution: event, Kind: kind, Cash: slices.Contains(p.eq.ExitRule().CashKinds, kind),
				Original: v.created(i, event), Kept: v.original[i], Counts: v.original[i], Reason: v.left[event].reason}
			if v.paid != nil && v.paid[i] != notStored {
				x.Paid = v.paid[i]
			}
			switch {
			case r.Claim == UntilPaid:
				x.Counts = max(0, x.Kept-x.Paid)
			case r.Claim == Once && s.prior[r.ID] != nil && s.prior[r.ID].isClosed(event):
				x.Counts = 0
			}
			list = append(list, x)
		}
	}
	return list
}
