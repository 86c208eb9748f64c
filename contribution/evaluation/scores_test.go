package evaluation

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

func said(rater, item string, score int64) Answer {
	return Answer{Rater: rater, Item: item, Verdict: Scored, Score: score}
}

func dismissed(rater, item string) Answer {
	return Answer{Rater: rater, Item: item, Verdict: Dismissed}
}

func duplicate(rater, item, of string) Answer {
	return Answer{Rater: rater, Item: item, Verdict: Duplicate, Original: of}
}

// scoreOf counts a round without panels and returns one item.
func scoreOf(t testing.TB, r Rules, item string, answers ...Answer) ItemResult {
	t.Helper()
	items := []Item{{ID: "a", Author: "ada"}, {ID: "b", Author: "ben"}, {ID: "c", Author: "chi"}}
	result, err := Scores(r, items, nil, nil, answers)
	if err != nil {
		t.Fatal(err)
	}
	return result.Items[slices.IndexFunc(result.Items, func(i ItemResult) bool { return i.Item == item })]
}

func plain(change func(*Rules)) Rules {
	r := PraiseRules()
	if change != nil {
		change(&r)
	}
	return r
}

func TestScores(t *testing.T) {
	two := 2
	tests := []struct {
		name    string
		rules   Rules
		answers []Answer
		want    string // score of item a; "" when unscored
	}{
		{"the mean", plain(nil), []Answer{said("x", "a", 13), said("y", "a", 21), said("z", "a", 13)}, "47/3"},
		{"dismissed is zero", plain(nil), []Answer{said("x", "a", 13), dismissed("y", "a")}, "13/2"},
		{"a duplicate is a tenth of the same rater's original", plain(nil),
			[]Answer{said("x", "b", 55), duplicate("x", "a", "b"), said("y", "b", 144), said("y", "a", 5)}, "21/4"},
		{"a chain is a tenth of the first original, once", plain(nil),
			[]Answer{said("x", "c", 55), duplicate("x", "b", "c"), duplicate("x", "a", "b")}, "11/2"},
		{"a duplicate of what the rater skipped is missing", plain(nil),
			[]Answer{duplicate("x", "a", "b"), said("y", "b", 55), said("y", "a", 8)}, "8"},
		{"a duplicate of a dismissed item is zero", plain(nil), []Answer{dismissed("x", "b"), duplicate("x", "a", "b")}, "0"},
		{"a bare zero counts", plain(nil), []Answer{said("x", "a", 0), said("y", "a", 8)}, "4"},
		{"a bare zero is missing", plain(func(r *Rules) { r.BareZero = ZeroMissing }), []Answer{said("x", "a", 0), said("y", "a", 8)}, "8"},
		{"dismissed is no bare zero", plain(func(r *Rules) { r.BareZero = ZeroMissing }), []Answer{dismissed("x", "a"), said("y", "a", 8)}, "4"},
		{"trimmed", plain(func(r *Rules) { r.Trim = 1 }), []Answer{said("x", "a", 0), said("y", "a", 8), said("z", "a", 144)}, "8"},
		{"too few to trim", plain(func(r *Rules) { r.Trim = 1 }), []Answer{said("x", "a", 0), said("y", "a", 8)}, "4"},
		{"below quorum", plain(func(r *Rules) { r.Quorum = 3 }), []Answer{said("x", "a", 5), said("y", "a", 8)}, ""},
		{"rounded to compare", plain(func(r *Rules) { r.Decimals = &two }), []Answer{said("x", "a", 13), said("y", "a", 21), said("z", "a", 13)}, "1567/100"},
		{"weighed by karma, capped", plain(func(r *Rules) { r.Weights, r.WeightCap = map[string]int64{"x": 99}, 3 }),
			[]Answer{said("x", "a", 8), said("newcomer", "a", 0)}, "6"},
		{"too few people know the author", plain(func(r *Rules) { r.RatersEach = 2 }), []Answer{said("x", "a", 8)}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := scoreOf(t, tt.rules, "a", tt.answers...)
			if text := ratText(got.Score); text != tt.want || (tt.want == "") != (got.Status == Unscored) || (tt.want == "") != (got.Reason != "") {
				t.Errorf("score %q, %s %s; want %q", text, got.Status, got.Reason, tt.want)
			}
		})
	}
}

