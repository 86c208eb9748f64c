package federation

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"commonweal/federation/market"
	"commonweal/platform/activitypub"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// The states of a proposal.
const (
	Published = "published"
	Withdrawn = "withdrawn"
)

// Listing is a proposal of somebody else.
type Listing struct {
	ID    store.ID
	URI   string
	Peer  store.ID
	Terms market.Proposal
	State string
	At    time.Time
}

var (
	upsertListing = store.SQL(`INSERT INTO federation_listing (commons_id, id, uri, peer, terms, state, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (commons_id, uri) DO UPDATE SET terms = excluded.terms, state = excluded.state, at = excluded.at`)
	selectListing  = store.SQL(`SELECT id, uri, peer, terms, state, at FROM federation_listing WHERE commons_id = $1 AND id = $2`)
	selectListed   = store.SQL(`SELECT id, uri, peer, terms, state, at FROM federation_listing WHERE commons_id = $1 AND uri = $2`)
	selectListings = store.SQL(`SELECT id, uri, peer, terms, state, at FROM federation_listing WHERE commons_id = $1 AND state = 'published' ORDER BY at DESC, id LIMIT $2`)
	countListings  = store.SQL(`SELECT count(*) FROM federation_listing WHERE commons_id = $1 AND peer = $2 AND state = 'published'`)
	setListing     = store.SQL(`UPDATE federation_listing SET state = $4, at = $5 WHERE commons_id = $1 AND uri = $2 AND peer = $3`)
)

func scanListing(s store.Scanner) (l Listing, err error) {
	var terms string
	var at int64
	if err = s.Scan(&l.ID, &l.URI, &l.Peer, &terms, &l.State, &at); err != nil {
		return l, err
	}
	l.At = store.Time(at)
	return l, json.Unmarshal([]byte(terms), &l.Terms)
}

func scanCount(s store.Scanner) (n int64, err error) {
	err = s.Scan(&n)
	return n, err
}

// maxListings is how many proposals of one peer are kept.
const maxListings = 500

// listed takes a proposal that somebody we follow published or changed.
func (f *Federation) listed(tx *store.Tx, m message, object activitypub.Object) error {
	follow, follows, err := store.One(tx, scanFollow, selectFollow, m.from.ID, true)
	if err != nil || !follows || follow.State != Accepted {
		return err
	}
	p, err := market.ReadProposal(object)
	if err != nil {
		return err
	}
	if p.Actor != m.from.URI || !activitypub.SameHost(p.ID, m.from.URI) {
		return fault.Forbiddenf("federation.not_theirs", "the proposal %.200q is not of %.200q", p.ID, m.from.URI)
	}
	n, err := one(tx, countListings, m.from.ID)
	if err == nil && n >= maxListings {
		err = fault.New(fault.TooMany, "federation.too_many_listings", "", "%d proposals of %.200s are known here; withdraw some first", n, m.from.Handle)
	}
	if err != nil {
		return err
	}
	return keepListing(tx, m.from.ID, p)
}

func one(r store.Reader, s *store.Statement, args ...any) (int64, error) {
	n, _, err := store.One(r, scanCount, s, args...)
	return n, err
}

func keepListing(tx *store.Tx, peer store.ID, p market.Proposal) error {
	_, err := tx.Exec(upsertListing, tx.NewID(), p.ID, peer, string(activitypub.Marshal(p)), Published, store.Micros(tx.Now()))
	return err
}

// withdrawn takes that a peer deleted one of its proposals.
func (f *Federation) withdrawn(tx *store.Tx, m message) error {
	_, err := tx.Exec(setListing, m.activity.ID("object"), m.from.ID, Withdrawn, store.Micros(tx.Now()))
	return err
}

// LookAt fetches the proposal at an address and remembers it with its proposer.
// Faults: those of activitypub.Client and market.ReadProposal, federation.ourselves, .not_theirs.
func (f *Federation) LookAt(ctx context.Context, who auth.Identity, address string) (l Listing, err error) {
	if err := who.Must(See); err != nil {
		return l, err
	}
	address, _, _ = strings.Cut(strings.TrimSpace(address), "#")
	o, err := f.ask(ctx, who.Commons, address)
	if err != nil {
		return l, err
	}
	p, err := market.ReadProposal(o)
	if err != nil {
		return l, err
	}
	if p.Actor == f.actor(who.Commons) {
		return l, fault.Invalidf("federation.ourselves", "address", "this is the commons itself")
	}
	if !activitypub.SameHost(p.Actor, p.ID) {
		return l, fault.Forbiddenf("federation.not_theirs", "the proposal %.200q is not of %.200q", p.ID, p.Actor)
	}
	peer, err := f.meet(ctx, who.Commons, p.Actor)
	if err != nil {
		return l, err
	}
	return store.Write(ctx, f.Store, store.Command{Commons: who.Commons}, func(tx *store.Tx) (Listing, error) {
		if err := keepListing(tx, peer.ID, p); err != nil {
			return Listing{}, err
		}
		l, _, err := store.One(tx, scanListing, selectListed, p.ID)
		return l, err
	})
}
