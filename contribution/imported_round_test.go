package contribution

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"commonweal/contribution/equation"
	"commonweal/contribution/evaluation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// The worked example of the manual as Praise exports it: Bas built a bench (a)
// and wrote about it twice (b, and c which repeats b).
const (
	praiseItems = `_id,giver,receiver,reason,createdAt
64a00000000000000000000a,ada,64c0000000000000000000ba,building the bench,2026-03-01T10:00:00Z
64a00000000000000000000b,ada,64c0000000000000000000ba,writing about it,2026-03-01T10:00:00Z
64a00000000000000000000c,cleo,64c0000000000000000000ba,writing about the bench,2026-03-01T10:00:00Z
`
	praiseScores = `_id,praise,quantifier,score,dismissed,duplicatePraise
s1,64a00000000000000000000a,64c0000000000000000000aa,13,false,
s2,64a00000000000000000000a,64c0000000000000000000cc,21,false,
s3,64a00000000000000000000a,64c0000000000000000000ee,0,false,
s4,64a00000000000000000000b,64c0000000000000000000aa,5,false,
s5,64a00000000000000000000b,64c0000000000000000000cc,8,false,
s6,64a00000000000000000000b,64c0000000000000000000ee,8,false,
s7,64a00000000000000000000c,64c0000000000000000000aa,0,false,64a00000000000000000000b
s8,64a00000000000000000000c,64c0000000000000000000cc,0,false,64a00000000000000000000b
s9,64a00000000000000000000c,64c0000000000000000000ee,0,false,64a00000000000000000000b
`
)

// praisePlan says who the identities of the example are; eve becomes a member.
func (w *workshop) praisePlan() ImportPlan {
	return ImportPlan{Project: w.project.ID, MakePeople: true, MakeKinds: true, People: map[string]store.ID{
		"praise:64c0000000000000000000ba": w.bas.Agent, "praise:64c0000000000000000000aa": w.ada.Agent, "praise:64c0000000000000000000cc": w.cleo.Agent}}
}

func (w *workshop) praised() (items, scores ImportResult) {
	w.t.Helper()
	return w.run(w.text(FormatPraise, "praise.csv", praiseItems, ReadOptions{}), w.praisePlan()),
		w.run(w.text(FormatPraiseScores, "scores.csv", praiseScores, ReadOptions{}), w.praisePlan())
}

func (w *workshop) getRound(id store.ID) (round Round) {
	w.t.Helper()
	must(w.t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) (err error) {
		round, err = GetRound(r, id)
		return err
	}))
	return round
}

// Marks of Praise become a closed round: 17, 7 and 7/10 as in the manual, and
// 2.47 karma that counts from the day of the praise.
func TestImportedMarksBecomeARound(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		items, scores := w.praised()
		if scores.Kept != 9 || scores.Round != scores.Batch.ID {
			t.Fatalf("%+v", scores)
		}
		round := w.getRound(scores.Round)
		if round.State != RoundClosed || round.Asked != 9 || round.Answered != 8 || round.Scored != 3 || round.Items != 3 || round.Raters != 3 ||
			round.From != "2026-03-01" || round.Import.File != "scores.csv" {
			t.Errorf("%+v", round)
		}
		want := map[string]*big.Rat{"building the bench": big.NewRat(17, 1), "writing about it": big.NewRat(7, 1), "writing about the bench": big.NewRat(7, 10)}
		res := w.result(round)
		for _, r := range res.Ratings {
			if e := w.entry(r.Entry); r.Score.Cmp(want[e.Note]) != 0 {
				t.Errorf("%s is rated %s, want %s", e.Note, r.Score, want[e.Note])
			}
		}
		if m := res.Items[0].Panels[0].Marks; len(m) != 3 || len(res.Ratings) != 3 {
			t.Errorf("%d ratings; the first panel: %+v", len(res.Ratings), m)
		}
		if got := w.karma(w.bas, string(w.project.ID)); got != quantity.MustParse("2.47", evaluation.Karma) {
			t.Errorf("karma %s", got)
		}
		for _, g := range res.Karma {
			if g.At != w.entry(*g.Entry).At {
				t.Errorf("karma of %s counts from %s", g.Entry, g.At)
			}
		}
		if items.Round != "" {
			t.Errorf("items became the round %s", items.Round)
		}
		// A stranger with the log counts the same.
		w.sameAsReplayed()
	})
}

