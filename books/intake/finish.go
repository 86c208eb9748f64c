package intake

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Finish completes what a reader found: it cleans texts, adds up the parts of
// batches and the lines of statements against the balances that the file
// states, and gives each line its Fingerprint. format is the reader's word.
// Every reader of this family ends in Finish; callers need it only for a
// reader of their own.
func Finish(format string, records Records) Records {
	return func(yield func(Record, error) bool) {
		f := finisher{format: format, pages: map[Account]quantity.Amount{}, running: map[pocket]*running{}, seen: map[[8]byte]uint32{}}
		for record, err := range records {
			if err == nil {
				err = f.finish(record)
			}
			if err != nil {
				f.faulty = true
				record = nil
			}
			if !yield(record, err) {
				return
			}
		}
	}
}

type finisher struct {
	format  string
	opening Opening
	lines   int
	sum     quantity.Amount // of the lines of this statement, in its unit
	faulty  bool            // something of this statement could not be read, so sums say nothing
	pages   map[Account]quantity.Amount
	running map[pocket]*running
	seen    map[[8]byte]uint32
}

// pocket is one currency of one account.
type pocket struct {
	account Account
	unit    quantity.Unit
}

func (f *finisher) finish(r Record) error {
	switch r := r.(type) {
	case *Opening:
		return f.open(r)
	case *Line:
		return f.line(r)
	case *Closing:
		return f.close(r)
	}
	return nil
}

// open begins a statement, and joins it to the page before it.
func (f *finisher) open(o *Opening) error {
	o.Holder, o.Number = Clean(o.Holder, longestName), Clean(o.Number, longestReference)
	f.opening, f.lines, f.faulty = *o, 0, false
	f.sum = quantity.Amount{Unit: o.Unit}
	before, paged := f.pages[o.Account]
	delete(f.pages, o.Account)
	if paged && o.Balance != nil && o.Balance.Interim && o.Balance.Amount != before {
		return fault.Invalidf("books.page_balance", "balance", "this page opens with %s, but the page before closed with %s; a page is missing or out of order",
			o.Balance.Amount, before).AtLine(o.At)
	}
	return nil
}

func (f *finisher) line(l *Line) error {
	f.lines++
	l.Format = f.format
	l.BankReference, l.Code = Clean(l.BankReference, longestReference), Clean(l.Code, longestReference)
	l.Detail = l.Detail.clean()
	for i := range l.Parts {
		l.Parts[i].Detail = l.Parts[i].Detail.clean()
	}
	if err := l.checkParts(); err != nil {
		return err.AtLine(l.From)
	}
	if f.opening.Unit != "" {
		var err error
		if f.sum, err = f.sum.Add(l.Amount); err != nil {
			return fault.As(err).InField("amount").AtLine(l.From)
		}
	}
	f.fingerprint(l)
	return f.checkRunning(l)
}

func (d Detail) clean() Detail {
	d.Party.Name = Clean(d.Party.Name, longestName)
	d.Reference, d.Mandate = Clean(d.Reference, longestReference), Clean(d.Mandate, longestReference)
	d.Description = Clean(d.Description, longestDescription)
	return d
}

// checkParts adds a batch up.
func (l *Line) checkParts() *fault.Error {
	if len(l.Parts) == 0 {
		return nil
	}
	sum := quantity.Amount{Unit: l.Amount.Unit}
	for _, p := range l.Parts {
		var err error
		if sum, err = sum.Add(p.Amount); err != nil {
			return fault.As(err).InField("amount")
		}
	}
	if sum != l.Amount {
		return fault.Invalidf("books.batch_sum", "amount", "the payments of the batch add up to %s, but %s was booked", sum, l.Amount)
	}
	return nil
}

// fingerprint numbers the lines with one fingerprint.
func (f *finisher) fingerprint(l *Line) {
	hash := l.hash()
	short := [8]byte(hash[:8])
	f.seen[short]++
	l.Fingerprint, l.Nth = hex.EncodeToString(hash[:16]), int(f.seen[short])
}

// hash is of what every format states of a movement.
func (l *Line) hash() [sha256.Size]byte {
	buf := make([]byte, 0, 128)
	for _, s := range []string{string(l.Account), l.Day, string(l.Amount.Unit)} {
		buf = binary.AppendUvarint(buf, uint64(len(s)))
		buf = append(buf, s...)
	}
	return sha256.Sum256(binary.BigEndian.AppendUint64(buf, uint64(l.Amount.Micros)))
}

// As reads a file as one of the account, where a person knows better than the
// file: an MT940 with a national number, say, of an account whose other files
// have the IBAN. Only files of one account can be read so.
func As(account Account, records Records) Records {
	return func(yield func(Record, error) bool) {
		for record, err := range records {
			switch r := record.(type) {
			case *Opening:
				r.Account = account
			case *Line:
				r.Account = account
				hash := r.hash()
				r.Fingerprint = hex.EncodeToString(hash[:16])
			}
			if !yield(record, err) {
				return
			}
		}
	}
}

// close compares opening plus lines with the closing balance.
func (f *finisher) close(c *Closing) error {
	c.Lines = f.lines
	open := f.opening.Balance
	if c.Balance != nil && c.Balance.Interim {
		f.pages[f.opening.Account] = c.Balance.Amount
	}
	if f.faulty || open == nil || c.Balance == nil {
		return nil
	}
	want, err := open.Amount.Add(f.sum)
	if e := fault.As(err); e != nil {
		return e.InField("balance").AtLine(c.At)
	}
	if want != c.Balance.Amount {
		return fault.Invalidf("books.statement_balance", "balance", "the statement closes with %s, but %s at its opening and %d lines come to %s; a line is missing or was changed",
			c.Balance.Amount, open.Amount, f.lines, want).AtLine(c.At)
	}
	return nil
}

// running follows the balances behind the lines of one pocket. Files run
// forward or backward in time; which one, the first balances tell.
type running struct {
	forward, backward bool            // still possible
	balance, amount   quantity.Amount // of the line before
}

// checkRunning compares a line's balance with the one of the line before.
func (f *finisher) checkRunning(l *Line) error {
	if l.Balance == nil {
		return nil
	}
	at := pocket{l.Account, l.Amount.Unit}
	r := f.running[at]
	if r == nil {
		f.running[at] = &running{true, true, *l.Balance, l.Amount}
		return nil
	}
	after, errAfter := r.balance.Add(l.Amount)
	before, errBefore := r.balance.Sub(r.amount)
	possible := r.forward || r.backward
	r.forward = r.forward && errAfter == nil && after == *l.Balance
	r.backward = r.backward && errBefore == nil && before == *l.Balance
	r.balance, r.amount = *l.Balance, l.Amount
	if possible && !r.forward && !r.backward {
		return fault.Invalidf("books.line_balance", "balance", "the balance %s does not follow from the line before; a line is missing or was changed. Without the column of balances the file is not checked", *l.Balance).AtLine(l.From)
	}
	return nil
}
