package contribution

import "commonweal/platform/web"

// apiRoutes are for programs: a token in the Authorization header, JSON in and
// out, and an Idempotency-Key that makes a repeat harmless.
func (p *Practice) apiRoutes() []web.Route {
	return []web.Route{{Pattern: "POST /c/{commons}/contribution/entries", Needs: Log, Handle: p.logByProgram}}
}

// maxAsk bounds the body of a request that logs one contribution, in bytes.
const maxAsk = 64 << 10

// logByProgram logs one contribution: a LogAsk as JSON, answered with the
// Entry and status 201.
func (p *Practice) logByProgram(q *web.Request) error {
	var ask LogAsk
	if err := q.Decode(&ask, maxAsk); err != nil {
		return err
	}
	e, err := LogContribution(q.R.Context(), q.Store, q.Who, q.R.Header.Get("Idempotency-Key"), ask)
	if err != nil {
		return err
	}
	return q.Created(q.Path("contribution", "entries", e.No.String()), e)
}