// The same marks again add nothing; a mark for what was judged already is
// refused with its line, and so is every mark that the count could not use.
func TestInvariant9TheSameMarksTwiceAddNothing(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.praised()
		before := w.size()
		again := w.run(w.text(FormatPraiseScores, "again.csv", praiseScores, ReadOptions{}), w.praisePlan())
		if again.Records() != 0 || again.Repeated != 9 || again.Round != "" || w.size() != before {
			t.Errorf("again: %+v, the log grew by %d", again, w.size()-before)
		}
		for row, code := range map[string]string{
			"x1,64a00000000000000000000a,64c0000000000000000000ff,5,false,":                                                                                                                "contribution.import_judged",
			"x1,64a00000000000000000000f,64c0000000000000000000aa,5,false,":                                                                                                                "contribution.import_item",
			"x1,64a00000000000000000000d,64c0000000000000000000ba,5,false,":                                                                                                                "contribution.import_own",
			"x1,64a00000000000000000000d,64c0000000000000000000aa,5,false,64a0000000000000000000ff":                                                                                        "contribution.import_item",
			"x1,64a00000000000000000000d,64c0000000000000000000aa,5,false,\nx2,64a00000000000000000000d,64c00000000000000000aaaa,5,false,":                                                 "contribution.import_twice",
			"x1,64a00000000000000000000d,64c0000000000000000000aa,5,false,64a00000000000000000000e\nx2,64a00000000000000000000e,64c0000000000000000000aa,5,false,64a00000000000000000000d": "contribution.import_circle",
		} {
			more := strings.ReplaceAll(strings.ReplaceAll(praiseItems, "00000000a,", "00000000d,"), "00000000b,", "00000000e,")
			w.run(w.text(FormatPraise, "more.csv", more, ReadOptions{}), w.praisePlan())
			plan := w.praisePlan()
			plan.People["praise:64c00000000000000000aaaa"] = w.ada.Agent
			src := w.text(FormatPraiseScores, "bad.csv", "_id,praise,quantifier,score,dismissed,duplicatePraise\n"+row+"\n", ReadOptions{})
			size := w.size()
			report, err := w.importer().Survey(ctx, w.ada, src, plan)
			must(t, err)
			if report.BadLines != 1 || report.Bad[0].Code != code || report.Bad[0].Line != 2+strings.Count(row, "\n") {
				t.Errorf("%s: %v, want %s", row, report.Bad, code)
			}
			if _, err := w.importer().Run(ctx, w.ada, src, plan, nil); err == nil || w.size() != size {
				t.Errorf("%s was imported", row)
			}
		}
	})
}

// A run that stops between its last chunk and its round is completed by the
// next one, whatever batch that is.
func TestRoundOfAStoppedImport(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.run(w.text(FormatPraise, "praise.csv", praiseItems, ReadOptions{}), w.praisePlan())
		src := w.text(FormatPraiseScores, "scores.csv", praiseScores, ReadOptions{})
		m, plan := w.importer(), w.praisePlan()
		report, err := m.Survey(ctx, w.ada, src, plan)
		must(t, err)
		must(t, m.prepare(ctx, w.ada, report, &plan))
		v, err := m.resolver(ctx, w.ada, src, plan)
		must(t, err)
		must(t, (&importRun{m: m, who: w.ada, v: v, imported: NewImportedKeys(), result: ImportResult{Batch: src.Batch}}).do(ctx))
		if again := w.run(w.text(FormatPraiseScores, "scores.csv", praiseScores, ReadOptions{}), plan); again.Repeated != 9 || again.Round != src.Batch.ID {
			t.Errorf("%+v", again)
		}
		if got := w.karma(w.bas, ""); got != quantity.MustParse("2.47", evaluation.Karma) {
			t.Errorf("karma %s", got)
		}
	})
}

// Taking the marks back leaves no rating and no karma; the praise cannot go
// while marks stand on it; all of it can come in again.
func TestImportedRoundIsTakenBackWithItsBatch(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		items, scores := w.praised()
		back := func(b Batch) error {
			_, err := ReverseImport(ctx, w.db, w.ada, ReverseImportAsk{Batch: b.ID, Reason: "the wrong file"}, nil)
			return err
		}
		if err := back(items.Batch); fault.CodeOf(err) != "contribution.batch_judged" || len(w.standing()) != 3 {
			t.Fatalf("praise was taken back under its marks: %v", err)
		}
		must(t, back(scores.Batch))
		if round := w.getRound(scores.Round); round.State != RoundReversed {
			t.Errorf("%+v", round)
		}
		if k := w.karma(w.bas, ""); !k.IsZero() {
			t.Errorf("%s karma is left", k)
		}
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			return w.practice.Columns(r, func(c *Columns) error {
				for i, den := range c.Ledger.RatingDen {
					if den != 0 {
						t.Errorf("contribution %s keeps a rating", c.No(i))
					}
				}
				return nil
			})
		}))
		w.sameAsReplayed()
		again := w.run(w.text(FormatPraiseScores, "mended.csv", praiseScores, ReadOptions{}), w.praisePlan())
		if again.Kept != 9 || w.getRound(again.Round).Scored != 3 {
			t.Errorf("again: %+v", again)
		}
		must(t, back(again.Batch))
		must(t, back(items.Batch))
		w.sameAsReplayed()
	})
}

