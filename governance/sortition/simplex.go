package sortition

import "math/big"

// simplex is the revised simplex method on: minimize the sum of p such that, for
// each kind that can be drawn, the sum over compositions of p × (people of the
// kind ÷ size of the kind) is at least 1. A basis of columns and its inverse are
// kept; columns are asked for when they are needed.
type simplex struct {
	g       *graph
	rows    []int        // kinds that some panel has
	inverse [][]*big.Rat // of the basis
	basis   []member
	value   []*big.Rat // of each basic column, at present
	dear    *big.Rat   // the cost of a stand-in, more than any solution
}

// member is a column of the basis.
type member struct {
	composition []int // nil for a stand-in or an excess
	cost        *big.Rat
}

// newSimplex begins with a stand-in for each row, at a cost that drives it out.
func newSimplex(g *graph) *simplex {
	s := &simplex{g: g, dear: big.NewRat(1, 1)}
	for k, kind := range g.pool.kinds {
		worth := make([]*big.Rat, len(g.pool.kinds))
		for i := range worth {
			worth[i] = new(big.Rat)
		}
		worth[k] = big.NewRat(1, 1)
		if _, most := g.heaviest(worth); most.Sign() > 0 {
			s.rows = append(s.rows, k)
		}
		s.dear.Add(s.dear, big.NewRat(int64(len(kind.people)), 1))
	}
	for i := range s.rows {
		row := make([]*big.Rat, len(s.rows))
		for j := range row {
			row[j] = new(big.Rat)
		}
		row[i] = big.NewRat(1, 1)
		s.inverse = append(s.inverse, row)
		s.basis = append(s.basis, member{cost: s.dear})
		s.value = append(s.value, big.NewRat(1, 1))
	}
	return s
}

// prices are the dual values of the rows: the costs of the basis times its inverse.
func (s *simplex) prices() []*big.Rat {
	out := make([]*big.Rat, len(s.rows))
	term := new(big.Rat)
	for j := range out {
		out[j] = new(big.Rat)
		for i, m := range s.basis {
			if m.cost.Sign() != 0 && s.inverse[i][j].Sign() != 0 {
				out[j].Add(out[j], term.Mul(m.cost, s.inverse[i][j]))
			}
		}
	}
	return out
}

// entering is a column that lowers the cost, with what it is; nil when none does.
func (s *simplex) entering() ([]*big.Rat, member) {
	prices := s.prices()
	column := make([]*big.Rat, len(s.rows))
	for i, price := range prices {
		if price.Sign() < 0 { // an excess over 1 of this row costs nothing
			for j := range column {
				column[j] = new(big.Rat)
			}
			column[i] = big.NewRat(-1, 1)
			return column, member{cost: new(big.Rat)}
		}
	}
	worth := make([]*big.Rat, len(s.g.pool.kinds))
	for k := range worth {
		worth[k] = new(big.Rat)
	}
	for i, k := range s.rows {
		worth[k].Quo(prices[i], s.people(k))
	}
	composition, sum := s.g.heaviest(worth)
	if sum.Cmp(big.NewRat(1, 1)) <= 0 {
		return nil, member{}
	}
	for i, k := range s.rows {
		column[i] = new(big.Rat).Quo(big.NewRat(int64(composition[k]), 1), s.people(k))
	}
	return column, member{composition, big.NewRat(1, 1)}
}

func (s *simplex) people(k int) *big.Rat {
	return big.NewRat(int64(len(s.g.pool.kinds[k].people)), 1)
}

// pivot takes a column into the basis; the one that reaches zero first leaves,
// of several the first.
func (s *simplex) pivot(column []*big.Rat, m member) {
	step := make([]*big.Rat, len(s.rows))
	leaving := -1
	var least *big.Rat
	for i, row := range s.inverse {
		step[i] = new(big.Rat)
		for j, x := range row {
			if x.Sign() != 0 && column[j].Sign() != 0 {
				step[i].Add(step[i], new(big.Rat).Mul(x, column[j]))
			}
		}
		if step[i].Sign() <= 0 {
			continue
		}
		if ratio := new(big.Rat).Quo(s.value[i], step[i]); leaving < 0 || ratio.Cmp(least) < 0 {
			leaving, least = i, ratio
		}
	}
	s.basis[leaving] = m
	s.value[leaving] = least
	for j, x := range s.inverse[leaving] {
		s.inverse[leaving][j] = new(big.Rat).Quo(x, step[leaving])
	}
	for i := range s.inverse {
		if i == leaving || step[i].Sign() == 0 {
			continue
		}
		s.value[i] = new(big.Rat).Sub(s.value[i], new(big.Rat).Mul(step[i], least))
		for j, x := range s.inverse[leaving] {
			if x.Sign() != 0 {
				s.inverse[i][j] = new(big.Rat).Sub(s.inverse[i][j], new(big.Rat).Mul(step[i], x))
			}
		}
	}
}

// mixture is the solution, scaled to add up to 1.
func (s *simplex) mixture() (out mixture) {
	sum := new(big.Rat)
	for i, m := range s.basis {
		if m.composition != nil && s.value[i].Sign() > 0 {
			out.compositions = append(out.compositions, m.composition)
			out.weights = append(out.weights, s.value[i])
			sum.Add(sum, s.value[i])
		}
	}
	for i, w := range out.weights {
		out.weights[i] = new(big.Rat).Quo(w, sum)
	}
	return out
}
