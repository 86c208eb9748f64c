package banktable

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/platform/table"
)

// Ready are the maps of well-known exports, by the headers that the banks
// publish or write. Where an export does not say whose account it is, set Account.
var Ready = []Map{
	{
		Name: "ing", Bank: "ING (Netherlands)", Decimal: ",", Unit: "EUR",
		Columns: map[Field][]string{
			Day: {"Datum", "Date"}, Name: {"Naam / Omschrijving", "Name / Description"}, Account: {"Rekening", "Account"}, OtherAccount: {"Tegenrekening", "Counterparty"},
			Code: {"Mutatiesoort", "Transaction type"}, Side: {"Af Bij", "Debit/credit"}, Amount: {"Bedrag", "Amount"},
			Description: {"Mededelingen", "Notifications"}, Balance: {"Saldo na mutatie", "Resulting balance"},
		},
		InWords: []string{"Bij", "Credit"}, OutWords: []string{"Af", "Debit"},
	},
	{
		Name: "rabobank", Bank: "Rabobank", Decimal: ",",
		Columns: map[Field][]string{
			Day: {"Datum"}, ValueDay: {"Rentedatum"}, Account: {"IBAN/BBAN"}, Currency: {"Munt"}, Amount: {"Bedrag"}, Balance: {"Saldo na trn"},
			OtherAccount: {"Tegenrekening IBAN/BBAN"}, Name: {"Naam tegenpartij"}, Code: {"Code"}, BankReference: {"Volgnr"},
			Reference: {"Betalingskenmerk", "Transactiereferentie"}, Mandate: {"Machtigingskenmerk"}, Description: {"Omschrijving-1", "Omschrijving-2", "Omschrijving-3"}, Return: {"Reden retour"},
		},
	},
	{
		Name: "triodos", Bank: "Triodos Bank (Netherlands)", Decimal: ",", Days: DayMonthYear, Unit: "EUR", Headerless: true,
		Columns: map[Field][]string{
			Day: {"1"}, Account: {"2"}, Amount: {"3"}, Side: {"4"}, Name: {"5"}, OtherAccount: {"6"}, Code: {"7"}, Description: {"8"}, Balance: {"9"},
		},
		InWords: []string{"Credit"}, OutWords: []string{"Debet", "Debit"},
	},
	{
		Name: "gls", Bank: "GLS Bank and other cooperative banks (Germany)", Decimal: ",", Days: DayMonthYear,
		Columns: map[Field][]string{
			Account: {"IBAN Auftragskonto"}, Day: {"Buchungstag"}, ValueDay: {"Valutadatum"}, Name: {"Name Zahlungsbeteiligter"}, OtherAccount: {"IBAN Zahlungsbeteiligter"},
			Code: {"Buchungstext"}, Description: {"Verwendungszweck"}, Amount: {"Betrag"}, Currency: {"Waehrung", "Währung"}, Balance: {"Saldo nach Buchung"}, Mandate: {"Mandatsreferenz"},
		},
	},
	{
		Name: "sparkasse", Bank: "Sparkasse, CSV-CAMT (Germany)", Decimal: ",", Days: DayMonthYear,
		Columns: map[Field][]string{
			Account: {"Auftragskonto"}, Day: {"Buchungstag"}, ValueDay: {"Valutadatum"}, Code: {"Buchungstext"}, Description: {"Verwendungszweck"}, Mandate: {"Mandatsreferenz"},
			Reference: {"Kundenreferenz (End-to-End)"}, Name: {"Beguenstigter/Zahlungspflichtiger", "Begünstigter/Zahlungspflichtiger"}, OtherAccount: {"Kontonummer/IBAN"},
			Amount: {"Betrag"}, Currency: {"Waehrung", "Währung"}, Status: {"Info"},
		},
		Booked: []string{"Umsatz gebucht"}, Unbooked: []string{"Umsatz vorgemerkt"},
	},
	{
		Name: "n26", Bank: "N26", Decimal: ".", Unit: "EUR",
		Columns: map[Field][]string{
			Day: {"Booking Date", "Date"}, ValueDay: {"Value Date"}, Name: {"Partner Name", "Payee"}, OtherAccount: {"Partner Iban", "Account number"},
			Code: {"Type", "Transaction type"}, Description: {"Payment Reference"}, Amount: {"Amount"},
		},
	},
	{
		Name: "paypal", Bank: "PayPal, activity of the balance", Decimal: ".", Account: "PayPal",
		Columns: map[Field][]string{
			Day: {"Date"}, Name: {"Name"}, Code: {"Type"}, Currency: {"Currency"}, Amount: {"Net"}, Charge: {"Fee"}, BankReference: {"Transaction ID"},
			Reference: {"Invoice Number"}, Description: {"Item Title", "Subject", "Note"}, Status: {"Balance Impact"},
		},
		Booked: []string{"Credit", "Debit"}, Unbooked: []string{"Memo"},
	},
	{
		Name: "stripe", Bank: "Stripe, balance history", Decimal: ".", Account: "Stripe",
		Columns: map[Field][]string{
			Day: {"Created (UTC)", "Created"}, ValueDay: {"Available On (UTC)", "Available On"}, Code: {"Type"}, Currency: {"Currency"}, Amount: {"Net"}, Charge: {"Fee"},
			BankReference: {"id"}, Reference: {"Source"}, Description: {"Description"},
		},
	},
}

