package equation

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Session runs equations on one Input and remembers what they have in common,
// so that a change of a percentage or of a constant costs little: the
// contributions each rule matches, their values, and the sums per person are
// computed again only when something they depend on has changed. It keeps what
// the last two runs used.
//
// A Session gives the same Result as Program.Run. It is safe for concurrent
// use; runs take turns, and each uses all processors.
type Session struct {
	in    Input
	prior map[string]*priorRule
	exits map[int32][]Exit // by person

	mu       sync.Mutex
	run      int
	picked   cache[*selection]
	valued   cache[*values]
	entitled cache[*claims]
	ties     []quantity.TieKey // per person
}

// NewSession checks the input and prepares it. The Ledger, Prior and the other
// columns must not change while the session is in use.
func NewSession(in Input) (*Session, error) {
	s := &Session{in: in}
	if in.Ledger == nil || in.Distribution == "" {
		return nil, fault.Invalidf("equation.input", "", "a distribution needs a ledger and an identifier that was fixed before")
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	if s.in.Prior == nil {
		s.in.Prior = &Claims{}
	}
	if s.in.History == nil {
		s.in.History = &History{}
	}
	var err error
	if s.prior, err = s.in.indexPrior(); err != nil {
		return nil, err
	}
	s.exits = s.in.exitsByPerson()
	s.ties = quantity.TieKeysFor(in.Distribution, in.Ledger.People)
	return s, nil
}

// Run distributes the pot by the program. Everything else is as in the input
// of the session.
func (s *Session) Run(p *Program, pot int64) (*Result, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.run++
	d := &distribution{s: s, p: p, claims: make([]*claims, len(p.buckets))}
	d.r = &Result{Distribution: s.in.Distribution, Equation: p.hash, Unit: p.eq.Unit, Step: p.step, Pot: pot, Deliverable: s.in.Deliverable, run: d}
	if pot < 0 {
		return nil, fault.Invalidf("equation.negative_pot", "pot", "%s %s cannot be distributed; a pot is zero or more", micros(pot), p.eq.Unit)
	}
	for i := range p.buckets {
		if len(p.buckets[i].rules) == 0 {
			continue
		}
		c, err := s.claimsOf(p, &p.buckets[i])
		if err != nil {
			return nil, err
		}
		d.claims[i] = c
	}
	s.picked.keep(s.run)
	s.valued.keep(s.run)
	s.entitled.keep(s.run)
	if err := d.pay(); err != nil {
		return nil, err
	}
	return d.r, nil
}

// cache holds what recent runs used, by what it depends on.
type cache[V any] struct{ entries map[string]*cached[V] }

type cached[V any] struct {
	value V
	run   int // last that used it
}

// get returns the entry or makes it.
func (c *cache[V]) get(key string, run int, make func() (V, error)) (V, error) {
	if e, ok := c.entries[key]; ok {
		e.run = run
		return e.value, nil
	}
	v, err := make()
	if err != nil {
		return v, err
	}
	if c.entries == nil {
		c.entries = map[string]*cached[V]{}
	}
	c.entries[key] = &cached[V]{v, run}
	return v, nil
}

// keep drops what neither this run nor the one before used.
func (c *cache[V]) keep(run int) {
	for key, e := range c.entries {
		if e.run < run-1 {
			delete(c.entries, key)
		}
	}
}

// parallel calls work for 0 to n-1 on all processors and waits. Each call
// writes to its own place, so the order does not show.
func parallel(n int, work func(i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				work(i)
			}
		})
	}
	wait.Wait()
}

// chunk is how many contributions a processor takes at a time.
const chunk = 1 << 16

// chunks cuts n into ranges.
func chunks(n int) [][2]int {
	var out [][2]int
	for lo := 0; lo < n; lo += chunk {
		out = append(out, [2]int{lo, min(lo+chunk, n)})
	}
	return out
}

// priorRule is the stored claims of one rule, by contribution.
type priorRule struct {
	contribution []int32
	original     []int64
	paid         []int64
	closed       []bool
	deliverable  map[int32]int64 // paid for the deliverable of the income
}

func (in *Input) indexPrior() (map[string]*priorRule, error) {
	out := map[string]*priorRule{}
	c := in.Prior
	for i := range c.Rule {
		p := out[c.Rules[c.Rule[i]]]
		if p == nil {
			p = &priorRule{}
			out[c.Rules[c.Rule[i]]] = p
		}
		p.contribution, p.original = append(p.contribution, c.Contribution[i]), append(p.original, c.Original[i])
		p.paid, p.closed = append(p.paid, c.Paid[i]), append(p.closed, c.Closed[i])
	}
	for id, p := range out {
		if !slices.IsSorted(p.contribution) {
			p.sort()
		}
		for i := 1; i < len(p.contribution); i++ {
			if p.contribution[i] == p.contribution[i-1] {
				return nil, fault.Invalidf("equation.claims", "prior", "rule %q has two claims on contribution %d", clip(id), p.contribution[i])
			}
		}
	}
	for _, d := range c.Deliverables {
		p := out[d.Rule]
		if d.Deliverable != in.Deliverable || p == nil {
			continue
		}
		if p.deliverable == nil {
			p.deliverable = map[int32]int64{}
		}
		p.deliverable[d.Contribution] += d.Paid
	}
	return out, nil
}

func (p *priorRule) sort() {
	order := make([]int, len(p.contribution))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(p.contribution[a]) - int(p.contribution[b]) })
	q := priorRule{}
	for _, i := range order {
		q.contribution, q.original = append(q.contribution, p.contribution[i]), append(q.original, p.original[i])
		q.paid, q.closed = append(q.paid, p.paid[i]), append(q.closed, p.closed[i])
	}
	p.contribution, p.original, p.paid, p.closed = q.contribution, q.original, q.paid, q.closed
}
