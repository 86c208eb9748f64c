package delegation

import (
	"commonweal/governance/tally"
	"commonweal/platform/fault"
)

// Fate is what became of somebody's vote.
type Fate string

// The fates.
const (
	Voted   Fate = "voted"   // with their own ballot
	Carried Fate = "carried" // by somebody who voted
	Silent  Fate = "silent"  // neither voted nor trusted anybody
	Off     Fate = "off"     // switched off what they had set for more
	Absent  Fate = "absent"  // whom they trust is not on the roll
	Open    Fate = "open"    // the chain ends with somebody who did not vote
	Loop    Fate = "loop"    // the chain leads back into itself
	Full    Fate = "full"    // whom they trust carries as many as allowed
)

// Settled is who votes for whom.
type Settled struct {
	roll   []Voter
	voted  []bool
	trusts []Trust
	active []int32 // the place of each voter's trust; -1 for none

	parent []int32 // a shortcut towards where the chain ends
	next   []int32 // whom each passes their vote to; -1 for nobody
	people []int64 // whom each end of a chain stands for, with themselves
	ends   []Fate  // how the chain ends there
}

// Settle resolves trusts on a frozen roll. voted are those who cast a ballot of
// their own. The order of roll and trusts does not matter.
//
// It refuses somebody who is on the roll twice, or votes without being on it; a
// trust without an end, in oneself, or a second one of the same scope.
//
// Trusts are taken in the order in which they were set. One that would close a
// circle, reach nobody, or go beyond the cap gives way to the next choice; where
// there is none, it is told by the fate.
//
// Cost: the roll, and a sort of the trusts.
func Settle(roll []Voter, voted []string, trusts []Trust, rule Rule) (*Settled, error) {
	places := make(map[string]int32, len(roll))
	for i, v := range roll {
		if _, twice := places[v.ID]; twice || v.ID == "" {
			return nil, fault.Invalidf("delegation.roll", "roll", "%q is on the roll twice, or is no id", v.ID)
		}
		places[v.ID] = int32(i)
	}
	s := &Settled{roll: roll, trusts: trusts, voted: make([]bool, len(roll)), parent: make([]int32, len(roll)), next: make([]int32, len(roll)),
		people: make([]int64, len(roll)), ends: make([]Fate, len(roll))}
	for _, id := range voted {
		i, ok := places[id]
		if !ok || s.voted[i] {
			return nil, fault.Conflictf("delegation.not_entitled", "voted", "%q voted and is not on the roll, or voted twice", id)
		}
		s.voted[i] = true
	}
	for i := range roll {
		s.parent[i], s.next[i], s.people[i], s.ends[i] = int32(i), -1, 1, Silent
		if s.voted[i] {
			s.ends[i] = Voted
		}
	}
	var err error
	if s.active, err = active(places, trusts, rule.At); err != nil {
		return nil, err
	}
	for _, from := range inOrder(s.active, trusts) {
		if !s.voted[from] {
			s.ends[from] = s.pass(from, trusts[s.active[from]].To, places, rule)
		}
	}
	return s, nil
}

// pass passes a vote on to the first choice that takes it, and says how the
// chain ends where none does.
func (s *Settled) pass(from int32, choices []string, places map[string]int32, rule Rule) Fate {
	fate := Off
	for _, id := range choices {
		to, onRoll := places[id]
		if !onRoll {
			fate = worse(fate, Absent)
			continue
		}
		end := s.end(to)
		switch {
		case end == from:
			fate = worse(fate, Loop)
		case rule.OneStep && !s.voted[to]:
			fate = worse(fate, Open)
		case rule.MostCarried > 0 && s.voted[end] && s.people[end]-1+s.people[from] > rule.MostCarried:
			fate = worse(fate, Full)
		default:
			s.parent[from], s.next[from] = end, to
			s.people[end] += s.people[from]
			return Carried
		}
	}
	return fate
}

// worse keeps the fate of the first choice, which is what its truster asks about.
func worse(had, now Fate) Fate {
	if had == Off {
		return now
	}
	return had
}

// end is where a chain ends; what is passed is brought nearer to it.
func (s *Settled) end(i int32) int32 {
	for s.parent[i] != i {
		s.parent[i] = s.parent[s.parent[i]]
		i = s.parent[i]
	}
	return i
}

// Line is what became of one vote.
type Line struct {
	Voter string `json:"voter"`
	Fate  Fate   `json:"fate"`
	// By is whose ballot counts for them, or who their chain ends with.
	By string `json:"by,omitempty"`
}

// Lines tell the fate of everybody, in the order of the roll.
func (s *Settled) Lines() []Line {
	out := make([]Line, len(s.roll))
	for i, v := range s.roll {
		end := s.end(int32(i))
		out[i] = Line{v.ID, s.fate(int32(i), end), s.roll[end].ID}
		if end == int32(i) {
			out[i].By = ""
		}
	}
	return out
}

// fate is what became of a vote whose chain ends there.
func (s *Settled) fate(i, end int32) Fate {
	switch {
	case i == end:
		return s.ends[i]
	case s.voted[end]:
		return Carried
	case s.ends[end] == Loop, s.ends[end] == Full:
		return s.ends[end]
	}
	return Open
}

// Chain is the way of a vote, from whom it is passed to through to whoever it
// ends with; empty when it is not passed.
func (s *Settled) Chain(voter string) []string {
	var out []string
	for i := range s.roll {
		if s.roll[i].ID != voter {
			continue
		}
		for at := s.next[i]; at >= 0; at = s.next[at] {
			out = append(out, s.roll[at].ID)
		}
	}
	return out
}

// Weight is what somebody's ballot stands for: themselves and all they carry.
// Who did not vote stands for nobody.
func (s *Settled) Weight() map[string]tally.Figures {
	out := map[string]tally.Figures{}
	for i, v := range s.roll {
		if end := s.end(int32(i)); s.voted[end] {
			f := out[s.roll[end].ID]
			f.Voters++
			f.Votes += v.Votes
			out[s.roll[end].ID] = f
		}
	}
	return out
}

// Ballots are the ballots to count: that of everybody who voted, for themselves
// and again for each whom they carry, in that one's classes and with that one's
// weight; an instruction to a proxy takes the place of the holder's marks. cast
// holds the ballots of those who voted, of which marks and Spoiled are read.
func (s *Settled) Ballots(cast map[string]tally.Ballot) []tally.Ballot {
	var out []tally.Ballot
	for i, v := range s.roll {
		end := s.end(int32(i))
		if !s.voted[end] {
			continue
		}
		b := cast[s.roll[end].ID]
		if told := s.told(i); told != nil {
			b = tally.Ballot{Marks: told}
		}
		b.Voters, b.Votes, b.Classes = 1, v.Votes, v.Classes
		out = append(out, b)
	}
	return out
}

// told are the marks that somebody who did not vote gave to a proxy; nil for none.
func (s *Settled) told(i int) []int16 {
	if s.voted[i] || s.active[i] < 0 {
		return nil
	}
	return s.trusts[s.active[i]].Marks
}
