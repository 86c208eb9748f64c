package contribution

import (
	"context"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// Verdict is what somebody decided about a logged contribution.
type Verdict string

// The verdicts.
const (
	Accept Verdict = "accept" // a validator confirms it
	Reject Verdict = "reject" // a validator refuses it, with a reason
	Appeal Verdict = "appeal" // the contributor contests a rejection, with a reason
	Uphold Verdict = "uphold" // a steward who did not decide before: the rejection stands
	Grant  Verdict = "grant"  // a steward who did not decide before: the appeal succeeds
	Silent Verdict = "silent" // nobody objected within the days of the rule
	// Correct marks a contribution that a later one replaced; it comes with the
	// act that logs the replacement, never by itself.
	Correct Verdict = "correct"
)

// Decision is one step in the life of a contribution.
type Decision struct {
	Entry   EntryNo  `json:"entry"`
	Verdict Verdict  `json:"verdict"`
	State   State    `json:"state"` // after the decision
	By      store.ID `json:"by,omitempty"`
	Seq     int64    `json:"seq"`
	// At is the time of its journal entry, which holds it itself.
	At     time.Time `json:"-"`
	Reason string    `json:"-"` // private: the journal holds a commitment
}

// ValidateAsk is a verdict on one contribution.
type ValidateAsk struct {
	Entry   EntryNo `json:"entry"`
	Verdict Verdict `json:"verdict"`
	Reason  string  `json:"reason,omitempty"`
}

const decisionColumns = `entry_seq, entry_n, verdict, state, at, by, seq, reason`

var (
	insertDecision = store.Into("contribution_decision", "seq", "n", "entry_seq", "entry_n", "verdict", "state", "at", "by", "reason")
	decisionsByNo  = store.ByPairs(`SELECT `+decisionColumns+` FROM contribution_decision
		WHERE commons_id = $1 AND (entry_seq, entry_n) IN (*) ORDER BY seq, n`, EntryNo.pair)
)

// ValidateContribution records a verdict. Who logged or gave a contribution
// never validates it; a rule may ask for two validators, for stewards, or that
// people do not validate each other within a month.
//
// Faults: contribution.own, .verdict, .twice, .return_favor, .reason, .stewards.
func ValidateContribution(ctx context.Context, db *store.Store, who auth.Identity, key string, ask ValidateAsk) (Decision, error) {
	needs := Validate
	switch ask.Verdict {
	case Appeal:
		needs = Log
	case Silent, Correct: // the system's, and the act's that logs a correction
		return Decision{}, fault.Invalidf("contribution.verdict", "verdict", "%q is not for people to decide", ask.Verdict)
	}
	return auth.Perform(ctx, db, who, key, needs, ask, validateContribution)
}

func validateContribution(tx *store.Tx, who auth.Identity, ask ValidateAsk) (Decision, error) {
	e, err := GetEntry(tx, ask.Entry)
	if err != nil {
		return Decision{}, err
	}
	earlier, err := Decisions(tx, ask.Entry)
	if err != nil {
		return Decision{}, err
	}
	s, err := settings.Get(tx)
	if err != nil {
		return Decision{}, err
	}
	rule := s.validation(s.Projects[e.Project], s.Kinds[e.Kind])
	if err := mayDecide(tx, who, rule, e, earlier, ask); err != nil {
		return Decision{}, err
	}
	state, err := next(rule, e.State, earlier, ask.Verdict)
	if err != nil {
		return Decision{}, err
	}
	return record(tx, who.Agent, Decision{Entry: ask.Entry, Verdict: ask.Verdict, State: state, By: who.Agent, Reason: ask.Reason})
}

// record journals a decision and applies it.
func record(tx *store.Tx, by store.ID, d Decision) (Decision, error) {
	var sealed map[string]string
	if d.Reason != "" {
		sealed = map[string]string{"reason": d.Reason}
	}
	var err error
	d.Seq, err = journal.Append(tx, journal.Record{Act: "contribution.validate", By: by, Public: map[string]any{"decision": d}, Sealed: sealed})
	if err != nil {
		return d, err
	}
	return d, appendDecision(tx, d)
}

// appendDecision stores a decision; a journal entry holds at most one.
func appendDecision(tx *store.Tx, d Decision) error {
	return tx.Append(insertDecision, d.Seq, 0, d.Entry.Seq, d.Entry.N, string(d.Verdict), int64(d.State), store.Micros(tx.Now()), orNull(string(d.By)), orNull(d.Reason))
}

// Decisions returns what was decided about a contribution, oldest first.
func Decisions(r store.Reader, no EntryNo) ([]Decision, error) {
	return store.AllOf(r, scanDecision, decisionsByNo, []EntryNo{no})
}

// decisionsOn returns what was decided about each of many contributions, oldest first.
func decisionsOn(r store.Reader, nos []EntryNo) (map[EntryNo][]Decision, error) {
	list, err := store.AllOf(r, scanDecision, decisionsByNo, nos)
	by := map[EntryNo][]Decision{}
	for _, d := range list {
		by[d.Entry] = append(by[d.Entry], d)
	}
	return by, err
}

// scanDecision reads decisionColumns.
func scanDecision(row store.Scanner) (d Decision, err error) {
	var at int64
	var reason *string
	err = row.Scan(&d.Entry.Seq, &d.Entry.N, &d.Verdict, &d.State, &at, &d.By, &d.Seq, &reason)
	d.At = store.Time(at)
	if reason != nil {
		d.Reason = *reason
	}
	return d, err
}

// mayDecide refuses people who must not decide about this contribution.
func mayDecide(tx *store.Tx, who auth.Identity, rule Validation, e Entry, earlier []Decision, ask ValidateAsk) error {
	own := who.Agent == e.Person || who.Agent == e.LoggedBy
	if ask.Verdict == Appeal {
		if !own {
			return fault.Forbiddenf("contribution.not_yours", "only who gave or logged contribution %s may appeal", e.No)
		}
		return needReason(ask)
	}
	if own {
		return fault.Forbiddenf("contribution.own", "nobody validates their own contribution; ask a colleague")
	}
	for _, d := range earlier {
		if d.By == who.Agent {
			return fault.Conflictf("contribution.twice", "", "you already decided about contribution %s; somebody else has to", e.No)
		}
	}
	if (rule.StewardsOnly || ask.Verdict == Uphold || ask.Verdict == Grant) && who.Role < auth.Steward {
		return fault.Forbiddenf("contribution.stewards", "this is decided by a steward")
	}
	if ask.Verdict != Accept {
		return needReason(ask)
	}
	if rule.NoReturnFavor {
		return noReturnFavor(tx, who, e)
	}
	return nil
}

func needReason(ask ValidateAsk) error {
	if ask.Reason == "" {
		return fault.Invalidf("contribution.reason", "reason", "say why; the contributor will read it")
	}
	if len(ask.Reason) > maxNote {
		return fault.Invalidf("contribution.reason", "reason", "the reason has %d bytes; at most %d are kept", len(ask.Reason), maxNote)
	}
	return nil
}

var returnFavors = store.SQL(`SELECT count(*) FROM contribution_decision d
	JOIN contribution_entry e ON e.commons_id = d.commons_id AND e.seq = d.entry_seq AND e.n = d.entry_n
	WHERE d.commons_id = $1 AND d.by = $2 AND d.verdict = 'accept' AND e.person = $3 AND e.at >= $4 AND e.at < $5`)

// noReturnFavor refuses a validator whose own work the contributor accepted in the same month.
func noReturnFavor(tx *store.Tx, who auth.Identity, e Entry) error {
	from := monthOf(e.At)
	n, _, err := store.One(tx, scanInt64, returnFavors, e.Person, who.Agent, store.Micros(from), store.Micros(from.AddDate(0, 1, 0)))
	if err == nil && n > 0 {
		err = fault.Forbiddenf("contribution.return_favor", "they accepted your work in the same month; somebody else has to validate theirs")
	}
	return err
}

// next is the state machine of a contribution.
func next(rule Validation, now State, earlier []Decision, v Verdict) (State, error) {
	accepted := 0
	for _, d := range earlier {
		if d.Verdict == Accept {
			accepted++
		}
	}
	switch {
	case v == Accept && now == Logged:
		if accepted+1 >= rule.Validators {
			return Validated, nil
		}
		return Logged, nil
	case v == Reject && now == Logged:
		return Rejected, nil
	case v == Appeal && now == Rejected && !hasVerdict(earlier, Appeal):
		return Disputed, nil
	case v == Uphold && now == Disputed:
		return Rejected, nil
	case v == Grant && now == Disputed, v == Silent && now == Logged:
		return Validated, nil
	}
	return now, fault.Conflictf("contribution.verdict", "verdict", "a %s contribution cannot be decided with %q", now, v)
}

func hasVerdict(list []Decision, v Verdict) bool {
	for _, d := range list {
		if d.Verdict == v {
			return true
		}
	}
	return false
}
