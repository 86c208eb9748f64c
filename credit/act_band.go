package credit

import (
	"context"

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
	Reason  string           `json:"reason"`
}

// SetBand changes how far an account may go either way, by decision. Where the
// account stands outside of its new band nothing is undone: it only moves back
// towards it.
//
// Faults: credit.unknown_account, .band, .band_reason, .unit, .account_closed.
func SetBand(ctx context.Context, db *store.Store, who auth.Identity, key string, ask BandAsk) (BandChange, error) {
	return perform(ctx, db, who, key, Limit, ask, setBand)
}

func setBand(tx *store.Tx, who auth.Identity, ask BandAsk) (BandChange, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return BandChange{}, err
	}
	found, err := accounts.Get(tx, ask.Account)
	if err != nil {
		return BandChange{}, err
	}
	if len(found) == 0 {
		return BandChange{}, fault.NotFoundf("credit.unknown_account", "account", "%.40q is no account, and nobody who has one in this currency", ask.Account)
	}
	a := found[0]
	to, err := ask.band(s.Currencies[a.Currency])
	if err != nil {
		return BandChange{}, err
	}
	if a.Standing == Closed {
		return BandChange{}, fault.Conflictf("credit.account_closed", "account", "one of the accounts is closed")
	}
	change := BandChange{Account: a.ID, At: tx.Now(), From: a.Band, To: to, Policy: "committee", By: who.Agent, Reason: ask.Reason}
	a.Band = to
	if err := accounts.Put(tx, a); err != nil {
		return BandChange{}, err
	}
	_, err = record(tx, "credit.set_band", who, body{Bands: []BandChange{change}}, nil, nil)
	return change, err
}

// band is what the ask says, or what is wrong with it.
func (ask BandAsk) band(c Currency) (b Band, err error) {
	if ask.Reason == "" || len(ask.Reason) > maxNote {
		return b, fault.Invalidf("credit.band_reason", "reason", "say why, in 1 to %d bytes: it stands in the history of the account", maxNote)
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
