package credit

import (
	"time"

	"commonweal/credit/clearing"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// DebtState is where an obligation stands.
type DebtState string

// The states of an obligation. The last four are final.
const (
	Proposed   DebtState = "proposed"   // one side, or a steward, has written it down
	Owed       DebtState = "open"       // both sides have acknowledged it
	Disputed   DebtState = "disputed"   // one side says that it is wrong
	Discharged DebtState = "discharged" // nothing of it is open any more
	Declined   DebtState = "declined"   // one side did not acknowledge it
	Withdrawn  DebtState = "withdrawn"  // both sides have agreed that it is void
	Lapsed     DebtState = "lapsed"     // it was not acknowledged in time
)

// Side is which end of an obligation somebody speaks for.
type Side string

// The sides of an obligation.
const (
	Debtor   Side = "debtor"
	Creditor Side = "creditor"
)

// Sides are the sides that have said something.
type Sides struct {
	Debtor   bool `json:"debtor,omitempty"`
	Creditor bool `json:"creditor,omitempty"`
}

// with are the sides after some of them said so, or took it back.
func (s Sides) with(said bool, sides []Side) Sides {
	for _, side := range sides {
		if side == Debtor {
			s.Debtor = said
		} else {
			s.Creditor = said
		}
	}
	return s
}

func (s Sides) both() bool { return s.Debtor && s.Creditor }

// Obligation is a debt of the register: what the debtor owes the creditor, in a
// currency of the commons or in money. Once both have acknowledged it, it is a
// Claim of the core, which events settle. Amounts are millionths of the unit.
type Obligation struct {
	ID       store.ID      `json:"id"`
	Debtor   store.ID      `json:"debtor"` // agents
	Creditor store.ID      `json:"creditor"`
	Unit     quantity.Unit `json:"unit"`
	Amount   Micros        `json:"amount"`
	Open     Micros        `json:"open"`          // what is left of it
	Due      string        `json:"due,omitempty"` // YYYY-MM-DD
	// Reference tells the parties which invoice or promise it is; it is sealed in the journal.
	Reference string    `json:"reference,omitempty"`
	Basis     store.ID  `json:"basis,omitempty"` // the event of the core that it comes from
	State     DebtState `json:"state"`
	At        time.Time `json:"at"`
	By        store.ID  `json:"by,omitempty"` // who wrote it down

	Acknowledged Sides    `json:"acknowledged,omitzero"`
	Disputed     Sides    `json:"disputed,omitzero"`
	Withdrawn    Sides    `json:"withdrawn,omitzero"`
	Claim        store.ID `json:"claim,omitempty"` // in the core, once acknowledged
	Round        store.ID `json:"round,omitempty"` // the clearing round that holds it
}

// Saying is what a side says about an obligation.
type Saying string

// What a side may say.
const (
	Acknowledge Saying = "acknowledge" // it is right
	Decline     Saying = "decline"     // it is not, and never was
	Dispute     Saying = "dispute"     // something is wrong with it; it stays out of rounds
	Settle      Saying = "settle"      // the dispute of this side is over
	Withdraw    Saying = "withdraw"    // let it be void; both must say so
)

// said is the obligation after one side, or both where one person speaks for
// both, has said something about it. A refusal says what stands against it.
func (o Obligation) said(s Saying, sides ...Side) (Obligation, error) {
	was := o.State
	switch {
	case o.Round != "":
		return o, inRound()
	case s == Acknowledge && was == Proposed:
		o.Acknowledged = o.Acknowledged.with(true, sides)
		if o.Acknowledged.both() {
			o.State = Owed
		}
	case s == Decline && was == Proposed:
		o.State = Declined
	case s == Dispute && (was == Owed || was == Disputed):
		o.Disputed, o.State = o.Disputed.with(true, sides), Disputed
	case s == Settle && was == Disputed:
		if o.Disputed = o.Disputed.with(false, sides); o.Disputed == (Sides{}) {
			o.State = Owed
		}
	case s == Withdraw && (was == Proposed || was == Owed || was == Disputed):
		if o.Withdrawn = o.Withdrawn.with(true, sides); o.Withdrawn.both() {
			o.State = Withdrawn
		}
	default:
		return o, o.stands()
	}
	return o, nil
}

func inRound() error {
	return fault.Conflictf("credit.in_round", "obligations", "a clearing round holds this debt; hold it back there, or wait until the round is over")
}

// stands refuses what the state of the obligation forbids.
func (o Obligation) stands() error {
	return fault.Conflictf("credit.obligation_state", "obligations", "this debt is %s; that cannot be said of it now", o.State)
}

// paid is the obligation after an amount of it was settled.
func (o Obligation) paid(amount Micros) (Obligation, error) {
	if o.State != Owed {
		return o, o.stands()
	}
	if amount <= 0 || amount > o.Open {
		return o, fault.Invalidf("credit.over_settled", "amount", "%s cannot be taken off this debt: %s of it is open", amount.of(o.Unit), o.Open.of(o.Unit))
	}
	if o.Open -= amount; o.Open == 0 {
		o.State = Discharged
	}
	return o, nil
}

// check says what is wrong with an obligation as it is written down.
func (o Obligation) check(s *Settings) error {
	step, known := s.stepOf(o.Unit)
	_, day := clearing.ParseDay(o.Due)
	switch {
	case !known:
		return fault.Invalidf("credit.obligation_unit", "amount", "debts are written in a currency of this commons or in money such as EUR, not in %.40q", o.Unit)
	case o.Debtor == o.Creditor:
		return fault.Invalidf("credit.self_debt", "creditor", "nobody owes themselves; debtor and creditor differ")
	case o.Amount <= 0 || o.Amount > largest || o.Amount%step != 0:
		return fault.Invalidf("credit.obligation_amount", "amount", "%s cannot be owed; write more than zero, at most %s, in steps of %s", o.Amount.of(o.Unit), Micros(largest).of(o.Unit), step.of(o.Unit))
	case !day:
		return fault.Invalidf("credit.obligation_due", "due", "%.40q is no day; write it as 2026-03-31, or leave it empty", o.Due)
	case len(o.Reference) > 200:
		return fault.Invalidf("credit.reference", "reference", "the reference has %d bytes; at most 200 are kept", len(o.Reference))
	}
	return nil
}

// stepOf is the smallest amount of a unit that debts are written in: that of the
// currency, or the smallest coin of a money.
func (s *Settings) stepOf(u quantity.Unit) (step Micros, known bool) {
	if c := s.byUnit(u); c.ID != "" {
		return c.Step(), true
	}
	i, known := quantity.Lookup(u)
	if !known || i.Currency == nil {
		return 0, false
	}
	return Micros(i.Step()), true
}

// byUnit is the currency of the commons in a unit; without an ID when there is none.
func (s *Settings) byUnit(u quantity.Unit) Currency {
	for _, c := range s.Order {
		if c.Unit == u {
			return c
		}
	}
	return Currency{}
}

// registered is what a journal record says of the register: obligations as they
// are now, what was taken off some, and what became of a clearing round.
type registered struct {
	Obligations []Obligation `json:"obligations,omitempty"`
	Discharged  []Discharge  `json:"discharged,omitempty"`
	Clearing    *Clearing    `json:"clearing,omitempty"`
}
