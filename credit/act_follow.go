package credit

import (
	"context"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// FollowAsk ends a decision about a band.
type FollowAsk struct {
	Account store.ID `json:"account"`
	Reason  string   `json:"reason"`
}

// FollowPolicy ends what the commons decided for an account: its band follows
// the policy of its group again.
//
// Faults: credit.unknown_account, .no_policy, .follows_policy, .account_closed, .band_reason.
func FollowPolicy(ctx context.Context, db *store.Store, who auth.Identity, key string, ask FollowAsk) (Account, error) {
	return auth.Perform(ctx, db, who, key, Limit, ask, func(tx *store.Tx, who auth.Identity, ask FollowAsk) (Account, error) {
		s, a, err := limited(tx, ask.Account, ask.Reason)
		if err != nil {
			return a, err
		}
		if a.Limits.Decision == nil {
			return a, fault.Conflictf("credit.follows_policy", "account", "nothing was decided for this account; it follows the policy of its group")
		}
		changes, err := endDecision(tx, s, &a, BandChange{By: who.Agent, Reason: ask.Reason})
		if err != nil {
			return a, err
		}
		_, err = record(tx, "credit.follow_policy", who, body{Bands: changes, Reason: ask.Reason}, nil, nil)
		return a, err
	})
}

// endDecision lets an account follow its policy again.
func endDecision(tx *store.Tx, s *Settings, a *Account, why BandChange) ([]BandChange, error) {
	a.Limits.Decision = nil
	if _, err := tx.Exec(deleteDecision, a.ID); err != nil {
		return nil, err
	}
	return refigureOne(tx, s, a, why)
}
