package federation

import (
	"time"

	"commonweal/platform/store"
)

// Offers returns offers, ours or those we received, newest first, that came before one
// (empty: from the newest), at most limit.
func Offers(r store.Reader, ours bool, before store.ID, limit int) ([]Offer, error) {
	if before == "" {
		before = last
	}
	return store.All(r, scanOffer, selectOffers, ours, before, limit)
}

// Listings returns the proposals of others that are published, newest first.
func Listings(r store.Reader, limit int) ([]Listing, error) {
	return store.All(r, scanListing, selectListings, limit)
}

// Publications returns the proposals that were published, newest first.
func Publications(r store.Reader, limit int) ([]Publication, error) {
	return store.All(r, scanPublication, selectPublications, limit)
}

// Follows returns who follows whom, newest first.
func Follows(r store.Reader, limit int) ([]Follow, error) {
	return store.All(r, scanFollow, selectFollows, limit)
}

// Delivery is an activity on its way to a peer.
type Delivery struct {
	Activity store.ID
	Kind     string // "Accept(Offer)"
	Peer     store.ID
	State    string // waiting, delivered or failed
	Tries    int
	Next     time.Time // not before; of one that waits
	Problem  string
	At       time.Time
}

var selectDeliveries = store.SQL(`SELECT d.activity, a.kind, d.peer, d.state, d.tries, d.next, d.problem, d.at FROM federation_delivery d
	JOIN federation_activity a ON a.commons_id = d.commons_id AND a.id = d.activity
	WHERE d.commons_id = $1 AND d.activity < $2 ORDER BY d.activity DESC, d.peer LIMIT $3`)

func scanDelivery(s store.Scanner) (d Delivery, err error) {
	var next, at int64
	err = s.Scan(&d.Activity, &d.Kind, &d.Peer, &d.State, &d.Tries, &next, &d.Problem, &at)
	d.Next, d.At = store.Time(next), store.Time(at)
	return d, err
}

// Deliveries returns what was sent, newest first.
func Deliveries(r store.Reader, before store.ID, limit int) ([]Delivery, error) {
	if before == "" {
		before = last
	}
	return store.All(r, scanDelivery, selectDeliveries, before, limit)
}
