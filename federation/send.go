package federation

import (
	"commonweal/federation/market"
	"commonweal/platform/activitypub"
	"commonweal/platform/store"
)

var (
	insertActivity = store.SQL(`INSERT INTO federation_activity (commons_id, id, kind, open, document, at) VALUES ($1, $2, $3, $4, $5, $6)`)
	insertDelivery = store.SQL(`INSERT INTO federation_delivery (commons_id, activity, peer, state, tries, next, problem, at) VALUES ($1, $2, $3, 'waiting', 0, $4, '', $4)`)
	toFollowers    = store.SQL(`INSERT INTO federation_delivery (commons_id, activity, peer, state, tries, next, problem, at)
		SELECT a.commons_id, a.id, f.peer, 'waiting', 0, a.at, '', a.at FROM federation_activity a
		JOIN federation_follow f ON f.commons_id = a.commons_id AND f.ours = $3 AND f.state = 'accepted' WHERE a.commons_id = $1 AND a.id = $2`)
)

// outgoing is an activity of ours on its way.
type outgoing struct {
	kind   string         // Accept
	about  string         // what its object is, for the list of deliveries: Offer
	object any            // an address or a document
	more   map[string]any // further members
	to     *Peer          // nil: our followers and everybody
}

// send writes an activity and what is to be delivered; it goes out once the act is durable.
func (f *Federation) send(tx *store.Tx, o outgoing) (uri string, err error) {
	id := tx.NewID()
	return f.sendAs(tx, id, o)
}

// sendAs is send under an identifier that was chosen before.
func (f *Federation) sendAs(tx *store.Tx, id store.ID, o outgoing) (uri string, err error) {
	c := tx.Commons()
	uri = f.at(c, "activities", id)
	document := map[string]any{"@context": market.Context(), "id": uri, "type": o.kind, "actor": f.actor(c), "object": o.object}
	if o.to != nil {
		document["to"] = []string{o.to.URI}
	} else {
		document["to"], document["cc"] = []string{activitypub.Public}, []string{f.actor(c) + "/followers"}
	}
	for name, v := range o.more {
		document[name] = v
	}
	now := store.Micros(tx.Now())
	if _, err := tx.Exec(insertActivity, id, o.kind+"("+o.about+")", o.to == nil, string(activitypub.Marshal(document)), now); err != nil {
		return "", err
	}
	if o.to != nil {
		_, err = tx.Exec(insertDelivery, id, o.to.ID, now)
	} else {
		_, err = tx.Exec(toFollowers, id, false)
	}
	tx.AfterCommit(func() { f.awake(c) })
	return uri, err
}

// awake lets the commons deliver what waits, now rather than later.
func (f *Federation) awake(c store.ID) {
	select {
	case f.wake <- c:
	default: // the next round finds it
	}
}
