package vfrest

import (
	"errors"
	"io"
	"mime"
	"net/http"

	"commonweal/platform/fault"
	"commonweal/platform/web"
	"commonweal/vf"
	"commonweal/vf/jsonld"
)

// takeGraph brings a JSON-LD document into the commons, all of it or nothing;
// with dry=true it says what would come of it, and changes nothing.
func (a *rest) takeGraph(q *web.Request) error {
	if err := vf.MayImport(q.Who); err != nil {
		return err
	}
	kind, _, err := mime.ParseMediaType(q.R.Header.Get("Content-Type"))
	if err != nil || kind != linkedType {
		return wrongType(q, linkedType)
	}
	text, err := io.ReadAll(q.R.Body)
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fault.New(fault.TooMany, "vfrest.too_large", "", "the document has more than %d bytes; part it", large.Limit)
	}
	if err != nil {
		return fault.Invalidf("vfrest.body", "", "the body did not arrive whole: %v", err)
	}
	graph, err := jsonld.ReadGraph(text)
	if err != nil {
		return err
	}
	var came vf.Imported
	switch dry := q.R.URL.Query().Get("dry"); dry {
	case "", "false":
		came, err = a.core.Import(q.R.Context(), q.Who, q.R.Header.Get("Idempotency-Key"), graph)
	case "true":
		came, err = a.core.Rehearse(q.R.Context(), q.Who, graph)
	default:
		err = fault.Invalidf("vfrest.dry", "dry", "dry is %.40q; it is true or false", dry)
	}
	if err != nil {
		return err
	}
	return q.JSON(came)
}
