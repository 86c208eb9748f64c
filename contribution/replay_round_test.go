package contribution

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"commonweal/contribution/evaluation"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// roundsOf are rules of every mode, with what is hard to count.
func roundsOf(names Names) []RoundRules {
	scores := praise()
	scores.Names, scores.Count.Trim, scores.Count.Quorum = names, 1, 2
	scores.Count.Spread, scores.SecondDays = evaluation.Spread{Measure: evaluation.Range, Most: 13}, 2
	few := praise()
	few.Names, few.Count.RatersEach, few.Panel = names, 4, evaluation.PanelRule{Size: 3, Least: 3, MostEach: 100}
	points := praise()
	points.Mode, points.Names = PointMode, names
	points.Participation = evaluation.ParticipationRules(points.Count.Scale)
	give := RoundRules{Mode: GiveMode, Names: names, WindowDays: 90, Karma: quantity.MustParse("0.01", evaluation.Karma),
		Give: evaluation.GiveRules{Budget: 100, Damping: 30, GiversEach: 2, Unspent: evaluation.SpreadEven}}
	return []RoundRules{scores, few, points, give, give}
}

// evaluated lets seven people go through rounds of every mode and setting of
// names; answers are any, some are changed, some are missing, one contribution
// is corrected and one conflict declared while a round is under way.
func (w *workshop) evaluated() {
	w.t.Helper()
	people := w.judges()
	for _, name := range []string{"Eli", "Fay", "Gus"} {
		people = append(people, w.enroll(w.gate, name, auth.Member))
	}
	lot := rand.New(rand.NewPCG(7, 11))
	for _, names := range []Names{NamesAfter, NamesNobody, NamesAlways} {
		for _, rules := range roundsOf(names) {
			for range 4 {
				w.made(people[lot.IntN(4)])
			}
			round := w.open(rules)
			w.answerAll(lot, people, round)
			undo := w.unsettle(people, round)
			if round = w.close(round); round.State == RoundSecond {
				w.answerAll(lot, people, round)
				round = w.close(round)
			}
			if undo(); round.State != RoundClosed {
				w.t.Fatalf("%s is %s", round.Name, round.State)
			}
		}
	}
}

// unsettle lets a contribution of a round be corrected, and somebody who judged
// another say that they do not judge its contributor. undo takes the latter back.
func (w *workshop) unsettle(people []auth.Identity, round Round) (undo func()) {
	w.t.Helper()
	var basis RoundBasis
	must(w.t, json.Unmarshal([]byte(w.blob(round.Basis)), &basis))
	no, err := ParseEntryNo(basis.Items[0].ID)
	must(w.t, err)
	_, err = LogContribution(ctx, w.db, identity(people, basis.Items[0].Author), "", LogAsk{Kind: "work", Project: w.project.ID, Quant: quantity.Of(3, "hour"), Corrects: &no})
	must(w.t, err)
	if round.Rules.Mode == GiveMode {
		return func() {}
	}
	panels, _ := w.panels(round)
	i := slices.IndexFunc(basis.Items, func(item RoundItem) bool { return item.ID == panels[1].Item })
	rater, ask := identity(people, panels[1].Raters[0]), ConflictAsk{Author: store.ID(basis.Items[i].Author)}
	_, err = DeclareConflict(ctx, w.db, rater, "", ask)
	must(w.t, err)
	return func() {
		ask.Withdraw = true
		_, err := DeclareConflict(ctx, w.db, rater, "", ask)
		must(w.t, err)
	}
}

