package bank

import (
	"commonweal/books"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// Behind leads from an event to the line that brought it, for those who may see
// lines. The books show it beside the event.
func (b *Bank) Behind(q *web.Request, r store.Reader, e *vf.Event) ([]books.Lead, error) {
	if !q.Who.Can(Reconcile) {
		return nil, nil
	}
	line, found, err := LineOf(r, e.ID)
	if err != nil || !found {
		return nil, err
	}
	return []books.Lead{{Text: q.T("books.event.bank_line"), Href: path(q, "lines", string(line))}}, nil
}
