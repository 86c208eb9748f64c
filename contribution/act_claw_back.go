package contribution

import (
	"context"
	"strings"

	"commonweal/platform/auth"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// ClawBackAsk says that the whole was sold after the slices of somebody who
// left were bought back.
type ClawBackAsk struct {
	Exit     store.ID `json:"exit"`
	Sold     string   `json:"sold"`     // YYYY-MM-DD
	Decision string   `json:"decision"` // where it was decided
}

// RecordClawBack reopens the slices that were bought back: in the next
// distributions they count again, and what the buy-back paid counts as paid in
// advance, so that who left receives the difference. The equation says within
// how many months of the buy-back.
//
// Faults: contribution.unknown_exit, .exit_revoked, .claw_back, .claw_back_day,
// .decision.
func RecordClawBack(ctx context.Context, db *store.Store, who auth.Identity, key string, ask ClawBackAsk) (Exit, error) {
	return auth.Perform(ctx, db, who, key, Leave, ask, recordClawBack)
}

func recordClawBack(tx *store.Tx, who auth.Identity, ask ClawBackAsk) (Exit, error) {
	x, err := standingExit(tx, ask.Exit)
	if err != nil {
		return x, err
	}
	if err := checkDecision(ask.Decision); err != nil {
		return x, err
	}
	s, err := settings.Get(tx)
	if err != nil {
		return x, err
	}
	rule, err := exitRuleOf(tx, x)
	if err != nil {
		return x, err
	}
	if err := x.mayClawBack(rule, ask.Sold, today(tx.Now(), s)); err != nil {
		return x, err
	}
	c := ClawBack{Sold: ask.Sold, Decision: strings.TrimSpace(ask.Decision)}
	c.No, err = journal.Append(tx, journal.Record{Act: "contribution.claw_back", By: who.Agent, Public: map[string]any{"exit": Exit{ID: x.ID, ClawBack: &c}}})
	if err != nil {
		return x, err
	}
	x.ClawBack = &c
	return x, saveExit(tx, x)
}
