package credit

import (
	"slices"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Role is what an account is for. Those that the commons itself holds are
// ordinary accounts with bands of their own, so that everything adds up to zero.
type Role string

// The roles of accounts.
const (
	OfMember   Role = "member"   // of a person or an organization
	OfFund     Role = "fund"     // fees, levies and gifts to the commons
	Reserve    Role = "reserve"  // pays first when a member fails
	Deficit    Role = "deficit"  // carries losses that are shared over time
	Rounding   Role = "rounding" // slivers of conversions
	OfNeighbor Role = "neighbor" // of a neighboring community
	Transit    Role = "transit"  // what is under way between two neighbors
	Pool       Role = "pool"     // of a pool of capital
)

// Standing is whether an account takes part.
type Standing string

// The standings of an account.
const (
	Open   Standing = "open"
	Frozen Standing = "frozen" // is paid and does not pay
	Closed Standing = "closed" // at zero, with nothing pending, for good
)

// Account is what the practice knows of an account beside its record in the
// ledger, which has the balance. Amounts are millionths of the currency.
type Account struct {
	ID       store.ID `json:"id"` // the record
	Currency store.ID `json:"currency"`
	Agent    store.ID `json:"agent"` // who holds it
	Role     Role     `json:"role"`
	Standing Standing `json:"standing"`
	Band
	Outgoing Micros       `json:"outgoing,omitzero"`
	Incoming Micros       `json:"incoming,omitzero"`
	Opened   time.Time    `json:"opened"`
	Terms    AccountTerms `json:"terms"`
	// Limits is what its band follows from: of the commons, not of the log.
	Limits AccountLimits `json:"-"`
}

// Acceptance is what happens to a request that reaches an account.
type Acceptance string

// The ways to accept a request. The empty one means: as the currency says.
const (
	Ask    Acceptance = "ask"    // the holder answers
	Always Acceptance = "always" // it is paid at once
	Listed Acceptance = "listed" // it is paid at once to those listed
	After  Acceptance = "after"  // it is paid after some hours, unless the holder says no
)

// Audience is who sees the balance of an account.
type Audience string

// The audiences, each wider than the one before. The empty one means: as the currency says.
const (
	ForHolder   Audience = "holder"
	ForStewards Audience = "stewards"
	ForMembers  Audience = "members"
	ForWorld    Audience = "world"
)

// AccountTerms is what the holder of an account decides about it, and a
// currency for all: what is empty is inherited.
type AccountTerms struct {
	Label      string     `json:"label,omitempty"` // tells several accounts of one holder apart
	Audience   Audience   `json:"audience,omitempty"`
	Accept     Acceptance `json:"accept,omitempty"`
	Listed     []store.ID `json:"listed,omitempty"`     // accounts, of Accept listed
	AfterHours int        `json:"afterHours,omitempty"` // of Accept after: 1 to 720
	Delegates  []store.ID `json:"delegates,omitempty"`  // agents who may pay from it too
}

// Over fills in what the terms leave empty.
func (t AccountTerms) Over(inherited AccountTerms) AccountTerms {
	if t.Audience == "" {
		t.Audience = inherited.Audience
	}
	if t.Audience == "" {
		t.Audience = ForMembers
	}
	if t.Accept == "" {
		t.Accept, t.AfterHours = inherited.Accept, inherited.AfterHours
	}
	if t.Accept == "" {
		t.Accept = Ask
	}
	return t
}

func (t AccountTerms) check() error {
	switch {
	case len(t.Label) > 80:
		return fault.Invalidf("credit.account_label", "terms.label", "the label has %d bytes; at most 80 are kept", len(t.Label))
	case !slices.Contains([]Audience{"", ForHolder, ForStewards, ForMembers, ForWorld}, t.Audience):
		return fault.Invalidf("credit.audience", "terms.audience", "%.40q does not say who sees a balance; write holder, stewards, members or world", t.Audience)
	case !slices.Contains([]Acceptance{"", Ask, Always, Listed, After}, t.Accept):
		return fault.Invalidf("credit.acceptance", "terms.accept", "%.40q is no way to answer requests; write ask, always, listed or after", t.Accept)
	case t.Accept == After && (t.AfterHours < 1 || t.AfterHours > 720):
		return fault.Invalidf("credit.acceptance_hours", "terms.afterHours", "requests are paid after 1 to 720 hours, not after %d", t.AfterHours)
	case twice(t.Listed) || twice(t.Delegates):
		return fault.Invalidf("credit.listed_twice", "terms", "somebody is listed twice; once is enough")
	case len(t.Listed) > 200 || len(t.Delegates) > 20:
		return fault.Invalidf("credit.too_many_listed", "terms", "at most 200 accounts are listed and 20 people act for an account")
	}
	return nil
}

// position is where the account stands with a balance.
func (a Account) position(balance Micros) Position {
	return Position{Balance: balance, Outgoing: a.Outgoing, Incoming: a.Incoming, Band: a.Band}
}

// heldBy reports whether somebody may pay from the account.
func (a Account) heldBy(agent store.ID) bool {
	return agent != "" && (a.Agent == agent || slices.Contains(a.Terms.Delegates, agent))
}

// hold reserves a net change, or with a sign of -1 lets it go.
func (a *Account) hold(net, sign Micros) {
	if net < 0 {
		a.Outgoing += sign * -net
	} else {
		a.Incoming += sign * net
	}
}

// twice reports whether a list has something more than once.
func twice(ids []store.ID) bool {
	seen := make(map[store.ID]bool, len(ids))
	for _, id := range ids {
		if seen[id] {
			return true
		}
		seen[id] = true
	}
	return false
}
