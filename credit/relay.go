package credit

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"commonweal/credit/relay"
	"commonweal/platform/store"
)

// Relay is what carries payments to other communities: it says to neighbors what
// acts decide, hears them, and asks them for ways.
type Relay struct {
	Store  *store.Store
	HTTP   *http.Client // see platform/outbound
	Origin string       // "https://commons.example"
	Log    *slog.Logger

	awake   time.Time // since when we listen
	wake    chan store.ID
	talking sync.Map // commons → *sync.Mutex: one round of a commons at a time
}

// NewRelay returns a relay that listens from now on.
func NewRelay(db *store.Store, client *http.Client, origin string, log *slog.Logger) *Relay {
	if log == nil {
		log = slog.Default()
	}
	return &Relay{Store: db, HTTP: client, Origin: origin, Log: log, awake: db.Now(), wake: make(chan store.ID, 256)}
}

// Address is that of the relay of a commons. It is made of the identifier, so
// that a commons may change its name and its address.
func (x *Relay) Address(commons store.ID) string { return x.Origin + relayPath + string(commons) }

// moment is the clock of an act.
func (x *Relay) moment(tx *store.Tx) relay.Moment {
	return relay.Moment{Now: tx.Now(), Awake: x.awake}
}

// signing returns the key of the commons; ok is false where it has none yet.
func signing(r store.Reader) (key ed25519.PrivateKey, ok bool, err error) {
	text, ok, err := store.One(r, scanText, selectSeed)
	if err != nil || !ok {
		return nil, false, err
	}
	seed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, false, err
	}
	return ed25519.NewKeyFromSeed(seed), true, nil
}

// newKey gives the commons a fresh key.
func newKey(tx *store.Tx) (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(upsertSeed, base64.StdEncoding.EncodeToString(key.Seed()))
	return key, err
}

func publicKey(key ed25519.PrivateKey) string {
	return relay.KeyText(key.Public().(ed25519.PublicKey))
}

// Key returns the public key that the commons signs with; empty: none yet.
func (x *Relay) Key(ctx context.Context, commons store.ID) (text string, err error) {
	err = x.Store.Read(ctx, commons, func(r *store.Snapshot) error {
		key, ok, err := signing(r)
		if ok {
			text = publicKey(key)
		}
		return err
	})
	return text, err
}

// awaken lets the commons say what it has to say now rather than later.
func (x *Relay) awaken(commons store.ID) {
	select {
	case x.wake <- commons:
	default: // the next round finds it
	}
}
