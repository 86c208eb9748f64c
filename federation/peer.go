package federation

import (
	"context"
	"crypto/rsa"
	"strings"
	"time"

	"commonweal/platform/activitypub"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Peer is an actor of another server.
type Peer struct {
	ID     store.ID
	URI    string
	Host   string
	Kind   string
	Name   string
	Handle string
	Inbox  string
	Agent  store.ID // in our books; empty: none yet
	At     time.Time

	keyID, publicKey string
}

const peerColumns = "id, uri, host, kind, name, handle, inbox, key_id, public_key, agent, at"

var (
	selectPeer = store.SQL(`SELECT ` + peerColumns + ` FROM federation_peer WHERE commons_id = $1 AND uri = $2`)
	peersByID  = store.ByIDs(`SELECT ` + peerColumns + ` FROM federation_peer WHERE commons_id = $1 AND id IN (*)`)
	upsertPeer = store.SQL(`INSERT INTO federation_peer (commons_id, id, uri, host, kind, name, handle, inbox, key_id, public_key, agent, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', $11)
		ON CONFLICT (commons_id, uri) DO UPDATE SET kind = excluded.kind, name = excluded.name, handle = excluded.handle, inbox = excluded.inbox,
			key_id = excluded.key_id, public_key = excluded.public_key, at = excluded.at`)
	setAgent     = store.SQL(`UPDATE federation_peer SET agent = $3 WHERE commons_id = $1 AND id = $2`)
	selectBlock  = store.SQL(`SELECT host FROM federation_block WHERE commons_id = $1 AND host = $2`)
	selectBlocks = store.SQL(`SELECT host FROM federation_block WHERE commons_id = $1 ORDER BY host`)
	insertBlock  = store.SQL(`INSERT INTO federation_block (commons_id, host, at) VALUES ($1, $2, $3) ON CONFLICT (commons_id, host) DO NOTHING`)
	deleteBlock  = store.SQL(`DELETE FROM federation_block WHERE commons_id = $1 AND host = $2`)
)

func scanPeer(s store.Scanner) (p Peer, err error) {
	var at int64
	err = s.Scan(&p.ID, &p.URI, &p.Host, &p.Kind, &p.Name, &p.Handle, &p.Inbox, &p.keyID, &p.publicKey, &p.Agent, &at)
	p.At = store.Time(at)
	return p, err
}

func scanText(s store.Scanner) (text string, err error) {
	err = s.Scan(&text)
	return text, err
}

// getPeers returns peers by their identifiers.
func getPeers(r store.Reader, ids ...store.ID) (map[store.ID]Peer, error) {
	list, err := store.AllOf(r, scanPeer, peersByID, ids)
	out := make(map[store.ID]Peer, len(list))
	for _, p := range list {
		out[p.ID] = p
	}
	return out, err
}

// key returns the public key that the peer's document had.
func (p Peer) key() (*rsa.PublicKey, error) { return activitypub.ParsePublicKey(p.publicKey) }

// checkBlocked refuses a host that the commons blocked: Forbidden, federation.blocked.
func checkBlocked(r store.Reader, host string) error {
	_, blocked, err := store.One(r, scanText, selectBlock, strings.ToLower(host))
	if err == nil && blocked {
		err = fault.Forbiddenf("federation.blocked", "this commons has nothing to do with %.200s", host)
	}
	return err
}

// Block says that the commons has nothing to do with a host, or again has.
func (f *Federation) Block(ctx context.Context, who auth.Identity, key, host string, blocked bool) error {
	if err := who.Must(Set); err != nil {
		return err
	}
	host = strings.ToLower(strings.TrimSpace(host))
	if activitypub.HostOf("https://"+host) != host || host == "" {
		return fault.Invalidf("federation.host", "host", "%.100q is no name of a host, such as commons.example", host)
	}
	return f.perform(ctx, who, key, []any{host, blocked}, func(tx *store.Tx) error {
		if !blocked {
			if _, err := tx.Exec(deleteBlock, host); err != nil {
				return err
			}
		} else if _, err := tx.Exec(insertBlock, host, store.Micros(tx.Now())); err != nil {
			return err
		}
		return note(tx, who, "federation.block", map[string]any{"host": host, "blocked": blocked}, nil)
	})
}

// ask fetches a document in the name of a commons, unless the host is blocked.
func (f *Federation) ask(ctx context.Context, c store.ID, address string) (activitypub.Object, error) {
	var a account
	host := activitypub.HostOf(address)
	err := f.Store.Read(ctx, c, func(r *store.Snapshot) (err error) {
		if a, err = mustTakePart(r); err != nil {
			return err
		}
		return checkBlocked(r, host)
	})
	if err != nil {
		return nil, err
	}
	k, err := f.signing(c, a)
	if err != nil {
		return nil, err
	}
	return f.Client.Get(ctx, address, k, f.Store.Now())
}

// meet reads the document of an actor and remembers it.
func (f *Federation) meet(ctx context.Context, c store.ID, uri string) (Peer, error) {
	o, err := f.ask(ctx, c, uri)
	if err != nil {
		return Peer{}, err
	}
	a, err := activitypub.ReadActor(o)
	if err != nil {
		return Peer{}, err
	}
	return store.Write(ctx, f.Store, store.Command{Commons: c}, func(tx *store.Tx) (Peer, error) {
		_, err := tx.Exec(upsertPeer, tx.NewID(), a.ID, activitypub.HostOf(a.ID), a.Kind, a.Name, a.Handle, a.Inbox, a.KeyID, a.PEM, store.Micros(tx.Now()))
		if err != nil {
			return Peer{}, err
		}
		p, _, err := store.One(tx, scanPeer, selectPeer, a.ID)
		return p, err
	})
}
