package contribution

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"commonweal/contribution/evaluation"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// HalfLifeAsk decides how fast karma fades, from a moment on.
type HalfLifeAsk struct {
	From     time.Time `json:"from"`     // not in the past; now when zero
	Days     int       `json:"days"`     // in which half of any karma is gone; 0: it does not fade
	Decision string    `json:"decision"` // where it was decided: a number, a link, minutes of a meeting
}

// DecidedHalfLife is a half-life with the decision behind it.
type DecidedHalfLife struct {
	evaluation.HalfLife
	Decision string   `json:"decision,omitempty"`
	By       store.ID `json:"by,omitempty"`
}

// SetHalfLife changes how karma fades from a moment on. What faded before stays
// as it was; a later change that was planned already is dropped.
//
// Faults: contribution.half_life, .decision.
func SetHalfLife(ctx context.Context, db *store.Store, who auth.Identity, key string, ask HalfLifeAsk) ([]DecidedHalfLife, error) {
	return auth.Perform(ctx, db, who, key, Configure, ask, setHalfLife)
}

func setHalfLife(tx *store.Tx, who auth.Identity, ask HalfLifeAsk) ([]DecidedHalfLife, error) {
	if ask.From.IsZero() {
		ask.From = tx.Now()
	}
	if ask.Days < 0 || ask.Days > 100*mostDays || ask.From.Before(tx.Now()) || ask.From.After(tx.Now().AddDate(10, 0, 0)) {
		return nil, fault.Invalidf("contribution.half_life", "days", "a half-life of %d days from %s on cannot be; choose 0 to %d days, from now or later",
			ask.Days, ask.From.UTC().Format(time.DateOnly), 100*mostDays)
	}
	if err := checkDecision(ask.Decision); err != nil {
		return nil, err
	}
	all, err := HalfLives(tx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(h DecidedHalfLife) bool { return !h.From.Before(ask.From) })
	all = append(all, DecidedHalfLife{evaluation.HalfLife{From: ask.From.UTC(), Value: time.Duration(ask.Days) * 24 * time.Hour}, ask.Decision, who.Agent})
	content, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	public := map[string]any{"halfLife": map[string]any{"from": ask.From.UTC(), "days": ask.Days, "decision": ask.Decision}}
	if _, err := journal.Append(tx, journal.Record{Act: "contribution.half_life", By: who.Agent, Public: public}); err != nil {
		return nil, err
	}
	tx.Changed()
	_, err = tx.Exec(upsertSetting, "half_lives", string(content))
	return all, err
}

// checkDecision asks for a line that says where something was decided.
func checkDecision(text string) error {
	if strings.TrimSpace(text) == "" || len(text) > 300 || strings.ContainsAny(text, "\n\r\t") {
		return fault.Invalidf("contribution.decision", "decision", "say in one line where this was decided, such as Assembly of 12 May, point 3")
	}
	return nil
}

// HalfLives returns how karma faded and will fade, in order of time.
func HalfLives(r store.Reader) ([]DecidedHalfLife, error) {
	all, decided, err := store.One(r, scanJSON[[]DecidedHalfLife], selectSetting, "half_lives")
	if err == nil && !decided {
		for _, h := range DefaultHalfLife {
			all = append(all, DecidedHalfLife{HalfLife: h})
		}
	}
	return all, err
}

// SanctionAsk is karma that somebody loses by a decision.
type SanctionAsk struct {
	Person   store.ID        `json:"person"`
	Domain   store.ID        `json:"domain,omitempty"` // a project; empty for the whole commons
	Amount   quantity.Amount `json:"amount"`           // karma, more than zero
	Decision string          `json:"decision"`
}

// SanctionKarma records that somebody loses karma by a decision: the only loss
// besides time. Nobody gains by it. It fades as karma does, and karma is never
// less than nothing.
//
// Faults: contribution.decision, .sanction, .unknown_project, auth.member.
func SanctionKarma(ctx context.Context, db *store.Store, who auth.Identity, key string, ask SanctionAsk) (int64, error) {
	return auth.Perform(ctx, db, who, key, Sanction, ask, sanctionKarma)
}

func sanctionKarma(tx *store.Tx, who auth.Identity, ask SanctionAsk) (int64, error) {
	if err := checkDecision(ask.Decision); err != nil {
		return 0, err
	}
	if ask.Amount.Unit != evaluation.Karma || ask.Amount.Sign() <= 0 || ask.Amount.Micros > 1_000_000*quantity.Scale {
		return 0, fault.Invalidf("contribution.sanction", "amount", "%s cannot be taken; give karma of more than zero, at most a million", ask.Amount)
	}
	if ask.Person == who.Agent {
		return 0, fault.Forbiddenf("contribution.own", "nobody records a sanction of themselves; ask a colleague")
	}
	if _, err := auth.ActiveMember(tx, ask.Person); err != nil {
		return 0, err
	}
	s, err := settings.Get(tx)
	if err != nil {
		return 0, err
	}
	if _, known := s.Projects[ask.Domain]; ask.Domain != "" && !known {
		return 0, fault.NotFoundf("contribution.unknown_project", "domain", "there is no such project in this commons")
	}
	seq, err := journal.Append(tx, journal.Record{Act: "contribution.sanction", By: who.Agent, Public: map[string]any{"sanction": ask}})
	if err != nil {
		return 0, err
	}
	return seq, tx.Append(insertKarma, seq, 0, ask.Person, string(ask.Domain), -ask.Amount.Micros, store.Micros(tx.Now()), "decision:"+ask.Decision)
}

// ConflictAsk says whether the asker judges what a colleague made.
type ConflictAsk struct {
	Author   store.ID `json:"author"`
	Withdraw bool     `json:"withdraw,omitempty"` // there is no conflict any more
}

// DeclareConflict records that the asker does not judge what a colleague made:
// family, a shared employer, a quarrel. No reason is asked for. It counts from
// now on, in rounds that are under way too.
//
// Faults: contribution.own, auth.member.
func DeclareConflict(ctx context.Context, db *store.Store, who auth.Identity, key string, ask ConflictAsk) ([]evaluation.Conflict, error) {
	return auth.Perform(ctx, db, who, key, Evaluate, ask, declareConflict)
}

func declareConflict(tx *store.Tx, who auth.Identity, ask ConflictAsk) ([]evaluation.Conflict, error) {
	if ask.Author == who.Agent {
		return nil, fault.Invalidf("contribution.own", "author", "nobody judges their own contributions anyway")
	}
	if _, err := auth.ActiveMember(tx, ask.Author); err != nil && !ask.Withdraw {
		return nil, err
	}
	all, err := Conflicts(tx)
	if err != nil {
		return nil, err
	}
	declared := evaluation.Conflict{Rater: string(who.Agent), Author: string(ask.Author)}
	if slices.Contains(all, declared) == !ask.Withdraw {
		return all, nil
	}
	if ask.Withdraw {
		all = slices.DeleteFunc(all, func(c evaluation.Conflict) bool { return c == declared })
	} else {
		all = append(all, declared)
	}
	content, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	if _, err := journal.Append(tx, journal.Record{Act: "contribution.conflict", By: who.Agent, Public: map[string]any{"conflict": ask}}); err != nil {
		return nil, err
	}
	_, err = tx.Exec(upsertSetting, "conflicts", string(content))
	return all, err
}

// Conflicts lists who declared not to judge whom.
func Conflicts(r store.Reader) ([]evaluation.Conflict, error) {
	all, _, err := store.One(r, scanJSON[[]evaluation.Conflict], selectSetting, "conflicts")
	return all, err
}
