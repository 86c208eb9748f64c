package contribution

import (
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"commonweal/contribution/evaluation"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// judges are four members beside the steward: panels of three can be filled for
// whatever one of them made.
func (w *workshop) judges() []auth.Identity {
	w.t.Helper()
	return []auth.Identity{w.ada, w.bas, w.cleo, w.enroll(w.gate, "Dani", auth.Member)}
}

// made logs and validates an hour of somebody's work.
func (w *workshop) made(who auth.Identity) Entry {
	w.t.Helper()
	e := w.log(who, "1")
	by := w.ada
	if who.Agent == by.Agent {
		by = w.bas
	}
	w.decide(by, e.No, Accept)
	return e
}

// praise are the rules of Praise: three raters, the mean of all marks, a
// duplicate worth a tenth, a tenth of karma for each point.
func praise() RoundRules {
	rules := evaluation.PraiseRules()
	return RoundRules{Mode: ScoreMode, Names: NamesAfter, Panel: evaluation.PraisePanels, Count: rules, Karma: quantity.MustParse("0.1", evaluation.Karma)}
}

// ask is a round over today, open for a week.
func (w *workshop) ask(rules RoundRules) RoundAsk {
	now := w.db.Now()
	return RoundAsk{Name: "October", From: now.AddDate(0, 0, -2).Format(time.DateOnly), Until: now.AddDate(0, 0, 2).Format(time.DateOnly),
		Closes: now.AddDate(0, 0, 7), Rules: rules}
}

func (w *workshop) open(rules RoundRules) Round {
	w.t.Helper()
	round, err := w.practice.OpenRound(ctx, w.ada, "", w.ask(rules))
	must(w.t, err)
	return round
}

func (w *workshop) close(round Round) Round {
	w.t.Helper()
	round, err := w.practice.CloseRound(ctx, w.ada, "", round.ID)
	must(w.t, err)
	return round
}

// panels are who was drawn for each contribution.
func (w *workshop) panels(round Round) (first, second []evaluation.Panel) {
	w.t.Helper()
	must(w.t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) (err error) {
		first, second, err = roundPanels(r, round)
		return err
	}))
	return first, second
}

func (w *workshop) result(round Round) (res RoundResult) {
	w.t.Helper()
	must(w.t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) (err error) {
		res, err = attached[RoundResult](r, round.Result)
		return err
	}))
	return res
}

// mark gives a mark and fails the test when it is refused.
func (w *workshop) mark(who auth.Identity, round Round, no EntryNo, score int64) {
	w.t.Helper()
	_, err := AnswerRound(ctx, w.db, who, "", AnswerAsk{Round: round.ID, Item: no, Verdict: evaluation.Scored, Score: score, Comment: "the seat wobbles less now"})
	must(w.t, err)
}

// The worked example of the manual. Dani built a bench (item a) and wrote about
// it twice (b, and c which repeats b). Ada, Bas and Cleo are drawn for all three.
//
//	a: Ada 13, Bas 21, Cleo does not answer      (13 + 21) / 2           = 17
//	b: Ada 5, Bas 8, Cleo 8                      (5 + 8 + 8) / 3         = 7
//	c: all three say it repeats b, worth 1/10    (0.5 + 0.8 + 0.8) / 3   = 7/10
//
// Karma is a tenth of each: 1.7, 0.7 and 0.07, together 2.47.
func TestEvaluationWorkedExample(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		people := w.judges()
		dani := people[3]
		a, b, c := w.made(dani), w.made(dani), w.made(dani)
		round := w.open(praise())
		w.mark(w.ada, round, a.No, 13)
		w.mark(w.bas, round, a.No, 21)
		w.mark(w.ada, round, b.No, 5)
		w.mark(w.bas, round, b.No, 8)
		w.mark(w.cleo, round, b.No, 8)
		for _, who := range people[:3] {
			_, err := AnswerRound(ctx, w.db, who, "", AnswerAsk{Round: round.ID, Item: c.No, Verdict: evaluation.Duplicate, Original: &b.No})
			must(t, err)
		}
		round = w.close(round)
		res := w.result(round)
		want := map[EntryNo]*big.Rat{a.No: big.NewRat(17, 1), b.No: big.NewRat(7, 1), c.No: big.NewRat(7, 10)}
		for _, r := range res.Ratings {
			if r.Score.Cmp(want[r.Entry]) != 0 || big.NewRat(r.Num, r.Den).Cmp(r.Score) != 0 {
				t.Errorf("%s is rated %s (%d/%d), want %s", r.Entry, r.Score, r.Num, r.Den, want[r.Entry])
			}
		}
		if len(res.Ratings) != 3 || round.Scored != 3 || round.Answered != 8 || round.Asked != 9 {
			t.Errorf("%d ratings, %+v", len(res.Ratings), round)
		}
		if got := w.karma(dani, ""); got != quantity.MustParse("2.47", evaluation.Karma) {
			t.Errorf("karma of Dani %s, want 2.47", got)
		}
		if got := w.karma(dani, string(w.project.ID)); got != quantity.MustParse("2.47", evaluation.Karma) {
			t.Errorf("karma of Dani in the project %s, want 2.47", got)
		}
	})
}

