package contribution

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"commonweal/contribution/evaluation"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// AnswerAsk is what a rater says of one contribution. It may be changed until
// the round closes; the last answer counts.
type AnswerAsk struct {
	Round    store.ID           `json:"round"`
	Item     EntryNo            `json:"item"`
	Verdict  evaluation.Verdict `json:"verdict"` // scored, dismissed, duplicate or skipped
	Score    int64              `json:"score,omitempty"`
	Original *EntryNo           `json:"original,omitempty"` // of a duplicate: another contribution this rater judges
	Comment  string             `json:"comment,omitempty"`  // private: read by members once the round closed
}

// AnswerRound records an answer of somebody who was drawn for a contribution.
//
// Faults: contribution.round_closed, .not_on_panel, .conflicted,
// .original_unknown, .duplicate_circle, .comment, and evaluation.off_scale.
func AnswerRound(ctx context.Context, db *store.Store, who auth.Identity, key string, ask AnswerAsk) (RoundAnswer, error) {
	return auth.Perform(ctx, db, who, key, Evaluate, ask, answerRound)
}

func answerRound(tx *store.Tx, who auth.Identity, ask AnswerAsk) (RoundAnswer, error) {
	round, err := answerable(tx, ask.Round)
	if err != nil {
		return RoundAnswer{}, err
	}
	if round.Rules.Mode == GiveMode {
		return RoundAnswer{}, fault.Conflictf("contribution.round_mode", "", "in %s members give points to people, not to contributions", round.Name)
	}
	a := RoundAnswer{Answer: evaluation.Answer{Rater: string(who.Agent), Item: ask.Item.String(), Verdict: ask.Verdict, Score: ask.Score, Comment: ask.Comment}}
	if ask.Original != nil {
		a.Original = ask.Original.String()
	}
	if err := seated(tx, round, a); err != nil {
		return a, err
	}
	before, err := AnswersBy(tx, round.ID, who.Agent)
	if err != nil {
		return a, err
	}
	if err := meaningful(round, a, before); err != nil {
		return a, err
	}
	return recordAnswer(tx, round, a, before)
}

// answerable returns a round that takes answers now.
func answerable(tx *store.Tx, id store.ID) (Round, error) {
	round, err := GetRound(tx, id)
	if err == nil && !round.open(tx.Now()) {
		err = fault.Conflictf("contribution.round_closed", "", "%s does not take answers now", round.Name)
	}
	return round, err
}

// seated refuses who was not drawn for a contribution, and who declared a
// conflict with its contributor since.
func seated(tx *store.Tx, round Round, a RoundAnswer) error {
	seats, err := seatsOf(tx, round, a.Rater)
	if err != nil {
		return err
	}
	if !slices.Contains(seats, a.Item) {
		return fault.Forbiddenf("contribution.not_on_panel", "you were not drawn to judge contribution %s", a.Item)
	}
	if a.Original != "" && (!slices.Contains(seats, a.Original) || a.Original == a.Item) {
		return fault.Invalidf("contribution.original_unknown", "original", "%s is not another contribution that you judge in this round", a.Original)
	}
	basis, err := attached[RoundBasis](tx, round.Basis)
	if err != nil {
		return err
	}
	declared, err := Conflicts(tx)
	if err != nil {
		return err
	}
	for _, item := range basis.Items {
		if item.ID == a.Item && slices.Contains(declared, evaluation.Conflict{Rater: a.Rater, Author: item.Author}) {
			return fault.Forbiddenf("contribution.conflicted", "you said that you do not judge what this person made")
		}
	}
	return nil
}

// seatsOf lists the contributions that somebody judges now: of the first
// panels, or of the second.
func seatsOf(r store.Reader, round Round, rater string) ([]string, error) {
	first, second, err := roundPanels(r, round)
	if err != nil {
		return nil, err
	}
	if round.State == RoundSecond {
		first = second
	}
	return seats(first, rater), nil
}

func seats(panels []evaluation.Panel, rater string) (out []string) {
	for _, panel := range panels {
		if slices.Contains(panel.Raters, rater) {
			out = append(out, panel.Item)
		}
	}
	return out
}

// meaningful refuses an answer that the count could not use.
func meaningful(round Round, a RoundAnswer, before []RoundAnswer) error {
	if len(a.Comment) > maxNote {
		return fault.Invalidf("contribution.comment", "comment", "the comment has %d bytes; at most %d are kept", len(a.Comment), maxNote)
	}
	switch a.Verdict {
	case evaluation.Scored:
		return round.Rules.Count.Scale.Allows(a.Score)
	case evaluation.Dismissed, Skipped:
		return nil
	case evaluation.Duplicate:
		if a.Original == "" {
			return fault.Invalidf("contribution.original_unknown", "original", "say which contribution this one repeats")
		}
		return noCircle(a, before)
	}
	return fault.Invalidf("contribution.verdict", "verdict", "%q is not an answer; it is scored, dismissed, duplicate or skipped", a.Verdict)
}

// noCircle refuses a duplicate of something that is, in the same rater's own
// words, a duplicate of it.
func noCircle(a RoundAnswer, before []RoundAnswer) error {
	repeats := map[string]string{}
	for _, b := range before {
		if b.Verdict == evaluation.Duplicate {
			repeats[b.Item] = b.Original
		}
	}
	for at, steps := a.Original, 0; at != "" && steps <= len(before); at, steps = repeats[at], steps+1 {
		if at == a.Item {
			return fault.Invalidf("contribution.duplicate_circle", "original", "you said before that %s repeats this one; one of them is the original", a.Original)
		}
	}
	return nil
}

