package banktable

import (
	"regexp"
	"slices"
	"strings"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/platform/table"
	"commonweal/quantity"
)

// Field is what a column holds.
type Field string

// The fields. Day and either Amount or In and Out are needed.
const (
	Day           Field = "day"            // booked
	ValueDay      Field = "value_day"      // interest counts from here
	Amount        Field = "amount"         // signed, or a size with Side
	Side          Field = "side"           // a word for in or out
	In            Field = "in"             // the size of what came in
	Out           Field = "out"            // the size of what went out, with a sign or without
	Currency      Field = "currency"       // ISO 4217
	Account       Field = "account"        // whose movements these are
	Name          Field = "name"           // of the other side
	OtherAccount  Field = "other_account"  // of the other side
	Reference     Field = "reference"      // the first that is not empty
	Mandate       Field = "mandate"        // of a direct debit
	BankReference Field = "bank_reference" // the bank's identifier
	Description   Field = "description"    // all of them, in their order
	Code          Field = "code"           // kind of movement
	Charge        Field = "charge"         // what the bank kept of the amount
	Balance       Field = "balance"        // behind the row
	Status        Field = "status"         // whether it is booked
	Return        Field = "return"         // why it was returned; filled for a reversal
)

// Fields lists all fields, in the order of a form.
var Fields = []Field{Day, ValueDay, Amount, Side, In, Out, Currency, Account, Name, OtherAccount, Reference, Mandate, BankReference, Description, Code, Charge, Balance, Status, Return}

// several are fields that more than one column may fill; of the others, the
// names are those of several languages and versions, and the first there is counts.
var several = []Field{Reference, Description}

// Order is how a table writes days of three numbers. A year of four digits in
// front needs none.
type Order string

// The orders. Unsaid refuses a day that can be two.
const (
	Unsaid       Order = ""
	DayMonthYear Order = "dmy"
	MonthDayYear Order = "mdy"
)

// Map says how a bank writes its table.
type Map struct {
	Name   string       `json:"name"`             // a word: "ing"; it becomes Line.Format "csv/ing"
	Bank   string       `json:"bank,omitempty"`   // for people: "ING (Netherlands)"
	Format table.Format `json:"format,omitempty"` // what is empty is found out
	// Columns are the names of columns, without case and without a currency in
	// brackets. In a table without a header they are numbers: "1" is the first.
	Columns    map[Field][]string `json:"columns"`
	Headerless bool               `json:"headerless,omitempty"`
	Decimal    string             `json:"decimal"` // "," or "."
	Days       Order              `json:"days,omitempty"`
	InWords    []string           `json:"in_words,omitempty"`  // of the column Side
	OutWords   []string           `json:"out_words,omitempty"` // likewise
	Booked     []string           `json:"booked,omitempty"`    // words of the column Status for rows that count
	Unbooked   []string           `json:"unbooked,omitempty"`  // and for those that do not
	Inverted   bool               `json:"inverted,omitempty"`  // more than zero went out, as on statements of credit cards
	// Account and Unit are for tables without such columns.
	Account intake.Account `json:"account,omitempty"`
	Unit    quantity.Unit  `json:"unit,omitempty"`
}

// check refuses a map with which no table can be read (books.map).
func (m Map) check() error {
	has := func(f Field) bool { return len(m.Columns[f]) > 0 }
	switch {
	case !has(Day):
		return fault.Invalidf("books.map", string(Day), "no column holds the day of a movement; choose one")
	case has(Amount) == (has(In) || has(Out)):
		return fault.Invalidf("books.map", string(Amount), "choose either one column of amounts or the columns of what came in and what went out")
	case has(Side) && (!has(Amount) || len(m.InWords) == 0 || len(m.OutWords) == 0):
		return fault.Invalidf("books.map", string(Side), "a column that names the side needs a column of amounts, and the words for in and for out")
	case m.Decimal != "," && m.Decimal != ".":
		return fault.Invalidf("books.map", "decimal", "the mark before decimals must be a comma or a point")
	case !slices.Contains([]Order{Unsaid, DayMonthYear, MonthDayYear}, m.Days):
		return fault.Invalidf("books.map", "days", "the order of days must be dmy, mdy or empty")
	}
	return nil
}

var bracketCurrency = regexp.MustCompile(`\s*\(([A-Za-z]{3})\)$`)

// fold is a header's name for comparison.
func fold(header string) string {
	return strings.ToLower(strings.Join(strings.Fields(bracketCurrency.ReplaceAllString(header, "")), " "))
}

// places are the columns of each field in one table.
type places map[Field][]int

// place finds the columns of the map in a header.
func (m Map) place(header []string) (places, error) {
	at := places{}
	for f, names := range m.Columns {
		for _, name := range names {
			i := slices.IndexFunc(header, func(h string) bool { return fold(h) == fold(name) })
			if i >= 0 && (len(at[f]) == 0 || slices.Contains(several, f)) {
				at[f] = append(at[f], i)
			}
		}
	}
	for _, f := range []Field{Day, Amount, Side, In, Out} {
		if len(m.Columns[f]) > 0 && len(at[f]) == 0 {
			return nil, fault.Invalidf("books.column", string(f), "the table has no column %q; choose the column again, or export the table anew", intake.Show(strings.Join(m.Columns[f], `" or "`)))
		}
	}
	return at, nil
}
