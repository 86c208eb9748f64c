package evaluation

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

// What a panel found follows from its marks alone: without raters, and in any
// order.
func TestInvariant5RecountNeedsNoRaters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Rules{Scale: Praise, Quorum: rapid.IntRange(1, 3).Draw(t, "quorum"), Trim: rapid.IntRange(0, 2).Draw(t, "trim"), Duplicate: big.NewRat(1, 10),
			Normalize: rapid.Bool().Draw(t, "normalize"), Spread: Spread{Range, rapid.Int64Range(0, 144).Draw(t, "spread")}}
		items := []Item{{ID: "a", Author: "ann"}, {ID: "b", Author: "ann"}}
		var answers []Answer
		for _, rater := range []string{"bea", "cas", "dee", "eli", "fay"} {
			for _, item := range items {
				a := Answer{Rater: rater, Item: item.ID, Verdict: rapid.SampledFrom([]Verdict{Scored, Scored, Dismissed, ""}).Draw(t, "verdict")}
				if item.ID == "b" && rapid.Bool().Draw(t, "repeats") {
					a.Verdict, a.Original = Duplicate, "a"
				}
				if a.Score = rapid.SampledFrom(Praise.Values).Draw(t, "score"); a.Verdict != "" {
					answers = append(answers, a)
				}
			}
		}
		panels := []Panel{{"a", []string{"bea", "cas", "dee", "eli", "fay"}}, {"b", []string{"bea", "cas", "dee", "eli", "fay"}}}
		res, err := Scores(r, items, panels, nil, answers)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range res.Items {
			want := item.Panels[0]
			marks := append([]Mark(nil), want.Marks...)
			for i := range marks {
				marks[i].Rater, marks[i].Original, marks[i].Factor = "", "", nil
			}
			rand.Shuffle(len(marks), func(i, j int) { marks[i], marks[j] = marks[j], marks[i] })
			got, err := Recount(r, marks)
			if err != nil {
				t.Fatal(err)
			}
			if got.Status != want.Status || got.Valid != want.Valid || !same(got.Score, want.Score) || !same(got.Spread, want.Spread) ||
				!same(got.Low, want.Low) || !same(got.High, want.High) {
				t.Fatalf("counted %+v, again %+v", want, got)
			}
		}
	})
}

func same(a, b *big.Rat) bool { return a == nil && b == nil || a != nil && b != nil && a.Cmp(b) == 0 }

// A published mark that no answer could have made is refused.
func TestRecountRefusesImpossibleMarks(t *testing.T) {
	r := PraiseRules()
	n := func(a, b int64) *big.Rat { return big.NewRat(a, b) }
	for name, m := range map[string]Mark{
		"off the scale":     {Verdict: Scored, Plain: n(4, 1), Value: n(4, 1), Weight: 1},
		"a fraction":        {Verdict: Scored, Plain: n(1, 2), Value: n(1, 2), Weight: 1},
		"above the top":     {Verdict: Scored, Plain: n(145, 1), Value: n(145, 1), Weight: 1},
		"below zero":        {Verdict: Scored, Plain: n(-1, 1), Value: n(-1, 1), Weight: 1},
		"normalized":        {Verdict: Scored, Plain: n(3, 1), Value: n(5, 1), Weight: 1},
		"a dear dismissal":  {Verdict: Dismissed, Plain: n(1, 1), Value: n(1, 1), Weight: 1},
		"no part of a mark": {Verdict: Duplicate, Plain: n(4, 10), Value: n(4, 10), Weight: 1},
		"no verdict":        {Plain: n(3, 1), Value: n(3, 1), Weight: 1},
		"heavy":             {Verdict: Scored, Plain: n(3, 1), Value: n(3, 1), Weight: 2},
		"weightless":        {Verdict: Scored, Plain: n(3, 1), Value: n(3, 1)},
		"worth nothing":     {Verdict: Scored, Plain: n(3, 1), Weight: 1},
	} {
		if _, err := Recount(r, []Mark{m}); fault.CodeOf(err) != "evaluation.bad_mark" {
			t.Errorf("%s: %v", name, err)
		}
	}
	good := []Mark{{Verdict: Scored, Plain: n(13, 1), Value: n(13, 1), Weight: 1}, {Verdict: Duplicate, Plain: n(1, 2), Value: n(1, 2), Weight: 1}, {Weight: 1}}
	p, err := Recount(r, good)
	if err != nil || p.Valid != 2 || p.Score.Cmp(n(27, 4)) != 0 {
		t.Errorf("%+v, %v", p, err)
	}
}
