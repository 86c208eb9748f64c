package delegation

import (
	"cmp"
	"slices"

	"commonweal/governance/tally"
	"commonweal/platform/fault"
)

// Scope is how wide a delegation reaches; the narrowest that is set counts.
type Scope string

// The scopes, from wide to narrow.
const (
	Everything Scope = "everything"
	Area       Scope = "area"
	Topic      Scope = "topic"
	Proposal   Scope = "proposal"
)

// width orders scopes from narrow to wide; not ok for what is none.
func (s Scope) width() (int, bool) {
	i := slices.Index([]Scope{Proposal, Topic, Area, Everything}, s)
	return i, i >= 0
}

// Voter is somebody on the frozen roll.
type Voter struct {
	ID      string
	Votes   tally.Votes // their weight
	Classes uint64      // as in tally.Ballot
}

// Trust lets others vote for somebody. Only those whose scope covers the matter
// are handed to Settle.
type Trust struct {
	From  string   `json:"from"`
	To    []string `json:"to,omitempty"` // first choice first; empty switches wider scopes off
	Scope Scope    `json:"scope"`
	// Since is when it was set, Expires when it ends, in microseconds since 1970.
	// No trust is for ever.
	Since   int64 `json:"since"`
	Expires int64 `json:"expires"`
	// Marks are what a proxy is told to vote; nil leaves it to the holder.
	Marks []int16 `json:"marks,omitempty"`
}

// Rule is what a constitution says of representation.
type Rule struct {
	// MostCarried is how many people somebody may vote for besides themselves; 0
	// for any number.
	MostCarried int64 `json:"most_carried,omitempty"`
	// OneStep makes proxies of it: who holds one must vote, and cannot pass it on.
	OneStep bool `json:"one_step,omitempty"`
	// At is the instant at which trusts must not have ended, in microseconds since 1970.
	At int64 `json:"at"`
}

// check refuses a trust that cannot be.
func (t Trust) check() error {
	if _, ok := t.Scope.width(); !ok {
		return fault.Invalidf("delegation.scope", "scope", "%q is no scope; choose from everything, area, topic and proposal", string(t.Scope))
	}
	if t.Expires <= t.Since {
		return fault.Invalidf("delegation.expiry", "expires", "the trust of %q has no end; state one after its beginning", t.From)
	}
	if slices.Contains(t.To, t.From) {
		return fault.Invalidf("delegation.self", "to", "%q cannot vote for themselves by trust; name somebody else", t.From)
	}
	return nil
}

// active gives each voter the place of the trust that counts, the narrowest that
// has begun and not ended; -1 for none.
func active(places map[string]int32, trusts []Trust, at int64) ([]int32, error) {
	out := make([]int32, len(places))
	for i := range out {
		out[i] = -1
	}
	type scoped struct {
		from  string
		scope Scope
	}
	set := make(map[scoped]bool, len(trusts))
	for i, t := range trusts {
		if err := t.check(); err != nil {
			return nil, err
		}
		key := scoped{t.From, t.Scope}
		if set[key] {
			return nil, fault.Invalidf("delegation.twice", "from", "%q has two trusts for the scope %s; the new one replaces the old", t.From, string(t.Scope))
		}
		set[key] = true
		from, onRoll := places[t.From]
		if !onRoll || t.Expires <= at || t.Since > at {
			continue
		}
		if had := out[from]; had < 0 || narrower(t, trusts[had]) {
			out[from] = int32(i)
		}
	}
	return out, nil
}

func narrower(a, b Trust) bool {
	x, _ := a.Scope.width()
	y, _ := b.Scope.width()
	return x < y
}

// inOrder are the places of those whose trust counts, from the earliest trust to
// the latest.
func inOrder(active []int32, trusts []Trust) []int32 {
	var order []int32
	for from, i := range active {
		if i >= 0 {
			order = append(order, int32(from))
		}
	}
	slices.SortFunc(order, func(a, b int32) int {
		x, y := &trusts[active[a]], &trusts[active[b]]
		return cmp.Or(cmp.Compare(x.Since, y.Since), cmp.Compare(x.From, y.From))
	})
	return order
}
