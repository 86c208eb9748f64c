package camt

import (
	"strings"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// isBooked reads the status of an entry. Version 2 wants one; where it is
// missing, an entry of a statement of booked movements is booked.
func (e *entry) isBooked() (bool, error) {
	text := strings.TrimSpace(e.Status.Code)
	if text == "" {
		text = strings.TrimSpace(e.Status.Text)
	}
	switch text {
	case "BOOK", "":
		return true, nil
	case "PDNG", "INFO", "FUTR":
		return false, nil
	}
	return false, fault.Invalidf("books.camt_element", "Sts", "%q is not a status of an entry; the standard has BOOK, PDNG, INFO and FUTR", intake.Show(text))
}

// line reads a booked entry.
func (s *statement) line(e *entry) (*intake.Line, error) {
	l := &intake.Line{Account: s.own, BankReference: e.BankReference, Code: e.Code.text()}
	var err error
	if l.Amount, err = e.Amount.signed(e.Side); err != nil {
		return nil, err
	}
	if s.unit == "" {
		s.unit = l.Amount.Unit
	}
	if l.Amount.Unit != s.unit {
		return nil, fault.Invalidf("books.camt_element", "Ccy", "the entry is in %s, but the account in %s", l.Amount.Unit, s.unit)
	}
	if err = e.days(l); err != nil {
		return nil, err
	}
	if l.Reversal, err = truth(e.Reversal); err != nil {
		return nil, err
	}
	if err = e.details(l); err != nil {
		return nil, err
	}
	l.Charges, err = e.Charges.read(l.Charges)
	return l, err
}

func (c bankCode) text() string {
	if c.Domain == "" {
		return c.Proprietary
	}
	return c.Domain + "/" + c.Family + "/" + c.SubFamily
}

// days reads the day of booking, or the value day where that is all there is.
func (e *entry) days(l *intake.Line) (err error) {
	booked, value := e.Booked.text(), e.Value.text()
	if booked == "" && value == "" {
		return missing("BookgDt")
	}
	if value != "" {
		if l.ValueDay, err = intake.ParseDay(value); err != nil {
			return fault.As(err).InField("ValDt")
		}
		l.Day = l.ValueDay
	}
	if booked != "" {
		if l.Day, err = intake.ParseDay(booked); err != nil {
			return fault.As(err).InField("BookgDt")
		}
	}
	return nil
}

// truth reads an xs:boolean; nothing is false.
func truth(text string) (bool, error) {
	switch strings.TrimSpace(text) {
	case "true", "1":
		return true, nil
	case "", "false", "0":
		return false, nil
	}
	return false, fault.Invalidf("books.camt_element", "RvslInd", "%q is neither true nor false", intake.Show(text))
}

// read appends the charges that were stated.
func (c charges) read(to []quantity.Amount) ([]quantity.Amount, error) {
	for _, list := range [][]amount{c.Amounts, c.Records} {
		for _, a := range list {
			v, err := a.read()
			if err != nil {
				return nil, fault.As(err).InField("Chrgs")
			}
			if !v.IsZero() {
				to = append(to, v)
			}
		}
	}
	return to, nil
}

// details fills in what the transactions of the entry say.
func (e *entry) details(l *intake.Line) (err error) {
	for i := range e.Details {
		if l.Charges, err = e.Details[i].Charges.read(l.Charges); err != nil {
			return err
		}
	}
	if len(e.Details) == 1 {
		t := &e.Details[0]
		if l.Detail, err = t.detail(l.Account, l.Amount.Sign() > 0); err != nil {
			return err
		}
		if l.BankReference == "" {
			l.BankReference = t.References.BankReference
		}
	} else if err = e.parts(l); err != nil {
		return err
	}
	if l.Description == "" {
		l.Description = e.Info
	}
	if l.BankReference == "" {
		l.BankReference = given(e.Reference)
	}
	return nil
}

// parts reads a batch. One whose payments do not state their amounts, or state
// others than were booked (before charges, say), is one movement that nobody can
// take apart.
func (e *entry) parts(l *intake.Line) error {
	sum := quantity.Amount{Unit: l.Amount.Unit}
	for i := range e.Details {
		t := &e.Details[i]
		a := t.amount()
		if a.isZero() || !strings.EqualFold(strings.TrimSpace(a.Ccy), string(l.Amount.Unit)) {
			l.Parts = nil
			return nil
		}
		side := t.Side
		if side == "" {
			side = e.Side
		}
		v, err := a.signed(side)
		if err != nil {
			return err
		}
		d, err := t.detail(l.Account, v.Sign() > 0)
		if err != nil {
			return err
		}
		l.Parts = append(l.Parts, intake.Part{Amount: v, Detail: d})
		if sum, err = sum.Add(v); err != nil {
			return err
		}
	}
	if sum != l.Amount {
		l.Parts = nil
	}
	return nil
}

func (t *transaction) amount() amount {
	if !t.Amount.isZero() {
		return t.Amount
	}
	return t.TransactionAmount
}

// detail reads the other side of a payment: who paid when money came in, who
// was paid when it went out. What is returned keeps its parties, so the side
// that is the account itself never is the other one.
func (t *transaction) detail(own intake.Account, cameIn bool) (intake.Detail, error) {
	d := intake.Detail{Mandate: given(t.References.Mandate), Reference: given(t.References.EndToEnd)}
	debtor, err := t.Parties.Debtor.read(t.Parties.DebtorAccount, t.Parties.UltimateDebtor)
	if err != nil {
		return d, err
	}
	creditor, err := t.Parties.Creditor.read(t.Parties.CreditorAccount, t.Parties.UltimateCreditor)
	if err != nil {
		return d, err
	}
	if cameIn && debtor.Account != own || creditor.Account == own {
		d.Party = debtor
	} else {
		d.Party = creditor
	}
	if len(t.Remittance.Reference) > 0 { // the payee's own reference says more
		d.Reference = given(t.Remittance.Reference[0])
	}
	d.Description = strings.Join(append(t.Remittance.Free, t.Remittance.More...), " ")
	if d.Description == "" {
		d.Description = t.Info
	}
	return d, nil
}

// read names a party: itself, else whom it stands for.
func (p party) read(number account, behind party) (out intake.Party, err error) {
	for _, name := range []string{p.Name, p.Inner, p.Agent, behind.Name, behind.Inner} {
		if out.Name = strings.TrimSpace(name); out.Name != "" {
			break
		}
	}
	out.Account, err = number.number()
	return out, err
}

// given drops the word that stands where nothing was given.
func given(reference string) string {
	if r := strings.TrimSpace(reference); r != "NOTPROVIDED" {
		return r
	}
	return ""
}
