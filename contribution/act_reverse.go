package contribution

import (
	"context"
	"encoding/json"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/vf"
)

// ReverseAsk names a distribution that was wrong, and says why.
type ReverseAsk struct {
	Distribution store.ID `json:"distribution"`
	Reason       string   `json:"reason"`
}

var (
	eventsOfLines = store.SQL(`SELECT DISTINCT event FROM contribution_line WHERE commons_id = $1 AND distribution = $2 AND event IS NOT NULL ORDER BY event`)
	unuseIncome   = store.SQL(`UPDATE contribution_income SET used = used - $3 WHERE commons_id = $1 AND id = $2`)
)

// ReverseDistribution takes a distribution back, line by line: every transfer
// is corrected to nothing, every claim and income is what it was before. It is
// refused while a receiver no longer has the money in their account, and when
// a later distribution built on its claims.
//
// Faults: contribution.distribution_state, .later_distribution, .reason,
// vf.negative_balance.
func ReverseDistribution(ctx context.Context, db *store.Store, who auth.Identity, key string, ask ReverseAsk) (Distribution, error) {
	return auth.Perform(ctx, db, who, key, Run, ask, reverseDistribution)
}

func reverseDistribution(tx *store.Tx, who auth.Identity, ask ReverseAsk) (Distribution, error) {
	d, err := GetDistribution(tx, ask.Distribution)
	if err != nil {
		return d, err
	}
	if d.State != Done {
		return d, fault.Conflictf("contribution.distribution_state", "state", "this distribution is %s; only one that ran can be reversed", d.State)
	}
	if err := needReason(ValidateAsk{Reason: ask.Reason}); err != nil {
		return d, err
	}
	if err := mayReverse(tx, d); err != nil {
		return d, err
	}
	ledger := vf.Open(tx)
	if err := takeBack(tx, ledger, d); err != nil {
		return d, err
	}
	for _, use := range d.Incomes {
		if _, err := tx.Exec(unuseIncome, use.Income, use.Amount.Micros); err != nil {
			return d, err
		}
	}
	d.State = Reversed
	changes, err := json.Marshal(ledger.Changes())
	if err != nil {
		return d, err
	}
	d.ReversedAt, err = journal.Append(tx, journal.Record{Act: "contribution.reverse_distribution", By: who.Agent,
		Public: map[string]any{"distribution": d.ID}, Sealed: map[string]string{"reason": ask.Reason}, Attached: map[string][]byte{"vf": changes}})
	if err != nil {
		return d, err
	}
	return d, saveDistribution(tx, d)
}

// mayReverse refuses while later distributions stand on this one.
func mayReverse(tx *store.Tx, d Distribution) error {
	all, err := Distributions(tx)
	if err != nil {
		return err
	}
	for _, e := range all {
		if e.State == Opened {
			return fault.Conflictf("contribution.distribution_open", "", "another distribution is open; run or cancel it first")
		}
		if e.No > d.No && e.State == Done && e.Pot.Unit == d.Pot.Unit {
			return fault.Conflictf("contribution.later_distribution", "distribution", "distribution %d came later and pays on what this one left; reverse that one first", e.No)
		}
	}
	return nil
}

// takeBack corrects every transfer of the distribution to nothing.
func takeBack(tx *store.Tx, ledger *vf.Ledger, d Distribution) error {
	ids, err := store.All(tx, scanID, eventsOfLines, d.ID)
	if err != nil {
		return err
	}
	originals, err := vf.GetEvents(tx, ids)
	if err != nil {
		return err
	}
	corrections := make([]vf.Event, 0, len(ids))
	for _, id := range ids {
		e := originals[id]
		back, err := e.ResourceQuantity.Neg()
		if err != nil {
			return err
		}
		corrections = append(corrections, vf.Event{Action: e.Action, Provider: e.Provider, Receiver: e.Receiver,
			ResourceInventoriedAs: e.ResourceInventoriedAs, ToResourceInventoriedAs: e.ToResourceInventoriedAs, ResourceConformsTo: e.ResourceConformsTo,
			ResourceQuantity: &back, HasPointInTime: tx.Now(), InScopeOf: e.InScopeOf, ClassifiedAs: e.ClassifiedAs, Corrects: id})
	}
	_, err = ledger.RecordAll(corrections)
	return err
}
