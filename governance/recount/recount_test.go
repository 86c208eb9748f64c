package recount_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/governance/delegation"
	"commonweal/governance/recount"
	"commonweal/governance/tally"
	"commonweal/platform/fault"
)

// board is a small election of a board, with a lot.
func board() tally.Election {
	return tally.Election{
		Title:   "A board of <two> & a chair",
		Options: []tally.Option{{ID: "a", Name: "Ann"}, {ID: "b"}, {ID: "c"}, {ID: "d", Withdrawn: true}},
		Classes: []tally.Class{{ID: "labor"}, {ID: "user"}},
		Rule:    tally.Rule{Method: tally.ScottishSTV{Seats: 2}},
		Ties:    tally.Ties{Rules: []tally.TieRule{tally.Earlier, tally.ByLot}, Seed: "4 1 6", Commitment: tally.Commitment("4 1 6")},
		Ballots: []tally.Ballot{
			{Marks: []int16{1, 2, 3, 0}, Classes: 1, Voters: 3, Votes: 3 * tally.Vote}, {Marks: []int16{0, 1, 2, 3}, Classes: 3, Voters: 1, Votes: tally.Vote / 2},
			{Marks: []int16{0, 0, 1, 0}, Classes: 2, Voters: 2, Votes: 2 * tally.Vote}, {Voters: 1, Votes: tally.Vote}, {Voters: 1, Votes: tally.Vote, Spoiled: true},
		},
	}
}

