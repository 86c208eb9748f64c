package contribution

import (
	"time"

	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// Somebody leaves. What becomes of their claims under rules with risk
// multipliers is said by each value equation (equation.ExitRule); the exit
// itself is a decision that distributions find, like every other fact, as it
// stood when they were opened. It never rewrites a claim, so a counter-act
// brings everything back.

// Exit is that a person left a project, or the commons.
type Exit struct {
	ID      store.ID `json:"id"`
	No      int64    `json:"no"` // the journal entry that recorded it
	Person  store.ID `json:"person"`
	Project store.ID `json:"project,omitempty"` // empty: the whole commons
	// Way is how they left; which ways are whose fault is a rule of the equation.
	Way equation.Way `json:"way"`
	// From (YYYY-MM-DD) is the first day without them: the exit is about what
	// was contributed before.
	From     string    `json:"from"`
	At       time.Time `json:"at"`
	Decision string    `json:"decision"` // where it was decided
	BuyBack  *BuyBack  `json:"buyBack,omitempty"`
	ClawBack *ClawBack `json:"clawBack,omitempty"`
	// RevokedAt is the journal entry that took the exit back; 0 while it stands.
	RevokedAt int64 `json:"revokedAt,omitempty"`
}

// BuyBack is that the group bought the slices of who left.
type BuyBack struct {
	No       int64           `json:"no"`
	Equation store.ID        `json:"equation"`
	Version  int64           `json:"version"` // by whose rules
	Rules    []string        `json:"rules"`   // whose claims are closed by it
	Slices   quantity.Amount `json:"slices"`  // what they came to
	Amount   quantity.Amount `json:"amount"`  // Slices times the price of one
	Event    store.ID        `json:"event"`   // the transfer to the account of who left
	At       time.Time       `json:"at"`
}

// ClawBack is that the whole was sold soon after a buy-back, so that the
// slices count again and the price paid for them is an advance.
type ClawBack struct {
	No       int64  `json:"no"`
	Sold     string `json:"sold"` // YYYY-MM-DD
	Decision string `json:"decision"`
}

// standsAt reports whether an act had happened at a journal entry.
func standsAt(no, seq int64) bool { return no > 0 && no < seq }

// at returns the exit as a distribution of a project, opened in a journal
// entry, finds it; false when it does not.
func (x Exit) at(seq int64, project store.ID) (equation.Exit, bool) {
	if !standsAt(x.No, seq) || standsAt(x.RevokedAt, seq) || x.Project != "" && x.Project != project {
		return equation.Exit{}, false
	}
	day, err := time.Parse(time.DateOnly, x.From)
	if err != nil {
		return equation.Exit{}, false // checked when it was recorded
	}
	out := equation.Exit{Person: string(x.Person), Way: x.Way, Day: equation.DayOf(day)}
	if x.BuyBack != nil && standsAt(x.BuyBack.No, seq) && (x.ClawBack == nil || !standsAt(x.ClawBack.No, seq)) {
		out.Bought = x.BuyBack.Rules
	}
	return out, true
}

// advance returns what a claw-back made an advance on pay in a currency, when
// the distribution opened in a journal entry is the first since; last is the
// one before it. Later ones find what is left of it among the carries.
func (x Exit) advance(last, seq int64, unit quantity.Unit) (equation.Carry, bool) {
	if x.ClawBack == nil || !standsAt(x.ClawBack.No, seq) || standsAt(x.ClawBack.No, last) || standsAt(x.RevokedAt, seq) || x.BuyBack.Amount.Unit != unit {
		return equation.Carry{}, false
	}
	return equation.Carry{Receiver: string(x.Person), Amount: -x.BuyBack.Amount.Micros}, true
}

// exitsFor puts exits, and what they were paid in advance, into the input of a
// distribution; last is the number of the one before it.
func exitsFor(in *equation.Input, all []Exit, d Distribution, last int64) {
	for _, x := range all {
		if found, counts := x.at(d.No, d.Project); counts {
			in.Exits = append(in.Exits, found)
		}
		if advance, owed := x.advance(last, d.No, d.Pot.Unit); owed {
			in.Carries = append(in.Carries, advance)
		}
	}
}

// check refuses an exit that cannot be, whoever records it on the day today.
func (x Exit) check(today string) error {
	if _, err := time.Parse(time.DateOnly, x.From); err != nil || x.From > today || x.From < "1970-01-01" {
		return fault.Invalidf("contribution.exit_day", "from", "%q is not a day on which somebody can have left; give the first day without them, at the latest today", clipRunes(x.From, 40))
	}
	for _, w := range equation.Ways() {
		if x.Way == w {
			return checkDecision(x.Decision)
		}
	}
	return fault.Invalidf("contribution.exit_way", "way", "%q is no way of leaving; choose resigned, resigned_with_reason, dismissed or dismissed_with_cause", clipRunes(string(x.Way), 40))
}

// mayClawBack refuses a claw-back that the rules do not give: only slices that
// were kept whole and bought back, and only when the whole was sold within so
// many months of it.
func (x Exit) mayClawBack(rule equation.ExitRule, sold, today string) error {
	if x.BuyBack == nil || x.ClawBack != nil {
		return fault.Conflictf("contribution.claw_back", "exit", "nothing was bought back from them, or it was clawed back already")
	}
	if rule.IsAtFault(x.Way) {
		return fault.Conflictf("contribution.claw_back", "exit", "they left by their own fault, so a buy-back is final")
	}
	bought := x.BuyBack.At.UTC()
	until := bought.AddDate(0, rule.ClawBackMonths, 0).Format(time.DateOnly)
	if _, err := time.Parse(time.DateOnly, sold); err != nil || sold > today || sold < bought.Format(time.DateOnly) || sold > until {
		return fault.Invalidf("contribution.claw_back_day", "sold", "%q is not a day from %s to %s: within %d months of the buy-back, and not in the future",
			clipRunes(sold, 40), bought.Format(time.DateOnly), until, rule.ClawBackMonths)
	}
	return nil
}