// karma is what somebody holds right now, read at the latest grant so that
// nothing has faded.
func (w *workshop) karma(who auth.Identity, domain string) (k quantity.Amount) {
	w.t.Helper()
	must(w.t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
		rows, err := store.All(r, scanGrant, karmaBefore, previewNo)
		if err != nil || len(rows) == 0 {
			return err
		}
		record, err := KarmaRecord(r, previewNo)
		if err != nil {
			return err
		}
		k, err = record.At(string(who.Agent), domain, rows[len(rows)-1].At)
		return err
	}))
	return k
}

// A rating reaches the formulas of value equations: an hour at 12 euros rated
// 1 1/2 claims 18 euros, one rated 1/2 claims 6.
func TestRatingReachesValueEquation(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		people := w.judges()
		a, b := w.made(w.bas), w.made(w.cleo)
		rules := praise()
		rules.Count.Scale = evaluation.Scale{Name: "half", Values: []int64{0, 1, 2}}
		rules.Panel = evaluation.PanelRule{Size: 2, Least: 2, MostEach: 10}
		round := w.open(rules)
		for i, e := range []Entry{a, b} {
			panels, _ := w.panels(round)
			for _, panel := range panels {
				for j, rater := range panel.Raters {
					if panel.Item == e.No.String() {
						w.mark(identity(people, rater), round, e.No, [][]int64{{1, 2}, {0, 1}}[i][j])
					}
				}
			}
		}
		w.close(round)
		text := w.allToMakers()
		text.Buckets[0].Rules[0].Formula = "value * rating"
		v := w.adopt(text)
		w.sell("12")
		w.distribute(v)
		w.wantOwed("0", "9", "3")
	})
}

func identity(people []auth.Identity, agent string) auth.Identity {
	i := slices.IndexFunc(people, func(p auth.Identity) bool { return string(p.Agent) == agent })
	return people[i]
}

