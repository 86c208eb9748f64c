package banktable

import (
	"strings"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/platform/table"
	"commonweal/quantity"
)

// cell returns the first filled cell of a field.
func (s *sheet) cell(row table.Row, f Field) string {
	for _, i := range s.at[f] {
		if i < len(row.Cells) {
			if text := strings.TrimSpace(row.Cells[i]); text != "" {
				return text
			}
		}
	}
	return ""
}

// line reads one row; nil for one that is not booked.
func (s *sheet) line(row table.Row) (*intake.Line, error) {
	if booked, err := s.isBooked(row); !booked || err != nil {
		return nil, err
	}
	l := &intake.Line{
		Code: s.cell(row, Code), BankReference: s.cell(row, BankReference), Reversal: s.cell(row, Return) != "",
		From: row.Line, To: row.Line,
		Detail: intake.Detail{
			Party:     intake.Party{Name: s.cell(row, Name), Account: intake.AccountOf(s.cell(row, OtherAccount))},
			Reference: given(s.cell(row, Reference)), Mandate: s.cell(row, Mandate),
		},
	}
	for _, c := range row.Cells {
		l.To += strings.Count(c, "\n")
	}
	var texts []string
	for _, i := range s.at[Description] {
		texts = append(texts, row.Cells[i])
	}
	l.Description = strings.Join(texts, " ")
	var err error
	if l.Account, err = s.own(row); err != nil {
		return nil, err
	}
	if err = s.days(row, l); err != nil {
		return nil, err
	}
	return l, s.money(row, l)
}

// given drops the words that stand where nothing was given.
func given(reference string) string {
	if strings.EqualFold(reference, "NOTPROVIDED") {
		return ""
	}
	return reference
}

func (s *sheet) isBooked(row table.Row) (bool, error) {
	if len(s.at[Status]) == 0 {
		return true, nil
	}
	text := s.cell(row, Status)
	switch {
	case oneOf(s.Booked, text):
		return true, nil
	case oneOf(s.Unbooked, text):
		return false, nil
	}
	return false, fault.Invalidf("books.status", string(Status), "%q is not a known status; it should be one of %s", intake.Show(text), strings.Join(append(s.Booked[:len(s.Booked):len(s.Booked)], s.Unbooked...), ", "))
}

func oneOf(words []string, text string) bool {
	for _, w := range words {
		if strings.EqualFold(w, text) {
			return true
		}
	}
	return false
}

func (s *sheet) own(row table.Row) (intake.Account, error) {
	a := intake.FindIBAN(s.cell(row, Account))
	if a == "" {
		a = s.Map.Account
	}
	if a == "" {
		return a, fault.Invalidf("books.row_account", string(Account), "the table does not say whose account it is; set the account")
	}
	return a, nil
}

func (s *sheet) days(row table.Row, l *intake.Line) (err error) {
	if l.Day, err = readDay(s.cell(row, Day), s.Days); err != nil {
		return fault.As(err).InField(string(Day))
	}
	if text := s.cell(row, ValueDay); text != "" {
		if l.ValueDay, err = readDay(text, s.Days); err != nil {
			return fault.As(err).InField(string(ValueDay))
		}
	}
	return nil
}

// money reads amount, charge and balance of a row.
func (s *sheet) money(row table.Row, l *intake.Line) error {
	unit := s.unit
	if text := s.cell(row, Currency); text != "" {
		var err error
		if unit, err = intake.Currency(text); err != nil {
			return fault.As(err).InField(string(Currency))
		}
	}
	if unit == "" {
		return fault.Invalidf("books.currency", string(Currency), "the row names no currency; set the one of the account, such as EUR")
	}
	var err error
	if l.Amount, err = s.amount(row, unit); err != nil {
		return err
	}
	if s.Inverted {
		if l.Amount, err = l.Amount.Neg(); err != nil {
			return err
		}
	}
	charge, err := s.number(row, Charge, unit)
	if err != nil {
		return err
	}
	if charge != nil && charge.Sign() < 0 {
		if *charge, err = charge.Neg(); err != nil {
			return err
		}
	}
	if charge != nil && !charge.IsZero() {
		l.Charges = []quantity.Amount{*charge}
	}
	l.Balance, err = s.number(row, Balance, unit)
	return err
}

// number reads a cell; nil for an empty one.
func (s *sheet) number(row table.Row, f Field, unit quantity.Unit) (*quantity.Amount, error) {
	text := s.cell(row, f)
	if text == "" {
		return nil, nil
	}
	a, err := intake.ParseAmount(text, s.Decimal[0], unit)
	if err != nil {
		return nil, fault.As(err).InField(string(f))
	}
	return &a, nil
}

// amount reads the movement with its sign.
func (s *sheet) amount(row table.Row, unit quantity.Unit) (quantity.Amount, error) {
	if len(s.at[Amount]) == 0 {
		return s.inOrOut(row, unit)
	}
	a, err := s.number(row, Amount, unit)
	switch {
	case err != nil:
		return quantity.Amount{}, err
	case a == nil:
		return quantity.Amount{}, fault.Invalidf("books.amount", string(Amount), "the row has no amount")
	case len(s.at[Side]) == 0:
		return *a, nil
	}
	side := s.cell(row, Side)
	switch {
	case a.Sign() < 0:
		return *a, fault.Invalidf("books.side", string(Amount), "the amount %s has a sign, although another column names the side; choose one of both", a.Decimal())
	case oneOf(s.InWords, side):
		return *a, nil
	case oneOf(s.OutWords, side):
		return a.Neg()
	}
	return *a, fault.Invalidf("books.side", string(Side), "%q names no side; it should be one of %s, or one of %s", intake.Show(side), strings.Join(s.InWords, ", "), strings.Join(s.OutWords, ", "))
}

// inOrOut reads two columns, of which one is filled. What went out may have a
// minus or none.
func (s *sheet) inOrOut(row table.Row, unit quantity.Unit) (quantity.Amount, error) {
	in, err := s.number(row, In, unit)
	if err != nil {
		return quantity.Amount{}, err
	}
	out, err := s.number(row, Out, unit)
	if err != nil {
		return quantity.Amount{}, err
	}
	switch came, went := in != nil && !in.IsZero(), out != nil && !out.IsZero(); {
	case came && went:
		return *in, fault.Invalidf("books.side", string(Out), "the row says that %s came in and %s went out; only one can be", in.Decimal(), out.Decimal())
	case came && in.Sign() < 0:
		return *in, fault.Invalidf("books.side", string(In), "%s came in, the row says; that is less than nothing", in.Decimal())
	case came:
		return *in, nil
	case went && out.Sign() < 0:
		return *out, nil
	case went:
		return out.Neg()
	case in == nil && out == nil:
		return quantity.Amount{}, fault.Invalidf("books.amount", string(In), "the row has no amount")
	}
	return quantity.Amount{Unit: unit}, nil
}
