package tally

import (
	"slices"

	"commonweal/platform/fault"
)

// mostInCircles bounds the options of the methods that look for circles.
const mostInCircles = 250

func checkPairs(e *Election) error {
	if n := len(e.Options); n > mostInCircles {
		return fault.Invalidf("tally.options", "options", "there are %d options; want between 1 and %d", n, mostInCircles)
	}
	return nil
}

// paths says which options a chain of arcs leads to, from each.
type paths struct {
	words int
	rows  [][]uint64 // a bit for each option that is reached
}

func newPaths(n int) *paths {
	p := &paths{(n + 63) / 64, make([][]uint64, n)}
	for i := range p.rows {
		p.rows[i] = make([]uint64, p.words)
	}
	return p
}

func (p *paths) clone() *paths {
	out := &paths{p.words, make([][]uint64, len(p.rows))}
	for i, row := range p.rows {
		out.rows[i] = slices.Clone(row)
	}
	return out
}

func (p *paths) reaches(i, j int) bool { return p.rows[i][j/64]>>(j%64)&1 == 1 }

// set adds an arc, and all the paths that it completes.
func (p *paths) set(i, j int) {
	if p.reaches(i, j) {
		return
	}
	onward := slices.Clone(p.rows[j])
	onward[j/64] |= 1 << (j % 64)
	for x, row := range p.rows {
		if x == i || p.reaches(x, i) {
			for w := range row {
				row[w] |= onward[w]
			}
		}
	}
}