// Nobody judges what they made, or what they were not drawn for; nobody from
// outside does, and nothing is taken after the close.
func TestRoundRefusals(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		people := w.judges()
		late := w.enroll(w.gate, "Late", auth.Member)
		e := w.made(w.bas)
		round := w.open(praise())
		outsider := w.gate.Table().As(auth.Identity{Commons: w.commons.ID, OpenBooks: true})
		after := w.enroll(w.gate, "After", auth.Member)
		panels, _ := w.panels(round)
		for _, who := range append(people, late, after) {
			_, err := AnswerRound(ctx, w.db, who, "", AnswerAsk{Round: round.ID, Item: e.No, Verdict: evaluation.Scored, Score: 5})
			drawn := slices.Contains(panels[0].Raters, string(who.Agent))
			if drawn != (err == nil) || !drawn && fault.CodeOf(err) != "contribution.not_on_panel" {
				t.Errorf("%s, drawn %v: %v", who.Name, drawn, err)
			}
			if drawn && who.Agent == w.bas.Agent {
				t.Error("Bas was drawn to judge their own work")
			}
		}
		rater := identity(append(people, late), panels[0].Raters[0])
		for code, ask := range map[string]AnswerAsk{
			"evaluation.off_scale":           {Item: e.No, Verdict: evaluation.Scored, Score: 4},
			"contribution.verdict":           {Item: e.No, Verdict: "praised"},
			"contribution.original_unknown":  {Item: e.No, Verdict: evaluation.Duplicate, Original: &e.No},
			"contribution.not_on_panel":      {Item: EntryNo{1 << 40, 0}, Verdict: evaluation.Dismissed},
			"contribution.comment":           {Item: e.No, Verdict: evaluation.Dismissed, Comment: strings.Repeat("x", maxNote+1)},
			"contribution.unknown_round":     {Round: w.project.ID, Item: e.No, Verdict: evaluation.Dismissed},
			"contribution.original_unknown/": {Item: e.No, Verdict: evaluation.Duplicate},
		} {
			if ask.Round == "" {
				ask.Round = round.ID
			}
			if _, err := AnswerRound(ctx, w.db, rater, "", ask); fault.CodeOf(err) != strings.TrimSuffix(code, "/") {
				t.Errorf("want %s, got %v", code, err)
			}
		}
		if _, err := AnswerRound(ctx, w.db, outsider, "", AnswerAsk{Round: round.ID, Item: e.No, Verdict: evaluation.Dismissed}); fault.KindOf(err) != fault.Forbidden && fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("an outsider: %v", err)
		}
		w.close(round)
		if _, err := AnswerRound(ctx, w.db, rater, "", AnswerAsk{Round: round.ID, Item: e.No, Verdict: evaluation.Dismissed}); fault.CodeOf(err) != "contribution.round_closed" {
			t.Errorf("after the close: %v", err)
		}
	})
}

// Who may do what, and what a round cannot be.
func TestRoundPermissions(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.judges()
		w.made(w.bas)
		round := w.open(praise())
		for name, try := range map[string]func(auth.Identity) error{
			"open": func(who auth.Identity) error {
				_, err := w.practice.OpenRound(ctx, who, "", w.ask(praise()))
				return err
			},
			"close":  func(who auth.Identity) error { _, err := w.practice.CloseRound(ctx, who, "", round.ID); return err },
			"cancel": func(who auth.Identity) error { _, err := CancelRound(ctx, w.db, who, "", round.ID); return err },
			"half-life": func(who auth.Identity) error {
				_, err := SetHalfLife(ctx, w.db, who, "", HalfLifeAsk{Days: 30, Decision: "x"})
				return err
			},
			"sanction": func(who auth.Identity) error {
				_, err := SanctionKarma(ctx, w.db, who, "", SanctionAsk{Person: w.bas.Agent, Amount: quantity.Of(1, evaluation.Karma), Decision: "x"})
				return err
			},
		} {
			if err := try(w.cleo); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s by a member: %v", name, err)
			}
		}
		if again, err := w.practice.OpenRound(ctx, w.ada, "", w.ask(praise())); fault.CodeOf(err) != "contribution.round_empty" {
			t.Errorf("what is being judged was taken up again: %+v %v", again, err)
		}
		lonely := praise()
		lonely.Panel = evaluation.PanelRule{Size: 9, Least: 9, MostEach: 100}
		w.made(w.cleo)
		if _, err := w.practice.OpenRound(ctx, w.ada, "", w.ask(lonely)); fault.CodeOf(err) != "evaluation.panel_too_small" {
			t.Errorf("a panel of nine among four: %v", err)
		}
	})
}

// The same answer twice, the same key twice, and a changed mind: one answer is
// counted, the last.
func TestDoubleAnswerIsHarmless(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		people := w.judges()
		e := w.made(people[3])
		round := w.open(praise())
		ask := AnswerAsk{Round: round.ID, Item: e.No, Verdict: evaluation.Scored, Score: 5}
		first, err := AnswerRound(ctx, w.db, w.bas, "key", ask)
		must(t, err)
		again, err := AnswerRound(ctx, w.db, w.bas, "key", ask)
		must(t, err)
		third, err := AnswerRound(ctx, w.db, w.bas, "other", ask)
		must(t, err)
		if first.Seq != again.Seq || first.Seq != third.Seq {
			t.Errorf("journaled at %d, %d and %d", first.Seq, again.Seq, third.Seq)
		}
		w.mark(w.bas, round, e.No, 8)
		res := w.result(w.close(round))
		if got := res.Ratings[0].Score; got.Cmp(big.NewRat(8, 1)) != 0 {
			t.Errorf("counted %s, want 8", got)
		}
	})
}

