package intake

import (
	"iter"

	"commonweal/quantity"
)

// Records is what a statement file says, in its order: *Opening, its *Lines,
// *Closing, and so on. An error with a line (a *fault.Error) concerns that
// line; reading goes on where the format allows it. A file with any error
// should not be taken in.
type Records = iter.Seq2[Record, error]

// Record is an *Opening, a *Line or a *Closing.
type Record interface{ record() }

func (*Opening) record() {}
func (*Line) record()    {}
func (*Closing) record() {}

// Opening begins a statement: movements on one account.
type Opening struct {
	Account Account
	Holder  string        // who owns the account, where stated
	Number  string        // the bank's number of the statement
	Unit    quantity.Unit // empty where each line states its own
	Balance *Balance      // before the first line; nil where not stated
	At      int           // line of the file
}

// Closing ends a statement.
type Closing struct {
	Balance *Balance // after the last line; nil where not stated
	Lines   int      // how many there were
	At      int      // line of the file
}

// Balance is what an account holds at the start or end of a day.
type Balance struct {
	Day    string // YYYY-MM-DD
	Amount quantity.Amount
	// Interim marks the end of a page: the next page of the same file goes on from it.
	Interim bool
}

// Line is one movement on an account, as the bank booked it.
type Line struct {
	Account  Account
	Day      string          // booked, YYYY-MM-DD
	ValueDay string          // interest counts from here, YYYY-MM-DD; empty where not stated
	Amount   quantity.Amount // more than zero came in, less went out
	Detail
	// Parts are the payments of a batch that was booked as one sum; they add up
	// to Amount. Empty for a single payment.
	Parts         []Part
	BankReference string            // the bank's own identifier of the movement
	Code          string            // what kind of movement, in the bank's words or code
	Reversal      bool              // takes an earlier movement back
	Charges       []quantity.Amount // the bank's charges that Amount already holds, as stated
	Balance       *quantity.Amount  // of the account after the movement, where stated
	Format        string            // the reader's word: "camt", "mt940", "csv/ing"
	From, To      int               // lines of the file, inclusive
	Fingerprint   string            // hash of account, day, amount and unit
	Nth           int               // of the lines of this file with the Fingerprint, from 1
}

// Detail is what a movement says of itself.
type Detail struct {
	Party       Party  // who paid, or was paid
	Reference   string // the payer's end-to-end reference, or the payee's structured one
	Mandate     string // of a direct debit
	Description string // free text
}

// Part is one payment of a batch.
type Part struct {
	Amount quantity.Amount // signed as the line's
	Detail
}

// Party is the other side of a movement.
type Party struct {
	Name    string
	Account Account
}

// Statement is a whole statement, as Collect gathers it.
type Statement struct {
	Opening Opening
	Lines   []Line
	Closing Closing
}
