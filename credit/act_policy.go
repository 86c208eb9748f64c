package credit

import (
	"context"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// PolicyAsk gives the groups of a currency their policies of limits.
type PolicyAsk struct {
	Currency store.ID `json:"currency"`
	Groups   []Group  `json:"groups"` // everybody first
	Reason   string   `json:"reason"`
}

// SetPolicy says how far the accounts of a currency may go, and gives all of them
// the bands that follow. Accounts for which the commons decided keep what it decided.
//
// Faults: credit.unknown_currency, .groups, .group_name, .group_twice, .band_reason, limit.….
func SetPolicy(ctx context.Context, db *store.Store, who auth.Identity, key string, ask PolicyAsk) (Currency, error) {
	return auth.Perform(ctx, db, who, key, Limit, ask, setPolicy)
}

func setPolicy(tx *store.Tx, who auth.Identity, ask PolicyAsk) (Currency, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return Currency{}, err
	}
	c, err := s.currency(ask.Currency)
	if err != nil {
		return c, err
	}
	if err := checkReason(ask.Reason); err != nil {
		return c, err
	}
	if err := checkGroups(ask.Groups); err != nil {
		return c, err
	}
	c.Limits = ask.Groups
	if _, err := tx.Exec(upsertCurrency, c.ID, string(c.Unit), encoded(c)); err != nil {
		return c, err
	}
	tx.Changed()
	changes, err := refigure(tx, s, c, BandChange{By: who.Agent, Reason: ask.Reason})
	if err != nil {
		return c, err
	}
	if _, err := tx.Exec(putMonth, c.ID, monthOf(tx.Now(), s.Zone)); err != nil {
		return c, err
	}
	_, err = record(tx, "credit.set_policy", who, body{Currency: &c, Bands: changes, Reason: ask.Reason}, nil, nil)
	return c, err
}

// checkReason says what is wrong with the reason for a band.
func checkReason(reason string) error {
	if reason == "" || len(reason) > maxNote {
		return fault.Invalidf("credit.band_reason", "reason", "say why, in 1 to %d bytes: it stands in the history of the account", maxNote)
	}
	return nil
}

// monthOf is the first day of the month of a moment.
func monthOf(at time.Time, zone *time.Location) string { return at.In(zone).Format("2006-01") + "-01" }