// Before the close nobody finds a mark: not in the journal, not in its
// attachments, not in what acts return to others. Marks are told apart from
// other numbers by being unusual.
func TestAnswersAreSecretUntilTheClose(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		people := w.judges()
		e := w.made(people[3])
		for _, names := range []Names{NamesAfter, NamesNobody} {
			rules := praise()
			rules.Names = names
			rules.Count.Scale = evaluation.Scale{Name: "odd", Values: []int64{0, 97531, 86420}[1:]}
			slices.Sort(rules.Count.Scale.Values)
			rules.Count.Scale.Values[1] = 97531
			round := w.open(rules)
			from := w.size()
			for i, who := range people[:3] {
				w.mark(who, round, e.No, rules.Count.Scale.Values[i%2])
			}
			for seq := from; seq < w.size(); seq++ {
				entry := w.journal(seq)
				text := string(entry.Body) + string(entry.By)
				if strings.Contains(text, "97531") || strings.Contains(text, "86420") || strings.Contains(text, "wobbles") || len(entry.Attached) > 0 {
					t.Errorf("%s: entry %d tells %s", names, seq, text)
				}
				if names == NamesNobody && entry.By != "" {
					t.Errorf("entry %d tells who answered", seq)
				}
			}
			round = w.close(round)
			last := w.journal(round.ClosedNo)
			if strings.Contains(string(last.Body), "wobbles") || strings.Contains(w.blob(last.Attached["result"]), "wobbles") {
				t.Errorf("%s: comments were published", names)
			}
			if names == NamesNobody {
				whole := string(last.Body) + w.blob(last.Attached["result"])
				for _, who := range people[:3] {
					if strings.Contains(whole, string(who.Agent)) {
						t.Errorf("the result names the rater %s", who.Name)
					}
				}
			}
			e = w.made(people[3])
		}
	})
}

func (w *workshop) size() (n int64) {
	w.t.Helper()
	must(w.t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
		head, err := journal.ReadHead(r)
		n = head.Size
		return err
	}))
	return n
}

func (w *workshop) journal(seq int64) (e journal.Entry) {
	w.t.Helper()
	must(w.t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) (err error) {
		e, err = journal.Read(r, seq)
		return err
	}))
	return e
}

func (w *workshop) blob(digest string) (text string) {
	w.t.Helper()
	must(w.t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
		b, err := journal.Blob(r, digest)
		text = string(b)
		return err
	}))
	return text
}

// A stranger with the journal alone draws the panels again, opens every
// commitment, counts again, and finds the same ratings and karma.
func TestRoundRecountsFromTheJournalAlone(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		people := w.judges()
		a, b := w.made(people[3]), w.made(w.bas)
		round := w.open(praise())
		panels, _ := w.panels(round)
		for _, panel := range panels {
			for i, rater := range panel.Raters {
				no, err := ParseEntryNo(panel.Item)
				must(t, err)
				w.mark(identity(people, rater), round, no, []int64{3, 8, 21}[i])
			}
		}
		round = w.close(round)

		opening, closing := w.journal(round.No), w.journal(round.ClosedNo)
		var body struct {
			Round   Round        `json:"round"`
			Answers []Sealing    `json:"answers"`
			Ratings []Rating     `json:"ratings"`
			Karma   []KarmaGrant `json:"karma"`
		}
		must(t, json.Unmarshal(closing.Body, &body))
		in := RoundInput{Rules: body.Round.Rules}
		must(t, json.Unmarshal([]byte(w.blob(opening.Attached["basis"])), &in.Basis))
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			line, err := journal.ReadLine(r, round.No)
			if err == nil {
				in.Panels, err = evaluation.Draw(RoundSeed(line.Record), in.Rules.Panel, in.Basis.items(), in.Basis.Raters, in.Basis.Declared, nil)
			}
			return err
		}))
		for _, s := range body.Answers {
			entry := w.journal(s.Seq)
			must(t, entry.CheckOpening("answer", journal.Opening{Salt: s.Salt, Text: s.Text}))
			answer, err := s.Answer()
			must(t, err)
			if store.ID(answer.Rater) != entry.By {
				t.Errorf("entry %d is by %s and speaks for %s", s.Seq, entry.By, answer.Rater)
			}
			in.Answers = append(in.Answers, answer)
		}
		res, err := CountRound(in)
		must(t, err)
		got, _ := json.Marshal([]any{res.Ratings, res.Karma})
		want, _ := json.Marshal([]any{body.Ratings, body.Karma})
		if string(got) != string(want) || len(res.Ratings) != 2 {
			t.Errorf("recounted %s\njournaled %s", got, want)
		}
		rated := map[EntryNo]bool{a.No: true, b.No: true}
		for _, r := range body.Ratings {
			delete(rated, r.Entry)
		}
		if len(rated) > 0 {
			t.Errorf("not rated: %v", slices.Collect(maps.Keys(rated)))
		}
	})
}

