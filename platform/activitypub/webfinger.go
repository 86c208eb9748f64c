package activitypub

import (
	"encoding/json"
	"net/url"
	"strings"

	"commonweal/platform/fault"
)

// JRD is the media type of what WebFinger answers.
const JRD = "application/jrd+json"

// ParseHandle reads how people write an actor: "@user@host", "user@host" or
// "acct:user@host". Invalid: activitypub.handle.
func ParseHandle(text string) (user, host string, err error) {
	text = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(text), "acct:"), "@")
	user, host, ok := strings.Cut(text, "@")
	u, parseErr := url.Parse("https://" + host)
	if !ok || user == "" || host == "" || len(text) > 500 || parseErr != nil || u.Host != host || u.Port() == "" && strings.Contains(host, ":") || strings.ContainsAny(user, "/?#@ \t\r\n") {
		return "", "", fault.Invalidf("activitypub.handle", "handle", "%.100q names nobody; write it like an e-mail address: tools@commons.example", text)
	}
	return user, strings.ToLower(host), nil
}

// Finger returns what WebFinger answers about an actor of ours.
func Finger(user, host, actor, page string) []byte {
	return Marshal(map[string]any{
		"subject": "acct:" + user + "@" + host, "aliases": []string{actor, page},
		"links": []map[string]string{
			{"rel": "self", "type": MediaType, "href": actor},
			{"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page},
		},
	})
}

// ReadFinger returns the address of the actor from an answer of WebFinger.
// NotFound: activitypub.no_actor_found.
func ReadFinger(raw []byte) (string, error) {
	var j struct {
		Links []struct{ Rel, Type, Href string }
	}
	if err := json.Unmarshal(raw, &j); err == nil {
		for _, l := range j.Links {
			if l.Rel == "self" && IsActivity(l.Type) {
				return l.Href, nil
			}
		}
	}
	return "", fault.NotFoundf("activitypub.no_actor_found", "handle", "that server knows nobody of this name who can be reached")
}
