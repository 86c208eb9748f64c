package tally

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"slices"
	"strconv"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// TieRule is one way to decide between options that are equal.
type TieRule string

// The tie rules, tried in the order in which an election lists them.
const (
	// Earlier looks at the latest earlier stage at which the options differed.
	Earlier TieRule = "earlier"
	// FirstPreferences looks at how many rank each option first, of ballots that
	// hold ranks.
	FirstPreferences TieRule = "first"
	// ByLot draws: the SHA-256 hash of the seed, a zero byte and the option's id
	// (quantity.TieKeyFor) orders the options, the smallest first.
	ByLot TieRule = "lot"
)

// Ties say how ties are decided. Where no rule decides, the tie is reported.
type Ties struct {
	Rules []TieRule `json:"rules,omitempty"`
	// Commitment is the Commitment of the seed, published before the vote opens.
	Commitment string `json:"commitment,omitempty"`
	// Seed is revealed after the vote has closed. Whoever knows it before can
	// choose ids that win.
	Seed string `json:"seed,omitempty"`
}

// Commitment is what is published of a seed before a vote: its SHA-256 hash in
// hexadecimal digits. A seed that can be guessed is no secret; draw 16 bytes.
func Commitment(seed string) string {
	sum := sha256.Sum256([]byte(seed))
	return hex.EncodeToString(sum[:])
}

func (t Ties) check() error {
	for _, r := range t.Rules {
		if !slices.Contains([]TieRule{Earlier, FirstPreferences, ByLot}, r) {
			return fault.Invalidf("tally.tie_rule", "ties", "%q is no tie rule; choose from earlier, first and lot", string(r))
		}
	}
	if t.Seed != "" && t.Commitment != "" && Commitment(t.Seed) != t.Commitment {
		return fault.Conflictf("tally.seed", "seed", "the seed is not the one that was committed to before the vote: its hash is %s, and %.64s was published", Commitment(t.Seed), t.Commitment)
	}
	return nil
}

// lots is the place of each option in the lot, from 0; nil without a seed.
func (t Ties) lots(options []Option) []int {
	if t.Seed == "" || !slices.Contains(t.Rules, ByLot) {
		return nil
	}
	keys, order := make([]quantity.TieKey, len(options)), make([]int, len(options))
	for i, o := range options {
		keys[i], order[i] = quantity.TieKeyFor(t.Seed, o.ID), i
	}
	slices.SortFunc(order, func(a, b int) int { return bytes.Compare(keys[a][:], keys[b][:]) })
	places := make([]int, len(options))
	for place, option := range order {
		places[option] = place
	}
	return places
}

// history is the figure of each option at the end of each stage so far.
type history [][]*big.Int

// pick decides between equal options: which is to come first (most), or last.
// Not ok means that no rule decides.
func (c *count) pick(among []int, most bool) (option int, ok bool) {
	left := slices.Clone(among)
	for _, rule := range c.Ties.Rules {
		if len(left) == 1 {
			break
		}
		switch rule {
		case Earlier:
			for stage := len(c.past) - 1; stage >= 0 && len(left) > 1; stage-- {
				if fewer := narrow(left, c.past[stage], most); len(fewer) < len(left) {
					left = fewer
					c.note("tie.earlier", left, map[string]string{"stage": strconv.Itoa(stage + 1)})
				}
			}
		case FirstPreferences:
			if fewer := narrow(left, c.firsts(), most); len(fewer) < len(left) {
				left = fewer
				c.note("tie.first", left, nil)
			}
		case ByLot:
			left = c.draw(left, most)
		}
	}
	return left[0], len(left) == 1
}

// narrow keeps the options that had the most, or least.
func narrow(among []int, figures []*big.Int, most bool) []int {
	worse := func(a, b int) int {
		if most {
			return figures[b].Cmp(figures[a])
		}
		return figures[a].Cmp(figures[b])
	}
	top := slices.MinFunc(among, worse)
	return slices.DeleteFunc(slices.Clone(among), func(i int) bool { return worse(top, i) != 0 })
}

// firsts is how many votes rank each option alone in the first place; nothing
// for all where marks are no ranks.
func (c *count) firsts() []*big.Int {
	out := make([]*big.Int, len(c.Options))
	for i := range out {
		out[i] = new(big.Int)
	}
	if !ranks(c.Rule.Method) {
		return out
	}
	for _, b := range c.valid {
		first, alone := -1, false
		for i, m := range b.Marks {
			switch {
			case m == 0 || c.Options[i].Withdrawn:
			case first < 0 || m < b.Marks[first]:
				first, alone = i, true
			case m == b.Marks[first]:
				alone = false
			}
		}
		if alone {
			out[first].Add(out[first], big.NewInt(int64(b.Votes)))
		}
	}
	return out
}

// ranks reports whether the marks of a method are ranks.
func ranks(m Method) bool {
	switch m.(type) {
	case Schulze, RankedPairs, Debian, IRV, ScottishSTV, MeekSTV:
		return true
	}
	return false
}

// draw keeps the first, or last, of the lot.
func (c *count) draw(among []int, most bool) []int {
	if c.lots == nil {
		return among
	}
	byLot := func(a, b int) int { return c.lots[a] - c.lots[b] }
	drawn := slices.MaxFunc(among, byLot)
	if most {
		drawn = slices.MinFunc(among, byLot)
	}
	c.note("tie.lot", []int{drawn}, nil)
	return []int{drawn}
}

// tie ends a count that nothing decides.
func (c *count) tie(among []int) {
	c.Outcome, c.Tied = Tied, c.ids(among)
	c.note("tie.open", among, nil)
}

// top elects the options with the largest figures, and makes the ranking. Ties
// for the last seats go through the tie rules.
func (c *count) top(figures []*big.Int, seats int) {
	order := c.candidates()
	slices.SortStableFunc(order, func(a, b int) int { return figures[b].Cmp(figures[a]) })
	var groups [][]int
	for i, option := range order {
		if i == 0 || figures[option].Cmp(figures[order[i-1]]) != 0 {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], option)
	}
	c.fill(groups, seats)
}

// fill elects from groups of equals, best first, and makes the ranking.
func (c *count) fill(groups [][]int, seats int) {
	for _, g := range groups {
		c.Ranking = append(c.Ranking, c.ids(g))
	}
	if c.Turnout.Valid.Votes == 0 {
		c.Outcome = NoResult
		return
	}
	c.Outcome = Elected
	for _, g := range groups {
		left := slices.Clone(g)
		for len(left) > 0 && seats > 0 {
			if len(left) <= seats {
				c.elect(left...)
				seats -= len(left)
				break
			}
			chosen, ok := c.pick(left, true)
			if !ok {
				c.tie(left)
				return
			}
			c.elect(chosen)
			left = slices.DeleteFunc(left, func(i int) bool { return i == chosen })
			seats--
		}
	}
}
