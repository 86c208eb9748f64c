package pool

import (
	"maps"
	"slices"
	"strings"
)

// The places of a pool itself. Members are places too, by their names.
const (
	Pot      = "/pot"
	Social   = "/social"   // the fund for hardship, never shared out
	Reserve  = "/reserve"  // fees that cover cost, and carry losses first
	Deposits = "/deposits" // held for borrowers, and given back
)

// Own reports whether a place is one of the pool itself.
func Own(place string) bool { return strings.HasPrefix(place, "/") }

// Move is an amount that went from one place to another, and why: a word such
// as contribution, turn, loan, refund.
type Move struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Amount Micros `json:"amount"`
	Why    string `json:"why"`
}

// Book has what each place holds. A member's is what they received less what
// they paid, so that everything adds up to zero.
type Book struct {
	Balance map[string]Micros `json:"balance"`
	moves   []Move            // of the step that is being taken
}

func (b *Book) move(from, to string, amount Micros, why string) {
	if amount == 0 {
		return
	}
	b.Balance[from] -= amount
	b.Balance[to] += amount
	b.moves = append(b.moves, Move{from, to, amount, why})
}

// spread moves a sum that was divided, in the order of the names.
func (b *Book) spread(from string, parts map[string]Micros, why string) {
	for _, who := range slices.Sorted(maps.Keys(parts)) {
		b.move(from, who, parts[who], why)
	}
}

// Debt is what somebody missed or still owes. It never grows.
type Debt struct {
	N         int    `json:"n"` // its number in the pool, from 1
	From      string `json:"from"`
	To        string `json:"to"` // a member, or the pot
	Amount    Micros `json:"amount"`
	Open      Micros `json:"open"`
	Guarantor string `json:"guarantor,omitempty"` // who may pay in the place of the debtor
}

func (p *Pool) owe(from, to string, amount Micros, guarantor string) {
	p.Debts = append(p.Debts, Debt{N: len(p.Debts) + 1, From: from, To: to, Amount: amount, Open: amount, Guarantor: guarantor})
}

// settle pays a debt, whole or in part: the debtor, or the guarantor, to whom
// the debtor then owes as much.
func (p *Pool) settle(s Step) error {
	i := s.N - 1
	if i < 0 || i >= len(p.Debts) || p.Debts[i].Open == 0 {
		return notOpen(s.N)
	}
	d := &p.Debts[i]
	if s.Who != d.From && s.Who != d.Guarantor {
		return notOpen(s.N)
	}
	if err := tooMuch(s.Amount, d.Open); err != nil {
		return err
	}
	d.Open -= s.Amount
	p.Book.move(s.Who, d.To, s.Amount, "debt")
	if s.Who != d.From {
		p.owe(d.From, s.Who, s.Amount, "")
	}
	return nil
}

// open reports whether somebody still owes something.
func (p *Pool) open() bool {
	return slices.ContainsFunc(p.Debts, func(d Debt) bool { return d.Open > 0 })
}