// answerAll answers what is asked, more or less.
func (w *workshop) answerAll(lot *rand.Rand, people []auth.Identity, round Round) {
	w.t.Helper()
	if round.Rules.Mode == GiveMode {
		for i, who := range people {
			var gifts []evaluation.Gift
			for j, to := range people {
				if i != j && lot.IntN(3) > 0 {
					gifts = append(gifts, evaluation.Gift{To: string(to.Agent), Amount: 1 + lot.Int64N(16)})
				}
			}
			for range 1 + lot.IntN(2) {
				_, err := GiveRound(ctx, w.db, who, "", GiveAsk{Round: round.ID, Gifts: gifts, Declines: i == 5})
				must(w.t, err)
				gifts = gifts[:len(gifts)/2]
			}
		}
		return
	}
	first, second := w.panels(round)
	if round.State == RoundSecond {
		first = second
	}
	for _, panel := range first {
		no, err := ParseEntryNo(panel.Item)
		must(w.t, err)
		far := round.State == RoundRunning && round.Rules.SecondDays > 0 // marks far apart
		for i, rater := range panel.Raters {
			times, score := lot.IntN(3), evaluation.Praise.Values[lot.IntN(11)]
			if far {
				times, score = 1, evaluation.Praise.Values[4*i+lot.IntN(3)]
			}
			for range times {
				ask := AnswerAsk{Round: round.ID, Item: no, Verdict: evaluation.Scored, Score: score}
				if !far && lot.IntN(6) == 0 {
					ask = AnswerAsk{Round: round.ID, Item: no, Verdict: []evaluation.Verdict{evaluation.Dismissed, Skipped}[lot.IntN(2)]}
				}
				if _, err := AnswerRound(ctx, w.db, identity(people, rater), "", ask); fault.CodeOf(err) != "contribution.conflicted" {
					must(w.t, err)
				}
			}
		}
	}
}

// Every round is counted again from the log alone, whatever its mode and
// whoever sees its names, and comes to what was recorded.
func TestInvariant11RoundsAreCountedAgain(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.evaluated()
		list, blobs := w.recorded()
		if at, _, err := replay(t, list, blobs); err != nil {
			t.Fatalf("entry %d, %s: %v", at, list[at].Act, err)
		}
	})
}

// lie is a change of one round that its recount must find: of the last entry of
// an act whose round has these names and mode.
type lie struct {
	act      string
	names    Names
	mode     RoundMode
	attached string // of this attachment; else of the body
	from, to string // regular expression and replacement, once
	field    string // that the breach names; one of several
}

var lies = []lie{
	{"contribution.close_round", NamesAfter, ScoreMode, "result", `"score":"(\d+)`, `"score":"1$1`, "items"},
	{"contribution.close_round", NamesAfter, ScoreMode, "result", `"fate":"kept"`, `"fate":"missing"`, "items"},
	{"contribution.close_round", NamesAfter, PointMode, "result", `"points":(\d+)`, `"points":9$1`, "points"},
	{"contribution.close_round", NamesAfter, GiveMode, "result", `"weight":"(\d+)`, `"weight":"1$1`, "receipts"},
	{"contribution.close_round", NamesAfter, GiveMode, "result", `"withdrawn":\["`, `"withdrawn":["1.0","`, "withdrawn"},
	{"contribution.close_round", NamesAfter, ScoreMode, "", `"num":(\d+)`, `"num":9$1`, "ratings"},
	{"contribution.close_round", NamesAlways, ScoreMode, "", `"unit":"karma","value":"(\d)`, `"unit":"karma","value":"9$1`, "karma round"},
	{"contribution.close_round", NamesAfter, ScoreMode, "", `\\"score\\":(\d+)`, `\"score\":14$1`, "answers"},
	{"contribution.close_round", NamesAfter, ScoreMode, "", `"salt":"..`, `"salt":"AA`, "answers"},
	{"contribution.close_round", NamesAlways, PointMode, "", `\\"score\\":(\d+)`, `\"score\":14$1`, "answers"},
	{"contribution.close_round", NamesAfter, GiveMode, "", `\\"amount\\":(\d+)`, `\"amount\":1$1`, "answers"},
	{"contribution.close_round", NamesAfter, ScoreMode, "", `"answers":\[\{.*?\}"\},\{`, `"answers":[{`, "answers"},
	{"contribution.close_round", NamesAfter, ScoreMode, "", `"answered":(\d+)`, `"answered":1$1`, "answers"},
	{"contribution.close_round", NamesAfter, ScoreMode, "", `"scored":(\d+)`, `"scored":1$1`, "scored"},
	{"contribution.close_round", NamesNobody, ScoreMode, "result", `"value":"\d+"`, `"value":"144"`, "marks"},
	{"contribution.close_round", NamesNobody, ScoreMode, "result", `"verdict":"scored","plain":"\d\d?","value":"\d\d?"`, `"verdict":"scored","plain":"144","value":"144"`, "ratings items"},
	{"contribution.close_round", NamesNobody, ScoreMode, "result", `\{"rater":"","verdict":"scored"[^}]*\},`, ``, "answers"},
	{"contribution.close_round", NamesNobody, PointMode, "result", `("participation":[^}]*"value":)"[^"]*"`, `$1"1.234567"`, "participation"},
	{"contribution.close_round", NamesNobody, GiveMode, "result", `"weight":"(\d+)`, `"weight":"1$1`, "receipts"},
	{"contribution.close_round", NamesNobody, GiveMode, "result", `"amount":\d+`, `"amount":99`, "receipts"},
	{"contribution.draw_round", NamesAfter, ScoreMode, "panels", `\["([^"]*)","([^"]*)"`, `["$2","$1"`, "panels"},
	{"contribution.dispute_round", NamesAfter, ScoreMode, "", `"disputed":\["`, `"disputed":["1.0","`, "disputed"},
	{"contribution.open_round", NamesAfter, GiveMode, "basis", `"author":"([^"]*)"`, `"author":"00000000-0000-0000-0000-000000000009"`, "basis"},
	{"contribution.open_round", NamesNobody, ScoreMode, "", `"until":"\d+`, `"until":"1999`, "basis"},
	{"contribution.answer_round", NamesAlways, ScoreMode, "", `"item":"\d`, `"item":"9`, "answers"},
}

