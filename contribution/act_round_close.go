package contribution

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"commonweal/contribution/evaluation"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// CloseRound ends a round before its time: it counts the answers that are
// there. Contributions on which a panel disagreed go to a second panel first.
//
// Faults: contribution.round_state.
func (p *Practice) CloseRound(ctx context.Context, who auth.Identity, key string, id store.ID) (Round, error) {
	round, err := auth.Perform(ctx, p.DB, who, key, Configure, id, func(tx *store.Tx, who auth.Identity, id store.ID) (Round, error) {
		return closeRound(tx, who.Agent, id)
	})
	if err != nil || !round.undrawn() {
		return round, err
	}
	return p.drawRound(ctx, who.Commons, id)
}

// CancelRound gives a round up: nothing is counted, and answers stay unread.
func CancelRound(ctx context.Context, db *store.Store, who auth.Identity, key string, id store.ID) (Round, error) {
	return auth.Perform(ctx, db, who, key, Configure, id, func(tx *store.Tx, who auth.Identity, id store.ID) (Round, error) {
		round, err := liveRound(tx, id)
		if err != nil {
			return round, err
		}
		round.State = RoundCanceled
		if _, err := journal.Append(tx, journal.Record{Act: "contribution.cancel_round", By: who.Agent, Public: map[string]any{"round": round}}); err != nil {
			return round, err
		}
		return round, saveRound(tx, round)
	})
}

func liveRound(tx *store.Tx, id store.ID) (Round, error) {
	round, err := GetRound(tx, id)
	if err == nil && round.State != RoundRunning && round.State != RoundSecond {
		err = fault.Conflictf("contribution.round_state", "", "%s is %s; nothing more can be done with it", round.Name, round.State)
	}
	return round, err
}

