package circulation

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"commonweal/platform/fault"
)

// Method is a way to solve one component.
type Method string

// The methods. Auto chooses by the rule of Choose.
const (
	Auto    Method = ""
	Scaling Method = "cost-scaling"
	Simplex Method = "network-simplex"
)

// Options are the published parameters of a run: with the network they decide
// the answer to the last unit. Workers decides time alone.
type Options struct {
	Method  Method
	Start   []int64 // by node: prices to begin with, such as those of the last round; nil for zero
	Workers int     // components solved at once; 0 is one
}

// check refuses options that have no meaning for a network.
func (o Options) check(n Network) error {
	if !slices.Contains([]Method{Auto, Scaling, Simplex}, o.Method) {
		return fault.Invalidf("clearing.method", "method", "%q is no way to solve; choose %q or %q, or leave it to the rule", o.Method, Scaling, Simplex)
	}
	if o.Start != nil && len(o.Start) != n.Nodes {
		return fault.Invalidf("clearing.start", "start", "there are %d prices to begin with for %d nodes", len(o.Start), n.Nodes)
	}
	return nil
}

// Maximize finds a circulation of greatest total worth, and prices that prove
// it. The same network and options give the same answer, whatever the workers.
func Maximize(ctx context.Context, n Network, o Options) (Solution, error) {
	if err := cmp.Or(n.Check(), o.check(n)); err != nil {
		return Solution{}, err
	}
	r := newRun(n, o)
	if err := r.solveAll(ctx); err != nil {
		return Solution{}, err
	}
	r.join()
	return Solution{Flow: r.flow, Price: r.price, Parts: r.parts}, nil
}

// run is one call of Maximize.
type run struct {
	Network
	options Options
	first   []int32
	*components
	local []int32 // by node: its place in its component
	order []int32 // the components of two nodes or more, largest first
	flow  []int64
	price []int64
	parts []Part // as order
}

func newRun(n Network, o Options) *run {
	r := &run{Network: n, options: o, first: n.offsets(), flow: make([]int64, len(n.Arcs)), price: make([]int64, n.Nodes), local: make([]int32, n.Nodes)}
	r.components = split(n, r.first)
	for i := range r.count() {
		members := r.members(i)
		if len(members) > 1 {
			r.order = append(r.order, int32(i))
		}
		for at, u := range members {
			r.local[u] = int32(at)
		}
	}
	slices.SortStableFunc(r.order, func(a, b int32) int {
		return cmp.Compare(len(r.members(int(b))), len(r.members(int(a))))
	})
	r.parts = make([]Part, len(r.order))
	return r
}

// solveAll solves the components, largest first, each by one worker: they write
// to places of their own.
func (r *run) solveAll(ctx context.Context) error {
	var wg sync.WaitGroup
	var next atomic.Int64
	errs := make([]error, max(r.options.Workers, 1))
	for w := range errs {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(r.order) && errs[w] == nil; i = int(next.Add(1)) - 1 {
				if errs[w] = ctx.Err(); errs[w] == nil {
					errs[w] = r.solve(ctx, i)
				}
			}
		})
	}
	wg.Wait()
	return cmp.Or(errs...)
}

// solve solves one component and writes down its flows and prices.
func (r *run) solve(ctx context.Context, i int) error {
	s := r.scope(r.order[i])
	g := s.build()
	part, falls, err := minimize(ctx, g, r.options.Method, r.startOf(s.members))
	if err != nil {
		return err
	}
	at := 0
	s.each(func(index int32, _ *Arc) {
		r.flow[index] = g.flow(at)
		at++
	})
	for j, u := range s.members {
		r.price[u] = -falls[j]
	}
	r.parts[i] = part
	return nil
}

// scope is a component as the network sees it.
func (r *run) scope(part int32) scope {
	return scope{r.Network, r.first, r.of, r.local, part, r.members(int(part))}
}

// startOf are the prices to begin a component with.
func (r *run) startOf(members []int32) []int64 {
	if r.options.Start == nil {
		return nil
	}
	start := make([]int64, len(members))
	for j, u := range members {
		start[j] = -r.options.Start[u]
	}
	return start
}

// minimize makes an empty circulation one of least cost. Prices are in units of
// cost, such that cost + tail - head is at least zero where more can flow.
func minimize(ctx context.Context, g *residual, m Method, start []int64) (Part, []int64, error) {
	part := Part{Nodes: g.nodes(), Arcs: len(g.place), Method: m}
	if m == Auto {
		part.Method = Choose(g.nodes())
	}
	if part.Method == Scaling && canScale(g) {
		s := newScaling(g, start)
		price, err := s.solve(ctx)
		part.Rounds = s.phases
		if price != nil || err != nil {
			return part, price, err
		}
	}
	part.Method = Simplex
	s := newSimplex(g)
	err := s.solve(ctx)
	part.Rounds = s.pivots
	return part, s.price, err
}

// join shifts the prices of whole components until the arcs between them gain
// nothing: arcs lead from higher component numbers to lower.
func (r *run) join() {
	shift := make([]int64, r.count())
	for c := r.count() - 1; c >= 0; c-- {
		for _, u := range r.members(c) {
			r.price[u] += shift[c]
			for i := r.first[u]; i < r.first[u+1]; i++ {
				a := &r.Arcs[i]
				if to := r.of[a.Head]; int(to) != c && a.Upper > 0 {
					shift[to] = max(shift[to], r.price[u]+int64(a.Worth)-r.price[a.Head])
				}
			}
		}
	}
}
