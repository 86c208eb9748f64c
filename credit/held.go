package credit

import (
	"time"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// HeldAccount is an account with what stands in it, as its holder sees it.
type HeldAccount struct {
	Account
	Balance   quantity.Amount  `json:"balance"`
	Spendable quantity.Amount  `json:"spendable"`
	Room      *quantity.Amount `json:"room,omitempty"` // nil: as much as comes
}

// Held returns the accounts of an agent as their holder sees them, in every currency.
func Held(r store.Reader, agent store.ID) ([]HeldAccount, error) {
	s, err := settings.Get(r)
	if err != nil {
		return nil, err
	}
	held, err := store.All(r, scanAccount, heldBy, agent)
	if err != nil {
		return nil, err
	}
	ids := make([]store.ID, len(held))
	for i, a := range held {
		ids[i] = a.ID
	}
	records, err := vf.GetResources(r, ids)
	out := make([]HeldAccount, len(held))
	for i, a := range held {
		unit, at := s.Currencies[a.Currency].Unit, a.position(Micros(records[a.ID].Accounting.Micros))
		out[i] = HeldAccount{Account: a, Balance: at.Balance.of(unit), Spendable: at.Spendable().of(unit)}
		if room, bounded := at.Room(); bounded {
			most := room.of(unit)
			out[i].Room = &most
		}
	}
	return out, err
}

// Posting is a leg of a payment as it stands on an account: below zero it left.
type Posting struct {
	Payment store.ID  `json:"payment"`
	Other   store.ID  `json:"other"` // the account on the other side
	Amount  Micros    `json:"amount"`
	Kind    Kind      `json:"kind"`
	At      time.Time `json:"at"`
	Seq     int64     `json:"entry"` // of the log
}

var postingsBefore = store.SQL("SELECT payment, other, amount, kind, at, seq FROM credit_line WHERE commons_id = $1 AND account = $2 AND seq < $3 ORDER BY seq DESC, n DESC LIMIT $4")

// Postings returns what was posted on an account before an entry of the log, the
// latest first.
func Postings(r store.Reader, account store.ID, before int64, limit int) ([]Posting, error) {
	return store.All(r, func(row store.Scanner) (p Posting, err error) {
		var at int64
		err = row.Scan(&p.Payment, &p.Other, &p.Amount, &p.Kind, &at, &p.Seq)
		p.At = store.Time(at)
		return p, err
	}, postingsBefore, account, before, int64(limit))
}
