package bank

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// Evidence is the address of the line that stands behind an event, for those
// who may see lines; "" for none. The books show it beside the event.
func (b *Bank) Evidence(q *web.Request, r store.Reader, event store.ID) (string, error) {
	if !q.Who.Can(Reconcile) {
		return "", nil
	}
	line, found, err := LineOf(r, event)
	if err != nil || !found {
		return "", err
	}
	return path(q, "lines", string(line)), nil
}
