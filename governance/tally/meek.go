package tally

import (
	"math/big"
	"math/bits"
	"slices"
)

// MeekSTV is the single transferable vote by Meek's method, in the form of the
// reference rule of the Proportional Representation Foundation: nine decimals,
// keep factors rounded up, a count stops iterating when the surplus is below a
// millionth of a vote. The algorithm of 1987 (Hill, Wichmann and Woodall)
// differs in tolerances and ties. A mark is a rank from 1.
type MeekSTV struct {
	Seats int `json:"seats"`
}

// Name implements Method.
func (MeekSTV) Name() string { return "meek_stv" }

func (m MeekSTV) check(e *Election) error { return checkBoard(e, m.Seats) }

func (MeekSTV) judge(e *Election, marks []int16) string { return judgePapers(e, marks) }

// Units of the count: keep factors and quotas in billionths (nano), votes in
// billionths of the millionths that papers weigh (fine).
const (
	nano    = 1_000_000_000
	perNano = int64(Vote)
	perFine = nano * perNano
)

// omega is the surplus at which iterating stops: a millionth of a vote.
var omega = big.NewInt(perFine / 1_000_000)

// meek is a count under way.
type meek struct {
	*count
	seats   int
	papers  papers
	state   states
	keep    []uint64   // nano, of each option
	votes   []*big.Int // fine, of each option
	quota   *big.Int   // nano
	surplus *big.Int   // fine, of all elected
	tree    []branch
}

func (m MeekSTV) count(c *count) {
	if c.Turnout.Valid.Votes == 0 {
		c.Outcome = NoResult
		return
	}
	k := &meek{count: c, seats: m.Seats, papers: c.papers(), state: c.states(), surplus: new(big.Int)}
	k.keep, k.votes = make([]uint64, len(c.Options)), make([]*big.Int, len(c.Options))
	for _, i := range k.state.with(Continuing) {
		k.keep[i] = nano
	}
	c.Outcome = Elected
	k.plant()
	k.distribute()
	for !k.complete() {
		c.stage("round")
		elected := k.iterate()
		if len(elected) > 0 {
			k.win(elected)
		} else if !k.defeatLowest() {
			return
		}
		k.close()
		k.plant()
	}
	k.finish()
}

// complete reports whether the seats are full, or everybody left has one.
func (k *meek) complete() bool {
	return len(k.Winners) >= k.seats || len(k.Winners)+len(k.state.with(Continuing)) <= k.seats
}

// iterate distributes votes, adjusting what the elected keep, until somebody
// reaches the quota or the surplus gets no smaller.
func (k *meek) iterate() (elected []int) {
	var before *big.Int
	for {
		k.distribute()
		for _, i := range k.state.with(Continuing) {
			if k.votes[i].Cmp(fine(k.quota)) >= 0 {
				elected = append(elected, i)
			}
		}
		k.sumSurplus(elected)
		if len(elected) > 0 || k.surplus.Cmp(omega) < 0 || before != nil && k.surplus.Cmp(before) >= 0 {
			return elected
		}
		before = k.surplus
		for _, i := range k.state.with(IsElected) {
			k.keep[i] = k.adjusted(i)
		}
	}
}

func fine(nano *big.Int) *big.Int { return new(big.Int).Mul(nano, big.NewInt(perNano)) }

// sumSurplus adds up what the elected have beyond the quota, not less than 0.
func (k *meek) sumSurplus(reaching []int) {
	k.surplus = new(big.Int)
	for _, i := range slices.Concat(k.state.with(IsElected), reaching) {
		k.surplus.Add(k.surplus, new(big.Int).Sub(k.votes[i], fine(k.quota)))
	}
	if k.surplus.Sign() < 0 {
		k.surplus.SetInt64(0)
	}
}

// adjusted is keep × quota / votes, each step rounded up to nine decimals, and
// never above 1.
func (k *meek) adjusted(i int) uint64 {
	if k.votes[i].Sign() == 0 {
		return nano // others keep all there is
	}
	product := new(big.Int).Mul(new(big.Int).SetUint64(k.keep[i]), k.quota)
	product = divUp(product, big.NewInt(nano))
	product = divUp(product.Mul(product, big.NewInt(perFine)), k.votes[i])
	if !product.IsUint64() || product.Uint64() > nano {
		return nano
	}
	return product.Uint64()
}

func divUp(a, b *big.Int) *big.Int {
	q, rest := new(big.Int).QuoRem(a, b, new(big.Int))
	if rest.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q
}

// win marks options elected, those with more votes first.
func (k *meek) win(options []int) {
	slices.SortStableFunc(options, func(a, b int) int { return k.votes[b].Cmp(k.votes[a]) })
	for _, i := range options {
		k.state[i] = IsElected
	}
	k.elect(options...)
	k.note("stv.elected", options, nil)
}