func ratText(r *big.Rat) string {
	if r == nil {
		return ""
	}
	return r.RatString()
}

func TestNormalize(t *testing.T) {
	r := plain(func(r *Rules) { r.Normalize, r.Scale = true, Hundred })
	// The strict rater gives half of what the generous one gives; both mean the same.
	strict, generous := []int64{10, 20}, []int64{20, 40}
	got := scoreOf(t, r, "a", said("s", "a", strict[0]), said("s", "b", strict[1]), said("g", "a", generous[0]), said("g", "b", generous[1]))
	if ratText(got.Score) != "15" {
		t.Fatalf("score %s, want 15", ratText(got.Score))
	}
	for _, m := range got.Panels[0].Marks {
		if want := map[string]string{"s": "3/2", "g": "3/4"}[m.Rater]; ratText(m.Factor) != want || ratText(m.Value) != "15" {
			t.Errorf("%s: %s × %s = %s, want the factor %s", m.Rater, ratText(m.Plain), ratText(m.Factor), ratText(m.Value), want)
		}
	}
}

func TestSecondPanel(t *testing.T) {
	r := plain(func(r *Rules) { r.Spread, r.Scale, r.Duplicate = Spread{Range, 20}, Hundred, nil })
	items := []Item{{ID: "a", Author: "ada"}, {ID: "b", Author: "ben"}}
	first, err := Scores(r, items, []Panel{{"a", []string{"x", "y"}}, {"b", []string{"x"}}}, nil,
		[]Answer{said("x", "a", 10), said("y", "a", 90), said("x", "b", 50)})
	if err != nil || !slices.Equal(first.Disputed(), []string{"a"}) || first.Items[0].Score != nil || ratText(first.Items[0].Panels[0].Score) != "50" {
		t.Fatalf("first panel: %+v, %v", first, err)
	}
	tests := []struct {
		name    string
		answers []Answer
		status  Status
		score   string
	}{
		{"they agree", []Answer{said("v", "a", 80), said("w", "a", 90)}, HasScore, "85"},
		{"they disagree as well", []Answer{said("v", "a", 0), said("w", "a", 90)}, Contested, "45"},
		{"they say nothing", nil, Disputed, ""},
	}
	for _, tt := range tests {
		got, err := SecondPanel(r, first, items, []Panel{{"a", []string{"v", "w"}}}, nil, tt.answers)
		if err != nil || got.Items[0].Status != tt.status || ratText(got.Items[0].Score) != tt.score || len(got.Items[0].Panels) != 2 {
			t.Errorf("%s: %+v, %v", tt.name, got.Items[0], err)
		}
		if len(first.Items[0].Panels) != 1 || len(got.Items[1].Panels) != 1 {
			t.Errorf("%s: other findings were touched", tt.name)
		}
	}
}

func TestSpreadMeasures(t *testing.T) {
	var marks []*Mark
	for _, v := range []int64{1, 3, 5, 8, 100} {
		marks = append(marks, &Mark{Value: new(big.Rat).SetInt64(v)})
	}
	for measure, want := range map[SpreadMeasure]string{Range: "99", Deviation: "3", AnySpread: "0"} {
		if got := (Spread{Measure: measure}).of(marks); ratText(got) != want {
			t.Errorf("%s is %s, want %s", measure, ratText(got), want)
		}
	}
}

