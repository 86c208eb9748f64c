package tally

import (
	"slices"

	"commonweal/platform/fault"
)

// Bounds of an election.
const (
	MostOptions = 1000 // pairwise methods look at all pairs and all paths
	MostClasses = 64   // a ballot's classes are one word
	// MostVotes is the most that all ballots may weigh together, so that a
	// hundred-thousandth of a millionth of a vote is still counted in 64 bits.
	MostVotes = 90_000_000 * Vote
)

// Option is what can be voted for: a candidate, a variant, a proposal.
type Option struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	// Withdrawn options keep their place on the ballots and cannot win; what
	// ballots say of them is passed over.
	Withdrawn bool `json:"withdrawn,omitempty"`
}

// Roll is what the frozen roll says in sum. What no rule asks for may be zero.
type Roll struct {
	Entitled Figures `json:"entitled,omitzero"` // may vote in this matter
	Present  Figures `json:"present,omitzero"`  // in person, online, or by proxy where the rule counts proxies
	Members  Figures `json:"members,omitzero"`  // in good standing, even without a vote in this matter
}

// Class is a stakeholder class with its part of the roll.
type Class struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	Roll Roll   `json:"roll,omitzero"`
}

// Ballot is what one voter said, or what several said alike. What a mark means
// is the method's: a rank from 1 (0 is unranked), a stance, a score, dots.
type Ballot struct {
	Marks   []int16 // one for each option, in order; nil is a blank ballot
	Classes uint64  // bit i: in Election.Classes[i]
	Voters  int64   // people, at least 1
	Votes   Votes   // what they weigh together
	Spoiled bool    // not to be read, as on paper: invalid whatever the marks
}

// One is the ballot of one voter with one vote.
func One(marks ...int16) Ballot { return Ballot{Marks: marks, Voters: 1, Votes: Vote} }

// Times is n such ballots.
func (b Ballot) Times(n int64) Ballot {
	b.Voters *= n
	b.Votes *= Votes(n)
	return b
}

// Election is all that a count depends on. The order of ballots never matters,
// nor whether equal ones are listed once or one by one.
type Election struct {
	Title   string   `json:"title,omitempty"`
	Options []Option `json:"options"`
	Classes []Class  `json:"classes,omitempty"`
	Rule    Rule     `json:"rule"`
	Ties    Ties     `json:"ties,omitzero"`
	Roll    Roll     `json:"roll,omitzero"`
	Ballots []Ballot `json:"-"`
}

// Check refuses settings that cannot be counted by; it does not look at ballots.
func (e Election) Check() error {
	if n := len(e.Options); n == 0 || n > MostOptions {
		return fault.Invalidf("tally.options", "options", "there are %d options; want between 1 and %d", n, MostOptions)
	}
	if len(e.Classes) > MostClasses {
		return fault.Invalidf("tally.classes", "classes", "there are %d classes; at most %d", len(e.Classes), MostClasses)
	}
	seen := map[string]bool{}
	for _, o := range e.Options {
		if o.ID == "" || seen[o.ID] {
			return fault.Invalidf("tally.option_id", "options", "%q names no option, or two; give each an id of its own", o.ID)
		}
		seen[o.ID] = true
	}
	clear(seen)
	for _, c := range e.Classes {
		if c.ID == "" || seen[c.ID] {
			return fault.Invalidf("tally.class_id", "classes", "%q names no class, or two; give each an id of its own", c.ID)
		}
		seen[c.ID] = true
	}
	if e.Rule.Method == nil {
		return fault.Invalidf("tally.no_method", "rule", "no method is stated; name one, such as majority or schulze")
	}
	if err := e.Ties.check(); err != nil {
		return err
	}
	return e.Rule.check(&e)
}

// checkBallots refuses ballots that this election cannot have, naming the first by its place.
func (e Election) checkBallots() error {
	var all Figures
	for i, b := range e.Ballots {
		switch {
		case b.Marks != nil && len(b.Marks) != len(e.Options):
			return fault.Invalidf("tally.marks", "ballots", "ballot %d has %d marks for %d options", i+1, len(b.Marks), len(e.Options))
		case b.Voters < 1 || b.Votes < 0:
			return fault.Invalidf("tally.voters", "ballots", "ballot %d is of %d voters with %s votes; want one voter or more, and no votes below zero", i+1, b.Voters, b.Votes)
		case b.Classes>>len(e.Classes) != 0:
			return fault.Invalidf("tally.unknown_class", "ballots", "ballot %d is of a class that the election does not have", i+1)
		case b.Voters > int64(MostVotes/Vote)-all.Voters, b.Votes > MostVotes-all.Votes:
			return fault.Invalidf("tally.too_many_votes", "ballots", "with ballot %d there are more than %s votes; count in parts, or scale the weights down", i+1, MostVotes)
		}
		all.add(b)
	}
	if n := e.Roll.Entitled; n.Voters > 0 && (all.Voters > n.Voters || all.Votes > n.Votes) {
		return fault.Conflictf("tally.more_than_entitled", "ballots", "%d voters with %s votes voted, and %d with %s are entitled", all.Voters, all.Votes, n.Voters, n.Votes)
	}
	return nil
}

// class is the place of a class, -1 for an unknown one.
func (e *Election) class(id string) int {
	return slices.IndexFunc(e.Classes, func(c Class) bool { return c.ID == id })
}

// option is the place of an option, -1 for an unknown one.
func (e *Election) option(id string) int {
	return slices.IndexFunc(e.Options, func(o Option) bool { return o.ID == id })
}
