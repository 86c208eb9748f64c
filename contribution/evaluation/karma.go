package evaluation

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Karma is the unit in which karma is counted.
const Karma quantity.Unit = "karma"

// Grant is karma somebody earned: the only way to come by any. Nothing in this
// package moves karma from one person to another, and a grant cannot be sold,
// given or inherited.
type Grant struct {
	ID     string          `json:"id"`
	Agent  string          `json:"agent"`
	Domain string          `json:"domain"` // "" for the whole commons
	Amount quantity.Amount `json:"amount"` // in karma, more than zero
	Cause  string          `json:"cause"`  // the event or evaluation it was earned by
	At     time.Time       `json:"at"`
}

// Sanction is karma somebody lost by a decision: the only loss besides time.
// It fades as grants do.
type Sanction struct {
	ID       string          `json:"id"`
	Agent    string          `json:"agent"`
	Domain   string          `json:"domain"`
	Amount   quantity.Amount `json:"amount"`   // in karma, more than zero
	Decision string          `json:"decision"` // that imposed it
	At       time.Time       `json:"at"`
}

// Record is the karma of a commons: what was earned and lost, never what is
// left; that is worked out for the instant somebody asks.
type Record struct {
	halfLife Schedule
	domains  Domains
	entries  []entry // in order of time, then id
	byAgent  map[string][]int32
}

// entry is a grant or a sanction in the shape the sums need.
type entry struct {
	id, agent, domain, cause string
	amount                   int64 // millionths, more than zero
	at                       int64 // microseconds
	loss                     bool
}

// NewRecord checks and indexes grants and sanctions. It refuses amounts that
// are not karma or not more than zero, unknown domains, entries without an id,
// agent or cause, and ids used twice.
func NewRecord(s Schedule, d Domains, grants []Grant, sanctions []Sanction) (*Record, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if err := d.Check(); err != nil {
		return nil, err
	}
	r := &Record{halfLife: slices.Clone(s), domains: maps.Clone(d), byAgent: map[string][]int32{}}
	r.entries = make([]entry, 0, len(grants)+len(sanctions))
	for _, g := range grants {
		r.entries = append(r.entries, entry{g.ID, g.Agent, g.Domain, g.Cause, g.Amount.Micros, micros(g.At), false})
		if err := r.check(g.Amount.Unit); err != nil {
			return nil, err
		}
	}
	for _, s := range sanctions {
		r.entries = append(r.entries, entry{s.ID, s.Agent, s.Domain, s.Decision, s.Amount.Micros, micros(s.At), true})
		if err := r.check(s.Amount.Unit); err != nil {
			return nil, err
		}
	}
	return r, r.index()
}

// check refuses the newest entry when it means nothing.
func (r *Record) check(unit quantity.Unit) error {
	e := r.entries[len(r.entries)-1]
	switch {
	case e.id == "" || e.agent == "":
		return fault.Invalidf("evaluation.bad_grant", "grants", "the grant %q to %q needs an id and somebody who earned it", e.id, e.agent)
	case e.cause == "":
		return fault.Invalidf("evaluation.no_cause", "cause", "the grant %q names no cause; karma comes from an event or goes by a decision", e.id)
	case unit != Karma || e.amount <= 0:
		return fault.Invalidf("evaluation.bad_grant", "amount", "the grant %q is of %s; it is more than zero %s", e.id, quantity.Micros(e.amount, unit), Karma)
	}
	return r.domains.known(e.domain)
}

// index orders entries by time and finds ids used twice.
func (r *Record) index() error {
	slices.SortFunc(r.entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.at, b.at), strings.Compare(a.id, b.id))
	})
	seen := make(map[string]bool, len(r.entries))
	for i, e := range r.entries {
		if seen[e.id] {
			return fault.Invalidf("evaluation.duplicate_grant", "grants", "the id %q is used twice; record each grant once", e.id)
		}
		seen[e.id] = true
		r.byAgent[e.agent] = append(r.byAgent[e.agent], int32(i))
	}
	return nil
}

// At returns the karma that the agent has in the domain (and all below it) at
// an instant: the sum of amount × 2^-(half-lives passed) over what was granted
// by then, less the same over sanctions, never below zero. Remainders are
// summed before anything is rounded, and the sum is rounded once, to a
// millionth, so it does not matter how often karma was looked at before. Ages
// in half-lives are cut at 2^-64, so each remainder is right to within 2^-64 of
// itself; whole half-lives are exact.
func (r *Record) At(agent, domain string, t time.Time) (quantity.Amount, error) {
	if err := r.domains.known(domain); err != nil {
		return quantity.Amount{}, err
	}
	in, c := r.domains.within(domain), r.halfLife.clock(micros(t))
	var sum exact
	for _, i := range r.byAgent[agent] {
		sum = r.entries[i].addTo(sum, in, c)
	}
	return standingOf(sum), nil
}

// AllAt returns the karma of everybody who ever had any in the domain, at an
// instant, in one pass.
func (r *Record) AllAt(domain string, t time.Time) (map[string]quantity.Amount, error) {
	if err := r.domains.known(domain); err != nil {
		return nil, err
	}
	in, c := r.domains.within(domain), r.halfLife.clock(micros(t))
	out := make(map[string]quantity.Amount, len(r.byAgent))
	for agent, own := range r.byAgent {
		var sum exact
		touched := false
		for _, i := range own {
			e := &r.entries[i]
			touched = touched || (in[e.domain] && e.at <= c.until)
			sum = e.addTo(sum, in, c)
		}
		if touched {
			out[agent] = standingOf(sum)
		}
	}
	return out, nil
}

// addTo adds the entry's remainder to the sum when it counts.
func (e *entry) addTo(sum exact, in map[string]bool, c clock) exact {
	if e.at > c.until || !in[e.domain] {
		return sum
	}
	left := decayed(e.amount, c.since(e.at))
	if e.loss {
		return sum.minus(left)
	}
	return sum.plus(left)
}

func standingOf(sum exact) quantity.Amount {
	if sum.negative() {
		return quantity.Micros(0, Karma)
	}
	return quantity.Micros(sum.round(), Karma)
}