func TestScoresRefusals(t *testing.T) {
	items := []Item{{ID: "a", Author: "ada", Sharers: []string{"sam"}}, {ID: "b", Author: "ben"}}
	panels := []Panel{{"a", []string{"x", "ada"}}, {"b", []string{"x"}}}
	good := plain(nil)
	tests := []struct {
		name   string
		rules  Rules
		answer []Answer
		code   string
	}{
		{"off the scale", good, []Answer{said("x", "a", 4)}, "evaluation.off_scale"},
		{"unknown item", good, []Answer{said("x", "z", 5)}, "evaluation.unknown_item"},
		{"unknown original", good, []Answer{duplicate("x", "a", "z")}, "evaluation.unknown_item"},
		{"no verdict", good, []Answer{{Rater: "x", Item: "a"}}, "evaluation.bad_verdict"},
		{"not on the panel", good, []Answer{said("y", "a", 5)}, "evaluation.not_on_panel"},
		{"the author, though drawn", good, []Answer{said("ada", "a", 5)}, "evaluation.not_on_panel"},
		{"a sharer", good, []Answer{said("sam", "a", 5)}, "evaluation.not_on_panel"},
		{"twice", good, []Answer{said("x", "a", 5), said("x", "a", 8)}, "evaluation.duplicate_answer"},
		{"of itself", good, []Answer{duplicate("x", "a", "a")}, "evaluation.duplicate_cycle"},
		{"of each other", good, []Answer{duplicate("x", "a", "b"), duplicate("x", "b", "a")}, "evaluation.duplicate_cycle"},
		{"no quorum", plain(func(r *Rules) { r.Quorum = 0 }), nil, "evaluation.bad_quorum"},
		{"negative trim", plain(func(r *Rules) { r.Trim = -1 }), nil, "evaluation.bad_trim"},
		{"a duplicate worth more", plain(func(r *Rules) { r.Duplicate = big.NewRat(3, 2) }), nil, "evaluation.bad_duplicate"},
		{"unknown spread", plain(func(r *Rules) { r.Spread.Measure = "feeling" }), nil, "evaluation.bad_spread"},
		{"unknown zero", plain(func(r *Rules) { r.BareZero = "perhaps" }), nil, "evaluation.bad_zero"},
		{"weights without a cap", plain(func(r *Rules) { r.Weights = map[string]int64{"x": 9} }), nil, "evaluation.weight_cap"},
		{"too many decimals", plain(func(r *Rules) { n := 7; r.Decimals = &n }), nil, "evaluation.bad_decimals"},
		{"a scale that falls", plain(func(r *Rules) { r.Scale.Values = []int64{3, 2} }), nil, "evaluation.bad_scale"},
		{"a scale of one mark", plain(func(r *Rules) { r.Scale.Values = []int64{3} }), nil, "evaluation.bad_scale"},
	}
	for _, tt := range tests {
		if _, err := Scores(tt.rules, items, panels, nil, tt.answer); fault.CodeOf(err) != tt.code {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.code)
		}
	}
	if _, err := Scores(good, items, []Panel{{"z", nil}}, nil, nil); fault.CodeOf(err) != "evaluation.unknown_item" {
		t.Errorf("a panel for nothing: %v", err)
	}
}

// randomMarks draws marks of n raters about item a.
func randomMarks(t *rapid.T, least int) []Answer {
	var answers []Answer
	for _, r := range named("r", rapid.IntRange(least, 9).Draw(t, "raters")) {
		answers = append(answers, said(r, "a", rapid.SampledFrom(Praise.Values).Draw(t, "mark")))
	}
	return answers
}

var one = []Item{{ID: "a", Author: "ada"}}

func count1(t *rapid.T, r Rules, panels []Panel, answers []Answer) ItemResult {
	result, err := Scores(r, one, panels, nil, answers)
	if err != nil {
		t.Fatal(err)
	}
	return result.Items[0]
}

