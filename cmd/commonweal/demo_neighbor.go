package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"commonweal/platform/activitypub"
	"commonweal/platform/store"
)

// demoNeighbor is a commons on another server that exists in the demo only. It says who
// it is, takes what is sent to it, and says what the story lets it say.
type demoNeighbor struct {
	host, user, name string
	key              *activitypub.Key
	said             int
}

func newDemoNeighbor(host, user, name string) (*demoNeighbor, error) {
	n := &demoNeighbor{host: host, user: user, name: name}
	text, err := activitypub.NewPrivateKey()
	if err == nil {
		n.key, err = activitypub.OpenKey(n.actor(), text)
	}
	return n, err
}

func (n *demoNeighbor) actor() string { return "https://" + n.host + "/" + n.user }

// at is the address of something of the neighbor's.
func (n *demoNeighbor) at(what string) string { return "https://" + n.host + "/" + what }

// demoInternet is the servers that the demo can reach, by host. It stands in for the
// network while the demo is filled.
type demoInternet map[string]*demoNeighbor

// RoundTrip implements http.RoundTripper.
func (d demoInternet) RoundTrip(r *http.Request) (*http.Response, error) {
	n, known := d[r.URL.Host]
	answer := &http.Response{StatusCode: http.StatusAccepted, Header: http.Header{}, Body: http.NoBody, Request: r}
	switch {
	case !known:
		return nil, fmt.Errorf("the demo knows no host %s", r.URL.Host)
	case r.Method == http.MethodGet:
		body := activitypub.Profile{ID: n.actor(), Kind: "Organization", Username: n.user, Name: n.name, Key: n.key.Public()}.Document()
		answer.StatusCode, answer.Body = http.StatusOK, io.NopCloser(bytes.NewReader(body))
		answer.Header.Set("Content-Type", activitypub.MediaType)
	}
	return answer, nil
}

// says lets the neighbor send an activity to a commons of the demo, signed like any other.
func (n *demoNeighbor) says(ctx context.Context, h *House, to store.ID, kind string, object any, more map[string]any) (id string, err error) {
	n.said++
	id = n.at(fmt.Sprintf("activities/%d", n.said))
	activity := map[string]any{"id": id, "type": kind, "actor": n.actor(), "object": object}
	for name, v := range more {
		activity[name] = v
	}
	body := activitypub.Marshal(activity)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(h.Federation.Origin, "/")+"/federation/"+string(to)+"/inbox", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", activitypub.MediaType)
	if err := n.key.Sign(r, body, h.Store.Now()); err != nil {
		return "", err
	}
	return id, h.Federation.Receive(ctx, to, r, body)
}
