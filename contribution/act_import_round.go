package contribution

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// importRoundAsk says which batch of marks becomes an evaluation round, and how
// it is counted.
type importRoundAsk struct {
	Batch    store.ID        `json:"batch"`
	Karma    quantity.Amount `json:"karma,omitzero"`     // for each point
	Decimals *int            `json:"decimals,omitempty"` // of a score; nil keeps fractions
}

var (
	standingMarks = store.SQL(`SELECT seq, n, rater, entry_seq, entry_n, content FROM contribution_mark
		WHERE commons_id = $1 AND seq IN (SELECT i.seq FROM contribution_import i WHERE i.commons_id = $1 AND i.batch = $2 AND length(i.keys) > 0) ORDER BY seq, n`)
	uncountedMarks = store.SQL(`SELECT DISTINCT m.batch FROM contribution_mark m
		WHERE m.commons_id = $1 AND NOT EXISTS (SELECT 1 FROM contribution_round r WHERE r.commons_id = m.commons_id AND r.id = m.batch) ORDER BY m.batch`)
)

func scanMark(row store.Scanner) (m importedMark, err error) {
	var content string
	if err := row.Scan(&m.No.Seq, &m.No.N, &m.Rater, &m.Entry.Seq, &m.Entry.N, &content); err != nil {
		return m, err
	}
	err = json.Unmarshal([]byte(content), &m.keptScore)
	return m, err
}

// countImported makes evaluation rounds of the marks that have none yet: those
// of the batch that has just come in, and those of a run that was stopped
// between its last chunk and its round.
func (m *Importer) countImported(ctx context.Context, who auth.Identity, plan *ImportPlan) (last store.ID, err error) {
	var batches []store.ID
	err = m.DB.Read(ctx, who.Commons, func(r *store.Snapshot) (err error) {
		batches, err = store.All(r, scanID, uncountedMarks)
		return err
	})
	if err != nil {
		return "", err
	}
	ask := importRoundAsk{Karma: importedKarma, Decimals: plan.Decimals}
	if plan.Karma != nil {
		ask.Karma = *plan.Karma
	}
	for _, batch := range batches {
		ask.Batch = batch
		round, err := auth.Perform(ctx, m.DB, who, "", Configure, ask, importRound)
		if err != nil {
			return last, err
		}
		if round.ID != "" {
			last = round.ID
		}
	}
	return last, nil
}

// importRound makes a closed evaluation round of the marks of a batch, with its
// ratings and karma, in one act. Nothing is done for a batch that has its round
// already, or no marks any more.
func importRound(tx *store.Tx, who auth.Identity, ask importRoundAsk) (round Round, err error) {
	batch, err := GetBatch(tx, ask.Batch)
	if err != nil || batch.Reversed {
		return round, err
	}
	if round, found, err := store.One(tx, scanRound, roundByID, ask.Batch); found || err != nil {
		return round, err
	}
	marks, err := store.All(tx, scanMark, standingMarks, ask.Batch)
	if err != nil || len(marks) == 0 {
		return round, err
	}
	items, err := judgedBefore(tx, marks)
	if err != nil {
		return round, err
	}
	in := importedInput(importedRules(marks, ask.Karma, ask.Decimals), marks, items)
	if round, err = in.imported(tx, batch.Batch); err != nil || round.Items == 0 {
		return Round{}, err
	}
	result, err := CountRound(in)
	if err != nil {
		return round, err
	}
	round.Scored = result.scoredCount()
	record, err := importRecord(who.Agent, &round, in, result)
	if err != nil {
		return round, err
	}
	if round.ClosedNo, err = journal.Append(tx, record); err != nil {
		return round, err
	}
	round.No = round.ClosedNo
	if err := keepResult(tx, round, result); err != nil {
		return round, err
	}
	return round, saveRound(tx, round)
}

// judgedBefore reads the contributions that marks are about.
func judgedBefore(tx *store.Tx, marks []importedMark) (map[EntryNo]importedItem, error) {
	nos := make([]EntryNo, len(marks))
	for i, m := range marks {
		nos[i] = m.Entry
	}
	entries, err := store.AllOf(tx, scanEntry, entriesByNo, nos)
	if err != nil {
		return nil, err
	}
	decisions, err := decisionsOn(tx, nos)
	if err != nil {
		return nil, err
	}
	ratings, err := store.AllOf(tx, scanRated, ratingsByNo, nos)
	if err != nil {
		return nil, err
	}
	taken := map[EntryNo]bool{}
	for _, v := range ratings {
		taken[v.no] = v.den != 0
	}
	if err := underJudgment(tx, taken); err != nil {
		return nil, err
	}
	out := make(map[EntryNo]importedItem, len(entries))
	for _, e := range entries {
		if list := decisions[e.No]; len(list) > 0 {
			e.State = list[len(list)-1].State
		}
		out[e.No] = importedItem{Person: e.Person, Project: e.Project, At: e.At, Stands: e.State.judgeable() && !taken[e.No]}
	}
	return out, nil
}

