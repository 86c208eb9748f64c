package market

import (
	"slices"

	"commonweal/platform/fault"
)

// What a rule does with an offer that fits its proposal.
const (
	Ask    = "ask"    // somebody decides
	Accept = "accept" // while enough is left
	Named  = "named"  // as Accept, of the actors that are named
	Reject = "reject"
)

// Rule says how offers that answer a proposal are decided on without anybody. Its
// zero value asks about each. Whatever it says, an offer that does not fit the
// proposal is rejected, and no more is promised than is available.
type Rule struct {
	Accept    string   `json:"accept,omitempty"`    // Ask (or empty), Accept or Named
	From      []string `json:"from,omitempty"`      // actors, with Named
	Most      int64    `json:"most,omitempty"`      // times the proposal for one actor, in all; 0: no bound
	Otherwise string   `json:"otherwise,omitempty"` // what happens with others: Ask (or empty) or Reject
}

// Check refuses a rule that says nothing. Invalid: federation.rule.
func (r Rule) Check() error {
	if !slices.Contains([]string{"", Ask, Accept, Named}, r.Accept) || !slices.Contains([]string{"", Ask, Reject}, r.Otherwise) || r.Most < 0 || r.Most > maxFactor {
		return fault.Invalidf("federation.rule", "accept", "this is no rule: offers are accepted while enough is left, of some neighbors, or after somebody was asked")
	}
	if r.Accept == Named && len(r.From) == 0 {
		return fault.Invalidf("federation.rule", "from", "choose the neighbors whose offers are accepted")
	}
	return nil
}

// Asking is an offer as a rule looks at it.
type Asking struct {
	Actor string
	Times int64        // the proposal
	Taken int64        // by the same actor before, in offers that were accepted
	Short *fault.Error // why it cannot be promised now; nil: enough is left
}

// Decide says what to do with an offer that fits: Ask, Accept or Reject, the latter with the reason.
func (r Rule) Decide(a Asking) (string, *fault.Error) {
	why := a.Short
	switch {
	case r.Accept != Accept && r.Accept != Named:
		return Ask, nil
	case r.Accept == Named && !slices.Contains(r.From, a.Actor):
		why = fault.As(fault.Conflictf("federation.beyond_rule", "", "this offer is for certain neighbors"))
	case r.Most > 0 && a.Times > r.Most-a.Taken:
		why = fault.As(fault.Conflictf("federation.beyond_rule", "", "each may take %d, and %d were taken already", r.Most, a.Taken))
	}
	switch {
	case why == nil:
		return Accept, nil
	case r.Otherwise == Reject:
		return Reject, why
	}
	return Ask, nil
}
