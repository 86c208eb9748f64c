package bank

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"

	"commonweal/books/intake"
	"commonweal/books/intake/banktable"
	"commonweal/books/intake/camt"
	"commonweal/books/intake/mt940"
	"commonweal/books/intake/plaintext"
	"commonweal/platform/fault"
)

// Format is what a file is written in.
type Format string

// The formats.
const (
	Camt      Format = "camt"  // ISO 20022 camt.053
	MT940     Format = "mt940" // SWIFT
	Table     Format = "csv"   // of a bank
	Hledger   Format = "hledger"
	Ledger    Format = "ledger"
	Beancount Format = "beancount"
)

// IsJournal reports whether files of the format are whole journals.
func (f Format) IsJournal() bool { return f == Hledger || f == Ledger || f == Beancount }

// headSize is how many bytes of a file tell what it is.
const headSize = 32 << 10

// endings are the names that journals have.
var endings = map[string]Format{".journal": Hledger, ".hledger": Hledger, ".j": Hledger, ".ledger": Ledger, ".dat": Ledger, ".beancount": Beancount, ".bean": Beancount}

// Detect says what a file is, by its name and its first bytes.
func Detect(name string, head []byte) Format {
	if f, known := endings[strings.ToLower(filepath.Ext(name))]; known {
		return f
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("<")), bytes.HasPrefix(head, []byte("\xff\xfe<")), bytes.HasPrefix(head, []byte("\xfe\xff\x00<")):
		return Camt
	case bytes.HasPrefix(head, []byte(":20:")), bytes.HasPrefix(head, []byte("{1:")), bytes.HasPrefix(head, []byte(":940:")), bytes.Contains(head, []byte("\n:61:")):
		return MT940
	}
	return Table
}

// Reading says how a file is read.
type Reading struct {
	Format Format        `json:"format"`
	Map    banktable.Map `json:"map,omitzero"` // of a table; without columns those of a known bank
	// As is the account that the file is of, where people know better than the file.
	As intake.Account `json:"as,omitempty"`
	// Opening books what was in the bank before the first statement of an account.
	Opening bool `json:"opening,omitempty"`
	// Mapping says what the accounts of a journal are.
	Mapping Mapping `json:"mapping,omitzero"`
}

// Statements reads a file of statements whole, or refuses it with all its faults.
//
// Faults: those of the readers below books/intake, bank.no_account.
func (r Reading) Statements(file io.Reader) ([]intake.Statement, error) {
	var records intake.Records
	switch r.Format {
	case Camt:
		records = camt.Read(file)
	case MT940:
		records = mt940.Read(file)
	case Table:
		records = banktable.Read(file, r.Map)
	default:
		return nil, fault.Invalidf("bank.format", "file", "%.20q is no format of statements", string(r.Format))
	}
	if r.As != "" {
		records = intake.As(r.As, records)
	}
	statements, err := intake.Collect(records)
	if err != nil {
		return nil, err
	}
	for _, s := range statements {
		for _, l := range s.Lines {
			if l.Account == "" {
				return nil, fault.Invalidf("bank.no_account", "as", "the file does not say of which account it is; type its number").AtLine(l.From)
			}
		}
	}
	return statements, nil
}

// Journal reads a journal whole, or refuses it with all its faults.
func (r Reading) Journal(file io.Reader) (*intake.Journal, error) {
	return plaintext.Parse(file, plaintext.Options{Dialect: plaintext.Dialect(r.Format)})
}

// linesOf are the lines of all statements of a file.
func linesOf(statements []intake.Statement) (lines []intake.Line) {
	for _, s := range statements {
		lines = append(lines, s.Lines...)
	}
	return lines
}