// defeatLowest excludes the option with the fewest votes. All within the total
// surplus of it are tied; false means that nothing decides between them.
func (k *meek) defeatLowest() bool {
	left := k.state.with(Continuing)
	lowest := slices.MinFunc(left, func(a, b int) int { return k.votes[a].Cmp(k.votes[b]) })
	bound := new(big.Int).Add(k.votes[lowest], k.surplus)
	tied := slices.DeleteFunc(left, func(i int) bool { return k.votes[i].Cmp(bound) > 0 })
	option, ok := k.pick(tied, false)
	if !ok {
		k.tie(tied)
		k.close()
		return false
	}
	k.Stages[len(k.Stages)-1].Option = k.Options[option].ID
	k.note("stv.excluded", []int{option}, nil)
	k.state[option], k.keep[option] = IsExcluded, 0
	return true
}

// finish elects everybody left when seats are open, and defeats them otherwise.
func (k *meek) finish() {
	left := k.state.with(Continuing)
	if len(left) == 0 {
		return
	}
	k.stage("finish")
	if len(k.Winners) < k.seats {
		k.note("stv.last_seats", left, nil)
		k.win(left)
	} else {
		for _, i := range left {
			k.state[i] = IsExcluded
		}
		k.note("stv.excluded", left, nil)
	}
	k.close()
}

// close ends a stage: it shows how everything stands, and remembers it for ties.
func (k *meek) close() {
	stage := &k.Stages[len(k.Stages)-1]
	held, totals := new(big.Int), make([]*big.Int, len(k.votes))
	for i, o := range k.Options {
		totals[i] = new(big.Int).Set(k.votes[i])
		held.Add(held, k.votes[i])
		s := Standing{Option: o.ID, Count: scaled(k.votes[i], perFine), State: k.state[i]}
		if k.state[i] == IsElected {
			s.Keep = scaled(new(big.Int).SetUint64(k.keep[i]), nano)
		}
		stage.Standing = append(stage.Standing, s)
	}
	all := new(big.Int).Mul(big.NewInt(int64(k.Turnout.Valid.Votes)), big.NewInt(nano))
	stage.Figures = append(stage.Figures, Figure{"quota", scaled(k.quota, nano)}, Figure{"surplus", scaled(k.surplus, perFine)},
		Figure{"non_transferable", scaled(all.Sub(all, held), perFine)})
	k.past = append(k.past, totals)
}

// branch is a node of the tree of papers: all that begin alike, as far as they
// can still matter. A branch ends at an option that keeps everything.
type branch struct {
	option   int
	parent   int
	through  uint64 // millionths of votes that pass here
	children int    // where its children stand, by option; 0 for none
}

// plant merges the papers into a tree by the options that they still reach:
// those elected, up to the first that continues. Its size, and so the work of
// an iteration, does not grow with the number of papers but with the orders in
// which they name the elected.
func (k *meek) plant() {
	n := len(k.Options)
	children := make([]int32, 2*n) // the first row is nobody's, the second the root's
	k.tree = append(k.tree[:0], branch{option: -1, parent: -1, children: n})
	for paper := range k.papers.votes {
		at := 0
		for _, option := range k.papers.of(int32(paper)) {
			if k.keep[option] == 0 {
				continue
			}
			if k.tree[at].children == 0 {
				k.tree[at].children = len(children)
				children = append(children, make([]int32, n)...)
			}
			next := &children[k.tree[at].children+int(option)]
			if *next == 0 {
				*next = int32(len(k.tree))
				k.tree = append(k.tree, branch{option: int(option), parent: at})
			}
			at = int(*next)
			k.tree[at].through += uint64(k.papers.votes[paper])
			if k.state[option] == Continuing {
				break
			}
		}
	}
}

// distribute gives each option its part of each paper, and sets the quota. A
// paper has weight 1; each option in its order takes weight × keep, rounded up.
func (k *meek) distribute() {
	high, low := make([]uint64, len(k.votes)), make([]uint64, len(k.votes))
	weight := make([]uint64, len(k.tree)) // nano, what is left behind each branch
	weight[0] = nano
	for i := 1; i < len(k.tree); i++ {
		b := k.tree[i]
		left := weight[b.parent]
		take := min(left, (left*k.keep[b.option]+nano-1)/nano)
		weight[i] = left - take
		h, l := bits.Mul64(take, b.through)
		var carry uint64
		low[b.option], carry = bits.Add64(low[b.option], l, 0)
		high[b.option] += h + carry
	}
	sum := new(big.Int)
	for i := range k.votes {
		v := new(big.Int).SetUint64(high[i])
		v.Lsh(v, 64)
		k.votes[i] = v.Add(v, new(big.Int).SetUint64(low[i]))
		sum.Add(sum, k.votes[i])
	}
	k.quota = sum.Div(sum, new(big.Int).Mul(big.NewInt(int64(k.seats+1)), big.NewInt(perNano)))
	k.quota.Add(k.quota, big.NewInt(1))
}
