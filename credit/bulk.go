package credit

import (
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// BulkRow is one payment of many.
type BulkRow struct {
	From     store.ID        `json:"from"` // an account; or an agent, who has one in the currency
	To       store.ID        `json:"to"`
	Amount   quantity.Amount `json:"amount"`
	Note     string          `json:"note,omitempty"`
	Category string          `json:"category,omitempty"`
	Private  bool            `json:"private,omitempty"` // the note is for the parties only
	Gift     bool            `json:"gift,omitempty"`    // not trade
	Line     int             `json:"line,omitempty"`    // where it was read, from 1
}

// BulkChunk is how many payments one act makes at most: enough that its journal
// entry costs nothing, few enough that others get their turn.
const BulkChunk = 5000

// BulkOutcome is what became of a row: the payment it made, or why it made none.
type BulkOutcome struct {
	Line    int          `json:"line"`
	Payment store.ID     `json:"payment,omitempty"`
	Refused *fault.Error `json:"refused,omitempty"`
}

// BatchState is where a batch of payments stands.
type BatchState string

// The states of a batch.
const (
	BatchPaying   BatchState = "paying"   // acts go on
	BatchHeld     BatchState = "held"     // all of it is reserved and will be paid
	BatchPaid     BatchState = "paid"     // nothing follows
	BatchReversed BatchState = "reversed" // it was taken back, as far as it could be
)

// Batch is payments that came together.
type Batch struct {
	ID       store.ID   `json:"id"`
	Name     string     `json:"name,omitempty"` // of the file
	By       store.ID   `json:"by"`
	At       time.Time  `json:"at"`
	State    BatchState `json:"state"`
	Together bool       `json:"together"` // all or nothing
	Rows     int        `json:"rows"`     // taken so far
	Made     int        `json:"made"`     // that became payments
	Total    int        `json:"total"`    // rows there are; 0 while nobody knows
}

// BatchStep is what an act says of a batch in the journal.
type BatchStep struct {
	Batch    store.ID `json:"batch"`
	Name     string   `json:"name,omitempty"`
	Together bool     `json:"together,omitempty"`
	First    int      `json:"first"` // rows of the batch that acts before took
	Rows     int      `json:"rows"`
	Made     int      `json:"made"`
	// Held says that what the payments of this act need was reserved before.
	Held bool `json:"held,omitempty"`
}

// Hold is what a batch reserves of an account: everything that shall leave and
// everything that shall arrive, since one may come before the other.
type Hold struct {
	Account  store.ID `json:"account"`
	Outgoing Micros   `json:"outgoing,omitzero"`
	Incoming Micros   `json:"incoming,omitzero"`
}

// on adds the hold to what is reserved of an account, or takes it off with a sign of -1.
func (h Hold) on(a *Account, sign Micros) {
	a.Outgoing += sign * h.Outgoing
	a.Incoming += sign * h.Incoming
}

// holds refuses a hold that the account does not take, either way.
func (a Account) holds(h Hold, balance quantity.Amount) error {
	if h.Outgoing > 0 {
		if err := a.admits(-h.Outgoing, balance); err != nil {
			return err
		}
	}
	return a.admits(h.Incoming, balance)
}

// holdsOf adds up what payments take from and give to accounts, in the order in
// which accounts first appear.
type holdsOf struct {
	of    map[store.ID]int
	holds []Hold
}

func (s *holdsOf) add(legs []Leg) (err error) {
	for _, l := range legs {
		from, to := s.at(l.From), s.at(l.To)
		if s.holds[from].Outgoing, err = s.holds[from].Outgoing.plus(l.Amount); err != nil {
			return err
		}
		if s.holds[to].Incoming, err = s.holds[to].Incoming.plus(l.Amount); err != nil {
			return err
		}
	}
	return nil
}

func (s *holdsOf) at(account store.ID) int {
	if s.of == nil {
		s.of = map[store.ID]int{}
	}
	i, known := s.of[account]
	if !known {
		i = len(s.holds)
		s.of[account], s.holds = i, append(s.holds, Hold{Account: account})
	}
	return i
}
