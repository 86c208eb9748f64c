package tally

import (
	"cmp"
	"math/bits"
	"slices"

	"commonweal/platform/fault"
)

// Strength is how strong a defeat of i over j is, where N[i][j] ballots rank i
// above j. The measures can disagree on the same ballots, so the choice is
// part of the rule.
type Strength string

// The measures of strength.
const (
	Winning Strength = "winning" // N[i][j]; equal: the smaller N[j][i]
	Margin  Strength = "margin"  // N[i][j] − N[j][i]
	Ratio   Strength = "ratio"   // N[i][j] / N[j][i]; without opposition, the larger N[i][j]
)

// Unranked is what a ballot says of options that it does not rank.
type Unranked string

// What a ballot says of what it does not rank.
const (
	Last    Unranked = "last"    // all equal, below what it ranks
	Ignored Unranked = "ignored" // nothing
)

// Pairwise are the settings of the methods that compare options two by two. A
// mark is a rank from 1; equal ranks and gaps are allowed.
type Pairwise struct {
	Strength Strength `json:"strength,omitempty"` // winning unless stated
	Unranked Unranked `json:"unranked,omitempty"` // last unless stated
	Seats    int      `json:"seats,omitempty"`    // 1 unless stated
}

func (p Pairwise) check(e *Election) error {
	if !slices.Contains([]Strength{"", Winning, Margin, Ratio}, p.Strength) {
		return fault.Invalidf("tally.strength", "strength", "%q is no strength of a defeat; choose from winning, margin and ratio", string(p.Strength))
	}
	if !slices.Contains([]Unranked{"", Last, Ignored}, p.Unranked) {
		return fault.Invalidf("tally.unranked", "unranked", "%q is no place for options that are not ranked; choose last or ignored", string(p.Unranked))
	}
	return checkSeats(e, p.Seats)
}

func (Pairwise) judge(_ *Election, marks []int16) string { return judgeRanks(marks) }

// judgeRanks says why marks are no ranks.
func judgeRanks(marks []int16) string {
	for _, m := range marks {
		if m < 0 {
			return "no_rank"
		}
	}
	return ""
}

// matrix is N: how many votes rank the row's option above the column's.
type matrix struct {
	n     int
	above []int64 // millionths of a vote
}

func (m matrix) at(i, j int) int64 { return m.above[i*m.n+j] }

// pairs counts the matrix and shows it as a stage. Without branches in the
// inner loop a ballot of 20 options takes a fraction of a microsecond.
func (c *count) pairs(unranked Unranked) matrix {
	n := len(c.Options)
	m := matrix{n, make([]int64, n*n)}
	ranks, ranked := make([]int64, n), make([]int64, n)
	for _, b := range c.valid {
		for i, mark := range b.Marks {
			ranked[i] = -1
			if ranks[i] = int64(mark); mark == 0 {
				ranks[i] = 1 << 32
				if unranked == Ignored {
					ranked[i] = 0
				}
			}
		}
		for i, rank := range ranks {
			row := m.above[i*n : i*n+n]
			votes := int64(b.Votes) & ranked[i]
			for j, other := range ranks {
				row[j] += votes & ((rank - other) >> 63) & ranked[j]
			}
		}
	}
	for i, o := range c.Options {
		if o.Withdrawn {
			for j := range n {
				m.above[i*n+j], m.above[j*n+i] = 0, 0
			}
		}
	}
	stage := c.stage("pairs")
	for i := range n {
		row := make([]Number, n)
		for j := range n {
			row[j] = Votes(m.at(i, j)).Number()
		}
		stage.Matrix = append(stage.Matrix, row)
	}
	return m
}

// defeat is that one option beats another.
type defeat struct {
	winner, loser int
	for_, against int64
}

// defeats lists the defeats, strongest first, by a measure.
func (m matrix) defeats(s Strength) []defeat {
	var all []defeat
	for i := range m.n {
		for j := range m.n {
			if m.at(i, j) > m.at(j, i) {
				all = append(all, defeat{i, j, m.at(i, j), m.at(j, i)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b defeat) int { return -a.compare(b, s) })
	return all
}

// compare compares the strength of two defeats.
func (d defeat) compare(o defeat, s Strength) int {
	switch s {
	case Margin:
		return cmp.Compare(d.for_-d.against, o.for_-o.against)
	case Ratio:
		// d.for/d.against against o.for/o.against, cross-multiplied; without any
		// opposition the ratio is infinite, and more votes are stronger.
		if d.against == 0 && o.against == 0 {
			return cmp.Compare(d.for_, o.for_)
		}
		dHigh, dLow := bits.Mul64(uint64(d.for_), uint64(o.against))
		oHigh, oLow := bits.Mul64(uint64(o.for_), uint64(d.against))
		return cmp.Or(cmp.Compare(dHigh, oHigh), cmp.Compare(dLow, oLow))
	}
	return cmp.Or(cmp.Compare(d.for_, o.for_), cmp.Compare(o.against, d.against))
}
