package federation

import (
	"context"

	"commonweal/platform/activitypub"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// account is a commons as an actor.
type account struct {
	takesPart             bool
	privateKey, publicKey string
}

var (
	selectActor = store.SQL(`SELECT takes_part, private_key, public_key FROM federation_actor WHERE commons_id = $1`)
	upsertActor = store.SQL(`INSERT INTO federation_actor (commons_id, takes_part, private_key, public_key, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (commons_id) DO UPDATE SET takes_part = excluded.takes_part`)
)

func scanAccount(s store.Scanner) (a account, err error) {
	err = s.Scan(&a.takesPart, &a.privateKey, &a.publicKey)
	return a, err
}

func readAccount(r store.Reader) (a account, err error) {
	a, _, err = store.One(r, scanAccount, selectActor)
	return a, err
}

// errOff is the answer where a commons takes no part.
func errOff() error {
	return fault.NotFoundf("federation.off", "", "this commons takes no part in the federation")
}

// TakePart makes the commons an actor that others can find, or lets it be none
// any more. Its keys are made once and stay.
func (f *Federation) TakePart(ctx context.Context, who auth.Identity, key string, takesPart bool) error {
	if err := who.Must(Set); err != nil {
		return err
	}
	private, err := activitypub.NewPrivateKey()
	if err != nil {
		return err
	}
	k, err := activitypub.OpenKey(f.actor(who.Commons), private)
	if err != nil {
		return err
	}
	return f.perform(ctx, who, key, takesPart, func(tx *store.Tx) error {
		if _, err := tx.Exec(upsertActor, takesPart, private, k.Public(), store.Micros(tx.Now())); err != nil {
			return err
		}
		return note(tx, who, "federation.take_part", map[string]any{"takesPart": takesPart}, nil)
	})
}

// perform runs an act of somebody of ours.
func (f *Federation) perform(ctx context.Context, who auth.Identity, key string, ask any, act func(*store.Tx) error) error {
	_, err := performed(ctx, f, who, key, ask, func(tx *store.Tx) (struct{}, error) { return struct{}{}, act(tx) })
	return err
}

// performed is perform of an act that comes to something.
func performed[T any](ctx context.Context, f *Federation, who auth.Identity, key string, ask any, act func(*store.Tx) (T, error)) (T, error) {
	return store.Write(ctx, f.Store, store.Command{Commons: who.Commons, Key: key, Ask: ask}, func(tx *store.Tx) (v T, err error) {
		if err := who.In(tx); err != nil {
			return v, err
		}
		return act(tx)
	})
}

// note journals an act. What names a peer is sealed: it may be a person.
func note(tx *store.Tx, who auth.Identity, act string, public map[string]any, sealed map[string]string) error {
	_, err := journal.Append(tx, journal.Record{Act: act, By: who.Agent, Public: public, Sealed: sealed})
	return err
}

// mustTakePart returns the actor of a commons that takes part. NotFound: federation.off.
func mustTakePart(r store.Reader) (account, error) {
	a, err := readAccount(r)
	if err == nil && !a.takesPart {
		err = errOff()
	}
	return a, err
}

// signing returns the key of a commons.
func (f *Federation) signing(c store.ID, a account) (*activitypub.Key, error) {
	return activitypub.OpenKey(f.actor(c), a.privateKey)
}

// profile is the commons as others read it.
func (f *Federation) profile(c commons.Commons, a account) activitypub.Profile {
	return activitypub.Profile{ID: f.actor(c.ID), Kind: "Organization", Username: c.Slug, Name: c.Name, Summary: c.Statement,
		URL: f.Origin + "/c/" + c.Slug, Key: a.publicKey}
}
