package federation

import (
	"encoding/json"
	"time"

	"commonweal/federation/market"
	"commonweal/platform/store"
)

// The states of an offer, besides Accepted and Rejected.
const (
	Open      = "open"
	Completed = "completed"
	Canceled  = "canceled" // everything that was agreed was let go
)

// Offer answers a proposal: ours a peer's, or a peer's ours.
type Offer struct {
	ID      store.ID
	Ours    bool
	URI     string // of the activity
	Peer    store.ID
	Terms   market.Proposal   // as it was answered
	Asked   market.Agreement  // as it was offered
	Final   *market.Agreement // as it was finalized
	State   string
	Reason  string // why it was rejected
	Entered bool   // it stands in our books, as Agreement
	At      time.Time
	Changed time.Time

	// Agreement, First and Second are the agreement and its commitments in our books.
	Agreement, First, Second store.ID
}

// Proposal returns the proposal of ours that the offer answers; empty for one of ours.
func (o Offer) Proposal() store.ID {
	if o.Ours {
		return ""
	}
	return lastPart(o.Terms.ID)
}

// weGive reports whether the first side of the deal is ours to give: who proposes an
// offer provides the primary side, who proposes a request receives it.
func (o Offer) weGive() bool { return (o.Terms.Purpose == market.Offer) != o.Ours }

const offerColumns = "id, ours, uri, peer, terms, asked, final, state, reason, agreement, first, second, entered, at, changed"

var (
	insertOffer = store.SQL(`INSERT INTO federation_offer (commons_id, id, ours, uri, peer, proposal, terms, asked, final, state, reason, agreement, first, second, entered, at, changed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10, $11, $12, $13, $14, $15, $15)`)
	selectOffer     = store.SQL(`SELECT ` + offerColumns + ` FROM federation_offer WHERE commons_id = $1 AND id = $2`)
	selectOfferURI  = store.SQL(`SELECT ` + offerColumns + ` FROM federation_offer WHERE commons_id = $1 AND uri = $2`)
	selectOffers    = store.SQL(`SELECT ` + offerColumns + ` FROM federation_offer WHERE commons_id = $1 AND ours = $2 AND id < $3 ORDER BY id DESC LIMIT $4`)
	selectFinal     = store.SQL(`SELECT ` + offerColumns + ` FROM federation_offer WHERE commons_id = $1 AND peer = $2 AND ours = $3 AND state <> 'rejected' ORDER BY id DESC LIMIT 1000`)
	selectAgreement = store.SQL(`SELECT ` + offerColumns + ` FROM federation_offer WHERE commons_id = $1 AND agreement = $2 AND ours = $3`)
	selectTaken     = store.SQL(`SELECT ` + offerColumns + ` FROM federation_offer WHERE commons_id = $1 AND peer = $2 AND proposal = $3 AND ours = $4 AND state IN ('accepted', 'completed') ORDER BY id DESC LIMIT 1000`)
	countOpen       = store.SQL(`SELECT count(*) FROM federation_offer WHERE commons_id = $1 AND peer = $2 AND ours = $3 AND state = 'open'`)
	setOffer        = store.SQL(`UPDATE federation_offer SET state = $3, final = $4, reason = $5, entered = $6, changed = $7 WHERE commons_id = $1 AND id = $2`)
)

func scanOffer(s store.Scanner) (o Offer, err error) {
	var terms, asked, final string
	var at, changed int64
	err = s.Scan(&o.ID, &o.Ours, &o.URI, &o.Peer, &terms, &asked, &final, &o.State, &o.Reason, &o.Agreement, &o.First, &o.Second, &o.Entered, &at, &changed)
	if err != nil {
		return o, err
	}
	o.At, o.Changed = store.Time(at), store.Time(changed)
	if err := json.Unmarshal([]byte(terms), &o.Terms); err != nil {
		return o, err
	}
	if final != "" {
		if err := json.Unmarshal([]byte(final), &o.Final); err != nil {
			return o, err
		}
	}
	return o, json.Unmarshal([]byte(asked), &o.Asked)
}

// add writes an offer that is new; it chooses what the agreement will be called.
func (o *Offer) add(tx *store.Tx) error {
	o.Agreement, o.First, o.Second = tx.NewID(), tx.NewID(), tx.NewID()
	_, err := tx.Exec(insertOffer, o.ID, o.Ours, o.URI, o.Peer, o.Terms.ID, text(o.Terms), text(o.Asked), o.State, o.Reason,
		o.Agreement, o.First, o.Second, false, store.Micros(tx.Now()))
	return err
}

// change writes what may change of an offer.
func (o Offer) change(tx *store.Tx) error {
	final := ""
	if o.Final != nil {
		final = text(*o.Final)
	}
	_, err := tx.Exec(setOffer, o.ID, o.State, final, o.Reason, o.Entered, store.Micros(tx.Now()))
	return err
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("federation: " + err.Error()) // amounts, texts and times always can be written
	}
	return string(b)
}
