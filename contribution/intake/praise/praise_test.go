package praise_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"commonweal/contribution/intake"
	"commonweal/contribution/intake/praise"
	"commonweal/platform/fault"
)

var secret = []byte("a secret of the commons")

func open(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestItemsAreDraftsOfTheReceiver(t *testing.T) {
	var got []string
	for r, err := range praise.Items(open(t, "praise.csv"), "praise.csv", praise.Options{Secret: secret}) {
		if err != nil {
			got = append(got, fmt.Sprintf("%s %d", fault.CodeOf(err), fault.As(err).Line))
			continue
		}
		d := r.(intake.Draft)
		got = append(got, strings.TrimSpace(fmt.Sprintln(d.Person.ID == praise.Pseudonym(secret, "0xfiction"), d.LoggedBy.ID == praise.Pseudonym(secret, "Made#1234 "), d.Day, d.Note)))
		if strings.Contains(d.Person.ID, "FICTION") || d.Person.Name != "" {
			t.Errorf("the wallet is not pseudonymized: %+v", d.Person)
		}
	}
	want := []string{"false false 2026-03-02 for sweeping, twice", "true true 2026-03-03 for the plan", "intake.no_person 4", "intake.date 5"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMissingIsNotZero(t *testing.T) {
	read := func(bareZero bool) (out []string) {
		for r, err := range praise.Scores(open(t, "quantifications.csv"), "", praise.Options{Secret: secret, BareZero: bareZero}) {
			if err != nil {
				out = append(out, fmt.Sprintf("%s %d", fault.CodeOf(err), fault.As(err).Line))
				continue
			}
			s, mark := r.(intake.Score), "missing"
			if s.Mark != nil {
				mark = fmt.Sprint(*s.Mark)
			}
			out = append(out, fmt.Sprintf("%s dismissed=%v duplicate=%v", mark, s.Dismissed, s.DuplicateOf == intake.Key("praise", "aaaaaaaaaaaaaaaaaaaaaaa1")))
		}
		return out
	}
	want := []string{"13 dismissed=false duplicate=false", "missing dismissed=false duplicate=false", "missing dismissed=true duplicate=false",
		"missing dismissed=false duplicate=true", "intake.score 6", "intake.duplicate 7"}
	if got := read(false); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	want[1] = "0 dismissed=false duplicate=false"
	if got := read(true); !slices.Equal(got, want) {
		t.Errorf("with bare zeros: got %q, want %q", got, want)
	}
}

func TestPseudonymsNeedASecret(t *testing.T) {
	for _, err := range praise.Items(open(t, "praise.csv"), "", praise.Options{}) {
		if fault.CodeOf(err) != "intake.secret" {
			t.Errorf("error = %v, want a refusal", err)
		}
	}
	if praise.Pseudonym(secret, "x") == praise.Pseudonym([]byte("another secret of others"), "x") {
		t.Error("two commons give one handle the same pseudonym")
	}
}

func FuzzScores(f *testing.F) {
	f.Add("praise,quantifier,score,dismissed,duplicatePraise\na,b,1,,\na,c,144.0,true,b\n")
	f.Fuzz(func(t *testing.T, file string) {
		for r, err := range praise.Scores(strings.NewReader(file), "", praise.Options{Secret: secret}) {
			if err == nil && r.(intake.Score).Rater.IsZero() {
				t.Fatal("a score of nobody")
			}
		}
	})
}
