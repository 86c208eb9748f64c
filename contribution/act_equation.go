package contribution

import (
	"context"
	"encoding/json"

	"commonweal/contribution/equation"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// SaveEquationAsk is the text of a draft: of a new equation when ID is empty,
// else of the draft version of that equation (the next version when the last
// one is in force or retired).
type SaveEquationAsk struct {
	ID   store.ID          `json:"id,omitempty"`
	Text equation.Equation `json:"text"`
}

// SaveEquation keeps a draft. It is refused whole, with every fault named by
// its field, when the text could not run.
func SaveEquation(ctx context.Context, db *store.Store, who auth.Identity, key string, ask SaveEquationAsk) (Version, error) {
	return auth.Perform(ctx, db, who, key, Configure, ask, saveEquation)
}

func saveEquation(tx *store.Tx, who auth.Identity, ask SaveEquationAsk) (Version, error) {
	v := Version{ID: ask.ID, Version: 1, State: Draft, At: tx.Now(), Text: ask.Text}
	fresh := true
	if v.ID == "" {
		v.ID = tx.NewID()
	} else {
		list, err := VersionsOf(tx, v.ID)
		if err != nil {
			return v, err
		}
		if len(list) == 0 {
			return v, fault.NotFoundf("contribution.unknown_equation", "equation", "there is no such value equation in this commons")
		}
		last := list[len(list)-1]
		fresh = last.State == Adopted || last.State == Retired
		v.Version = last.Version
		if fresh {
			v.Version++
		}
	}
	v.Text.Version = int(v.Version)
	if err := v.Text.Check(); err != nil {
		return v, err
	}
	v.Hash = v.Text.Hash()
	content, err := json.Marshal(v.Text)
	if err != nil {
		return v, err
	}
	if err := recordVersion(tx, who, "contribution.save_equation", v); err != nil {
		return v, err
	}
	if fresh {
		return v, tx.Append(insertVersion, v.ID, v.Version, string(v.State), v.Hash, store.Micros(v.At), string(content))
	}
	_, err = tx.Exec(updateDraft, v.ID, v.Version, string(v.State), v.Hash, store.Micros(v.At), string(content))
	return v, err
}

// recordVersion journals a version whole: an export holds every rule by which
// anything was ever paid.
func recordVersion(tx *store.Tx, who auth.Identity, act string, v Version) error {
	_, err := journal.Append(tx, journal.Record{Act: act, By: who.Agent, Public: map[string]any{"equation": v}})
	return err
}

// VersionAsk names a version by its text, so that nobody adopts another text
// than the one they read.
type VersionAsk struct {
	ID      store.ID `json:"id"`
	Version int64    `json:"version"`
	Hash    string   `json:"hash"`
}

// MarkSimulated records that exactly this text was run on past data.
func MarkSimulated(ctx context.Context, db *store.Store, who auth.Identity, key string, ask VersionAsk) (Version, error) {
	return auth.Perform(ctx, db, who, key, Configure, ask, func(tx *store.Tx, who auth.Identity, ask VersionAsk) (Version, error) {
		return moveVersion(tx, who, ask, "contribution.simulate_equation", Simulated, Draft, Simulated)
	})
}

// AdoptEquation puts a simulated version into force and retires the one before it.
func AdoptEquation(ctx context.Context, db *store.Store, who auth.Identity, key string, ask VersionAsk) (Version, error) {
	return auth.Perform(ctx, db, who, key, Adopt, ask, func(tx *store.Tx, who auth.Identity, ask VersionAsk) (Version, error) {
		all, err := Versions(tx)
		if err != nil {
			return Version{}, err
		}
		inForce := []equation.Equation{}
		for _, v := range all {
			switch {
			case v.ID == ask.ID && v.Version == ask.Version, v.ID != ask.ID && v.State == Adopted:
				inForce = append(inForce, v.Text)
			case v.ID == ask.ID && v.State == Adopted:
				if _, err := tx.Exec(setVersionState, v.ID, v.Version, string(Retired), store.Micros(tx.Now())); err != nil {
					return Version{}, err
				}
			}
		}
		if err := equation.CheckCycle(inForce); err != nil { // projects that would pay each other in a circle
			return Version{}, err
		}
		return moveVersion(tx, who, ask, "contribution.adopt_equation", Adopted, Simulated)
	})
}

// RetireEquation takes a version out of force, or gives up a draft.
func RetireEquation(ctx context.Context, db *store.Store, who auth.Identity, key string, ask VersionAsk) (Version, error) {
	return auth.Perform(ctx, db, who, key, Adopt, ask, func(tx *store.Tx, who auth.Identity, ask VersionAsk) (Version, error) {
		return moveVersion(tx, who, ask, "contribution.retire_equation", Retired, Draft, Simulated, Adopted)
	})
}

// moveVersion changes the state of a version that stands in one of from.
func moveVersion(tx *store.Tx, who auth.Identity, ask VersionAsk, act string, to EquationState, from ...EquationState) (Version, error) {
	v, err := GetVersion(tx, ask.ID, ask.Version)
	if err != nil {
		return v, err
	}
	if v.Hash != ask.Hash {
		return v, fault.Conflictf("contribution.equation_changed", "hash", "version %d was changed since you read it; read it again", v.Version)
	}
	allowed := false
	for _, s := range from {
		allowed = allowed || v.State == s
	}
	if !allowed {
		return v, fault.Conflictf("contribution.equation_state", "state", "version %d is %s and cannot become %s; a version is simulated before it is adopted", v.Version, v.State, to)
	}
	v.State, v.At = to, tx.Now()
	if err := recordVersion(tx, who, act, v); err != nil {
		return v, err
	}
	_, err = tx.Exec(setVersionState, v.ID, v.Version, string(to), store.Micros(v.At))
	return v, err
}
