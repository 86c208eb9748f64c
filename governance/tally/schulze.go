package tally

import (
	"slices"
)

// Schulze elects by the strongest paths: an option beats another when its
// strongest chain of defeats to the other is stronger than the chain back
// (Markus Schulze, A new monotonic, clone-independent, reversal symmetric, and
// Condorcet-consistent single-winner election method, 2011).
type Schulze struct{ Pairwise }

// Name implements Method.
func (Schulze) Name() string { return "schulze" }

func (m Schulze) count(c *count) {
	n := c.pairs(m.Unranked)
	paths, strongest := strongestPaths(n, m.Strength)
	stage := c.stage("paths")
	for i := range n.n {
		row := make([]Number, n.n)
		for j := range n.n {
			row[j] = "0"
			if p := paths[i*n.n+j]; p > 0 {
				row[j] = strongest[p].number(m.Strength)
			}
		}
		stage.Matrix = append(stage.Matrix, row)
	}
	c.fill(layers(c.candidates(), func(i, j int) bool { return paths[i*n.n+j] > paths[j*n.n+i] }), max(m.Seats, 1))
}

// strongestPaths gives each pair the rank of its strongest path: 0 for none, and
// a larger rank for a stronger one; and a defeat as strong as each rank. Ranks
// stand for strengths, so that finding paths compares nothing but integers.
func strongestPaths(m matrix, s Strength) (paths []int32, strongest []defeat) {
	defeats := m.defeats(s)
	slices.Reverse(defeats)
	paths, strongest = make([]int32, m.n*m.n), make([]defeat, 1)
	for i, d := range defeats {
		if i == 0 || d.compare(defeats[i-1], s) != 0 {
			strongest = append(strongest, d)
		}
		paths[d.winner*m.n+d.loser] = int32(len(strongest) - 1)
	}
	for k := range m.n { // Floyd and Warshall's algorithm for widest paths
		through := paths[k*m.n : k*m.n+m.n]
		for i := range m.n {
			to := paths[i*m.n+k]
			if to == 0 || i == k {
				continue
			}
			row := paths[i*m.n : i*m.n+m.n]
			for j, on := range through {
				if j != i && min(to, on) > row[j] {
					row[j] = min(to, on)
				}
			}
		}
	}
	return paths, strongest
}

// number is the strength of a defeat as a figure.
func (d defeat) number(s Strength) Number {
	switch s {
	case Margin:
		return Votes(d.for_ - d.against).Number()
	case Ratio:
		return Number(Votes(d.for_).String() + ":" + Votes(d.against).String())
	}
	return Votes(d.for_).Number()
}

// layers orders options by a relation without circles: first those that nothing
// beats, then those that nothing beats among the rest, and so on.
func layers(options []int, beats func(i, j int) bool) (groups [][]int) {
	left := slices.Clone(options)
	for len(left) > 0 {
		top := slices.DeleteFunc(slices.Clone(left), func(i int) bool {
			return slices.ContainsFunc(left, func(j int) bool { return beats(j, i) })
		})
		groups = append(groups, top)
		left = slices.DeleteFunc(left, func(i int) bool { return slices.Contains(top, i) })
	}
	return groups
}
