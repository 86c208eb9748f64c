package activitypub

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"commonweal/platform/fault"
)

// Client asks and tells other servers.
type Client struct {
	HTTP *http.Client // of package outbound
	// Plain allows addresses that begin with http: private networks and tests.
	Plain bool
}

// maxHops is how often an answer may send on to another address of the same host.
const maxHops = 3

// CheckAddress refuses what is no address of another server that may be asked:
// Invalid, activitypub.address.
func (c *Client) CheckAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || len(address) > 2000 || u.Host == "" || u.Hostname() == "" || u.User != nil || u.Opaque != "" || u.Scheme != "https" && !(c.Plain && u.Scheme == "http") {
		return fault.Invalidf("activitypub.address", "address", "%.200q is no address of another server; it begins with https://", address)
	}
	return nil
}

// Get fetches the document at an address, signed by key where there is one. The
// document says itself that it is of that host; a document that says it lies
// elsewhere on the host is what lies there. Faults: activitypub.address,
// .unreachable, .status, .media_type, .too_large, .json, .other_document.
func (c *Client) Get(ctx context.Context, address string, key *Key, now time.Time) (Object, error) {
	raw, err := c.fetch(ctx, address, MediaTypeLD+", "+MediaType, IsActivity, key, now)
	if err != nil {
		return nil, err
	}
	o, err := Decode(raw)
	if err != nil {
		return nil, err
	}
	if id := o.Text("id"); !SameHost(id, address) {
		return nil, fault.Invalidf("activitypub.other_document", "", "the document at %.200q says that it is %.200q, of another host", address, id)
	}
	return o, nil
}

// Find asks WebFinger for the address of an actor by its handle.
func (c *Client) Find(ctx context.Context, text string, now time.Time) (string, error) {
	user, host, err := ParseHandle(text)
	if err != nil {
		return "", err
	}
	scheme := "https"
	if ip := net.ParseIP((&url.URL{Host: host}).Hostname()); c.Plain && (ip != nil || strings.HasPrefix(host, "localhost")) {
		scheme = "http"
	}
	question := url.Values{"resource": {"acct:" + user + "@" + host}}
	raw, err := c.fetch(ctx, scheme+"://"+host+"/.well-known/webfinger?"+question.Encode(), JRD, isJRD, nil, now)
	if err != nil {
		return "", err
	}
	return ReadFinger(raw)
}

// fetch reads an answer in bounds. It goes on to another address only on the same host.
func (c *Client) fetch(ctx context.Context, address, accept string, kind func(string) bool, key *Key, now time.Time) ([]byte, error) {
	for range maxHops {
		if err := c.CheckAddress(address); err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, fault.Invalidf("activitypub.address", "address", "%.200q is no address of another server; it begins with https://", address)
		}
		req.URL.Fragment = ""
		req.Header.Set("Accept", accept)
		if key != nil {
			if err := key.Sign(req, nil, now); err != nil {
				return nil, err
			}
		}
		status, header, body, err := c.do(req)
		if err != nil {
			return nil, err
		}
		next := header.Get("Location")
		if status >= 300 && status < 400 && next != "" {
			to, err := req.URL.Parse(next)
			if err != nil || !SameHost(address, to.String()) {
				return nil, fault.New(fault.Unavailable, "activitypub.redirect", "", "%s sends on to another host, %.200q", HostOf(address), next)
			}
			address = to.String()
			continue
		}
		if status != http.StatusOK {
			return nil, refusedWith(HostOf(address), status)
		}
		if !kind(header.Get("Content-Type")) {
			return nil, fault.Invalidf("activitypub.media_type", "", "%s answers with %.100q, which is no document of this kind", HostOf(address), header.Get("Content-Type"))
		}
		return body, nil
	}
	return nil, fault.New(fault.Unavailable, "activitypub.redirect", "", "%s sends on in circles, at last to %.200q", HostOf(address), address)
}

// Post delivers an activity to an inbox, signed as the fediverse does and, where
// that is not accepted, as RFC 9421 says. nil means that it was taken.
// A fault with code activitypub.status names the status of the refusal (Status).
func (c *Client) Post(ctx context.Context, inbox string, activity []byte, key *Key, now time.Time) error {
	if err := c.CheckAddress(inbox); err != nil {
		return err
	}
	status, err := c.post(ctx, inbox, activity, now, key.Sign)
	if err == nil && (status == http.StatusUnauthorized || status == http.StatusBadRequest) {
		var again int
		if again, err = c.post(ctx, inbox, activity, now, key.SignMessage); err == nil && again/100 == 2 {
			status = again
		}
	}
	if err == nil && status/100 != 2 {
		err = refusedWith(HostOf(inbox), status)
	}
	return err
}

func (c *Client) post(ctx context.Context, inbox string, activity []byte, now time.Time, sign func(*http.Request, []byte, time.Time) error) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, inbox, bytes.NewReader(activity))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", MediaTypeLD)
	if err := sign(req, activity, now); err != nil {
		return 0, err
	}
	status, _, _, err := c.do(req)
	return status, err
}

// Refusal is that another server did not take what was sent.
type Refusal struct {
	Fault  *fault.Error
	Status int // HTTP
}

// Error implements error.
func (r *Refusal) Error() string { return r.Fault.Error() }

// Unwrap lets errors.As find the fault.
func (r *Refusal) Unwrap() error { return r.Fault }

// Lasting reports whether the answer will be the same next time.
func (r *Refusal) Lasting() bool {
	switch r.Status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests:
		return false
	}
	return r.Status < 500
}

func refusedWith(host string, status int) error {
	return &Refusal{fault.New(fault.Unavailable, "activitypub.status", "", "%s answers with the status %d", host, status), status}
}

func (c *Client) do(req *http.Request) (status int, header http.Header, body []byte, err error) {
	req.Header.Set("User-Agent", "commonweal")
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return 0, nil, nil, unreachable(req, err)
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, MaxDocument+1))
	if err != nil {
		return 0, nil, nil, unreachable(req, err)
	}
	if len(body) > MaxDocument {
		return 0, nil, nil, fault.New(fault.TooMany, "activitypub.too_large", "", "the document has more than %d bytes", MaxDocument)
	}
	return resp.StatusCode, resp.Header, body, nil
}

// unreachable says that a host did not answer, without the numbers of machines.
func unreachable(req *http.Request, err error) error {
	if op := (*net.OpError)(nil); errors.As(err, &op) && op.Err != nil {
		err = op.Err
	} else if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err
	}
	return fault.New(fault.Unavailable, "activitypub.unreachable", "", "%s cannot be reached: %.200v", req.URL.Host, err)
}

// isActivity reports whether a media type is that of ActivityPub.
func IsActivity(text string) bool {
	kind, parameters, err := mime.ParseMediaType(text)
	return err == nil && (kind == MediaType || kind == "application/ld+json" && strings.Contains(parameters["profile"], "https://www.w3.org/ns/activitystreams"))
}

func isJRD(text string) bool {
	kind, _, err := mime.ParseMediaType(text)
	return err == nil && (kind == JRD || kind == "application/json")
}