// A contribution on which the panel disagrees goes to three others; their mean
// stands, both findings are published, and the rest of the round waits.
func TestSecondPanel(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		people := w.judges()
		for _, name := range []string{"Eli", "Fay", "Gus"} {
			people = append(people, w.enroll(w.gate, name, auth.Member))
		}
		e := w.made(w.bas)
		rules := praise()
		rules.Count.Spread, rules.SecondDays = evaluation.Spread{Measure: evaluation.Range, Most: 13}, 3
		round := w.open(rules)
		first, _ := w.panels(round)
		for i, rater := range first[0].Raters {
			w.mark(identity(people, rater), round, e.No, []int64{0, 1, 144}[i])
		}
		round = w.close(round)
		if round.State != RoundSecond || round.ClosedNo != 0 || round.Closes.Before(w.db.Now().AddDate(0, 0, 2)) {
			t.Fatalf("after the first close: %+v", round)
		}
		_, second := w.panels(round)
		for i, rater := range second[0].Raters {
			if slices.Contains(first[0].Raters, rater) {
				t.Errorf("%s was asked again", rater)
			}
			w.mark(identity(people, rater), round, e.No, []int64{8, 8, 5}[i])
		}
		if _, err := AnswerRound(ctx, w.db, identity(people, first[0].Raters[0]), "", AnswerAsk{Round: round.ID, Item: e.No, Verdict: evaluation.Dismissed}); fault.CodeOf(err) != "contribution.not_on_panel" {
			t.Errorf("the first panel answers again: %v", err)
		}
		res := w.result(w.close(round))
		if len(res.Items[0].Panels) != 2 || res.Items[0].Score.Cmp(big.NewRat(7, 1)) != 0 || res.Ratings[0].Num != 7 {
			t.Errorf("second panel: %+v", res)
		}
	})
}

// Too few marks leave a contribution unscored: no rating, no karma, no zero.
func TestQuorumFailureStaysUnscored(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		people := w.judges()
		e := w.made(people[3])
		rules := praise()
		rules.Count.Quorum = 2
		round := w.open(rules)
		w.mark(w.ada, round, e.No, 55)
		_, err := AnswerRound(ctx, w.db, w.bas, "", AnswerAsk{Round: round.ID, Item: e.No, Verdict: Skipped})
		must(t, err)
		round = w.close(round)
		res := w.result(round)
		if len(res.Ratings) != 0 || len(res.Karma) != 0 || res.Items[0].Reason != evaluation.BelowQuorum || round.Scored != 0 || round.Answered != 1 {
			t.Errorf("%+v %+v", round, res)
		}
	})
}

// Rounds close by themselves when their time is up, once.
func TestRoundsCloseByThemselves(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		people := w.judges()
		e := w.made(people[3])
		ask := w.ask(praise())
		ask.Closes = w.db.Now().Add(300 * time.Millisecond)
		round, err := w.practice.OpenRound(ctx, w.ada, "", ask)
		must(t, err)
		w.mark(w.ada, round, e.No, 5)
		if n, err := w.practice.CloseDue(ctx, w.commons.ID); n != 0 || err != nil {
			t.Fatalf("closed %d rounds too early: %v", n, err)
		}
		time.Sleep(time.Until(ask.Closes) + 10*time.Millisecond)
		for _, want := range []int{1, 0} {
			if n, err := w.practice.CloseDue(ctx, w.commons.ID); n != want || err != nil {
				t.Fatalf("moved %d rounds on, want %d: %v", n, want, err)
			}
		}
	})
}

