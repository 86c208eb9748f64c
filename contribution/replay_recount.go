package contribution

import (
	"encoding/json"
	"slices"
	"time"

	"commonweal/contribution/evaluation"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// rated counts a round again from its answers and holds the result, ratings
// and karma of the record against it.
func (r *Replay) rated(e Recorded, b replayedBody) error {
	round, err := r.liveRound(b)
	if err != nil {
		return err
	}
	if _, err := round.draw(); round.undrawn() && (round.State == RoundRunning || fault.KindOf(err) != fault.Conflict) {
		return breach("panels", "the round %q closes before its panels were drawn", round.Name)
	}
	var stated RoundResult
	for name, into := range map[string]any{"result": &stated, "ratings": &b.Ratings, "karma": &b.Karma, "answers": &b.Answers} {
		if err := r.attached(e, name, into); err != nil {
			return err
		}
	}
	if e.Attached["result"] == "" || b.Round.Result != e.Attached["result"] {
		return lacks("result")
	}
	if err := sameResult(RoundResult{Ratings: b.Ratings, Karma: b.Karma}, RoundResult{Ratings: stated.Ratings, Karma: stated.Karma}); err != nil {
		return asBreach(err)
	}
	counted, err := r.recount(round, b, stated)
	if err == nil {
		err = sameResult(stated, counted)
	}
	if err != nil {
		return asBreach(err)
	}
	if b.Round.Scored != counted.scoredCount() {
		return breach("scored", "%d contributions or members have a result; the record says %d", counted.scoredCount(), b.Round.Scored)
	}
	at, err := e.Time()
	if err != nil {
		return err
	}
	round.State, round.ClosedNo = RoundClosed, e.Seq
	if at.Before(round.Closes) {
		round.Closes = at
	}
	return r.keepRatings(e, round.ID, at, b)
}

// asBreach makes the fault of a count one of the replay.
func asBreach(err error) error {
	if f := fault.As(err); f != nil && f.Code != "contribution.replay" {
		return breach(f.Field, "%s", f.Message)
	}
	return err
}

// recount counts a round from what its answers were.
func (r *Replay) recount(round *replayedRound, b replayedBody, stated RoundResult) (RoundResult, error) {
	in := RoundInput{Rules: round.Rules, Basis: round.basis, Panels: round.first, Second: round.second}
	for _, item := range round.basis.Items {
		no, err := ParseEntryNo(item.ID)
		if err != nil {
			return RoundResult{}, err
		}
		if r.state(r.row(no)) != Validated {
			in.Withdrawn = append(in.Withdrawn, item.ID)
		}
	}
	if round.Rules.Names == NamesNobody {
		if shown := said(stated); b.Round.Answered > len(round.answers) || round.Rules.Mode != GiveMode && shown != b.Round.Answered {
			return RoundResult{}, breach("answers", "%d answers were given; the record counts %d, its result %d", len(round.answers), b.Round.Answered, shown)
		}
		if err := sameDisputed(round, evaluation.Result{Items: firsts(stated.Items)}); err != nil {
			return RoundResult{}, err
		}
		return RecountPublished(in, stated)
	}
	var err error
	if in.Answers, err = r.unsealed(round, b.Answers); err != nil {
		return RoundResult{}, err
	}
	answered := 0
	for _, a := range in.Answers {
		if a.Verdict != Skipped {
			answered++
		}
		round.gifts = append(round.gifts, a.Gifts...)
	}
	if answered != b.Round.Answered {
		return RoundResult{}, breach("answers", "%d answers were given; the record says %d", answered, b.Round.Answered)
	}
	in.History = r.earlierGifts(round)
	if round.Rules.Mode != GiveMode {
		before := in
		before.Second = nil
		first, err := countScores(before)
		if err != nil {
			return RoundResult{}, err
		}
		if err := sameDisputed(round, evaluation.Result{Items: first.Items}); err != nil {
			return RoundResult{}, err
		}
	}
	counted, err := CountRound(in)
	return counted.Published(round.Rules.Names), err
}

// said is how many answers a published result shows.
func said(res RoundResult) (n int) {
	for _, item := range res.Items {
		for _, p := range item.Panels {
			for _, m := range p.Marks {
				if m.Verdict != "" {
					n++
				}
			}
		}
	}
	return n
}

// firsts are items as their first panels left them.
func firsts(items []evaluation.ItemResult) []evaluation.ItemResult {
	out := slices.Clone(items)
	for i := range out {
		if len(out[i].Panels) > 0 {
			out[i].Status = out[i].Panels[0].Status
		}
	}
	return out
}

// sameDisputed checks that exactly the contributions on which a panel disagreed
// went to a second one, unless the rules know none.
func sameDisputed(round *replayedRound, first evaluation.Result) error {
	if round.Rules.Mode == GiveMode || round.Rules.SecondDays == 0 {
		return nil
	}
	if want := first.Disputed(); !slices.Equal(want, round.Disputed) {
		return breach("disputed", "the panels disagreed about %q; second ones were asked about %q", want, round.Disputed)
	}
	return nil
}

// earlierGifts are those of closed rounds that published them, in the window.
func (r *Replay) earlierGifts(round *replayedRound) (out []evaluation.Gift) {
	if round.Rules.Mode != GiveMode || round.Rules.WindowDays == 0 {
		return nil
	}
	for _, other := range r.rounds {
		if other.State == RoundClosed && !other.Closes.Before(round.windowBegins()) {
			out = append(out, other.gifts...)
		}
	}
	return out
}

// unsealed opens the answers of a round that closes: of each rater and
// contribution the last one, and of all of them, but for those of raters who
// declared since that they do not judge the contributor.
func (r *Replay) unsealed(round *replayedRound, answers json.RawMessage) (out []RoundAnswer, err error) {
	var list []Sealing
	if len(answers) > 0 {
		if err := json.Unmarshal(answers, &list); err != nil {
			return nil, breach("answers", "the answers cannot be read: %v", err)
		}
	}
	authors := map[string]string{}
	for _, item := range round.basis.Items {
		authors[item.ID] = item.Author
	}
	waiting := map[int64]bool{}
	for of, seq := range round.last {
		if !slices.Contains(r.conflicts, evaluation.Conflict{Rater: of[0], Author: authors[of[1]]}) {
			waiting[seq] = true
		}
	}
	for _, s := range list {
		if !waiting[s.Seq] {
			return nil, breach("answers", "entry %d holds no answer that counts", s.Seq)
		}
		delete(waiting, s.Seq)
		a, err := round.answers[s.Seq].unseal(s)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	for seq := range waiting {
		return nil, breach("answers", "the answer of entry %d is left out", seq)
	}
	return out, nil
}

// unseal checks that a sealing opens an answer, and that it is by who gave it.
func (said replayedAnswer) unseal(s Sealing) (RoundAnswer, error) {
	a, err := s.Answer()
	switch opening := (journal.Opening{Salt: s.Salt, Text: s.Text}); {
	case err != nil:
		return a, err
	case said.open != "" && said.open != s.Text,
		said.open == "" && (len(s.Salt) != journal.SaltSize || opening.Commitment() != said.commitment):
		return a, breach("answers", "what is said to be the answer of entry %d does not open its commitment", s.Seq)
	case a.Rater != said.by || a.Item != said.item:
		return a, breach("answers", "entry %d is by %s about %s; its answer speaks for %s about %s", s.Seq, said.by, said.item, a.Rater, a.Item)
	}
	return a, nil
}

// keepRatings takes up the ratings and the karma that a round gave.
func (r *Replay) keepRatings(e Recorded, round store.ID, at time.Time, b replayedBody) error {
	for _, v := range b.Ratings {
		row := r.row(v.Entry)
		if row < 0 {
			return breach("ratings", "contribution %s is rated and was never logged", v.Entry)
		}
		r.ledger.RatingNum[row], r.ledger.RatingDen[row] = int32(v.Num), int32(v.Den)
	}
	for n, g := range b.Karma {
		r.grant(e.Seq, int64(n), evaluation.Grant{Agent: string(g.Person), Domain: string(g.Domain), Amount: g.Amount, Cause: g.cause(round), At: g.since(at)})
	}
	return nil
}
