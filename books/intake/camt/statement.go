package camt

import (
	"strings"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// openStatement hands the opening out before the first line: balances stand
// before entries in every version.
func (r *reader) openStatement(at int) error {
	s := r.stmt
	if s.opened {
		return nil
	}
	s.opened = true
	number := s.sequence
	if number == "" {
		number = s.id
	}
	opening := &intake.Opening{Holder: s.account.Owner, Number: number, Balance: s.opening, At: s.at}
	var err error
	s.own, s.unit, err = s.account.read(s.unit)
	opening.Account, opening.Unit = s.own, s.unit
	if err != nil {
		return fault.As(err).AtLine(at) // without account and currency no line can be read
	}
	return r.emit(opening, nil)
}

func (r *reader) endStatement() error {
	line, _ := r.xml.InputPos()
	if err := r.openStatement(line); err != nil {
		return err
	}
	closing := &intake.Closing{Balance: r.stmt.closing, At: line}
	r.stmt = nil
	return r.emit(closing, nil)
}

// read checks the account; unit is that of the balances.
func (a account) read(unit quantity.Unit) (intake.Account, quantity.Unit, error) {
	number, err := a.number()
	if err != nil {
		return number, unit, err
	}
	if number == "" {
		return number, unit, missing("Acct/Id")
	}
	if a.Ccy != "" {
		ccy, err := intake.Currency(a.Ccy)
		if err != nil || unit == "" {
			return number, ccy, err
		}
		if ccy != unit {
			return number, ccy, fault.Invalidf("books.camt_element", "Ccy", "the account is in %s, but its balance in %s", ccy, unit)
		}
	}
	return number, unit, nil
}

// number is an account's number; what stands as IBAN must be one.
func (a account) number() (intake.Account, error) {
	if a.IBAN == "" {
		return intake.AccountOf(a.Other), nil
	}
	iban := intake.AccountOf(a.IBAN)
	if !iban.IsIBAN() {
		return "", fault.Invalidf("books.iban", "IBAN", "%q is not an IBAN; its check digits do not fit", intake.Show(a.IBAN))
	}
	return iban, nil
}

func missing(element string) error {
	return fault.Invalidf("books.camt_element", element, "the element %s is missing or empty", element)
}

// balance keeps an opening or closing balance; the others (available, forward) are none.
func (s *statement) balance(b balance, line int) error {
	code := strings.TrimSpace(b.Code)
	switch code {
	case "OPBD", "PRCD", "CLBD", "ITBD":
	default:
		return nil
	}
	amount, err := b.Amount.signed(b.Side)
	if err != nil {
		return fault.As(err).AtLine(line)
	}
	day, err := intake.ParseDay(b.Date.text())
	if err != nil {
		return fault.As(err).AtLine(line)
	}
	if s.unit == "" {
		s.unit = amount.Unit
	}
	if amount.Unit != s.unit {
		return fault.Invalidf("books.camt_element", "Ccy", "a balance is in %s, another in %s", amount.Unit, s.unit).AtLine(line)
	}
	found := &intake.Balance{Day: day, Amount: amount, Interim: code == "ITBD"}
	switch {
	case code == "CLBD", code == "ITBD" && s.opening != nil && s.closing == nil:
		s.closing = found
	case code == "ITBD" && s.opening != nil: // within the statement
	case code == "OPBD", s.opening == nil:
		s.opening = found
	}
	return nil
}

// signed reads an amount with the side it stands on.
func (a amount) signed(side string) (quantity.Amount, error) {
	v, err := a.read()
	if err != nil {
		return v, err
	}
	switch strings.TrimSpace(side) {
	case "CRDT":
		return v, nil
	case "DBIT":
		return v.Neg()
	}
	return v, fault.Invalidf("books.camt_element", "CdtDbtInd", "%q is neither CRDT nor DBIT", intake.Show(side))
}

// read reads an amount; the standard has no negative ones.
func (a amount) read() (quantity.Amount, error) {
	unit, err := intake.Currency(a.Ccy)
	if err != nil {
		return quantity.Amount{}, err
	}
	v, err := intake.ParseAmount(a.Value, '.', unit)
	if err == nil && v.Sign() < 0 {
		err = fault.Invalidf("books.camt_element", "Amt", "the amount %s is below zero; the side belongs into CdtDbtInd", v)
	}
	return v, err
}

func (a amount) isZero() bool { return strings.TrimSpace(a.Value) == "" }
