package intake

import (
	"math/big"

	"commonweal/quantity"
)

// Journal is a plain-text journal, read whole: parsed, completed (amounts that
// the file leaves out), and balanced by the rules of its format, with every
// balance assertion checked.
type Journal struct {
	Format      string  // "hledger", "ledger" or "beancount"
	Entries     []Entry // in the order of the files
	Accounts    []Declaration
	Commodities []Declaration
	Payees      []Declaration
	Prices      []Price
	Checked     int           // balance assertions that held
	Ignored     []Declaration // directives without meaning for the books: options, notes, documents
}

// Declaration is a directive of a journal.
type Declaration struct {
	Directive string // "account", "open", "plugin"
	Name      string // what it is about
	Day       string // YYYY-MM-DD; empty where the format has none
	File      string
	Line      int
}

// Price is what one unit was worth on a day.
type Price struct {
	Day  string
	Unit quantity.Unit
	Rate Rate
	Line int
}

// Rate is the exact price of one unit in another.
type Rate struct {
	Value *big.Rat // not modified by anybody
	Unit  quantity.Unit
}

// Status is how far an entry was checked by its author.
type Status string

// The statuses, as the formats write them.
const (
	Unmarked Status = ""
	Pending  Status = "!"
	Cleared  Status = "*"
)

// Entry is a transaction of a journal.
type Entry struct {
	Day      string // YYYY-MM-DD
	OtherDay string // the second date of hledger and Ledger; empty where there is none
	Status   Status // or another flag of Beancount, as a letter
	Code     string // a number in brackets: of a check, of an invoice
	Payee    string
	Note     string   // what it was for: hledger's note, Beancount's narration
	Tags     []Tag    // and Beancount's metadata
	Links    []string // Beancount's ^links
	Postings []Posting
	File     string
	From, To int // lines of File, inclusive
}

// Tag is a named value; Value is empty for a mere mark.
type Tag struct{ Name, Value string }

// Posting adds an amount to an account. Its unit is the commodity's symbol as
// the file writes it ("EUR", "$", "h"), empty for a bare number.
type Posting struct {
	Account string
	Amount  quantity.Amount
	// Inferred tells that the file left the amount out, and that it follows from
	// the others. One posting of the file may become several, one for each unit.
	Inferred bool
	Price    *Rate  // @: what one unit was exchanged for
	Cost     *Rate  // {}: what one unit of the lot had cost
	Virtual  bool   // (account) or [account]: outside of double entry, or balanced among themselves
	Day      string // where it differs from the entry's
	Status   Status
	Tags     []Tag
	Line     int
}

// Weight is what a posting counts in the balance of its entry: its amount, or
// that times its cost, or times its price.
func (p Posting) Weight() (*big.Rat, quantity.Unit) {
	for _, r := range []*Rate{p.Cost, p.Price} {
		if r != nil {
			return new(big.Rat).Mul(p.Amount.Rat(), r.Value), r.Unit
		}
	}
	return p.Amount.Rat(), p.Amount.Unit
}
