package contribution

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"commonweal/contribution/equation"
	"commonweal/contribution/evaluation"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// RoundAsk says what to evaluate, how, and until when.
type RoundAsk struct {
	Name     string     `json:"name"`
	From     string     `json:"from"`  // day, YYYY-MM-DD
	Until    string     `json:"until"` // day, included
	Projects []store.ID `json:"projects,omitempty"`
	Kinds    []string   `json:"kinds,omitempty"`
	Opens    time.Time  `json:"opens,omitzero"` // now when zero
	Closes   time.Time  `json:"closes"`
	Rules    RoundRules `json:"rules"`
}

// OpenRound opens a round over the validated contributions of a period that no
// round has judged yet, and draws its panels.
//
// Faults: contribution.round_name, .round_period, .round_closes, .round_empty,
// .round_too_large, .round_changed, the faults of RoundRules.Check, and
// evaluation.panel_too_small.
func (p *Practice) OpenRound(ctx context.Context, who auth.Identity, key string, ask RoundAsk) (round Round, err error) {
	if err := who.Must(Configure); err != nil {
		return round, err
	}
	var items []EntryNo
	err = p.DB.Read(ctx, who.Commons, func(r *store.Snapshot) error {
		if err := ask.check(r.Now()); err != nil {
			return nil // the act refuses it, after looking for the replay of a repeated key
		}
		items, err = p.roundItems(r, ask)
		return err
	})
	if err != nil {
		return round, err
	}
	round, err = auth.Perform(ctx, p.DB, who, key, Configure, ask, func(tx *store.Tx, who auth.Identity, ask RoundAsk) (Round, error) {
		return openRound(tx, who, ask, items)
	})
	if err != nil || !round.undrawn() {
		return round, err
	}
	return p.drawRound(ctx, who.Commons, round.ID)
}

// check refuses what could not be a round at a moment.
func (a RoundAsk) check(now time.Time) error {
	var errs fault.List
	if a.Name == "" || len(a.Name) > 200 || strings.ContainsAny(a.Name, "\n\r\t") {
		errs = append(errs, fault.Invalidf("contribution.round_name", "name", "give the round a name of one line, such as October"))
	}
	from, errFrom := time.Parse(time.DateOnly, a.From)
	until, errUntil := time.Parse(time.DateOnly, a.Until)
	if errFrom != nil || errUntil != nil || until.Before(from) {
		errs = append(errs, fault.Invalidf("contribution.round_period", "until", "the period from %q until %q has no days; write YYYY-MM-DD, the first before the last", a.From, a.Until))
	}
	if opens := a.opens(now); !a.Closes.After(opens) || a.Closes.After(now.AddDate(1, 0, 0)) {
		errs = append(errs, fault.Invalidf("contribution.round_closes", "closes", "the round closes after it opens, and within a year"))
	}
	return errors.Join(errs.OrNil(), a.Rules.Check())
}

func (a RoundAsk) opens(now time.Time) time.Time {
	if a.Opens.Before(now) {
		return now
	}
	return a.Opens
}

// roundItems picks the contributions of a round from the columns: in one pass,
// outside the lane.
func (p *Practice) roundItems(r *store.Snapshot, ask RoundAsk) (items []EntryNo, err error) {
	live, err := LiveRounds(r)
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, round := range live {
		basis, err := attached[RoundBasis](r, round.Basis)
		if err != nil {
			return nil, err
		}
		for _, item := range basis.Items {
			taken[item.ID] = true
		}
	}
	from, until := dayNumber(ask.From), dayNumber(ask.Until)
	return items, p.Columns(r, func(c *Columns) error {
		l := &c.Ledger
		for i, day := range l.Day {
			if day < from || day > until || l.RatingDen[i] != 0 || l.Flags[i]&allStates != equation.Validated ||
				!among(ask.Projects, store.ID(l.Projects[l.Project[i]])) || !among(ask.Kinds, l.Kinds[l.Kind[i]]) || taken[c.no[i].String()] {
				continue
			}
			if items = append(items, c.no[i]); len(items) > mostItems {
				return fault.Invalidf("contribution.round_too_large", "until", "more than %d contributions are waiting in this period; choose a shorter one, or fewer projects", mostItems)
			}
		}
		return nil
	})
}

// among reports whether a list names a thing; an empty one names all.
func among[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }

// openRound journals the rules and the basis of a round.
func openRound(tx *store.Tx, who auth.Identity, ask RoundAsk, picked []EntryNo) (Round, error) {
	if err := ask.check(tx.Now()); err != nil {
		return Round{}, err
	}
	round := Round{ID: tx.NewID(), Name: ask.Name, State: RoundRunning, Rules: ask.Rules, From: ask.From, Until: ask.Until,
		Projects: ask.Projects, Kinds: ask.Kinds, Opens: ask.opens(tx.Now()), Closes: ask.Closes}
	basis, err := roundBasis(tx, picked)
	if err != nil {
		return round, err
	}
	if err := round.feasible(basis); err != nil {
		return round, err
	}
	content, err := json.Marshal(basis)
	if err != nil {
		return round, err
	}
	round.Basis, round.Items, round.Raters = journal.Digest(content), len(basis.Items), len(basis.Raters)
	if round.Rules.Mode == GiveMode {
		round.Asked = len(basis.Raters)
	}
	round.No, err = journal.Append(tx, journal.Record{Act: "contribution.open_round", By: who.Agent,
		Public: map[string]any{"round": round}, Attached: map[string][]byte{"basis": content}})
	if err != nil {
		return round, err
	}
	return round, saveRound(tx, round)
}

