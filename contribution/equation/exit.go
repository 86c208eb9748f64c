package equation

import (
	"math"
	"reflect"
	"slices"

	"commonweal/contribution/equation/formula"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Exits follow the recovery framework of Slicing Pie (Mike Moyer, "The Slicing
// Pie Handbook", 2016; support.slicingpie.com, "Recovery Framework" and "Claw
// Back"). A slice is one unit of claim under a rule with risk multipliers: such
// a claim is worth more than what was given, because whoever gave it took a
// risk. What becomes of it when somebody leaves depends on whose fault that is.
// Claims under other rules are plain debts or shares and are not touched.

// Way is how somebody left.
type Way string

// The ways. With good reason: for instance a change of one's role or pay for
// the worse, or illness. With cause: for instance a breach of what was agreed.
const (
	Resigned           Way = "resigned" // without good reason
	ResignedWithReason Way = "resigned_with_reason"
	Dismissed          Way = "dismissed" // without cause
	DismissedWithCause Way = "dismissed_with_cause"
)

// Ways are all ways of leaving, in the order in which pages offer them.
func Ways() []Way { return []Way{Resigned, ResignedWithReason, Dismissed, DismissedWithCause} }

// Keep is how much of a claim somebody keeps who left by their own fault.
type Keep string

// What may be kept.
const (
	KeepAll     Keep = "all"
	KeepAtCost  Keep = "at_cost" // its value with every risk multiplier at 1
	KeepNothing Keep = "nothing"
)

// ExitRule says what becomes of slices when somebody leaves. An equation
// without one has DefaultExitRule.
type ExitRule struct {
	// AtFault lists the ways of leaving that are the leaver's own fault; after
	// any other way the leaver keeps everything.
	AtFault   []Way    `json:"atFault"`
	CashKinds []string `json:"cashKinds"` // kinds of contribution that are cash
	Cash      Keep     `json:"cash"`      // what who is at fault keeps of cash slices
	NonCash   Keep     `json:"nonCash"`   // and of all others
	Price     Decimal  `json:"price"`     // for which the group buys a slice back
	// ClawBackMonths is how long after a buy-back a sale of the whole reopens
	// the slices that were bought; 0 is never.
	ClawBackMonths int `json:"clawBackMonths"`
	// FrozenFrom (YYYY-MM-DD) is the day on which the pie freezes, at break-even:
	// what is contributed from then on earns no slices, and who leaves from then
	// on loses none. Empty: not yet.
	FrozenFrom string `json:"frozenFrom,omitempty"`
}

// maxClawBack bounds ClawBackMonths: a century.
const maxClawBack = 1200

// DefaultExitRule is Slicing Pie as published: who resigns without good reason
// or is dismissed with cause keeps only cash, without its multiplier; a slice is
// bought back for 1; a sale within a year reopens a buy-back.
func DefaultExitRule() ExitRule {
	return ExitRule{AtFault: []Way{DismissedWithCause, Resigned}, CashKinds: []string{"cash", "expense", "money", "payment", "purchase"},
		Cash: KeepAtCost, NonCash: KeepNothing, Price: "1", ClawBackMonths: 12}
}

// ExitRule returns the rule of the equation for those who leave.
func (e Equation) ExitRule() ExitRule {
	if e.Exit == nil {
		return DefaultExitRule()
	}
	return *e.Exit
}

// HasSlices reports whether any rule of the equation has risk multipliers, so
// that an exit changes something.
func (e Equation) HasSlices() bool {
	return slices.ContainsFunc(e.Buckets, func(b Bucket) bool {
		return slices.ContainsFunc(b.Rules, func(r Rule) bool { return len(r.RiskMultipliers) > 0 })
	})
}

// IsAtFault reports whether a way of leaving is the leaver's own fault.
func (r ExitRule) IsAtFault(w Way) bool { return slices.Contains(r.AtFault, w) }

// normal returns the rule in canonical form; nil when it is the default.
func (r *ExitRule) normal() *ExitRule {
	if r == nil {
		return nil
	}
	n := *r
	n.AtFault = slices.Compact(sorted(append([]Way{}, r.AtFault...))) // never nil: [] is one text, null another
	n.CashKinds = slices.Compact(sorted(append([]string{}, r.CashKinds...)))
	n.Price = r.Price.canonical()
	if reflect.DeepEqual(n, DefaultExitRule()) {
		return nil
	}
	return &n
}

// exit checks the rule for those who leave.
func (c *checker) exit(r *ExitRule) {
	if r == nil {
		return
	}
	for _, w := range r.AtFault {
		if !slices.Contains(Ways(), w) {
			c.fail("exit.atFault", "choice", "%q is no way of leaving; it is resigned, resigned_with_reason, dismissed or dismissed_with_cause", clip(string(w)))
		}
	}
	c.texts("exit.cashKinds", r.CashKinds)
	for field, k := range map[string]Keep{"exit.cash": r.Cash, "exit.nonCash": r.NonCash} {
		if k != KeepAll && k != KeepAtCost && k != KeepNothing {
			c.fail(field, "choice", "%q cannot be kept; it is all, at_cost or nothing", clip(string(k)))
		}
	}
	if c.amount("exit.price", r.Price); r.Price == "" {
		c.fail("exit.price", "empty", "a slice has no price; Slicing Pie buys it back for 1")
	}
	if r.ClawBackMonths < 0 || r.ClawBackMonths > maxClawBack {
		c.fail("exit.clawBackMonths", "months", "%d months is out of range; it is 0 to %d", r.ClawBackMonths, maxClawBack)
	}
	c.day("exit.frozenFrom", r.FrozenFrom)
}

// Exit is that somebody left, as a distribution finds it.
type Exit struct {
	Person string `json:"person"`
	Way    Way    `json:"way"`
	// Day is the first without the person, in days since 1970-01-01: the exit is
	// about claims on contributions of earlier days.
	Day int32 `json:"day"`
	// Bought lists the rules whose claims the group bought back; they are closed.
	Bought []string `json:"bought,omitempty"`
}

// leaving is what an exit did to a claim.
type leaving struct {
	created int64 // its value before
	reason  Reason
}

// keeps says how much of a claim an exit leaves, and why not all of it.
func (p *Program) keeps(x Exit, r *rule, kind string) (Keep, Reason) {
	rule := p.eq.ExitRule()
	keep := rule.NonCash
	if slices.Contains(rule.CashKinds, kind) {
		keep = rule.Cash
	}
	switch {
	case slices.Contains(x.Bought, r.ID):
		return KeepNothing, BoughtBack
	case !rule.IsAtFault(x.Way) || x.Day >= r.frozenFrom:
		return KeepAll, ""
	}
	return keep, LeftAtFault
}

// leave cuts the claims of people who left to what they keep. Claims are not
// rewritten: what a claim was worth stays known, and without the exit it counts
// in full again.
func (v *values) leave(s *Session, p *Program, r *rule, events []int32) {
	if len(r.RiskMultipliers) == 0 || len(s.exits) == 0 {
		return
	}
	l := s.in.Ledger
	for i, event := range events {
		for _, x := range s.exits[l.Person[event]] {
			if l.Day[event] >= x.Day || v.original[i] == unvalued {
				continue
			}
			keep, reason := p.keeps(x, r, l.Kinds[l.Kind[event]])
			if keep != KeepAll {
				v.cut(s, p, r, i, event, keep, reason)
			}
		}
	}
}

// cut takes off one claim what is not kept of it.
func (v *values) cut(s *Session, p *Program, r *rule, i int, event int32, keep Keep, reason Reason) {
	kept := int64(0)
	if keep == KeepAtCost {
		bare := *r
		bare.risk = nil // every multiplier is 1
		e := valuation{feed: newFeed(&s.in, &bare, r.original, p.eq.Unit), minor: p.minor, held: map[int32]Reason{}}
		one := []int64{0}
		e.run([]int32{event}, one)
		if why, held := e.held[event]; held {
			v.original[i], v.held[event] = unvalued, why
			return
		}
		kept = one[0]
	}
	if kept >= v.original[i] {
		return
	}
	if v.left == nil {
		v.left = map[int32]leaving{}
	}
	was, again := v.left[event]
	if !again {
		was.created = v.original[i]
	}
	v.left[event] = leaving{was.created, reason}
	v.original[i] = kept
}

// created returns the value of a claim at its creation, before any exit.
func (v *values) created(i int, event int32) int64 {
	if l, left := v.left[event]; left {
		return l.created
	}
	return v.original[i]
}

// exitsByPerson checks the exits and sorts them by person; those of people
// without a contribution concern nobody.
func (in *Input) exitsByPerson() map[int32][]Exit {
	out := map[int32][]Exit{}
	people := lookup(in.Ledger.People)
	for _, x := range in.Exits {
		if person, known := people[x.Person]; known {
			out[person] = append(out[person], x)
		}
	}
	return out
}

// frozenFrom returns the day from which a rule gives no more slices.
func (e *Equation) frozenFrom(r Rule) int32 {
	if len(r.RiskMultipliers) == 0 {
		return math.MaxInt32
	}
	return dayOr(e.ExitRule().FrozenFrom, math.MaxInt32)
}

// BuyBackPrice returns what slices of a given sum cost: the sum times the price
// of one, rounded half to even to the currency's step.
func (e Equation) BuyBackPrice(sum quantity.Amount) (quantity.Amount, error) {
	price, err := e.ExitRule().Price.Rat()
	if err != nil {
		return quantity.Amount{}, err
	}
	count, fits := formula.Nearest(price.Mul(price, sum.Rat()), quantity.Scale/e.Unit.Step())
	if !fits || count > math.MaxInt64/e.Unit.Step() {
		return quantity.Amount{}, fault.Invalidf("equation.too_large", "exit.price", "the slices would cost more than %s", micros(math.MaxInt64))
	}
	return quantity.Micros(count*e.Unit.Step(), e.Unit), nil
}
