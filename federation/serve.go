package federation

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"commonweal/federation/market"
	"commonweal/platform/activitypub"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// serverRoutes are asked by other servers, not by people.
func (f *Federation) serverRoutes() []web.Route {
	list := []web.Route{
		{Pattern: "GET /.well-known/webfinger", Handle: f.finger},
		{Pattern: "GET /federation/{actor}", Handle: f.document(f.actorDocument)},
		{Pattern: "POST /federation/{actor}/inbox", Handle: f.inbox},
		{Pattern: "GET /federation/{actor}/outbox", Handle: f.document(f.outbox)},
		{Pattern: "GET /federation/{actor}/followers", Handle: f.document(f.followers)},
		{Pattern: "GET /federation/{actor}/proposals/{id}", Handle: f.document(f.proposal)},
		{Pattern: "GET /federation/{actor}/activities/{id}", Handle: f.document(f.activity)},
		{Pattern: "GET /federation/{actor}/agreements/{id}", Handle: f.document(f.agreement)},
		{Pattern: "GET /federation/{actor}/events/{id}", Handle: f.document(f.event)},
	}
	for i := range list {
		list[i].Refuse = refuse
	}
	return list
}

// refuse answers a server with the code and the words of a fault.
func refuse(q *web.Request, err error) error {
	e := fault.As(err)
	if e == nil || e.Kind == fault.Internal {
		return err
	}
	status := e.Kind.HTTPStatus()
	switch e.Code {
	case "activitypub.media_type":
		status = http.StatusUnsupportedMediaType
	case "activitypub.too_large":
		status = http.StatusRequestEntityTooLarge
	case "federation.gone":
		status = http.StatusGone
	case "activitypub.unreachable", "activitypub.status", "activitypub.redirect":
		status = http.StatusServiceUnavailable // its key could not be read: not its fault for good
	}
	return write(q, status, "application/json", map[string]string{"error": e.Code, "message": e.Message})
}

func write(q *web.Request, status int, kind string, v any) error {
	body, raw := v.([]byte)
	if !raw {
		var err error
		if body, err = json.Marshal(v); err != nil {
			return err
		}
	}
	h := q.W.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	q.W.WriteHeader(status)
	_, _ = q.W.Write(body) // the client left: nobody to tell
	return nil
}

// finger answers WebFinger (RFC 7033) for acct:SLUG@HOST and for the actor's address.
func (f *Federation) finger(q *web.Request) error {
	resource := q.R.URL.Query().Get("resource")
	c, found, err := f.fingered(q, resource)
	if err != nil {
		return err
	}
	var a account
	if found {
		if err := f.Store.Read(q.R.Context(), c.ID, func(r *store.Snapshot) (err error) { a, err = readAccount(r); return err }); err != nil {
			return err
		}
	}
	if !a.takesPart {
		return fault.NotFoundf("federation.nobody", "resource", "nobody here is called %.200q", resource)
	}
	return write(q, http.StatusOK, activitypub.JRD, activitypub.Finger(c.Slug, f.host(), f.actor(c.ID), f.Origin+"/c/"+url.PathEscape(c.Slug)))
}

// fingered finds the commons that a resource names.
func (f *Federation) fingered(q *web.Request, resource string) (c commons.Commons, found bool, err error) {
	if id, is := strings.CutPrefix(resource, f.Origin+"/federation/"); is {
		return f.commonsOf(q, id)
	}
	if slug, is := strings.CutPrefix(resource, f.Origin+"/c/"); is {
		return f.BySlug(q.R.Context(), slug)
	}
	user, host, err := activitypub.ParseHandle(resource)
	if err != nil {
		return c, false, err
	}
	if !strings.EqualFold(host, f.host()) {
		return c, false, nil
	}
	return f.BySlug(q.R.Context(), strings.ToLower(user))
}

// commonsOf finds a commons by its identifier.
func (f *Federation) commonsOf(q *web.Request, text string) (c commons.Commons, found bool, err error) {
	id, ok := store.ParseID(text)
	if !ok || id == store.Host {
		return c, false, nil
	}
	return f.ByID(q.R.Context(), id)
}

// served is what a document is made from.
type served struct {
	q       *web.Request
	r       *store.Snapshot
	commons commons.Commons
	account account
	id      store.ID // {id} of the path
}

// document serves a document of an actor that takes part.
func (f *Federation) document(make func(served) (any, error)) web.Handler {
	return func(q *web.Request) error {
		c, found, err := f.commonsOf(q, q.R.PathValue("actor"))
		if err == nil && !found {
			err = errOff()
		}
		if err != nil {
			return err
		}
		var v any
		err = f.Store.Read(q.R.Context(), c.ID, func(r *store.Snapshot) error {
			a, err := mustTakePart(r)
			if err != nil {
				return err
			}
			id, _ := store.ParseID(q.R.PathValue("id"))
			v, err = make(served{q, r, c, a, id})
			return err
		})
		if err != nil {
			return err
		}
		return write(q, http.StatusOK, activitypub.MediaTypeLD, v)
	}
}

func (f *Federation) actorDocument(s served) (any, error) {
	return f.profile(s.commons, s.account).Document(), nil
}

func (f *Federation) proposal(s served) (any, error) {
	p, found, err := store.One(s.r, scanPublication, selectPublication, orHost(s.id))
	if err != nil || !found {
		return nil, orNothing(err)
	}
	if p.State != Published {
		return nil, fault.NotFoundf("federation.gone", "", "this proposal was withdrawn")
	}
	o := p.Terms.Object()
	o["@context"] = market.Context()
	return o, nil
}

