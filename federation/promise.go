package federation

import (
	"encoding/json"
	"time"

	"commonweal/federation/market"
	"commonweal/federation/workplan"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Who let a promise go.
const (
	Us   = "us"
	Them = "them"
	Both = "both"
)

// Promise is a commitment that both we and a peer know: a side of an agreement, or a
// task of a plan. What is done of it, and that it is let go, each tells the other.
type Promise struct {
	ID      store.ID // of the commitment in our books, once it is there
	URI     string   // what the peer knows it by
	Peer    store.ID
	About   store.ID // the offer or the plan
	InPlan  bool
	WeGive  bool
	Amounts workplan.Amounts
	Gone    string // who let it go: Us, Them or Both; empty: nobody
	Reason  string
	At      time.Time
}

const promiseColumns = "id, uri, peer, about, in_plan, we_give, terms, gone, reason, at"

var (
	insertPromise    = store.SQL(`INSERT INTO federation_promise (commons_id, id, uri, peer, about, in_plan, we_give, terms, gone, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', $9)`)
	selectPromiseURI = store.SQL(`SELECT ` + promiseColumns + ` FROM federation_promise WHERE commons_id = $1 AND peer = $2 AND uri = $3`)
	promisesByID     = store.ByIDs(`SELECT ` + promiseColumns + ` FROM federation_promise WHERE commons_id = $1 AND id IN (*)`)
	promisesAbout    = store.SQL(`SELECT ` + promiseColumns + ` FROM federation_promise WHERE commons_id = $1 AND about = $2 ORDER BY id`)
	setPromise       = store.SQL(`UPDATE federation_promise SET gone = $3, reason = $4, at = $5 WHERE commons_id = $1 AND id = $2`)
)

func scanPromise(s store.Scanner) (p Promise, err error) {
	var terms string
	var at int64
	if err = s.Scan(&p.ID, &p.URI, &p.Peer, &p.About, &p.InPlan, &p.WeGive, &terms, &p.Gone, &p.Reason, &at); err != nil {
		return p, err
	}
	p.At = store.Time(at)
	return p, json.Unmarshal([]byte(terms), &p.Amounts)
}

// promisesOf returns what was promised by an agreement or in a plan.
func promisesOf(r store.Reader, about store.ID) ([]Promise, error) {
	return store.All(r, scanPromise, promisesAbout, about)
}

// readPromise returns a promise with its peer. NotFound: federation.unknown_promise.
func readPromise(r store.Reader, id store.ID) (p Promise, peer Peer, err error) {
	list, err := store.AllOf(r, scanPromise, promisesByID, []store.ID{id})
	if err == nil && len(list) == 0 {
		err = fault.NotFoundf("federation.unknown_promise", "", "there is no such promise")
	}
	if err != nil {
		return p, peer, err
	}
	peers, err := getPeers(r, list[0].Peer)
	return list[0], peers[list[0].Peer], err
}

// promises returns the sides of a finalized agreement.
func (o Offer) promises() []Promise {
	side := func(id store.ID, c market.Commitment, weGive bool) Promise {
		return Promise{ID: id, URI: c.ID, Peer: o.Peer, About: o.ID, WeGive: weGive, Amounts: workplan.Amounts{Quantity: &c.Quantity}}
	}
	out := []Promise{side(o.First, o.Final.Primary, o.weGive())}
	if r := o.Final.Reciprocal; r != nil {
		out = append(out, side(o.Second, *r, !o.weGive()))
	}
	return out
}

// keepPromises remembers what was promised. Conflict: federation.promise_twice, when a
// peer calls something else by the same address.
func keepPromises(tx *store.Tx, list ...Promise) error {
	for _, p := range list {
		_, known, err := store.One(tx, scanPromise, selectPromiseURI, p.Peer, p.URI)
		if err == nil && known {
			err = fault.Conflictf("federation.promise_twice", "id", "%.200q is the name of another promise already", p.URI)
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(insertPromise, p.ID, p.URI, p.Peer, p.About, p.InPlan, p.WeGive, text(p.Amounts), store.Micros(tx.Now())); err != nil {
			return err
		}
	}
	return nil
}

// leave remembers who let the promise go, besides whoever did before, and ends an
// agreement of which nothing is left.
func (p Promise) leave(tx *store.Tx, by, reason string) error {
	if p.Gone == "" {
		p.Gone, p.Reason = by, reason
	} else {
		p.Gone = Both
	}
	if _, err := tx.Exec(setPromise, p.ID, p.Gone, p.Reason, store.Micros(tx.Now())); err != nil || p.InPlan {
		return err
	}
	rest, err := promisesOf(tx, p.About)
	if err != nil {
		return err
	}
	for _, x := range rest {
		if x.Gone == "" {
			return nil
		}
	}
	o, _, err := readOffer(tx, p.About)
	if err != nil || o.State != Accepted {
		return err
	}
	o.State, o.Reason = Canceled, p.Reason
	return o.change(tx)
}
