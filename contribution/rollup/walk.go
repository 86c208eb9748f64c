package rollup

import (
	"cmp"
	"math/big"
	"slices"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Policy says which of several sources of one resource a delivery came from.
type Policy uint8

// The policies.
const (
	// OldestFirst takes sources in the order of time, after what earlier
	// deliveries took (Options.Delivered).
	OldestFirst Policy = iota
	// ProRata takes from all sources in proportion to what they brought.
	ProRata
)

// Offsets is how much of each node earlier deliveries took already, in whole
// units. A nil Offsets means nothing.
type Offsets map[Node]*big.Rat

// Options are the rules of one walk. The zero value is oldest first, nothing
// delivered yet, every project subscribed.
type Options struct {
	Policy    Policy
	Delivered Offsets
	// Subscribed reports whether a project takes part in the equation; a process
	// whose project and all projects above it do not is credited to its project.
	// Nil means all do.
	Subscribed func(project string) bool
	// UncappedUse credits use beyond what contributed equipment is worth per
	// unit; without it the rest is unattributed.
	UncappedUse bool
}

// Delivery is a quantity of a resource that left: an order item, a line of a
// shipment, the output of a process.
type Delivery struct {
	Node     Node
	Quantity quantity.Amount
}

// Share is what a walk credits to one event, or to the project of a process
// that is not part of the equation.
type Share struct {
	Event    int    // place in Flows.Events, or -1 for a project's share
	Process  string // for a project's share
	Creditor string // the event's provider, or the project
	// Amount is exact, in whole units of Flows.Unit. Round once, at the end, all
	// shares of a pot together (quantity.Apportion).
	Amount *big.Rat
}

// Loose is value that a walk could not credit to anybody.
type Loose struct {
	Node     Node
	Reason   string
	Quantity *big.Rat // whole units of the resource; nil where it has no quantity
	Amount   *big.Rat // whole units of Flows.Unit
}

// Walk is the result of a backward walk.
type Walk struct {
	Shares       []Share // by event identifier; then projects' shares by process
	Uncovered    []Loose // delivered or consumed beyond what ever came in
	Unattributed []Loose // use beyond what contributed equipment is worth
	// Offsets is how much is taken, this walk included, of the nodes that it took
	// from: maps.Copy it over Options.Delivered for the next walk.
	Offsets Offsets
	// RollUp is quantity × value per unit of what was delivered; Production what
	// production events earn on top; Total the sum of all shares. Variance is
	// Total + Uncovered + Unattributed − RollUp − Production: zero for ProRata,
	// for OldestFirst the price difference between the lots taken and the mean.
	RollUp, Production, Total, Variance *big.Rat

	g      *Graph
	events map[int]int // event → its place in Shares
	trail  *trail
}

// Walk follows deliveries back to the contributions behind them. All
// deliveries count as one: an event that several of them reach earns one share.
func (g *Graph) Walk(deliveries []Delivery, opts Options) (*Walk, error) {
	w := g.newWalker(opts)
	defer w.release()
	var rollUp rational
	for _, d := range deliveries {
		v, q, err := g.checkDelivery(d)
		if err != nil {
			return nil, err
		}
		rollUp = rollUp.add(q.mul(g.value[v]))
		w.arrive(state{v, taken}, start, none, q)
	}
	w.run()
	return w.result(rollUp)
}

func (g *Graph) checkDelivery(d Delivery) (int32, rational, error) {
	v, err := g.find(d.Node)
	if err != nil {
		return none, rational{}, err
	}
	if d.Quantity.Sign() < 0 {
		return none, rational{}, fault.Invalidf("rollup.negative", "quantity", "%s of %q cannot be delivered; give zero or more", d.Quantity, d.Node.Resource)
	}
	if u := g.unit[v]; u != "" && d.Quantity.Unit != u {
		return none, rational{}, fault.Invalidf("rollup.unit", "quantity", "%q is counted in %s, not in %s; convert the delivery first", d.Node.Resource, u, d.Quantity.Unit)
	}
	return v, whole(d.Quantity.Micros), nil
}

// result gathers what the walker credited and checks that nothing was lost.
func (w *walker) result(rollUp rational) (*Walk, error) {
	g := w.g
	walk := &Walk{g: g, events: make(map[int]int, len(w.credited)), trail: w.trail, Offsets: w.offsets()}
	total := rational{}
	slices.SortFunc(w.credited, func(a, b int32) int {
		return cmp.Compare(g.flows.Events[a].ID, g.flows.Events[b].ID)
	})
	for _, i := range w.credited {
		if w.s.share[i].isZero() {
			continue
		}
		total = total.add(w.s.share[i])
		walk.events[int(i)] = len(walk.Shares)
		walk.Shares = append(walk.Shares, Share{Event: int(i), Creditor: g.flows.Events[i].Provider, Amount: inUnits(w.s.share[i])})
	}
	slices.SortFunc(w.foreign, func(a, b foreignShare) int { return cmp.Compare(a.process.ID, b.process.ID) })
	for _, f := range w.foreign {
		total = total.add(f.amount)
		walk.Shares = append(walk.Shares, Share{Event: -1, Process: f.process.ID, Creditor: f.process.Project, Amount: inUnits(f.amount)})
	}
	loose := rational{}
	walk.Uncovered, loose = w.looseLines(w.uncovered, loose)
	walk.Unattributed, loose = w.looseLines(w.unattributed, loose)
	variance := total.add(loose).sub(rollUp).sub(w.production)
	if w.opts.Policy == ProRata && !variance.isZero() {
		return nil, fault.New(fault.Internal, "rollup.conservation", "", "walk pays %s more than went in", inUnits(variance).RatString())
	}
	walk.RollUp, walk.Production = inUnits(rollUp), inUnits(w.production)
	walk.Total, walk.Variance = inUnits(total), inUnits(variance)
	return walk, nil
}

// Weights returns the shares as whole numbers in the same proportions, in the
// order of Shares, for the one rounding at the end: quantity.Apportion.
func (w *Walk) Weights() []*big.Int {
	common := big.NewInt(1)
	for _, s := range w.Shares {
		d := s.Amount.Denom()
		common.Mul(common, new(big.Int).Quo(d, new(big.Int).GCD(nil, nil, common, d)))
	}
	out := make([]*big.Int, len(w.Shares))
	for i, s := range w.Shares {
		out[i] = new(big.Int).Mul(s.Amount.Num(), new(big.Int).Quo(common, s.Amount.Denom()))
	}
	return out
}

func (w *walker) looseLines(lines []looseLine, sum rational) ([]Loose, rational) {
	slices.SortFunc(lines, func(a, b looseLine) int {
		return cmp.Or(compareNodes(w.g.nodes[a.node], w.g.nodes[b.node]), b.amount.cmp(a.amount))
	})
	var out []Loose
	for _, l := range lines {
		sum = sum.add(l.amount)
		line := Loose{Node: w.g.nodes[l.node], Reason: l.reason, Amount: inUnits(l.amount)}
		if !l.quantity.isZero() {
			line.Quantity = inUnits(l.quantity)
		}
		out = append(out, line)
	}
	return out, sum
}

func compareNodes(a, b Node) int {
	return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Stage, b.Stage))
}