// CloseDue closes the rounds of a commons whose time is up, and draws panels
// that are still missing. It returns how many rounds it moved on. The host
// calls it again and again; doing it twice does no harm.
func (p *Practice) CloseDue(ctx context.Context, commons store.ID) (moved int, err error) {
	var live []Round
	var now time.Time
	err = p.DB.Read(ctx, commons, func(r *store.Snapshot) (err error) {
		now = r.Now()
		live, err = LiveRounds(r)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, round := range live {
		if !round.undrawn() && now.Before(round.Closes) {
			continue
		}
		if _, wrong := p.moveOn(ctx, commons, round); wrong != nil {
			err = errors.Join(err, wrong) // one round that cannot close holds up no other
			continue
		}
		moved++
	}
	return moved, err
}

func (p *Practice) moveOn(ctx context.Context, commons store.ID, round Round) (Round, error) {
	if round.undrawn() {
		return p.drawRound(ctx, commons, round.ID)
	}
	round, err := store.Write(ctx, p.DB, store.Command{Commons: commons}, func(tx *store.Tx) (Round, error) {
		now, err := GetRound(tx, round.ID)
		if err != nil || now.State != round.State || tx.Now().Before(now.Closes) {
			return now, err // somebody closed it meanwhile
		}
		return closeRound(tx, "", round.ID)
	})
	if err != nil || !round.undrawn() {
		return round, err
	}
	return p.drawRound(ctx, commons, round.ID)
}

// closeRound counts a round; by is empty when its time was up.
func closeRound(tx *store.Tx, by, id store.ID) (Round, error) {
	round, err := liveRound(tx, id)
	if err != nil {
		return round, err
	}
	if round.undrawn() {
		return round, fault.Conflictf("contribution.round_state", "", "the panels of %s are not drawn yet; try again in a moment", round.Name)
	}
	if round.State == RoundRunning && round.Rules.SecondDays > 0 && round.Rules.Count.Spread.Measure != evaluation.AnySpread {
		in, err := roundInput(tx, round)
		if err != nil {
			return round, err
		}
		first, err := countScores(in)
		if err != nil {
			return round, err
		}
		if disputed := (evaluation.Result{Items: first.Items}).Disputed(); len(disputed) > 0 {
			return askSecond(tx, by, round, disputed)
		}
	}
	return finishRound(tx, by, round)
}

// askSecond sends what the first panels disagreed about to second ones. All
// results wait for them, lest the marks of the first be known to the second.
func askSecond(tx *store.Tx, by store.ID, round Round, disputed []string) (_ Round, err error) {
	round.State, round.Disputed = RoundSecond, disputed
	round.Closes = tx.Now().AddDate(0, 0, round.Rules.SecondDays)
	if round.SecondNo, err = journal.Append(tx, journal.Record{Act: "contribution.dispute_round", By: by, Public: map[string]any{"round": round}}); err != nil {
		return round, err
	}
	return round, saveRound(tx, round)
}

// roundInput reads everything that the count needs.
func roundInput(r store.Reader, round Round) (in RoundInput, err error) {
	in.Rules = round.Rules
	if in.Basis, err = attached[RoundBasis](r, round.Basis); err != nil {
		return in, err
	}
	if in.Panels, in.Second, err = roundPanels(r, round); err != nil {
		return in, err
	}
	if in.Answers, err = unconflicted(r, round, in.Basis); err != nil {
		return in, err
	}
	if in.Withdrawn, err = withdrawn(r, in.Basis); err != nil {
		return in, err
	}
	if round.Rules.Mode != GiveMode || round.Rules.WindowDays == 0 {
		return in, nil
	}
	in.History, err = earlierGifts(r, store.Micros(round.windowBegins()), round.Rules.Names)
	return in, err
}

// windowBegins is the moment from which on earlier gifts damp later ones.
func (r Round) windowBegins() time.Time { return r.Opens.AddDate(0, 0, -r.Rules.WindowDays) }

// unconflicted are the answers of a round, without those of raters who said
// later that they do not judge the contributor.
func unconflicted(r store.Reader, round Round, b RoundBasis) ([]RoundAnswer, error) {
	answers, err := answersOn(r, round.ID)
	if err != nil {
		return nil, err
	}
	declared, err := Conflicts(r)
	if err != nil {
		return nil, err
	}
	barred := map[[2]string]bool{}
	for _, c := range declared {
		barred[[2]string{c.Rater, c.Author}] = true
	}
	authors := map[string]string{}
	for _, item := range b.Items {
		authors[item.ID] = item.Author
	}
	return slices.DeleteFunc(answers, func(a RoundAnswer) bool { return barred[[2]string{a.Rater, authors[a.Item]}] }), nil
}

// withdrawn lists the contributions of a round that were corrected or rejected
// since it opened.
func withdrawn(r store.Reader, b RoundBasis) (out []string, err error) {
	nos := make([]EntryNo, len(b.Items))
	for i, item := range b.Items {
		if nos[i], err = ParseEntryNo(item.ID); err != nil {
			return nil, err
		}
	}
	decisions, err := decisionsOn(r, nos)
	for _, no := range nos {
		if list := decisions[no]; len(list) > 0 && list[len(list)-1].State != Validated {
			out = append(out, no.String())
		}
	}
	return out, err
}

// finishRound counts a round for good: it journals the result, the ratings, the
// karma and what may be published of the answers, and stores ratings and karma.
func finishRound(tx *store.Tx, by store.ID, round Round) (Round, error) {
	in, err := roundInput(tx, round)
	if err != nil {
		return round, err
	}
	result, err := CountRound(in)
	if err != nil {
		return round, err
	}
	for _, a := range in.Answers {
		if a.Verdict != Skipped {
			round.Answered++
		}
	}
	round.State, round.Scored = RoundClosed, result.scoredCount()
	if tx.Now().Before(round.Closes) {
		round.Closes = tx.Now()
	}
	record, err := closeRecord(tx, by, &round, in, result)
	if err != nil {
		return round, err
	}
	if round.ClosedNo, err = journal.Append(tx, record); err != nil {
		return round, err
	}
	if err := keepResult(tx, round, result); err != nil {
		return round, err
	}
	return round, saveRound(tx, round)
}

// closeRecord is the journal record of a result.
func closeRecord(tx *store.Tx, by store.ID, round *Round, in RoundInput, result RoundResult) (journal.Record, error) {
	published := result.Published(round.Rules.Names)
	trace, err := json.Marshal(published)
	if err != nil {
		return journal.Record{}, err
	}
	round.Result = journal.Digest(trace)
	record := journal.Record{Act: "contribution.close_round", By: by, Attached: map[string][]byte{"result": trace}}
	public := map[string]any{"round": *round}
	for name, v := range map[string]any{"ratings": published.Ratings, "karma": published.Karma} {
		if err := place(&record, public, name, v); err != nil {
			return record, err
		}
	}
	if round.Rules.Names != NamesNobody {
		open, err := sealings(tx, round.Rules.Names, in.Answers)
		if err != nil {
			return record, err
		}
		if err := place(&record, public, "answers", open); err != nil {
			return record, err
		}
	}
	record.Public = public
	return record, nil
}

// inlined is the size up to which a part of a record stands in the entry itself.
const inlined = 12 << 10

// place puts a part of a record into the entry, or beside it when it is large.
func place(record *journal.Record, public map[string]any, name string, v any) error {
	content, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if len(content) <= inlined {
		public[name] = json.RawMessage(content)
		return nil
	}
	record.Attached[name] = content
	return nil
}

// sealingWindow is how many journal entries one question for openings covers.
const sealingWindow = 2_000

// sealings open the last answer of each rater to each contribution.
func sealings(tx *store.Tx, names Names, answers []RoundAnswer) ([]Sealing, error) {
	out := make([]Sealing, 0, len(answers))
	slices.SortFunc(answers, func(a, b RoundAnswer) int { return int(a.Seq - b.Seq) })
	var open map[int64]map[string]journal.Opening
	read := int64(-1)
	for _, a := range answers {
		if names == NamesAlways {
			text, err := json.Marshal(a.spoken(names))
			if err != nil {
				return nil, err
			}
			out = append(out, Sealing{Seq: a.Seq, Text: string(text)})
			continue
		}
		if a.Seq >= read {
			var err error
			if open, err = journal.Openings(tx, a.Seq, a.Seq+sealingWindow); err != nil {
				return nil, err
			}
			read = a.Seq + sealingWindow
		}
		if o, kept := open[a.Seq]["answer"]; kept { // not after an erasure
			out = append(out, Sealing{Seq: a.Seq, Salt: o.Salt, Text: o.Text})
		}
	}
	return out, nil
}

// keepResult stores ratings and karma under the number of the close.
func keepResult(tx *store.Tx, round Round, result RoundResult) error {
	for n, v := range result.Ratings {
		if err := tx.Append(insertRating, round.ClosedNo, int64(n), round.ID, v.Entry.Seq, v.Entry.N, v.Num, v.Den); err != nil {
			return err
		}
	}
	for n, g := range result.Karma {
		if err := tx.Append(insertKarma, round.ClosedNo, int64(n), g.Person, string(g.Domain), g.Amount.Micros, store.Micros(g.since(tx.Now())), g.cause(round.ID)); err != nil {
			return err
		}
	}
	return nil
}
