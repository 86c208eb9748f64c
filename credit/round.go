package credit

import (
	"slices"
	"time"

	"commonweal/credit/clearing"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// RoundState is where a clearing round stands.
type RoundState string

// The states of a clearing round. The last two are final.
const (
	Solving  RoundState = "solving"  // the snapshot is taken; what can be set off is being worked out
	Asking   RoundState = "asking"   // everybody sees their lines and may hold them back
	Settling RoundState = "settling" // it is worked out again without what is held back
	Settled  RoundState = "settled"
	Dropped  RoundState = "canceled"
)

// Round is one clearing round: all open debts of a unit, set off against each
// other in circles as far as can be.
type Round struct {
	ID       store.ID      `json:"id"`
	Unit     quantity.Unit `json:"unit"`
	Currency store.ID      `json:"currency,omitempty"` // whose accounts lend their lines; empty for none
	State    RoundState    `json:"state"`
	By       store.ID      `json:"by,omitempty"`
	At       time.Time     `json:"at"`
	Hours    int           `json:"hours"`           // how long everybody may hold something back
	Until    time.Time     `json:"until,omitzero"`  // the end of that, once it has begun
	Share    int           `json:"share,omitempty"` // of what accounts may still spend and receive, in percent, that the round may use
	Snapshot string        `json:"snapshot"`        // clearing.Problem.Digest of the sheet
	Version  string        `json:"version"`         // clearing.Version: the rules by which it is solved
	Figures  *Figures      `json:"figures,omitempty"`

	Run store.ID `json:"-"` // the long work that solves it
	Seq int64    `json:"-"` // the journal entry that opened it
}

// Figures are the totals of a round, each with one meaning; see clearing.Totals.
type Figures struct {
	Members     int    `json:"members"`
	Obligations int    `json:"obligations"`
	Discharged  int    `json:"discharged"` // whole
	Reduced     int    `json:"reduced"`    // in part
	Touched     int    `json:"touched"`    // members
	Gross       Micros `json:"gross"`      // open before
	Cleared     Micros `json:"cleared"`
	NetDebt     Micros `json:"netDebt"` // net positions above zero before, added up
	Needed      Micros `json:"needed"`  // the same after: the money still needed
	Drawn       Micros `json:"drawn"`   // overdraft newly used
	Moved       Micros `json:"moved"`   // all credit paid
	Alone       Micros `json:"alone"`   // what would be cleared without any line of credit
}

// Sheet is the frozen snapshot of a round: what is open between whom, and which
// lines of credit it may use. What the lines name is reserved until the round is over.
type Sheet struct {
	Debts []Debt  `json:"debts"`
	Lines []Offer `json:"lines,omitempty"`
}

// Debt is an obligation as the snapshot has it.
type Debt struct {
	ID       store.ID     `json:"id"`
	Debtor   store.ID     `json:"debtor"`
	Creditor store.ID     `json:"creditor"`
	Amount   Micros       `json:"amount"` // open
	Due      clearing.Day `json:"due,omitempty"`
}

// Offer is the line of credit of one account in a round.
type Offer struct {
	Account   store.ID `json:"account"`
	Agent     store.ID `json:"agent"`
	Balance   Micros   `json:"balance,omitempty"`   // may be spent of the holder's own
	Overdraft Micros   `json:"overdraft,omitempty"` // and beyond that
	Room      Micros   `json:"room,omitempty"`      // may be received
}

// Withheld keeps something out of a round: one obligation, all between two parties,
// the line of credit, or everything of the one who holds back.
type Withheld struct {
	Agent      store.ID `json:"agent"` // whose
	Obligation store.ID `json:"obligation,omitempty"`
	Partner    store.ID `json:"partner,omitempty"`
	Line       bool     `json:"line,omitempty"`
}

// keeps reports whether the hold keeps a debt out.
func (h Withheld) keeps(d Debt) bool {
	if h.Line || h.Agent != d.Debtor && h.Agent != d.Creditor {
		return false
	}
	switch {
	case h.Obligation != "":
		return h.Obligation == d.ID
	case h.Partner != "":
		return h.Partner == d.Debtor || h.Partner == d.Creditor
	}
	return true
}

// keepsLine reports whether it keeps a line of credit out.
func (h Withheld) keepsLine(l Offer) bool {
	return h.Agent == l.Agent && h.Obligation == "" && h.Partner == ""
}

// without is the sheet without what is held back.
func (s Sheet) without(holds []Withheld) Sheet {
	held := func(is func(Withheld) bool) bool { return slices.ContainsFunc(holds, is) }
	return Sheet{
		Debts: slices.DeleteFunc(slices.Clone(s.Debts), func(d Debt) bool { return held(func(h Withheld) bool { return h.keeps(d) }) }),
		Lines: slices.DeleteFunc(slices.Clone(s.Lines), func(l Offer) bool { return held(func(h Withheld) bool { return h.keepsLine(l) }) }),
	}
}

// problem is the sheet as the solver takes it. Members are agents, by their
// identifiers, which say nothing to whoever has only the files of a round.
func (s Sheet) problem(r Round) *clearing.Problem {
	p, place := &clearing.Problem{}, map[store.ID]int32{}
	member := func(id store.ID) int32 {
		at, known := place[id]
		if !known {
			at = int32(len(p.Members))
			p.Members, place[id] = append(p.Members, string(id)), at
		}
		return at
	}
	for _, d := range s.Debts {
		p.Obligations = append(p.Obligations, clearing.Obligation{ID: string(d.ID), Amount: int64(d.Amount), Debtor: member(d.Debtor), Creditor: member(d.Creditor), Due: d.Due})
	}
	if len(s.Lines) > 0 {
		p.Hubs = []string{string(r.Currency)}
	}
	for _, l := range s.Lines {
		p.Lines = append(p.Lines, clearing.Line{Member: member(l.Agent), Balance: int64(l.Balance), Overdraft: int64(l.Overdraft), Room: int64(l.Room)})
	}
	return p
}

// offers are the lines of credit that accounts lend a round: of what each may
// still spend and receive the share of the round, in whole steps, and no more
// than the debts and claims of its holder could use. An account that neither
// owes nor is owed lends nothing; a frozen one only receives.
func offers(debts []Debt, list []Account, balances map[store.ID]Micros, share, step Micros) (out []Offer) {
	owes, owed := map[store.ID]Micros{}, map[store.ID]Micros{}
	for _, d := range debts {
		owes[d.Debtor] = saturated(owes[d.Debtor], d.Amount)
		owed[d.Creditor] = saturated(owed[d.Creditor], d.Amount)
	}
	seen := map[store.ID]bool{}
	for _, a := range list {
		if a.Role != OfMember || a.Standing == Closed || seen[a.Agent] {
			continue
		}
		seen[a.Agent] = true
		at := a.position(balances[a.ID])
		room, _ := at.Room()
		l := Offer{Account: a.ID, Agent: a.Agent, Room: lent(min(room, largest), owed[a.Agent], share, step)}
		if a.Standing == Open {
			out := lent(at.Spendable(), owes[a.Agent], share, step)
			l.Balance = min(out, max(0, at.Balance-at.Outgoing))
			l.Balance -= l.Balance % step
			l.Overdraft = out - l.Balance
		}
		if l.Balance+l.Overdraft+l.Room > 0 {
			out = append(out, l)
		}
	}
	return out
}

// inOrder are the accounts of a currency, oldest first, with their identifiers.
func inOrder(list []Account, currency store.ID) (out []Account, ids []store.ID) {
	out = slices.DeleteFunc(slices.Clone(list), func(a Account) bool { return a.Currency != currency })
	slices.SortFunc(out, func(a, b Account) int { return compareIDs(a.ID, b.ID) })
	for _, a := range out {
		ids = append(ids, a.ID)
	}
	return out, ids
}

// lent is a share, in percent, of what an account has, in whole steps and no
// more than is of use.
func lent(has, use, share, step Micros) Micros {
	has = max(0, min(has, largest))
	n := has/100*share + has%100*share/100
	return min(n-n%step, use)
}

// reserve sets what the round may use of an account aside, or with a sign of -1
// lets it go.
func (l Offer) reserve(a *Account, sign Micros) {
	a.hold(-(l.Balance + l.Overdraft), sign)
	a.hold(l.Room, sign)
}
