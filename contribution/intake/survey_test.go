package intake_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// source yields what it is given.
func source(items ...any) intake.Records {
	return func(yield func(intake.Record, error) bool) {
		for _, it := range items {
			r, _ := it.(intake.Record)
			err, _ := it.(error)
			if !yield(r, err) {
				return
			}
		}
	}
}

func draft(key, who, hours, day string) intake.Draft {
	return intake.Draft{Key: key, Kind: intake.Work, Person: intake.ByName(who), Day: day, Quantity: quantity.MustParse(hours, quantity.Hour), Source: intake.Provenance{Line: 2}}
}

func TestSurveySaysWhatAnImportWouldDo(t *testing.T) {
	income := intake.Money{Key: "m", Flow: intake.In, Day: "2026-01-09", Gross: quantity.Of(50, "EUR"), Lines: []intake.Line{{Kind: "host_fee", Amount: quantity.Of(5, "EUR")}}}
	asked := 0
	report, err := intake.Survey(source(
		draft("a", "Ada Fiction", "2", "2026-01-02"), draft("b", "bo", "1.5", "2026-01-05"), draft("c", "Bo", "1", "2025-12-31"), draft("d", "Zed", "9", "2026-02-01"),
		fault.Invalidf("intake.date", "date", "no").AtLine(7), income,
		intake.Score{Key: "s", Item: "a", Rater: intake.ByName("Cy")},
		intake.Payout{Key: "p", To: intake.ByName("Ada Fiction"), Day: "2026-01-03", Amount: quantity.Of(3, "grain")},
	), intake.SurveyOptions{
		Mapping: intake.Mapping{"name:bo": "p2", "name:zed": ""},
		People:  []intake.Person{{ID: "p1", Name: "Áda  Fiction"}, {ID: "p3", Name: "Cy"}, {ID: "p4", Name: "cy"}},
		Seen: func(keys []string) (map[string]bool, error) {
			asked += len(keys)
			return map[string]bool{"c": true}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(report.Records["work"], report.Records["in"], report.Records["score"], report.Records["payout"], " repeated ", report.Repeated, " left out ", report.LeftOut,
		" ", report.FirstDay, " ", report.LastDay, " bad ", report.BadLines, " line ", report.Bad[0].Line, " asked ", asked, " ready ", report.Ready())
	if want := "2 1 1 1 repeated 1 left out 1 2026-01-02 2026-01-09 bad 1 line 7 asked 7 ready false"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := fmt.Sprint(report.Totals), "[{host_fee 5 EUR false} {in 50 EUR false} {payout 3 grain false} {work 3.5 hour false}]"; got != want {
		t.Errorf("totals = %s, want %s", got, want)
	}
	var unknown []string
	for _, u := range report.Unknown {
		unknown = append(unknown, fmt.Sprint(u.ID, " ", u.Records, " ", u.Suggest))
	}
	if want := []string{"name:ada fiction 2 p1", "name:cy 1 "}; !slices.Equal(unknown, want) { // two people are called Cy: no suggestion
		t.Errorf("unknown = %q, want %q", unknown, want)
	}
}

func TestSurveyKeepsCountingBadLines(t *testing.T) {
	var items []any
	for i := range 50 {
		items = append(items, fault.Invalidf("intake.date", "", "no").AtLine(i+2))
	}
	report, err := intake.Survey(source(items...), intake.SurveyOptions{MostBad: 10})
	if err != nil || report.BadLines != 50 || len(report.Bad) != 10 {
		t.Errorf("%d bad lines, %d kept (%v)", report.BadLines, len(report.Bad), err)
	}
	report, err = intake.Survey(source(draft("a", "x", "1", "2026-01-01"), io.ErrUnexpectedEOF), intake.SurveyOptions{})
	if err != nil || report.Stopped == nil || report.Ready() {
		t.Errorf("a file that breaks off is ready: %+v", report)
	}
	broken := errors.New("the database is away")
	_, err = intake.Survey(source(draft("a", "x", "1", "2026-01-01")), intake.SurveyOptions{Seen: func([]string) (map[string]bool, error) { return nil, broken }})
	if !errors.Is(err, broken) {
		t.Errorf("error = %v", err)
	}
}

func TestTotalsDoNotWrap(t *testing.T) {
	huge := intake.Draft{Key: "h", Kind: intake.Work, Person: intake.ByName("x"), Day: "2026-01-01", Quantity: quantity.Micros(1<<62, quantity.Hour)}
	report, err := intake.Survey(source(huge, huge, huge), intake.SurveyOptions{})
	if err != nil || !report.Totals[0].Over {
		t.Errorf("totals = %+v (%v), want one that is over", report.Totals, err)
	}
}

// TestInvariant1KeysKeepPartsApart: no two lists of parts share a key, and
// repeats are told apart in the order in which they come.
func TestInvariant1KeysKeepPartsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.StringN(0, 3, -1), 0, 4)
		a, b := parts.Draw(t, "a"), parts.Draw(t, "b")
		if (intake.Key("s", a...) == intake.Key("s", b...)) != slices.Equal(a, b) {
			t.Fatalf("%q and %q", a, b)
		}
		var r intake.Repeats
		first, second := r.Key("s", a...), r.Key("s", a...)
		if first != intake.Key("s", a...) || second != first+"#2" {
			t.Fatalf("repeats of %q have the keys %s and %s", a, first, second)
		}
	})
}

func TestCleanTextCanBeStoredAndShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		limit := rapid.IntRange(3, 30).Draw(t, "limit")
		got := intake.Clean(text, limit)
		if !utf8.ValidString(got) || len(got) > limit || strings.ContainsAny(got, "\x00\n\r\t\u202e") {
			t.Fatalf("Clean(%q) = %q", text, got)
		}
		if intake.Clean(got, limit) != got {
			t.Fatalf("cleaning %q again changes it", got)
		}
	})
}

func TestMoneyAsContribution(t *testing.T) {
	m := intake.Money{Key: "m", Flow: intake.Out, Gross: quantity.Of(12, "EUR"), Party: intake.ByName("Noor"), Lines: []intake.Line{{Kind: "fee", Amount: quantity.Of(1, "EUR")}}}
	d, ok := m.Draft()
	if !ok || d.Kind != intake.Purchase || d.Value.String() != "12 EUR" || d.Key == m.Key {
		t.Errorf("draft = %+v", d)
	}
	if net, err := m.Net(); err != nil || net.String() != "13 EUR" {
		t.Errorf("net = %s (%v)", net, err)
	}
	m.Refund = true
	if _, ok := m.Draft(); ok {
		t.Error("a refund is a contribution")
	}
}