// What the community's plan says of karma and rounding is kept to, and marks
// off the scale of Praise make their own.
func TestImportedRoundFollowsThePlan(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.run(w.text(FormatPraise, "praise.csv", praiseItems, ReadOptions{}), w.praisePlan())
		plan := w.praisePlan()
		karma, decimals := quantity.Of(1, evaluation.Karma), 1
		plan.Karma, plan.Decimals = &karma, &decimals
		rows := "_id,praise,quantifier,score\ns1,64a00000000000000000000a,64c0000000000000000000aa,4\ns2,64a00000000000000000000a,64c0000000000000000000cc,5\ns3,64a00000000000000000000a,64c0000000000000000000ee,7\n"
		got := w.run(w.text(FormatPraiseScores, "scores.csv", rows, ReadOptions{}), plan)
		res := w.result(w.getRound(got.Round))
		if len(res.Karma) != 1 || res.Karma[0].Amount != quantity.MustParse("5.3", evaluation.Karma) || res.Ratings[0].Score.Cmp(big.NewRat(53, 10)) != 0 {
			t.Errorf("16/3 to one decimal: %+v", res)
		}
		w.sameAsReplayed()
		for _, wrong := range []ImportPlan{{Karma: &quantity.Amount{Micros: -1, Unit: evaluation.Karma}}, {Karma: &quantity.Amount{Unit: "EUR"}}, {Decimals: new(int)}} {
			if wrong.Decimals != nil {
				*wrong.Decimals = 7
			}
			if _, err := w.importer().Survey(ctx, w.ada, w.text(FormatPraiseScores, "scores.csv", rows, ReadOptions{}), wrong); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
	})
}

// ledgerOf is a SourceCred ledger in which two identities exist, one was paid
// 10 and passed 4 of it on.
func ledgerOf(paid, passed string) string {
	e18 := "000000000000000000"
	identity := func(id, name string) string {
		return fmt.Sprintf(`{"action":{"type":"CREATE_IDENTITY","identity":{"id":%q,"name":%q,"subtype":"USER","address":"a/%s","aliases":[]}},"ledgerTimestamp":1767312000000,"uuid":"u%s","version":"1"}`, id, name, id, id) + "\n"
	}
	return identity("ba", "bas") + identity("cc", "cleo") +
		`{"action":{"type":"DISTRIBUTE_GRAIN","distribution":{"id":"d1","credTimestamp":1767312000000,"allocations":[{"id":"al1","policy":{"policyType":"BALANCED","budget":"` + paid + e18 + `"},"receipts":[{"id":"ba","amount":"` + paid + e18 + `"}]}]}},"ledgerTimestamp":1767312000000,"uuid":"u3","version":"1"}` + "\n" +
		`{"action":{"type":"TRANSFER_GRAIN","from":"ba","to":"cc","amount":"` + passed + e18 + `","memo":null},"ledgerTimestamp":1767312000000,"uuid":"u4","version":"1"}` + "\n"
}

func (w *workshop) sourceCred() ImportResult {
	w.t.Helper()
	return w.run(w.text(FormatSourceCred, "ledger.json", ledgerOf("10", "4"), ReadOptions{Unit: "EUR"}),
		ImportPlan{People: map[string]store.ID{"sourcecred:ba": w.bas.Agent, "sourcecred:cc": w.cleo.Agent}})
}

// balanced pays those first whom past pay left furthest behind.
func (w *workshop) balanced() equation.Equation {
	text := w.allToMakers()
	text.Buckets[0].Policy = equation.Policy{Kind: equation.Balanced}
	return text
}

