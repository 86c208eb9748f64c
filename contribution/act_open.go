package contribution

import (
	"context"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// OpenAsk says which income a distribution takes up, and by which equation.
type OpenAsk struct {
	Equation store.ID `json:"equation"`
	// Incomes to take up, whole; empty takes every income of the equation's
	// project (or of all projects, for an equation of none) that has something left.
	Incomes     []store.ID `json:"incomes,omitempty"`
	Deliverable string     `json:"deliverable,omitempty"`
}

// OpenDistribution fixes the number, the income and the rules of a
// distribution before its lines are known. One distribution is open at a time,
// so that each finds the claims that the one before left.
func OpenDistribution(ctx context.Context, db *store.Store, who auth.Identity, key string, ask OpenAsk) (Distribution, error) {
	return auth.Perform(ctx, db, who, key, Run, ask, openADistribution)
}

func openADistribution(tx *store.Tx, who auth.Identity, ask OpenAsk) (Distribution, error) {
	if _, open, err := store.One(tx, scanDistribution, openDistribution); err != nil || open {
		if err == nil {
			err = fault.Conflictf("contribution.distribution_open", "", "another distribution is open; run or cancel it first")
		}
		return Distribution{}, err
	}
	v, err := AdoptedVersion(tx, ask.Equation)
	if err != nil {
		return Distribution{}, err
	}
	d := Distribution{ID: tx.NewID(), State: Opened, At: tx.Now(), Equation: v.ID, Version: v.Version, Hash: v.Hash,
		Project: store.ID(v.Text.Project), Deliverable: ask.Deliverable}
	if err := d.take(tx, v.Text.Unit, ask.Incomes); err != nil {
		return d, err
	}
	d.No, err = journal.Append(tx, journal.Record{Act: "contribution.open_distribution", By: who.Agent, Public: map[string]any{"distribution": d}})
	if err != nil {
		return d, err
	}
	return d, saveDistribution(tx, d)
}

// take fills the pot from what is left of the chosen incomes, oldest first.
func (d *Distribution) take(r store.Reader, unit quantity.Unit, chosen []store.ID) error {
	left, err := IncomeLeft(r, unit)
	if err != nil {
		return err
	}
	want := map[store.ID]bool{}
	for _, id := range chosen {
		want[id] = true
	}
	d.Pot, d.Paid, d.Residue = quantity.Amount{Unit: unit}, quantity.Amount{Unit: unit}, quantity.Amount{Unit: unit}
	for _, in := range left {
		if len(chosen) > 0 && !want[in.ID] || len(chosen) == 0 && d.Project != "" && in.Project != d.Project {
			continue
		}
		delete(want, in.ID)
		d.Incomes = append(d.Incomes, IncomeUse{in.ID, in.Left()})
		if d.Pot, err = d.Pot.Add(in.Left()); err != nil {
			return err
		}
	}
	for id := range want {
		return fault.Conflictf("contribution.income_used", "incomes", "income %s has nothing left in %s", id, unit)
	}
	if d.Pot.IsZero() {
		return fault.Conflictf("contribution.nothing_left", "incomes", "there is no income in %s left to distribute; record income first", unit)
	}
	return nil
}

// CancelDistribution gives up a distribution that was opened and did not run.
func CancelDistribution(ctx context.Context, db *store.Store, who auth.Identity, key string, id store.ID) (Distribution, error) {
	return auth.Perform(ctx, db, who, key, Run, id, func(tx *store.Tx, who auth.Identity, id store.ID) (Distribution, error) {
		d, err := GetDistribution(tx, id)
		if err != nil {
			return d, err
		}
		if d.State != Opened {
			return d, fault.Conflictf("contribution.distribution_state", "state", "this distribution is %s; only an opened one can be canceled", d.State)
		}
		d.State = Canceled
		if _, err := journal.Append(tx, journal.Record{Act: "contribution.cancel_distribution", By: who.Agent, Public: map[string]any{"distribution": d}}); err != nil {
			return d, err
		}
		return d, saveDistribution(tx, d)
	})
}
