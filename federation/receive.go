package federation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"commonweal/federation/workplan"
	"commonweal/platform/activitypub"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// message is an activity whose signer is known.
type message struct {
	id       string
	activity activitypub.Object
	from     Peer
	mark     string // of the signature
	digest   string // of the body
}

var (
	selectSeen = store.SQL(`SELECT digest FROM federation_seen WHERE commons_id = $1 AND mark = $2`)
	insertSeen = store.SQL(`INSERT INTO federation_seen (commons_id, mark, digest, at) VALUES ($1, $2, $3, $4)`)
)

// Receive takes an activity that was sent to the inbox of a commons. It counts
// once; a repetition is taken without effect. Faults: those of
// activitypub.ReadSignature, Decode and ReadActor, federation.off, .blocked,
// .other_actor, .changed_activity, .too_many_questions, and what the activity breaks.
func (f *Federation) Receive(ctx context.Context, c store.ID, r *http.Request, body []byte) error {
	signed, err := activitypub.ReadSignature(r, body, f.Origin, f.Store.Now())
	if err != nil {
		return err
	}
	activity, err := activitypub.Decode(body)
	if err != nil {
		return err
	}
	m, err := f.identify(ctx, c, signed, activity)
	if err != nil {
		return err
	}
	if m.from.ID == "" {
		return nil // somebody we never knew says that they are gone
	}
	sum := sha256.Sum256(body)
	m.mark, m.digest = signed.Mark(), hex.EncodeToString(sum[:])
	_, err = store.Write(ctx, f.Store, store.Command{Commons: c}, func(tx *store.Tx) (struct{}, error) {
		again, err := m.again(tx)
		if err != nil || again {
			return struct{}{}, err
		}
		return struct{}{}, f.handle(tx, m)
	})
	return err
}

// identify holds the activity against its signature and finds its signer.
func (f *Federation) identify(ctx context.Context, c store.ID, signed *activitypub.Signed, activity activitypub.Object) (m message, err error) {
	actor := activity.ID("actor")
	m = message{id: activity.Text("id"), activity: activity}
	if !activitypub.SameHost(actor, signed.KeyID) || !activitypub.SameHost(m.id, actor) {
		return m, fault.New(fault.Unauthenticated, "federation.other_actor", "actor", "the activity %.200q of %.200q was signed by %.200q", m.id, actor, signed.KeyID)
	}
	if err := f.Client.CheckAddress(actor); err != nil {
		return m, err
	}
	var known bool
	err = f.Store.Read(ctx, c, func(r *store.Snapshot) (err error) {
		if _, err = mustTakePart(r); err != nil {
			return err
		}
		if err = checkBlocked(r, activitypub.HostOf(actor)); err != nil {
			return err
		}
		m.from, known, err = store.One(r, scanPeer, selectPeer, actor)
		return err
	})
	if err != nil {
		return m, err
	}
	if !known && activity.Is("Delete") {
		return m, nil
	}
	m.from, err = f.verify(ctx, c, signed, actor, m.from)
	return m, err
}

// keyAge is how old a key must be before a signature that it does not verify makes
// us ask for a new one.
const keyAge = time.Minute

// verify verifies a signature by the key that we know of its signer or, when that
// has another key by now, by the one that it has.
func (f *Federation) verify(ctx context.Context, c store.ID, signed *activitypub.Signed, actor string, p Peer) (Peer, error) {
	if p.ID != "" {
		err := signedBy(signed, p)
		if err == nil || f.Store.Now().Sub(p.At) < keyAge {
			return p, err
		}
	}
	if err := f.asks.take(activitypub.HostOf(actor), f.Store.Now()); err != nil {
		return p, err
	}
	p, err := f.meet(ctx, c, actor)
	if err != nil {
		return p, err
	}
	if p.URI != actor {
		return p, fault.New(fault.Unauthenticated, "federation.other_actor", "actor", "the activity of %.200q was signed by %.200q", actor, p.URI)
	}
	return p, signedBy(signed, p)
}

// signedBy verifies a signature by the key of a peer.
func signedBy(signed *activitypub.Signed, p Peer) error {
	if signed.KeyID != p.keyID {
		return fault.New(fault.Unauthenticated, "federation.other_key", "", "the key %.200q is not that of %.200q", signed.KeyID, p.URI)
	}
	k, err := p.key()
	if err != nil {
		return err
	}
	return signed.Verify(k)
}

// again reports whether the activity or its signature was received before, and
// remembers both. Conflict, federation.changed_activity, when it was another then.
func (m message) again(tx *store.Tx) (bool, error) {
	digest, seen, err := store.One(tx, scanText, selectSeen, "id:"+m.id)
	if err != nil {
		return false, err
	}
	if seen {
		if digest != m.digest {
			return false, fault.Conflictf("federation.changed_activity", "id", "the activity %.200q was another when it came first", m.id)
		}
		return true, nil
	}
	if _, seen, err = store.One(tx, scanText, selectSeen, "by:"+m.mark); err != nil || seen {
		return seen, err
	}
	for _, mark := range []string{"id:" + m.id, "by:" + m.mark} {
		if _, err := tx.Exec(insertSeen, mark, m.digest, store.Micros(tx.Now())); err != nil {
			return false, err
		}
	}
	return false, nil
}

// handle does what the activity asks for. What this program does not know is taken
// without effect, as ActivityPub wants it.
func (f *Federation) handle(tx *store.Tx, m message) error {
	object := m.activity.Object("object")
	switch {
	case m.activity.Is("Follow"):
		return f.followed(tx, m)
	case m.activity.Is("Undo"):
		return f.undone(tx, m, object)
	case m.activity.Is("Offer") && object.Is("Agreement"):
		return f.offered(tx, m, object)
	case m.activity.Is("Accept"):
		return f.answered(tx, m, true)
	case m.activity.Is("Reject"):
		return f.answered(tx, m, false)
	case (m.activity.Is("Create") || m.activity.Is("Update")) && isProposal(object):
		return f.listed(tx, m, object)
	case (m.activity.Is("Create") || m.activity.Is("Update") || m.activity.Is("Offer")) && workplan.IsPlan(object):
		return f.planned(tx, m, object)
	case m.activity.Is("Create") && object.Is("Commitment"):
		return f.taskAdded(tx, m, object)
	case m.activity.Is("Create") && workplan.IsEvent(object):
		return f.reported(tx, m, object)
	case m.activity.Is("Delete"):
		return f.withdrawn(tx, m)
	case m.activity.Is("Create") && object != nil && object.ID("context") != "":
		return f.confirmed(tx, m, object.ID("context"))
	}
	return nil
}
