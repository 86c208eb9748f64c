package evaluation

import "math/big"

// pairMass adds up what each member gave each other, per direction.
func pairMass(rounds ...[]Gift) map[[2]string]int64 {
	mass := map[[2]string]int64{}
	for _, gifts := range rounds {
		for _, g := range gifts {
			pair := [2]string{g.From, g.To}
			mass[pair] = saturate(mass[pair], g.Amount)
		}
	}
	return mass
}

// saturate adds two masses; a window beyond 63 bits damps as much as one at it.
func saturate(a, b int64) int64 {
	if sum := a + b; sum >= a && b >= 0 {
		return sum
	}
	return max(a, 1<<62)
}

// damp returns how much of the gift counts.
func (r GiveRules) damp(g Gift, mass map[[2]string]int64) GiftTrace {
	t := GiftTrace{Gift: g, Counts: new(big.Rat).SetInt64(g.Amount)}
	if r.Damping == 0 {
		return t
	}
	t.Mutual = min(mass[[2]string{g.From, g.To}], mass[[2]string{g.To, g.From}])
	m := big.NewInt(r.Damping)
	t.Counts.Mul(t.Counts, new(big.Rat).SetFrac(m, new(big.Int).Add(m, big.NewInt(t.Mutual))))
	return t
}

// shares is how unspent budgets are spread: everybody who receives gets the
// same part of each budget, except that nobody gets back his own.
type shares struct {
	each   *big.Rat            // what somebody without a budget of his own would get
	own    map[string]*big.Rat // to be taken off: his part of his own
	unable bool
}

// spread works out the parts of unspent budgets.
func (r GiveRules) spread(members map[string]Member, given map[string]int64) shares {
	s := shares{each: new(big.Rat), own: map[string]*big.Rat{}, unable: r.Unspent != SpreadEven}
	receivers := int64(0)
	for _, m := range members {
		if !m.Declines {
			receivers++
		}
	}
	for _, m := range members {
		others := receivers
		if !m.Declines {
			others--
		}
		if s.unable || others == 0 {
			continue
		}
		part := big.NewRat(m.Budget-given[m.ID], others)
		s.each.Add(s.each, part)
		if !m.Declines {
			s.own[m.ID] = part
		}
	}
	return s
}

// of returns the member's part; nil when nothing is spread.
func (s shares) of(m Member) *big.Rat {
	if s.unable || m.Declines {
		return nil
	}
	part := new(big.Rat).Set(s.each)
	if own := s.own[m.ID]; own != nil {
		part.Sub(part, own)
	}
	return part
}

// receipt puts together what one member received.
func (r GiveRules) receipt(m Member, gifts []Gift, given int64, s shares, mass map[[2]string]int64) Receipt {
	out := Receipt{Member: m.ID, Given: given, Unspent: m.Budget - given, Spread: s.of(m), Weight: new(big.Rat)}
	for _, g := range gifts {
		t := r.damp(g, mass)
		out.Received = append(out.Received, t)
		out.Weight.Add(out.Weight, t.Counts)
	}
	if len(gifts) < r.GiversEach {
		out.Weight.SetInt64(0)
		if len(gifts) > 0 {
			out.Reason = TooFewRaters
		}
		return out
	}
	if out.Spread != nil {
		out.Weight.Add(out.Weight, out.Spread)
	}
	return out
}
