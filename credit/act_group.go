package credit

import (
	"context"
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// GroupAsk puts an account into a group.
type GroupAsk struct {
	Account store.ID `json:"account"`
	Group   string   `json:"group"` // empty: back to everybody
	Reason  string   `json:"reason"`
}

// SetGroup puts an account into a group of its currency; it gets the band that
// follows from the policy there.
//
// Faults: credit.unknown_account, .unknown_group, .no_policy, .account_closed, .band_reason.
func SetGroup(ctx context.Context, db *store.Store, who auth.Identity, key string, ask GroupAsk) (Account, error) {
	return auth.Perform(ctx, db, who, key, Limit, ask, func(tx *store.Tx, who auth.Identity, ask GroupAsk) (Account, error) {
		s, a, err := limited(tx, ask.Account, ask.Reason)
		if err != nil {
			return a, err
		}
		if !slices.ContainsFunc(s.Currencies[a.Currency].Groups(), func(g Group) bool { return g.Name == ask.Group }) {
			return a, fault.NotFoundf("credit.unknown_group", "group", "%.60q is no group of this currency", ask.Group)
		}
		a.Limits.Group = ask.Group
		changes, err := refigureOne(tx, s, &a, BandChange{By: who.Agent, Reason: ask.Reason})
		if err != nil {
			return a, err
		}
		_, err = record(tx, "credit.set_group", who, body{Groups: []InGroup{{a.ID, ask.Group}}, Bands: changes, Reason: ask.Reason}, nil, nil)
		return a, err
	})
}

// limited returns an account of a member whose band follows a policy, for an act with a reason.
func limited(tx *store.Tx, id store.ID, reason string) (*Settings, Account, error) {
	if err := checkReason(reason); err != nil {
		return nil, Account{}, err
	}
	s, err := settings.Get(tx)
	if err != nil {
		return nil, Account{}, err
	}
	a, err := bandOf(tx, id)
	if err == nil && a.Role != OfMember {
		err = fault.Conflictf("credit.no_policy", "account", "an account of the commons itself follows no policy; its band is decided")
	}
	return s, a, err
}

// bandOf returns an account whose band may change.
func bandOf(tx *store.Tx, id store.ID) (Account, error) {
	found, err := accounts.Get(tx, id)
	switch {
	case err != nil:
		return Account{}, err
	case len(found) == 0:
		return Account{}, fault.NotFoundf("credit.unknown_account", "account", "%.40q is no account, and nobody who has one in this currency", id)
	case found[0].Standing == Closed:
		return found[0], fault.Conflictf("credit.account_closed", "account", "one of the accounts is closed")
	}
	return found[0], nil
}