// roundBasis reads the contributions, who may judge, and who may not judge whom.
func roundBasis(tx *store.Tx, picked []EntryNo) (basis RoundBasis, err error) {
	entries, err := store.AllOf(tx, scanEntry, entriesByNo, picked)
	if err != nil {
		return basis, err
	}
	decisions, err := decisionsOn(tx, picked)
	if err != nil {
		return basis, err
	}
	byEvidence := map[Evidence][]string{}
	for _, e := range entries {
		for _, v := range e.Evidence {
			byEvidence[v] = append(byEvidence[v], string(e.Person))
		}
	}
	slices.SortFunc(entries, func(a, b Entry) int { return compareNo(a.No, b.No) })
	for _, e := range entries {
		if list := decisions[e.No]; len(list) > 0 {
			e.State = list[len(list)-1].State
		}
		if e.State != Validated {
			return basis, fault.Conflictf("contribution.round_changed", "", "contribution %s changed a moment ago and is %s now; open the round again", e.No, e.State)
		}
		basis.Items = append(basis.Items, RoundItem{Item: evaluation.Item{ID: e.No.String(), Author: string(e.Person), Sharers: sharers(e, byEvidence)}, Project: e.Project})
	}
	if basis.Raters, err = presentAgents(tx); err != nil {
		return basis, err
	}
	basis.Declared, err = Conflicts(tx)
	return basis, err
}

// sharers are others who have a stake in a contribution: who logged it, and who
// showed the same evidence for one of their own.
func sharers(e Entry, byEvidence map[Evidence][]string) []string {
	var out []string
	if e.LoggedBy != "" && e.LoggedBy != e.Person {
		out = append(out, string(e.LoggedBy))
	}
	for _, v := range e.Evidence {
		for _, person := range byEvidence[v] {
			if person != string(e.Person) {
				out = append(out, person)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// presentAgents are the agents of all present members, in order.
func presentAgents(r store.Reader) ([]string, error) {
	members, err := auth.Members(r)
	var out []string
	for _, m := range members {
		if m.Active() {
			out = append(out, string(m.Agent))
		}
	}
	slices.Sort(out)
	return out, err
}

// feasible refuses a round that has nothing to judge, or whose panels cannot be
// filled. Whether they can does not depend on the lot.
func (r Round) feasible(b RoundBasis) error {
	switch {
	case len(b.Items) == 0 && r.Rules.Mode != GiveMode:
		return fault.Invalidf("contribution.round_empty", "from", "no validated contribution of this period is waiting to be judged; choose another period")
	case r.Rules.Mode != GiveMode:
		_, err := evaluation.Draw(nil, r.Rules.Panel, b.items(), b.Raters, b.Declared, nil)
		return err
	case len(b.Raters) < 2:
		return fault.Conflictf("contribution.round_alone", "", "giving needs at least two members; there is %d", len(b.Raters))
	case r.Rules.Give.Budget*int64(len(b.Raters)) > ratable:
		return fault.Invalidf("contribution.round_budget", "budget", "%d points for each of %d members are too many; give fewer", r.Rules.Give.Budget, len(b.Raters))
	}
	return nil
}

// RoundSeed is what panels are drawn by: the SHA-256 of a fixed word and the
// journal entry, in its canonical bytes, of the opening of a round (or of the
// close that asked for second panels). Number, time and identifier of that
// entry are not known before it is written, and everything the lot depends on
// stands in it, so nobody can choose the panels; whoever holds the journal can
// draw them again.
func RoundSeed(entry []byte) []byte {
	sum := sha256.Sum256(append([]byte("commonweal/round/v1\x00"), entry...))
	return sum[:]
}

// drawRound draws the panels that a round still lacks. They follow from the
// journal, so no person has a say in it: the host does it after the opening,
// or, should it stop just then, when it looks for what is due.
func (p *Practice) drawRound(ctx context.Context, commons, id store.ID) (Round, error) {
	return store.Write(ctx, p.DB, store.Command{Commons: commons}, func(tx *store.Tx) (Round, error) {
		round, err := GetRound(tx, id)
		if err != nil || !round.undrawn() {
			return round, err
		}
		return drawPanels(tx, round)
	})
}

func drawPanels(tx *store.Tx, round Round) (Round, error) {
	basis, err := attached[RoundBasis](tx, round.Basis)
	if err != nil {
		return round, err
	}
	first, _, err := roundPanels(tx, round)
	if err != nil {
		return round, err
	}
	no, items := round.No, basis.items()
	if round.State == RoundSecond {
		no, items = round.SecondNo, basis.only(round.Disputed)
	}
	entry, err := journal.ReadLine(tx, no)
	if err != nil {
		return round, err
	}
	panels, err := evaluation.Draw(RoundSeed(entry.Record), round.Rules.Panel, items, basis.Raters, basis.Declared, first)
	if err != nil {
		if round.State == RoundSecond && fault.KindOf(err) == fault.Conflict {
			return finishRound(tx, "", round) // nobody is left to ask: what is disputed stays without a result
		}
		return round, err
	}
	content, err := json.Marshal(panels)
	if err != nil {
		return round, err
	}
	for _, panel := range panels {
		round.Asked += len(panel.Raters)
	}
	if round.State == RoundSecond {
		round.Second = journal.Digest(content)
	} else {
		round.Panels = journal.Digest(content)
	}
	_, err = journal.Append(tx, journal.Record{Act: "contribution.draw_round", Public: map[string]any{"round": round}, Attached: map[string][]byte{"panels": content}})
	if err != nil {
		return round, err
	}
	return round, saveRound(tx, round)
}