// activity serves what everybody may read; what went to one peer is between us.
func (f *Federation) activity(s served) (any, error) {
	text, found, err := store.One(s.r, scanText, selectOpenActivity, orHost(s.id), true)
	if err != nil || !found {
		return nil, orNothing(err)
	}
	return []byte(text), nil
}

// agreement serves a finalized agreement: terms without names.
func (f *Federation) agreement(s served) (any, error) {
	o, found, err := store.One(s.r, scanOffer, selectAgreement, orHost(s.id), false)
	if err != nil || !found || o.Final == nil {
		return nil, orNothing(err)
	}
	v := o.Final.Object()
	v["@context"] = market.Context()
	return v, nil
}

// event serves an event that the other side knows: how much, when, and of which promise.
func (f *Federation) event(s served) (any, error) {
	x, found, err := store.One(s.r, scanReport, selectReportEvent, string(orHost(s.id)))
	if err != nil || !found {
		return nil, orNothing(err)
	}
	x.Said.URI = f.at(s.commons.ID, "events", x.Event)
	v := x.Said.Object()
	v["@context"] = market.Context()
	return v, nil
}

func orHost(id store.ID) store.ID {
	if id == "" {
		return store.Host // names nothing
	}
	return id
}

func orNothing(err error) error {
	if err == nil {
		err = fault.NotFoundf("federation.nothing", "", "there is nothing at this address")
	}
	return err
}

var (
	selectOpenActivity   = store.SQL(`SELECT document FROM federation_activity WHERE commons_id = $1 AND id = $2 AND open = $3`)
	selectOpenActivities = store.SQL(`SELECT id, document FROM federation_activity WHERE commons_id = $1 AND open = $2 AND id < $3 ORDER BY id DESC LIMIT $4`)
	countActivities      = store.SQL(`SELECT count(*) FROM federation_activity WHERE commons_id = $1 AND open = $2`)
	countFollowers       = store.SQL(`SELECT count(*) FROM federation_follow WHERE commons_id = $1 AND ours = $2 AND state = 'accepted'`)
)

// inPage is how many activities a page of the outbox holds; last comes after every identifier.
const (
	inPage = 40
	last   = store.ID("ffffffff-ffff-ffff-ffff-ffffffffffff")
)

// outbox serves what was published, newest first, page by page.
func (f *Federation) outbox(s served) (any, error) {
	address := f.actor(s.commons.ID) + "/outbox"
	before, page := s.q.R.URL.Query().Get("before"), s.q.R.URL.Query().Has("before")
	if !page {
		n, err := one(s.r, countActivities, true)
		return map[string]any{"@context": "https://www.w3.org/ns/activitystreams", "id": address, "type": "OrderedCollection", "totalItems": n, "first": address + "?before="}, err
	}
	from, ok := store.ParseID(before)
	if !ok {
		from = last
	}
	type row struct {
		id       store.ID
		document string
	}
	list, err := store.All(s.r, func(s store.Scanner) (x row, err error) { err = s.Scan(&x.id, &x.document); return x, err }, selectOpenActivities, true, from, inPage)
	items := make([]json.RawMessage, len(list))
	for i, x := range list {
		items[i] = json.RawMessage(x.document)
	}
	o := map[string]any{"@context": "https://www.w3.org/ns/activitystreams", "id": address + "?before=" + url.QueryEscape(before), "type": "OrderedCollectionPage", "partOf": address, "orderedItems": items}
	if len(list) == inPage {
		o["next"] = address + "?before=" + string(list[inPage-1].id)
	}
	return o, err
}

// followers serves how many follow, not who: they may be persons.
func (f *Federation) followers(s served) (any, error) {
	n, err := one(s.r, countFollowers, false)
	return map[string]any{"@context": "https://www.w3.org/ns/activitystreams", "id": f.actor(s.commons.ID) + "/followers", "type": "OrderedCollection", "totalItems": n}, err
}

// inbox takes activities. The answer is 202 when an activity counts or counted before.
func (f *Federation) inbox(q *web.Request) error {
	if kind := q.R.Header.Get("Content-Type"); !activitypub.IsActivity(kind) {
		return fault.Invalidf("activitypub.media_type", "", "the message is declared as %.100q; send %s", kind, activitypub.MediaType)
	}
	if n, err := strconv.ParseInt(q.R.Header.Get("Content-Length"), 10, 64); err == nil && n > activitypub.MaxDocument {
		return fault.New(fault.TooMany, "activitypub.too_large", "", "the document has more than %d bytes", activitypub.MaxDocument)
	}
	body, err := io.ReadAll(http.MaxBytesReader(q.W, q.R.Body, activitypub.MaxDocument))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fault.New(fault.TooMany, "activitypub.too_large", "", "the document has more than %d bytes", activitypub.MaxDocument)
	}
	if err != nil {
		return fault.Invalidf("activitypub.json", "", "the message did not arrive whole: %v", err)
	}
	c, found, err := f.commonsOf(q, q.R.PathValue("actor"))
	if err == nil && !found {
		err = errOff()
	}
	if err != nil {
		return err
	}
	if err := f.Receive(q.R.Context(), c.ID, q.R, body); err != nil {
		return err
	}
	q.W.WriteHeader(http.StatusAccepted)
	return nil
}
