package tally

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"
)

// A Gregory count works in hundred-thousandths of a vote for the value of a
// paper of one vote, and in hundred-thousandths of a millionth for sums.
const (
	fullValue = 100_000
	perVote   = fullValue * int64(Vote)
)

// heap is papers that came to an option together, at one value.
type heap struct {
	value  int64 // of a whole vote
	papers []int32
}

// gregory is a count in which papers lie on the heaps of one option each.
type gregory struct {
	*count
	papers papers
	next   []uint16 // where each paper is read on
	state  states
	heaps  [][]heap
	total  []int64
	spent  []bool // the surplus of the option is transferred

	exhausted int64 // non-transferable
	lost      int64 // cut off, as values are not rounded
	quota     int64 // none when 0
}

func newGregory(c *count) *gregory {
	n := len(c.Options)
	g := &gregory{count: c, papers: c.papers(), state: c.states(), heaps: make([][]heap, n), total: make([]int64, n), spent: make([]bool, n)}
	g.next = make([]uint16, len(g.papers.votes))
	all := make([]int32, len(g.papers.votes))
	for i := range all {
		all[i] = int32(i)
	}
	g.deal([]heap{{fullValue, all}}, nil)
	return g
}

// deal moves papers to their next continuing preference. value says what a
// heap's papers are worth from now on; nil leaves it. Papers of one value lie
// on one heap, so that heaps do not multiply from stage to stage.
func (g *gregory) deal(heaps []heap, value func(int64) int64) {
	spots := make([]int, len(g.Options)) // where the papers of a heap go, plus one
	for _, h := range heaps {
		if value != nil {
			h.value = value(h.value)
		}
		clear(spots)
		for _, paper := range h.papers {
			worth := h.value * int64(g.papers.votes[paper])
			to := g.read(paper)
			if to < 0 {
				g.exhausted += worth
				continue
			}
			if spots[to] == 0 {
				spots[to] = g.spot(to, h.value) + 1
			}
			on := &g.heaps[to][spots[to]-1]
			on.papers = append(on.papers, paper)
			g.total[to] += worth
		}
	}
}

// spot is the place of an option's heap of a value.
func (g *gregory) spot(option int, value int64) int {
	for i, h := range g.heaps[option] {
		if h.value == value {
			return i
		}
	}
	g.heaps[option] = append(g.heaps[option], heap{value: value})
	return len(g.heaps[option]) - 1
}

// read reads a paper on to its next continuing option, -1 when there is none.
func (g *gregory) read(paper int32) int {
	order := g.papers.of(paper)
	for at := g.next[paper]; int(at) < len(order); at++ {
		if option := order[at]; g.state[option] == Continuing {
			g.next[paper] = at
			return int(option)
		}
	}
	g.next[paper] = uint16(len(order))
	return -1
}

// close ends a stage: it shows how everything stands, and remembers it for ties.
func (g *gregory) close() {
	stage := &g.Stages[len(g.Stages)-1]
	totals := make([]*big.Int, len(g.total))
	for i, o := range g.Options {
		totals[i] = big.NewInt(g.total[i])
		stage.Standing = append(stage.Standing, Standing{Option: o.ID, Count: votesOf(g.total[i]), State: g.state[i]})
	}
	if g.quota > 0 {
		stage.Figures = append(stage.Figures, Figure{"quota", votesOf(g.quota)})
	}
	stage.Figures = append(stage.Figures, Figure{"non_transferable", votesOf(g.exhausted)}, Figure{"lost", votesOf(g.lost)})
	g.past = append(g.past, totals)
}

func votesOf(parts int64) Number { return scaled(big.NewInt(parts), perVote) }

// extreme finds the options with the most, or least, votes, and decides
// between equals.
func (g *gregory) extreme(among []int, most bool) (option int, ok bool) {
	best := among[0]
	for _, i := range among[1:] {
		if g.total[i] != g.total[best] && most == (g.total[i] > g.total[best]) {
			best = i
		}
	}
	equal := slices.DeleteFunc(slices.Clone(among), func(i int) bool { return g.total[i] != g.total[best] })
	if len(equal) == 1 {
		return best, true
	}
	if option, ok = g.pick(equal, most); !ok {
		g.tie(equal)
		g.close()
	}
	return option, ok
}

// win marks options elected, those with more votes first.
func (g *gregory) win(options []int) {
	options = slices.Clone(options)
	slices.SortStableFunc(options, func(a, b int) int { return cmp.Compare(g.total[b], g.total[a]) })
	for _, i := range options {
		g.state[i] = IsElected
	}
	g.elect(options...)
	if len(options) > 0 {
		g.note("stv.elected", options, nil)
	}
}

// move moves all papers of an option on, at their value.
func (g *gregory) move(option int) {
	heaps := g.heaps[option]
	g.heaps[option], g.total[option] = nil, 0
	g.deal(heaps, nil)
}

// transfer moves the surplus of an elected option: each paper at surplus ×
// value / total, cut to five decimals.
func (g *gregory) transfer(option int) {
	total, surplus, heaps := g.total[option], g.total[option]-g.quota, g.heaps[option]
	before := g.sum()
	g.heaps[option], g.total[option] = nil, g.quota
	g.deal(heaps, func(value int64) int64 {
		high, low := bits.Mul64(uint64(surplus), uint64(value))
		cut, _ := bits.Div64(high, low, uint64(total))
		return int64(cut)
	})
	g.lost += before - g.sum()
	g.spent[option] = true
}

// sum is all that options hold and what cannot be transferred.
func (g *gregory) sum() int64 {
	sum := g.exhausted
	for _, t := range g.total {
		sum += t
	}
	return sum
}