// 100 points each: what Dani received is what the trace says, and their one
// contribution is rated by it.
func TestGiveRound(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		people := w.judges()
		dani := people[3]
		e := w.made(dani)
		rules := RoundRules{Mode: GiveMode, Names: NamesAfter, Give: evaluation.GiveRules{Budget: 100}, Karma: quantity.MustParse("0.01", evaluation.Karma)}
		round := w.open(rules)
		give := func(who auth.Identity, gifts ...evaluation.Gift) error {
			_, err := GiveRound(ctx, w.db, who, "", GiveAsk{Round: round.ID, Gifts: gifts})
			return err
		}
		to := func(who auth.Identity, n int64) evaluation.Gift {
			return evaluation.Gift{To: string(who.Agent), Amount: n, Note: "thanks"}
		}
		must(t, give(w.ada, to(dani, 90)))
		must(t, give(w.ada, to(dani, 60), to(w.bas, 40)))
		must(t, give(w.bas, to(dani, 15)))
		for code, gifts := range map[string][]evaluation.Gift{
			"evaluation.gift_to_self": {to(w.cleo, 1)}, "evaluation.over_budget": {to(dani, 101)},
			"evaluation.unknown_member": {{To: string(w.project.ID), Amount: 1}}, "evaluation.bad_gift": {to(dani, -1)},
			"evaluation.duplicate_gift": {to(dani, 1), to(dani, 2)},
		} {
			if err := give(w.cleo, gifts...); fault.CodeOf(err) != code {
				t.Errorf("want %s, got %v", code, err)
			}
		}
		_, err := GiveRound(ctx, w.db, w.bas, "", GiveAsk{Round: round.ID, Gifts: []evaluation.Gift{to(dani, 15)}, Declines: true})
		must(t, err)
		res := w.result(w.close(round))
		if len(res.Ratings) != 1 || res.Ratings[0].Entry != e.No || res.Ratings[0].Num != 75 || res.Ratings[0].Den != 1 {
			t.Errorf("ratings %+v", res.Ratings)
		}
		if len(res.Karma) != 1 || res.Karma[0].Amount != quantity.MustParse("0.75", evaluation.Karma) {
			t.Errorf("karma %+v: what went to somebody who declined is unspent", res.Karma)
		}
	})
}

// Points × participation: Bas did half of what they were asked and counts
// 1 times, Dani was asked nothing.
func TestPointsRound(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		people := w.judges()
		a, b, c := w.made(w.bas), w.made(w.cleo), w.made(w.cleo)
		rules := praise()
		rules.Mode, rules.Panel = PointMode, evaluation.PanelRule{Size: 3, Least: 3, MostEach: 10}
		rules.Participation = evaluation.ParticipationRules(rules.Count.Scale)
		round := w.open(rules)
		panels, _ := w.panels(round)
		for _, panel := range panels {
			no, err := ParseEntryNo(panel.Item)
			must(t, err)
			for _, rater := range panel.Raters {
				if who := identity(people, rater); who.Agent != w.bas.Agent || no == b.No {
					w.mark(who, round, no, map[string]int64{w.ada.Name: 5, w.bas.Name: 8, w.cleo.Name: 13, "Dani": 13}[who.Name])
				}
			}
		}
		res := w.result(w.close(round))
		want := map[EntryNo]*big.Rat{a.No: big.NewRat(13, 1), b.No: big.NewRat(12, 1), c.No: big.NewRat(15, 2)}
		for _, r := range res.Ratings {
			if r.Score.Cmp(want[r.Entry]) != 0 {
				t.Errorf("%s: %s, want %s", r.Entry, r.Score, want[r.Entry])
			}
		}
		if len(res.Ratings) != 3 || len(res.Points) != 2 {
			t.Errorf("%+v", res)
		}
	})
}
