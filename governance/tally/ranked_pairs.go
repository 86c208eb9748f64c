package tally

import "slices"

// RankedPairs locks in defeats, the strongest first, and passes over those that
// would close a circle (Nicolaus Tideman, 1987). Defeats of equal strength go by
// the lot of the options; without a lot they are taken together, and none of
// them counts that is in a circle with the others.
type RankedPairs struct{ Pairwise }

// Name implements Method.
func (RankedPairs) Name() string { return "ranked_pairs" }

func (m RankedPairs) check(e *Election) error {
	if err := checkPairs(e); err != nil {
		return err
	}
	return m.Pairwise.check(e)
}

func (m RankedPairs) count(c *count) {
	defeats := c.pairs(m.Unranked).defeats(m.Strength)
	locked := newPaths(len(c.Options))
	c.stage("locks")
	for len(defeats) > 0 {
		same := 1
		for same < len(defeats) && defeats[same].compare(defeats[0], m.Strength) == 0 {
			same++
		}
		c.lock(locked, defeats[:same], m.Strength)
		defeats = defeats[same:]
	}
	c.fill(layers(c.candidates(), locked.reaches), max(m.Seats, 1))
}

// lock locks in defeats of one strength, as far as they close no circle.
func (c *count) lock(locked *paths, same []defeat, s Strength) {
	if c.lots != nil {
		same = slices.Clone(same)
		slices.SortStableFunc(same, func(a, b defeat) int {
			if d := c.lots[a.winner] - c.lots[b.winner]; d != 0 {
				return d
			}
			return c.lots[b.loser] - c.lots[a.loser]
		})
		for _, d := range same {
			c.lockOne(locked, d, locked.reaches(d.loser, d.winner), s)
		}
		return
	}
	all := locked.clone()
	for _, d := range same {
		all.set(d.winner, d.loser)
	}
	for _, d := range same {
		c.lockOne(locked, d, all.reaches(d.loser, d.winner), s)
	}
}

func (c *count) lockOne(locked *paths, d defeat, circle bool, s Strength) {
	key := "pairs.locked"
	if circle {
		key = "pairs.passed_over"
	} else {
		locked.set(d.winner, d.loser)
	}
	c.note(key, []int{d.winner, d.loser}, map[string]string{"strength": string(d.number(s)), "against": Votes(d.against).String()})
}