// judgeable reports whether marks of another system may count for a
// contribution: they are what its colleagues thought of it, so nobody has to
// confirm it first, but nobody may have rejected or replaced it.
func (s State) judgeable() bool { return s == Logged || s == Validated }

// underJudgment adds the contributions of rounds that are under way.
func underJudgment(r store.Reader, taken map[EntryNo]bool) error {
	live, err := LiveRounds(r)
	if err != nil {
		return err
	}
	for _, round := range live {
		basis, err := attached[RoundBasis](r, round.Basis)
		if err != nil {
			return err
		}
		for _, item := range basis.Items {
			if no, err := ParseEntryNo(item.ID); err == nil {
				taken[no] = true
			}
		}
	}
	return nil
}

// imported is the round of the input, without its result.
func (in RoundInput) imported(tx *store.Tx, batch Batch) (Round, error) {
	s, err := settings.Get(tx)
	round := Round{ID: batch.ID, Name: cmp.Or(batch.File, batch.Source), State: RoundClosed, Rules: in.Rules, Import: &batch,
		Items: len(in.Basis.Items), Raters: len(in.Basis.Raters)}
	if err != nil {
		return round, err
	}
	for i, item := range in.Basis.Items {
		if i == 0 || item.At.Before(round.Opens) {
			round.Opens = item.At
		}
		if item.At.After(round.Closes) {
			round.Closes = item.At
		}
		if !slices.Contains(round.Projects, item.Project) {
			round.Projects = append(round.Projects, item.Project)
		}
	}
	slices.Sort(round.Projects)
	round.From, round.Until = round.Opens.In(s.Zone).Format(time.DateOnly), round.Closes.In(s.Zone).Format(time.DateOnly)
	for _, p := range in.Panels {
		round.Asked += len(p.Raters)
	}
	for _, a := range in.Answers {
		if a.Verdict != Skipped {
			round.Answered++
		}
	}
	return round, nil
}

// importRecord is the journal record of an imported round. Its answers are not
// repeated: they stand in the chunks of the batch.
func importRecord(by store.ID, round *Round, in RoundInput, result RoundResult) (journal.Record, error) {
	record := journal.Record{Act: "contribution.import_round", By: by, Attached: map[string][]byte{}}
	published := result.Published(round.Rules.Names)
	for name, part := range map[string]struct {
		v  any
		at *string
	}{"basis": {in.Basis, &round.Basis}, "panels": {in.Panels, &round.Panels}, "result": {published, &round.Result}} {
		content, err := json.Marshal(part.v)
		if err != nil {
			return record, err
		}
		record.Attached[name], *part.at = content, journal.Digest(content)
	}
	public := map[string]any{"round": *round}
	for name, v := range map[string]any{"ratings": published.Ratings, "karma": published.Karma} {
		if err := place(&record, public, name, v); err != nil {
			return record, err
		}
	}
	record.Public = public
	return record, nil
}

// reverseRound takes an imported round back with its batch: its ratings stand
// no more, and its karma is as if it had never been.
func reverseRound(tx *store.Tx, who auth.Identity, ask ReverseImportAsk) (round Round, err error) {
	round, found, err := store.One(tx, scanRound, roundByID, ask.Batch)
	if err != nil || !found || round.State != RoundClosed {
		return round, err
	}
	result, err := attached[RoundResult](tx, round.Result)
	if err != nil {
		return round, err
	}
	round.State = RoundReversed
	no, err := journal.Append(tx, journal.Record{Act: "contribution.reverse_round", By: who.Agent,
		Public: map[string]any{"round": map[string]any{"id": round.ID, "state": round.State}}, Sealed: map[string]string{"reason": ask.Reason}})
	if err != nil {
		return round, err
	}
	for n, v := range result.Ratings {
		if err := tx.Append(insertRating, no, int64(n), round.ID, v.Entry.Seq, v.Entry.N, int64(0), int64(0)); err != nil {
			return round, err
		}
	}
	for n, g := range result.Karma {
		if err := tx.Append(insertKarma, no, int64(n), g.Person, string(g.Domain), -g.Amount.Micros, store.Micros(g.At), takenBack+g.cause(round.ID)); err != nil {
			return round, err
		}
	}
	return round, saveRound(tx, round)
}

// takenBack begins the cause of karma that went with its round.
const takenBack = "reversed:"
