package credit

import (
	"math"
	"slices"
	"time"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

var (
	aboutLines    = store.ByIDs("SELECT account, seq, n, payment, amount, kind, at FROM credit_line WHERE commons_id = $1 AND account IN (*)")
	aboutBands    = store.ByIDs("SELECT content FROM credit_band WHERE commons_id = $1 AND account IN (*)")
	aboutPayments = store.SQL("SELECT " + paymentColumns + " FROM credit_payment WHERE commons_id = $1 ORDER BY seq, id")
	aboutSteps    = store.SQL("SELECT payment, state, at, reason FROM credit_step WHERE commons_id = $1 AND by_agent = $2 ORDER BY seq, payment")
)

// aboutAccount is an account of the person, as it stands.
type aboutAccount struct {
	Account
	Balance quantity.Amount `json:"balance"`
}

// aboutLine is what was posted on an account: below zero it left.
type aboutLine struct {
	Account store.ID  `json:"account"`
	Seq     int64     `json:"seq"` // the entry of the log
	N       int64     `json:"n"`
	Payment store.ID  `json:"payment"`
	Amount  Micros    `json:"amount"`
	Kind    Kind      `json:"kind"`
	At      time.Time `json:"at"`
}

// aboutStep is an answer that the person gave to a payment that waited.
type aboutStep struct {
	Payment store.ID  `json:"payment"`
	State   State     `json:"state"`
	At      time.Time `json:"at"`
	Reason  string    `json:"reason,omitempty"`
}

// AboutPerson tells what the practice keeps about a person: add is called with the
// name of a file and its content. It is what Forget would destroy, and what
// stays. What it says of others is no more than the person sees anyway.
func AboutPerson(r *store.Snapshot, person store.ID, add func(name string, content any) error) error {
	held, err := store.All(r, scanAccount, heldBy, person)
	if err != nil {
		return err
	}
	ids, theirs := make([]store.ID, len(held)), map[store.ID]bool{}
	for i, a := range held {
		ids[i], theirs[a.ID] = a.ID, true
	}
	for _, f := range []struct {
		name string
		read func() (any, error)
	}{
		{"accounts", func() (any, error) { return aboutAccounts(r, held, ids) }},
		{"lines", func() (any, error) { return store.AllOf(r, scanAboutLine, aboutLines, ids) }},
		{"bands", func() (any, error) { return store.AllOf(r, scanJSON[BandChange], aboutBands, ids) }},
		{"payments", func() (any, error) { return paymentsOf(r, person, theirs) }},
		{"answers", func() (any, error) { return store.All(r, scanAboutStep, aboutSteps, person) }},
		{"pools", func() (any, error) { return store.All(r, scanJSON[PoolStep], aboutPSteps, person) }},
		{"debts", func() (any, error) { return store.All(r, scanJSON[Obligation], obligationsOf, person, math.MaxInt32) }},
		{"schedules", func() (any, error) { return SchedulesOf(r, person) }},
	} {
		content, err := f.read()
		if err != nil {
			return err
		}
		if err := add("credit/"+f.name+".json", content); err != nil {
			return err
		}
	}
	return nil
}

func aboutAccounts(r *store.Snapshot, held []Account, ids []store.ID) ([]aboutAccount, error) {
	records, err := vf.GetResources(r, ids)
	out := make([]aboutAccount, len(held))
	for i, a := range held {
		out[i] = aboutAccount{a, records[a.ID].Accounting}
	}
	return out, err
}

// paymentsOf returns the payments that a person made or was a party of.
func paymentsOf(r *store.Snapshot, person store.ID, theirs map[store.ID]bool) (out []Payment, err error) {
	rows, err := r.Query(aboutPayments)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out = []Payment{}
	for rows.Next() {
		p, err := scanPayment(rows)
		if err != nil {
			return nil, err
		}
		if p.Author == person || slices.ContainsFunc(p.Legs, func(l Leg) bool { return theirs[l.From] || theirs[l.To] }) {
			out = append(out, p)
		}
	}
	return out, rows.Err()
}

func scanAboutLine(row store.Scanner) (l aboutLine, err error) {
	var at int64
	err = row.Scan(&l.Account, &l.Seq, &l.N, &l.Payment, &l.Amount, &l.Kind, &at)
	l.At = store.Time(at)
	return l, err
}

func scanAboutStep(row store.Scanner) (s aboutStep, err error) {
	var at int64
	var reason *string
	err = row.Scan(&s.Payment, &s.State, &at, &reason)
	if s.At = store.Time(at); reason != nil {
		s.Reason = *reason
	}
	return s, err
}
