package equation

import (
	"math"
	"math/big"
	"slices"
	"time"
)

// selection is the contributions that a bucket's filter and rules match.
type selection struct {
	rules   []picked
	dropped map[Reason]int
	late    int
}

// picked is the contributions of one rule, in the order of the ledger.
type picked struct {
	events   []int32
	num, den []int64 // fraction of each; nil when all are 1
}

// add appends a contribution; the fractions are kept only beside others.
func (p *picked) add(event int32, num, den int64) {
	p.events = append(p.events, event)
	if den != 0 {
		p.num, p.den = append(p.num, num), append(p.den, den)
	}
}

// reached is the contributions behind the deliverables of a filter.
type reached struct {
	events   []int32
	num, den []int64
}

// matcher decides for one contribution at a time.
type matcher struct {
	in         *Input
	b          *bucket
	byKind     [][]int  // kind*streams+stream → rules, the most specific first
	processes  [][]bool // per rule, by process type; nil for any
	resources  [][]bool
	projects   []bool // nil for any
	start, end int64  // of the dates, microseconds
}

func (s *Session) selectionOf(p *Program, b *bucket) (*selection, error) {
	return s.picked.get(b.match, s.run, func() (*selection, error) {
		m := newMatcher(&s.in, p, b)
		r := s.in.reach(b.Filter)
		n := s.in.Ledger.Len()
		if r != nil {
			n = len(r.events)
		}
		ranges := chunks(n)
		parts := make([]*selection, len(ranges))
		parallel(len(ranges), func(i int) { parts[i] = m.choose(r, ranges[i][0], ranges[i][1]) })
		return joined(len(b.rules), parts), nil
	})
}

func joined(rules int, parts []*selection) *selection {
	all := &selection{rules: make([]picked, rules), dropped: map[Reason]int{}}
	for _, part := range parts {
		all.late += part.late
		for reason, n := range part.dropped {
			all.dropped[reason] += n
		}
	}
	for k := range all.rules {
		n := 0
		for _, part := range parts {
			n += len(part.rules[k].events)
		}
		to := &all.rules[k]
		to.events = make([]int32, 0, n)
		for _, part := range parts {
			from := part.rules[k]
			to.events, to.num, to.den = append(to.events, from.events...), append(to.num, from.num...), append(to.den, from.den...)
		}
	}
	return all
}

func newMatcher(in *Input, p *Program, b *bucket) *matcher {
	l := in.Ledger
	m := &matcher{in: in, b: b, byKind: make([][]int, len(l.Kinds)*len(l.Streams))}
	for _, k := range b.specific() {
		r := &b.rules[k]
		for kind, name := range l.Kinds {
			for stream, streamName := range l.Streams {
				if streamName == r.stream() && (len(r.Kinds) == 0 || slices.Contains(r.Kinds, name)) {
					at := kind*len(l.Streams) + stream
					m.byKind[at] = append(m.byKind[at], k)
				}
			}
		}
	}
	for k := range b.rules {
		m.processes = append(m.processes, members(l.ProcessTypes, b.rules[k].ProcessTypes))
		m.resources = append(m.resources, members(l.ResourceTypes, b.rules[k].ResourceTypes))
	}
	m.projects = members(l.Projects, b.projects(p.eq.Project))
	m.start, m.end = b.dates.micros(b.zone)
	return m
}

// projects returns the projects that the filter lets through; none for any.
func (b *bucket) projects(own string) []string {
	f := b.Filter
	switch {
	case slices.Contains(f.Projects, AnyProject):
		return nil
	case len(f.Projects) > 0:
		return f.Projects
	case len(f.Orders)+len(f.Shipments)+len(f.Processes) > 0:
		return nil
	}
	return []string{own}
}

// members marks the dictionary entries that are in the set; nil when the set
// is empty, which is everything.
func members(dictionary, set []string) []bool {
	if len(set) == 0 {
		return nil
	}
	marks := make([]bool, len(dictionary))
	for i, e := range dictionary {
		marks[i] = slices.Contains(set, e)
	}
	return marks
}

// micros returns the first moment of the range and the first after it.
func (d days) micros(zone *time.Location) (start, end int64) {
	start, end = math.MinInt64, math.MaxInt64
	if d.from != math.MinInt32 {
		start = midnight(d.from, zone)
	}
	if d.to != math.MaxInt32 {
		end = midnight(d.to+1, zone)
	}
	return start, end
}

func midnight(day int32, zone *time.Location) int64 {
	return time.Date(1970, 1, 1+int(day), 0, 0, 0, 0, zone).UnixMicro()
}

// choose matches the contributions lo to hi of what was reached, or of the ledger.
func (m *matcher) choose(r *reached, lo, hi int) *selection {
	s := &selection{rules: make([]picked, len(m.b.rules)), dropped: map[Reason]int{}}
	var dropped [reasons]int
	for i := lo; i < hi; i++ {
		event, num, den := int32(i), int64(0), int64(0)
		if r != nil {
			event, num, den = r.events[i], r.num[i], r.den[i]
		}
		rule, why := m.match(event)
		if why != chosen {
			dropped[why]++
			continue
		}
		s.rules[rule].add(event, num, den)
		if m.in.Ledger.Flags[event]&Late != 0 {
			s.late++
		}
	}
	for why, n := range dropped {
		if n > 0 {
			s.dropped[verdictReasons[why]] = n
		}
	}
	return s
}

