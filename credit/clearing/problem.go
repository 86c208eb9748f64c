package clearing

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"commonweal/platform/fault"
)

// The bounds of a problem.
const (
	MaxWeight = 1 << 20 // of an obligation
	MaxHubs   = 31      // circuits of mutual credit in one round
	maxName   = 200     // bytes of an id or a name
	maxSize   = math.MaxInt32 / 2
)

// Problem is the snapshot of one round: one unit, all amounts in its smallest
// step. The order of its lists decides nothing.
type Problem struct {
	Members     []string // ids or pseudonyms, each once
	Obligations []Obligation
	Hubs        []string // circuits of mutual credit, each once
	Lines       []Line
}

// Obligation is an open debt that both sides have acknowledged.
type Obligation struct {
	ID               string
	Amount           int64 // open; more than zero
	Debtor, Creditor int32 // in Members; never the same
	Weight           int32 // what setting off one unit is worth, from 1 to MaxWeight; 0 is 1
	Due              Day
}

// weight is the weight with its default.
func (o *Obligation) weight() int32 { return max(o.Weight, 1) }

// Line is what a member may do in a circuit of mutual credit in this round.
// Pending amounts are taken off by whoever makes the snapshot.
type Line struct {
	Hub       int32 // in Hubs
	Member    int32 // in Members
	Balance   int64 // may be spent of the member's own
	Overdraft int64 // may be spent beyond that
	Room      int64 // may be received
}

// Check refuses a problem that has no meaning, and names the first flaw.
func (p *Problem) Check() error {
	if len(p.Members) > maxSize || len(p.Obligations) > maxSize {
		return fault.Invalidf("clearing.size", "", "%d members and %d obligations are too many for one round; at most %d of either", len(p.Members), len(p.Obligations), maxSize)
	}
	if len(p.Hubs) > MaxHubs {
		return fault.Invalidf("clearing.hubs", "hub", "%d circuits of mutual credit are too many for one round; at most %d", len(p.Hubs), MaxHubs)
	}
	if err := checkNames("member", p.Members); err != nil {
		return err
	}
	if err := checkNames("hub", p.Hubs); err != nil {
		return err
	}
	for i := range p.Obligations {
		if err := p.CheckObligation(i); err != nil {
			return err
		}
	}
	for _, twice := range p.Repeated() {
		return fault.Invalidf("clearing.obligation_twice", "id", "the obligation %q is listed twice; each has an id of its own", p.Obligations[twice.Again].ID)
	}
	return p.checkLines()
}

// CheckObligation refuses an obligation that has no meaning by itself.
func (p *Problem) CheckObligation(i int) error {
	o := &p.Obligations[i]
	switch {
	case o.Debtor < 0 || int(o.Debtor) >= len(p.Members) || o.Creditor < 0 || int(o.Creditor) >= len(p.Members):
		return fault.Invalidf("clearing.unknown_member", "debtor", "the obligation %q is between members %d and %d; there are %d, counted from 0", o.ID, o.Debtor, o.Creditor, len(p.Members))
	case o.Debtor == o.Creditor:
		return fault.Invalidf("clearing.self", "creditor", "the obligation %q is owed by %q to itself; debtor and creditor must differ", o.ID, p.Members[o.Debtor])
	case o.Amount <= 0:
		return fault.Invalidf("clearing.amount", "amount", "the obligation %q has the amount %d; it must be more than zero", o.ID, o.Amount)
	case o.Weight < 0 || o.Weight > MaxWeight:
		return fault.Invalidf("clearing.weight", "weight", "the obligation %q has the weight %d; a weight is a whole number from 1 to %d", o.ID, o.Weight, MaxWeight)
	case !o.Due.valid():
		return fault.Invalidf("clearing.due", "due", "the obligation %q is due on %d, which is no day; write it as 20260331", o.ID, o.Due)
	}
	return CheckName("id", o.ID)
}

func (p *Problem) checkLines() error {
	seen := map[[2]int32]bool{}
	for i, l := range p.Lines {
		key := [2]int32{l.Hub, l.Member}
		switch {
		case l.Hub < 0 || int(l.Hub) >= len(p.Hubs) || l.Member < 0 || int(l.Member) >= len(p.Members):
			return fault.Invalidf("clearing.unknown_line", "member", "line of credit %d names circuit %d and member %d; there are %d and %d, counted from 0", i, l.Hub, l.Member, len(p.Hubs), len(p.Members))
		case l.Balance < 0 || l.Overdraft < 0 || l.Room < 0:
			return fault.Invalidf("clearing.line", "balance", "the line of credit of %q has balance %d, overdraft %d and room %d; none may be below zero", p.Members[l.Member], l.Balance, l.Overdraft, l.Room)
		case seen[key]:
			return fault.Invalidf("clearing.line_twice", "member", "%q has two lines of credit in the circuit %q; give one", p.Members[l.Member], p.Hubs[l.Hub])
		}
		seen[key] = true
	}
	return nil
}

// checkNames refuses names that cannot be written, and one that comes twice.
func checkNames(field string, names []string) error {
	for _, name := range names {
		if err := CheckName(field, name); err != nil {
			return err
		}
	}
	for _, twice := range repeated(len(names), func(i int32) string { return names[i] }) {
		return fault.Invalidf("clearing.name_twice", field, "the %s %q is listed twice", field, names[twice.Again])
	}
	return nil
}

// CheckName refuses a name or an id that a line of text cannot hold.
func CheckName(field, name string) error {
	if name == "" || len(name) > maxName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return fault.Invalidf("clearing.name", field, "%.60q cannot be the name of anything here; write 1 to %d bytes of text without control characters", name, maxName)
	}
	return nil
}
