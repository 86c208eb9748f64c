package equation

import (
	"cmp"
	"math"
	"slices"

	"commonweal/platform/fault"
)

// Comparison sets a draft beside the current rules on the same income.
type Comparison struct {
	People  []PersonChange `json:"people"` // by receiver
	Gainers int            `json:"gainers"`
	Losers  int            `json:"losers"`
	Moved   int64          `json:"moved"` // sum of the gains, millionths
	Current Spread         `json:"current"`
	Draft   Spread         `json:"draft"`
}

// PersonChange is what changes for one receiver; amounts are lines, in millionths.
type PersonChange struct {
	Receiver string `json:"receiver"`
	Current  int64  `json:"current"`
	Draft    int64  `json:"draft"`
	Change   int64  `json:"change"`
}

// Spread is how a distribution spreads over its receivers. The measures of
// inequality are figures for reading and never enter an amount.
type Spread struct {
	Receivers int     `json:"receivers"`
	Paid      int64   `json:"paid"`
	Residue   int64   `json:"residue"`
	Held      int     `json:"held"`      // claims that could not be valued
	Gini      float64 `json:"gini"`      // 0 all equal, towards 1 all to one
	Theil     float64 `json:"theil"`     // 0 all equal, at most ln(receivers)
	TopDecile float64 `json:"topDecile"` // part of the best-paid tenth, at least one receiver
	Median    int64   `json:"median"`    // the lower one of two
}

// Compare returns the differences between two results of one pot.
func Compare(current, draft *Result) (*Comparison, error) {
	if current.Pot != draft.Pot || current.Unit != draft.Unit {
		return nil, fault.Invalidf("equation.compare", "pot", "a comparison needs the same income on both sides; these are %s %s and %s %s",
			micros(current.Pot), current.Unit, micros(draft.Pot), draft.Unit)
	}
	c := &Comparison{Current: current.spread(), Draft: draft.spread()}
	before, after := current.totals(), draft.totals()
	for name := range after {
		if _, known := before[name]; !known {
			before[name] = 0
		}
	}
	for _, name := range sortedKeys(before) {
		p := PersonChange{name, before[name], after[name], after[name] - before[name]}
		c.People = append(c.People, p)
		switch {
		case p.Change > 0:
			c.Gainers++
			c.Moved += p.Change
		case p.Change < 0:
			c.Losers++
		}
	}
	return c, nil
}

// totals adds the lines of each receiver.
func (r *Result) totals() map[string]int64 {
	sums := map[string]int64{}
	for _, line := range r.Lines {
		sums[line.Receiver] += line.Amount
	}
	return sums
}

func (r *Result) spread() Spread {
	totals := r.totals()
	amounts := make([]int64, 0, len(totals))
	s := Spread{Receivers: len(totals)}
	for _, n := range totals {
		amounts = append(amounts, n)
		s.Paid += n
	}
	for _, x := range r.Residue {
		s.Residue += x.Amount
	}
	for _, h := range r.Held {
		s.Held += h.Count
	}
	slices.SortFunc(amounts, func(a, b int64) int { return cmp.Compare(b, a) })
	if s.Paid > 0 {
		s.measure(amounts)
	}
	return s
}

// measure computes the figures from amounts, largest first. Gini is
// sum((n + 1 - 2i)·x_i) / (n·sum x) over i from 1; Theil is the mean of
// x/mean·ln(x/mean).
func (s *Spread) measure(amounts []int64) {
	n, total := float64(len(amounts)), float64(s.Paid)
	mean := total / n
	top := (len(amounts) + 9) / 10
	for i, amount := range amounts {
		x := float64(amount)
		s.Gini += (n + 1 - 2*float64(i+1)) * x / (n * total)
		if x > 0 {
			s.Theil += x / mean * math.Log(x/mean) / n
		}
		if i < top {
			s.TopDecile += x / total
		}
	}
	s.Median = amounts[len(amounts)/2]
}
