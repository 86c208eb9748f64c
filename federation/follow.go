package federation

import (
	"context"
	"strings"

	"commonweal/federation/market"
	"commonweal/platform/activitypub"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// The states of a follow.
const (
	Asked    = "asked"
	Accepted = "accepted"
	Rejected = "rejected"
)

// Follow says that one follows the other.
type Follow struct {
	Peer     store.ID
	Ours     bool // we follow them
	Activity string
	State    string
}

var (
	upsertFollow = store.SQL(`INSERT INTO federation_follow (commons_id, peer, ours, activity, state, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (commons_id, peer, ours) DO UPDATE SET activity = excluded.activity, state = excluded.state, at = excluded.at`)
	selectFollow  = store.SQL(`SELECT peer, ours, activity, state FROM federation_follow WHERE commons_id = $1 AND peer = $2 AND ours = $3`)
	selectFollows = store.SQL(`SELECT peer, ours, activity, state FROM federation_follow WHERE commons_id = $1 ORDER BY at DESC, peer LIMIT $2`)
	deleteFollow  = store.SQL(`DELETE FROM federation_follow WHERE commons_id = $1 AND peer = $2 AND ours = $3`)
	setFollow     = store.SQL(`UPDATE federation_follow SET state = $4 WHERE commons_id = $1 AND peer = $2 AND ours = $3`)
)

func scanFollow(s store.Scanner) (x Follow, err error) {
	err = s.Scan(&x.Peer, &x.Ours, &x.Activity, &x.State)
	return x, err
}

// FollowActor asks somebody, by handle (tools@commons.example) or by address, to
// let us follow them. Faults: those of activitypub.Client, federation.ourselves, .blocked, .off.
func (f *Federation) FollowActor(ctx context.Context, who auth.Identity, key, handle string) (Peer, error) {
	if err := who.Must(Set); err != nil {
		return Peer{}, err
	}
	p, err := f.find(ctx, who.Commons, handle)
	if err != nil {
		return p, err
	}
	return p, f.perform(ctx, who, key, p.URI, func(tx *store.Tx) error {
		before, follows, err := store.One(tx, scanFollow, selectFollow, p.ID, true)
		if err != nil || follows && before.State == Accepted {
			return err
		}
		uri, err := f.send(tx, outgoing{kind: "Follow", about: "actor", object: p.URI, to: &p})
		if err != nil {
			return err
		}
		if _, err := tx.Exec(upsertFollow, p.ID, true, uri, Asked, store.Micros(tx.Now())); err != nil {
			return err
		}
		return note(tx, who, "federation.follow", map[string]any{"peer": p.ID}, map[string]string{"actor": p.URI})
	})
}

// find returns the actor that people write as a handle or as an address.
func (f *Federation) find(ctx context.Context, c store.ID, text string) (p Peer, err error) {
	uri := strings.TrimSpace(text)
	if !strings.Contains(uri, "://") {
		_, host, err := activitypub.ParseHandle(uri)
		if err == nil {
			err = f.Store.Read(ctx, c, func(r *store.Snapshot) error { return checkBlocked(r, host) })
		}
		if err != nil {
			return p, err
		}
		if uri, err = f.Client.Find(ctx, uri, f.Store.Now()); err != nil {
			return p, err
		}
	}
	if uri == f.actor(c) {
		return p, fault.Invalidf("federation.ourselves", "handle", "this is the commons itself")
	}
	return f.meet(ctx, c, uri)
}

// Unfollow follows a peer no more.
func (f *Federation) Unfollow(ctx context.Context, who auth.Identity, key string, peer store.ID) error {
	if err := who.Must(Set); err != nil {
		return err
	}
	return f.perform(ctx, who, key, peer, func(tx *store.Tx) error {
		before, follows, err := store.One(tx, scanFollow, selectFollow, peer, true)
		if err != nil || !follows {
			return err
		}
		peers, err := getPeers(tx, peer)
		if err != nil {
			return err
		}
		p := peers[peer]
		undone := map[string]any{"type": "Follow", "id": before.Activity, "actor": f.actor(tx.Commons()), "object": p.URI}
		if _, err := f.send(tx, outgoing{kind: "Undo", about: "Follow", object: undone, to: &p}); err != nil {
			return err
		}
		if _, err := tx.Exec(deleteFollow, peer, true); err != nil {
			return err
		}
		return note(tx, who, "federation.unfollow", map[string]any{"peer": peer}, nil)
	})
}

// followed takes a Follow: whoever asks may follow what is public, and hears
// of it what followers hear.
func (f *Federation) followed(tx *store.Tx, m message) error {
	c := tx.Commons()
	if m.activity.ID("object") != f.actor(c) {
		return fault.Invalidf("federation.not_here", "object", "%.200q is not here", m.activity.ID("object"))
	}
	if _, err := tx.Exec(upsertFollow, m.from.ID, false, m.id, Accepted, store.Micros(tx.Now())); err != nil {
		return err
	}
	_, err := f.send(tx, outgoing{kind: "Accept", about: "Follow", object: m.id, to: &m.from})
	return err
}

// undone takes back a Follow.
func (f *Federation) undone(tx *store.Tx, m message, object activitypub.Object) error {
	before, follows, err := store.One(tx, scanFollow, selectFollow, m.from.ID, false)
	if err != nil || !follows {
		return err
	}
	if m.activity.ID("object") != before.Activity && !(object.Is("Follow") && object.ID("object") == f.actor(tx.Commons())) {
		return nil // something else is undone
	}
	_, err = tx.Exec(deleteFollow, m.from.ID, false)
	return err
}

// answered takes an Accept or a Reject of something that we sent to the peer.
func (f *Federation) answered(tx *store.Tx, m message, accepted bool) error {
	about := m.activity.ID("object")
	follow, follows, err := store.One(tx, scanFollow, selectFollow, m.from.ID, true)
	if err != nil {
		return err
	}
	if follows && follow.Activity == about {
		state := Rejected
		if accepted {
			state = Accepted
		}
		_, err := tx.Exec(setFollow, m.from.ID, true, state)
		return err
	}
	if taken, err := f.reportAnswered(tx, m, about, accepted); taken || err != nil {
		return err
	}
	if !accepted {
		if taken, err := f.letGoBy(tx, m, about); taken || err != nil {
			return err
		}
	}
	if taken, err := f.taskAnswered(tx, m, about, accepted); taken || err != nil {
		return err
	}
	return f.offerAnswered(tx, m, about, accepted)
}

// isProposal reports whether an object is a proposal.
func isProposal(o activitypub.Object) bool { return o != nil && market.IsProposal(o) }
