package credit

import "commonweal/platform/web"

// apiRoutes are for programs: a token in the Authorization header, JSON in and
// out, and an Idempotency-Key that makes a repeat harmless.
func (p *Practice) apiRoutes() []web.Route {
	return []web.Route{
		{Pattern: "POST /c/{commons}/credit/payments", Needs: Pay, Handle: p.payByProgram},
		{Pattern: "POST /c/{commons}/credit/payments/bulk", Needs: Pay, Handle: p.payManyByProgram, Refuse: web.RefuseJSON},
	}
}

// maxAsk bounds the body of a request that makes one payment, in bytes.
const maxAsk = 256 << 10

// payByProgram makes one payment: a PayAsk as JSON, answered with the Payment
// and status 201.
func (p *Practice) payByProgram(q *web.Request) error {
	var ask PayAsk
	if err := q.Decode(&ask, maxAsk); err != nil {
		return err
	}
	made, err := MakePayment(q.R.Context(), q.Store, q.Who, q.R.Header.Get("Idempotency-Key"), ask)
	if err != nil {
		return err
	}
	return q.Created(q.Path("credit", "payments", string(made.ID)), made)
}
