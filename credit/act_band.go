package credit

import (
	"context"
	"time"

	"commonweal/credit/limit"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// BandAsk gives an account a band of its own.
type BandAsk struct {
	Account store.ID        `json:"account"`
	Floor   quantity.Amount `json:"floor"` // zero or less
	// Ceiling is zero or more; nil: none.
	Ceiling *quantity.Amount `json:"ceiling,omitempty"`
	// Until is when the account follows the policy of its group again; zero: when that is decided.
	Until  time.Time `json:"until,omitzero"`
	Reason string    `json:"reason"`
}

// SetBand changes how far an account may go either way, by decision. Where the
// account stands outside of its new band nothing is undone: it only moves back
// towards it.
//
// Faults: credit.unknown_account, .band, .band_reason, .band_until, .unit, .account_closed.
func SetBand(ctx context.Context, db *store.Store, who auth.Identity, key string, ask BandAsk) (BandChange, error) {
	return auth.Perform(ctx, db, who, key, Limit, ask, setBand)
}

func setBand(tx *store.Tx, who auth.Identity, ask BandAsk) (BandChange, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return BandChange{}, err
	}
	a, err := bandOf(tx, ask.Account)
	if err != nil {
		return BandChange{}, err
	}
	to, err := ask.band(s.Currencies[a.Currency], tx.Now())
	if err != nil {
		return BandChange{}, err
	}
	a.Limits.Decision = &limit.Decision{Band: to.limited(), Until: ask.Until}
	if _, err := tx.Exec(deleteDecision, a.ID); err != nil {
		return BandChange{}, err
	}
	if !ask.Until.IsZero() {
		if _, err := tx.Exec(putDecision, a.ID, store.Micros(ask.Until)); err != nil {
			return BandChange{}, err
		}
	}
	changes, err := refigureOne(tx, s, &a, BandChange{By: who.Agent, Reason: ask.Reason})
	if err != nil {
		return BandChange{}, err
	}
	_, err = record(tx, "credit.set_band", who, body{Bands: changes}, nil, nil)
	return changes[0], err
}

// band is what the ask says, or what is wrong with it.
func (ask BandAsk) band(c Currency, now time.Time) (b Band, err error) {
	if err := checkReason(ask.Reason); err != nil {
		return b, err
	}
	if !ask.Until.IsZero() && !ask.Until.After(now) {
		return b, fault.Invalidf("credit.band_until", "until", "a decision ends in the future, not on %s", ask.Until.Format(time.DateOnly))
	}
	ends := []quantity.Amount{ask.Floor}
	if ask.Ceiling != nil {
		ends = append(ends, *ask.Ceiling)
	}
	for _, e := range ends {
		if e.Unit != c.Unit {
			return b, fault.Invalidf("credit.unit", "floor", "%s is paid in %s, not in %s", c.Name, c.Unit, e.Unit)
		}
		if Micros(e.Micros)%c.Step() != 0 || e.Micros > largest || e.Micros < -largest {
			return b, fault.Invalidf("credit.band", "floor", "%s is no end of a band of %s", e, c.Name)
		}
	}
	if b.Floor = Micros(ask.Floor.Micros); b.Floor > 0 {
		return b, fault.Invalidf("credit.band", "floor", "a floor is zero or less, not %s", ask.Floor)
	}
	if ask.Ceiling != nil {
		if ask.Ceiling.Sign() < 0 {
			return b, fault.Invalidf("credit.band", "ceiling", "a ceiling is zero or more, not %s", *ask.Ceiling)
		}
		high := Micros(ask.Ceiling.Micros)
		b.Ceiling = &high
	}
	return b, nil
}
