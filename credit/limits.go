package credit

import (
	"slices"
	"time"

	"commonweal/credit/limit"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Group is the accounts of a currency that share a policy of limits. The one
// without a name is everybody who is in no other.
type Group struct {
	Name   string       `json:"name,omitempty"`
	Policy limit.Policy `json:"policy"`
}

// AccountLimits is what the band of an account follows from. It follows itself
// from the log: the last change of the band, and what was paid.
type AccountLimits struct {
	Group    string          `json:"group,omitempty"`
	Traded   limit.Micros    `json:"traded,omitzero"`    // at the last month's end
	Received limit.Receipts  `json:"received,omitempty"` // where lines grow, by agent
	Decision *limit.Decision `json:"decision,omitempty"`
}

// usual is the policy of everybody where the commons has set none: it follows
// from what an active member trades in a month.
func (c Currency) usual() limit.Policy { return limit.Usual(limit.Micros(c.Month.Micros)) }

// policy is the policy of a group; that of everybody where there is no such group.
func (c Currency) policy(group string) limit.Policy {
	everybody := c.usual()
	for _, g := range c.Limits {
		switch g.Name {
		case group:
			return g.Policy
		case "":
			everybody = g.Policy
		}
	}
	return everybody
}

// Groups are the groups of a currency with their policies, everybody first.
func (c Currency) Groups() []Group {
	if len(c.Limits) == 0 {
		return []Group{{Policy: c.usual()}}
	}
	return c.Limits
}

// grows reports whether a line grows with receipts in any group.
func (c Currency) grows() bool {
	return slices.ContainsFunc(c.Limits, func(g Group) bool { return g.Policy.Growth != nil })
}

// follows reports whether a line follows recent sales in any group.
func (c Currency) follows() bool {
	return slices.ContainsFunc(c.Limits, func(g Group) bool { return g.Policy.Turnover != nil })
}

// maxGroups is how many groups a currency has.
const maxGroups = 20

// checkGroups says what is wrong with the policies of a currency.
func checkGroups(groups []Group) error {
	if len(groups) == 0 || len(groups) > maxGroups || groups[0].Name != "" {
		return fault.Invalidf("credit.groups", "groups", "a currency has 1 to %d groups; the first has no name and is everybody who is in no other", maxGroups)
	}
	named := map[string]bool{}
	for i, g := range groups {
		switch {
		case i > 0 && g.Name == "" || len(g.Name) > 60:
			return fault.Invalidf("credit.group_name", "groups.name", "a group has a name of 1 to 60 bytes, not %d", len(g.Name))
		case named[g.Name]:
			return fault.Invalidf("credit.group_twice", "groups.name", "there are two groups %.40q; give each a name of its own", g.Name)
		}
		named[g.Name] = true
		if err := g.Policy.Check(); err != nil {
			return err
		}
	}
	return nil
}

// ofLimit is a band of the pure package as one of an account.
func ofLimit(b limit.Band) Band { return Band{Floor: Micros(b.Floor), Ceiling: (*Micros)(b.Ceiling)} }

// limited is a band of an account as one of the pure package.
func (b Band) limited() limit.Band {
	return limit.Band{Floor: limit.Micros(b.Floor), Ceiling: (*limit.Micros)(b.Ceiling)}
}

// basis is what the band of the account follows from at a moment.
func (l AccountLimits) basis(p limit.Policy, at time.Time) limit.Basis {
	b := limit.Basis{Decision: l.Decision.At(at)}
	if p.Turnover != nil {
		b.Traded = l.Traded
	}
	if p.Growth != nil {
		b.Received = l.Received.Counted(p.Growth.Partner)
	}
	return b
}

// Explain says how far an account may go at a moment, and what it follows from.
func (c Currency) Explain(a Account, at time.Time) limit.Result {
	p := c.policy(a.Limits.Group)
	return p.Decide(a.Limits.basis(p, at))
}

// rebind gives an account the band that follows from its limits, and returns
// the change; changed is false where it has that band already.
func (a *Account) rebind(c Currency, at time.Time) (change BandChange, changed bool) {
	p := c.policy(a.Limits.Group)
	basis := a.Limits.basis(p, at)
	r := p.Decide(basis)
	to := ofLimit(r.Band)
	change = BandChange{Account: a.ID, At: at, From: a.Band, To: to, Policy: string(r.Rule), Group: a.Limits.Group, Basis: &basis, Parts: r.Parts}
	if basis.Decision != nil {
		change.Until = basis.Decision.Until
	}
	changed = !a.Band.equal(to)
	a.Band = to
	return change, changed
}

func (b Band) equal(o Band) bool {
	return b.Floor == o.Floor && (b.Ceiling == nil) == (o.Ceiling == nil) && (b.Ceiling == nil || *b.Ceiling == *o.Ceiling)
}

var (
	lastBand  = store.SQL("SELECT content FROM credit_band WHERE commons_id = $1 AND account = $2 AND at <= $3 ORDER BY seq DESC LIMIT 1")
	firstBand = store.SQL("SELECT content FROM credit_band WHERE commons_id = $1 AND account = $2 ORDER BY seq LIMIT 1")
)

// BandOn returns the change that made the band of an account as it was at a
// moment, with its reason; found is false before the account was opened.
func BandOn(r store.Reader, account store.ID, at time.Time) (change BandChange, found bool, err error) {
	change, found, err = store.One(r, scanJSON[BandChange], lastBand, account, store.Micros(at))
	if err != nil || found {
		return change, found, err
	}
	list, err := store.AllOf(r, scanAccount, accountsByID, []store.ID{account})
	if err != nil || len(list) == 0 || at.Before(list[0].Opened) {
		return change, false, err
	}
	// an account that opens with the admission of its holder has its first band from there
	opening := BandChange{Account: account, At: list[0].Opened, To: list[0].Band, Policy: "opening"}
	first, changed, err := store.One(r, scanJSON[BandChange], firstBand, account)
	if changed && first.Policy != opening.Policy {
		opening.To = first.From
	}
	return opening, true, err
}
