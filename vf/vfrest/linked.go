package vfrest

import (
	"slices"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
	"commonweal/vf/jsonld"
)

// linkedType is the media type of JSON-LD.
const linkedType = "application/ld+json"

func (a *rest) linkedRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET " + jsonld.ContextPath, Handle: a.context, Refuse: web.RefuseJSON},
		{Pattern: "GET /c/{commons}/id/{id}", Needs: vf.See, Handle: a.thing, Refuse: web.RefuseJSON, Open: true},
		{Pattern: "GET /c/{commons}/everything.jsonld", Needs: vf.See, Handle: a.everything, Refuse: web.RefuseJSON, Open: true},
		{Pattern: "POST /c/{commons}/everything.jsonld", Needs: vf.Arrange, Handle: a.takeGraph, Refuse: web.RefuseJSON},
	}
}

// context serves the context, which anybody may read from anywhere.
func (a *rest) context(q *web.Request) error {
	h := q.W.Header()
	h.Set("Content-Type", linkedType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	_, _ = q.W.Write(jsonld.Context()) // the reader left: nobody to tell
	return nil
}

func (a *rest) writer(q *web.Request) jsonld.Writer {
	return jsonld.Writer{Origin: a.origin, Slug: q.Commons.Slug}
}

// thing gives what the address of something says: its JSON-LD.
func (a *rest) thing(q *web.Request) error {
	id, ok := store.ParseID(strings.TrimSuffix(q.R.PathValue("id"), ".jsonld"))
	if !ok {
		return noThing(q.R.PathValue("id"))
	}
	var t jsonld.Thing
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		t, err = find(r, id)
		return err
	})
	if err != nil {
		return err
	}
	t, shown := jsonld.Shown(t, q.Who.Can(vf.SeePrivate))
	if !shown {
		return noThing(string(id))
	}
	text, err := a.writer(q).Write(t)
	if err != nil {
		return err
	}
	h := q.W.Header()
	h.Set("Content-Type", linkedType)
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Cookie, Authorization, Accept")
	_, _ = q.W.Write(append(text, '\n')) // the reader left: nobody to tell
	return nil
}

func noThing(id string) error {
	return fault.NotFoundf("vfrest.no_thing", "id", "there is nothing with the identifier %.60q here", id)
}

// find looks for something of whatever class.
func find(r store.Reader, id store.ID) (jsonld.Thing, error) {
	for _, look := range []func() (any, bool, error){
		func() (any, bool, error) { x, found, err := vf.GetEvent(r, id); return x, found, err },
		func() (any, bool, error) { x, found, err := vf.GetResource(r, id); return x, found, err },
		func() (any, bool, error) { x, found, err := vf.GetAgent(r, id); return x, found, err },
		func() (any, bool, error) { x, found, err := vf.GetProcess(r, id); return x, found, err },
		func() (any, bool, error) {
			m, err := vf.GetSpecifications(r, []store.ID{id})
			x, found := m[id]
			return x, found, err
		},
		func() (any, bool, error) {
			m, err := vf.GetProcessSpecifications(r, []store.ID{id})
			x, found := m[id]
			return x, found, err
		},
		func() (any, bool, error) {
			m, err := vf.Entities(r, []store.ID{id})
			x, found := m[id]
			return x, found, err
		},
	} {
		if x, found, err := look(); err != nil || found {
			return jsonld.Thing{Value: x}, err
		}
	}
	return jsonld.Thing{}, noThing(string(id))
}

// everything gives all that the commons holds as one document, written while it is read.
func (a *rest) everything(q *web.Request) error {
	w := a.writer(q)
	var stream *web.Stream
	piece := []byte(`{"@context":"` + w.ContextAddress() + `","@graph":[`)
	first := true
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		return jsonld.Everything(r, a.core.Register, q.Who.Can(vf.SeePrivate), func(t jsonld.Thing) error {
			n, err := w.Node(t)
			if err != nil {
				return err
			}
			if !first {
				piece = append(piece, ',', '\n')
			}
			first, piece = false, append(piece, n...)
			if len(piece) < 64<<10 {
				return nil
			}
			if stream == nil {
				stream = q.Stream(linkedType, patience)
			}
			err = stream.Send(piece)
			piece = piece[:0]
			return err
		})
	})
	if err != nil && stream == nil {
		return err
	}
	if err != nil {
		return nil // half a document is none: it does not end
	}
	if stream == nil {
		stream = q.Stream(linkedType, patience)
	}
	_ = stream.Send(append(piece, "]}\n"...)) // the reader left: nobody to tell
	return nil
}

// pageOfThing reports whether a route is the page of one thing.
func pageOfThing(rt web.Route) bool {
	noun, is := strings.CutPrefix(rt.Pattern, "GET /c/{commons}/")
	return is && strings.HasSuffix(noun, "/{id}") && strings.Count(noun, "/") == 1
}

// acceptsLinked reports whether a client asks for JSON-LD, by what it accepts
// or by the end of the address.
func acceptsLinked(q *web.Request) bool {
	return slices.ContainsFunc(strings.Split(q.R.Header.Get("Accept"), ","), func(t string) bool { return strings.HasPrefix(strings.TrimSpace(t), linkedType) }) ||
		strings.HasSuffix(q.R.PathValue("id"), ".jsonld")
}