// A round that says something else than its answers come to is refused, at the
// entry that says so or, where only the count can tell, when it closes: also
// when whoever forged it made every hash anew.
func TestReplayFindsForgedRounds(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.evaluated()
		list, blobs := w.recorded()
		for _, l := range lies {
			forged, at := l.tell(t, list, blobs)
			got, _, err := replay(t, forged.list, forged.blobs)
			if found := fault.As(err); found == nil || got < at || found.Code != "contribution.replay" || !slices.Contains(strings.Fields(l.field), found.Field) {
				t.Errorf("%s of names %s, mode %s, %s: %s → %s: entry %d, %v; want entry %d, field %s", l.act, l.names, l.mode, l.attached, l.from, l.to, got, err, at, l.field)
			}
		}
	})
}

// tell changes one entry and makes the digests of what it attaches anew.
func (l lie) tell(t *testing.T, list []Recorded, blobs map[string][]byte) (forgedLog, int64) {
	t.Helper()
	rules := map[store.ID]RoundRules{}
	for _, e := range list {
		if b := body(t, e); e.Act == "contribution.open_round" {
			rules[b.Round.ID] = b.Round.Rules
		}
	}
	return rewrite(t, list, blobs, l.act, l.attached, l.from, l.to, func(e Recorded) bool {
		r := rules[body(t, e).Round.ID]
		return r.Names == l.names && r.Mode == l.mode
	})
}

// rewrite changes the last entry of an act that an expression matches, in its
// body or an attachment, as a forger would who can make every hash anew.
func rewrite(t *testing.T, list []Recorded, blobs map[string][]byte, act, attached, from, to string, of func(Recorded) bool) (forgedLog, int64) {
	t.Helper()
	what := regexp.MustCompile(from)
	out := forgedLog{slices.Clone(list), maps.Clone(blobs)}
	for i := range slices.Backward(out.list) {
		e := &out.list[i]
		if e.Act != act || !of(*e) {
			continue
		}
		text := string(e.Body)
		if attached != "" {
			text = string(blobs[e.Attached[attached]])
		}
		at := what.FindStringSubmatchIndex(text)
		if at == nil {
			continue
		}
		text = text[:at[0]] + string(what.ExpandString(nil, to, text, at)) + text[at[1]:]
		if attached == "" {
			e.Body = json.RawMessage(text)
			return out, e.Seq
		}
		was, is := e.Attached[attached], journal.Digest([]byte(text))
		e.Attached = maps.Clone(e.Attached)
		e.Attached[attached], out.blobs[is] = is, []byte(text)
		e.Body = json.RawMessage(strings.ReplaceAll(string(e.Body), was, is))
		return out, e.Seq
	}
	t.Fatalf("no %s says %s in %q", act, from, attached)
	return out, -1
}

func body(t *testing.T, e Recorded) (b replayedBody) {
	t.Helper()
	must(t, json.Unmarshal(e.Body, &b))
	return b
}