// recordAnswer journals an answer, or a commitment to it while the round is
// secret, and stores it. The same answer again changes nothing.
func recordAnswer(tx *store.Tx, round Round, a RoundAnswer, before []RoundAnswer) (RoundAnswer, error) {
	for _, b := range before {
		same := b
		same.Seq = 0
		if b.Item == a.Item && reflect.DeepEqual(same, a) {
			return b, nil
		}
	}
	record, err := answerRecord(round, a)
	if err != nil {
		return a, err
	}
	if a.Seq, err = journal.Append(tx, record); err != nil {
		return a, err
	}
	return a, saveAnswer(tx, round.ID, a)
}

// spoken is what is published of an answer: all but its comments, which stay
// between the members.
func (a RoundAnswer) spoken(names Names) RoundAnswer {
	a.Comment, a.Seq = "", 0
	a.Gifts = slices.Clone(a.Gifts)
	for i := range a.Gifts {
		a.Gifts[i].Note = ""
	}
	if names == NamesNobody {
		a.Rater = ""
		for i := range a.Gifts {
			a.Gifts[i].From = ""
		}
	}
	return a
}

// answerRecord is the journal record of an answer. Where names are never
// published it does not even say who answered.
func answerRecord(round Round, a RoundAnswer) (journal.Record, error) {
	of := map[string]any{"id": round.ID}
	public := map[string]any{"round": of}
	record := journal.Record{Act: "contribution.answer_round", By: store.ID(a.Rater), Public: public, Sealed: map[string]string{}}
	spoken := a.spoken(round.Rules.Names)
	if round.Rules.Names == NamesAlways {
		public["answers"] = []RoundAnswer{spoken}
	} else {
		text, err := json.Marshal(spoken)
		if err != nil {
			return record, err
		}
		record.Sealed["answer"] = string(text)
	}
	if round.Rules.Names == NamesNobody {
		record.By = ""
	} else if a.Item != giftsItem {
		of["item"] = a.Item // so that a reader sees which of somebody's answers is the last
	}
	if private := a.remarks(); private != "" {
		record.Sealed["comment"] = private
	}
	return record, nil
}

// remarks are the private words of an answer, as JSON when they go to several people.
func (a RoundAnswer) remarks() string {
	notes := map[string]string{}
	for _, g := range a.Gifts {
		if g.Note != "" {
			notes[g.To] = g.Note
		}
	}
	if len(notes) == 0 {
		return a.Comment
	}
	text, _ := json.Marshal(notes) // of texts only: cannot fail
	return string(text)
}

// GiveAsk is all that a member gives in a round of mode give; it takes the
// place of what they gave before.
type GiveAsk struct {
	Round    store.ID          `json:"round"`
	Gifts    []evaluation.Gift `json:"gifts"` // From is the asker, whatever it says
	Declines bool              `json:"declines,omitempty"`
}

// GiveRound records what a member gives: whole points to colleagues, within
// the budget.
//
// Faults: contribution.round_closed, .not_on_panel, .comment, and those of
// evaluation.Give.
func GiveRound(ctx context.Context, db *store.Store, who auth.Identity, key string, ask GiveAsk) (RoundAnswer, error) {
	return auth.Perform(ctx, db, who, key, Evaluate, ask, giveRound)
}

func giveRound(tx *store.Tx, who auth.Identity, ask GiveAsk) (RoundAnswer, error) {
	round, err := answerable(tx, ask.Round)
	if err != nil {
		return RoundAnswer{}, err
	}
	if round.Rules.Mode != GiveMode {
		return RoundAnswer{}, fault.Conflictf("contribution.round_mode", "", "%s judges contributions one by one", round.Name)
	}
	basis, err := attached[RoundBasis](tx, round.Basis)
	if err != nil {
		return RoundAnswer{}, err
	}
	a := RoundAnswer{Answer: evaluation.Answer{Rater: string(who.Agent), Item: giftsItem}, Gifts: slices.Clone(ask.Gifts), Declines: ask.Declines}
	if !slices.Contains(basis.Raters, a.Rater) {
		return a, fault.Forbiddenf("contribution.not_on_panel", "you joined after %s was opened; you can give in the next round", round.Name)
	}
	for i := range a.Gifts {
		a.Gifts[i].From = a.Rater
		if len(a.Gifts[i].Note) > maxNote {
			return a, fault.Invalidf("contribution.comment", "note", "a note has %d bytes; at most %d are kept", len(a.Gifts[i].Note), maxNote)
		}
	}
	slices.SortFunc(a.Gifts, func(x, y evaluation.Gift) int { return strings.Compare(x.To, y.To) })
	if _, err := evaluation.Give(round.Rules.Give, giveMembers(basis, nil), a.Gifts, nil); err != nil {
		return a, err
	}
	before, err := AnswersBy(tx, round.ID, who.Agent)
	if err != nil {
		return a, err
	}
	return recordAnswer(tx, round, a, before)
}

// giveMembers are the members of a round of mode give; some decline to receive.
func giveMembers(b RoundBasis, declines []string) []evaluation.Member {
	out := make([]evaluation.Member, len(b.Raters))
	for i, id := range b.Raters {
		out[i] = evaluation.Member{ID: id, Declines: slices.Contains(declines, id)}
	}
	return out
}