func TestInvariant3MissingIsNotZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		answers := randomMarks(t, 1)
		rules := plain(func(r *Rules) { r.Trim = rapid.IntRange(0, 2).Draw(t, "trim") })
		var drawn []string
		for _, a := range answers {
			drawn = append(drawn, a.Rater)
		}
		full := count1(t, rules, []Panel{{"a", drawn}}, answers)
		silent := count1(t, rules, []Panel{{"a", append(drawn, named("silent", 3)...)}}, answers)
		if full.Score.Cmp(silent.Score) != 0 {
			t.Fatalf("silence moved the score from %s to %s", ratText(full.Score), ratText(silent.Score))
		}
		if n := len(silent.Panels[0].Marks); n != len(answers)+3 || silent.Panels[0].Valid != len(answers) {
			t.Fatalf("%d marks are shown, %d valid", n, silent.Panels[0].Valid)
		}
	})
}

func TestInvariant4TrimBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trim := rapid.IntRange(0, 2).Draw(t, "trim")
		rules := plain(func(r *Rules) { r.Trim = trim })
		answers := randomMarks(t, 2*trim+1)
		honest := answers[trim:] // the first ones may say anything
		low, high := Praise.Top(), Praise.Bottom()
		for _, a := range honest {
			low, high = min(low, a.Score), max(high, a.Score)
		}
		got := count1(t, rules, nil, answers)
		if got.Score.Cmp(new(big.Rat).SetInt64(low)) < 0 || got.Score.Cmp(new(big.Rat).SetInt64(high)) > 0 {
			t.Fatalf("score %s outside the honest %d to %d", ratText(got.Score), low, high)
		}
		p := got.Panels[0]
		if got.Score.Cmp(p.Low) < 0 || got.Score.Cmp(p.High) > 0 {
			t.Fatalf("score %s outside what was kept, %s to %s", ratText(got.Score), ratText(p.Low), ratText(p.High))
		}
	})
}

// With one mark trimmed, it does not matter how extreme the extreme one is.
func TestInvariant4OneExtremeRaterHasNoGrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := plain(func(r *Rules) { r.Trim, r.Scale = 1, Hundred })
		var answers []Answer
		for _, r := range named("r", rapid.IntRange(2, 8).Draw(t, "raters")) {
			answers = append(answers, said(r, "a", rapid.Int64Range(20, 60).Draw(t, "mark")))
		}
		loud := count1(t, rules, nil, append(slices.Clone(answers), said("z", "a", 100)))
		louder := count1(t, rules, nil, append(slices.Clone(answers), said("z", "a", 61)))
		if loud.Score.Cmp(louder.Score) != 0 {
			t.Fatalf("61 gives %s, 100 gives %s", ratText(louder.Score), ratText(loud.Score))
		}
	})
}

func TestInvariant5InfluenceIsBoundedAndOrderFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		answers := randomMarks(t, 2)
		limit := rapid.Int64Range(1, 4).Draw(t, "cap")
		rules := plain(func(r *Rules) { r.WeightCap, r.Weights = limit, map[string]int64{} })
		for _, a := range answers {
			rules.Weights[a.Rater] = rapid.Int64Range(-5, 1000).Draw(t, "weight")
		}
		got := count1(t, rules, nil, answers)
		for _, m := range got.Panels[0].Marks {
			if m.Weight < 1 || m.Weight > limit {
				t.Fatalf("%s counts %d, the cap is %d", m.Rater, m.Weight, limit)
			}
		}
		shuffled := count1(t, rules, nil, rapid.Permutation(answers).Draw(t, "order"))
		if !reflect.DeepEqual(jsonOf(t, got), jsonOf(t, shuffled)) {
			t.Fatal("the order of answers changed the result")
		}
	})
}