func pack(t testing.TB) []byte {
	t.Helper()
	data, err := recount.Of(board(), &recount.Source{Format: "blt", Hash: "00"}).Seal()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// open is an open vote of five on a motion: ada and ben vote, cy trusts ada, di
// trusts cy, eva is silent.
func open(t testing.TB) []byte {
	t.Helper()
	roll := []recount.Voter{
		{ID: "ada", Votes: tally.Vote, Classes: []string{"labor"}, Present: true, Voted: true}, {ID: "ben", Votes: tally.Vote, Classes: []string{"user"}, Voted: true},
		{ID: "cy", Votes: 2 * tally.Vote, Classes: []string{"user"}}, {ID: "di", Votes: tally.Vote, Classes: []string{"labor", "user"}}, {ID: "eva", Votes: tally.Vote},
	}
	e := tally.Election{
		Options: []tally.Option{{ID: "motion"}},
		Classes: []tally.Class{{ID: "labor", Roll: tally.Roll{Entitled: tally.Figures{Voters: 2, Votes: 2 * tally.Vote}}}, {ID: "user"}},
		Roll:    tally.Roll{Entitled: tally.Figures{Voters: 5, Votes: 6 * tally.Vote}, Present: tally.Figures{Voters: 1, Votes: tally.Vote}},
		Rule: tally.Rule{Method: tally.Majority{Requirements: []tally.Requirement{
			{Stance: "yes", Compare: tally.MoreThan, Need: tally.Of(1, 2), Base: tally.Entitled}, {Stance: "yes", Compare: tally.AtLeast, Need: tally.Of(1, 2), Base: tally.YesNo, Class: "user"}}}},
	}
	trusts := []delegation.Trust{{From: "di", To: []string{"cy"}, Scope: delegation.Topic, Since: 1, Expires: 99}, {From: "cy", To: []string{"ada"}, Scope: delegation.Area, Since: 2, Expires: 99}}
	data, err := recount.Package{Election: e, Roll: roll, Trusts: trusts, Represent: &delegation.Rule{At: 10},
		Ballots: []recount.Ballot{{Voter: "ben", Marks: []int16{tally.No}}, {Voter: "ada", Marks: []int16{tally.Yes}}}}.Seal()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Invariant 1: a recount agrees, of a secret vote and of an open one with trusts.
func TestInvariant1Agrees(t *testing.T) {
	for _, data := range [][]byte{pack(t), open(t)} {
		p, err := recount.Check(data)
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		again, err := p.Bytes()
		if err != nil || !bytes.Equal(again, data) {
			t.Errorf("it comes back as other bytes: %v\n%s\n%s", err, data, again)
		}
	}
	p, err := recount.Check(open(t))
	if err != nil || p.Result.Outcome != tally.Passed || p.Result.Stages[0].Checks[0].Have != "4" {
		t.Errorf("ada stands for four of six votes: %v %+v", err, p.Result)
	}
}

// Invariant 2: what was changed is found, and told.
func TestInvariant2Tampering(t *testing.T) {
	for _, x := range []struct {
		what, from, to, code string
	}{
		{"a ballot", `"marks":[1,2,3,0]`, `"marks":[2,1,3,0]`, "recount.stage"},
		{"how many had it", `"voters":3`, `"voters":2`, "recount.result"},
		{"a weight", `"votes":"0.5"`, `"votes":"0.6"`, "recount.stage"},
		{"the seats", `"seats":2`, `"seats":1`, "recount.stage"},
		{"the seed", `"seed":"4 1 6"`, `"seed":"4 1 7"`, "tally.seed"},
		{"the winner", `"winners":["a",`, `"winners":["b",`, "recount.result"},
		{"a class", `"classes":["labor"],"voters"`, `"classes":["founder"],"voters"`, "recount.no_class"},
		{"the format", `commonweal-count/1`, `commonweal-count/9`, "recount.format"},
		{"spaces", `"format":`, `"format": `, "recount.spelling"},
		{"a field", `"source":`, `"sauce":`, "recount.malformed"},
		{"something behind", "\n}\n", "\n}\n{}", "recount.malformed"},
		{"a figure", `"key":"quota","value":"2"`, `"key":"quota","value":"3"`, "recount.stage"},
	} {
		data := strings.Replace(string(pack(t)), x.from, x.to, 1)
		if data == string(pack(t)) {
			t.Fatalf("%s: %s is not in the package:\n%s", x.what, x.from, data)
		}
		if _, err := recount.Check([]byte(data)); fault.CodeOf(err) != x.code {
			t.Errorf("%s: %v, want %s", x.what, err, x.code)
		}
	}
	lines := strings.Split(string(pack(t)), "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, `{"marks"`) {
			continue
		}
		dropped := strings.Join(append(append([]string{}, lines[:i]...), lines[i+1:]...), "\n")
		if _, err := recount.Check([]byte(strings.Replace(dropped, "},\n]", "}\n]", 1))); err == nil {
			t.Errorf("without line %d nothing is found", i+1)
		}
		twice := strings.Join(append(append([]string{}, lines[:i+1]...), lines[i:]...), "\n")
		if _, err := recount.Check([]byte(strings.Replace(twice, "}\n{", "},\n{", 1))); err == nil {
			t.Errorf("with line %d twice nothing is found", i+1)
		}
	}
}

// Invariant 3: sums of the roll that do not follow from its lines are found, and
// so are trusts and voters that were changed.
func TestInvariant3Roll(t *testing.T) {
	for _, x := range []struct{ what, from, to, code string }{
		{"the entitled", `"entitled":{"voters":5,"votes":"6"}`, `"entitled":{"voters":9,"votes":"6"}`, "recount.roll"},
		{"the present", `"present":{"voters":1`, `"present":{"voters":2`, "recount.roll"},
		{"a class", `"entitled":{"voters":2,"votes":"2"}`, `"entitled":{"voters":1,"votes":"2"}`, "recount.roll"},
		{"a weight", `{"id":"cy","votes":"2"`, `{"id":"cy","votes":"1"`, "recount.roll"},
		{"who voted", `"present":true,"voted":true`, `"present":true`, "recount.voted"},
		{"a class of a voter", `"classes":["labor","user"]`, `"classes":["labor","founder"]`, "recount.no_class"},
		{"a trust", `"from":"di","to":["cy"]`, `"from":"di","to":["ben"]`, "recount.stage"},
		{"a voter who is not there", `{"voter":"ben"`, `{"voter":"bob"`, "delegation.not_entitled"},
		{"a weight on the ballot", `{"voter":"ben",`, `{"voter":"ben","votes":"9",`, "recount.open_ballot"},
		{"representation", `"represent":{"at":10},` + "\n", "", "recount.ballot"},
	} {
		data := strings.Replace(string(open(t)), x.from, x.to, 1)
		if data == string(open(t)) {
			t.Fatalf("%s: %s is not in the package:\n%s", x.what, x.from, data)
		}
		if _, err := recount.Check([]byte(data)); fault.CodeOf(err) != x.code {
			t.Errorf("%s: %v, want %s", x.what, err, x.code)
		}
	}
}

// The order of ballots in a package does not tell when they were cast.
func TestOrderSaysNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := board()
		e.Ballots = rapid.Permutation(e.Ballots).Draw(t, "ballots")
		data, err := recount.Of(e, nil).Seal()
		if err != nil {
			t.Fatal(err)
		}
		want, err := recount.Of(board(), nil).Seal()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(data, want) {
			t.Fatalf("%s\n%s", data, want)
		}
	})
}

// A secret vote can publish its roll, with who voted, beside ballots that name
// nobody; their numbers must agree.
func TestSecretVoteWithRoll(t *testing.T) {
	e := board()
	e.Roll.Entitled = tally.Figures{Voters: 9, Votes: 9 * tally.Vote}
	p := recount.Of(e, nil)
	for i := range 9 {
		p.Roll = append(p.Roll, recount.Voter{ID: fmt.Sprint("member ", i), Votes: tally.Vote, Voted: i < 8})
	}
	data, err := p.Seal()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := recount.Check(data); err != nil {
		t.Error(err)
	}
	p.Roll[8].Voted = true
	if _, err := p.Seal(); fault.CodeOf(err) != "recount.voted" {
		t.Errorf("nine voted and there are eight ballots: %v", err)
	}
}

// Invariant 5: no package makes a recount panic.
func FuzzCheck(f *testing.F) {
	f.Add(pack(f))
	f.Add(open(f))
	f.Add([]byte(fmt.Sprintf(`{"format":%q,"election":{"options":[{"id":"a"}],"rule":{"method":"dots","dots":3}},"ballots":[{"marks":[3],"voters":1,"votes":"1"}]}`, recount.Format)))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := recount.Check(data)
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		if again, err := p.Bytes(); err != nil || !bytes.Equal(again, data) {
			t.Fatalf("accepted in another spelling: %v", err)
		}
	})
}
