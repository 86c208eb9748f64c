package activitypub

import (
	"crypto/rsa"
	"encoding/json"
	"net/url"
	"strings"

	"commonweal/platform/fault"
)

// MediaType is how documents of ActivityPub are declared.
const (
	MediaType   = `application/activity+json`
	MediaTypeLD = `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`
)

// Profile is our own actor, as others read it.
type Profile struct {
	ID       string // address of the actor
	Kind     string // Organization
	Username string // before the @
	Name     string
	Summary  string
	URL      string // its page for people
	Key      string // PEM of the public key
}

// Document returns the actor as others read it.
func (p Profile) Document() []byte {
	return Marshal(map[string]any{
		"@context": []any{"https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"},
		"id":       p.ID, "type": p.Kind, "preferredUsername": p.Username, "name": p.Name, "summary": p.Summary, "url": p.URL,
		"inbox": p.ID + "/inbox", "outbox": p.ID + "/outbox", "followers": p.ID + "/followers",
		"publicKey":                 map[string]any{"id": p.ID + "#main-key", "owner": p.ID, "publicKeyPem": p.Key},
		"manuallyApprovesFollowers": false, "discoverable": true,
	})
}

// Marshal writes a document of ours, which always can be written.
func Marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("activitypub: " + err.Error())
	}
	return b
}

// Actor is somebody on another server, as their document says.
type Actor struct {
	ID     string
	Kind   string // Person, Group, Organization, Service, Application
	Name   string
	Handle string // user@host
	Inbox  string
	KeyID  string
	PEM    string
	Key    *rsa.PublicKey
}

// actorKinds are the actors of ActivityStreams.
var actorKinds = []string{"Person", "Organization", "Group", "Service", "Application"}

// ReadActor reads the document of an actor. Everything in it is on one host, or
// it is refused: Invalid, activitypub.no_actor, activitypub.foreign_part, activitypub.key.
func ReadActor(o Object) (a Actor, err error) {
	for _, k := range actorKinds {
		if o.Is(k) {
			a.Kind = k
		}
	}
	a.ID, a.Inbox = o.Text("id"), o.ID("inbox")
	if a.Kind == "" || a.ID == "" || a.Inbox == "" {
		return a, fault.Invalidf("activitypub.no_actor", "", "%.200q is no actor with an inbox", a.ID)
	}
	key := ownKey(o, a.ID)
	a.KeyID, a.PEM = key.Text("id"), key.Text("publicKeyPem")
	for _, part := range []string{a.Inbox, a.KeyID} {
		if !SameHost(a.ID, part) {
			return a, fault.Invalidf("activitypub.foreign_part", "", "the actor %.200q points to %.200q, on another host", a.ID, part)
		}
	}
	if a.Key, err = ParsePublicKey(a.PEM); err != nil {
		return a, err
	}
	a.Name, a.Handle = o.Plain("name", 200), handle(o.Plain("preferredUsername", 100), a.ID)
	if a.Name == "" {
		a.Name = a.Handle
	}
	return a, nil
}

// ownKey returns the first key whose owner is the actor.
func ownKey(o Object, actor string) Object {
	for _, k := range o.Objects("publicKey") {
		if k.Text("owner") == actor || k.Text("owner") == "" {
			return k
		}
	}
	return Object{}
}

func handle(user, actor string) string {
	return user + "@" + HostOf(actor)
}

// HostOf returns the host of an address with its port, in lower case; "" when it has none.
func HostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// SameHost reports whether two addresses have one host and one scheme.
func SameHost(a, b string) bool {
	x, err := url.Parse(a)
	y, err2 := url.Parse(b)
	return err == nil && err2 == nil && x.Host != "" && x.Scheme == y.Scheme && strings.EqualFold(x.Host, y.Host)
}
