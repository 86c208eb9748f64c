package recount

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"commonweal/governance/delegation"
	"commonweal/governance/tally"
	"commonweal/platform/fault"
)

// Check counts a package again and returns it when the result agrees, to the
// byte. Otherwise it says which stage is the first to differ.
func Check(data []byte) (Package, error) {
	p, err := Read(data)
	if err != nil {
		return p, err
	}
	if err := p.checkRoll(); err != nil {
		return p, err
	}
	e, err := p.election()
	if err != nil {
		return p, err
	}
	again, err := tally.Count(e)
	if err != nil {
		return p, err
	}
	if err := differ(p.Result, again); err != nil {
		return p, err
	}
	return p, p.checkSpelling(data)
}

// Read reads a package without counting it. A field that a package does not
// have is refused.
func Read(data []byte) (p Package, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		if f := fault.As(err); f != nil {
			return p, f
		}
		return p, fault.Invalidf("recount.malformed", "file", "the audit package cannot be read: %v", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return p, fault.Invalidf("recount.malformed", "file", "the audit package cannot be read: %v", "something follows it")
	}
	if p.Format != Format {
		return p, fault.Invalidf("recount.format", "format", "%.40q is no audit package that can be read; want %s", p.Format, Format)
	}
	return p, nil
}

// checkSpelling refuses a package that says the same in other bytes, which
// could carry another signature.
func (p Package) checkSpelling(data []byte) error {
	p.sort()
	canonical, err := p.Bytes()
	if err == nil && !bytes.Equal(canonical, data) {
		err = fault.Conflictf("recount.spelling", "file", "the result agrees, but the package is not spelled as it should be: fields in order, a line for each voter and ballot, ballots sorted")
	}
	return err
}

// election is the election with the package's ballots.
func (p Package) election() (tally.Election, error) {
	if err := p.checkReceipts(); err != nil {
		return p.Election, err
	}
	if p.Represent != nil {
		return p.settled()
	}
	e := p.Election
	e.Ballots = nil
	for i, b := range p.Ballots {
		set, err := classSet(e, b.Classes)
		if err != nil {
			return e, err
		}
		if b.Voter != "" || b.Votes == nil {
			return e, fault.Invalidf("recount.ballot", "ballots", "ballot %d names a voter or states no votes, and the package does not say who is represented by whom", i+1)
		}
		e.Ballots = append(e.Ballots, tally.Ballot{Marks: b.Marks, Classes: set, Voters: b.Voters, Votes: *b.Votes, Spoiled: b.Spoiled})
	}
	return e, nil
}

// settled settles who votes for whom, and gives everybody's ballot.
func (p Package) settled() (tally.Election, error) {
	e := p.Election
	var roll []delegation.Voter
	for _, v := range p.Roll {
		set, err := classSet(e, v.Classes)
		if err != nil {
			return e, err
		}
		roll = append(roll, delegation.Voter{ID: v.ID, Votes: v.Votes, Classes: set})
	}
	var voted []string
	cast := map[string]tally.Ballot{}
	for i, b := range p.Ballots {
		if b.Voter == "" || b.Votes != nil || b.Voters != 0 || b.Classes != nil {
			return e, fault.Invalidf("recount.open_ballot", "ballots", "ballot %d of an open vote must name its voter, and leave votes and classes to the roll", i+1)
		}
		voted = append(voted, b.Voter)
		cast[b.Voter] = tally.Ballot{Marks: b.Marks, Spoiled: b.Spoiled}
	}
	s, err := delegation.Settle(roll, voted, p.Trusts, *p.Represent)
	if err != nil {
		return e, err
	}
	e.Ballots = s.Ballots(cast)
	return e, nil
}

// checkRoll holds what the election says of the roll in sum against its lines.
func (p Package) checkRoll() error {
	if len(p.Roll) == 0 {
		return nil
	}
	var all tally.Roll
	classes := map[string]*tally.Roll{}
	for i := range p.Election.Classes {
		classes[p.Election.Classes[i].ID] = &tally.Roll{}
	}
	voted := int64(0)
	for _, v := range p.Roll {
		sums := []*tally.Roll{&all}
		for _, id := range v.Classes {
			if classes[id] == nil {
				return fault.Invalidf("recount.no_class", "classes", "there is no class %q in this election", id)
			}
			sums = append(sums, classes[id])
		}
		for _, sum := range sums {
			sum.Entitled.Voters++
			sum.Entitled.Votes += v.Votes
			if v.Present {
				sum.Present.Voters++
				sum.Present.Votes += v.Votes
			}
		}
		if v.Voted {
			voted++
		}
	}
	if err := agrees("entitled", p.Election.Roll.Entitled, all.Entitled); err != nil {
		return err
	}
	if err := agrees("present", p.Election.Roll.Present, all.Present); err != nil {
		return err
	}
	for _, c := range p.Election.Classes {
		if err := agrees("entitled in "+c.ID, c.Roll.Entitled, classes[c.ID].Entitled); err != nil {
			return err
		}
		if err := agrees("present in "+c.ID, c.Roll.Present, classes[c.ID].Present); err != nil {
			return err
		}
	}
	return p.checkVoted(voted)
}

// agrees compares a figure with the lines of the roll; one that is not stated is
// not compared.
func agrees(what string, said, counted tally.Figures) error {
	if said != (tally.Figures{}) && said != counted {
		return fault.Conflictf("recount.roll", "roll", "of those %s the package says %d with %s votes, and its roll has %d with %s", what, said.Voters, said.Votes, counted.Voters, counted.Votes)
	}
	return nil
}

// checkVoted holds the flags of who voted against the number of ballots.
func (p Package) checkVoted(voted int64) error {
	cast := int64(0)
	for _, b := range p.Ballots {
		cast += max(b.Voters, 1)
	}
	if voted != cast {
		return fault.Conflictf("recount.voted", "roll", "%d people of the roll voted, and there are %d ballots", voted, cast)
	}
	return nil
}

// differ says where a result departs from the recount.
func differ(said, again tally.Result) error {
	for i := range max(len(said.Stages), len(again.Stages)) {
		if i >= len(said.Stages) || i >= len(again.Stages) || !equal(said.Stages[i], again.Stages[i]) {
			return fault.Conflictf("recount.stage", "result", "the recount differs from stage %d on; it ends with %s %v, and the package says %s %v", i+1,
				string(again.Outcome), again.Winners, string(said.Outcome), said.Winners)
		}
	}
	if !equal(said, again) {
		return fault.Conflictf("recount.result", "result", "the recount ends with %s %v, and the package says %s %v", string(again.Outcome), again.Winners, string(said.Outcome), said.Winners)
	}
	return nil
}

// equal compares two values as they are written.
func equal[T any](a, b T) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}
