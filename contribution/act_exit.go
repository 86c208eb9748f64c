package contribution

import (
	"context"
	"slices"
	"strings"
	"time"

	"commonweal/contribution/equation"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/vf"
)

// ExitAsk says that somebody left.
type ExitAsk struct {
	Person  store.ID     `json:"person"`
	Project store.ID     `json:"project,omitempty"` // empty: the whole commons
	Way     equation.Way `json:"way"`
	From    string       `json:"from"` // YYYY-MM-DD, the first day without them
	// Decision says, in one public line, where it was decided.
	Decision string `json:"decision"`
	Reason   string `json:"reason,omitempty"` // private
}

// RecordExit records that somebody left, and in which way. From then on
// distributions of the project find it. The membership of the person is
// another matter and stays as it is.
//
// Faults: contribution.exit_day, .exit_way, .exit_twice, .decision, .note, .own,
// .unknown_person, .unknown_project.
func RecordExit(ctx context.Context, db *store.Store, who auth.Identity, key string, ask ExitAsk) (Exit, error) {
	return auth.Perform(ctx, db, who, key, Leave, ask, recordExit)
}

func recordExit(tx *store.Tx, who auth.Identity, ask ExitAsk) (Exit, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return Exit{}, err
	}
	x := Exit{ID: tx.NewID(), Person: ask.Person, Project: ask.Project, Way: ask.Way, From: ask.From, At: tx.Now(), Decision: strings.TrimSpace(ask.Decision)}
	if err := ask.may(tx, s, who, x); err != nil {
		return x, err
	}
	record := journal.Record{Act: "contribution.exit", By: who.Agent, Public: map[string]any{"exit": x}}
	if ask.Reason != "" {
		record.Sealed = map[string]string{"reason": ask.Reason}
	}
	if x.No, err = journal.Append(tx, record); err != nil {
		return x, err
	}
	return x, saveExit(tx, x)
}

// may refuses what cannot be recorded.
func (ask ExitAsk) may(r store.Reader, s *Settings, who auth.Identity, x Exit) error {
	if err := x.check(today(x.At, s)); err != nil {
		return err
	}
	if len(ask.Reason) > maxNote {
		return fault.Invalidf("contribution.note", "reason", "the reason keeps %d bytes", maxNote)
	}
	if ask.Person == who.Agent {
		return fault.Forbiddenf("contribution.own", "nobody records in which way they left themselves; ask a colleague")
	}
	if _, known := s.Projects[ask.Project]; !known && ask.Project != "" {
		return fault.NotFoundf("contribution.unknown_project", "project", "there is no such project in this commons")
	}
	agents, err := vf.GetAgents(r, []store.ID{ask.Person})
	if err != nil {
		return err
	}
	if agents[ask.Person].Kind != vf.Person {
		return fault.NotFoundf("contribution.unknown_person", "person", "there is nobody with this identifier here")
	}
	all, err := Exits(r)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(y Exit) bool {
		return y.RevokedAt == 0 && y.Person == x.Person && y.Project == x.Project && y.From == x.From
	}) {
		return fault.Conflictf("contribution.exit_twice", "from", "it is recorded already that they left on %s; take that back first", x.From)
	}
	return nil
}

// today is the calendar day of a moment where the commons is.
func today(at time.Time, s *Settings) string { return at.In(s.Zone).Format(time.DateOnly) }

// RevokeExitAsk takes an exit back, and says why.
type RevokeExitAsk struct {
	Exit   store.ID `json:"exit"`
	Reason string   `json:"reason"`
}

// RevokeExit takes an exit back: from now on every claim counts as if nobody
// had left, and the money of a buy-back returns. Distributions that found the
// exit stand. It is refused while who left no longer has the money in their
// account, and when a distribution paid on a claw-back.
//
// Faults: contribution.unknown_exit, .exit_revoked, .later_distribution, .reason,
// vf.negative_balance.
func RevokeExit(ctx context.Context, db *store.Store, who auth.Identity, key string, ask RevokeExitAsk) (Exit, error) {
	return auth.Perform(ctx, db, who, key, Leave, ask, revokeExit)
}

func revokeExit(tx *store.Tx, who auth.Identity, ask RevokeExitAsk) (Exit, error) {
	x, err := standingExit(tx, ask.Exit)
	if err != nil {
		return x, err
	}
	if err := needReason(ValidateAsk{Reason: ask.Reason}); err != nil {
		return x, err
	}
	if err := notPaidOn(tx, x); err != nil {
		return x, err
	}
	public := map[string]any{"exit": Exit{ID: x.ID}}
	if x.BuyBack != nil {
		if err := who.Must(Run); err != nil {
			return x, err
		}
		ledger := vf.Open(tx)
		if _, err := ledger.Reverse(x.BuyBack.Event, ""); err != nil {
			return x, err
		}
		public["vf"] = ledger.Changes()
	}
	x.RevokedAt, err = journal.Append(tx, journal.Record{Act: "contribution.revoke_exit", By: who.Agent, Public: public, Sealed: map[string]string{"reason": ask.Reason}})
	if err != nil {
		return x, err
	}
	return x, saveExit(tx, x)
}

// standingExit returns an exit that was not taken back.
func standingExit(r store.Reader, id store.ID) (Exit, error) {
	x, err := GetExit(r, id)
	if err == nil && x.RevokedAt != 0 {
		err = fault.Conflictf("contribution.exit_revoked", "exit", "this exit was taken back; record another one if they left after all")
	}
	return x, err
}

// notPaidOn refuses to take back a claw-back on which a distribution was paid.
func notPaidOn(r store.Reader, x Exit) error {
	if x.ClawBack == nil {
		return nil
	}
	all, err := Distributions(r)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.No > x.ClawBack.No && (d.State == Done || d.State == Opened) && d.Pot.Unit == x.BuyBack.Amount.Unit {
			return fault.Conflictf("contribution.later_distribution", "exit", "distribution %d came later and pays on what this one left; reverse that one first", d.No)
		}
	}
	return nil
}