// Bas and Cleo did the same; Bas had 10 before. Of 30 euros, 40 with what was
// paid, each has 20 coming: Bas gets 10 and Cleo 20. What Bas passed on to Cleo
// is no pay. Taken back, the history counts no more.
func TestPayOfBeforeCountsForTheUnderPaid(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		got := w.sourceCred()
		if got.Kept != 2 {
			t.Fatalf("%+v", got)
		}
		for range 3 {
			w.made(w.bas)
			w.made(w.cleo)
		}
		v := w.adopt(w.balanced())
		w.sell("30")
		first := w.distribute(v)
		w.wantOwed("0", "10", "20")
		_, err := ReverseDistribution(ctx, w.db, w.ada, "", ReverseAsk{first.ID, "to see the other way"})
		must(t, err)
		_, err = ReverseImport(ctx, w.db, w.ada, ReverseImportAsk{Batch: got.Batch.ID, Reason: "another commons"}, nil)
		must(t, err)
		second := w.distribute(v)
		w.wantOwed("0", "15", "15")
		w.takeBackWhileOpen(v)
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			for d, want := range map[store.ID]int64{first.ID: 10, second.ID: 15} { // the first is explained as it was
				d, err := GetDistribution(r, d)
				if err != nil {
					return err
				}
				why, err := w.practice.Why(r, d, w.bas.Agent, "makers")
				if err != nil || why.Amount != want*quantity.Scale {
					t.Errorf("distribution %d gave Bas %v: %v", d.No, why, err)
				}
			}
			return nil
		}))
		w.sameAsReplayed()
	})
}

// takeBackWhileOpen takes pay of before back between the opening of a
// distribution and its run, which is computed as of the opening.
func (w *workshop) takeBackWhileOpen(v Version) {
	w.t.Helper()
	again := w.sourceCred()
	w.sell("4")
	d, err := OpenDistribution(ctx, w.db, w.ada, "", OpenAsk{Equation: v.ID})
	must(w.t, err)
	_, err = ReverseImport(ctx, w.db, w.ada, ReverseImportAsk{Batch: again.Batch.ID, Reason: "another commons"}, nil)
	must(w.t, err)
	_, err = w.practice.Distribute(ctx, w.ada, "", d.ID)
	must(w.t, err)
	w.wantOwed("0", "15", "19") // Bas had 25, Cleo 15; of 44 each has 22 coming, and the 4 go to Cleo
}

// sameAsReplayed replays the log and holds the state that comes out against the
// live one: contributions, ratings, karma, income, past pay.
func (w *workshop) sameAsReplayed() *Replay {
	w.t.Helper()
	list, blobs := w.recorded()
	replayed := NewReplay()
	if at, _, err := replayInto(w.t, replayed, list, blobs); err != nil {
		w.t.Fatalf("entry %d, %s: %v", at, list[at].Act, err)
	}
	must(w.t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
		if err := w.practice.Columns(r, func(c *Columns) error {
			same(w.t, "flags", c.Ledger.Flags, replayed.ledger.Flags)
			same(w.t, "ratings", c.Ledger.RatingNum, replayed.ledger.RatingNum)
			same(w.t, "denominators", c.Ledger.RatingDen, replayed.ledger.RatingDen)
			return nil
		}); err != nil {
			return err
		}
		live, err := store.All(r, scanGrant, karmaBefore, previewNo)
		if err != nil {
			return err
		}
		var grants []evaluation.Grant
		for _, g := range replayed.grants {
			g.At = g.At.UTC()
			grants = append(grants, g.Grant)
		}
		for i := range live {
			live[i].At = live[i].At.UTC()
		}
		same(w.t, "karma", live, grants)
		left, err := IncomeLeft(r, "EUR")
		if err != nil {
			return err
		}
		is, was := map[store.ID]quantity.Amount{}, map[store.ID]quantity.Amount{}
		for _, in := range left {
			is[in.ID] = in.Left()
		}
		for id, in := range replayed.incomes {
			if in.Left().Sign() > 0 {
				was[id] = in.Left()
			}
		}
		same(w.t, "income", is, was)
		var before []replayedPay
		_, err = store.All(r, func(row store.Scanner) (p replayedPay, err error) {
			var at int64
			err = row.Scan(&p.person, &at, &p.amount.Micros)
			p.at, p.amount.Unit = store.Time(at).UTC(), "EUR"
			before = append(before, p)
			return p, err
		}, paidBeforeBy, "EUR", previewNo)
		var stands []replayedPay
		for _, p := range replayed.before {
			if p.stood(previewNo) {
				stands = append(stands, replayedPay{person: p.person, at: p.at.UTC(), amount: p.amount})
			}
		}
		same(w.t, "past pay", fmt.Sprint(before), fmt.Sprint(stands))
		return err
	}))
	return replayed
}

func same(t testing.TB, what string, live, replayed any) {
	t.Helper()
	a, err := json.Marshal(live)
	must(t, err)
	b, err := json.Marshal(replayed)
	must(t, err)
	if string(a) != string(b) {
		t.Errorf("%s\nlive     %s\nreplayed %s", what, a, b)
	}
}
