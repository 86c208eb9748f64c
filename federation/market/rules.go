package market

import (
	"commonweal/platform/activitypub"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// maxFactor bounds how many units one offer may take.
const maxFactor = 1_000_000

// Fits holds an offered agreement against a proposal and returns how many times the
// proposal it takes. Invalid: federation.intents, .quantity_differs, .not_whole,
// .sides_differ; Conflict: federation.not_available.
func (p Proposal) Fits(a Agreement) (factor int64, err error) {
	if a.Primary.Satisfies != p.Primary.ID {
		return 0, fault.Invalidf("federation.intents", "stipulates", "the first commitment satisfies %.200q, not the primary intent %.200q", a.Primary.Satisfies, p.Primary.ID)
	}
	switch {
	case p.Reciprocal == nil && a.Reciprocal != nil:
		return 0, fault.Invalidf("federation.intents", "stipulatesReciprocal", "nothing is wanted in return, but the offer promises something")
	case p.Reciprocal != nil && (a.Reciprocal == nil || a.Reciprocal.Satisfies != p.Reciprocal.ID):
		return 0, fault.Invalidf("federation.intents", "stipulatesReciprocal", "the second commitment does not satisfy the reciprocal intent %.200q", p.Reciprocal.ID)
	}
	if factor, err = p.times(a.Primary.Quantity, p.Primary.Quantity, "stipulates"); err != nil {
		return 0, err
	}
	if p.Reciprocal != nil {
		other, err := p.times(a.Reciprocal.Quantity, p.Reciprocal.Quantity, "stipulatesReciprocal")
		if err != nil {
			return 0, err
		}
		if other != factor {
			return 0, fault.Invalidf("federation.sides_differ", "stipulatesReciprocal", "%d units are taken and %d are given for; both sides are multiplied alike", factor, other)
		}
	}
	for _, side := range []struct {
		intent *Intent
		taken  quantity.Amount
	}{{&p.Primary, a.Primary.Quantity}, {p.Reciprocal, reciprocalQuantity(a)}} {
		if side.intent != nil && side.intent.Available != nil && side.taken.Micros > side.intent.Available.Micros {
			return 0, fault.Conflictf("federation.not_available", "stipulates", "%s is asked for and %s is available", side.taken, *side.intent.Available)
		}
	}
	return factor, nil
}

func reciprocalQuantity(a Agreement) quantity.Amount {
	if a.Reciprocal == nil {
		return quantity.Amount{}
	}
	return a.Reciprocal.Quantity
}

// times returns how often one amount is in another: once, or where the proposal is
// unit based a whole number of times.
func (p Proposal) times(offered, proposed quantity.Amount, field string) (int64, error) {
	if offered.Unit != proposed.Unit || !p.UnitBased && offered.Micros != proposed.Micros {
		return 0, fault.Invalidf("federation.quantity_differs", field, "the offer says %s where the proposal says %s", offered, proposed)
	}
	factor := offered.Micros / proposed.Micros
	if offered.Micros%proposed.Micros != 0 || factor > maxFactor {
		return 0, fault.Invalidf("federation.not_whole", field, "%s is no whole number of times %s, up to a million", offered, proposed)
	}
	return factor, nil
}

// Take returns the agreement that takes a proposal so many times. Faults as of Fits.
func (p Proposal) Take(factor int64) (Agreement, error) {
	if factor < 1 || factor > maxFactor || !p.UnitBased && factor != 1 {
		return Agreement{}, fault.Invalidf("federation.factor", "times", "the proposal cannot be taken %d times", factor)
	}
	first, err := multiply(p.Primary.Quantity, factor)
	if err != nil {
		return Agreement{}, err
	}
	a := Agreement{Primary: Commitment{Satisfies: p.Primary.ID, Quantity: first}}
	if p.Reciprocal != nil {
		second, err := multiply(p.Reciprocal.Quantity, factor)
		if err != nil {
			return Agreement{}, err
		}
		a.Reciprocal = &Commitment{Satisfies: p.Reciprocal.ID, Quantity: second}
	}
	_, err = p.Fits(a)
	return a, err
}

func multiply(a quantity.Amount, factor int64) (quantity.Amount, error) {
	n, err := quantity.MulDivMicros(a.Micros, factor, 1, quantity.HalfEven)
	return quantity.Micros(n, a.Unit), err
}

// Finalize gives an agreement and its commitments their identifiers.
func (a Agreement) Finalize(id string) Agreement {
	a.ID, a.Primary.ID = id, id+"#primary"
	if a.Reciprocal != nil {
		r := *a.Reciprocal
		r.ID = id + "#reciprocal"
		a.Reciprocal = &r
	}
	return a
}

// Finalizes holds a finalized agreement against the one that was offered. Everything
// that it names is of the proposer's host. Invalid: federation.changed_terms, .foreign_agreement.
func (a Agreement) Finalizes(offered Agreement) error {
	if (a.Reciprocal == nil) != (offered.Reciprocal == nil) || a.Primary.Quantity != offered.Primary.Quantity || reciprocalQuantity(a) != reciprocalQuantity(offered) ||
		a.Primary.Satisfies != offered.Primary.Satisfies || a.Reciprocal != nil && a.Reciprocal.Satisfies != offered.Reciprocal.Satisfies {
		return fault.Invalidf("federation.changed_terms", "result", "the finalized agreement is not what was offered")
	}
	ids := []string{a.ID, a.Primary.ID}
	if a.Reciprocal != nil {
		ids = append(ids, a.Reciprocal.ID)
		if a.Reciprocal.ID == a.Primary.ID {
			return fault.Invalidf("federation.missing_id", "result", "both commitments are called %.200q", a.Primary.ID)
		}
	}
	for _, id := range ids {
		if !activitypub.SameHost(id, offered.Primary.Satisfies) {
			return fault.Invalidf("federation.foreign_agreement", "result", "%.200q is not of the host of the proposal", id)
		}
	}
	return nil
}
