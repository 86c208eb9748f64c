package tally

import (
	"maps"
	"slices"

	"commonweal/platform/fault"
)

// Debian is the voting rule of the Debian constitution (A.5, of 2022): options
// must reach a quorum and beat the default option by their majority ratio; of
// the rest the Schwartz set is taken, and its weakest defeats are dropped until
// none is left inside. A casting vote or the lot decides among those left.
type Debian struct {
	Default string `json:"default"` // the option that changes nothing
	// Quorum is how many must rank an option above the default; Debian asks for
	// three times half the root of the entitled: Root 3/2. Counting is not used.
	Quorum Quorum `json:"quorum,omitzero"`
	// Ratios are the majority ratios of options that need more than a bare
	// majority over the default, such as 3 to change the constitution: at least
	// so many times the votes of the default, and more than it in any case. (From
	// 2003 to 2015 more than the ratio was asked for; the amendment of 2015 called
	// that an off-by-one error.)
	Ratios map[string]Fraction `json:"ratios,omitempty"`
}

// Name implements Method.
func (Debian) Name() string { return "debian" }

func (m Debian) check(e *Election) error {
	if err := checkPairs(e); err != nil {
		return err
	}
	d := e.option(m.Default)
	if d < 0 || e.Options[d].Withdrawn {
		return fault.Invalidf("tally.default", "default", "there is no option %q to be the default", m.Default)
	}
	for _, id := range slices.Sorted(maps.Keys(m.Ratios)) {
		if r := m.Ratios[id]; e.option(id) < 0 || r.Num < r.Den || r.Den <= 0 {
			return fault.Invalidf("tally.majority_ratio", "ratios", "%q needs a majority of %s to 1, which cannot be; want an option and 1 or more", id, r)
		}
	}
	q := m.Quorum
	q.Counting = Valid
	return q.check(e)
}

func (Debian) judge(_ *Election, marks []int16) string { return judgeRanks(marks) }

func (m Debian) count(c *count) {
	n := c.pairs(Last)
	if c.Turnout.Valid.Votes == 0 {
		c.Outcome = NoResult
		return
	}
	left := m.acceptable(c, n)
	winners := c.schwartz(n, left)
	c.Outcome = Elected
	chosen, ok := c.pick(winners, true)
	if !ok {
		c.tie(winners)
		return
	}
	c.elect(chosen)
	c.Ranking = m.ranking(c, n, left)
}

// acceptable are the default and the options that reach the quorum and beat the
// default by their ratio.
func (m Debian) acceptable(c *count, n matrix) []int {
	d := c.option(m.Default)
	c.stage("acceptable")
	left := []int{}
	for _, a := range c.candidates() {
		if a == d {
			left = append(left, a)
			continue
		}
		above, below := Votes(n.at(a, d)), Votes(n.at(d, a))
		ratio := Of(1, 1)
		if r, stated := m.Ratios[c.Options[a].ID]; stated {
			ratio = r
		}
		values := map[string]string{"above": above.String(), "below": below.String(), "ratio": ratio.String()}
		entitled := c.Roll.Entitled.in(!m.Quorum.Weighted)
		switch {
		case !m.Quorum.reached(above, entitled):
			values["quorum"] = string(m.Quorum.need(entitled))
			c.note("debian.quorum", []int{a, d}, values)
		case ratio.compare(above.rat(), below.rat()) < 0, above <= below:
			c.note("debian.ratio", []int{a, d}, values)
		default:
			c.note("debian.accepted", []int{a, d}, values)
			left = append(left, a)
		}
	}
	return left
}

// schwartz is what is left of options when the weakest defeats inside their
// Schwartz set are dropped, again and again, until it has none.
func (c *count) schwartz(n matrix, options []int) []int {
	stand := n.defeats(Winning)
	for {
		c.stage("schwartz")
		options = schwartzSet(n.n, within(stand, options), options)
		c.note("schwartz.set", options, nil)
		inside := within(stand, options)
		if len(inside) == 0 {
			return options
		}
		weakest := inside[len(inside)-1]
		stand = inside[:0]
		for _, d := range inside {
			if d.compare(weakest, Winning) != 0 {
				stand = append(stand, d)
				continue
			}
			c.note("schwartz.dropped", []int{d.winner, d.loser}, map[string]string{"for": Votes(d.for_).String(), "against": Votes(d.against).String()})
		}
	}
}

// within are the defeats between some of the options.
func within(defeats []defeat, options []int) []defeat {
	return slices.DeleteFunc(slices.Clone(defeats), func(d defeat) bool {
		return !slices.Contains(options, d.winner) || !slices.Contains(options, d.loser)
	})
}

// schwartzSet are the options that reach, over a chain of defeats, whatever
// reaches them over one.
func schwartzSet(n int, stand []defeat, options []int) []int {
	reach := newPaths(n)
	for _, d := range stand {
		reach.set(d.winner, d.loser)
	}
	return slices.DeleteFunc(slices.Clone(options), func(i int) bool {
		return slices.ContainsFunc(options, func(j int) bool { return reach.reaches(j, i) && !reach.reaches(i, j) })
	})
}

// ranking is the full order: who wins among those left, then who wins without
// them, and so on; when the default is placed, those that it kept out follow.
func (m Debian) ranking(c *count, n matrix, left []int) (groups [][]string) {
	steps := len(c.Stages)
	rest := slices.DeleteFunc(c.candidates(), func(i int) bool { return slices.Contains(left, i) })
	for _, options := range [][]int{left, rest} {
		for len(options) > 0 {
			set := c.schwartz(n, options)
			groups = append(groups, c.ids(set))
			options = slices.DeleteFunc(slices.Clone(options), func(i int) bool { return slices.Contains(set, i) })
		}
	}
	c.Stages = c.Stages[:steps] // the order is worked out as the winner is; it has no steps of its own
	return groups
}
