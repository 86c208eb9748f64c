package recount_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"commonweal/governance/recount"
	"commonweal/governance/tally"
	"commonweal/platform/fault"
)

// nonce is a stand-in for 16 random bytes.
func nonce(n int) []byte { return binary.BigEndian.AppendUint64(make([]byte, 8), uint64(n)) }

// secretVote is a vote of so many, each of whom votes alike, with receipts.
func secretVote(t testing.TB, n int) (data []byte, tokens []string) {
	t.Helper()
	e := tally.Election{Options: []tally.Option{{ID: "a"}, {ID: "b"}}, Rule: tally.Rule{Method: tally.Plurality{}}}
	for range n {
		e.Ballots = append(e.Ballots, tally.One(1, 0))
	}
	p := recount.Of(e, nil)
	p.ID = "assembly-12/motion-3"
	for i := range p.Ballots {
		token, err := recount.Token(nonce(i), nonce(i+n))
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, token)
		p.Ballots[i].Receipt = recount.Receipt(token, p.ID)
	}
	data, err := p.Seal()
	if err != nil {
		t.Fatal(err)
	}
	return data, tokens
}

// Invariant 4: every voter finds the own line, nobody another's, and the order of
// the lines says nothing of when they were cast.
func TestInvariant4Receipts(t *testing.T) {
	const n = 400
	data, tokens := secretVote(t, n)
	p, err := recount.Check(data)
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]int{}
	for i, b := range p.Ballots {
		lines[b.Receipt] = i
	}
	inOrder, seen := 0, map[int]bool{}
	for i, token := range tokens {
		b, err := p.Find(token)
		if err != nil || seen[lines[b.Receipt]] {
			t.Fatalf("voter %d: %v, or a line of two voters", i, err)
		}
		seen[lines[b.Receipt]] = true
		if i > 0 && lines[b.Receipt] > lines[recount.Receipt(tokens[i-1], p.ID)] {
			inOrder++
		}
	}
	// Of a random order about half of the neighbors stand in order: 200 with a
	// standard deviation of 6.
	if inOrder < 160 || inOrder > 240 {
		t.Errorf("%d of %d ballots stand behind the one cast before", inOrder, n)
	}
	stranger, _ := recount.Token(nonce(9_000), nonce(9_001))
	if _, err := p.Find(stranger); fault.CodeOf(err) != "recount.no_line" {
		t.Errorf("a stranger finds a line: %v", err)
	}
	p.ID = "assembly-12/motion-4"
	if _, err := p.Find(tokens[0]); fault.CodeOf(err) != "recount.no_line" {
		t.Errorf("a token opens another election: %v", err)
	}
}

// A ballot that was altered, dropped, added or copied is found: by the recount, by
// the number who voted, or by its voter.
func TestReceiptsShowTampering(t *testing.T) {
	data, tokens := secretVote(t, 3)
	good, err := recount.Check(data)
	if err != nil {
		t.Fatal(err)
	}
	mine, err := good.Find(tokens[1])
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := recount.Sealed(mine, tokens[1])
	if err != nil {
		t.Fatal(err)
	}
	altered := good
	altered.Ballots = slices.Clone(good.Ballots)
	i := slices.IndexFunc(altered.Ballots, func(b recount.Ballot) bool { return b.Receipt == mine.Receipt })
	altered.Ballots[i].Marks = []int16{0, 1}
	data, err = altered.Seal() // by whoever runs the count, with the result worked out anew
	if err != nil {
		t.Fatal(err)
	}
	changed, err := recount.Check(data)
	if err != nil {
		t.Fatal(err)
	}
	line, err := changed.Find(tokens[1])
	if again, _ := recount.Sealed(line, tokens[1]); err != nil || again == sealed {
		t.Errorf("the voter does not see that the ballot was altered: %v %+v", err, line)
	}
	for code, change := range map[string]func(*recount.Package){
		"recount.receipt_twice": func(p *recount.Package) { p.Ballots = append(p.Ballots, p.Ballots[0]) },
		"recount.receipts":      func(p *recount.Package) { p.Ballots[2].Receipt = "" },
		"recount.receipt":       func(p *recount.Package) { p.Ballots[1].Receipt = strings.ToUpper(p.Ballots[1].Receipt) },
		"recount.voted": func(p *recount.Package) {
			for i := range 3 {
				p.Roll = append(p.Roll, recount.Voter{ID: fmt.Sprint(i), Votes: tally.Vote, Voted: true})
			}
			p.Ballots = p.Ballots[1:]
		},
	} {
		p := good
		p.Ballots = slices.Clone(good.Ballots)
		change(&p)
		if _, err := p.Seal(); fault.CodeOf(err) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// Two voters never get one token, and short nonces are refused.
func TestTokens(t *testing.T) {
	a, _ := recount.Token(nonce(1), nonce(2))
	b, _ := recount.Token(nonce(1), nonce(3))
	shifted := append([]byte{7}, nonce(2)...)
	c, _ := recount.Token(append(nonce(1), 7), nonce(2))
	d, _ := recount.Token(nonce(1), shifted)
	if all := []string{a, b, c, d}; len(slices.Compact(slices.Sorted(slices.Values(all)))) != len(all) {
		t.Errorf("different nonces give one token: %v", all)
	}
	if _, err := recount.Token(bytes.Repeat([]byte{1}, 15), nonce(2)); fault.CodeOf(err) != "recount.nonce" {
		t.Error(err)
	}
}
