package contribution

import (
	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// past is what earlier distributions left behind, as a later one finds it.
type past struct {
	claims  *equation.Claims
	history *equation.History
	carries []equation.Carry
	last    Distribution // the latest that counts; zero when there is none
}

var (
	paymentsOf = store.SQL(`SELECT data FROM contribution_payment WHERE commons_id = $1 AND distribution = $2 ORDER BY n`)
	linesOf    = store.SQL(`SELECT bucket, receiver, kind, amount FROM contribution_line WHERE commons_id = $1 AND distribution = $2 ORDER BY bucket, receiver, kind`)
)

// past adds up the distributions in the same currency that had run, and were
// not yet reversed, when d was opened.
func (p *Practice) past(r store.Reader, l *equation.Ledger, d Distribution) (past, error) {
	out := past{claims: &equation.Claims{}, history: &equation.History{}}
	all, err := Distributions(r)
	if err != nil {
		return out, err
	}
	people := map[string]int32{}
	for i, id := range l.People {
		people[id] = int32(i)
	}
	for _, e := range all {
		if e.No >= d.No || e.Pot.Unit != d.Pot.Unit || !e.countedAt(d.No) {
			continue
		}
		if err := out.add(r, people, e); err != nil {
			return out, err
		}
	}
	return out, out.addBefore(r, people, d)
}

// paidBeforeBy is what was paid in other systems in a unit, as it stood at a
// journal entry.
var paidBeforeBy = store.SQL(`SELECT person, at, amount FROM contribution_paid_before
	WHERE commons_id = $1 AND sort = 'payout' AND unit = $2 AND seq < $3 AND (ended = 0 OR ended > $3) ORDER BY seq, n`)

// addBefore takes up what people were paid before these books.
func (out *past) addBefore(r store.Reader, people map[string]int32, d Distribution) error {
	_, err := store.All(r, func(row store.Scanner) (none struct{}, err error) {
		var id store.ID
		var at, amount int64
		if err := row.Scan(&id, &at, &amount); err != nil {
			return none, err
		}
		if person, known := people[string(id)]; known {
			out.history.Pay(equation.PaidBefore, person, dayIn(store.Time(at), utc), amount)
		}
		return none, nil
	}, paidBeforeBy, string(d.Pot.Unit), d.No)
	return err
}

// countedAt reports whether a distribution had run and stood at a journal entry.
func (d Distribution) countedAt(seq int64) bool {
	ran := d.RanAt > 0 && d.RanAt < seq
	reversed := d.ReversedAt > 0 && d.ReversedAt < seq
	return ran && !reversed
}

// add takes up the payments, lines and carries of one distribution.
func (out *past) add(r store.Reader, people map[string]int32, d Distribution) error {
	blocks, err := store.All(r, scanBytes, paymentsOf, d.ID)
	if err != nil {
		return err
	}
	for _, b := range blocks {
		payments, err := equation.DecodePayments(b)
		if err != nil {
			return err
		}
		if err := out.claims.AddPayments(payments, d.deliverable()); err != nil {
			return err
		}
	}
	lines, err := store.All(r, scanLine, linesOf, d.ID)
	if err != nil {
		return err
	}
	day := dayIn(d.At, utc)
	for _, line := range lines {
		person, known := people[string(line.Receiver)]
		if known && line.Kind == string(equation.LineShare) {
			out.history.Pay(d.BucketKeys[line.Bucket], person, day, line.Amount.Micros)
		}
	}
	out.carries, out.last = d.Carries, d
	return nil
}

// Line is one line of a distribution: what a receiver gets from a bucket.
type Line struct {
	Bucket   int             `json:"bucket"` // its place in the equation
	Receiver store.ID        `json:"receiver"`
	Kind     string          `json:"kind"` // share, surplus, fixed, leftover
	Amount   quantity.Amount `json:"amount"`
}

func scanLine(row store.Scanner) (l Line, err error) {
	err = row.Scan(&l.Bucket, &l.Receiver, &l.Kind, &l.Amount.Micros)
	return l, err
}

func scanBytes(row store.Scanner) (b []byte, err error) {
	err = row.Scan(&b)
	return b, err
}

// Lines returns the lines of a distribution, by bucket, then receiver.
func Lines(r store.Reader, d Distribution) ([]Line, error) {
	lines, err := store.All(r, scanLine, linesOf, d.ID)
	for i := range lines {
		lines[i].Amount.Unit = d.Pot.Unit
	}
	return lines, err
}