func jsonOf(t *rapid.T, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestInvariant6DuplicateChains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "length")
		ids := named("i", n)
		items := []Item{}
		answers := []Answer{said("x", ids[0], 55)}
		for k, id := range ids {
			items = append(items, Item{ID: id, Author: "ada"})
			if k > 0 {
				answers = append(answers, duplicate("x", id, ids[rapid.IntRange(0, k-1).Draw(t, "of")]))
			}
		}
		result, err := Scores(plain(nil), items, nil, nil, rapid.Permutation(answers).Draw(t, "order"))
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range result.Items {
			want := "11/2"
			if i.Item == ids[0] {
				want = "55"
			}
			if ratText(i.Score) != want {
				t.Fatalf("%s has %s, want %s", i.Item, ratText(i.Score), want)
			}
		}
		answers[0] = duplicate("x", ids[0], ids[n-1])
		if _, err := Scores(plain(nil), items, nil, nil, answers); fault.CodeOf(err) != "evaluation.duplicate_cycle" {
			t.Fatalf("a circle was counted: %v", err)
		}
	})
}

func TestInvariant7NormalizedMarksStayOnTheScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := plain(func(r *Rules) { r.Normalize, r.Scale = true, Hundred })
		var items []Item
		var answers []Answer
		for _, id := range named("i", rapid.IntRange(1, 6).Draw(t, "items")) {
			items = append(items, Item{ID: id, Author: "ada"})
			for _, r := range named("r", 4) {
				if rapid.Bool().Draw(t, "answers") {
					answers = append(answers, said(r, id, rapid.Int64Range(0, 100).Draw(t, "mark")))
				}
			}
		}
		result, err := Scores(rules, items, nil, nil, answers)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range result.Items {
			for _, m := range i.Panels[0].Marks {
				if m.Value.Sign() < 0 || m.Value.Cmp(big.NewRat(100, 1)) > 0 {
					t.Fatalf("%s's mark of %s became %s", m.Rater, i.Item, ratText(m.Value))
				}
				for _, other := range result.Items {
					for _, o := range other.Panels[0].Marks {
						if o.Rater == m.Rater && m.Plain.Cmp(o.Plain) < 0 && m.Value.Cmp(o.Value) > 0 {
							t.Fatalf("%s ranked %s below %s and it came out above", m.Rater, i.Item, other.Item)
						}
					}
				}
			}
		}
	})
}

func TestTraceTellsTheWholeStory(t *testing.T) {
	rules := plain(func(r *Rules) { r.Trim, r.BareZero = 1, ZeroMissing })
	answers := []Answer{said("p", "a", 1), said("q", "a", 8), said("s", "a", 144), said("u", "a", 0), duplicate("v", "a", "b")}
	items := []Item{{ID: "a", Author: "ada"}, {ID: "b", Author: "ben"}}
	result, err := Scores(rules, items, []Panel{{"a", []string{"p", "q", "s", "u", "v", "w"}}}, nil, answers)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range result.Items[0].Panels[0].Marks {
		got = append(got, fmt.Sprintf("%s %s %s%s", m.Rater, m.Fate, m.Reason, ratText(m.Value)))
	}
	want := []string{"p trimmed_low 1", "q kept 8", "s trimmed_high 144", "u missing bare_zero", "v missing original_missing", "w missing no_answer"}
	if !slices.Equal(got, want) {
		t.Errorf("the trace is %q, want %q", got, want)
	}
}

func TestScales(t *testing.T) {
	for _, s := range Scales() {
		if err := s.Check(); err != nil {
			t.Error(err)
		}
	}
	if err := Hundred.Allows(101); fault.As(err) == nil || fault.As(err).Message != "101 is not on the scale hundred; it has 0 to 100" {
		t.Errorf("the refusal says %v", err)
	}
}

func BenchmarkScores10kItems(b *testing.B) {
	raters := named("r", 10_000)
	var items []Item
	var answers []Answer
	for n, id := range named("i", 10_000) {
		items = append(items, Item{ID: id, Author: raters[n]})
		for k := 1; k <= 3; k++ {
			answers = append(answers, said(raters[(n+k)%len(raters)], id, Praise.Values[(n+k)%len(Praise.Values)]))
		}
	}
	rules := plain(func(r *Rules) { r.Trim, r.Normalize = 1, true })
	for b.Loop() {
		if _, err := Scores(rules, items, nil, nil, answers); err != nil {
			b.Fatal(err)
		}
	}
}
