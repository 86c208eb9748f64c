package tally

import "slices"

// ScottishSTV is the single transferable vote of the Scottish Local Government
// Elections Order 2007 (weighted inclusive Gregory): the quota is a whole
// number, every paper of an elected option carries its surplus on, and values
// are cut to five decimals, not rounded. A mark is a rank from 1.
type ScottishSTV struct {
	Seats int `json:"seats"`
}

// Name implements Method.
func (ScottishSTV) Name() string { return "scottish_stv" }

func (m ScottishSTV) check(e *Election) error { return checkBoard(e, m.Seats) }

// checkBoard refuses a number of seats that cannot be; there is at least one.
func checkBoard(e *Election, seats int) error {
	if seats == 0 {
		seats = -1
	}
	return checkSeats(e, seats)
}

func (ScottishSTV) judge(e *Election, marks []int16) string { return judgePapers(e, marks) }

func (m ScottishSTV) count(c *count) {
	if c.Turnout.Valid.Votes == 0 {
		c.Outcome = NoResult
		return
	}
	g := newGregory(c)
	whole := int64(c.Turnout.Valid.Votes) / (int64(Vote) * int64(m.Seats+1))
	g.quota = (whole + 1) * perVote
	c.Outcome = Elected
	c.stage("first_preferences")
	for {
		g.win(g.reaching())
		done := g.fill(m.Seats)
		g.close()
		if done || !g.step(m.Seats) {
			return
		}
	}
}

// reaching are the continuing options that have the quota.
func (g *gregory) reaching() (out []int) {
	for _, i := range g.state.with(Continuing) {
		if g.total[i] >= g.quota {
			out = append(out, i)
		}
	}
	return out
}

// fill elects all that continue when there are no more of them than open seats,
// and reports whether the count is over.
func (g *gregory) fill(seats int) bool {
	open, left := seats-len(g.Winners), g.state.with(Continuing)
	if open == 0 || len(left) > open {
		return open == 0
	}
	if len(left) > 0 {
		g.note("stv.last_seats", left, nil)
		g.win(left)
	}
	return true
}

// step transfers the largest surplus, or excludes the lowest; it reports false
// when nothing decides which, or when no transfer is left to be made.
func (g *gregory) step(seats int) bool {
	waiting := slices.DeleteFunc(g.state.with(IsElected), func(i int) bool { return g.spent[i] || g.total[i] == g.quota })
	if len(waiting) == 0 {
		return g.excludeLowest(seats)
	}
	g.stage("surplus")
	option, ok := g.extreme(waiting, true)
	if !ok {
		return false
	}
	stage := &g.Stages[len(g.Stages)-1]
	stage.Option = g.Options[option].ID
	stage.Figures = append(stage.Figures, Figure{"surplus", votesOf(g.total[option] - g.quota)})
	g.transfer(option)
	return true
}

// excludeLowest excludes the option with the fewest votes. When the others fill
// the open seats, they are elected and its papers stay where they are.
func (g *gregory) excludeLowest(seats int) bool {
	g.stage("exclusion")
	option, ok := g.extreme(g.state.with(Continuing), false)
	if !ok {
		return false
	}
	g.Stages[len(g.Stages)-1].Option = g.Options[option].ID
	g.state[option] = IsExcluded
	if g.fill(seats) {
		g.close()
		return false
	}
	g.move(option)
	return true
}