// verdict is the outcome of matching a contribution.
type verdict int

const (
	chosen verdict = iota
	superseded
	rejected
	disputed
	notValidated
	outside
	noRule
	frozen
	reasons
)

var verdictReasons = [reasons]Reason{superseded: IsSuperseded, rejected: IsRejected, disputed: IsDisputed, notValidated: NotValidated, outside: OutsideFilter, noRule: NoRule, frozen: PieFrozen}

// match returns the rule for a contribution, or why there is none.
func (m *matcher) match(event int32) (int, verdict) {
	l := m.in.Ledger
	if flags := l.Flags[event] & (Validated | Rejected | Disputed | Superseded); flags != Validated {
		return 0, flaw(flags)
	}
	if !m.inside(event) {
		return 0, outside
	}
	for _, k := range m.byKind[int(l.Kind[event])*len(l.Streams)+int(l.Stream[event])] {
		if has(m.processes[k], l.ProcessType[event]) && has(m.resources[k], l.ResourceType[event]) {
			if l.Day[event] >= m.b.rules[k].frozenFrom {
				return 0, frozen
			}
			return k, chosen
		}
	}
	return 0, noRule
}

func flaw(flags uint16) verdict {
	switch {
	case flags&Superseded != 0:
		return superseded
	case flags&Rejected != 0:
		return rejected
	case flags&Disputed != 0:
		return disputed
	}
	return notValidated
}

func has(set []bool, i int32) bool {
	return set == nil || (i != None && set[i])
}

func (m *matcher) inside(event int32) bool {
	l := m.in.Ledger
	if m.projects != nil && !m.projects[l.Project[event]] {
		return false
	}
	if l.Flags[event]&DayOnly != 0 {
		return m.b.dates.from <= l.Day[event] && l.Day[event] <= m.b.dates.to
	}
	return m.start <= l.At[event] && (l.At[event] < m.end || m.end == math.MaxInt64)
}

// reach gathers the contributions behind the filter's deliverables with their
// fractions: from a walk when the input has one, else those logged for it, in
// full. Several paths add up. It is nil when the filter names none.
func (in *Input) reach(f Filter) *reached {
	wanted := in.deliverables(f)
	if wanted == nil {
		return nil
	}
	sums := map[int32]*big.Rat{}
	add := func(event int32, fraction *big.Rat) {
		if sums[event] == nil {
			sums[event] = new(big.Rat)
		}
		sums[event].Add(sums[event], fraction)
	}
	for _, d := range wanted {
		if !in.walk(d, add) {
			in.loggedFor(d, add)
		}
	}
	r := &reached{}
	for event := range sums {
		r.events = append(r.events, event)
	}
	slices.Sort(r.events)
	for _, event := range r.events {
		num, den := Fraction(sums[event])
		r.num, r.den = append(r.num, num), append(r.den, den)
	}
	return r
}

// deliverables returns what the filter names, without repetition.
func (in *Input) deliverables(f Filter) []Deliverable {
	var out []Deliverable
	for _, set := range []struct {
		kind DeliverableKind
		ids  []string
	}{{Order, f.Orders}, {Shipment, f.Shipments}, {Process, f.Processes}} {
		for _, id := range set.ids {
			d := Deliverable{set.kind, id}
			if id == OfIncome {
				d = in.Deliverable
			}
			if !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	return out
}

func (in *Input) walk(d Deliverable, add func(int32, *big.Rat)) bool {
	found := false
	for _, w := range in.Walks {
		if w.Deliverable != d {
			continue
		}
		found = true
		for i, event := range w.Contribution {
			add(event, big.NewRat(w.Num[i], w.Den[i]))
		}
	}
	return found
}

func (in *Input) loggedFor(d Deliverable, add func(int32, *big.Rat)) {
	l := in.Ledger
	deliverable, process := slices.Index(l.Deliverables, d), -1
	if d.Kind == Process {
		process = slices.Index(l.Processes, d.ID)
	}
	if d == (Deliverable{}) || (deliverable < 0 && process < 0) {
		return
	}
	for i := range l.Person {
		if (deliverable >= 0 && l.Deliverable[i] == int32(deliverable)) || (process >= 0 && l.Process[i] == int32(process)) {
			add(int32(i), ratOne)
		}
	}
}

// fractionParts is the grain of a fraction that does not fit two 64-bit integers.
const fractionParts = 1_000_000_000_000_000_000

// Fraction returns a fraction of zero or more as 64-bit numerator and
// denominator: exactly if they fit, otherwise cut down to 10^-18, and at most
// the largest integer.
func Fraction(r *big.Rat) (num, den int64) {
	if r.Num().IsInt64() && r.Denom().IsInt64() {
		return r.Num().Int64(), r.Denom().Int64()
	}
	cut := new(big.Int).Mul(r.Num(), big.NewInt(fractionParts))
	if cut.Quo(cut, r.Denom()); cut.IsInt64() {
		return cut.Int64(), fractionParts
	}
	whole := new(big.Int).Quo(r.Num(), r.Denom())
	if whole.IsInt64() {
		return whole.Int64(), 1
	}
	return math.MaxInt64, 1
}
