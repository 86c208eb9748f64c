package tally

import "math/big"

// IRV elects one option: while none has more than half of the votes that still
// count, the one with the fewest is excluded and its papers move on. A mark is a
// rank from 1.
type IRV struct{}

// Name implements Method.
func (IRV) Name() string { return "irv" }

func (IRV) check(*Election) error { return nil }

func (IRV) judge(e *Election, marks []int16) string { return judgePapers(e, marks) }

func (IRV) count(c *count) {
	if c.Turnout.Valid.Votes == 0 {
		c.Outcome = NoResult
		return
	}
	g := newGregory(c)
	c.Outcome = Elected
	c.stage("first_preferences")
	for !g.majority() {
		g.close()
		g.stage("exclusion")
		option, ok := g.extreme(g.state.with(Continuing), false)
		if !ok {
			return
		}
		g.Stages[len(g.Stages)-1].Option = g.Options[option].ID
		g.state[option] = IsExcluded
		g.move(option)
	}
	g.close()
}

// majority elects the option that has more than half of the votes that still
// count, or that is the only one left.
func (g *gregory) majority() bool {
	left := g.state.with(Continuing)
	sum := new(big.Int)
	for _, i := range left {
		sum.Add(sum, big.NewInt(g.total[i]))
	}
	for _, i := range left {
		twice := big.NewInt(g.total[i])
		if twice.Lsh(twice, 1).Cmp(sum) > 0 || len(left) == 1 {
			g.note("irv.majority", []int{i}, map[string]string{"votes": string(votesOf(g.total[i])), "of": string(scaled(sum, perVote))})
			g.win([]int{i})
			return true
		}
	}
	return false
}
