package ballotfile_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/governance/ballotfile"
	"commonweal/governance/tally"
	"commonweal/platform/fault"
)

func read(t testing.TB, text string) ballotfile.File {
	t.Helper()
	f, err := ballotfile.Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func count(t interface {
	Helper()
	Fatal(...any)
}, e tally.Election) tally.Result {
	t.Helper()
	r, err := tally.Count(e)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The election of a committee whose counts are published for several rules: the
// Scottish rules and Meek's elect different people, and the figures are those
// that the program Droop gives.
func TestPublishedCommittee(t *testing.T) {
	data, err := os.ReadFile("testdata/committee.blt")
	if err != nil {
		t.Fatal(err)
	}
	f := read(t, string(data))
	if f.Seats != 4 || len(f.Options) != 13 || f.Options[12].Name != "Candidate 13" {
		t.Fatalf("%d seats, options %v", f.Seats, f.Options)
	}
	e := f.Election()
	e.Ties = tally.Ties{Rules: []tally.TieRule{tally.Earlier, tally.ByLot}, Seed: "the candidates without a vote"}
	r := count(t, e)
	if got := strings.Join(r.Winners, " "); got != "7 4 13 3" {
		t.Errorf("the Scottish rules elect %s, want 7 4 13 3", got)
	}
	has(t, r, "1 6.84848, 2 3.42424, 3 8.42424, 4 22, 5 2.42424, 7 19, 8 12.45448, 9 1.42424, 13 18")
	has(t, r, "1 7.803, 2 3.5606, 3 9.2424, 4 19, 5 2.69696, 8 12.7272, 13 18.54544")
	has(t, r, "1 9.01084, 2 3.9536, 3 9.45496, 8 14.57568, 13 19")
	has(t, r, "3 16.62204, 8 16.59988")
	e.Rule.Method = tally.MeekSTV{Seats: 4}
	r = count(t, e)
	if got := strings.Join(slices.Sorted(slices.Values(r.Winners)), " "); got != "13 4 7 8" {
		t.Errorf("Meek's method elects %s, want 4 7 8 13", got)
	}
	has(t, r, "1 8.006073598, 2 3.232685848, 3 9.408174589, 4 18.800000609, 5 2.759954125, 7 18.800000299, 8 13.000470959, 9 1.435843893, 13 18.55679608")
	has(t, r, "1 9.42738145, 2 3.730149807, 3 9.774255128, 4 18.79913346, 7 18.799133416, 8 14.66647977, 13 18.799133497")
	has(t, r, "3 16.482212783, 4 19.087429756, 7 19.073682122, 8 19.085721549, 13 19.20243809")
}

// has asks for a stage in which options stand so.
func has(t *testing.T, r tally.Result, want string) {
	t.Helper()
	if !slices.ContainsFunc(r.Stages, func(s tally.Stage) bool {
		for _, w := range strings.Split(want, ", ") {
			option, votes, _ := strings.Cut(w, " ")
			if !slices.ContainsFunc(s.Standing, func(x tally.Standing) bool { return x.Option == option && string(x.Count) == votes }) {
				return false
			}
		}
		return true
	}) {
		t.Errorf("%s: at no stage %s", r.Method, want)
	}
}

// All that BLT files hold besides orders: withdrawn candidates, equal and skipped
// ranks, weights, ids, comments, and lines that run together.
func TestBLT(t *testing.T) {
	f := read(t, "# first a comment\n4 2 -3\n(a1) 2.5 1 2 = 3 - 4 0 3 2 0\n1 0 # blank\n0 \"Ann\" \"Bo \\\"B\\\" Berg\"\n\"Cy\" \"Di\" \"A \\\\ title\" \"source\"")
	if f.Title != `A \ title` || f.Options[1].Name != `Bo "B" Berg` || !f.Options[2].Withdrawn || f.Seats != 2 {
		t.Errorf("%+v", f)
	}
	want := []tally.Ballot{
		{Marks: []int16{1, 2, 2, 4}, Voters: 1, Votes: 2_500_000},
		{Marks: []int16{0, 1, 0, 0}, Voters: 3, Votes: 3 * tally.Vote},
		{Marks: []int16{0, 0, 0, 0}, Voters: 1, Votes: tally.Vote},
	}
	if !slices.EqualFunc(f.Ballots, want, same) {
		t.Errorf("%+v", f.Ballots)
	}
}

func same(a, b tally.Ballot) bool {
	return slices.Equal(a.Marks, b.Marks) && a.Voters == b.Voters && a.Votes == b.Votes && a.Classes == b.Classes && a.Spoiled == b.Spoiled
}

const sheet = "             Tally Sheet for the votes cast.\n\n" +
	"    Option 1--------->: Keep: as it is\r\n  /  Option 2-------->: M\xfcnster\n  |/  Option 3------->: None of the above\n" +
	"V: 1-2\thash1\nV: 213    hash2\nV: 3B3\nV: ---   hash4\n"

// A tally sheet in Latin-1: names are not mangled, - and gaps and letters count.
func TestDebianSheet(t *testing.T) {
	f := read(t, sheet)
	if f.Options[0].Name != "Keep: as it is" || f.Options[1].Name != "Münster" || f.Title != "Tally Sheet for the votes cast." {
		t.Errorf("%q, %+v", f.Title, f.Options)
	}
	want := []tally.Ballot{tally.One(1, 0, 2), tally.One(2, 1, 3), tally.One(3, 11, 3), tally.One(0, 0, 0)}
	if !slices.EqualFunc(f.Ballots, want, same) {
		t.Errorf("%+v", f.Ballots)
	}
	if r := count(t, f.Election()); r.Outcome != tally.Elected || r.Winners[0] != "1" {
		t.Errorf("%s %v", r.Outcome, r.Winners)
	}
}

// The same orders in the format of today and in the older one.
func TestPrefLib(t *testing.T) {
	today := read(t, "# FILE NAME: 1.toc\n# TITLE: A vote\n# DATA TYPE: toc\n# NUMBER ALTERNATIVES: 4\n# NUMBER VOTERS: 5\n# NUMBER UNIQUE ORDERS: 2\n"+
		"# ALTERNATIVE NAME 1: Tea, black\n# ALTERNATIVE NAME 2: b\n# ALTERNATIVE NAME 3: c\n# ALTERNATIVE NAME 4: d\n3: 1,{2,3},4\n2: {4, 3}, 1, 2\n")
	old := read(t, "4\n1,Tea, black\n2,b\n3,c\n4,d\n5,5,2\n3,1,{2,3},4\n2,{4,3},1,2\n")
	want := []tally.Ballot{tally.One(1, 2, 2, 3).Times(3), tally.One(2, 3, 1, 1).Times(2)}
	for _, f := range []ballotfile.File{today, old} {
		if !slices.EqualFunc(f.Ballots, want, same) || f.Options[0].Name != "Tea, black" || f.Format != ballotfile.PrefLib {
			t.Errorf("%+v", f)
		}
	}
}

// What is malformed is refused with its line.
func TestMalformedFiles(t *testing.T) {
	const head = "# NUMBER ALTERNATIVES: 2\n# NUMBER VOTERS: 3\n"
	for _, x := range []struct {
		text string
		line int
		says string
	}{
		{"3 4\n0\n", 1, "4 seats for 3 candidates"},
		{"0 1\n", 1, "0 options"},
		{"1001 1\n", 1, "1001 options"},
		{"2 1\n1 1 3 0\n0", 2, "no option 3"},
		{"2 1\n1 1 1 0\n0", 2, "option 1 twice"},
		{"2 1\n1 1 2\n", 3, "no end"},
		{"2 1\n1 1 0\n", 3, "no end"},
		{"2 1\n1 1 0\n-2\n0", 3, "withdraws nobody"},
		{"2 1\n-5\n0", 2, "withdraws nobody"},
		{"2 1\n99999999999 1 0\n0", 2, "no weight"},
		{"2 1\n1e9 1 0\n0", 2, "no weight"},
		{"2 1\n0.0000001 1 0\n0", 2, "no weight"},
		{"2 1\n1 = 1 0\n0", 2, "no choice"},
		{"2 1\n1 1 = 0\n0", 2, "no option 0"},
		{"2 1\n1 x 0\n0", 2, "no choice"},
		{"2 1\n(17 1 1 0\n0", 2, "no end"},
		{"2 1\n1 1 0\n0\n\"Ann\"\n", 5, "1 names for 2"},
		{"2 1\n1 1 0\n0\n\"Ann\n\"Bo\"", 4, "no end"},
		{"2 1\n1 1 0\n0\nAnn\n", 4, "name in quotes"},
		{"2 1\n1 " + strings.Repeat("- ", 40_000) + "1 0\n0", 2, "beyond 32767"},
		{"Option 1->: a\nOption 1->: b\nV: 12\n", 2, "named twice"},
		{"Option 3->: a\nV: 12\n", 2, "names option 3"},
		{"Option 9999->: a\nV: 12\n", 1, "no option 9999"},
		{"V: 12\nV: 123\n", 2, "3 options of 2"},
		{"V: 12\nV: 1.\n", 2, "no rank"},
		{"V: 12\nV: 10\n", 2, "no rank"},
		{"V: 12\nV:\n", 2, "empty"},
		{head + "1: 1,2\n", 4, "of 1 voters, and the file says 3"},
		{head + "3: 1,1\n", 3, "option 1 twice"},
		{head + "3: 1,{2\n", 3, "braces"},
		{head + "3: 1},2\n", 3, "braces"},
		{head + "3: {1,{2}}\n", 3, "braces"},
		{head + "3: {}\n", 3, "no alternative"},
		{head + "0: 1\n", 3, "no number of voters"},
		{head + "-2: 1\n", 3, "no number of voters"},
		{head + "1,2\n", 3, "no order"},
		{head + "# ALTERNATIVE NAME 3: c\n", 3, "no alternative"},
		{head + "# DATA TYPE: cat\n", 3, "hold no orders"},
		{head + "# NUMBER ALTERNATIVES: 2\n", 3, "comes twice"},
		{head + "# DATA TYPE: soi\n3: {1,2}\n", 4, "strict type"},
		{head + "# DATA TYPE: soc\n3: 1\n", 4, "complete type"},
		{head + "# NUMBER UNIQUE ORDERS: 2\n3: 1\n", 5, "1 orders, and the file says 2"},
		{"2\n1,a\n3,b\n", 3, "name of alternative 2"},
		{"2\n1,a\n2,b\n4,4\n", 4, "totals"},
		{"2\n1,a\n2,b\n4,4,1\n4,1,9\n", 5, "no option 9"},
	} {
		_, err := ballotfile.Read([]byte(x.text))
		f := fault.As(err)
		if f == nil || f.Code != "ballotfile.malformed" || f.Line != x.line || !strings.Contains(f.Message, x.says) {
			t.Errorf("%.60q: %v; want line %d and %q", x.text, err, x.line, x.says)
		}
	}
	for text, code := range map[string]string{"": "ballotfile.unknown", "hello\n": "ballotfile.unknown", "META\nkey;value\n": "ballotfile.pabulib"} {
		if _, err := ballotfile.Read([]byte(text)); fault.CodeOf(err) != code {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// drawElection draws an election of ranks that BLT can say.
func drawElection(t *rapid.T) tally.Election {
	n := rapid.IntRange(1, 5).Draw(t, "options")
	e := tally.Election{Title: rapid.StringMatching(`[a-z"\\#=() 0é]*`).Draw(t, "title")}
	for i := range n {
		e.Options = append(e.Options, tally.Option{ID: string(rune('1' + i)), Name: rapid.StringMatching(`[A-Z"\\#=()0é][a-z"\\ ]*`).Draw(t, "name"), Withdrawn: rapid.Bool().Draw(t, "withdrawn")})
	}
	for range rapid.IntRange(1, 6).Draw(t, "ballots") {
		marks := make([]int16, n)
		for i := range marks {
			marks[i] = int16(rapid.IntRange(0, 6).Draw(t, "rank"))
		}
		e.Ballots = append(e.Ballots, tally.One(marks...).Times(rapid.Int64Range(1, 9).Draw(t, "times")))
	}
	return e
}

// Invariant 1: what is written is read back as the same election.
func TestInvariant1RoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawElection(t)
		var b bytes.Buffer
		if err := ballotfile.WriteBLT(&b, e, 1); err != nil {
			t.Fatal(err)
		}
		f, err := ballotfile.Read(b.Bytes())
		if err != nil || f.Title != e.Title || !slices.Equal(f.Options, e.Options) || !slices.EqualFunc(f.Ballots, e.Ballots, same) {
			t.Fatalf("%s\n%v %+v\n%+v", b.String(), err, f, e)
		}
		b.Reset()
		err = ballotfile.WritePrefLib(&b, e)
		if slices.ContainsFunc(e.Ballots, func(b tally.Ballot) bool { return slices.Max(b.Marks) == 0 }) {
			if fault.CodeOf(err) != "ballotfile.unsayable" {
				t.Fatalf("a blank ballot in PrefLib: %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if f, err = ballotfile.Read(b.Bytes()); err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		for i := range e.Options {
			e.Options[i].Withdrawn = false // which PrefLib cannot say
		}
		e.Rule.Method = tally.Schulze{}
		f.Options = e.Options // spaces at the ends of names are lost
		again := f.Election()
		x, _ := json.Marshal(count(t, e))
		y, _ := json.Marshal(count(t, again))
		if string(x) != string(y) {
			t.Fatalf("%s\n%s\n%s", b.String(), x, y)
		}
	})
}

func TestUnsayable(t *testing.T) {
	for _, b := range []tally.Ballot{{Voters: 1, Votes: tally.Vote, Spoiled: true}, {Voters: 1, Votes: tally.Vote, Classes: 1}, {Voters: 2, Votes: tally.Vote}, {Voters: 1}} {
		e := tally.Election{Options: []tally.Option{{ID: "a"}}, Ballots: []tally.Ballot{b}}
		var out bytes.Buffer
		if err := ballotfile.WriteBLT(&out, e, 1); fault.CodeOf(err) != "ballotfile.unsayable" {
			t.Errorf("%+v as BLT: %v", b, err)
		}
		if err := ballotfile.WritePrefLib(&out, e); fault.CodeOf(err) != "ballotfile.unsayable" {
			t.Errorf("%+v as PrefLib: %v", b, err)
		}
	}
	e := tally.Election{Options: []tally.Option{{ID: "a", Name: "two\nlines"}}}
	if err := ballotfile.WriteBLT(&bytes.Buffer{}, e, 1); fault.CodeOf(err) != "ballotfile.name" {
		t.Error(err)
	}
}

// Invariant 2: no input makes a reader panic, and what is read can be counted.
func FuzzRead(f *testing.F) {
	data, _ := os.ReadFile("testdata/committee.blt")
	for _, seed := range []string{string(data[:200]), sheet, "2 1\n-1\n(x) 1.5 1=2 - 0\n0\n\"a\"\n\"b\"\n\"t\"\n", "2\n1,a\n2,b\n4,4,1\n4,1,{2}\n", "# NUMBER ALTERNATIVES: 2\n3: {1,2}\n", "META\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := ballotfile.Read(data)
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		if len(file.Options) > 40 {
			return // more options take seconds to count, not another way
		}
		if _, err := tally.Count(file.Election()); err != nil && fault.CodeOf(err) != "tally.too_many_votes" {
			t.Fatal(err)
		}
	})
}