// marks are columns that only the export of one bank has.
var marks = map[string][]string{
	"ing": {"Af Bij", "Debit/credit"}, "rabobank": {"Saldo na trn"}, "gls": {"IBAN Auftragskonto"}, "sparkasse": {"Sammlerreferenz"},
	"n26": {"Partner Iban", "Account number"}, "paypal": {"Balance Impact"}, "stripe": {"Created (UTC)"},
}

// mostPreamble is how many lines may stand before a header that is looked for.
const mostPreamble = 20

// Guess finds the ready map of a table by its first bytes; 32 KiB are plenty.
func Guess(head []byte) (Map, bool) {
	for skip := range mostPreamble {
		format := table.Detect(head) // of what is left: lines before a header have separators of their own
		rows, err := table.Open(bytes.NewReader(head), format)
		if err != nil {
			return Map{}, false
		}
		if m, ok := byHeader(rows.Header); ok {
			if skip > 0 {
				m.Format = table.Format{Delimiter: format.Delimiter, Quote: format.Quote, Skip: skip}
			}
			return m, true
		}
		head = withoutFirst(head)
	}
	return Map{}, false
}

// withoutFirst cuts the first line off, and the empty ones around it, which no
// reader of tables counts.
func withoutFirst(head []byte) []byte {
	_, head, _ = bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	return bytes.TrimLeft(head, "\r\n")
}

// byHeader finds the map whose own column and all needed ones the header has.
func byHeader(header []string) (Map, bool) {
	for _, m := range Ready {
		if m.Headerless {
			if isTriodos(header) {
				return m, true
			}
			continue
		}
		own := slices.ContainsFunc(header, func(h string) bool {
			return slices.ContainsFunc(marks[m.Name], func(mark string) bool { return fold(mark) == fold(h) })
		})
		if _, err := m.place(header); own && err == nil {
			return m, true
		}
	}
	return Map{}, false
}

var dutchDay = regexp.MustCompile(`^\d\d-\d\d-\d{4}$`)

// isTriodos knows the one table without a header by its first row.
func isTriodos(row []string) bool {
	return len(row) == 9 && dutchDay.MatchString(row[0]) && intake.AccountOf(row[1]).IsIBAN() && slices.Contains([]string{"Credit", "Debet", "Debit"}, row[3])
}

// Suggest proposes the columns of a table that no ready map fits, by the names
// that columns have in the ready ones. What it leaves out a person has to choose.
func Suggest(header []string) Map {
	m := Map{Name: "own", Columns: map[Field][]string{}}
	for _, h := range header {
		for _, f := range Fields {
			if len(m.Columns[f]) == 0 && slices.ContainsFunc(Ready, func(r Map) bool { return r.names(f, h) }) {
				m.Columns[f] = []string{h}
				break
			}
		}
	}
	return m
}

// names reports whether a ready map calls a field so.
func (m Map) names(f Field, header string) bool {
	return !m.Headerless && slices.ContainsFunc(m.Columns[f], func(n string) bool { return fold(n) == fold(header) })
}

// find returns the map to read with: m itself, or the ready one when m names no
// columns; with m's account and unit.
func (m Map) find(head []byte) (Map, error) {
	if len(m.Columns) > 0 {
		return m, m.check()
	}
	found, ok := Guess(head)
	if !ok {
		names := make([]string, len(Ready))
		for i, r := range Ready {
			names[i] = r.Bank
		}
		return m, fault.Invalidf("books.map", "", "the columns are those of no bank that is known (%s); say which column holds what", strings.Join(names, "; "))
	}
	if m.Account != "" {
		found.Account = m.Account
	}
	if m.Unit != "" {
		found.Unit = m.Unit
	}
	if m.Days != Unsaid {
		found.Days = m.Days
	}
	return found, nil
}
