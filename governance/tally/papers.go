package tally

import (
	"cmp"
	"slices"
)

// papers are the ballots of a transferable vote, as orders of preference laid
// one behind the other. A paper is read up to the first rank that it gives to
// two options; gaps in the ranks are passed over.
type papers struct {
	order []uint16 // options of all papers, each from best to worst
	start []int32  // where each paper begins; one more at the end
	votes []Votes  // of each paper
}

// judgePapers says why marks are no order of preference: no rank is below 1,
// and a single option is first.
func judgePapers(e *Election, marks []int16) string {
	if reason := judgeRanks(marks); reason != "" {
		return reason
	}
	best, firsts := int16(0), 0
	for i, m := range marks {
		switch {
		case m == 0 || e.Options[i].Withdrawn:
		case firsts == 0 || m < best:
			best, firsts = m, 1
		case m == best:
			firsts++
		}
	}
	if firsts > 1 {
		return "first_unclear"
	}
	return ""
}

// papers lays out the valid ballots. Withdrawn options are left out; so a rank
// that two options share still counts when one of them has withdrawn.
func (c *count) papers() papers {
	p := papers{start: make([]int32, 1, len(c.valid)+1), votes: make([]Votes, 0, len(c.valid)),
		order: make([]uint16, 0, len(c.valid)*min(len(c.Options), 24))}
	at := make([]uint16, len(c.Options)+1) // rank → option + 1
	for _, b := range c.valid {
		p.order = c.appendOrder(p.order, b.Marks, at)
		p.start = append(p.start, int32(len(p.order)))
		p.votes = append(p.votes, b.Votes)
	}
	return p
}

// appendOrder appends the order of a paper. Ranks from 1 to the number of
// options are sorted by their place, others by comparing.
func (c *count) appendOrder(order []uint16, marks []int16, at []uint16) []uint16 {
	clear(at)
	for i, m := range marks {
		if m == 0 || c.Options[i].Withdrawn {
			continue
		}
		if int(m) >= len(at) || at[m] != 0 {
			return c.appendSorted(order, marks)
		}
		at[m] = uint16(i + 1)
	}
	for _, option := range at {
		if option != 0 {
			order = append(order, option-1)
		}
	}
	return order
}

func (c *count) appendSorted(order []uint16, marks []int16) []uint16 {
	var ranked []int
	for i, m := range marks {
		if m != 0 && !c.Options[i].Withdrawn {
			ranked = append(ranked, i)
		}
	}
	slices.SortFunc(ranked, func(a, b int) int { return cmp.Compare(marks[a], marks[b]) })
	for i, option := range ranked {
		if i+1 < len(ranked) && marks[ranked[i+1]] == marks[option] {
			break
		}
		order = append(order, uint16(option))
	}
	return order
}

// of is the order of a paper.
func (p *papers) of(paper int32) []uint16 { return p.order[p.start[paper]:p.start[paper+1]] }

// states are the states of the options in a transferable vote.
type states []string

// states begins with everybody continuing who has not withdrawn.
func (c *count) states() states {
	out := make(states, len(c.Options))
	for i, o := range c.Options {
		if out[i] = Continuing; o.Withdrawn {
			out[i] = IsWithdrawn
		}
	}
	return out
}

// with lists the options in a state.
func (s states) with(state string) (out []int) {
	for i, is := range s {
		if is == state {
			out = append(out, i)
		}
	}
	return out
}
